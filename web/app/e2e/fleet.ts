import { type ChildProcess, spawn } from 'node:child_process'
import { generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, createServer as createSocket } from 'node:net'
import { join } from 'node:path'

import { type Program, request } from './program'

/** A second server, which shares the program's Postgres and uses the given Redis. */
export class SecondServer {
  address = ''
  private child: ChildProcess | null = null

  constructor(private readonly program: Program, private readonly settings: Record<string, string>) {}

  get token(): string {
    return this.program.token
  }

  async start(): Promise<void> {
    const { binary, data } = this.program
    const child = spawn(binary, ['serve', '--role', 'api', '--listen', '127.0.0.1:0'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        DATABASE_URL: readFileSync(join(data, 'database-url'), 'utf8').trim(),
        ORGMAP_KEYSET_FILE: join(data, 'keyset.json'),
        ...this.settings,
      },
    })
    this.child = child
    this.address = await new Promise((resolve, reject) => {
      let output = ''
      const listen = (chunk: Buffer) => {
        output += chunk.toString()
        const serving = /"msg":"serving","address":"([^"]+)"/.exec(output)
        if (serving) resolve(`http://${serving[1]}`)
      }
      child.stdout.on('data', listen)
      child.stderr.on('data', listen)
      child.once('exit', (code) => reject(new Error(`the second server ended with ${code}:\n${output}`)))
    })
  }

  async stop(): Promise<void> {
    await stopped(this.child, 'SIGTERM')
  }

  api<Data>(query: string, variables: Record<string, unknown> = {}): Promise<Data> {
    return request(this, query, variables)
  }
}

/** A Redis that can be killed and restarted at the same address. */
export class Redis {
  private child: ChildProcess | null = null

  private constructor(private readonly port: number) {}

  static async launch(): Promise<Redis> {
    const redis = new Redis(await freePort())
    await redis.start()
    return redis
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}/0`
  }

  async start(): Promise<void> {
    const child = spawn('redis-server', ['--bind', '127.0.0.1', '--port', String(this.port), '--save', '', '--appendonly', 'no'], { stdio: ['ignore', 'pipe', 'inherit'] })
    this.child = child
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', (chunk: Buffer) => chunk.includes('Ready to accept connections') && resolve())
      child.once('exit', (code) => reject(new Error(`redis-server ended with ${code}`)))
      child.once('error', reject)
    })
  }

  async kill(): Promise<void> {
    await stopped(this.child, 'SIGKILL')
  }
}

async function stopped(child: ChildProcess | null, signal: NodeJS.Signals): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return
  const exited = new Promise((resolve) => child.once('exit', resolve))
  child.kill(signal)
  await exited
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const socket = createSocket().listen(0, '127.0.0.1', () => {
      const { port } = socket.address() as AddressInfo
      socket.close(() => resolve(port))
    })
  })
}

/** An OpenID Connect issuer with one person already signed in. */
export class Issuer {
  readonly client = 'orgmap-pages'
  readonly secret = 'known to both'
  address = ''
  claims: Record<string, unknown> = {}
  /** Whether the issuer supports logout. */
  supportsLogout = false
  /** The parameters of each logout request. */
  readonly logouts: Record<string, string>[] = []
  private readonly keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
  private readonly nonces = new Map<string, string>()

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Issuer> {
    const server = createServer()
    const issuer = new Issuer(server)
    server.on('request', (request, response) => {
      const json = (value: unknown) => response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(value))
      const { pathname, searchParams } = new URL(request.url ?? '', issuer.address)
      if (pathname === '/.well-known/openid-configuration') return void json(issuer.description())
      if (pathname === '/keys') return void json({ keys: [{ ...issuer.keys.publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }] })
      if (pathname === '/authorize') {
        const code = randomUUID()
        issuer.nonces.set(code, searchParams.get('nonce') ?? '')
        const back = new URLSearchParams({ code, state: searchParams.get('state') ?? '' })
        return void response.writeHead(302, { Location: `${searchParams.get('redirect_uri')}?${back}` }).end()
      }
      if (pathname === '/logout') {
        issuer.logouts.push(Object.fromEntries(searchParams))
        return void response.writeHead(302, { Location: searchParams.get('post_logout_redirect_uri') ?? '' }).end()
      }
      let sent = ''
      request.on('data', (chunk: Buffer) => (sent += chunk.toString()))
      request.on('end', () => json({ access_token: randomUUID(), token_type: 'Bearer', expires_in: 300, id_token: issuer.token(new URLSearchParams(sent).get('code') ?? '') }))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    issuer.address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    return issuer
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }

  private description() {
    const at = (path: string) => this.address + path
    return {
      ...(this.supportsLogout && { end_session_endpoint: at('/logout') }),
      issuer: this.address, authorization_endpoint: at('/authorize'), token_endpoint: at('/token'), jwks_uri: at('/keys'),
      response_types_supported: ['code'], subject_types_supported: ['public'], id_token_signing_alg_values_supported: ['RS256'], code_challenge_methods_supported: ['S256'],
    }
  }

  private token(code: string): string {
    const now = Math.floor(Date.now() / 1_000)
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const claims = { iss: this.address, aud: this.client, iat: now, exp: now + 300, nonce: this.nonces.get(code), ...this.claims }
    const text = `${encode({ alg: 'RS256', kid: 'one', typ: 'JWT' })}.${encode(claims)}`
    return `${text}.${sign('sha256', Buffer.from(text), this.keys.privateKey).toString('base64url')}`
  }
}
