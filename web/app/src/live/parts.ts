/** Returns the parts of a list, each at most as long as the API takes at once. */
export function parts<Item>(all: readonly Item[], length: number): Item[][] {
  const found: Item[][] = []
  for (let from = 0; from < all.length; from += length) found.push(all.slice(from, from + length))
  return found
}
