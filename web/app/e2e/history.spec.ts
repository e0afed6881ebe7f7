import { readFile } from 'node:fs/promises'

import type { Page } from '@playwright/test'

import { accessible, another, cell, enter, escape, expect, organization, search, test } from './test'
import type { Program } from './program'

interface Listed {
  id: string
  name: string
}

const tool = 'Hudu'

/** External organizations whose names the tool lists once and nobody has mapped: count of them, after leaving out some for other tests. */
async function free(program: Program, count: number, leftOut = 0): Promise<{ integrationId: string; externals: Listed[] }> {
  const { integrations } = await program.api<{ integrations: Listed[] }>('{ integrations { id name } }')
  const { id } = integrations.find(({ name }) => name === tool)!
  const { node: { externalOrgs: { nodes } } } = await program.api<{ node: { externalOrgs: { nodes: Listed[] } } }>(
    'query ($id: ID!) { node(id: $id) { ... on Integration { externalOrgs(first: 200, filter: { mapped: false, removed: false }) { nodes { id name } } } } }', { id })
  const plain = (name: string) => name.toLowerCase().replace(/\s+/g, ' ').trim()
  const once = nodes.slice(0, -1).filter((one) => /^[A-Z][\w ]+$/.test(one.name) && nodes.filter((other) => plain(other.name).includes(plain(one.name))).length === 1)
  return { integrationId: id, externals: once.slice(leftOut, leftOut + count) }
}

/** Saves what a cell contains. Returns the ID of the change. */
async function save(program: Program, organizationId: string, integrationId: string, externals: readonly Listed[]): Promise<string> {
  const { saveMappings } = await program.api<{ saveMappings: { change: { id: string } | null; userErrors: { message: string }[] } }>(
    'mutation ($cells: [MappingCellInput!]!) { saveMappings(input: { cells: $cells }) { change { id } userErrors { message } } }',
    { cells: [{ organizationId, integrationId, externalOrgIds: externals.map(({ id }) => id) }] })
  if (!saveMappings.change) throw new Error(saveMappings.userErrors[0]?.message ?? 'nothing was saved')
  return saveMappings.change.id
}

/** Moves an external organization from one organization to another. */
async function move(program: Program, from: string, to: string, integrationId: string, left: readonly Listed[], moved: Listed) {
  const { saveMappings } = await program.api<{ saveMappings: { userErrors: { message: string }[] } }>(
    'mutation ($cells: [MappingCellInput!]!) { saveMappings(input: { cells: $cells }) { userErrors { message } } }',
    { cells: [{ organizationId: from, integrationId, externalOrgIds: left.map(({ id }) => id) }, { organizationId: to, integrationId, externalOrgIds: [moved.id] }] })
  expect(saveMappings.userErrors).toEqual([])
}

const log = (page: Page) => page.getByRole('log')
const entry = (page: Page, id: string) => page.locator(`[data-change="${id}"]`)
const toggle = (page: Page, id: string) => entry(page, id).getByRole('button', { name: /^Details of: / })
const timeline = (page: Page) => page.getByRole('region', { name: 'Changes, newest first' })
const focusOutside = (page: Page) => page.evaluate(() => document.activeElement === document.body)

async function opened(page: Page, program: Program, address = '') {
  await page.goto(`${program.address}/history${address}`)
  await expect(timeline(page)).toHaveAttribute('aria-busy', 'false')
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
}

async function accessibleInBoth(page: Page, what: string, part?: string) {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await accessible(page, `${what}, ${colorScheme}`, part)
  }
}

