import { accessible, another, escape, expect, organization, test, visit } from './test'
import type { Program } from './program'
import type { Page } from '@playwright/test'

/** Creates organizations that no other test uses. */
async function organizations(program: Program, names: readonly string[]): Promise<string[]> {
  const ids: string[] = []
  for (const name of names) ids.push(await organization(program, name))
  return ids
}

/** Adds a person who has not signed in. */
async function person(program: Program, name: string): Promise<string> {
  const { savePerson } = await program.api<{ savePerson: { person: { id: string } } }>('mutation ($name: String!) { savePerson(input: { name: $name }) { person { id } } }', { name })
  return savePerson.person.id
}

/** Opens the list with the organizations that a search finds. */
async function list(page: Page, search: string) {
  await visit(page, 'Organizations')
  await page.getByRole('textbox', { name: 'Search organizations' }).fill(search)
  await expect(page).toHaveURL(new RegExp(`q=${escape(encodeURIComponent(search).replaceAll('%20', '+'))}`))
}

const row = (page: Page, name: string) => page.getByRole('row', { name: new RegExp(`^${escape(name)}(,|$)`) })

const select = (page: Page, name: string) => page.getByRole('checkbox', { name: `Select ${name}`, exact: true })

const notice = (page: Page) => page.getByRole('log', { name: 'Notifications' })

