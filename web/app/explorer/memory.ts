/** What GraphiQL keeps of what is typed, vendors' keys too: in memory, so that it goes with the page. */
export function memoryStorage() {
  const kept = new Map<string, string>()
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
    clear: () => kept.clear(),
    get length() {
      return kept.size
    },
  }
}

/** Removes what earlier versions of the explorer kept in the browser. */
export function forgetKept(storage: Storage): void {
  for (const key of Object.keys(storage)) if (key.startsWith('graphiql:')) storage.removeItem(key)
}
