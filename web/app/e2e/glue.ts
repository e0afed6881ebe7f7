import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An IT Glue to order: it lists what a test says, and takes the key that a test says. */
export class Glue {
  organizations: { id: string; name: string }[] = []
  key = 'ITG.0123456789abcdef0123456789abcdef'
  address = ''
  private waiting: (() => void)[] | null = null

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Glue> {
    const server = createServer()
    const glue = new Glue(server)
    server.on('request', (request, response) => {
      const answer = () => {
        const { status, body } = glue.answer(new URL(request.url ?? '', 'http://glue'), request.headers['x-api-key'])
        response.writeHead(status, { 'Content-Type': 'application/vnd.api+json' }).end(JSON.stringify(body))
      }
      if (glue.waiting) glue.waiting.push(answer)
      else answer()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    glue.address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    return glue
  }

  /** Answers nothing until it is told to go on. */
  hold(): void {
    this.waiting ??= []
  }

  goOn(): void {
    const { waiting } = this
    this.waiting = null
    for (const answer of waiting ?? []) answer()
  }

  async stop(): Promise<void> {
    this.goOn()
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }

  private answer({ pathname, searchParams }: URL, key: string | string[] | undefined) {
    if (key !== this.key) return { status: 403, body: { message: 'Forbidden' } }
    if (pathname !== '/organizations') return { status: 404, body: { errors: [{ title: 'Not found' }] } }
    const size = Number(searchParams.get('page[size]') ?? 50)
    const number = Number(searchParams.get('page[number]') ?? 1)
    const rows = this.organizations.slice((number - 1) * size, number * size)
    const pages = Math.ceil(this.organizations.length / size)
    return {
      status: 200,
      body: {
        data: rows.map(({ id, name }) => ({ id, type: 'organizations', attributes: { name } })),
        meta: { 'current-page': number, 'next-page': number < pages ? number + 1 : null, 'total-pages': pages, 'total-count': this.organizations.length },
      },
    }
  }
}