test('assigns people and groups in bulk, live for others, and takes it back', async ({ page, program, browser }) => {
  await organizations(program, ['Bulk Alpha', 'Bulk Beta', 'Bulk Gamma'])
  await person(program, 'Ana Ruiz')
  const other = await another(browser, program)
  await list(other, 'Bulk')
  await list(page, 'Bulk')
  await expect(row(page, 'Bulk Alpha')).toContainText('Not assigned')
  await select(page, 'Bulk Alpha').click()
  await select(page, 'Bulk Gamma').click({ modifiers: ['Shift'] })
  const bar = page.getByRole('region', { name: 'Selection' })
  await expect(bar).toContainText('3 selected')

  await bar.getByRole('button', { name: 'Assign engineer' }).click()
  await expect(page.getByRole('combobox', { name: 'Assign engineer: Search people' })).toBeFocused()
  await page.keyboard.type('ruiz')
  await page.getByRole('option', { name: 'Ana Ruiz' }).click()
  await expect(notice(page)).toContainText('Ana Ruiz is now the engineer of 3 organizations.')
  await expect(row(page, 'Bulk Beta')).toContainText('Ana Ruiz')
  await expect(row(other, 'Bulk Beta')).toContainText('Ana Ruiz')

  await bar.getByRole('button', { name: 'Add to group' }).click()
  await page.getByRole('menuitem', { name: 'New group…' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('Bulk Gold')
  await page.getByRole('radio', { name: 'Gold' }).check()
  await accessible(page, 'New group', '[role=dialog]')
  await page.getByRole('button', { name: 'Create group' }).click()
  await expect(notice(page)).toContainText('Added 3 organizations to “Bulk Gold”.')
  await expect(row(other, 'Bulk Alpha')).toContainText('Bulk Gold')
  await accessible(page, 'Organizations with a selection')
  await notice(page).getByRole('button', { name: 'Undo' }).click()
  await expect(row(other, 'Bulk Alpha')).not.toContainText('Bulk Gold')

  await bar.getByRole('button', { name: /^Deactivate/ }).click()
  await expect(notice(page)).toContainText('Deactivated 3 organizations.')
  await expect(bar.getByRole('button', { name: /^Reactivate/ })).toContainText('uses 3 licenses')
  await bar.getByRole('button', { name: /^Reactivate/ }).click()
  await expect(notice(page)).toContainText('Reactivated 3 organizations.')
  await other.context().close()
})

test('filters are in the address, remembered, and reset', async ({ page, program }) => {
  const [alpha] = await organizations(program, ['Filter Alpha', 'Filter Beta'])
  const vcio = await person(program, 'Theo Filter')
  await program.api('mutation ($id: ID!, $to: ID!) { assignPeople(input: { organizationIds: [$id], vcioId: $to }) { userErrors { message } } }', { id: alpha, to: vcio })
  await list(page, 'Filter')
  await expect(row(page, 'Filter Beta')).toBeVisible()
  const filters = page.getByRole('group', { name: 'Filter organizations' })
  await filters.getByRole('button', { name: 'vCIO' }).click()
  await page.getByRole('option', { name: 'Theo Filter' }).click()
  await expect(row(page, 'Filter Beta')).toHaveCount(0)
  await expect(row(page, 'Filter Alpha')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(filters.getByRole('button', { name: 'vCIO: Theo Filter' })).toBeFocused()
  await visit(page, 'History')
  await visit(page, 'Organizations')
  await expect(page).toHaveURL(/vcio=/)
  await expect(filters.getByRole('button', { name: 'vCIO: Theo Filter' })).toBeVisible()
  await expect(row(page, 'Filter Alpha')).toBeVisible()
  await filters.getByRole('button', { name: 'Reset' }).click()
  await expect(page).not.toHaveURL(/vcio=/)
  await filters.getByRole('button', { name: 'Engineer' }).click()
  await page.getByRole('option', { name: 'Not assigned' }).click()
  await expect(filters.getByRole('button', { name: 'Engineer: Not assigned' })).toBeVisible()
  await page.keyboard.press('Escape')
  await filters.getByRole('button', { name: 'Reset' }).click()
})

test('deletes those without mappings, and says why others stay', async ({ page, program }) => {
  const [held] = await organizations(program, ['Delete Held', 'Delete Free'])
  const { externalOrgs } = await program.api<{ externalOrgs: { nodes: { id: string; integration: { id: string } }[] } }>(
    '{ externalOrgs(first: 1, filter: { states: [NEEDS_DECISION] }) { nodes { id integration { id } } } }')
  const [external] = externalOrgs.nodes
  await program.api('mutation ($cells: [MappingCellInput!]!) { saveMappings(input: { cells: $cells }) { userErrors { message } } }',
    { cells: [{ organizationId: held, integrationId: external!.integration.id, externalOrgIds: [external!.id] }] })
  await list(page, 'Delete')
  await expect(row(page, 'Delete Held')).toContainText('1 of')
  await page.getByRole('checkbox', { name: /^Select all/ }).click()
  await expect(page.getByRole('region', { name: 'Selection' })).toContainText('2 selected')
  await page.getByRole('button', { name: 'Delete…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Delete organizations' })
  await expect(dialog).toContainText('Delete 1 organization? 1 organization stays:')
  await expect(dialog).toContainText('Delete Held')
  await accessible(page, 'Delete organizations', '[role=dialog]')
  await dialog.getByRole('button', { name: 'Delete 1' }).click()
  await expect(notice(page)).toContainText('Deleted 1 organization.')
  await expect(row(page, 'Delete Free')).toHaveCount(0)
  await expect(row(page, 'Delete Held')).toBeVisible()
})

test('one organization: people, note, groups and mappings, by keys from the list', async ({ page, program }) => {
  await organizations(program, ['Detail Works'])
  await person(program, 'Mara Detail')
  await list(page, 'Detail Works')
  await row(page, 'Detail Works').focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Detail Works', level: 2 })).toBeVisible()
  await page.getByRole('button', { name: 'Not assigned: Change engineer' }).click()
  await page.keyboard.type('mara')
  await expect(page.getByRole('option', { name: 'Mara Detail' })).toHaveAttribute('data-combobox-selected', 'true')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Mara Detail: Change engineer' })).toBeFocused()

  await page.getByRole('button', { name: 'Add a note' }).click()
  await page.keyboard.type('Closes at the end of March.')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByText('Closes at the end of March.')).toBeVisible()
  await expect(page.getByRole('region', { name: 'History' }).getByRole('listitem').first()).toContainText('note')
  await page.getByRole('button', { name: 'Add to a group' }).click()
  await page.getByRole('menuitem', { name: 'New group…' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('Detail group')
  await page.getByRole('button', { name: 'Create group' }).click()
  await expect(page.getByRole('button', { name: 'Remove from Detail group' })).toBeVisible()
  await page.getByRole('button', { name: 'Remove from Detail group' }).click()
  await expect(page.getByRole('button', { name: 'Remove from Detail group' })).toHaveCount(0)
  await expect(page.getByRole('region', { name: 'Mappings' })).toContainText('0 of')
  await accessible(page, 'one organization')
  expect(await page.evaluate(() => document.documentElement.scrollHeight <= innerHeight)).toBe(true)

  await page.getByRole('button', { name: 'Rename' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('Detail Works Ltd')
  await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click()
  await expect(page.getByRole('heading', { name: 'Detail Works Ltd', level: 2 })).toBeVisible()
  await page.goBack()
  await expect(row(page, 'Detail Works Ltd')).toContainText('Mara Detail')
})

test('groups are renamed, archived and restored', async ({ page, program }) => {
  const [id] = await organizations(program, ['Grouped Client'])
  const { saveGroup } = await program.api<{ saveGroup: { group: { id: string } } }>('mutation { saveGroup(input: { name: "Healthcare", color: "plum" }) { group { id } } }')
  await program.api('mutation ($group: ID!, $id: ID!) { setGroupMembers(input: { groupId: $group, addOrganizationIds: [$id] }) { userErrors { message } } }', { group: saveGroup.group.id, id })
  await visit(page, 'Organizations')
  await page.getByRole('button', { name: 'Groups', exact: true }).last().click()
  const dialog = page.getByRole('dialog', { name: 'Groups' })
  await expect(dialog.getByRole('button', { name: '1 organization in Healthcare: show' })).toBeVisible()
  await accessible(page, 'Groups', '[role=dialog]')
  await dialog.getByRole('button', { name: 'Edit Healthcare' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('Health')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await dialog.getByRole('button', { name: 'Archive Health' }).click()
  await expect(dialog.getByRole('list', { name: 'Archived' })).toContainText('Health')
  await dialog.getByRole('button', { name: 'Restore Health' }).click()
  await expect(dialog.getByRole('list', { name: 'Groups' })).toContainText('Health')
  await dialog.getByRole('button', { name: '1 organization in Health: show' }).click()
  await expect(row(page, 'Grouped Client')).toBeVisible()
  await expect(page.getByRole('row')).toHaveCount(2)
  await page.getByRole('button', { name: 'Reset' }).click()

  await visit(page, 'Setup Organizations')
  await page.getByRole('main').getByRole('button', { name: 'Groups' }).click()
  await page.getByRole('menuitemcheckbox', { name: 'Health' }).click()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('rowheader')).toHaveText([/Grouped Client/])
  await expect(page.getByRole('button', { name: 'All 1', exact: true })).toHaveAttribute('aria-pressed', 'true')
  await program.api('mutation ($group: ID!, $id: ID!) { setGroupMembers(input: { groupId: $group, removeOrganizationIds: [$id] }) { userErrors { message } } }', { group: saveGroup.group.id, id })
  await expect(page.getByRole('rowheader')).toHaveCount(0)
})
