import type { RequestResult } from '../api/client'
import { Store } from '../ui/store'
import type { Person } from './documents'

/** A page of people. */
export interface Page {
  rows: readonly Person[]
  total: number
  /** The cursor of the last row; null at the end of the list. */
  cursor: string | null
  /** The ID of the person who asks; null for a token. */
  self: string | null
}

/** Reads people from the server. */
export type Source = (search: string, first: number, after: string | null) => Promise<RequestResult<Page>>

export interface State {
  /** Null until they have been read. */
  people: readonly Person[] | null
  total: number
  hasMore: boolean
  /** What was searched for. */
  search: string
  self: string | null
  loading: boolean
  problem: string | null
}

export const pageLength = 100
const maxFirst = 200 // in one query: the API's limit

/** The people that a search finds, by name, as many pages as have been asked for. */
export class PeopleList {
  readonly state = new Store<State>({ people: null, total: 0, hasMore: false, search: '', self: null, loading: true, problem: null })
  private search = ''
  private wanted = pageLength
  /** Counts the readings; the responses of older ones are dropped. */
  private reading = 0
  private last: Promise<void> = Promise.resolve()

  constructor(private readonly source: Source) {}

  /** Shows the people that a search finds. What is shown stays until the response arrives. */
  find(search: string): Promise<void> {
    if (search !== this.search) this.wanted = pageLength
    this.search = search
    return this.read()
  }

  more(): Promise<void> {
    this.wanted += pageLength
    return this.read()
  }

  /** Reads everything again that is shown. */
  read(): Promise<void> {
    const reading = ++this.reading
    this.change({ loading: true })
    // The client answers a query with the response to an equal one that is under way, which may be older.
    this.last = this.last.then(() => this.load(reading))
    return this.last
  }

  private async load(reading: number): Promise<void> {
    if (reading !== this.reading) return
    const { search, wanted } = this
    const people: Person[] = []
    for (let after: string | null = null; ;) {
      const { data, problem }: RequestResult<Page> = await this.source(search, Math.min(maxFirst, wanted - people.length), after)
      if (reading !== this.reading) return
      if (problem !== null) return this.change({ loading: false, problem })
      people.push(...data.rows)
      after = data.cursor
      if (after !== null && people.length < wanted) continue
      return this.change({ people, total: data.total, hasMore: after !== null, search, self: data.self, loading: false, problem: null })
    }
  }

  private change(part: Partial<State>): void {
    this.state.set({ ...this.state.get(), ...part })
  }
}
