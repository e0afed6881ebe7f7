import { accessible, cell, expect, organization, search, test } from './test'

// Small windows: a scan takes seconds for each hundred cells.
test.use({ viewport: { width: 1000, height: 480 } })

for (const scheme of ['light', 'dark'] as const) {
  test(`every page is accessible in ${scheme}`, async ({ page, program }) => {
    test.setTimeout(180_000)
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    await organization(program, `Accessible ${scheme}`)
    await search(page, `Accessible ${scheme}`)
    await cell(page, `Accessible ${scheme}`, 'IT Glue').click()
    await page.getByRole('option').nth(1).click()
    await accessible(page)
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Review' }).click()
    await expect(page.getByRole('dialog')).toBeVisible()
    await accessible(page)
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Cancel', exact: true }).click()
    await page.getByRole('button', { name: 'Add from IT Glue' }).click()
    await expect(page.getByRole('checkbox').nth(2)).toBeVisible()
    await accessible(page)
    await page.keyboard.press('Escape')
    await page.getByRole('link', { name: 'Sync status' }).click()
    await expect(page.getByRole('row').nth(1)).toBeVisible()
    await accessible(page)
    await page.getByRole('link', { name: 'Integrations' }).click()
    await page.getByRole('button', { name: 'Connect an integration' }).click()
    await expect(page.getByRole('dialog')).toBeVisible()
    await accessible(page)
  })
}

test('at 200 % on a small window nothing is cut off', async ({ page, program }) => {
  await page.setViewportSize({ width: 640, height: 360 })
  for (const path of ['/', '/sync', '/integrations']) {
    await page.goto(program.address + path)
    await expect(page.getByText('Live', { exact: true })).toBeVisible()
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    expect(overflow, path).toBeLessThanOrEqual(0)
  }
  await page.goto(program.address)
  await page.getByRole('gridcell').first().click()
  await expect(page.getByRole('combobox')).toBeInViewport()
})
