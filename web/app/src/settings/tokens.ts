import type { Tone } from '../ui/status'
import type { Token } from './documents'

export type TokenStatus = 'valid' | 'expired' | 'revoked'

/** Returns whether a token can be used. */
export function statusOf({ revokedAt, expiresAt }: Pick<Token, 'revokedAt' | 'expiresAt'>, now: number): TokenStatus {
  if (revokedAt !== null) return 'revoked'
  return expiresAt !== null && Date.parse(expiresAt) <= now ? 'expired' : 'valid'
}

export const tones: Record<TokenStatus, Tone> = { valid: 'good', expired: 'off', revoked: 'off' }

const dayLength = 86_400_000 // milliseconds
const soon = 14 // days

/** Returns in how many whole days a token expires; null unless that is soon. */
export function expiresSoon(token: Pick<Token, 'revokedAt' | 'expiresAt'>, now: number): number | null {
  if (token.expiresAt === null || statusOf(token, now) !== 'valid') return null
  const days = Math.floor((Date.parse(token.expiresAt) - now) / dayLength)
  return days < soon ? days : null
}

/** Reports whether a token was used within the last hour: the server records its uses to the hour. */
export const usedWithinAnHour = (lastUsedAt: string, now: number): boolean => now - Date.parse(lastUsedAt) < 3_600_000

export const expiries = ['month', 'quarter', 'year', 'never', 'date'] as const

/** When a new token expires. */
export type Expiry = (typeof expiries)[number]

/** Returns when a token that is created now expires: after a number of days, a year, never (null), or at the end of a day here. */
export function expiresAt(expiry: Expiry, lastDay: string, now: Date): string | null {
  const at = new Date(now)
  switch (expiry) {
    case 'never':
      return null
    case 'month':
      at.setDate(at.getDate() + 30)
      return at.toISOString()
    case 'quarter':
      at.setDate(at.getDate() + 90)
      return at.toISOString()
    case 'year':
      at.setFullYear(at.getFullYear() + 1)
      return at.toISOString()
    case 'date': {
      const [year, month, day] = lastDay.split('-').map(Number)
      return new Date(year!, month! - 1, day! + 1).toISOString()
    }
  }
}
