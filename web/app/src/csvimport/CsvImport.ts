import { request } from '../api/client'
import type { Change } from '../api/documents'
import type { Wanted } from '../history/asking'
import { offerUndo } from '../history/offering'
import { Store } from '../ui/store'
import { csvImport as text } from '../words/csvImport'
import { type Applied, ApplyCsv, type CsvColumn, type CsvFile, type CsvRow } from './documents'
import { type Content, contentOf, maxBytes } from './file'
import { plan, type Plan, type ReadPage } from './planning'
import { choose, chooseAll, chooseNone, type Choice, type Choices, differing, keptChoices, usualChoices, withinLimit } from './rows'

/** How a column is read instead of as its header says. */
export type ColumnChoice = Pick<CsvColumn, 'index' | 'kind' | 'integrationId'>

export interface State {
  /** The chosen file; null: none. */
  file: { name: string; size: number } | null
  columns: readonly ColumnChoice[]
  plan: Plan | null
  /** Whether the file is being read or planned; the plan may then be a part of it, or the last one. */
  loading: boolean
  /** Why the file could not be planned. */
  problem: string | null
  choices: Choices
  /** The lines that do something else than in the last preview. */
  changed: ReadonlySet<number>
  /** Whether the account has changed so that the preview may no longer be true. */
  stale: boolean
  applying: boolean
  /** What kept the rows from being applied. */
  refusal: string | null
  /** What was done, and whether that has been undone. */
  done: { applied: Applied; undone: boolean; wanted: Wanted | null } | null
}

const empty: State = {
  file: null, columns: [], plan: null, loading: false, problem: null, choices: new Map(), changed: new Set(), stale: false, applying: false, refusal: null, done: null,
}

const checkDelay = 500 // milliseconds after the last change of the account
const maxChecked = 1024 * 1024 // bytes of a file that is sent again only to see whether its preview is still true

/** What a change of the account does to the preview of a file. */
const concerning: ReadonlySet<Change['__typename']> = new Set<Change['__typename']>(['OrganizationsChanged', 'MappingsChanged', 'IntegrationsChanged', 'DecisionsChanged', 'Resync'])

/** Reports whether a preview has all rows of the file. */
export const isWhole = ({ head, rows, errors }: Plan): boolean => head !== null && errors.length === 0 && rows.length === head.rowCount

