import type { Page } from '@playwright/test'

import type { Glue } from './glue'
import { accessible, cell, disconnect, expect, organization, refreshed, search, test } from './test'

async function connect(page: Page, glue: Glue, name: string, key = glue.key) {
  await page.getByRole('link', { name: 'Integrations' }).click()
  await page.getByRole('button', { name: 'Connect an integration' }).click()
  const form = page.getByRole('dialog', { name: 'Connect an integration' })
  await form.getByRole('combobox', { name: 'Application' }).click()
  await page.getByRole('option', { name: 'IT Glue' }).click()
  await form.getByRole('textbox', { name: 'Name' }).fill(name)
  await form.getByRole('combobox', { name: 'Region' }).click()
  await page.getByRole('option', { name: 'Another address' }).click()
  await form.getByRole('textbox', { name: 'Address' }).fill(glue.address)
  await form.getByLabel('API key').fill(key)
  await form.getByRole('button', { name: 'Connect', exact: true }).click()
  return form
}

test('an admin connects an integration, renames and pauses it, replaces its credentials and disconnects it', async ({ page, glue }) => {
  glue.organizations = [{ id: '1', name: 'Sole Client' }]
  await page.getByRole('link', { name: 'Integrations' }).click()
  const limits = page.getByText(/^This account uses/)
  const [, before, of] = (await limits.innerText()).match(/uses (\d+) of ([\d,]+) integrations and [\d,]+ of [\d,]+ listed organizations/)!
  const form = await connect(page, glue, 'Second Glue', 'ITG.wrong')
  await expect(form.getByRole('alert')).toContainText('IT Glue rejected the key')
  await form.getByLabel('API key').fill(glue.key)
  await form.getByRole('button', { name: 'Connect', exact: true }).click()
  const card = page.getByRole('article', { name: 'Second Glue' })
  await expect(card).toContainText('1, 0 mapped')
  await expect(limits).toContainText(`${Number(before) + 1} of ${of} integrations`)
  await expect(card).toContainText('Up to date')

  await page.getByRole('button', { name: 'Rename Second Glue' }).click()
  await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('Other Glue')
  await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click()
  const renamed = page.getByRole('article', { name: 'Other Glue' })
  await expect(renamed).toBeVisible()

  await page.getByRole('button', { name: 'Pause Other Glue' }).click()
  await expect(renamed).toContainText('Paused')
  await page.getByRole('button', { name: 'Resume Other Glue' }).click()
  await expect(renamed).toContainText('Up to date')

  const old = glue.key
  glue.key = 'ITG.fedcba9876543210fedcba9876543210'
  await page.getByRole('button', { name: 'Test Other Glue: refresh its list now' }).click()
  await expect(renamed).toContainText('Needs attention')
  await expect(renamed).toContainText('IT Glue rejected the key')
  await page.getByRole('button', { name: 'New credentials for Other Glue' }).click()
  await page.getByLabel('API key').fill(glue.key)
  await page.getByRole('button', { name: 'Test and save' }).click()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await page.getByRole('button', { name: 'Test Other Glue: refresh its list now' }).click()
  await expect(renamed).toContainText('Up to date')

  await disconnect(page, 'Other Glue')
  await page.getByRole('link', { name: 'Setup Organizations' }).click()
  await expect(page.getByRole('button', { name: /^Other Glue/ })).toHaveCount(0)
  glue.key = old
})

test('a refresh shows its progress, and a list that shrank needs a review', async ({ page, glue }) => {
  glue.organizations = Array.from({ length: 20 }, (_, index) => ({ id: String(index + 1), name: `Shrinking ${index + 1}` }))
  await connect(page, glue, 'Shrinking Glue')
  const card = page.getByRole('article', { name: 'Shrinking Glue' })
  await expect(card).toContainText('20, 0 mapped')

  await page.getByRole('link', { name: 'Sync status' }).click()
  const line = page.getByRole('article', { name: 'Shrinking Glue' })
  await expect(line).toContainText('Up to date')
  glue.pause()
  await page.getByRole('button', { name: 'Refresh Shrinking Glue' }).click()
  await expect(line).toContainText('Refreshing')
  await expect(line.getByRole('progressbar')).toBeVisible()
  glue.organizations = glue.organizations.slice(0, 3)
  glue.resume()
  await expect(line).toContainText('Needs review')
  await expect(line).toContainText('20 listed')

  await page.getByRole('button', { name: 'Review the new list of Shrinking Glue' }).click()
  const choice = page.getByRole('dialog', { name: 'Shrinking Glue lists fewer organizations' })
  await expect(choice.getByText('Now', { exact: true }).locator('..')).toContainText('3')
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await accessible(page, `a list that shrank, ${colorScheme}`, '[role=dialog]')
  }
  await choice.getByRole('button', { name: 'Accept: 17 removed' }).click()
  await expect(line).toContainText('Up to date')
  await expect(line).toContainText('3 listed')
  await expect(line).toContainText('−17')

  glue.pause()
  await page.getByRole('button', { name: 'Refresh Shrinking Glue' }).click()
  await page.getByRole('button', { name: 'Cancel the refresh of Shrinking Glue' }).click()
  await expect(line).toContainText('Canceled')
  glue.resume()
  await disconnect(page, 'Shrinking Glue')
})

