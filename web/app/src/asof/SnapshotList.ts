import { Store } from '../ui/store'
import type { Past } from './documents'
import type { Problem } from './problem'

/** A page of a snapshot. */
export interface Page {
  /** Identifies the snapshot, whatever changes meanwhile. */
  snapshot: string
  rows: readonly Past[]
  total: number
  /** The cursor of the last row; null at the end. */
  cursor: string | null
}

export type PageResult = { page: Page; problem: null } | { page: null; problem: Problem }

/** Reads the page after a cursor, or the first one. snapshot identifies the snapshot once it is known. */
export type ReadPage = (snapshot: string | null, after: string | null) => Promise<PageResult>

export interface State {
  rows: readonly Past[]
  /** The number of rows; null until it is known. */
  total: number | null
  problem: Problem | null
}

/** The rows of a snapshot, read in order as far as they are wanted. */
export class SnapshotList {
  readonly state = new Store<State>({ rows: [], total: null, problem: null })
  private snapshot: string | null = null
  private after: string | null = null
  private wanted = 1
  private reading = false

  constructor(private readonly readPage: ReadPage) {}

  /** Reads on until the list has this many rows. */
  async want(rows: number): Promise<void> {
    this.wanted = Math.max(this.wanted, rows)
    if (this.reading) return
    this.reading = true
    while (this.isMissing()) await this.readNext()
    this.reading = false
  }

  /** Reads again what could not be read. */
  retry(): Promise<void> {
    this.state.set({ ...this.state.get(), problem: null })
    return this.want(this.wanted)
  }

  private isMissing(): boolean {
    const { rows, total, problem } = this.state.get()
    return problem === null && (total === null || rows.length < Math.min(total, this.wanted))
  }

  private async readNext(): Promise<void> {
    const { page, problem } = await this.readPage(this.snapshot, this.after)
    const before = this.state.get()
    if (problem !== null) return this.state.set({ ...before, problem })
    this.snapshot = page.snapshot
    this.after = page.cursor
    const rows = [...before.rows, ...page.rows]
    this.state.set({ rows, total: page.cursor === null ? rows.length : page.total, problem: null })
  }
}
