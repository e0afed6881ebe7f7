import { request } from '../api/client'
import { ExternalNames, type GridRow, type Integration } from '../api/documents'
import { words } from '../words'
import { clip } from './clipboard'
import { folded, parse } from './fields'
import { isById, type Listing, namesToFind, planPaste, type Placed, spread, type Target } from './pasteplan'
import type { Rectangle } from './range'
import { say, type Scene, withRows } from './scene'
import { conflicts, type External, held, type Holder, keyOf, stage } from './staged'
import { edit, externalsOf, holderOf, readExternals, staged } from './workspace'

const text = words.ranges
const pageLength = 200 // the API's limit
const maxText = 1_000_000 // characters
const searchesAtOnce = 6

/** Pastes a text: by ID if it was copied here, else by the names in it. */
export function paste(scene: Scene, range: Rectangle, pasted: string): void {
  if (pasted.trim() === '') return say('done', [text.nothingToPaste])
  if (pasted.length > maxText) return say('problem', [text.tooMuchToPaste])
  const mine = clip.get()
  const isMine = mine !== null && mine.text === pasted.replace(/\r\n?/g, '\n')
  const fields = isMine ? mine.fields : parse(pasted)
  const placed = spread(fields, range, { rows: scene.total, columns: scene.integrations.length })
  if (placed === 'clash') return say('problem', [text.oneForSeveral])
  const outside = placed.outside > 0 ? text.outside(placed.outside) : null
  if (placed.cells.length === 0) return say('done', [outside ?? text.nothingToPaste])
  const bottom = placed.cells.reduce((last, { row }) => Math.max(last, row), range.top)
  withRows(scene, { top: range.top, bottom }, (rows, leftOut) => {
    const targets = targetsIn(placed.cells, range.top, rows, scene.integrations)
    void finish(targets, scene.integrations, isMine && mine.cut, [outside, leftOut])
  })
}

function targetsIn(cells: readonly Placed[], top: number, rows: readonly GridRow[], integrations: readonly Integration[]): Target[] {
  return cells.flatMap(({ row, column, field }) => {
    const [organization, integration] = [rows[row - top], integrations[column - 1]]
    if (!organization || !integration) return []
    return [{
      organizationId: organization.id, organizationName: organization.name, integrationId: integration.id,
      base: externalsOf(organization, integration.id), field,
    }]
  })
}

async function finish(targets: readonly Target[], integrations: readonly Integration[], cut: boolean, notes: readonly (string | null)[]): Promise<void> {
  const listings = new Map<string, Listing>()
  for (const integration of integrations) {
    const names = targets.filter((target) => target.integrationId === integration.id && !isById(target)).flatMap(({ field }) => namesToFind(field))
    if (names.length === 0) continue
    const listing = await find(integration, [...new Set(names)])
    if (typeof listing === 'string') return say('problem', [listing])
    listings.set(integration.id, listing)
  }
  const { edits, pasted, refused } = planPaste(targets, listings, staged.get(), cut)
  const holders = [...listings.values()].flatMap((listing) => [...listing.values()].flat()).map(({ id, holder }) => [id, holder] as const)
  if (edits.length > 0) edit((all) => stage(held(all, holders), edits))
  if (cut && pasted > 0) clip.set(null) // what was cut is in its new place
  await readExternals(targets.filter(isById).flatMap(({ field }) => field.copied!.externals.map(({ id }) => id)))
  const keys = new Set(edits.map(keyOf))
  const toChoose = conflicts(staged.get()).filter((one) => keys.has(keyOf(one))).length
  say(refused.length > 0 ? 'problem' : 'done', [
    text.pasted(pasted), refused.length > 0 ? text.refused(refused) : null, toChoose > 0 ? text.toChoose(toChoose) : null, ...notes,
  ])
}

/**
 * Finds the external organizations of an integration with these names, by the fewest requests: one search for each name, or the
 * whole list if that has fewer pages. A search finds more names than the exact ones, never fewer.
 */
async function find(integration: Integration, names: readonly string[]): Promise<Listing | string> {
  const listing = new Map<string, (External & { holder: Holder | null })[]>()
  const wanted = new Set(names.map(folded))
  const seen = new Set<string>()
  const pages = Math.max(1, Math.ceil(integration.counts.total / pageLength))
  const searches = names.length < pages ? names : [null]
  for (let from = 0; from < searches.length; from += searchesAtOnce) {
    const problems = await Promise.all(searches.slice(from, from + searchesAtOnce).map((search) => readNames(integration.id, search, (node) => {
      const name = folded(node.name)
      if (!wanted.has(name) || seen.has(node.id)) return
      seen.add(node.id)
      listing.set(name, [...(listing.get(name) ?? []), { id: node.id, name: node.name, gone: false, holder: holderOf(node.mapping) }])
    })))
    const problem = problems.find((one) => one !== null)
    if (problem) return problem
  }
  return listing
}

interface Node {
  id: string
  name: string
  mapping: { createdBy: string; organization: { id: string; name: string } } | null
}

/** Reads the names that a search finds in an integration, or all of them. Returns an error message, or null. */
async function readNames(integrationId: string, search: string | null, onNode: (node: Node) => void): Promise<string | null> {
  for (let after: string | null = null; ;) {
    const result = await readPage({ integrationId, first: pageLength, after, search })
    if (result.problem !== null) return result.problem
    const node = result.data.node
    if (node?.__typename !== 'Integration') return words.problems.integrationGone
    node.externalOrgs.nodes.forEach(onNode)
    if (!node.externalOrgs.pageInfo.hasNextPage) return null
    after = node.externalOrgs.pageInfo.endCursor
  }
}

const readPage = (variables: { integrationId: string; first: number; after: string | null; search: string | null }) =>
  request('query', ExternalNames, variables)
