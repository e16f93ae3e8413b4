const misfits = new Set<string>()

export function noteMisfit(misfit: string): void {
  misfits.add(misfit)
}

/** What did not fit since the last call, by kind of object, each once. */
export function recordedMisfits(): string[] {
  const found = [...misfits].sort()
  misfits.clear()
  return found
}
