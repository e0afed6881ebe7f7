import { beforeEach, describe, expect, test, vi } from 'vitest'

import { type Edit, keyOf, nothingStaged, open, stage, statusOf } from '../src/organizations/staged'

interface Cell { organizationId: string; externalOrgIds: string[]; expectedExternalOrgIds: string[] }
interface UserError { code: string; path: string[]; message: string }

/** What the server answers to each save, in order: errors, or a message if the request fails; nothing saves all cells. */
let answers: (UserError[] | string)[] = []
/** The cells of each save that was sent. */
let sent: Cell[][] = []
/** Who holds external organizations on the server. */
let holders: Record<string, string> = {}

vi.mock('../src/api/documents', () => ({ SaveMappings: 'save', OrganizationsById: 'organizations', ExternalOrgsById: 'externals' }))
vi.mock('../src/api/live', () => ({ onChange: () => () => undefined }))
vi.mock('../src/api/client', () => ({
  request: async (_: string, document: string, variables: { cells: Cell[]; ids: string[] }) => {
    if (document === 'externals') {
      const nodes = variables.ids.map((id) => ({
        __typename: 'ExternalOrg', id, name: id, removedAt: null,
        mapping: holders[id] ? { createdBy: 'Ann', organization: { id: holders[id], name: holders[id] } } : null,
      }))
      return { data: { nodes }, problem: null }
    }
    if (document !== 'save') return { data: { nodes: [] }, problem: null }
    const change = { id: `c${sent.push(variables.cells)}` }
    const answer = answers.shift() ?? []
    return typeof answer === 'string' ? { data: null, problem: answer } : { data: { saveMappings: { organizations: [], change: answer.length > 0 ? null : change, userErrors: answer } }, problem: null }
  },
}))

const { save } = await import('../src/organizations/saving')
const { cellErrors, edit: editStaged, lastSave, staged } = await import('../src/organizations/workspace')

function edit(organization: string, base: string[], wanted: string[]): Edit {
  const externals = (ids: string[]) => ids.map((id) => ({ id, name: id, gone: false }))
  return { organizationId: organization, organizationName: organization, integrationId: 'column', base: externals(base), wanted: externals(wanted) }
}

const many = (count: number) => Array.from({ length: count }, (_, n) => edit(`o${n}`, [], [`e${n}`]))
const refuse = (at: number, code: string): UserError => ({ code, path: ['input', 'cells', String(at), 'externalOrgIds', '0'], message: `Cell ${at}: ${code}` })
const names = (cells: readonly { organizationId: string }[]) => cells.map(({ organizationId }) => organizationId)

beforeEach(() => {
  answers = []
  sent = []
  holders = {}
  staged.set(nothingStaged)
  lastSave.set(null)
})

describe('a large save', () => {
  test('goes in order, at most 1,000 cells at once', async () => {
    staged.set(stage(nothingStaged, many(2_100)))
    expect(await save()).toMatchObject({ problem: null })
    expect(sent.map(({ length }) => length)).toEqual([1_000, 1_000, 100])
    expect(open(staged.get())).toEqual([])
  })

  test('keeps the rest unsaved if a part fails, and says so', async () => {
    staged.set(stage(nothingStaged, many(2_100)))
    answers = [[], 'Offline.']
    const { saved, problem } = await save()
    expect(saved).toHaveLength(1_000)
    expect(problem).toBe('Offline.')
    expect(sent).toHaveLength(2)
    expect(names(open(staged.get()))[0]).toBe('o1000')
    expect(open(staged.get())).toHaveLength(1_100)
  })
})

describe('a cell that the server refuses', () => {
  test('stays unsaved, and the others are saved', async () => {
    staged.set(stage(nothingStaged, many(3)))
    answers = [[refuse(1, 'NOT_FOUND')]]
    expect(await save()).toMatchObject({ problem: '1 cell could not be saved. Cell 1: NOT_FOUND' })
    expect(sent.map(names)).toEqual([['o0', 'o1', 'o2'], ['o0', 'o2']])
    expect(names(open(staged.get()))).toEqual(['o1'])
    expect([...cellErrors.get().keys()]).toEqual([keyOf(edit('o1', [], []))])
  })

  test('waits for a choice if another organization holds what it takes', async () => {
    staged.set(stage(nothingStaged, many(2)))
    answers = [[refuse(0, 'ALREADY_MAPPED')]]
    holders = { e0: 'baker' }
    await save()
    const [left] = open(staged.get())
    expect(names(open(staged.get()))).toEqual(['o0'])
    expect(statusOf(staged.get(), left!)).toBe('elsewhere')
    expect(cellErrors.get().size).toBe(0)
    expect(await save()).toMatchObject({ saved: [], problem: 'Resolve 1 conflict to save.' })
    expect(sent).toHaveLength(2)
  })

  test('keeps the other side of its move unsaved too', async () => {
    staged.set(stage(nothingStaged, [edit('a', ['1'], []), edit('b', [], ['1']), edit('c', [], ['2'])]))
    answers = [[refuse(1, 'INVALID')]]
    await save()
    expect(sent.map(names)).toEqual([['a', 'b', 'c'], ['c']])
    expect(names(open(staged.get()))).toEqual(['a', 'b'])
  })

  test('says that nothing was saved if there are no others', async () => {
    staged.set(stage(nothingStaged, many(1)))
    answers = [[refuse(0, 'NOT_FOUND')]]
    expect(await save()).toEqual({ saved: [], problem: 'Nothing was saved. Cell 0: NOT_FOUND' })
    expect(lastSave.get()).toBeNull()
  })
})

test('the changes of a save are known until the next edit, the newest first', async () => {
  staged.set(stage(nothingStaged, many(2_100)))
  answers = [[], [refuse(0, 'INVALID')]]
  await save()
  expect(lastSave.get()?.changeIds).toEqual(['c4', 'c3', 'c1'])
  expect(lastSave.get()?.edits).toHaveLength(2_099)
  editStaged((all) => stage(all, many(1)))
  expect(lastSave.get()).toBeNull()
})