test('a change appears live, opens to its edits, and is undone and redone as its preview says', async ({ page, program }) => {
  const { integrationId, externals } = await free(program, 3)
  const [one, two, three] = externals as [Listed, Listed, Listed]
  const [alpha, beta] = [await organization(program, 'History Alpha'), await organization(program, 'History Beta')]
  await page.getByRole('link', { name: 'History', exact: true }).click()
  await expect(page).toHaveTitle('History – Orgmap')
  await expect(timeline(page).getByText('Admin created “History Beta”')).toBeVisible()

  // The link has the focus, so what is new waits.
  const first = await save(program, alpha, integrationId, [one, two])
  const show = page.getByRole('button', { name: '1 change: show' })
  await show.click()
  await expect(toggle(page, first)).toBeFocused()
  await expect(entry(page, first)).toContainText(`Admin mapped 2 external organizations in “${tool}”`)
  await expect(entry(page, first)).toContainText('2 edits')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(`change=${first}`))
  const panel = entry(page, first).getByRole('region', { name: 'What undoing would do' })
  await expect(panel).toContainText('Undo puts back all 2 edits')
  const edits = entry(page, first).getByRole('table', { name: 'Edits' })
  await expect(edits.getByRole('row').filter({ hasText: one.name })).toContainText(/Not mapped.*History Alpha/)

  // A later change of one of them leaves less to undo.
  await move(program, alpha, beta, integrationId, [two], one)
  await expect(panel).toContainText('Undo puts back 1 of 2 edits')
  await expect(panel).toContainText(new RegExp(`${escape(one.name)} in ${tool}: Admin changed it later .* It is mapped to History Beta now\\.`))
  await expect(edits.getByRole('row').filter({ hasText: one.name })).toContainText('undo leaves it as it is')
  await accessibleInBoth(page, 'History with a change open')
  await panel.getByRole('button', { name: 'Undo 1 edit' }).click()
  await expect(log(page)).toContainText('Undone: 1 edit.')
  await expect(entry(page, first)).toContainText(/Partly undone by Admin at .*: 1 of 2/)
  await expect(toggle(page, first)).toBeFocused()
  await log(page).getByRole('button', { name: 'Redo' }).click()
  await expect(log(page)).toContainText('Redone: 1 edit.')
  await expect(entry(page, first)).toContainText('Undone, and redone by Admin')
  await expect.poll(() => focusOutside(page)).toBe(false)

  // The message after a save on the other page.
  await page.getByRole('link', { name: 'Setup Organizations' }).click()
  await search(page, 'History Beta')
  const here = cell(page, 'History Beta', tool)
  await here.focus()
  await page.keyboard.press('F2')
  await page.keyboard.type(three.name)
  await page.getByRole('option').filter({ hasText: three.name }).first().click()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+s')
  const bar = page.getByRole('region', { name: 'Unsaved changes' })
  await expect(bar).toContainText('Saved 1 change in 1 organization at')
  const saved = (await bar.getByRole('link', { name: 'Show in History' }).getAttribute('href'))!.split('change=')[1]!
  await bar.getByRole('button', { name: 'Undo' }).click()
  await expect(log(page)).toContainText('Undone: 1 change in 1 organization.')
  await expect(here).toHaveAccessibleName(`History Beta, ${tool}: ${one.name}`)
  await page.getByRole('link', { name: 'History', exact: true }).click()
  await expect(entry(page, saved)).toContainText(/Undone by Admin at /)
  await expect(entry(page, saved).locator('s')).toContainText('Admin mapped')
  await entry(page, saved).getByRole('button', { name: /^Redo… / }).click()
  const redo = entry(page, saved).getByRole('button', { name: 'Redo 1 edit' })
  await expect(redo).toBeFocused()
  await redo.press('Enter')
  await expect(entry(page, saved)).toContainText('Undone, and redone by Admin')
})

test('undoing from the message asks first if something would be skipped @long', async ({ page, program }) => {
  const { integrationId, externals } = await free(program, 3, 3)
  const [one, two] = externals as [Listed, Listed, Listed]
  const [gamma, delta] = [await organization(program, 'History Gamma'), await organization(program, 'History Delta')]
  await search(page, 'History Gamma')
  const here = cell(page, 'History Gamma', tool)
  await here.focus()
  await page.keyboard.press('F2')
  for (const { name } of [one, two]) {
    await page.getByRole('combobox').fill(name)
    await page.getByRole('option').filter({ hasText: name }).first().click()
    await here.focus()
    await page.keyboard.press('F2')
  }
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+s')
  const bar = page.getByRole('region', { name: 'Unsaved changes' })
  await expect(bar).toContainText('Saved 1 change')
  await move(program, gamma, delta, integrationId, [two], one)
  await bar.getByRole('button', { name: 'Undo' }).click()
  const dialog = page.getByRole('dialog', { name: 'Undo' })
  await expect(dialog).toContainText('Undo puts back 1 of 2 edits')
  await accessibleInBoth(page, 'the undo that asks', '[role=dialog]')
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await expect(bar.getByRole('link', { name: 'Show in History' })).toBeVisible()
  await bar.getByRole('button', { name: 'Undo' }).click()
  await dialog.getByRole('button', { name: 'Undo 1 edit' }).click()
  await expect(log(page)).toContainText('Undone: 1 edit.')
  await expect(dialog).toHaveCount(0)
  await expect(here).toHaveAccessibleName(/: (Not mapped|suggested .*)$/)
  await expect.poll(() => focusOutside(page)).toBe(false)
})

