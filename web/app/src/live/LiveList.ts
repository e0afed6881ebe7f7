import type { RequestResult } from '../api/client'
import { Store } from '../ui/store'
import { differences, numberOf } from './differences'

/** What is listed. */
export interface Item {
  id: string
}

/** A page of a list. */
export interface Page<Row> {
  rows: readonly Row[]
  total: number
  /** The cursor of the last row; null at the end of the list. */
  cursor: string | null
}

/** A page as the API returns it. */
interface Connection<Row> {
  nodes: readonly Row[]
  totalCount: number
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
}

export const pageOf = <Row>({ nodes, totalCount, pageInfo }: Connection<Row>): Page<Row> => ({ rows: nodes, total: totalCount, cursor: pageInfo.hasNextPage ? pageInfo.endCursor : null })

/** Reads a list from the server. */
export interface Source<Row extends Item, Key extends Item> {
  page: (first: number, after: string | null) => Promise<RequestResult<Page<Row>>>
  keys: (first: number, after: string | null) => Promise<RequestResult<Page<Key>>>
  /** Returns the rows that still exist. */
  rows: (ids: readonly string[]) => Promise<RequestResult<readonly Row[]>>
}

export interface State<Row> {
  rows: readonly Row[]
  /** How many the list contained when it was last read; null until then. */
  total: number | null
  cursor: string | null
  loading: boolean
  problem: string | null
  /** How many rows would enter, leave or move if the list were shown as it is now. */
  waiting: number
}

export const pageLength = 100 // rows
export const maxPageLength = 200 // keys or IDs: the API's limit
const mostCompared = 2_000 // rows of a list that has been scrolled that far

const empty: State<never> = { rows: [], total: null, cursor: null, loading: true, problem: null, waiting: 0 }

/**
 * The rows of a list, loaded while scrolling. When something changes, the rows on the screen change in place, and those out of sight before
 * they are shown. Rows that would enter, leave or move wait until show is called, unless mayMove allows it at once.
 */
export class LiveList<Row extends Item, Key extends Item> {
  readonly state = new Store<State<Row>>(empty)
  /** Counts the times that the list was read from the start; older responses are dropped. */
  private reading = 0
  private last: Promise<void> = Promise.resolve()
  private visible: readonly string[] = []
  private readonly stale = new Set<string>()

  constructor(private readonly source: Source<Row, Key>, private readonly mayMove: () => boolean) {}

  /** Reads the list from the start. What is shown stays until the response arrives. */
  show(): Promise<void> {
    const reading = ++this.reading
    this.change({ loading: true, problem: null })
    return this.afterOthers(() => this.readStart(reading))
  }

  private async readStart(reading: number): Promise<void> {
    const { data, problem } = await this.source.page(pageLength, null)
    if (reading !== this.reading) return
    if (problem !== null) return this.change({ loading: false, problem })
    this.stale.clear()
    this.state.set({ rows: data.rows, total: data.total, cursor: data.cursor, loading: false, problem: null, waiting: 0 })
  }

  /** Reads the next page. */
  more(): Promise<void> {
    const { cursor, loading, problem } = this.state.get()
    if (loading || cursor === null || problem !== null) return Promise.resolve()
    const { reading } = this
    this.change({ loading: true })
    return this.afterOthers(() => this.readNext(reading, cursor))
  }

  private async readNext(reading: number, cursor: string): Promise<void> {
    if (reading !== this.reading) return
    const { data, problem } = await this.source.page(pageLength, cursor)
    if (reading !== this.reading) return
    if (problem !== null) return this.change({ loading: false, problem })
    const { rows } = this.state.get()
    const known = new Set(rows.map(({ id }) => id))
    this.change({ rows: [...rows, ...data.rows.filter(({ id }) => !known.has(id))], total: data.total, cursor: data.cursor, loading: false })
  }

  /** Tells which rows are on the screen. */
  see(ids: readonly string[]): void {
    this.visible = ids
    if (ids.some((id) => this.stale.has(id))) void this.afterOthers(() => this.readStale())
  }

  /** Has to be called when anything has changed on the server. */
  async changed(): Promise<void> {
    const { rows, total } = this.state.get()
    if (total === null) return void this.show()
    for (const { id } of rows) this.stale.add(id)
    await this.afterOthers(() => this.readStale())
    await this.afterOthers(() => this.compare())
  }

  /** Reads some rows again, such as those that the user has just changed. */
  refresh(ids: readonly string[]): Promise<void> {
    return this.afterOthers(() => this.readRows(ids))
  }

  /** Runs a reading after all others: the client answers a query with the response to an equal one that is under way, which may be older. */
  private afterOthers(read: () => Promise<void>): Promise<void> {
    this.last = this.last.then(read)
    return this.last
  }

  private async readRows(ids: readonly string[]): Promise<void> {
    const { reading } = this
    for (let from = 0; from < ids.length; from += pageLength) {
      const part = ids.slice(from, from + pageLength)
      for (const id of part) this.stale.delete(id) // what changes from now on is marked again
      const { data } = await this.source.rows(part)
      if (reading !== this.reading) return
      if (!data) return part.forEach((id) => this.stale.add(id))
      const found = new Map<string, Row>(data.map((row) => [row.id, row]))
      this.change({ rows: this.state.get().rows.map((row) => found.get(row.id) ?? row) })
    }
  }

  private readStale(): Promise<void> {
    return this.readRows(this.visible.filter((id) => this.stale.has(id)))
  }

  /** Finds out which rows would enter, leave or move. */
  private async compare(): Promise<void> {
    const { reading } = this
    const before = this.state.get()
    const shown = before.rows.slice(0, mostCompared).map(({ id }) => id)
    const complete = before.cursor === null && shown.length === before.rows.length
    const now: string[] = []
    let cursor: string | null = null
    let total = 0
    do {
      const { data }: RequestResult<Page<Key>> = await this.source.keys(maxPageLength, cursor)
      if (!data || reading !== this.reading) return
      now.push(...data.rows.map(({ id }) => id))
      cursor = data.cursor
      total = data.total
      // One page more than is shown, because rows that have entered push the last ones further down.
    } while (cursor !== null && now.length < shown.length + maxPageLength)
    if (this.state.get().rows.length !== before.rows.length) return this.compare() // a page has arrived meanwhile
    const waiting = numberOf(differences(shown, now, complete))
    if (waiting > 0 && this.mayMove()) return void this.show()
    this.change({ waiting, total })
  }

  private change(part: Partial<State<Row>>): void {
    this.state.set({ ...this.state.get(), ...part })
  }
}
