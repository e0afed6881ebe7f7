import { accessible, cell, escape, expect, organization, search, test, unmapped } from './test'

test('a cell’s editor says how each mapping was made and leads to its change, and nothing moves meanwhile @long', async ({ page, program }) => {
  await organization(program, 'Origin Works')
  const external = await unmapped(program)
  await search(page, 'Origin Works')
  const mapped = cell(page, 'Origin Works', 'IT Glue')
  await mapped.click()
  await page.getByRole('combobox').fill(external)
  await page.getByRole('option', { name: new RegExp(`^${escape(external)}`) }).first().click()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('log')).toContainText('Saved 1 change')

  let release = () => {}
  await page.route('**/graphql', async (route) => {
    const response = await route.fetch()
    if (route.request().postData()?.includes('MappingOrigins')) await new Promise<void>((resolve) => (release = resolve))
    await route.fulfill({ response })
  })
  await mapped.focus()
  await mapped.press('F2')
  const editor = page.getByRole('dialog', { name: 'IT Glue for Origin Works' })
  const item = editor.getByRole('listitem')
  await expect(item).toContainText('Admin,')
  const before = await item.boundingBox()
  const link = editor.getByRole('link', { name: `Show in History: ${external}` })
  await expect(link).toHaveCount(0)
  await expect.poll(() => { release(); return link.count() }).toBe(1)
  await page.unrouteAll({ behavior: 'wait' })
  await expect(item).toContainText('by hand')
  expect(await item.boundingBox()).toEqual(before)
  await expect(link).toHaveAttribute('href', /^\/history\?change=chg_/)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await accessible(page, `a mapping’s origin, ${colorScheme}`, '[role=dialog]')
  }
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('Shift+Tab')
  await expect(link).toBeFocused()
})

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
  await open()
  await expect(dialog).toContainText('Delete Delete Works?')
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await accessible(page, `delete an organization, ${colorScheme}`, '[role=dialog]')
  }
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await expect(page.getByRole('log')).toContainText('Deleted Delete Works.')
  await expect(page.getByRole('rowheader', { name: 'Delete Works' })).toHaveCount(0)
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).not.toBe('BODY')
})
