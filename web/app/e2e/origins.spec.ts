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
