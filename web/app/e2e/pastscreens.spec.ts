import type { Page } from '@playwright/test'

import { Glue } from './glue'
import type { Program } from './program'
import { checkLooks, type Screen } from './screens'
import { disconnect, enter, expect, organization, refreshed, search, test } from './test'

interface Listed {
  id: string
  name: string
}

/** External organizations of a tool that nobody has mapped. */
async function free(program: Program): Promise<{ id: string; externals: Listed[] }> {
  const { integrations } = await program.api<{ integrations: (Listed & { externalOrgs: { nodes: Listed[] } })[] }>(
    '{ integrations { id name externalOrgs(first: 20, filter: { mapped: false, removed: false }) { nodes { id name } } } }')
  const { id, externalOrgs } = integrations.find(({ name }) => name === 'Hudu')!
  return { id, externals: externalOrgs.nodes }
}

const save = (program: Program, integrationId: string, cells: Record<string, readonly string[]>) => program.api(
  'mutation ($cells: [MappingCellInput!]!) { saveMappings(input: { cells: $cells }) { userErrors { message } } }',
  { cells: Object.entries(cells).map(([organizationId, externalOrgIds]) => ({ organizationId, integrationId, externalOrgIds })) })

const closed = async (page: Page) => {
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
}

/** The pages that show the past, and the dialogs and messages that bring it back. */
const screens: readonly Screen[] = [
  { name: 'Disconnected', show: async (page, program) => {
    await page.goto(`${program.address}/integrations`)
    await page.getByText('Abandoned Glue').first().scrollIntoViewIfNeeded()
    await expect(page.getByText('Abandoned Glue').first()).toBeInViewport()
  } },
  { name: 'History', show: async (page, program) => {
    await page.goto(`${program.address}/history`)
    await expect(page.locator('[data-change]').first()).toBeVisible()
  } },
  { name: 'History, an open entry', show: async (page) => {
    await page.getByRole('textbox', { name: 'Search for an organization' }).or(page.getByRole('combobox', { name: 'Search for an organization' })).fill('Past Works')
    await page.getByRole('option', { name: 'Past Works', exact: true }).click()
    const entry = page.locator('[data-change]').filter({ hasText: 'mapped 2' }).first()
    await entry.getByRole('button', { name: /^Details of: / }).click()
    await expect(page.getByRole('region', { name: 'What undoing would do' })).toContainText('changed it later')
  } },
  { name: 'History, its end', show: async (page) => {
    await page.getByText(/^(All of history|History) is kept/).scrollIntoViewIfNeeded()
    await expect(page.getByText(/It begins/)).toBeInViewport()
  } },
  { name: 'As of a date', show: async (page) => {
    await page.getByRole('link', { name: 'See the grid as of this moment' }).click()
    await page.getByRole('textbox', { name: 'Search organizations' }).fill('Past Works')
    // On a phone the column has to be scrolled to, before it is in the DOM.
    await expect.poll(() => page.getByRole('grid').evaluate((grid) => {
      const there = grid.querySelector('[role=gridcell][aria-label^="Past Works, Hudu"]')
      if (there) there.scrollIntoView({ inline: 'nearest', block: 'nearest' })
      else grid.scrollBy({ left: 150 })
      return there !== null
    })).toBe(true)
    await expect(page.getByRole('gridcell', { name: 'Past Works, Hudu' })).toHaveAccessibleDescription(/Differs from today/)
  } },
  { name: 'As of a date, a difference', show: async (page) => {
    await page.getByRole('gridcell', { name: 'Past Works, Hudu' }).focus()
    await expect(page.getByRole('group', { name: /^What changed: / })).toContainText('was moved to')
  } },
  { name: 'Delete an organization', show: async (page, program) => {
    await page.goto(program.address)
    await search(page, 'Past Quarry')
    await page.getByRole('rowheader', { name: 'Past Quarry' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'Delete…' }).click()
    await expect(page.getByRole('dialog', { name: 'Delete organization' })).toBeVisible()
  }, part: '[role=dialog]' },
  { name: 'the Undo message', show: async (page, _, look) => {
    await closed(page)
    await page.getByRole('button', { name: 'Create an organization' }).click()
    await page.getByRole('dialog').getByRole('textbox').first().fill(`Past ${look}`)
    await page.keyboard.press('Enter')
    await expect(page.getByRole('log').getByRole('button', { name: 'Undo' })).toBeVisible()
  }, part: '[role=log]' },
  { name: 'the preview of an undo', show: async (page, program, look) => {
    const { id, externals } = await free(program)
    const { organizations } = await program.api<{ organizations: { nodes: Listed[] } }>('query ($name: String) { organizations(first: 1, search: $name) { nodes { id } } }', { name: `Past ${look}` })
    await save(program, id, { [organizations.nodes[0]!.id]: [externals[0]!.id] })
    await page.getByRole('log').getByRole('button', { name: 'Undo' }).click()
    await expect(page.getByRole('dialog', { name: 'Undo' })).toContainText('Something else refers to this organization.')
  }, part: '[role=dialog]' },
]

test.describe('every page and dialog of the past', { tag: '@screens' }, () => {
  test.beforeAll(async ({ browser, program }) => {
    const glue = await Glue.start()
    glue.organizations = Array.from({ length: 5 }, (_, index) => ({ id: String(index + 1), name: `Abandoned ${index + 1}` }))
    await program.api('mutation ($input: ConnectIntegrationInput!) { connectIntegration(input: $input) { userErrors { message } } }',
      { input: { application: 'IT_GLUE', name: 'Abandoned Glue', baseUrl: glue.address, credentials: [{ name: 'api_key', value: glue.key }] } })
    await refreshed(program)
    const page = await browser.newPage()
    await enter(page, program)
    await disconnect(page, 'Abandoned Glue')
    await page.close()
    await glue.stop()
    const [works, farms] = [await organization(program, 'Past Works'), await organization(program, 'Past Farms and Dairies of the Upper Valley')]
    await organization(program, 'Past Quarry')
    const { id, externals } = await free(program)
    const [first, second] = externals.map((one) => one.id)
    await save(program, id, { [works]: [first!, second!] })
    await save(program, id, { [works]: [second!], [farms]: [first!] })
  })

  checkLooks(screens)
})
