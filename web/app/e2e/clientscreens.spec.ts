import type { Page } from '@playwright/test'

import { checkLooks, type Screen } from './screens'
import { expect, organization, test } from './test'

const closed = async (page: Page) => {
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
}

/** The list of organizations, the page of one, and their dialogs. */
const screens: readonly Screen[] = [
  { name: 'Organizations', show: async (page, program) => {
    await page.goto(`${program.address}/organizations?q=Look`)
    await expect(page.getByRole('row', { name: /^Look Harbor/ })).toContainText('Acquired')
  } },
  { name: 'Organizations, a filter of people', show: async (page) => {
    await page.getByRole('button', { name: 'Engineer', exact: true }).click()
    await expect(page.getByRole('option', { name: /^Priya Looks/ })).toBeVisible()
  }, part: '#lists' },
  { name: 'Organizations with a selection', show: async (page) => {
    await page.keyboard.press('Escape')
    await page.getByRole('checkbox', { name: /^Select all/ }).click()
    await expect(page.getByRole('region', { name: 'Selection' })).toContainText('3 selected')
  } },
  { name: 'Delete organizations', show: async (page) => {
    await page.getByRole('button', { name: 'Delete…' }).click()
    await expect(page.getByRole('dialog')).toContainText(/Delete \d organization/)
  }, part: '[role=dialog]' },
  { name: 'Groups', show: async (page) => {
    await closed(page)
    await page.getByRole('main').getByRole('button', { name: 'Groups', exact: true }).last().click()
    await expect(page.getByRole('dialog').getByRole('button', { name: 'Edit Healthcare West' })).toBeVisible()
  }, part: '[role=dialog]' },
  { name: 'New group', show: async (page) => {
    await page.getByRole('button', { name: 'Create group' }).click()
    await expect(page.getByRole('radio', { name: 'Gold' })).toBeVisible()
  }, part: '[role=dialog]' },
  { name: 'One organization', show: async (page, program) => {
    const { organizations } = await program.api<{ organizations: { nodes: { id: string }[] } }>('{ organizations(first: 1, search: "Look Harbor") { nodes { id } } }')
    await page.goto(`${program.address}/organization?id=${organizations.nodes[0]!.id}`)
    await expect(page.getByRole('region', { name: 'History' }).getByRole('listitem').first()).toBeVisible()
  } },
  { name: 'One organization, its note', show: async (page) => {
    await page.getByRole('button', { name: 'Edit the note' }).click()
    await expect(page.getByRole('textbox', { name: 'What your team should know' })).toBeFocused()
  } },
]

test.describe('every page and dialog of organizations', { tag: '@screens' }, () => {
  test.beforeAll(async ({ program }) => {
    const mutate = <Result>(text: string, variables: Record<string, unknown> = {}) => program.api<Result>(`mutation ${text}`, variables)
    const [harbor, mill, works] = [await organization(program, 'Look Harbor View Physical Therapy and Rehabilitation Center'), await organization(program, 'Look Mill'), await organization(program, 'Look Works')]
    const { savePerson } = await mutate<{ savePerson: { person: { id: string } } }>('{ savePerson(input: { name: "Priya Looks-Vandenberghe" }) { person { id } } }')
    await mutate('($ids: [ID!]!, $to: ID!) { assignPeople(input: { organizationIds: $ids, engineerId: $to, vcioId: $to }) { userErrors { message } } }', { ids: [harbor, mill], to: savePerson.person.id })
    for (const [name, color] of [['Healthcare West', 'plum'], ['Gold', 'gold'], ['Oregon', 'teal'], ['Acquired', 'clay'], ['Finance', 'blue']] as const) {
      const { saveGroup } = await mutate<{ saveGroup: { group: { id: string } } }>('($name: String!, $color: String!) { saveGroup(input: { name: $name, color: $color }) { group { id } } }', { name, color })
      await mutate('($id: ID!, $ids: [ID!]!) { setGroupMembers(input: { groupId: $id, addOrganizationIds: $ids }) { userErrors { message } } }', { id: saveGroup.group.id, ids: name === 'Gold' ? [harbor, mill, works] : [harbor] })
    }
    await mutate('($ids: [ID!]!, $note: String!) { updateOrganizations(input: { organizationIds: $ids, note: $note }) { userErrors { message } } }', { ids: [harbor], note: 'Moves in March: do not renew the two workstations at the front desk.' })
    const { externalOrgs } = await program.api<{ externalOrgs: { nodes: { id: string; integration: { id: string } }[] } }>('{ externalOrgs(first: 2, filter: { states: [NEEDS_DECISION] }) { nodes { id integration { id } } } }')
    for (const { id, integration } of externalOrgs.nodes) {
      await mutate('($cells: [MappingCellInput!]!) { saveMappings(input: { cells: $cells }) { userErrors { message } } }', { cells: [{ organizationId: harbor, integrationId: integration.id, externalOrgIds: [id] }] })
    }
  })

  checkLooks(screens)
})
