import { useEffect, useRef, useState } from 'react'

import { client } from '../api/client'
import { type Organization, OrganizationsById } from '../api/documents'
import { messageFor } from '../api/problems'
import type { Today } from './differences'
import type { Past } from './documents'

const pageLength = 50 // rows that are read together
const settleTime = 80 // milliseconds that the grid must be still before more is read: a fling passes dozens of pages

interface Known {
  organizations: ReadonlyMap<string, Organization | null>
  problem: string | null
}

interface Watch {
  ids: readonly string[]
  stop: () => void
}

/** Returns the organizations of the rows from first to last as they are today, kept up to date with everyone's changes. */
export function useToday(rows: readonly Past[], first: number, last: number): { of: (organizationId: string) => Today; problem: string | null } {
  const [known, setKnown] = useState<Known>({ organizations: new Map(), problem: null })
  const watches = useRef(new Map<number, Watch>())
  const from = Math.floor(Math.max(0, first) / pageLength)
  const to = Math.floor(Math.max(0, last) / pageLength)

  useEffect(() => {
    const all = watches.current
    const end = (page: number, { ids, stop }: Watch) => {
      stop()
      all.delete(page)
      // What is not watched may be out of date when it is shown again.
      setKnown((before) => ({ ...before, organizations: without(before.organizations, ids) }))
    }
    const begin = () => {
      for (let page = from; page <= to; page++) {
        const ids = rows.slice(page * pageLength, (page + 1) * pageLength).map(({ id }) => id)
        const watched = all.get(page)
        if (ids.length === 0 || watched?.ids.join() === ids.join()) continue
        if (watched) end(page, watched)
        all.set(page, { ids, stop: watch(ids, (organizations) => setKnown((before) => ({ organizations: new Map([...before.organizations, ...organizations]), problem: null })),
          (problem) => setKnown((before) => ({ ...before, problem }))) })
      }
    }
    for (const [page, watched] of all) if (page < from - 1 || page > to + 1) end(page, watched)
    if (all.size === 0) {
      begin()
      return
    }
    const timer = setTimeout(begin, settleTime)
    return () => clearTimeout(timer)
  }, [rows, from, to])

  useEffect(() => {
    const all = watches.current
    return () => {
      for (const { stop } of all.values()) stop()
      all.clear()
    }
  }, [])

  return { of: (organizationId) => known.organizations.get(organizationId), problem: known.problem }
}

function watch(ids: readonly string[], onChange: (organizations: readonly (readonly [string, Organization | null])[]) => void, onProblem: (problem: string) => void): () => void {
  // Changes of others reach the cache, and so this query.
  return client.query(OrganizationsById, { ids: [...ids] }).subscribe(({ data, error }) => {
    if (data) onChange(ids.map((id, at) => [id, organizationIn(data.nodes[at])]))
    else if (error) onProblem(messageFor(error))
  }).unsubscribe
}

const organizationIn = (node: { __typename: string } | null | undefined): Organization | null =>
  (node?.__typename === 'Organization' ? node as Organization & { __typename: string } : null)

function without<Value>(all: ReadonlyMap<string, Value>, ids: readonly string[]): ReadonlyMap<string, Value> {
  const rest = new Map(all)
  for (const id of ids) rest.delete(id)
  return rest
}
