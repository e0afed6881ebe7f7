import { type Failure, messageFor } from '../api/problems'
import { asOf } from '../words/asof'

/** Why a moment cannot be shown. begins is when history begins, if the moment is before that. */
export interface Problem {
  message: string
  begins: string | null
}

/** Says what went wrong with reading a snapshot. The API says in its message when history begins. */
export function problemOf(error: Failure): Problem {
  const { message = '' } = error.graphQLErrors[0] ?? {}
  const begins = /^History begins at (\S+?)\.$/.exec(message)?.[1]
  if (begins !== undefined) return { message: asOf.problems.tooEarly(begins), begins }
  return { message: /in the future/.test(message) ? asOf.problems.future : messageFor(error), begins: null }
}
