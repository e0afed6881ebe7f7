import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

import { type Page, test } from '@playwright/test'

import { Glue } from '../e2e/glue'
import { Program } from '../e2e/program'
import { cell, enter, expect, organization, refreshed, search, visit } from '../e2e/test'

const folder = join(import.meta.dirname, '../../../docs/pictures')

const take = async (page: Page, name: string) => {
  await page.mouse.move(0, 0)
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' })
}

test('takes the screenshots of the documents', async ({ browser }) => {
  mkdirSync(folder, { recursive: true })
  const program = new Program({ ORGMAP_COST_BUDGET: '0' })
  const [rejecting, shrinking] = [await Glue.start(), await Glue.start()]
  try {
    await program.start()
    await refreshed(program)
    await mapSome(program)
    const page = await browser.newPage()
    await enter(page, program)
    await setup(page)
    await conflict(page, program)
    await organizations(page, program)
    await integrations(page, program, rejecting, shrinking)
    await past(page, program)
    await explorer(page, program)
    await enter(page, program)
    await page.setViewportSize({ width: 390, height: 760 })
    await expect(page.locator('[aria-controls="menu"]')).toBeVisible() // the navigation has become a menu
    await visit(page, 'Sync status')
    await expect(page.getByRole('row').nth(1)).toBeVisible()
    await take(page, 'phone')
  } finally {
    await program.remove()
    await rejecting.stop()
    await shrinking.stop()
  }
})

interface Named {
  id: string
  name: string
}

/** Imports organizations, and maps external organizations with exactly the same names in the other columns. */
async function mapSome(program: Program): Promise<void> {
  const { importCandidates } = await program.api<{ importCandidates: { nodes: { externalOrg: Named }[] } }>('{ importCandidates(first: 120) { nodes { externalOrg { id name } } } }')
  await program.api('mutation ($ids: [ID!]!) { importFromITGlue(input: { externalOrgIds: $ids }) { userErrors { message } } }', { ids: importCandidates.nodes.map(({ externalOrg }) => externalOrg.id) })
  const { organizations } = await program.api<{ organizations: { nodes: Named[] } }>('{ organizations(first: 200) { nodes { id name } } }')
  const ids = new Map(organizations.nodes.map(({ id, name }) => [name, id]))
  const { integrations } = await program.api<{ integrations: (Named & { externalOrgs: { nodes: Named[] } })[] }>(
    '{ integrations { id name externalOrgs(first: 80, filter: { removed: false }) { nodes { id name } } } }').catch(() => ({ integrations: [] }))
  const cells = integrations.filter(({ name }) => name !== 'IT Glue').flatMap((integration) => {
    const seen = new Set<string>()
    return integration.externalOrgs.nodes.flatMap(({ id, name }) => {
      const organizationId = ids.get(name)
      if (!organizationId || seen.has(name)) return []
      seen.add(name)
      return [{ organizationId, integrationId: integration.id, externalOrgIds: [id] }]
    })
  })
  for (let from = 0; from < cells.length; from += 500) {
    await program.api('mutation ($cells: [MappingCellInput!]!) { saveMappings(input: { cells: $cells }) { userErrors { message } } }', { cells: cells.slice(from, from + 500) })
  }
}