test('an import shows the outcome for each organization, and stops at the plan’s limit', async ({ page, program, glue }) => {
  const { quota } = await program.api<{ quota: { remaining: number } }>('{ quota { remaining } }')
  const existing = await organization(program, 'Import Existing')
  const left = quota.remaining - 1
  glue.organizations = [
    { id: '900001', name: 'Import Existing' },
    { id: '900002', name: 'Import Twin' },
    { id: '900003', name: 'Import Twin' },
    ...Array.from({ length: left + 5 }, (_, index) => ({ id: String(910_000 + index), name: `Import New ${String(index).padStart(4, '0')}` })),
  ]
  await connect(page, glue, 'Import Glue')
  await expect(page.getByRole('article', { name: 'Import Glue' })).toContainText('Up to date')
  await page.getByRole('link', { name: 'Setup Organizations' }).click()
  await page.getByRole('button', { name: 'Add from IT Glue' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add from IT Glue' })
  await dialog.getByRole('textbox', { name: 'Search IT Glue' }).fill('Import ')
  await expect(dialog.getByText('Map to Import Existing')).toBeVisible()
  await dialog.getByRole('checkbox', { name: /^Select all matches \([\d,]+\)$/ }).click()
  await expect(dialog.getByRole('status').filter({ hasText: 'Creates' })).toContainText(`Creates ${left} (0 left afterwards) · maps 1 to existing`)
  await dialog.getByRole('textbox', { name: 'Search IT Glue' }).fill(`Import New ${String(left + 4).padStart(4, '0')}`)
  await expect(dialog.getByText('Plan limit reached')).toBeVisible()
  await expect(dialog.getByRole('checkbox', { name: /^Import New/ })).toBeDisabled()

  // Import only a few, so that the account is not full for the other tests.
  await dialog.getByRole('textbox', { name: 'Search IT Glue' }).fill('Import New')
  await expect(dialog.getByRole('checkbox', { name: /Select all/ })).toBeEnabled()
  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
  await page.getByRole('button', { name: 'Add from IT Glue' }).click()
  await dialog.getByRole('textbox', { name: 'Search IT Glue' }).fill('Import ')
  for (const name of ['Import Existing', 'Import New 0001']) await dialog.getByRole('checkbox', { name, exact: true }).check()
  await dialog.getByRole('textbox', { name: 'Search IT Glue' }).fill('Import Twin')
  await expect(dialog.getByRole('checkbox', { name: 'Import Twin' })).toHaveCount(2)
  await dialog.getByRole('checkbox', { name: 'Import Twin' }).first().check()
  await dialog.getByRole('checkbox', { name: 'Import Twin' }).nth(1).check()
  await expect(dialog.getByRole('status').filter({ hasText: 'Creates' })).toContainText('Creates 2 (')
  await dialog.getByRole('button', { name: 'Import 3' }).click()
  await expect(dialog).toContainText('Created and mapped: 2')
  await expect(dialog).toContainText('Mapped to existing organizations: 1')
  await expect(dialog).toContainText('Skipped (duplicate name): 1')
  await dialog.getByRole('button', { name: 'Done' }).click()
  await search(page, 'Import Existing')
  await page.getByRole('grid').evaluate((grid) => grid.scrollTo({ left: grid.scrollWidth })) // the newest column is the last
  await expect(cell(page, 'Import Existing', 'Import Glue')).toHaveAccessibleName(/: Import Existing$/)
  await program.api('mutation ($id: ID!) { updateOrganization(input: { organizationId: $id, active: false }) { userErrors { message } } }', { id: existing })
  await disconnect(page, 'Import Glue')
  await refreshed(program)
})
