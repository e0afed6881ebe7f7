import type { Row } from './documents'

export type Tick = 'mapped' | 'suggested' | 'missing'

/** Returns for each integration whether an organization is mapped in it, only suggested, or neither. */
export function ticksOf({ mappings, suggestions }: Pick<Row, 'mappings' | 'suggestions'>, integrationIds: readonly string[]): Tick[] {
  const mapped = new Set(mappings.map(({ integration }) => integration.id))
  const suggested = new Set(suggestions.map(({ externalOrg }) => externalOrg.integration.id))
  return integrationIds.map((id) => (mapped.has(id) ? 'mapped' : suggested.has(id) ? 'suggested' : 'missing'))
}
