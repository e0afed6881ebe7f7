import { describe, expect, test } from 'vitest'

import { csv } from '../src/ui/csv'

describe('CSV', () => {
  test('ends every row with CRLF, and an empty table is empty', () => {
    expect(csv([['a', 'b'], ['c', '']])).toBe('a,b\r\nc,\r\n')
    expect(csv([])).toBe('')
  })

  test('quotes fields with commas, quotation marks and line breaks', () => {
    expect(csv([['Smith, Jones', 'The "Best"', 'two\nlines', 'two\r\nlines', ' spaces ']])).toBe('"Smith, Jones","The ""Best""","two\nlines","two\r\nlines", spaces \r\n')
  })

  test.each(['=', '+', '-', '@', '\t', '\r'])('neutralizes a field that begins with %j', (first) => {
    const field = `${first}1+1`
    expect(csv([[field]])).toContain(`'${field}`)
  })

  test('neutralizes before it quotes', () => {
    expect(csv([['=HYPERLINK("x","y")']])).toBe('"\'=HYPERLINK(""x"",""y"")"\r\n')
  })

  test('leaves fields alone that only contain such characters', () => {
    expect(csv([['a=b', '1-2', 'me@example.com', '\'quoted']])).toBe('a=b,1-2,me@example.com,\'quoted\r\n')
  })
})
