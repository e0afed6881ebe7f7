import type { Page } from '@playwright/test'

import { accessible, cell, expect, organization, search, test } from './test'

// Small windows: a scan takes seconds per hundred cells.
test.use({ viewport: { width: 1000, height: 480 } })

const closed = async (page: Page) => {
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
}

for (const scheme of ['light', 'dark'] as const) {
  test(`every page and dialog is accessible in ${scheme}`, async ({ page, program }) => {
    test.setTimeout(240_000)
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    await organization(program, `Accessible ${scheme}`)
    await search(page, `Accessible ${scheme}`)
    await cell(page, `Accessible ${scheme}`, 'IT Glue').click()
    await page.getByRole('option').nth(1).click()
    await accessible(page, 'Setup Organizations with a cell open')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: /^IT Glue \d/ }).click()
    await expect(page.getByRole('menu')).toBeVisible()
    // In this low window the menu scrolls. Its items take the focus by arrow keys and not by Tab, which the rule does not know.
    await accessible(page, 'a column’s menu', '#lists', { rule: 'scrollable-region-focusable', at: '[role=menu]' })
    await page.keyboard.press('End')
    const last = page.getByRole('menuitem', { name: 'Hide column' })
    await expect(last).toBeFocused()
    await expect(last).toBeInViewport({ ratio: 1 })
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Review' }).click()
    await expect(page.getByRole('dialog')).toBeVisible()
    await accessible(page, 'Review')
    await closed(page)
    await page.getByRole('button', { name: 'Cancel', exact: true }).click()
    await page.getByRole('button', { name: 'Create an organization' }).click()
    await expect(page.getByRole('dialog')).toBeVisible()
    await accessible(page, 'Create an organization', '[role=dialog]')
    await closed(page)
    await page.getByRole('button', { name: 'Add from IT Glue' }).click()
    await expect(page.getByRole('checkbox').nth(2)).toBeVisible()
    await accessible(page, 'Add from IT Glue')
    await closed(page)
    await page.getByRole('link', { name: 'Sync status' }).click()
    await expect(page.getByRole('row').nth(1)).toBeVisible()
    await accessible(page, 'Sync status')
    await page.getByRole('link', { name: 'Integrations' }).click()
    await expect(page.getByRole('article', { name: 'Hudu' })).toBeVisible()
    await accessible(page, 'Integrations')
    await page.getByRole('button', { name: 'Connect an integration' }).click()
    await expect(page.getByRole('option').first()).toBeVisible()
    await accessible(page, 'Connect an integration, the list open')
    await page.getByRole('option', { name: 'Datto RMM' }).click()
    await accessible(page, 'Connect an integration, the form', '[role=dialog]')
    await closed(page)
    for (const name of ['Rename Hudu', 'New credentials for Hudu', 'Disconnect Hudu']) {
      await page.getByRole('button', { name }).click()
      await expect(page.getByRole('dialog')).toBeVisible()
      await accessible(page, name, '[role=dialog]')
      await closed(page)
    }
    await page.getByRole('button', { name: /signed in as Admin$/ }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await expect(page.getByLabel('Token')).toBeVisible()
    await accessible(page, 'Sign in')
  })
}

test('at 200% zoom in a small window nothing is cut off', async ({ page, program }) => {
  await page.setViewportSize({ width: 640, height: 360 })
  for (const path of ['/', '/history', '/sync', '/integrations']) {
    await page.goto(program.address + path)
    await expect(page.getByText('Live', { exact: true })).toBeVisible()
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    expect(overflow, path).toBeLessThanOrEqual(0)
  }
  await page.goto(program.address)
  await page.getByRole('gridcell').first().click()
  await expect(page.getByRole('combobox')).toBeInViewport()
})
