import type { Page } from '@playwright/test'

import { accessible, cell, countsOf, enter, escape, expect, matched, search, test } from './test'
import { Program } from './program'

const columns = ['Autotask PSA', 'NinjaOne', 'Hudu']

interface Found {
  organizations: { nodes: { id: string; name: string; suggestions: { tier: string; bulk: boolean; externalOrg: { id: string; name: string; integration: { id: string; name: string } } }[] }[] }
}

/** The suggestions of the demonstration's organizations, by organization. */
const suggestions = async (program: Pick<Program, 'api'>) =>
  (await program.api<Found>('{ organizations(first: 200) { nodes { id name suggestions { tier bulk externalOrg { id name integration { id name } } } } } }')).organizations.nodes

/** Counts the keys that are pressed. */
class Keyboard {
  pressed = 0
  constructor(private readonly page: Page) {}
  async press(key: string) {
    this.pressed++
    await this.page.keyboard.press(key)
  }
}

const focused = (page: Page) => page.locator('[role=gridcell]:focus')
const log = (page: Page) => page.getByRole('log')
const columnOf = async (page: Page, organization: string, integration: string) => Number(await cell(page, organization, integration).getAttribute('aria-colindex')) - 1

test.beforeEach(async ({ program }) => matched(program))

test('Enter accepts suggestions down a column, and Save saves them', async ({ page, program }) => {
  const { total, mapped } = await countsOf(program, 'IT Glue')
  const column = await columnOf(page, 'Abernathy Medical Center', 'IT Glue')
  await page.locator(`[data-grid-position="0:${column}"]`).focus()
  for (let row = 0, accepted = 0; accepted < 5; row++) {
    const here = page.locator(`[data-grid-position="${row}:${column}"]`)
    await expect(here).toBeFocused()
    const external = /IT Glue: suggested (.*), (?:linked|same name|same words|likely|possible)$/.exec(await here.getAttribute('aria-label') ?? '')?.[1]
    await page.keyboard.press(external ? 'Enter' : 'ArrowDown')
    if (!external) continue
    await expect(here).toHaveAccessibleName(new RegExp(`IT Glue: ${escape(external)}, unsaved$`))
    accepted++
  }
  await expect(page.getByText('5 unsaved changes')).toBeVisible()
  await page.keyboard.press('Control+s')
  await expect(log(page)).toContainText('Saved 5 changes in 5 organizations.')
  await expect(page.getByRole('columnheader', { name: /^IT Glue/ }).first()).toContainText(`${mapped + 5} of ${total} mapped · `)
})

test('Shift+Enter accepts a row’s suggestions as one change, and one undo reverts it', async ({ page, program }) => {
  const row = (await suggestions(program)).find((one) => one.suggestions.filter(({ bulk }) => bulk).length > 5)!
  await search(page, row.name)
  await page.locator('[data-grid-position="0:1"]').focus()
  await page.keyboard.press('Shift+Enter')
  await expect(page.getByRole('button', { name: /^Unsaved 1/ })).toBeVisible()
  await expect(page.getByText(/^\d+ unsaved changes in 1 organization$/)).toBeVisible()
  await page.keyboard.press('Control+z')
  await expect(page.getByText('No unsaved changes')).toBeVisible()
  await expect(cell(page, row.name, 'Hudu')).toHaveAccessibleName(/: (suggested|Not mapped)/)
})

test('the explanation says why, and Delete rejects until Undo', async ({ page, program }) => {
  const row = (await suggestions(program)).find((one) => one.suggestions.some(({ tier, externalOrg }) => tier === 'EXACT' && externalOrg.integration.name === 'Datto RMM' && externalOrg.name === one.name))!
  await search(page, row.name)
  const here = cell(page, row.name, 'Datto RMM')
  await expect(here).toHaveAccessibleName(`${row.name}, Datto RMM: suggested ${row.name}, same name`)
  await here.focus()
  const why = page.getByRole('group', { name: `Why ${row.name} is suggested for ${row.name}` })
  await page.keyboard.press('Space')
  await expect(why).toContainText('the names are the same')
  await expect(here).toBeFocused()
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await accessible(page, `an explanation, ${colorScheme}`)
  }
  await page.keyboard.press('Escape')
  await expect(why).toBeHidden()

  await page.keyboard.press('Delete')
  await expect(log(page)).toContainText(`Rejected: “${row.name}” is not “${row.name}”.`)
  await expect(here).toHaveAccessibleName(/Datto RMM: (Not mapped|suggested (?!.*same name))/)
  expect((await suggestions(program)).find(({ id }) => id === row.id)!.suggestions.filter(({ externalOrg }) => externalOrg.integration.name === 'Datto RMM' && externalOrg.name === row.name)).toEqual([])
  await log(page).getByRole('button', { name: 'Undo' }).press('Enter')
  await expect(log(page)).toContainText('can be suggested again')
  await expect(here).toHaveAccessibleName(`${row.name}, Datto RMM: suggested ${row.name}, same name`)
})