/** A file that is being imported: its preview, the choice of rows, and what became of it. */
export class CsvImport {
  readonly state = new Store<State>(empty)
  private content: Content | null = null
  /** Counts the previews that were asked for; responses to older questions are dropped. */
  private asking = 0
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly read: ReadPage) {}

  /** Opens a file and plans it. */
  async open(file: File): Promise<void> {
    const asking = ++this.asking
    this.content = null
    const opened = { name: file.name, size: file.size }
    if (file.size > maxBytes) return this.state.set({ ...empty, file: opened, problem: text.file.tooLarge({ size: file.size, most: maxBytes }) })
    this.state.set({ ...empty, file: opened, loading: true })
    try {
      const content = contentOf(new Uint8Array(await file.arrayBuffer()))
      if (asking !== this.asking) return
      this.content = content
    } catch {
      if (asking === this.asking) this.change({ loading: false, problem: text.file.unreadable })
      return
    }
    await this.preview(null)
  }

  /** Begins with another file. */
  reset(): void {
    this.asking++
    this.content = null
    clearTimeout(this.timer)
    this.state.set(empty)
  }

  /** Reads a column in another way. What rows do is another thing then, so the choice of rows begins anew. */
  async readColumn(choice: ColumnChoice): Promise<void> {
    const { columns } = this.state.get()
    this.change({ columns: [...columns.filter(({ index }) => index !== choice.index), choice], changed: new Set() })
    await this.preview(null)
  }

  /** Plans the file again, marks the rows that differ, and keeps the choices that are still valid. */
  async update(refusal: string | null = null): Promise<void> {
    const { plan: before, choices } = this.state.get()
    if (this.content === null) return
    this.change({ refusal })
    await this.preview(before !== null && isWhole(before) ? { rows: before.rows, choices } : null)
  }

  private async preview(before: { rows: readonly CsvRow[]; choices: Choices } | null): Promise<void> {
    const asking = ++this.asking
    const file = this.sent()
    if (file === null) return
    clearTimeout(this.timer)
    this.change({ loading: true, problem: null, stale: false })
    // The first rows are shown at once, unless there are rows on the screen that are about to be compared.
    const onPart = (part: Plan) => {
      if (!before) this.change({ plan: part, choices: usualChoices(part.rows), changed: new Set() })
    }
    const planned = await plan(file, this.read, onPart, () => asking === this.asking)
    if (planned === null) return
    if (planned.problem !== null) return this.change({ loading: false, problem: planned.problem })
    const { head, rows } = planned.plan
    const changed = before ? differing(before.rows, rows) : new Set<number>()
    const choices = before ? withinLimit(rows, keptChoices(before.rows, before.choices, rows, changed), head?.remaining ?? null) : usualChoices(rows)
    this.change({ loading: false, plan: planned.plan, choices, changed })
  }

  private sent(): CsvFile | null {
    if (this.content === null) return null
    const { columns } = this.state.get()
    return { ...this.content, ...(columns.length > 0 && { columns: [...columns] }) }
  }

  /** Reports whether the file itself is the problem, so that trying again does not help. */
  isRefused(): boolean {
    return this.content === null
  }

  choose(line: number, choice: Choice | undefined): void {
    this.change({ choices: choose(this.state.get().choices, line, choice), refusal: null })
  }

  /** Chooses rows, or takes them out of the choice. */
  chooseAll(rows: readonly CsvRow[], on: boolean): void {
    const { plan: shown, choices } = this.state.get()
    if (!shown) return
    this.change({ choices: on ? chooseAll(shown.rows, choices, rows, shown.head?.remaining ?? null) : chooseNone(choices, rows), refusal: null })
  }

  /** Applies the chosen rows. If the preview is no longer true, nothing is changed, and the file is planned again. */
  async apply(): Promise<void> {
    const { plan: shown, choices } = this.state.get()
    const file = this.sent()
    if (!shown?.head || file === null) return
    const lines: number[] = []
    const instead: { line: number; organizationId: string }[] = []
    for (const { line, similarId } of shown.rows) {
      const choice = choices.get(line)
      if (choice === 'apply') lines.push(line)
      else if (choice === 'instead' && similarId !== null) instead.push({ line, organizationId: similarId })
    }
    this.change({ applying: true, refusal: null })
    const { data, problem } = await request('mutation', ApplyCsv, { file, hash: shown.head.hash, lines, instead })
    this.change({ applying: false })
    const [error] = data?.applyCsv.userErrors ?? []
    if (error?.code === 'CONFLICT') return this.update(text.apply.conflict)
    // Without a response, nobody knows whether the rows were applied: another preview tells.
    if (problem !== null) return this.change({ refusal: problem, stale: true })
    if (error) return this.change({ refusal: text.apply.refused(error.message) })
    clearTimeout(this.timer)
    const applied = data.applyCsv
    const { change } = applied
    const onUndone = () => {
      const { done } = this.state.get()
      if (done?.applied.change?.id === change?.id) this.change({ done: done && { ...done, undone: !done.undone } })
    }
    const wanted = change ? { changeIds: [change.id], onUndone } : null
    this.change({ done: { applied, undone: false, wanted }, stale: false })
    if (wanted) offerUndo(text.done.summary(applied), wanted)
  }

  /** Follows a change of the account: the preview may no longer be true. */
  follow(change: Pick<Change, '__typename'>): void {
    const { plan: shown, stale, done } = this.state.get()
    if (!concerning.has(change.__typename) || shown === null || stale || done !== null) return
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.check(), checkDelay)
  }

  /** Stops what is under way, because the page is gone. */
  stop(): void {
    this.asking++
    clearTimeout(this.timer)
  }

  /** Finds out whether the preview is still true. A large file is not sent for that: it counts as changed. */
  private async check(): Promise<void> {
    const { loading, applying, file: opened } = this.state.get()
    if (loading || applying) {
      this.timer = setTimeout(() => void this.check(), checkDelay)
      return
    }
    const asking = this.asking
    const file = this.sent()
    if (file === null) return
    if ((opened?.size ?? 0) > maxChecked) return this.change({ stale: true })
    const result = await this.read(file, 0, null)
    const { plan: shown, done } = this.state.get()
    if (asking !== this.asking || done !== null) return
    const same = result.problem === null && result.page?.hash === shown?.head?.hash && result.page?.remaining === shown?.head?.remaining
    if (!same) this.change({ stale: true })
  }

  private change(part: Partial<State>): void {
    this.state.set({ ...this.state.get(), ...part })
  }
}

