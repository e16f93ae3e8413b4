/** The query of a page, as Next hands it over. */
export type SearchParams = Promise<Readonly<Record<string, string | string[] | undefined>>>

/** Reads one parameter; where it stands several times, the first counts. */
export async function searchParamReader(params: SearchParams): Promise<(name: string) => string | undefined> {
  const values = await params
  return (name) => {
    const value = values[name]
    return Array.isArray(value) ? value[0] : value
  }
}
