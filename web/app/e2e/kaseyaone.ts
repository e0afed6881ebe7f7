import type { IncomingMessage } from 'node:http'

import { type Answer, Vendor } from './vendor'

interface Module {
  id: number
  name: string
  organizations: readonly string[]
}

const well = (answer: object): Answer => ({ status: 200, body: { success: true, error: null, ...answer } })

/** A fake KaseyaOne, read through Kaseya BMS like the real one. The test sets its modules, each with its own list. */
export class KaseyaOne extends Vendor {
  modules: readonly Module[] = []
  password = 'of the employee'
  readonly username = 'orgmap'
  readonly tenant = 'Harbour IT'

  static start(): Promise<KaseyaOne> {
    return new KaseyaOne().listen()
  }

  protected async answer(request: IncomingMessage, { pathname, searchParams }: URL): Promise<Answer> {
    if (pathname === '/v2/security/authenticate') return this.signIn(await form(request))
    if (request.headers.authorization !== `Bearer ${this.token}`) return { status: 401, body: null }
    switch (pathname) {
      case '/v2/admin/k1/status':
        return well({ result: { isConnected: true } })
      case '/v2/admin/k1/modules':
        return well({ result: this.modules.map(({ id, name }) => ({ id, name })) })
      case '/v2/admin/k1/organizationmappings':
        return this.organizationsOf(Number(searchParams.get('SourceProductId')), Number(searchParams.get('PageNumber')), Number(searchParams.get('PageSize')))
      default:
        return { status: 404, body: null }
    }
  }

  /** A new password invalidates old tokens. */
  private get token(): string {
    return Buffer.from(this.password).toString('hex')
  }

  private signIn(sent: FormData): Answer {
    const right = sent.get('UserName') === this.username && sent.get('Password') === this.password && sent.get('Tenant') === this.tenant
    if (!right) return { status: 200, body: { success: false, result: null, error: { code: 0, message: 'Invalid user name, password or company name' } } }
    return well({ result: { accessToken: this.token, accessTokenExpireOn: new Date(Date.now() + 3_600_000).toISOString() } })
  }

  private organizationsOf(module: number, page: number, size: number): Answer {
    const all = this.modules.find(({ id }) => id === module)?.organizations ?? []
    const rows = all.map((name, index) => ({ sourceOrganizationId: `${module}-${index + 1}`, sourceOrganizationName: name, sourceProductId: module, subOrganizations: null }))
    return well({ result: rows.slice((page - 1) * size, page * size), totalRecords: rows.length })
  }
}

async function form(request: IncomingMessage): Promise<FormData> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return new Response(Buffer.concat(chunks), { headers: { 'Content-Type': request.headers['content-type'] ?? '' } }).formData()
}
