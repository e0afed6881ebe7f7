import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface VendorResponse {
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
      const respond = async () => {
        const { status, body } = await this.respond(request, new URL(request.url ?? '', this.address))
        response.writeHead(status, { 'Content-Type': this.contentType }).end(JSON.stringify(body))
      }
      if (this.waiting) this.waiting.push(() => void respond())
      else void respond()
    })
  }

  protected abstract respond(request: IncomingMessage, address: URL): VendorResponse | Promise<VendorResponse>

  protected async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    this.address = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
    return this
  }

  /** Holds back all responses until resume is called. */
  pause(): void {
    this.waiting ??= []
  }

  resume(): void {
    const { waiting } = this
    this.waiting = null
    for (const respond of waiting ?? []) respond()
  }

  async stop(): Promise<void> {
    this.resume()
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }
}