test('the filters are in the address, and what matches is exported @long', async ({ page, program }) => {
  const { integrationId, externals } = await free(program, 1, 6)
  const id = await organization(program, '=History, "Epsilon"')
  const change = await save(program, id, integrationId, externals)
  await opened(page, program)
  await page.getByRole('combobox', { name: 'Search for an organization' }).or(page.getByRole('textbox', { name: 'Search for an organization' })).fill('History, "Eps')
  await page.getByRole('option').first().click()
  await expect(page).toHaveURL(new RegExp(`organization=${id}`))
  await expect(page.getByText('Showing 2 of 2 changes')).toBeVisible()
  await page.getByRole('button', { name: 'All kinds' }).click()
  await page.getByRole('menuitemcheckbox', { name: 'Mappings', exact: true }).click()
  await page.keyboard.press('Escape')
  await expect(page.getByText('Showing 1 of 1 change')).toBeVisible()
  await expect(entry(page, change)).toBeVisible()
  await page.getByRole('button', { name: 'All tools' }).click()
  await page.getByRole('menuitemcheckbox', { name: 'IT Glue', exact: true }).click()
  await page.keyboard.press('Escape')
  await expect(page.getByText('No changes match these filters.')).toBeVisible()
  await page.goBack()
  await expect(entry(page, change)).toBeVisible()
  await page.getByRole('button', { name: 'Anyone' }).click()
  await page.getByRole('menuitemradio', { name: /^Admin/ }).first().click()
  await page.getByLabel('From').fill('2020-01-01')
  await page.getByLabel('To', { exact: true }).fill('2099-12-31')
  await expect(page).toHaveURL(/from=2020-01-01&to=2099-12-31/)
  await expect(entry(page, change)).toBeVisible()
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Export CSV' }).click()])
  expect(file.suggestedFilename()).toMatch(/^orgmap-history-\d{4}-\d{2}-\d{2}\.csv$/)
  const lines = (await readFile((await file.path()), 'utf8')).split('\r\n')
  expect(lines).toHaveLength(3)
  expect(lines[1]).toMatch(/^\d{4}-\d{2}-\d{2}T[\d:.]+Z,Admin,Mappings saved,/)
  expect(lines[1]).toContain(`,Mapping,${tool},`)
  expect(lines[1]!.endsWith(`,,"'=History, ""Epsilon"""`)).toBe(true)
  await page.getByRole('button', { name: 'Reset' }).click()
  await expect(page).toHaveURL(/\/history$/)
  await accessibleInBoth(page, 'History')
  const [external] = externals as [Listed]
  await opened(page, program, `?external=${external.id}`)
  await expect(page.getByText('Showing 1 of 1 change')).toBeVisible()
  await page.getByRole('button', { name: `Remove the filter ${external.name} in ${tool}` }).click()
  await expect(page).toHaveURL(/\/history$/)
})

test('a link opens a change that the list does not show, and a viewer can only look @long', async ({ page, program, browser }) => {
  const { integrationId, externals } = await free(program, 1, 9)
  const change = await save(program, await organization(program, 'History Zeta'), integrationId, externals)
  const viewer = await (await browser.newContext()).newPage()
  await enter(viewer, program, program.newToken('viewer'))
  await opened(viewer, program, `?kind=settings&change=${change}`)
  await expect(viewer.getByRole('heading', { name: 'The change that the link leads to' })).toBeVisible()
  await expect(toggle(viewer, change)).toBeFocused()
  const panel = entry(viewer, change).getByRole('region', { name: 'What undoing would do' })
  await expect(panel).toContainText('Undo puts back the only edit')
  await expect(panel).toContainText('View only.')
  await expect(viewer.getByRole('button', { name: /^Undo/ })).toHaveCount(0)
  await viewer.context().close()
  await opened(page, program, '?change=chg_nothing')
  await expect(page.getByText('History does not have this change, or no longer has it.')).toBeVisible()
})

test('what others do appears at once if nothing is in use @long', async ({ page, program, browser }) => {
  await opened(page, program)
  await page.evaluate(() => (document.activeElement as HTMLElement).blur())
  const other = await another(browser, program)
  await other.getByRole('button', { name: 'Create an organization' }).click()
  await other.getByRole('textbox', { name: 'Organization Name' }).fill('History Eta')
  await other.keyboard.press('Enter')
  await expect(timeline(page).getByText('Admin created “History Eta”')).toBeVisible()
  await log(other).getByRole('button', { name: 'Undo' }).click()
  await expect(log(other)).toContainText('Undone: 1 edit.')
  await expect(timeline(page).getByText('Admin undid a change: deleted “History Eta”')).toBeVisible()
  await other.context().close()
})
