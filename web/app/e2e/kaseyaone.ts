import type { IncomingMessage } from 'node:http'

import { Vendor, type VendorResponse } from './vendor'

interface Module {
  id: number
  name: string
  organizations: readonly string[]
}

const success = (fields: object): VendorResponse => ({ status: 200, body: { success: true, error: null, ...fields } })

/** A fake KaseyaOne, read through Kaseya BMS like the real one. The test sets its modules, each with its own list. */
export class KaseyaOne extends Vendor {
  modules: readonly Module[] = []
  password = 'of the employee'
  readonly username = 'orgmap'
  readonly tenant = 'Harbour IT'

  static start(): Promise<KaseyaOne> {
    return new KaseyaOne().listen()
  }

  protected async respond(request: IncomingMessage, { pathname, searchParams }: URL): Promise<VendorResponse> {
    if (pathname === '/v2/security/authenticate') return this.signIn(await form(request))
    if (request.headers.authorization !== `Bearer ${this.token}`) return { status: 401, body: null }
    switch (pathname) {
      case '/v2/admin/k1/status':
        return success({ result: { isConnected: true } })
      case '/v2/admin/k1/modules':
        return success({ result: this.modules.map(({ id, name }) => ({ id, name })) })
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

  private signIn(sent: FormData): VendorResponse {
    const valid = sent.get('UserName') === this.username && sent.get('Password') === this.password && sent.get('Tenant') === this.tenant
    if (!valid) return { status: 200, body: { success: false, result: null, error: { code: 0, message: 'Invalid user name, password or company name' } } }
    return success({ result: { accessToken: this.token, accessTokenExpireOn: new Date(Date.now() + 3_600_000).toISOString() } })
  }

  private organizationsOf(module: number, page: number, size: number): VendorResponse {
    const all = this.modules.find(({ id }) => id === module)?.organizations ?? []
    const rows = all.map((name, index) => ({ sourceOrganizationId: `${module}-${index + 1}`, sourceOrganizationName: name, sourceProductId: module, subOrganizations: null }))
    return success({ result: rows.slice((page - 1) * size, page * size), totalRecords: rows.length })
  }
}

async function form(request: IncomingMessage): Promise<FormData> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return new Response(Buffer.concat(chunks), { headers: { 'Content-Type': request.headers['content-type'] ?? '' } }).formData()
}
