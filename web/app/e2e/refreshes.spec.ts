import type { Page } from '@playwright/test'

import { Glue } from './glue'
import type { Program } from './program'
import { accessible, cell, disconnect, expect, organization, refreshed, search, test } from './test'

async function connect(program: Program, glue: Glue, name: string): Promise<string> {
  const { connectIntegration } = await program.api<{ connectIntegration: { integrations: { id: string }[] } }>(
    'mutation ($input: ConnectIntegrationInput!) { connectIntegration(input: $input) { integrations { id } userErrors { message } } }',
    { input: { application: 'IT_GLUE', name, baseUrl: glue.address, credentials: [{ name: 'api_key', value: glue.key }] } })
  await refresh(program, connectIntegration.integrations[0]!.id)
  return connectIntegration.integrations[0]!.id
}

async function refresh(program: Program, id: string) {
  await program.api('mutation ($ids: [ID!]) { refresh(input: { integrationIds: $ids }) { userErrors { message } } }', { ids: [id] })
  await refreshed(program)
}

/** Maps an organization to an external organization by their names. */
async function map(program: Program, integrationId: string, organizationId: string, external: string) {
  const { node } = await program.api<{ node: { externalOrgs: { nodes: { id: string; name: string }[] } } }>(
    'query ($id: ID!) { node(id: $id) { ... on Integration { externalOrgs(first: 100) { nodes { id name } } } } }', { id: integrationId })
  await program.api('mutation ($cells: [MappingCellInput!]!) { saveMappings(input: { cells: $cells }) { userErrors { message } } }',
    { cells: [{ organizationId, integrationId, externalOrgIds: [node.externalOrgs.nodes.find(({ name }) => name === external)!.id] }] })
}

const scrollToLastColumn = (page: Page) => page.getByRole('grid').evaluate((grid) => grid.scrollTo({ left: grid.scrollWidth }))
const names = Array.from({ length: 20 }, (_, index) => `Delta ${String(index + 1).padStart(2, '0')}`)

test('a refresh changes the cells on the screen without reading a row again, and tells what it changed by name', async ({ page, program }) => {
  test.setTimeout(240_000)
  const glue = await Glue.start()
  try {
    const list = names.map((name, index) => ({ id: String(index + 1), name }))
    glue.organizations = list
    const id = await connect(program, glue, 'Delta Glue')
    const works = await organization(program, 'Delta Works')
    await map(program, id, works, 'Delta 07')
    await search(page, 'Delta Works')
    await scrollToLastColumn(page)
    await expect(cell(page, 'Delta Works', 'Delta Glue')).toHaveAccessibleName('Delta Works, Delta Glue: Delta 07')

    let pages = 0
    page.on('request', (request) => {
      if (request.postData()?.includes('OrganizationPage')) pages++
    })
    glue.organizations = list.map((one) => (one.id === '7' ? { ...one, name: 'Delta Seven' } : one)).filter(({ id }) => id !== '9')
    await refresh(program, id)
    await expect(cell(page, 'Delta Works', 'Delta Glue')).toHaveAccessibleName('Delta Works, Delta Glue: Delta Seven')
    glue.organizations = glue.organizations.filter(({ id }) => id !== '7')
    await refresh(program, id)
    await expect(cell(page, 'Delta Works', 'Delta Glue')).toHaveAccessibleName('Delta Works, Delta Glue: Delta Seven, no longer listed')
    glue.organizations = list.map((one) => (one.id === '7' ? { ...one, name: 'Delta Seven' } : one))
    await refresh(program, id)
    await expect(cell(page, 'Delta Works', 'Delta Glue')).toHaveAccessibleName('Delta Works, Delta Glue: Delta Seven')
    expect(pages).toBe(0)

    await page.getByRole('link', { name: 'Sync status' }).click()
    const table = page.getByRole('region', { name: 'Table of recent refreshes' })
    const shown = table.locator('details')
    await shown.nth(2).getByText('Show names').click()
    await expect(shown.nth(2)).toContainText('Removed: 1')
    await expect(shown.nth(2)).toContainText('Delta 09')
    await expect(shown.nth(2)).toContainText('Delta 07 → Delta Seven')
    await expect(shown.nth(2).getByRole('listitem').filter({ hasText: 'Delta Seven' })).toContainText('mapped')
    await shown.nth(0).getByText('Show names').click()
    await expect(shown.nth(0)).toContainText('Listed again: 2')
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await accessible(page, `the names of a run, ${colorScheme}`, '[aria-label="Table of recent refreshes"]')
      if (process.env.ORGMAP_SCREENSHOTS) await page.screenshot({ path: `${process.env.ORGMAP_SCREENSHOTS}/run names ${colorScheme}.png` })
    }

    // A list that shrank.
    glue.organizations = list.filter(({ id }) => id === '1')
    await refresh(program, id)
    await page.getByRole('button', { name: 'Review the new list of Delta Glue' }).click()
    const dialog = page.getByRole('dialog')
    await expect(dialog).toContainText('Removed: 19, of which 1 mapped')
    await expect(dialog.getByRole('listitem').first()).toContainText('Delta Seven')
    await expect(dialog.getByRole('listitem')).toHaveCount(19)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await accessible(page, `the names that would go, ${colorScheme}`, '[role=dialog]')
      if (process.env.ORGMAP_SCREENSHOTS) await page.screenshot({ path: `${process.env.ORGMAP_SCREENSHOTS}/review names ${colorScheme}.png` })
    }
    await page.keyboard.press('Escape')
    await disconnect(page, 'Delta Glue')
  } finally {
    await glue.stop()
  }
})
