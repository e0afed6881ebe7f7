import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Answer {
  status: number
  body: unknown
}

/** A vendor's API on loopback that a test controls. */
export abstract class Vendor {
  address = ''
  protected readonly contentType: string = 'application/json'
  private readonly server: Server
  private waiting: (() => void)[] | null = null

  protected constructor() {
    this.server = createServer((request, response) => {
      const answer = async () => {
        const { status, body } = await this.answer(request, new URL(request.url ?? '', this.address))
        response.writeHead(status, { 'Content-Type': this.contentType }).end(JSON.stringify(body))
      }
      if (this.waiting) this.waiting.push(() => void answer())
      else void answer()
    })
  }

  protected abstract answer(request: IncomingMessage, address: URL): Answer | Promise<Answer>

  protected async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    this.address = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
    return this
  }

  /** Holds back all answers until goOn is called. */
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
}
