import type { Page } from '@playwright/test'

import { Glue } from './glue'
import { accessible, another, enter, escape, expect, organization, refreshed, test } from './test'
import type { Program } from './program'

const tool = 'Tool under test'

interface Record {
  id: string
  name: string
  matchState: string
  suggestion: { organization: { name: string } } | null
  candidates: { organization: { name: string } }[]
}

/** Connects an IT Glue of the test's own, whose records no other test touches. */
async function connected(program: Program, glue: Glue, names: readonly string[]): Promise<string> {
  glue.organizations = names.map((name, at) => ({ id: String(at + 1), name }))
  const { connectIntegration } = await program.api<{ connectIntegration: { integrations: { id: string }[] } }>(
    'mutation ($input: ConnectIntegrationInput!) { connectIntegration(input: $input) { integrations { id } userErrors { message } } }',
    { input: { application: 'IT_GLUE', name: tool, baseUrl: glue.address, credentials: [{ name: 'api_key', value: glue.key }] } })
  const { id } = connectIntegration.integrations[0]!
  await program.api('mutation ($ids: [ID!]) { refresh(input: { integrationIds: $ids }) { userErrors { message } } }', { ids: [id] })
  await refreshed(program)
  return id
}

const recordsOf = async (program: Pick<Program, 'api'>, id: string) => (await program.api<{ externalOrgs: { nodes: Record[] } }>(
  'query ($id: ID!) { externalOrgs(first: 200, filter: { integrationIds: [$id] }) { nodes { id name matchState suggestion { organization { name } } candidates { organization { name } } } } }', { id })).externalOrgs.nodes

const stateOf = async (program: Pick<Program, 'api'>, id: string, name: string) => (await recordsOf(program, id)).find((one) => one.name === name)?.matchState

const row = (page: Page, name: string) => page.getByRole('row', { name: new RegExp(`^${escape(name)}, `) })
const log = (page: Page) => page.getByRole('log')
const facet = (page: Page, name: string) => page.getByRole('group', { name: 'Filter by state' }).getByRole('button', { name: new RegExp(`^${name} `) })
const undo = (page: Page) => log(page).getByRole('button', { name: 'Undo' })
const focusOutside = (page: Page) => page.evaluate(() => document.activeElement === document.body)

const names = ['Quillmark Dental', 'Quillmark', 'Bexhollow Template', 'Bexhollow Freight', 'Orvandale Pharmacy Inc.', 'Tressing Yards', 'Wendover Clay', 'Umberly Stone', 'Harrowgate Legal LLP', 'Pellamoor Dental LLC']

