/** One cookie as code of ours has set it on the answer. */
export interface SetCookie {
  readonly name: string
  readonly value: string
  readonly options: Readonly<Record<string, unknown>>
}

/** The request that a page or an action answers, in place of the one that Next keeps. */
export interface NextRequest {
  readonly headers: Map<string, string>
  readonly cookies: Map<string, string>
  /** What was set on the answer, in order. */
  readonly set: SetCookie[]
}

export const request: NextRequest = { headers: new Map(), cookies: new Map(), set: [] }

/** Takes the place of `next/headers`, which works within a running Next alone: for `vi.mock` in the test file. */
export const nextHeaders = () => ({
  headers: async () => ({ get: (name: string) => request.headers.get(name) ?? null }),
  cookies: async () => ({
    getAll: () => [...request.cookies].map(([name, value]) => ({ name, value })),
    get: (name: string) => {
      const value = request.cookies.get(name)
      return value === undefined ? undefined : { name, value }
    },
    set: (name: string, value: string, options: Readonly<Record<string, unknown>> = {}) => {
      request.set.push({ name, value, options })
    },
  }),
})

/** Forgets the request before. */
export function resetRequest(): void {
  request.headers.clear()
  request.cookies.clear()
  request.set.length = 0
}
