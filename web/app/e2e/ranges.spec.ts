import type { Page } from '@playwright/test'

import type { Program } from './program'
import { cell, expect, organization, test } from './test'

const log = (page: Page) => page.getByRole('log')
const columnOf = async (page: Page, organization: string, integration: string) => Number(await cell(page, organization, integration).getAttribute('aria-colindex')) - 1
const selected = (page: Page) => page.locator('[role=gridcell][aria-selected=true]')

interface Listed {
  node: { externalOrgs: { nodes: { id: string; name: string }[] } }
}

/** Names that an integration lists once and nobody has mapped. */
async function free(program: Pick<Program, 'api'>, integration: string, count: number) {
  const { integrations } = await program.api<{ integrations: { id: string; name: string }[] }>('{ integrations { id name } }')
  const { id } = integrations.find(({ name }) => name === integration)!
  const { node: { externalOrgs: { nodes } } } = await program.api<Listed>(
    'query ($id: ID!) { node(id: $id) { ... on Integration { externalOrgs(first: 200, filter: { mapped: false, removed: false }) { nodes { id name } } } } }', { id })
  // The list is sorted by name, so only the last name can be the same as one on the next page.
  const plain = (name: string) => name.toLowerCase().replace(/\s+/g, ' ').trim()
  const once = nodes.slice(0, -1).filter((one) => /^[\w ]+$/.test(one.name) && one.name === one.name.trim().replace(/\s+/g, ' ')
    && nodes.filter((other) => plain(other.name) === plain(one.name)).length === 1)
  return { integrationId: id, externals: once.slice(-count) }
}

/** Creates organizations whose names begin with a word, and shows them. */
async function rows(page: Page, program: Pick<Program, 'api'>, word: string, count: number): Promise<string[]> {
  const names = Array.from({ length: count }, (_, n) => `${word} ${String.fromCharCode(65 + n)} Works`)
  for (const name of names) await organization(program, name)
  await page.getByRole('textbox', { name: 'Search organizations' }).fill(word)
  await expect(page.getByRole('rowheader')).toHaveCount(count)
  await expect(page.getByRole('grid')).toHaveAttribute('aria-busy', 'false')
  return names
}

/** Puts a text into the clipboard as another program would, and pastes it. */
async function paste(page: Page, text: string) {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.evaluate((content) => navigator.clipboard.writeText(content), text)
  await page.keyboard.press('Control+v')
}

test('Shift selects a rectangle with keys, clicks and the mouse, and Esc or a move ends it', async ({ page, program }) => {
  const names = await rows(page, program, 'Rectangle', 4)
  const first = cell(page, names[0]!, 'IT Glue')
  const column = await columnOf(page, names[0]!, 'IT Glue')
  const at = (row: number, right = 0) => page.locator(`[data-grid-position="${row}:${column + right}"]`)
  await first.focus()
  await page.keyboard.press('Shift+ArrowDown')
  await page.keyboard.press('Shift+ArrowDown')
  await page.keyboard.press('Shift+ArrowRight')
  await expect(selected(page)).toHaveCount(6)
  await expect(page.getByRole('grid')).toHaveAttribute('aria-multiselectable', 'true')
  await expect(page.getByRole('status').filter({ hasText: 'Selected: 3 rows, 2 columns' })).toBeVisible()
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.screenshot({ path: test.info().outputPath(`range-${colorScheme}.png`) })
  }
  await page.keyboard.press('Escape')
  await expect(selected(page)).toHaveCount(0)
  await page.keyboard.press('Shift+ArrowUp')
  await expect(selected(page)).toHaveCount(2)
  await page.keyboard.press('ArrowUp')
  await expect(selected(page)).toHaveCount(0)

  await at(0).focus()
  await at(3, 1).click({ modifiers: ['Shift'] })
  await expect(selected(page)).toHaveCount(8)
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await page.keyboard.press('Escape')

  await at(1).hover()
  await page.mouse.down()
  await at(2).hover()
  await at(2, 1).hover()
  await page.mouse.up()
  await expect(selected(page)).toHaveCount(4)
  await expect(page.getByRole('dialog')).toHaveCount(0)
})

test('names from a spreadsheet are pasted if exactly one is meant, in one step', async ({ page, program }) => {
  const names = await rows(page, program, 'Sheet', 4)
  const { externals } = await free(program, 'Datto RMM', 3)
  const [one, two, three] = externals.map(({ name }) => name)
  await cell(page, names[0]!, 'Datto RMM').focus()
  await paste(page, `${one!.toUpperCase()}\r\nNobody at all\r\n\r\n${two}; ${three!.replaceAll(' ', '  ')}\r\n`)
  await expect(log(page)).toContainText('Pasted into 2 cells, unsaved. 1 cell was left unchanged: “Nobody at all” was not found.')
  await expect(cell(page, names[0]!, 'Datto RMM')).toHaveAccessibleName(`${names[0]}, Datto RMM: ${one}, unsaved`)
  await expect(cell(page, names[1]!, 'Datto RMM')).not.toHaveAccessibleName(/unsaved/)
  await expect(cell(page, names[2]!, 'Datto RMM')).not.toHaveAccessibleName(/unsaved/)
  await expect(cell(page, names[3]!, 'Datto RMM')).toHaveAccessibleName(`${names[3]}, Datto RMM: ${two}, ${three}, unsaved`)
  await page.keyboard.press('Control+z')
  await expect(page.getByText('No unsaved changes')).toBeVisible()
  await page.keyboard.press('Control+Shift+z')
  await expect(page.getByText('2 unsaved changes')).toBeVisible()

  await page.keyboard.press('Shift+ArrowDown')
  await paste(page, one!)
  await expect(log(page)).toContainText('it cannot be pasted into several rows')
  await expect(page.getByText('2 unsaved changes')).toBeVisible()
  await page.getByRole('button', { name: 'Cancel', exact: true }).click()
})

