import { useEffect, useRef, useState } from 'react'

import { request } from '../api/client'
import { CellChoices, ChoicesById, type Suggestion, type Tier } from '../api/documents'
import type { ResultOf } from '../api/graphql'
import { onChange } from '../api/live'
import { words } from '../words'
import { type Likeness, likeness, stem } from './similarity'

type Node = Extract<NonNullable<ResultOf<typeof CellChoices>['node']>, { __typename: 'Integration' }>

/** An external organization that a cell could contain. One that is suggested for it has a tier; one with a similar name, a likeness. */
export type Choice = Node['externalOrgs']['nodes'][number] & { likeness?: Likeness; tier?: Tier }

export interface Choices {
  /** The search that found them; null before the first response. */
  search: string | null
  /** Suggestions and similar names: all before anything is typed, then those that match. */
  similar: readonly Choice[]
  found: readonly Choice[]
  total: number | null
  more: (() => void) | null
  problem: string | null
}

const pageLength = 50
const similarSearched = 50
const similarShown = 4
const minLikeness = 0.6

type Suggested = readonly Pick<Suggestion, 'tier' | 'externalOrg'>[]

const none: Choices = { search: null, similar: [], found: [], total: null, more: null, problem: null }

async function read(integrationId: string, search: string, hideMapped: boolean, first: number, after: string | null) {
  const result = await request('query', CellChoices, {
    integrationId, first, after, search: search || null, filter: { removed: false, mapped: hideMapped ? false : null },
  })
  const node = result.data?.node
  if (node?.__typename === 'Integration') return { page: node.externalOrgs, problem: null }
  return { page: null, problem: result.problem ?? words.problems.integrationGone }
}

/** Returns suggestions as choices, in their order. */
async function readSuggested(suggested: Suggested): Promise<Choice[]> {
  if (suggested.length === 0) return []
  const result = await request('query', ChoicesById, { ids: suggested.map(({ externalOrg }) => externalOrg.id) })
  return (result.data?.nodes ?? []).flatMap((node, at) => (node?.__typename === 'ExternalOrg' ? [{ ...node, tier: suggested[at]?.tier }] : []))
}

/** Returns unmapped names that are similar to the organization's, most similar first. */
async function readSimilar(integrationId: string, organizationName: string, hideMapped: boolean): Promise<Choice[]> {
  const word = stem(organizationName)
  if (word === '') return []
  const { page } = await read(integrationId, word, hideMapped, similarSearched, null)
  return (page?.nodes ?? [])
    .map((node) => ({ ...node, likeness: likeness(organizationName, node.name) }))
    .filter((choice) => choice.likeness.score >= minLikeness)
    .sort((a, b) => b.likeness.score - a.likeness.score)
    .slice(0, similarShown)
}

/**
 * Returns the choices in a cell's drop-down: the cell's suggestions and the most similar names, then what the server finds. suggested
 * holds the suggestions when the drop-down opened.
 */
export function useChoices(integrationId: string, organizationName: string, suggested: Suggested, search: string, hideMapped: boolean): Choices {
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
    void Promise.all([readSuggested(suggested), readSimilar(integrationId, organizationName, hideMapped)]).then(([first, others]) => {
      if (!current) return
      const ids = new Set(first.map(({ id }) => id))
      setSimilar([...first, ...others.filter(({ id }) => !ids.has(id))])
    })
    return () => {
      current = false
    }
  }, [integrationId, organizationName, suggested, hideMapped])

  const shownIds = [...(similar ?? []), ...choices.found].map(({ id }) => id)
  useUpdates(shownIds, (updates) => {
    setChoices((before) => ({ ...before, found: before.found.map((choice) => updates.get(choice.id) ?? choice) }))
    setSimilar((before) => before?.map((choice) => ({ ...choice, ...updates.get(choice.id) })) ?? null)
  })

  if (similar === null) return none // show all at once: a list must not jump under the pointer
  const first = search === '' ? similar : similar.filter(({ id }) => choices.found.some((choice) => choice.id === id))
  const shown = new Set(first.map(({ id }) => id))
  return { ...choices, similar: first, found: choices.found.filter(({ id }) => !shown.has(id)) }
}

const debounceTime = 250 // milliseconds after the last change before the choices are read again
const maxNodes = 200 // ids in one query: the API's limit

/** Keeps the visible choices up to date with other people's changes and refreshes. The list keeps its order, so that none moves under the pointer. */
function useUpdates(ids: readonly string[], onUpdate: (updates: ReadonlyMap<string, Choice>) => void): void {
  const latest = useRef({ ids, onUpdate })
  useEffect(() => {
    latest.current = { ids, onUpdate }
  })
  useEffect(() => {
    let current = true
    let timer: ReturnType<typeof setTimeout> | undefined
    const readAgain = async () => {
      const all = latest.current.ids
      for (let from = 0; from < all.length; from += maxNodes) {
        const result = await request('query', ChoicesById, { ids: all.slice(from, from + maxNodes) })
        if (!current) return
        const updates = (result.data?.nodes ?? []).flatMap((node) => (node?.__typename === 'ExternalOrg' ? [[node.id, node] as const] : []))
        latest.current.onUpdate(new Map(updates))
      }
    }
    const stop = onChange(() => {
      clearTimeout(timer)
      timer = setTimeout(() => void readAgain(), debounceTime)
    })
    return () => {
      current = false
      clearTimeout(timer)
      stop()
    }
  }, [])
}
