import { formatNumber } from '../ui/format'

const rules = new Intl.PluralRules('en')

/** Returns the form of a word that goes with a number. */
export const form = (n: number, one: string, other: string) => (rules.select(n) === 'one' ? one : other)

/** Returns a number and the form of the noun that goes with it: "1 cell", "1,200 cells". */
export const plural = (n: number, one: string, other = `${one}s`) => `${formatNumber(n)} ${form(n, one, other)}`

/** Returns how much of a total is done: "5 of 20", or "5" if the total is unknown. */
export const outOf = (n: number, total: number | null) => (total === null ? formatNumber(n) : `${formatNumber(n)} of ${formatNumber(total)}`)
