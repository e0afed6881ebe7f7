import { accessible, cell, disconnect, expect, organization, refreshed, search, test } from './test'

test('a disconnected integration comes back with its mappings, unless everything was deleted @long', async ({ page, program, glue }) => {
  glue.organizations = [{ id: '1', name: 'Return Client' }]
  const { connectIntegration } = await program.api<{ connectIntegration: { integrations: { id: string }[] } }>(
    'mutation ($input: ConnectIntegrationInput!) { connectIntegration(input: $input) { integrations { id } userErrors { message } } }',
    { input: { application: 'IT_GLUE', name: 'Return Glue', baseUrl: glue.address, credentials: [{ name: 'api_key', value: glue.key }] } })
  const integrationId = connectIntegration.integrations[0]!.id
  await program.api('mutation ($ids: [ID!]) { refresh(input: { integrationIds: $ids }) { userErrors { message } } }', { ids: [integrationId] })
  await refreshed(program)
  const organizationId = await organization(program, 'Return Works')
  const { node } = await program.api<{ node: { externalOrgs: { nodes: { id: string }[] } } }>(
    'query ($id: ID!) { node(id: $id) { ... on Integration { externalOrgs(first: 1) { nodes { id } } } } }', { id: integrationId })
  await program.api('mutation ($cells: [MappingCellInput!]!) { saveMappings(input: { cells: $cells }) { userErrors { message } } }',
    { cells: [{ organizationId, integrationId, externalOrgIds: [node.externalOrgs.nodes[0]!.id] }] })

  await disconnect(page, 'Return Glue')
  const list = page.getByRole('region', { name: 'Disconnected' })
  const line = list.getByRole('listitem').filter({ hasText: 'Return Glue' })
  await expect(line).toContainText('IT Glue · 1 mapping')
  await expect(line).toContainText(/Disconnected by Admin on .*\. Can be connected again until /)
  const again = line.getByRole('button', { name: 'Connect again… Return Glue' })
  await again.click()
  const form = page.getByRole('dialog', { name: 'Connect Return Glue again' })
  const application = form.getByRole('combobox', { name: 'Application' })
  await expect(application).toHaveValue('IT Glue')
  await expect(application).not.toBeEditable()
  await expect(form).toContainText('Its column comes back with 1 mapping')
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await accessible(page, `connect again, ${colorScheme}`)
  }
  await form.getByRole('combobox', { name: 'Region' }).click()
  await page.getByRole('option', { name: 'Another address' }).click()
  await form.getByRole('textbox', { name: 'Address' }).fill(glue.address)
  await form.getByLabel('API key').fill(glue.key)
  await form.getByRole('button', { name: 'Connect', exact: true }).click()
  await expect(page.getByRole('article', { name: 'Return Glue' })).toContainText('1, 1 mapped')
  await expect(line).toHaveCount(0)
  await page.getByRole('link', { name: 'Setup Organizations' }).click()
  await search(page, 'Return Works')
  await page.getByRole('grid').evaluate((grid) => grid.scrollTo({ left: grid.scrollWidth }))
  await expect(cell(page, 'Return Works', 'Return Glue')).toHaveAccessibleName(/: Return Client$/)

  await page.getByRole('link', { name: 'Integrations' }).click()
  await page.getByRole('button', { name: 'Disconnect Return Glue' }).click()
  const dialog = page.getByRole('dialog', { name: 'Disconnect Return Glue' })
  await dialog.getByRole('checkbox', { name: 'Delete everything now' }).check()
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await accessible(page, `disconnect, ${colorScheme}`, '[role=dialog]')
  }
  await dialog.getByRole('textbox').fill('Return Glue')
  await dialog.getByRole('button', { name: 'Disconnect' }).click()
  await expect(page.getByRole('log')).toContainText('Disconnected Return Glue and deleted its mappings.')
  await expect(page.getByRole('article', { name: 'Return Glue' })).toHaveCount(0)
  await expect(line).toHaveCount(0)
})
