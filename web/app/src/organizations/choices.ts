import { useEffect, useState } from 'react'

import { ask } from '../api/client'
import { CellChoices } from '../api/documents'
import type { ResultOf } from '../api/graphql'
import { type Likeness, likeness, stem } from './similarity'

type Node = Extract<NonNullable<ResultOf<typeof CellChoices>['node']>, { __typename: 'Integration' }>

/** An external organization that a cell could hold. */
export type Choice = Node['externalOrgs']['nodes'][number] & { likeness?: Likeness }

export interface Choices {
  /** The search that they answer; null before the first answer. */
  search: string | null
  similar: readonly Choice[]
  found: readonly Choice[]
  total: number | null
  more: (() => void) | null
  problem: string | null
}

const pageLength = 50
const similarSearched = 50
const similarShown = 4
const leastLikeness = 0.6

const none: Choices = { search: null, similar: [], found: [], total: null, more: null, problem: null }

async function read(integrationId: string, search: string, hideMapped: boolean, first: number, after: string | null) {
  const answer = await ask('query', CellChoices, {
    integrationId, first, after, search: search || null, filter: { removed: false, mapped: hideMapped ? false : null },
  })
  const node = answer.data?.node
  if (node?.__typename === 'Integration') return { page: node.externalOrgs, problem: null }
  return { page: null, problem: answer.problem ?? 'This integration was disconnected.' }
}

/** What the drop-down of a cell offers: what the server finds, and before anything is typed the names most like the organization's. */
export function useChoices(integrationId: string, organizationName: string, search: string, hideMapped: boolean): Choices {
  const [choices, setChoices] = useState<Choices>(none)
  const [similar, setSimilar] = useState<readonly Choice[] | null>(null)

  useEffect(() => {
    let current = true
    const append = async (before: readonly Choice[], after: string | null) => {
      const { page, problem } = await read(integrationId, search, hideMapped, pageLength, after)
      if (!current) return
      if (!page) return setChoices({ ...none, search, found: before, problem })
      const found = [...before, ...page.nodes]
      const { hasNextPage, endCursor } = page.pageInfo
      setChoices({
        search, similar: [], found, total: page.totalCount, problem: null, more: hasNextPage ? () => void append(found, endCursor) : null,
      })
    }
    void append([], null)
    return () => {
      current = false
    }
  }, [integrationId, search, hideMapped])

  useEffect(() => {
    let current = true
    const word = stem(organizationName)
    if (word === '') return setSimilar([])
    void read(integrationId, word, hideMapped, similarSearched, null).then(({ page }) => {
      if (!current) return
      setSimilar((page?.nodes ?? [])
        .map((node) => ({ ...node, likeness: likeness(organizationName, node.name) }))
        .filter((choice) => choice.likeness.score >= leastLikeness)
        .sort((a, b) => b.likeness.score - a.likeness.score)
        .slice(0, similarShown))
    })
    return () => {
      current = false
    }
  }, [integrationId, organizationName, hideMapped])

  if (search !== '') return choices
  if (similar === null) return none // both at once: a list must not jump under the pointer
  const shown = new Set(similar.map(({ id }) => id))
  return { ...choices, similar, found: choices.found.filter(({ id }) => !shown.has(id)) }
}