test.describe('by tool', () => {
  let glue: Glue
  let id: string

  test.beforeAll(async ({ program }) => {
    test.setTimeout(180_000) // all lists of the demonstration are matched first
    glue = await Glue.start()
    for (const name of ['Quillmark Foods', 'Quillmark Farm Supply', 'Orvandale Pharmacy', 'Tressing Yards', 'Wendover Clay', 'Umberly Stone', 'Harrowgate Legal', 'Pellamoor Dental']) await organization(program, name)
    id = await connected(program, glue, names)
    await expect.poll(async () => (await recordsOf(program, id)).filter(({ matchState }) => matchState === 'SUGGESTED').length, { timeout: 90_000 }).toBeGreaterThanOrEqual(6)
  })
  test.afterAll(async ({ program }) => {
    await program.api('mutation ($id: ID!, $name: String!) { disconnectIntegration(input: { integrationId: $id, confirmName: $name }) { userErrors { message } } }', { id, name: tool })
    await glue.stop()
  })

  const opened = async (page: Page, program: Program, search = '') => {
    await page.goto(`${program.address}/by-tool?in=${id}${search}`)
    await expect(page.getByRole('grid', { name: 'External organizations' })).toHaveAttribute('aria-busy', 'false')
    await expect(page.getByText('Live', { exact: true })).toBeVisible()
  }

  test('the tab leads there and back, and the filter is in the address @long', async ({ page }) => {
    await page.getByRole('link', { name: 'By tool' }).click()
    await expect(page).toHaveURL(/\/by-tool$/)
    await expect(facet(page, 'To decide')).toHaveAttribute('aria-pressed', 'true')
    await page.getByRole('combobox', { name: 'Tool' }).click()
    await page.getByRole('option', { name: tool }).click()
    await expect(facet(page, 'All')).toHaveText(`All ${names.length}`)
    await facet(page, 'Suggested').click()
    await expect(page).toHaveURL(new RegExp(`in=${id}`))
    await page.goBack()
    await expect(facet(page, 'To decide')).toHaveAttribute('aria-pressed', 'true')
    await page.getByRole('link', { name: 'By organization' }).click()
    await expect(page.getByRole('grid', { name: /^Organizations and their mappings/ })).toBeVisible()
  })

  test('a suggestion is accepted at once, and Undo takes it back', async ({ page, program }) => {
    await opened(page, program)
    const here = row(page, 'Tressing Yards')
    await expect(here).toContainText('Tressing YardsSame name')
    await expect(here).toContainText('New')
    await here.getByRole('button', { name: /^Accept/ }).click()
    await expect(log(page)).toContainText('Mapped “Tressing Yards” to “Tressing Yards”.')
    await expect(here).toHaveAccessibleName(`Tressing Yards, ${tool}, Mapped, Tressing Yards`)
    await expect(facet(page, 'Mapped')).toHaveText('Mapped 1')
    expect(await stateOf(program, id, 'Tressing Yards')).toBe('MAPPED')
    await undo(page).click()
    await expect(here).toHaveAccessibleName(/, Suggested, /)
    expect(await stateOf(program, id, 'Tressing Yards')).toBe('SUGGESTED')
    await expect.poll(() => focusOutside(page)).toBe(false)
  })

  test('Space explains, Delete says “not this one”, and Undo takes it back @long', async ({ page, program }) => {
    await opened(page, program)
    const here = row(page, 'Tressing Yards')
    await here.focus()
    await page.keyboard.press('Space')
    const why = page.getByRole('group', { name: 'Why Tressing Yards is suggested for Tressing Yards' })
    await expect(why).toContainText('the names are the same')
    await page.keyboard.press('Space')
    await expect(why).toBeHidden()
    await page.keyboard.press('Delete')
    await expect(log(page)).toContainText('Rejected: “Tressing Yards” is not “Tressing Yards”.')
    await expect(here).toHaveAccessibleName(/, Needs decision, /)
    await undo(page).press('Enter')
    await expect(here).toHaveAccessibleName(/, Suggested, /)
    await expect.poll(() => focusOutside(page)).toBe(false)
  })

  test('the keys decide between candidates, and nothing is chosen beforehand', async ({ page, program }) => {
    await opened(page, program)
    const here = row(page, 'Quillmark')
    await expect(here).toHaveAccessibleName(/, Needs decision, /)
    await here.focus()
    await page.keyboard.press('Enter')
    const cards = page.getByRole('radiogroup', { name: 'Which organization is Quillmark?' })
    await expect(cards.getByRole('radio')).toHaveCount(3)
    await expect(cards.getByRole('button', { name: 'Choose an organization' })).toBeDisabled()
    await expect(cards.getByText(`In ${tool}: nothing mapped yet`).first()).toBeVisible()
    const second = (await recordsOf(program, id)).find(({ name }) => name === 'Quillmark')!.candidates[1]!.organization.name
    await page.keyboard.press('Enter') // without a choice, it closes
    await expect(cards).toBeHidden()
    await page.keyboard.press('1')
    await page.keyboard.press('2')
    await expect(cards.getByRole('radio', { name: second })).toBeChecked()
    await expect(here).toBeFocused()
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await accessible(page, `candidates, ${colorScheme}`)
    }
    await page.keyboard.press('Enter')
    await expect(log(page)).toContainText(`Mapped “Quillmark” to “${second}”.`)
    await undo(page).click()
    await expect(here).toContainText('Could be 2 organizations')
    await here.focus()
    await page.keyboard.press('0')
    await page.keyboard.press('Enter')
    await expect(log(page)).toContainText(/Rejected: “Quillmark” is not “.*” or “.*”\./)
    await undo(page).click()
    await expect.poll(async () => (await recordsOf(program, id)).find(({ name }) => name === 'Quillmark')!.candidates.length).toBe(2)
  })

  test('an exclusion proposes a reason, can be undone, and ends with Include again @long', async ({ page, program }) => {
    await opened(page, program)
    const here = row(page, 'Bexhollow Template')
    await here.getByRole('button', { name: 'Exclude Bexhollow Template' }).click()
    await expect(page.getByRole('menuitem').first()).toHaveText('Test or templateproposed')
    await page.getByRole('menuitem').first().click()
    await expect(log(page)).toContainText('Excluded “Bexhollow Template”: test or template.')
    await expect(here).toHaveAccessibleName(/, Excluded, Test or template$/)
    await undo(page).click()
    await expect(here).toHaveAccessibleName(/, Needs decision, /)
    await here.getByRole('button', { name: 'Exclude Bexhollow Template' }).click()
    await page.getByRole('menuitem', { name: 'With a note or an end date…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Exclude “Bexhollow Template”' })
    await dialog.getByRole('textbox', { name: 'Note' }).fill('Ask Sam first')
    await dialog.getByLabel('Until').fill('2099-01-31')
    await dialog.getByRole('button', { name: 'Exclude' }).click()
    await expect(here).toContainText('Ask Sam first')
    await expect(here).toContainText(/until January 31, 2099/)
    await here.getByRole('button', { name: /^Include again/ }).click()
    await expect(log(page)).toContainText('Included “Bexhollow Template” again.')
    await expect(here).toHaveAccessibleName(/, Needs decision, /)
    await undo(page).click()
    await expect(here).toContainText('Ask Sam first')
    await here.getByRole('button', { name: /^Include again/ }).click()
    await expect(here).toHaveAccessibleName(/, Needs decision, /)
    await expect.poll(() => focusOutside(page)).toBe(false)
  })

  test('creating asks if a similar organization exists', async ({ page, program }) => {
    await opened(page, program)
    const dialog = page.getByRole('dialog', { name: 'A similar organization exists' })
    const ask = async (name: string) => {
      await row(page, name).getByRole('button', { name: `More for ${name}` }).click()
      await page.getByRole('menuitem', { name: 'Create an organization from it' }).click()
    }
    await ask('Pellamoor Dental LLC')
    await expect(dialog).toContainText('You already have Pellamoor Dental.')
    await accessible(page, 'a similar organization', '[role=dialog]')
    await dialog.getByRole('button', { name: 'Map to Pellamoor Dental' }).click()
    await expect(row(page, 'Pellamoor Dental LLC')).toHaveAccessibleName(/, Mapped, Pellamoor Dental$/)
    await row(page, 'Pellamoor Dental LLC').getByRole('button', { name: /^Clear mapping/ }).click()
    await expect(log(page)).toContainText('Cleared the mapping of “Pellamoor Dental LLC”.')
    await ask('Orvandale Pharmacy Inc.')
    await dialog.getByRole('button', { name: 'Create anyway' }).click()
    await expect(log(page)).toContainText('Created “Orvandale Pharmacy Inc.”.')
    await expect(row(page, 'Orvandale Pharmacy Inc.')).toHaveAccessibleName(/, Mapped, Orvandale Pharmacy Inc\.$/)
    await expect.poll(() => focusOutside(page)).toBe(false)
  })

  test('the search maps to any organization, and Enter takes nothing that was not typed @long', async ({ page, program }) => {
    await opened(page, program)
    const here = row(page, 'Bexhollow Freight')
    await here.focus()
    await page.keyboard.press('Enter')
    const search = page.getByRole('combobox', { name: 'Search your organizations for Bexhollow Freight' })
    await expect(search).toBeFocused()
    await expect(page.getByRole('option').first()).toBeVisible()
    await page.keyboard.press('Enter')
    await expect(search).toBeVisible()
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await accessible(page, `the search for an organization, ${colorScheme}`, '#lists')
    }
    await search.fill('umberly')
    await expect(page.getByRole('option')).toHaveText([/^Umberly Stone/])
    await page.keyboard.press('Enter')
    await expect(here).toHaveAccessibleName(/, Mapped, Umberly Stone$/)
    await expect(here).toBeFocused()
    await undo(page).click()
    await expect(here).toHaveAccessibleName(/, Needs decision, /)
  })

  test('someone else’s decision changes the row in place, and rows wait until they are shown @long', async ({ page, program, browser }) => {
    await opened(page, program)
    const other = await another(browser, program)
    await opened(other, program)
    const here = row(page, 'Wendover Clay')
    await here.focus()
    const top = (await here.boundingBox())!.y
    await row(other, 'Wendover Clay').getByRole('button', { name: /^Accept/ }).click()
    await expect(here).toHaveAccessibleName(/, Mapped, Wendover Clay$/)
    expect((await here.boundingBox())!.y).toBe(top)
    await expect(here).toBeFocused()
    const show = page.getByRole('button', { name: /^\d changes?: show$/ })
    await expect(show).toHaveText('1 change: show')
    await show.click()
    await expect(here).toHaveCount(0)
    await expect(show).toHaveCount(0)
    await expect.poll(() => focusOutside(page)).toBe(false)
    // With nothing in use, rows come back on their own.
    await page.evaluate(() => (document.activeElement as HTMLElement).blur())
    await undo(other).click()
    await expect(here).toHaveAccessibleName(/, Suggested, /)
    await other.context().close()
  })

  test('all that the filter matches is selected and accepted, and a range with Shift', async ({ page, program }) => {
    await opened(page, program, '&show=suggested&order=name')
    const suggested = (await recordsOf(program, id)).filter(({ matchState }) => matchState === 'SUGGESTED').length
    await page.getByRole('checkbox', { name: `Select all ${suggested}` }).click()
    const bar = page.getByRole('region', { name: 'Selection' })
    await expect(bar).toContainText(`${suggested} selected`)
    await accessible(page, 'a selection')
    await bar.getByRole('button', { name: 'Clear selection' }).click()
    await expect(bar).toHaveCount(0)
    await expect.poll(() => focusOutside(page)).toBe(false)
    const boxes = page.getByRole('row').getByRole('checkbox', { name: /^Select (?!all)/ })
    await boxes.first().click()
    await boxes.nth(2).click({ modifiers: ['Shift'] })
    await expect(bar).toContainText('3 selected')
    await page.getByRole('checkbox', { name: `Select all ${suggested}` }).click()
    await expect(bar).toContainText(`${suggested} selected`)
    await bar.getByRole('button', { name: /^Accept \d+ suggestions…$/ }).click()
    const dialog = page.getByRole('dialog', { name: 'Accept selected suggestions' })
    const accept = dialog.getByRole('button', { name: /^Accept \d+$/ })
    await expect(accept).toBeEnabled()
    const accepted = Number((await accept.innerText()).replace(/\D/g, ''))
    await accept.click()
    await expect(log(page)).toContainText(`${accepted} mapped.`)
    await expect(bar).toHaveCount(0)
    await expect(row(page, 'Umberly Stone')).toHaveAccessibleName(/, Mapped, /)
    await undo(page).click()
    await expect(row(page, 'Umberly Stone')).toHaveAccessibleName(/, Suggested, /)
  })

  test('what would be created is shown first, and several are excluded together @long', async ({ page, program }) => {
    await opened(page, program, '&show=needsDecision&order=name')
    await row(page, 'Bexhollow Freight').getByRole('checkbox').click()
    const bar = page.getByRole('region', { name: 'Selection' })
    await bar.getByRole('button', { name: 'Create 1 organization…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Create 1 organization' })
    await expect(dialog).toContainText('1 new')
    await accessible(page, 'what would be created', '[role=dialog]')
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    expect(await stateOf(program, id, 'Bexhollow Freight')).toBe('NEEDS_DECISION')
    await row(page, 'Bexhollow Template').getByRole('checkbox').click()
    await bar.getByRole('button', { name: 'Exclude' }).click()
    await page.getByRole('menuitem', { name: 'Not a client' }).click()
    await expect(log(page)).toContainText('Excluded 2 external organizations: not a client.')
    await expect(row(page, 'Bexhollow Freight')).toHaveAccessibleName(/, Excluded, /)
    await undo(page).click()
    await expect(row(page, 'Bexhollow Freight')).toHaveAccessibleName(/, Needs decision, /)
  })

  test('Add from IT Glue maps to a similar organization instead, and its Select all leaves out templates @long', async ({ page }) => {
    await page.getByRole('button', { name: 'Add from IT Glue' }).click()
    const dialog = page.getByRole('dialog', { name: 'Add from IT Glue' })
    const search = dialog.getByRole('textbox', { name: 'Search IT Glue' })
    await search.fill('Harrowgate')
    await expect(dialog).toContainText('Similar to your Harrowgate Legal. Map there instead?')
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await accessible(page, `a similar organization in Add from IT Glue, ${colorScheme}`, '[role=dialog]')
    }
    await dialog.getByRole('button', { name: 'Map to Harrowgate Legal: Harrowgate Legal LLP' }).click()
    await expect(log(page)).toContainText('Mapped “Harrowgate Legal LLP” to “Harrowgate Legal”.')
    await expect(dialog.getByRole('checkbox', { name: 'Harrowgate Legal LLP' })).toHaveCount(0)
    await undo(page).click()
    await expect(dialog.getByRole('checkbox', { name: 'Harrowgate Legal LLP' })).toBeVisible()
    await search.fill('Bexhollow')
    await dialog.getByRole('checkbox', { name: 'Select all matches (2)' }).click()
    await expect(dialog.getByRole('checkbox', { name: 'Bexhollow Freight' })).toBeChecked()
    await expect(dialog.getByRole('checkbox', { name: 'Bexhollow Template' })).not.toBeChecked()
    await dialog.getByRole('checkbox', { name: 'Bexhollow Template' }).click()
    await expect(dialog).toContainText('2 selected')
  })

  test('a viewer sees everything and can change nothing', async ({ browser, program }) => {
    const page = await (await browser.newContext()).newPage()
    await enter(page, program, program.newToken('viewer'))
    await opened(page, program)
    await expect(page.getByText('View only.')).toBeVisible()
    const here = row(page, 'Tressing Yards')
    await expect(here).toContainText('Tressing YardsSame name')
    await expect(here.getByRole('button')).toHaveText(['Why?'])
    await expect(page.getByRole('checkbox')).toHaveCount(0)
    await here.focus()
    for (const key of ['Delete', 'x', '1']) await page.keyboard.press(key)
    await page.keyboard.press('Space')
    await expect(page.getByRole('group', { name: /^Why / })).toBeVisible()
    await expect(page.getByRole('group', { name: /^Why / }).getByRole('button')).toHaveCount(0)
    expect(await stateOf(program, id, 'Tressing Yards')).toBe('SUGGESTED')
    await page.context().close()
  })

  test('the page is accessible, and says so when nothing matches @long', async ({ page, program }) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await opened(page, program, '&show=all')
      await accessible(page, `by tool, ${colorScheme}`)
    }
    await page.getByRole('textbox', { name: 'Search names' }).fill('zzzz')
    await expect(page.getByText('No names match “zzzz”.')).toBeVisible()
  })
})
