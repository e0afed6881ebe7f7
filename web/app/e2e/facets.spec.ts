import type { Page } from '@playwright/test'

import { accessible, cell, countsOf, expect, matched, organization, test } from './test'
import type { Program } from './program'

type Api = Pick<Program, 'api'>

interface Listed {
  organizations: { totalCount: number; nodes: { id: string; name: string; suggestions: { externalOrg: { id: string; integration: { id: string } } }[] }[] }
}

const integrations = async (program: Api) => (await program.api<{ integrations: { id: string; name: string }[] }>('{ integrations { id name } }')).integrations

/** The organizations that a filter lists, according to the API. */
const listed = async (program: Api, filter: object) => (await program.api<Listed>(
  'query ($filter: OrganizationFilter) { organizations(first: 200, filter: $filter) { totalCount nodes { id name suggestions { externalOrg { id integration { id } } } } } }', { filter })).organizations

const save = (program: Api, organizationId: string, integrationId: string, externalOrgIds: string[]) =>
  program.api('mutation ($cells: [MappingCellInput!]!) { saveMappings(input: { cells: $cells }) { userErrors { message } } }', { cells: [{ organizationId, integrationId, externalOrgIds }] })

const facet = (page: Page, name: string) => page.getByRole('group', { name: 'Filter organizations' }).getByRole('button', { name: new RegExp(`^${name} [\\d,]+$`) })

test.beforeEach(async ({ program }) => matched(program))

test('the number of suggestions in a column header filters that column, live', async ({ page, program }) => {
  const column = (await integrations(program)).find(({ name }) => name === 'Datto RMM')!
  const { suggested } = await countsOf(program, column.name)
  const header = page.getByRole('columnheader', { name: /^Datto RMM/ })
  await header.getByText(String(suggested), { exact: true }).click()
  await expect(page.getByRole('menu')).toBeHidden()
  await expect(page).toHaveURL(`${program.address}/?show=suggested&in=${encodeURIComponent(column.id)}`)
  await expect(facet(page, 'Suggested in Datto RMM')).toHaveText(`Suggested in Datto RMM ${suggested}`)
  await expect(facet(page, 'Suggested in Datto RMM')).toHaveAttribute('aria-pressed', 'true')
  const { totalCount, nodes } = await listed(program, { suggestedIn: [column.id] })
  expect(totalCount).toBe(suggested)
  const [first] = nodes
  await expect(page.getByRole('rowheader').first()).toHaveText(first!.name)
  await expect(cell(page, first!.name, 'Datto RMM')).toHaveAccessibleName(/: suggested /)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await accessible(page, `filters and column headers, ${colorScheme}`, '[role=group], [role=columnheader]')
  }

  const { externalOrg } = first!.suggestions.find(({ externalOrg: { integration } }) => integration.id === column.id)!
  await save(program, first!.id, column.id, [externalOrg.id])
  await expect(facet(page, 'Suggested in Datto RMM')).toHaveText(`Suggested in Datto RMM ${suggested - 1}`)
  await save(program, first!.id, column.id, [])
  await expect(facet(page, 'Suggested in Datto RMM')).toHaveText(`Suggested in Datto RMM ${suggested}`)

  await page.goBack()
  await expect(facet(page, 'All')).toHaveAttribute('aria-pressed', 'true')
  await header.getByRole('button').press('Enter')
  await page.getByRole('menuitem', { name: 'Show organizations suggested in Datto RMM' }).press('Enter')
  await expect(page.getByRole('rowheader').first()).toHaveText(first!.name)
  await page.reload()
  await expect(facet(page, 'Suggested in Datto RMM')).toHaveText(`Suggested in Datto RMM ${suggested}`)
})

test('Suggested and Needs decision count and list what the API lists @long', async ({ page, program }) => {
  const ids = (await integrations(program)).map(({ id }) => id)
  for (const [name, filter, show] of [['Suggested', { suggestedIn: ids }, 'suggested'], ['Needs decision', { needsDecisionIn: ids }, 'needsDecision']] as const) {
    const { totalCount, nodes } = await listed(program, filter)
    expect(totalCount).toBeGreaterThan(0)
    await facet(page, name).click()
    await expect(page).toHaveURL(`${program.address}/?show=${show}`)
    await expect(facet(page, name)).toHaveText(`${name} ${totalCount}`)
    await expect(page.getByRole('rowheader').first()).toHaveText(nodes[0]!.name)
    await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', String(totalCount + 1))
  }
})

test('a search finds an organization by what is mapped to it, in any order of the words', async ({ page, program }) => {
  const [column] = await integrations(program)
  const id = await organization(program, 'Findable Works')
  const { node } = await program.api<{ node: { externalOrgs: { nodes: { id: string; name: string }[] } } }>(
    'query ($id: ID!) { node(id: $id) { ... on Integration { externalOrgs(first: 50, filter: { mapped: false }) { nodes { id name } } } } }', { id: column!.id })
  const external = node.externalOrgs.nodes.find(({ name }) => /^\p{L}+( \p{L}+){2,}$/u.test(name))!
  const backward = external.name.split(' ').reverse().join(', ')
  const box = page.getByRole('textbox', { name: 'Search organizations' })
  await box.fill(backward)
  await expect(facet(page, 'All')).not.toHaveText(`All ${(await listed(program, {})).totalCount}`)
  await expect(page.getByRole('rowheader', { name: 'Findable Works' })).toBeHidden()
  await box.fill('')
  await expect(page.getByRole('rowheader', { name: 'Findable Works' })).toBeVisible()
  await save(program, id, column!.id, [external.id])
  await box.fill(backward)
  await expect(facet(page, 'All')).not.toHaveText(`All ${(await listed(program, {})).totalCount}`)
  await expect(page.getByRole('rowheader', { name: 'Findable Works' })).toBeVisible()
  await save(program, id, column!.id, [])
})
