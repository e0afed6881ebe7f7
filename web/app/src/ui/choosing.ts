/** What stands for nobody, or for no group, in a filter. It is chosen alone. */
export const nobody = 'none'

/** Returns a choice with one more ID, or without it. Nobody is chosen alone. */
export function toggled(chosen: readonly string[], id: string): string[] {
  if (chosen.includes(id)) return chosen.filter((one) => one !== id)
  return id === nobody ? [nobody] : [...chosen.filter((one) => one !== nobody), id]
}

/** Returns the chosen IDs as the API filters by them; null: by none. */
export const anyOf = (chosen: readonly string[]): string[] | null => (chosen.length === 0 || chosen.includes(nobody) ? null : [...chosen])

/** Returns whether the API is to find what has one; null: either. */
export const hasOne = (chosen: readonly string[]): boolean | null => (chosen.includes(nobody) ? false : null)

/** Reads a choice from an address. */
export const chosenIn = (text: string | null): string[] => text?.split(',').filter(Boolean) ?? []
