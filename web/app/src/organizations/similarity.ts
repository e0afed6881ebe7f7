import { words } from '../words'

/** Why a name is suggested for another, and how similar they are, from 0 to 1. */
export interface Likeness {
  score: number
  reason: string
}

const text = words.organizations.similar

const legalForms = new Set(['llc', 'inc', 'ltd', 'limited', 'corp', 'corporation', 'co', 'company', 'pllc', 'plc', 'pc', 'gmbh', 'lp', 'llp', 'the'])

const wordsIn = (name: string) => name.normalize('NFKD').replace(/[\u0300-\u036f']/g, '').replaceAll('&', ' and ').toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []

const bare = (name: string) => {
  const all = wordsIn(name)
  const kept = all.filter((word) => !legalForms.has(word))
  return kept.length > 0 ? kept : all
}

/** Returns how similar two names are, and why. */
export function likeness(one: string, other: string): Likeness {
  if (one.normalize('NFC').trim() === other.normalize('NFC').trim()) return { score: 1, reason: text.sameName }
  if (wordsIn(one).join(' ') === wordsIn(other).join(' ')) return { score: 0.98, reason: text.spelling }
  if (bare(one).join(' ') === bare(other).join(' ')) {
    const form = legalFormIn(one, other)
    return { score: 0.95, reason: form === '' ? text.spelling : text.withoutForm(form) }
  }
  const score = 0.9 * dice(bare(one).join(' '), bare(other).join(' '))
  return { score, reason: text.percent(score) }
}

/** Returns the legal form that one of two names has and the other has not, as it is written there; empty if both have the same. */
function legalFormIn(one: string, other: string): string {
  const forms = (name: string) => name.split(/\s+/).filter((word) => legalForms.has(wordsIn(word).join('')))
  const known = (all: readonly string[], form: string) => all.some((word) => wordsIn(word).join('') === wordsIn(form).join(''))
  const [mine, theirs] = [forms(one), forms(other)]
  const form = mine.find((word) => !known(theirs, word)) ?? theirs.find((word) => !known(mine, word)) ?? ''
  return form.replace(/,$/, '')
}

/** Returns the search that finds names like this one: its first distinctive word. */
export function stem(name: string): string {
  const first = name.trim().split(/\s+/).find((word) => /[\p{L}\p{N}]{2,}/u.test(word) && !legalForms.has(word.toLowerCase()))
  return first?.replace(/[^\p{L}\p{N}]+$/u, '') ?? ''
}

/** Returns twice the number of letter pairs that both have, divided by the number of all pairs. */
function dice(one: string, other: string): number {
  const pairs = new Map<string, number>()
  for (let at = 0; at < one.length - 1; at++) {
    const pair = one.slice(at, at + 2)
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1)
  }
  let shared = 0
  for (let at = 0; at < other.length - 1; at++) {
    const pair = other.slice(at, at + 2)
    const left = pairs.get(pair) ?? 0
    if (left > 0) {
      shared++
      pairs.set(pair, left - 1)
    }
  }
  const all = one.length + other.length - 2
  return all <= 0 ? 0 : (2 * shared) / all
}