test('a column is accepted through its preview, and Undo empties exactly these cells', async ({ page, program }) => {
  const header = page.getByRole('columnheader', { name: /^ConnectWise PSA/ })
  const { total, mapped, suggested } = await countsOf(program, 'ConnectWise PSA')
  await expect(header).toContainText(`${mapped} of ${total} mapped · ${suggested} suggested`)
  await header.getByRole('button').focus()
  await page.keyboard.press('Enter')
  await page.getByRole('menuitem', { name: 'Accept suggestions…' }).press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Accept suggestions in ConnectWise PSA' })
  const button = dialog.getByRole('button', { name: /^Accept \d+$/ })
  await expect(button).toBeEnabled()
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await accessible(page, `accepting suggestions, ${colorScheme}`, '[role=dialog]')
  }
  const first = dialog.getByRole('listitem').getByRole('checkbox').first()
  const before = Number((await button.innerText()).replace(/\D/g, ''))
  await first.focus()
  await page.keyboard.press('Space')
  await expect(button).toHaveText(`Accept ${before - 1}`)
  await button.focus()
  await page.keyboard.press('Enter')
  await expect(log(page)).toContainText(`${before - 1} mapped.`)
  await expect(header).toContainText(`${mapped + before - 1} of ${total} mapped`)
  await log(page).getByRole('button', { name: 'Undo' }).press('Enter')
  await expect(log(page)).toContainText(`${before - 1} mappings undone.`)
  await expect(header).toContainText(`${mapped} of ${total} mapped · ${suggested} suggested`)
  expect(await countsOf(program, 'ConnectWise PSA')).toEqual({ total, mapped, suggested })
})

test('a suggestion that changes during the preview is marked, and the others are accepted', async ({ page, program }) => {
  const header = page.getByRole('columnheader', { name: /^Kaseya BMS/ })
  const row = (await suggestions(program)).find((one) => one.suggestions.some(({ tier, externalOrg }) => tier === 'EXACT' && externalOrg.integration.name === 'Kaseya BMS'))!
  const { externalOrg } = row.suggestions.find(({ externalOrg: { integration } }) => integration.name === 'Kaseya BMS')!
  await page.locator('[data-grid-position="-1:0"]').focus()
  await page.keyboard.press('End')
  await header.getByRole('button').click()
  await page.getByRole('menuitem', { name: 'Accept suggestions…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Accept suggestions in Kaseya BMS' })
  const button = dialog.getByRole('button', { name: /^Accept \d+$/ })
  await expect(button).toBeEnabled()
  const before = Number((await button.innerText()).replace(/\D/g, ''))
  await program.api('mutation ($cells: [MappingCellInput!]!) { saveMappings(input: { cells: $cells }) { userErrors { message } } }',
    { cells: [{ organizationId: row.id, integrationId: externalOrg.integration.id, externalOrgIds: [externalOrg.id], expectedExternalOrgIds: [] }] })
  await button.click()
  await expect(dialog.getByRole('alert')).toContainText('Nothing was saved: 1 suggestion changed while you were looking.')
  await expect(button).toHaveText(`Accept ${before - 1}`)
  await button.click()
  await expect(log(page)).toContainText(`${before - 1} mapped.`)
  await log(page).getByRole('button', { name: 'Undo' }).click()
  await expect(log(page)).toContainText('mappings undone.')
})

