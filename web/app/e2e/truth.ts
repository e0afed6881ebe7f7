import type { Program } from './program'

interface External {
  name: string
  remoteId: string
  integration: { application: string }
}

const pageLength = 200 // the API's limit
const mask = (1n << 64n) - 1n

/** The hash by which the demonstration makes its vendors' IDs (internal/vendors/sim/demo.go). */
function digest(...about: string[]): bigint {
  let hash = 0xcbf29ce484222325n
  for (const byte of new TextEncoder().encode(about.join('\0'))) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & mask
  hash = ((hash ^ (hash >> 33n)) * 0xff51afd7ed558ccdn) & mask
  hash = ((hash ^ (hash >> 33n)) * 0xc4ceb9fe1a85ec53n) & mask
  return hash ^ (hash >> 33n)
}

function idOf(application: string, key: string): string {
  const [high, low] = [digest(application, 'id', key), digest(key, 'id', application)]
  const hex = (n: bigint, digits: number) => n.toString(16).padStart(digits, '0')
  if (application === 'IT_GLUE') return String(1_000_000_000n + (high % 9_000_000_000_000_000n))
  if (application === 'DATTO_RMM' || application === 'KASEYA_MODULE') {
    return `${hex(high >> 32n, 8)}-${hex((high >> 16n) & 0xffffn, 4)}-4${hex(high & 0xfffn, 3)}-8${hex(low >> 52n, 3)}-${hex(low & 0xffffffffffffn, 12)}`
  }
  return String(1n + (high % 2_000_000_000n))
}

/** Returns the IDs under which an application lists a client of the demonstration; some are listed twice. */
export function trueIds(application: string, organization: string): string[] {
  const keys = new Set([organization, organization.replace(/ (LLC|Inc|Inc\.)$/, '')])
  return [...keys].flatMap((key) => [idOf(application, key), idOf(application, `${key} twin`)])
}

/** Creates organizations from the names of the demonstration's clients, until there are so many. */
export async function createClients(program: Pick<Program, 'api'>, total: number): Promise<void> {
  const { organizations } = await program.api<{ organizations: { nodes: { name: string }[] } }>('{ organizations(first: 200) { nodes { name } } }')
  const plain = (name: string) => name.toLowerCase().replace(/ (llc|inc\.?)$/, '')
  const seen = new Set(organizations.nodes.map(({ name }) => plain(name)))
  const created: string[] = []
  for (let offset = 0; seen.size < total; offset += pageLength) {
    const { externalOrgs: { nodes } } = await program.api<{ externalOrgs: { nodes: External[] } }>(
      'query ($first: Int!, $offset: Int!) { externalOrgs(first: $first, offset: $offset) { nodes { name remoteId integration { application } } } }', { first: pageLength, offset })
    if (nodes.length === 0) throw new Error(`the demonstration has only ${seen.size} clients to create`)
    for (const { name, remoteId, integration: { application } } of nodes) {
      const asTyped = /^[A-Z][a-z]/.test(name) && name === name.trim().replace(/\s+/g, ' ') && trueIds(application, name).includes(remoteId)
      if (!asTyped || seen.has(plain(name)) || seen.size >= total) continue
      seen.add(plain(name))
      created.push(name)
    }
  }
  const create = (name: string) => program.api('mutation ($name: String!) { createOrganization(input: { name: $name }) { userErrors { message } } }', { name })
  await Promise.all(created.map(create))
}
