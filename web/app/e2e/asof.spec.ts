import { readFileSync } from 'node:fs'

import type { Program } from './program'
import { accessible, cell, expect, organization, test } from './test'

type Api = Pick<Program, 'api'>

interface External {
  id: string
  name: string
}

/** Some external organizations of an integration that nothing is mapped to. */
async function free(program: Api, integration: string): Promise<{ id: string; externals: External[] }> {
  const { integrations } = await program.api<{ integrations: { id: string; name: string; externalOrgs: { nodes: External[] } }[] }>(
    '{ integrations { id name externalOrgs(first: 20, filter: { mapped: false }) { nodes { id name } } } }')
  const { id, externalOrgs } = integrations.find(({ name }) => name === integration)!
  return { id, externals: externalOrgs.nodes }
}

/** Saves cells and returns the time of the change. */
async function save(program: Api, cells: { organizationId: string; integrationId: string; externalOrgIds: string[] }[]): Promise<{ id: string; at: string }> {
  const { saveMappings } = await program.api<{ saveMappings: { change: { id: string; at: string } } }>(
    'mutation ($cells: [MappingCellInput!]!) { saveMappings(input: { cells: $cells }) { change { id at } } }', { cells })
  return saveMappings.change
}

test('the grid as of a date shows what was mapped then, what differs today, and who changed it', async ({ page, program }) => {
  const { id: integrationId, externals: [first, second] } = await free(program, 'Hudu')
  const [works, farms] = [await organization(program, 'Lookback Works'), await organization(program, 'Lookback Farms')]
  const before = await save(program, [{ organizationId: works, integrationId, externalOrgIds: [first!.id] }])
  const moment = new Date(Date.parse(before.at) + 1) // the API's times have microseconds
  await expect.poll(() => Date.now()).toBeGreaterThan(moment.getTime() + 1)
  const moved = await save(program, [{ organizationId: works, integrationId, externalOrgIds: [second!.id] }, { organizationId: farms, integrationId, externalOrgIds: [first!.id] }])
  await program.api('mutation ($id: ID!) { updateOrganization(input: { organizationId: $id, name: "Lookback Fields", active: false }) { userErrors { message } } }', { id: farms })

  await page.getByRole('textbox', { name: 'Search organizations' }).fill('Lookback')
  await page.getByRole('button', { name: 'See as of…' }).click()
  const asked = page.getByRole('dialog')
  await expect(asked.getByLabel('Date and time')).toBeFocused()
  await asked.getByRole('button', { name: 'Show' }).click()
  const alert = page.getByRole('alert')
  await expect(alert).toContainText('History begins')

  await page.goto(`${program.address}/as-of?at=${moment.toISOString()}&q=Lookback`)
  const band = page.getByRole('region', { name: 'As of a date' })
  await expect(band).toContainText(/As of .* Read only: nothing here can be changed\./)
  const then = cell(page, 'Lookback Works', 'Hudu')
  await expect(then).toHaveAccessibleName(`Lookback Works, Hudu: ${first!.name}`)
  await expect(then).toHaveAccessibleDescription(`Differs from today. Today: ${second!.name}. Enter leads to the change.`)
  await expect(then.getByRole('button')).toHaveCount(0)
  await expect(page.getByRole('rowheader')).toHaveText([/^Lookback Farms.*renamed since: now Lookback Fields, deactivated since/, /^Lookback Works$/])

  await then.focus()
  const card = page.getByRole('group', { name: 'What changed: Lookback Works, Hudu' })
  await expect(card).toContainText(`Today${second!.name}`)
  await expect(card).toContainText(`${first!.name} was moved to Lookback Fields`)
  await expect(card).toContainText('by Admin')
  await then.press('Enter')
  const link = card.getByRole('link', { name: `Show change of ${first!.name}` })
  await expect(link).toBeFocused()
  await expect(link).toHaveAttribute('href', `/history?change=${encodeURIComponent(moved.id)}`)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await accessible(page, `as of a date, ${colorScheme}`)
  }
  await link.press('Escape')
  await expect(card).toBeHidden()
  await expect(then).toBeFocused()

  // Another person puts it back.
  await save(program, [{ organizationId: farms, integrationId, externalOrgIds: [] }, { organizationId: works, integrationId, externalOrgIds: [first!.id] }])
  await expect(then).toHaveAccessibleDescription('')

  await program.api('mutation ($ids: [ID!]!) { deleteOrganizations(input: { organizationIds: $ids }) { userErrors { message } } }', { ids: [farms] })
  await expect(page.getByRole('rowheader', { name: /^Lookback Farms/ })).toHaveText(/deleted since$/)

  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Export CSV' }).click()])
  const lines = readFileSync(await file.path(), 'utf8').split('\r\n')
  expect(lines[0]).toBe('\uFEFFOrganization,Active,Tool,External organization,ID in the tool')
  expect(lines).toContain('Lookback Farms,Yes,,,')
  expect(lines.some((line) => line.startsWith('Lookback Works,Yes,Hudu,'))).toBe(true)

  await page.goto(`${program.address}/as-of?at=2100-01-01T00:00`)
  await expect(alert).toContainText('That moment is in the future.')
  await page.goto(`${program.address}/as-of?at=2001-01-01T00:00`)
  await expect(alert).toContainText(/History begins .*\. Choose a later moment\./)
  await page.getByRole('button', { name: 'Go to the beginning' }).click()
  await expect(alert).toHaveCount(0)
  await expect(page.getByRole('grid')).toHaveAttribute('aria-busy', 'false')
  await expect(page.getByRole('button', { name: 'Next day' })).toBeDisabled()
  await page.keyboard.press('Escape')
  await expect(page).toHaveURL(`${program.address}/`)
  await expect(page.getByRole('button', { name: 'See as of…' })).toBeVisible()
})
