/** Returns a storage in memory for what users type into GraphiQL, which may include vendors' keys: it is gone when the page is closed. */
export function memoryStorage() {
  const items = new Map<string, string>()
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
    clear: () => items.clear(),
    get length() {
      return items.size
    },
  }
}

/** Removes what earlier versions of the explorer stored in the browser. */
export function removeStored(storage: Storage): void {
  for (const key of Object.keys(storage)) if (key.startsWith('graphiql:')) storage.removeItem(key)
}
