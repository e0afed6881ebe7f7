import type { IncomingMessage } from 'node:http'

import { Vendor } from './vendor'

/** A fake IT Glue with the organizations and the API key that a test sets. */
export class Glue extends Vendor {
  organizations: { id: string; name: string }[] = []
  key = 'ITG.0123456789abcdef0123456789abcdef'
  protected override readonly contentType = 'application/vnd.api+json'

  static start(): Promise<Glue> {
    return new Glue().listen()
  }

  protected respond({ headers }: IncomingMessage, { pathname, searchParams }: URL) {
    if (headers['x-api-key'] !== this.key) return { status: 403, body: { message: 'Forbidden' } }
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
