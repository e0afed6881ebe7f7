import { accessible, cell, expect, organization, search, test } from './test'

test('an organization without mappings can be deleted, and one with mappings says why not @long', async ({ page, program }) => {
  const id = await organization(program, 'Delete Works')
  const { integrations } = await program.api<{ integrations: { id: string; name: string; externalOrgs: { nodes: { id: string }[] } }[] }>(
    '{ integrations { id name externalOrgs(first: 5, filter: { mapped: false }) { nodes { id } } } }')
  const hudu = integrations.find(({ name }) => name === 'Hudu')!
  const save = (externalOrgIds: string[]) => program.api(
    'mutation ($cells: [MappingCellInput!]!) { saveMappings(input: { cells: $cells }) { userErrors { message } } }', { cells: [{ organizationId: id, integrationId: hudu.id, externalOrgIds }] })
  await save([hudu.externalOrgs.nodes.at(-1)!.id])
  await search(page, 'Delete Works')
  const open = async () => {
    await page.getByRole('rowheader', { name: 'Delete Works' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'Delete…' }).click()
  }
  await open()
  const dialog = page.getByRole('dialog', { name: 'Delete organization' })
  await expect(dialog).toContainText('has mappings. Clear them first.')
  await expect(dialog.getByRole('button', { name: 'Delete' })).toBeDisabled()
  await accessible(page, 'an organization that cannot be deleted', '[role=dialog]')
  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)

  await save([])
  // An unsaved change of the organization goes with it.
  await cell(page, 'Delete Works', 'IT Glue').click()
  await page.getByRole('option').first().click()
  await page.keyboard.press('Escape')
  const bar = page.getByRole('region', { name: 'Unsaved changes' })
  await expect(bar).toContainText('1 unsaved change')
  await open()
  await expect(dialog).toContainText('Delete Delete Works?')
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await accessible(page, `delete an organization, ${colorScheme}`, '[role=dialog]')
  }
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await expect(page.getByRole('log')).toContainText('Deleted Delete Works.')
  await expect(page.getByRole('rowheader', { name: 'Delete Works' })).toHaveCount(0)
  await expect(bar).toHaveCount(0)
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).not.toBe('BODY')
})
