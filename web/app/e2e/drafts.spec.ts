import type { Page } from '@playwright/test'

import { cell, enter, expect, organization, search, test, unmapped } from './test'

const log = (page: Page) => page.getByRole('log')

/** Maps an organization in IT Glue, unsaved. */
async function map(page: Page, name: string, external: string) {
  await cell(page, name, 'IT Glue').click()
  await page.getByRole('combobox', { name: 'Search IT Glue' }).fill(external)
  await page.getByRole('option', { name: external }).first().click()
  await page.keyboard.press('Escape')
  await expect(cell(page, name, 'IT Glue')).toHaveAccessibleName(`${name}, IT Glue: ${external}, unsaved`)
}

/** Opens another tab of the same browser. */
async function tab(page: Page, name: string): Promise<Page> {
  const other = await page.context().newPage()
  await other.goto(page.url())
  await search(other, name)
  return other
}

test('unsaved changes survive a reload and are announced, and Discard removes them', async ({ page, program }) => {
  await organization(program, 'Reloaded Works')
  await search(page, 'Reloaded Works')
  const external = await unmapped(program)
  await map(page, 'Reloaded Works', external)
  await page.reload()
  await expect(log(page)).toContainText(/1 unsaved change from .* is still here\./)
  const here = cell(page, 'Reloaded Works', 'IT Glue')
  await expect(here).toHaveAccessibleName(`Reloaded Works, IT Glue: ${external}, unsaved`)
  await log(page).getByRole('button', { name: 'Discard' }).click()
  await expect(here).not.toHaveAccessibleName(/unsaved$/)
  await page.reload()
  await expect(here).not.toHaveAccessibleName(/unsaved$/)
})

test('tabs share unsaved changes, and a save in one clears them in the other', async ({ page, program }) => {
  await organization(program, 'Shared Works')
  await search(page, 'Shared Works')
  const other = await tab(page, 'Shared Works')
  const external = await unmapped(program)
  await map(page, 'Shared Works', external)
  await expect(cell(other, 'Shared Works', 'IT Glue')).toHaveAccessibleName(`Shared Works, IT Glue: ${external}, unsaved`)
  await other.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(log(other)).toContainText('Saved 1 change')
  await expect(cell(page, 'Shared Works', 'IT Glue')).toHaveAccessibleName(`Shared Works, IT Glue: ${external}`)
  await expect(page.getByRole('button', { name: 'Save', exact: true })).toHaveCount(0)
  await other.close()
})

test('a cell that someone saved while the page was closed is a conflict', async ({ page, program }) => {
  const id = await organization(program, 'Absent Works')
  await search(page, 'Absent Works')
  const external = await unmapped(program)
  await map(page, 'Absent Works', external)
  const { address } = program
  await page.goto('about:blank')
  const { integrations } = await program.api<{ integrations: { id: string; name: string; externalOrgs: { nodes: { id: string; name: string }[] } }[] }>(
    '{ integrations { id name externalOrgs(first: 50, filter: { mapped: false }) { nodes { id name } } } }')
  const glue = integrations.find(({ name }) => name === 'IT Glue')!
  const theirs = glue.externalOrgs.nodes.find(({ name }) => name !== external)!
  await program.api('mutation ($cells: [MappingCellInput!]!) { saveMappings(input: { cells: $cells }) { userErrors { message } } }',
    { cells: [{ organizationId: id, integrationId: glue.id, externalOrgIds: [theirs.id] }] })
  await page.goto(`${address}/?q=Absent+Works`)
  await expect(cell(page, 'Absent Works', 'IT Glue')).toHaveAccessibleName(`Absent Works, IT Glue: ${external}, conflict with a newer change`)
  await page.getByRole('button', { name: 'Cancel', exact: true }).click()
})

test('another person sees none of them, and they wait for the first @long', async ({ page, program }) => {
  await organization(program, 'Private Works')
  await search(page, 'Private Works')
  const external = await unmapped(program)
  await map(page, 'Private Works', external)
  await enter(page, program, program.newToken('editor', 'Ben'))
  await search(page, 'Private Works')
  await expect(cell(page, 'Private Works', 'IT Glue')).not.toHaveAccessibleName(/unsaved/)
  await enter(page, program)
  await search(page, 'Private Works')
  await expect(cell(page, 'Private Works', 'IT Glue')).toHaveAccessibleName(`Private Works, IT Glue: ${external}, unsaved`)
  await page.getByRole('button', { name: 'Cancel', exact: true }).click()
})

test('signing out asks before it deletes unsaved changes', async ({ page, program }) => {
  await organization(program, 'Leaving Works')
  await search(page, 'Leaving Works')
  await map(page, 'Leaving Works', await unmapped(program))
  await page.getByRole('button', { name: /signed in as/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  const dialog = page.getByRole('dialog', { name: 'Sign out?' })
  await expect(dialog).toContainText('Signing out deletes 1 unsaved change from this browser.')
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByText('1 unsaved change', { exact: true })).toBeVisible()
  await page.getByRole('button', { name: /signed in as/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await dialog.getByRole('button', { name: 'Delete and sign out' }).click()
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
  expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('orgmap.drafts')))).toEqual([])
})

test('without storage the page works, says so, and asks before it is left @long', async ({ page, program }) => {
  await organization(program, 'Stateless Works')
  await page.addInitScript(() => {
    Object.defineProperty(window, 'localStorage', { get: () => { throw new DOMException('denied', 'SecurityError') } })
  })
  await page.reload()
  await search(page, 'Stateless Works')
  await map(page, 'Stateless Works', await unmapped(program))
  await expect(page.getByText('This browser can’t keep these changes. Save before you close the page.')).toBeVisible()
  let asked = false
  page.once('dialog', (dialog) => {
    asked = dialog.type() === 'beforeunload'
    void dialog.accept()
  })
  await page.reload()
  expect(asked).toBe(true)
})

test('corrupt drafts are ignored @long', async ({ page, program }) => {
  await organization(program, 'Corrupt Works')
  await search(page, 'Corrupt Works')
  await map(page, 'Corrupt Works', await unmapped(program))
  await page.evaluate(() => {
    for (const key of Object.keys(localStorage)) if (key.startsWith('orgmap.drafts')) localStorage.setItem(key, '{"version":1,"at":7')
  })
  await page.reload()
  await search(page, 'Corrupt Works')
  await expect(cell(page, 'Corrupt Works', 'IT Glue')).not.toHaveAccessibleName(/unsaved/)
  await map(page, 'Corrupt Works', await unmapped(program))
  await page.getByRole('button', { name: 'Cancel', exact: true }).click()
})
