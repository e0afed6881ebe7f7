import type { Page } from '@playwright/test'

import { KaseyaOne } from './kaseyaone'
import { cell, disconnect, expect, organization, search, test } from './test'

/** Columns after the demonstration's are rendered only once they are scrolled into view. */
const scrollToLastColumn = (page: Page) => page.getByRole('grid').evaluate((grid) => grid.scrollTo({ left: grid.scrollWidth }))

async function fill(page: Page, { username, tenant }: KaseyaOne, password: string) {
  const form = page.getByRole('dialog')
  await form.getByLabel('User name').fill(username)
  await form.getByLabel('Password', { exact: true }).fill(password)
  await form.getByLabel('Company name').fill(tenant)
}

test('one KaseyaOne connection adds a column for each module, which can be renamed, paused, fixed and disconnected separately', async ({ page, program }) => {
  const kaseya = await KaseyaOne.start()
  try {
    kaseya.modules = [
      { id: 3, name: 'IT Glue', organizations: ['Harbour Bakery', 'Harbour Dental'] },
      { id: 40, name: 'Cloud Archive', organizations: ['Harbour Bakery'] },
    ]
    await organization(program, 'Harbour Bakery')
    await page.getByRole('link', { name: 'Integrations' }).click()
    await page.getByRole('button', { name: 'Connect an integration' }).click()
    const form = page.getByRole('dialog', { name: 'Connect an integration' })
    await form.getByRole('combobox', { name: 'Application' }).click()
    await page.getByRole('option', { name: 'KaseyaOne' }).click()
    await expect(form).toContainText('a column for each KaseyaOne module')
    await form.getByRole('textbox', { name: 'Name (optional)', exact: true }).fill('Harbour')
    await form.getByRole('combobox', { name: 'Region' }).click()
    await page.getByRole('option', { name: 'Another address' }).click()
    await form.getByRole('textbox', { name: 'Address' }).fill(kaseya.address)
    await fill(page, kaseya, 'wrong')
    await form.getByRole('button', { name: 'Connect', exact: true }).click()
    await expect(form.getByRole('alert')).toContainText('The sign-in to Kaseya BMS, through which KaseyaOne is read, was refused')
    await fill(page, kaseya, kaseya.password)
    await form.getByRole('button', { name: 'Connect', exact: true }).click()
    await expect(page.getByRole('log')).toContainText('Connected Harbour IT Glue, Harbour Cloud Archive.')

    const glue = page.getByRole('article', { name: 'Harbour IT Glue' })
    const archive = page.getByRole('article', { name: 'Harbour Cloud Archive' })
    await expect(glue).toContainText('IT Glue (through KaseyaOne)')
    await expect(glue).toContainText('2, 0 mapped')
    await expect(archive).toContainText('1, 0 mapped')
    for (const card of [glue, archive]) await expect(card).toContainText('Up to date')

    // Each is a column like any other. An IT Glue column connected through KaseyaOne has nothing to import.
    await page.getByRole('link', { name: 'Setup Organizations' }).click()
    await search(page, 'Harbour Bakery')
    await scrollToLastColumn(page)
    await cell(page, 'Harbour Bakery', 'Harbour Cloud Archive').click()
    await page.getByRole('option', { name: 'Harbour Bakery' }).click()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await expect(page.getByRole('button', { name: /^Harbour Cloud Archive 1 of \d+ mapped( · \d+ suggested)? Up to date$/ })).toBeVisible()
    await page.getByRole('button', { name: /^Harbour IT Glue 0 of \d+ mapped( · \d+ suggested)? Up to date$/ }).click()
    await expect(page.getByRole('menuitem', { name: 'Refresh', exact: true })).toBeVisible()
    await expect(page.getByRole('menuitem', { name: /^Add from/ })).toHaveCount(0)
    await page.keyboard.press('Escape')

    // A new module gets its column at the next refresh of any of them.
    kaseya.modules = [...kaseya.modules, { id: 41, name: 'Harbour Mail', organizations: ['Harbour Bakery', 'Harbour Dental', 'Harbour Opticians'] }]
    await page.getByRole('link', { name: 'Integrations' }).click()
    await page.getByRole('button', { name: 'Test Harbour Cloud Archive: refresh its list now' }).click()
    const mail = page.getByRole('article', { name: 'Harbour Mail' })
    await expect(mail).toBeVisible()
    await page.getByRole('button', { name: 'Test Harbour Mail: refresh its list now' }).click()
    await expect(mail).toContainText('3, 0 mapped')

    await page.getByRole('button', { name: 'Rename Harbour Cloud Archive' }).click()
    await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('Harbour Vault')
    await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click()
    const vault = page.getByRole('article', { name: 'Harbour Vault' })
    await expect(vault).toContainText('1, 1 mapped')
    await page.getByRole('button', { name: 'Pause Harbour Vault' }).click()
    await expect(vault).toContainText('Paused')
    await expect(glue).toContainText('Up to date')
    await page.getByRole('button', { name: 'Resume Harbour Vault' }).click()
    await expect(vault).toContainText('Up to date')

    // All modules share one sign-in: fixing it for one fixes it for the others.
    kaseya.password = 'of the employee, renewed'
    for (const name of ['Harbour Vault', 'Harbour IT Glue']) {
      await page.getByRole('button', { name: `Test ${name}: refresh its list now` }).click()
      await expect(page.getByRole('article', { name })).toContainText('Needs attention')
    }
    await page.getByRole('button', { name: 'New credentials for Harbour Vault' }).click()
    await expect(page.getByRole('dialog')).toContainText('for all its modules')
    await fill(page, kaseya, kaseya.password)
    await page.getByRole('button', { name: 'Test and save' }).click()
    await expect(page.getByRole('dialog')).toHaveCount(0)
    for (const name of ['Harbour IT Glue', 'Harbour Vault']) {
      const card = page.getByRole('article', { name })
      await expect(card).not.toContainText('Needs attention')
      await page.getByRole('button', { name: `Test ${name}: refresh its list now` }).click()
      await expect(card).toContainText('Up to date')
    }

    // A removed module reports that and keeps its mappings.
    kaseya.modules = kaseya.modules.filter(({ id }) => id !== 40)
    await page.getByRole('button', { name: 'Test Harbour Vault: refresh its list now' }).click()
    await expect(vault).toContainText('KaseyaOne no longer has this module. Its mappings are kept')
    await expect(vault).toContainText('1, 1 mapped')

    await disconnect(page, 'Harbour Vault')
    await expect(glue).toBeVisible()
    await page.getByRole('link', { name: 'Setup Organizations' }).click()
    await scrollToLastColumn(page)
    await expect(page.getByRole('button', { name: /^Harbour Mail / })).toBeVisible()
    await expect(page.getByRole('button', { name: /^Harbour Vault / })).toHaveCount(0)
    for (const name of ['Harbour Mail', 'Harbour IT Glue']) await disconnect(page, name)
  } finally {
    await kaseya.stop()
  }
})