async function setup(page: Page): Promise<void> {
  const unmapped = page.getByRole('gridcell', { name: /: Not mapped$/ })
  await unmapped.nth(3).click()
  await expect(page.getByRole('option').nth(1)).toBeVisible()
  await take(page, 'cell')
  await page.getByRole('option').first().click()
  await page.keyboard.press('Escape')
  await unmapped.nth(6).click()
  await page.getByRole('option').first().click()
  await page.getByRole('option').nth(1).click()
  await page.keyboard.press('Escape')
  await take(page, 'setup')
  await page.getByRole('button', { name: 'Review' }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await take(page, 'review')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Cancel', exact: true }).click()
  await page.getByRole('button', { name: 'Add from IT Glue' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add from IT Glue' })
  await dialog.getByRole('checkbox', { name: /^Select all/ }).click()
  await expect(dialog.getByRole('button', { name: /^Import \d/ })).toBeVisible()
  await take(page, 'import')
  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
}

async function conflict(page: Page, program: Program): Promise<void> {
  const id = await organization(program, 'Contested Works')
  await search(page, 'Contested Works')
  await page.getByRole('grid').evaluate((grid) => grid.scrollTo({ left: 0 })) // off-screen columns are not rendered
  await cell(page, 'Contested Works', 'IT Glue').click()
  await page.getByRole('option').first().click()
  await page.keyboard.press('Escape')
  const { integrations } = await program.api<{ integrations: (Named & { externalOrgs: { nodes: Named[] } })[] }>(
    '{ integrations { id name externalOrgs(first: 2, filter: { mapped: false, removed: false }) { nodes { id name } } } }')
  const glue = integrations.find(({ name }) => name === 'IT Glue')!
  const cells = [{ organizationId: id, integrationId: glue.id, externalOrgIds: [glue.externalOrgs.nodes[1]!.id] }]
  await program.api('mutation ($cells: [MappingCellInput!]!) { saveMappings(input: { cells: $cells }) { userErrors { message } } }', { cells })
  await expect(page.getByRole('button', { name: 'Resolve 1 conflict to save' })).toBeVisible()
  await cell(page, 'Contested Works', 'IT Glue').click()
  await expect(page.getByRole('group', { name: /^Conflict in/ })).toBeVisible()
  await take(page, 'conflict')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Cancel', exact: true }).click()
}

async function integrations(page: Page, program: Program, rejecting: Glue, shrinking: Glue): Promise<void> {
  const connect = async (glue: Glue, name: string) => {
    glue.organizations = Array.from({ length: 40 }, (_, index) => ({ id: String(index + 1), name: `Client ${index + 1}` }))
    const { connectIntegration } = await program.api<{ connectIntegration: { integrations: Named[] } }>(
      'mutation ($input: ConnectIntegrationInput!) { connectIntegration(input: $input) { integrations { id } } }',
      { input: { application: 'IT_GLUE', name, baseUrl: glue.address, credentials: [{ name: 'api_key', value: glue.key }] } })
    const ids = connectIntegration.integrations.map(({ id }) => id)
    const refresh = () => program.api('mutation ($ids: [ID!]) { refresh(input: { integrationIds: $ids }) { userErrors { message } } }', { ids })
    await refresh()
    await refreshed(program)
    return refresh
  }
  const again = [await connect(rejecting, 'Dublin office'), await connect(shrinking, 'Berlin office')]
  rejecting.key = 'changed'
  shrinking.organizations = shrinking.organizations.slice(0, 12)
  for (const refresh of again) await refresh()
  await refreshed(program)
  await visit(page, 'Sync status')
  await expect(page.getByText('Needs review', { exact: true }).first()).toBeVisible()
  await expect(page.getByText('Needs attention', { exact: true }).first()).toBeVisible()
  await page.setViewportSize({ width: 1280, height: 1100 })
  await take(page, 'sync')
  await page.setViewportSize({ width: 1280, height: 760 })
  await page.emulateMedia({ colorScheme: 'dark' })
  await take(page, 'sync-dark')
  await page.emulateMedia({ colorScheme: 'light' })
  await visit(page, 'Integrations')
  await expect(page.getByRole('article', { name: 'Dublin office' })).toBeVisible()
  await take(page, 'integrations')
  await page.getByRole('button', { name: 'Connect an integration' }).click()
  await page.getByRole('option', { name: 'Datto RMM' }).click()
  await expect(page.getByRole('option')).toHaveCount(0)
  await take(page, 'connect')
  await page.keyboard.press('Escape')
}

/** History, and the grid as of a moment since which something has changed. */
async function past(page: Page, program: Program): Promise<void> {
  const { organizations } = await program.api<{ organizations: { nodes: (Named & { mappings: { integration: Named; externalOrg: Named }[] })[] } }>(
    '{ organizations(first: 30) { nodes { id name mappings { integration { id name } externalOrg { id } } } } }')
  const mapped = organizations.nodes.flatMap((one) => one.mappings.filter(({ integration }) => integration.name !== 'IT Glue').slice(0, 1).map((mapping) => ({ one, mapping })))
  const [from, to, cleared] = mapped as [typeof mapped[number], typeof mapped[number], typeof mapped[number]]
  const cell = (organizationId: string, integrationId: string, externalOrgIds: string[]) => ({ organizationId, integrationId, externalOrgIds })
  const save = (cells: ReturnType<typeof cell>[]) => program.api<{ saveMappings: { change: { id: string; at: string } } }>(
    'mutation ($cells: [MappingCellInput!]!) { saveMappings(input: { cells: $cells }) { change { id at } userErrors { message } } }', { cells })
  const both = [cell(from.one.id, from.mapping.integration.id, []), cell(cleared.one.id, cleared.mapping.integration.id, [])]
  const { saveMappings: { change } } = await save(both)
  await save([cell(to.one.id, from.mapping.integration.id, [from.mapping.externalOrg.id])])
  await page.goto(`${program.address}/history?change=${change.id}`)
  await expect(page.getByRole('region', { name: 'What undoing would do' })).toContainText('changed it later')
  await take(page, 'history')
  await page.getByRole('link', { name: 'See the grid as of this moment' }).click()
  await expect(page.getByRole('gridcell', { name: `${to.one.name}, ${from.mapping.integration.name}` })).toHaveAccessibleDescription(/Differs from today/)
  await page.getByRole('gridcell', { name: `${to.one.name}, ${from.mapping.integration.name}` }).focus()
  await expect(page.getByRole('group', { name: /^What changed: / })).toContainText('was mapped here')
  await take(page, 'as-of')
}

async function explorer(page: Page, program: Program): Promise<void> {
  await page.goto(`${program.address}/explorer`)
  await page.getByRole('button', { name: 'Organizations and their mappings', exact: true }).click()
  await page.getByRole('button', { name: /^Execute query/ }).click()
  await expect(page.getByText(/SQL statement/)).toBeVisible()
  await take(page, 'explorer')
}

/** Organizations with people and groups, some of them selected, and the page of one. */
async function organizations(page: Page, program: Program): Promise<void> {
  const mutate = <Result>(text: string, variables: Record<string, unknown>) => program.api<Result>(`mutation ${text}`, variables)
  const { organizations: all } = await program.api<{ organizations: { nodes: Named[] } }>('{ organizations(first: 60) { nodes { id name } } }')
  const ids = all.nodes.map(({ id }) => id)
  const every = (step: number, from: number) => ids.filter((_, at) => at % step === from)
  for (const [at, name] of ['Ana Ruiz', 'Sam Ortiz', 'Priya Nair'].entries()) {
    const { savePerson } = await mutate<{ savePerson: { person: Named } }>('($name: String!) { savePerson(input: { name: $name }) { person { id name } } }', { name })
    await mutate('($ids: [ID!]!, $to: ID!) { assignPeople(input: { organizationIds: $ids, engineerId: $to }) { userErrors { message } } }', { ids: every(3, at), to: savePerson.person.id })
    await mutate('($ids: [ID!]!, $to: ID!) { assignPeople(input: { organizationIds: $ids, vcioId: $to }) { userErrors { message } } }', { ids: every(4, at), to: savePerson.person.id })
  }
  for (const [name, color, step, from] of [['Gold', 'gold', 3, 1], ['Healthcare', 'plum', 5, 2], ['Oregon', 'teal', 4, 1]] as const) {
    const { saveGroup } = await mutate<{ saveGroup: { group: Named } }>('($name: String!, $color: String!) { saveGroup(input: { name: $name, color: $color }) { group { id name } } }', { name, color })
    await mutate('($id: ID!, $ids: [ID!]!) { setGroupMembers(input: { groupId: $id, addOrganizationIds: $ids }) { userErrors { message } } }', { id: saveGroup.group.id, ids: every(step, from) })
  }
  await mutate('($ids: [ID!]!, $note: String!) { updateOrganizations(input: { organizationIds: $ids, note: $note }) { userErrors { message } } }', { ids: [ids[1]], note: 'Moves to a new office in March: do not renew the two workstations at the front desk.' })
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Organizations', exact: true }).click()
  for (const at of [1, 3, 4]) await page.getByRole('checkbox', { name: `Select ${all.nodes[at]!.name}`, exact: true }).click()
  await expect(page.getByRole('region', { name: 'Selection' })).toContainText('3 selected')
  await take(page, 'organizations')
  await page.getByRole('link', { name: all.nodes[1]!.name, exact: true }).click()
  await expect(page.getByRole('region', { name: 'History' }).getByRole('listitem').first()).toBeVisible()
  await take(page, 'organization')
}