test('someone else’s save changes the counts and the suggestions on the screen', async ({ page, program }) => {
  const row = (await suggestions(program)).find((one) => one.suggestions.some(({ tier, externalOrg }) => tier === 'EXACT' && externalOrg.integration.name === 'HaloPSA'))!
  const { externalOrg } = row.suggestions.find(({ externalOrg: { integration } }) => integration.name === 'HaloPSA')!
  await search(page, row.name)
  await expect(cell(page, row.name, 'HaloPSA')).toHaveAccessibleName(/: suggested/)
  await program.api('mutation ($input: RejectSuggestionInput!) { rejectSuggestion(input: $input) { userErrors { message } } }',
    { input: { externalOrgId: externalOrg.id, organizationId: row.id } })
  await expect(cell(page, row.name, 'HaloPSA')).not.toHaveAccessibleName(new RegExp(`suggested ${externalOrg.name}, same name`))
})

test('the drop-down cannot map by reflex', async ({ page, program }) => {
  const name = 'Zzyzx Unrelated Works'
  await program.api('mutation { createOrganization(input: { name: "Zzyzx Unrelated Works" }) { userErrors { message } } }')
  await search(page, name)
  const here = cell(page, name, 'Datto RMM')
  await here.focus()
  await page.keyboard.press('Enter')
  const editor = page.getByRole('dialog', { name: `Datto RMM for ${name}` })
  await expect(editor.getByRole('option').first()).toBeVisible()
  await expect(editor.getByRole('combobox')).not.toHaveAttribute('aria-activedescendant')
  await page.keyboard.press('Enter')
  await expect(editor).toBeHidden()
  await expect(here).toHaveAccessibleName(`${name}, Datto RMM: Not mapped`)

  await page.keyboard.press('b')
  await expect(editor.getByRole('combobox')).toHaveValue('b')
  await page.keyboard.type('eaumont')
  await expect(editor.getByRole('combobox')).toHaveAttribute('aria-activedescendant', /./)
  await page.keyboard.press('Enter')
  await expect(editor).toBeHidden()
  await expect(here).toHaveAccessibleName(/Datto RMM: .*, unsaved$/)

  await page.keyboard.press('F2')
  await page.keyboard.type('ab')
  for (let n = 0; n < 6; n++) await page.keyboard.down('Backspace') // the key repeats while it is down
  await page.keyboard.up('Backspace')
  await expect(editor.getByRole('combobox')).toHaveValue('')
  await page.keyboard.press('Escape')
  await expect(here).toHaveAccessibleName(/Datto RMM: .*, unsaved$/)
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toContainText('Accept the suggestion and move down')
})

test('mapping what is suggested takes about one key for each cell', async ({ browser }) => {
  test.setTimeout(240_000)
  const own = new Program()
  await own.start()
  try {
    await matched(own)
    await expect.poll(async () => (await suggestions(own)).filter((one) => columns.every((column) => one.suggestions.some(({ externalOrg }) => externalOrg.integration.name === column))).length, { timeout: 30_000 })
      .toBeGreaterThanOrEqual(15)
    const page = await (await browser.newContext({ viewport: { width: 1500, height: 760 } })).newPage()
    await enter(page, own)
    const keyboard = new Keyboard(page)
    const rows = 20
    let accepted = 0
    for (const name of columns) {
      const column = await columnOf(page, 'Abernathy Medical Center', name)
      await page.locator(`[data-grid-position="0:${column}"]`).focus() // one click
      keyboard.pressed++
      for (let row = 0; row < rows; row++) {
        const suggestion = (await focused(page).getAttribute('aria-label'))?.includes(': suggested ')
        await keyboard.press(suggestion ? 'Enter' : 'ArrowDown')
        if (suggestion) accepted++
      }
    }
    await keyboard.press('Control+s')
    await expect(page.getByRole('log')).toContainText(`Saved ${accepted} changes`)
    // With the drop-down alone, a cell takes at least Enter to open it, a letter to search, Enter to choose, and an arrow to move on.
    const withDropDowns = accepted * 4
    console.log(`${keyboard.pressed} keys for ${accepted} mappings in ${rows} rows and ${columns.length} columns; with drop-downs at least ${withDropDowns}`)
    expect(accepted).toBeGreaterThan(45)
    expect(keyboard.pressed).toBeLessThan(accepted * 1.5)
    await page.context().close()
  } finally {
    await own.remove()
  }
})
