/** What a form did, told once the browser has been sent on. */
export interface Notice {
  kind: 'done' | 'refused'
  text: string
}

/** As many are kept: the newest. */
const MAX_NOTICES = 100

/**
 * The words between a form and the page after it. The address names a notice by its number only, so that no link from
 * elsewhere can put words on a page.
 */
export class Notices {
  readonly #byNumber = new Map<string, Notice>()
  #last = 0

  /** `path` with the notice in its query. */
  link(path: string, notice: Notice): string {
    this.#last += 1
    const number = String(this.#last)
    this.#byNumber.set(number, notice)
    this.#byNumber.delete(String(this.#last - MAX_NOTICES))
    const url = new URL(path, 'http://sandbox')
    url.searchParams.set('notice', number)
    return `${url.pathname}${url.search}${url.hash}`
  }

  get(number: string | undefined): Notice | null {
    return this.#byNumber.get(number ?? '') ?? null
  }
}
