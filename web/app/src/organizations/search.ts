/** The accents that a search ignores. */
const accents = /[\u0300-\u036f]/g
/** What separates the words of a search, and what is ignored around them. */
const between = /[\s,;:&/()"\u2010-\u2014-]+/
const around = /^[.'\u2018\u2019]+|[.'\u2018\u2019]+$/g

const fold = (text: string) => text.normalize('NFKD').replace(accents, '').toLowerCase().trim()

/** Reports whether a name has every word of a search, as the server's search does. */
export function hasWords(name: string, search: string): boolean {
  const folded = fold(name)
  const words = fold(search).split(between).map((word) => word.replace(around, '')).filter((word) => word !== '')
  return (words.length > 0 ? words : fold(search).split(/\s+/)).every((word) => folded.includes(word))
}
