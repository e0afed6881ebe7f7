import { type Failure, messageFor } from '../api/problems'
import { asOf } from '../words/asof'

/** Why a moment cannot be shown. begins is when history begins, if the moment is before that. */
export interface Problem {
  message: string
  begins: string | null
}

/** Says what went wrong with reading a snapshot. The API names the reason, and when history begins. */
export function problemOf(error: Failure): Problem {
  const { reason, historyBegins } = error.graphQLErrors[0]?.extensions ?? {}
  if (reason === 'BEFORE_HISTORY' && typeof historyBegins === 'string') return { message: asOf.problems.tooEarly(historyBegins), begins: historyBegins }
  return { message: reason === 'IN_FUTURE' ? asOf.problems.future : messageFor(error), begins: null }
}
