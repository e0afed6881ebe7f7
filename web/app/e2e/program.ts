import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const startTime = 90_000 // milliseconds: the first start creates a database
const stopTime = 20_000 // milliseconds

/** An account of the program, and how to sign in to it as its admin. */
export interface Account extends Pick<Program, 'address' | 'token' | 'api'> {
  id: string
}

/** The built program, serving its demonstration from its own folder. */
export class Program {
  address = ''
  token = ''
  /** The ID of the account that the demonstration begins with. */
  account = ''
  /** The sign-in link printed by the last start. */
  link = ''
  private child: ChildProcess | null = null
  private readonly folder = mkdtempSync(join(tmpdir(), 'orgmap-e2e-'))
  readonly binary = process.env.ORGMAP_BINARY ?? '' // built before the tests start

  /** Settings are environment variables of the program; changes apply from its next start. */
  constructor(public settings: Record<string, string> = {}) {
    chmodSync(this.folder, 0o755) // if root runs the tests, Postgres runs as another user
  }

  private get environment(): NodeJS.ProcessEnv {
    return { ...process.env, DATABASE_URL: '', REDIS_URL: '', ...this.settings }
  }

  /** The folder with all its data. */
  get data(): string {
    return join(this.folder, 'data')
  }

  /** Starts the program. A restart uses the same address. */
  async start(): Promise<void> {
    const listen = this.address === '' ? '127.0.0.1:0' : new URL(this.address).host
    const child = spawn(this.binary, ['serve', '--demo', '--data-dir', this.data, '--listen', listen], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: this.environment,
    })
    this.child = child
    const link = await signInLink(child)
    this.address = link.origin
    this.link = link.href
    if (this.account === '') this.account = this.onlyAccount()
    // The link works once and expires within minutes; the tests' own token stays valid.
    if (this.token === '') this.token = this.newToken('admin', 'Admin')
  }

  /** Stops the program as an operator would. Its data stays in its folder. */
  async stop(): Promise<void> {
    const { child } = this
    this.child = null
    if (!child || child.exitCode !== null) return
    const exited = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), stopTime)
    await exited
    clearTimeout(timer)
  }

  /** Stops the program and deletes its folder. */
  async remove(): Promise<void> {
    await this.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** Creates another token, as an operator would while the program runs. */
  newToken(role: 'viewer' | 'editor' | 'admin', name = `A ${role}`, account = this.account): string {
    return this.command('token', 'create', '--account', account, '--role', role, '--name', name).trim()
  }

  /** Creates another account with a token of an admin. */
  newAccount(name: string): Account {
    const id = this.command('account', 'create', '--name', name).trim()
    const token = this.newToken('admin', 'Admin', id)
    const account = { address: this.address, token, id }
    return { ...account, api: (query, variables = {}) => request(account, query, variables) }
  }

  /** Creates another sign-in link, as an operator would while the program runs. */
  newLink(role: 'viewer' | 'editor' | 'admin' = 'admin', name = 'Admin'): string {
    return this.command('link', '--account', this.account, '--role', role, '--name', name, '--listen', new URL(this.address).host).trim()
  }

  /** Sets the account's limit on organizations. */
  setLimit(limit: number): void {
    this.command('account', 'set-limit', '--account', this.account, '--organization-limit', String(limit))
  }

  private onlyAccount(): string {
    const [account] = JSON.parse(this.command('account', 'list', '--json')) as { id: string }[]
    return account?.id ?? ''
  }

  private command(...words: string[]): string {
    return execFileSync(this.binary, [...words, '--data-dir', this.data], { env: this.environment, encoding: 'utf8' })
  }

  /** Sends an operation as the admin. */
  api<Data>(query: string, variables: Record<string, unknown> = {}): Promise<Data> {
    return request(this, query, variables)
  }
}

/** Sends an operation to a server. */
export async function request<Data>({ address, token }: { address: string; token: string }, query: string, variables: Record<string, unknown>): Promise<Data> {
  const response = await fetch(`${address}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  })
  const result = (await response.json()) as { data?: Data; errors?: { message: string }[] }
  if (!result.data || result.errors) throw new Error(`the API responded with ${JSON.stringify(result.errors)}`)
  return result.data
}

/** Reads the program's output until the sign-in link appears. */
function signInLink(child: ChildProcess): Promise<URL> {
  return new Promise((resolve, reject) => {
    let output = ''
    const timer = setTimeout(() => reject(new Error(`the program did not start:\n${output}`)), startTime)
    const listen = (chunk: Buffer) => {
      output += chunk.toString()
      const link = /http:\/\/\S+\/#code=\S+/.exec(output)
      if (!link) return
      clearTimeout(timer)
      resolve(new URL(link[0]))
    }
    child.stdout?.on('data', listen)
    child.stderr?.on('data', listen)
    child.once('exit', (code) => {
      clearTimeout(timer)
      reject(new Error(`the program exited with ${code}:\n${output}`))
    })
  })
}