test('cells are copied as text and cut and pasted by ID; Delete empties them @long', async ({ page, program }) => {
  const names = await rows(page, program, 'Clip', 4)
  const { integrationId, externals } = await free(program, 'NinjaOne', 2)
  const { organizations } = await program.api<{ organizations: { nodes: { id: string }[] } }>('{ organizations(first: 10, search: "Clip") { nodes { id } } }')
  await program.api('mutation ($cells: [MappingCellInput!]!) { saveMappings(input: { cells: $cells }) { userErrors { message } } }', {
    cells: externals.map(({ id }, row) => ({ organizationId: organizations.nodes[row]!.id, integrationId, externalOrgIds: [id] })),
  })
  const content = (row: number, text: string) => expect(cell(page, names[row]!, 'NinjaOne')).toHaveAccessibleName(`${names[row]}, NinjaOne: ${text}`)
  await content(1, externals[1]!.name)
  await cell(page, names[0]!, 'NinjaOne').focus()
  await page.keyboard.press('Shift+ArrowDown')
  await page.keyboard.press('Control+c')
  await expect(log(page)).toContainText('Copied 2 cells.')
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(externals.map(({ name }) => name).join('\n'))

  await page.keyboard.press('Control+x')
  await content(0, externals[0]!.name) // nothing moves before it is pasted
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Control+v')
  await expect(log(page)).toContainText('Pasted into 2 cells, unsaved.')
  await content(2, `${externals[0]!.name}, unsaved`)
  await content(3, `${externals[1]!.name}, unsaved`)
  await content(0, 'Not mapped, unsaved')
  await page.keyboard.press('Control+s')
  await expect(log(page)).toContainText('Saved 4 changes in 4 organizations.')
  await page.keyboard.press('Shift+ArrowDown')
  await page.keyboard.press('Delete')
  await expect(log(page)).toContainText('Emptied 2 cells, unsaved.')
  await page.keyboard.press('Control+s')
  await expect(log(page)).toContainText('Saved 2 changes in 2 organizations.')
  await content(3, 'Not mapped')
})

test('a save can be undone until the next edit @long', async ({ page, program }) => {
  const [name] = await rows(page, program, 'Undone', 1)
  const { externals } = await free(program, 'Hudu', 1)
  const here = cell(page, name!, 'Hudu')
  await here.focus()
  await paste(page, externals[0]!.name)
  await expect(here).toHaveAccessibleName(`${name}, Hudu: ${externals[0]!.name}, unsaved`)
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByText(/^Saved 1 change in 1 organization at /)).toBeVisible()
  await expect(here).toBeFocused()
  await page.keyboard.press('Control+z')
  await expect(log(page)).toContainText('Undone: 1 change in 1 organization.')
  await expect(here).toHaveAccessibleName(/Hudu: (Not mapped|suggested .*)$/)
})

test('what another organization holds moves only by choice, and the rest is saved', async ({ page, program }) => {
  const names = await rows(page, program, 'Holder', 3)
  const { integrationId, externals } = await free(program, 'Autotask PSA', 2)
  const { organizations } = await program.api<{ organizations: { nodes: { id: string }[] } }>('{ organizations(first: 10, search: "Holder") { nodes { id } } }')
  await program.api('mutation ($cells: [MappingCellInput!]!) { saveMappings(input: { cells: $cells }) { userErrors { message } } }', {
    cells: [{ organizationId: organizations.nodes[2]!.id, integrationId, externalOrgIds: [externals[0]!.id] }],
  })
  const taker = cell(page, names[0]!, 'Autotask PSA')
  await taker.focus()
  await paste(page, externals.map(({ name }) => name).join('\n'))
  await expect(log(page)).toContainText('1 cell takes what is mapped to another organization: open it to choose.')
  await expect(taker).toHaveAccessibleName(`${names[0]}, Autotask PSA: ${externals[0]!.name}, mapped to ${names[2]}, choose where it belongs`)
  await page.keyboard.press('Control+s')
  await expect(log(page)).toContainText('Saved 1 change in 1 organization.')
  await expect(cell(page, names[1]!, 'Autotask PSA')).toHaveAccessibleName(`${names[1]}, Autotask PSA: ${externals[1]!.name}`)
  await expect(taker).toHaveAccessibleName(/choose where it belongs$/)

  await page.keyboard.press('F2')
  const choice = page.getByRole('group', { name: `Mapped elsewhere: ${names[0]}` })
  await expect(choice).toContainText(`“${externals[0]!.name}” is mapped to “${names[2]}” by Admin.`)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.screenshot({ path: test.info().outputPath(`elsewhere-${colorScheme}.png`) })
  }
  await choice.getByRole('button', { name: 'Move here' }).click()
  await expect(page.getByRole('dialog').getByRole('list').first()).toContainText(`moves here from ${names[2]}`)
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+s')
  await expect(log(page)).toContainText('Saved 2 changes in 2 organizations.')
  await expect(taker).toHaveAccessibleName(`${names[0]}, Autotask PSA: ${externals[0]!.name}`)
  await expect(cell(page, names[2]!, 'Autotask PSA')).toHaveAccessibleName(/: (Not mapped|suggested)/)
})
