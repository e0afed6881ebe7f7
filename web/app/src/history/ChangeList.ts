import type { RequestResult } from '../api/client'
import { Store } from '../ui/store'
import type { Change, ChangeFilter } from './documents'
import { chainLength, chainOf, inGroups, isPermanent, standingOf } from './standing'

/** A page of the timeline. */
export interface Page {
  rows: readonly Change[]
  /** How many changes the filter matches; undefined if they were not counted. */
  total: number | undefined
  /** The cursor of the last row; null at the end of the list. */
  cursor: string | null
}

/** Reads changes from the server. */
export interface Source {
  page: (filter: ChangeFilter, first: number, after: string | null, counted: boolean) => Promise<RequestResult<Page>>
  changes: (ids: readonly string[]) => Promise<readonly Change[] | null>
  /** Returns which of the changes can be undone now. */
  undoable: (ids: readonly string[]) => Promise<ReadonlyMap<string, boolean> | null>
}

export interface State {
  rows: readonly Change[]
  /** How many changes the filter matches; null until they have been counted. */
  total: number | null
  cursor: string | null
  loading: boolean
  problem: string | null
  /** Newer changes that wait to be shown. */
  waiting: readonly Change[]
  /** Whether changes can be undone, as far as that has been read. */
  undoable: ReadonlyMap<string, boolean>
}

export const pageLength = 50
const maxIds = 200 // in one query: the API's limit

const empty: State = { rows: [], total: null, cursor: null, loading: true, problem: null, waiting: [], undoable: new Map() }

/**
 * The changes that a filter matches, newest first. New ones wait until they are shown, unless mayMove allows them at once. Changes on the
 * screen are kept up to date in place.
 */
export class ChangeList {
  readonly state = new Store<State>(empty)
  /** Counts the times that the list was read from the start; older responses are dropped. */
  private reading = 0
  private last: Promise<void> = Promise.resolve()

  constructor(private readonly filter: ChangeFilter, private readonly source: Source, private readonly mayMove: () => boolean) {}

  /** Reads the list from the start. What is shown stays until the response arrives. */
  show(): Promise<void> {
    const reading = ++this.reading
    this.change({ loading: true, problem: null })
    return this.afterOthers(async () => {
      const { data, problem } = await this.source.page(this.filter, pageLength, null, true)
      if (reading !== this.reading) return
      if (problem !== null) return this.change({ loading: false, problem })
      this.change({ rows: data.rows, total: data.total ?? data.rows.length, cursor: data.cursor, loading: false, waiting: [] })
      await this.complete(data.rows)
    })
  }

  /** Reads the next page. */
  more(): Promise<void> {
    const { cursor, loading } = this.state.get()
    if (loading || cursor === null) return Promise.resolve()
    const { reading } = this
    this.change({ loading: true, problem: null })
    return this.afterOthers(async () => {
      const { data, problem } = await this.source.page(this.filter, pageLength, cursor, false)
      if (reading !== this.reading) return
      if (problem !== null) return this.change({ loading: false, problem })
      const known = new Set(this.state.get().rows.map(({ id }) => id))
      const added = data.rows.filter(({ id }) => !known.has(id))
      this.change({ rows: [...this.state.get().rows, ...added], cursor: data.cursor, loading: false })
      await this.complete(added)
    })
  }

  /** Shows the changes that wait. */
  showWaiting(): Promise<void> {
    const { waiting, rows, total } = this.state.get()
    if (waiting.length >= pageLength) return this.show() // there may be even more of them
    this.change({ rows: [...waiting, ...rows], total: total === null ? null : total + waiting.length, waiting: [] })
    return this.afterOthers(() => this.complete(waiting))
  }

  /** Has to be called when anything has changed on the server. */
  changed(): Promise<void> {
    if (this.state.get().total === null) return this.show()
    const { reading } = this
    return this.afterOthers(async () => {
      const { data } = await this.source.page(this.filter, pageLength, null, false)
      if (!data || reading !== this.reading) return
      const { rows } = this.state.get()
      const known = new Set(rows.map(({ id }) => id))
      const fresh = data.rows.filter(({ id }) => !known.has(id))
      this.replace(data.rows)
      await this.rereadUndone(fresh, new Set(data.rows.map(({ id }) => id)))
      if (reading !== this.reading) return
      this.change({ waiting: fresh })
      if (fresh.length > 0 && this.mayMove()) return void this.showWaiting()
      await this.complete(this.state.get().rows.slice(0, maxIds))
    })
  }

  /** Reads changes again that were undone or redone by new changes, unless they have just been read. */
  private async rereadUndone(fresh: readonly Change[], read: ReadonlySet<string>): Promise<void> {
    const undone = new Set(fresh.flatMap(({ undoes }) => (undoes ? [undoes.id] : [])))
    // An undo of an undo concerns the change that it undid first, and so on: these are older, and come later.
    for (const { id, undoes } of [...fresh, ...this.state.get().rows]) if (undoes && undone.has(id)) undone.add(undoes.id)
    const stale = this.state.get().rows.filter((row) => !read.has(row.id) && (undone.has(row.id) || chainOf(row).some(({ id }) => undone.has(id))))
    const found = stale.length === 0 ? null : await this.source.changes(stale.slice(0, maxIds).map(({ id }) => id))
    if (found) this.replace(found)
  }

  private replace(newer: readonly Change[]): void {
    const byId = new Map(newer.map((one) => [one.id, one]))
    this.change({ rows: this.state.get().rows.map((row) => byId.get(row.id) ?? row) })
  }

  /** Reads whether changes can be undone, and on if they were undone and redone more often than one response tells. */
  private async complete(rows: readonly Change[]): Promise<void> {
    const { reading } = this
    await this.lengthen(rows)
    if (reading !== this.reading) return
    const ids = new Set(rows.map(({ id }) => id))
    const wanted = this.state.get().rows.filter((row) => ids.has(row.id) && !isPermanent(row))
    for (const group of inGroups(wanted)) {
      const found = await this.source.undoable([...new Set(group.map((row) => standingOf(row).target))])
      if (!found || reading !== this.reading) return
      this.change({ undoable: new Map([...this.state.get().undoable, ...found]) })
    }
  }

  private async lengthen(rows: readonly Change[]): Promise<void> {
    for (const row of rows) {
      let chain = chainOf(row)
      while (chain.length > 0 && chain.length % chainLength === 0) {
        const [last] = await this.source.changes([chain.at(-1)!.id]) ?? []
        if (!last?.undoneBy) break
        chain = [...chain, ...chainOf(last)]
        const undoneBy = chain.reduceRight<Change['undoneBy']>((next, one) => ({ ...one, undoneBy: next }), null)
        this.replace([{ ...row, undoneBy }])
      }
    }
  }

  /** Runs a reading after all others: the client answers a query with the response to an equal one that is under way, which may be older. */
  private afterOthers(read: () => Promise<void>): Promise<void> {
    this.last = this.last.then(read)
    return this.last
  }

  private change(part: Partial<State>): void {
    this.state.set({ ...this.state.get(), ...part })
  }
}
