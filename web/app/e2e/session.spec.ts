import { test as bare } from '@playwright/test'

import { accessible, cell, enter, expect, organization, search, test } from './test'

test('the sign-in link leaves no token in the address; signing out shows the sign-in page', async ({ page, program }) => {
  expect(page.url()).toBe(`${program.address}/`)
  expect(await page.evaluate(() => document.cookie)).toBe('')
  await page.getByRole('button', { name: /signed in as Admin$/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(page.getByRole('heading', { name: 'Orgmap' })).toBeVisible()
  await page.getByLabel('Token').fill('orgmap_wrong')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByLabel('Token')).toHaveAttribute('aria-invalid', 'true')
  await page.getByLabel('Token').fill(program.token)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('grid')).toBeVisible()

  // The link works in a page that is already open, where only the URL's fragment changes.
  await page.getByRole('button', { name: /signed in as Admin$/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(page.getByLabel('Token')).toBeVisible()
  await page.goto(program.newLink())
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByRole('grid')).toBeVisible()
  expect(page.url()).toBe(`${program.address}/`)
})

test('a sign-in link works once and then says so', async ({ browser, program }) => {
  const context = await browser.newContext() // axe opens its own page next to the one it scans
  const page = await context.newPage()
  try {
    const link = program.newLink('viewer', 'Reader')
    await page.goto(link)
    await expect(page).toHaveURL(`${program.address}/`)
    await expect(page.getByRole('heading', { name: 'Sign in to My MSP?' })).toBeVisible()
    await expect(page.getByText('as Reader (viewer)')).toBeVisible()
    await accessible(page, 'the question of a sign-in link')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await expect(page.getByRole('button', { name: /signed in as Reader$/ })).toBeVisible()

    // Another link says which session it replaces, and asks first.
    await page.evaluate((next) => (location.href = next), program.newLink())
    await expect(page.getByText('This replaces your session at My MSP, where you’re signed in as Reader.')).toBeVisible()
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await expect(page.getByRole('button', { name: /signed in as Admin$/ })).toBeVisible()
    await page.evaluate((next) => (location.href = next), program.newLink())
    await expect(page.getByText('You’re already signed in to this account.')).toBeVisible()
    await page.getByRole('button', { name: 'Cancel' }).click()

    const another = await browser.newPage()
    await another.goto(link)
    await expect(another.getByText('That link doesn’t work anymore.')).toBeVisible()
    await expect(another.getByLabel('Token')).toBeVisible()
    await another.close()
  } finally {
    await context.close()
  }
})

test('unknown pages return 404, and pages have security headers', async ({ program }) => {
  const home = await fetch(program.address)
  expect(home.headers.get('content-security-policy')).toContain("script-src 'self';")
  expect(home.headers.get('x-content-type-options')).toBe('nosniff')
  expect((await fetch(`${program.address}/nowhere`)).status).toBe(404)
  expect((await fetch(`${program.address}/assets/nothing.js`)).status).toBe(404)
})

test('when the server restarts, edits stay, changes arrive again and saving works', async ({ page, program }) => {
  bare.setTimeout(120_000)
  await organization(program, 'Restart Works')
  await search(page, 'Restart Works')
  await cell(page, 'Restart Works', 'Datto RMM').click()
  await page.getByRole('option').first().click()
  await page.keyboard.press('Escape')
  await program.stop()
  await expect(page.getByText('Reconnecting')).toBeVisible()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('log')).toContainText('Couldn’t reach Orgmap')
  await expect(cell(page, 'Restart Works', 'Datto RMM')).toHaveAccessibleName(/unsaved$/)

  await program.start()
  await expect(page.getByText('Live', { exact: true })).toBeVisible({ timeout: 20_000 })
  await organization(program, 'Restart Works After')
  await expect(page.getByRole('rowheader', { name: 'Restart Works After' })).toBeVisible()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('log')).toContainText('Saved 1 change')
})

test('a viewer can see everything and change nothing', async ({ page, program, browser }) => {
  const visitor = await browser.newPage()
  await enter(visitor, program, program.newToken('viewer'))
  await expect(visitor.getByText('View only.')).toBeVisible()
  for (const name of ['Create an organization', 'Refresh all']) await expect(visitor.getByRole('button', { name })).toHaveCount(0)
  await visitor.keyboard.press('Tab') // after the sign-in click, only keyboard focus opens a tooltip
  await visitor.getByRole('button', { name: 'Add from IT Glue' }).focus()
  await expect(visitor.getByRole('tooltip')).toContainText('Editor')
  await visitor.getByRole('gridcell').first().click()
  await expect(visitor.getByRole('dialog')).toBeVisible()
  await expect(visitor.getByRole('combobox')).toHaveCount(0)
  await visitor.goto(`${program.address}/integrations`)
  await expect(visitor.getByText('Only admins can connect')).toBeVisible()
  await expect(visitor.getByRole('button', { name: /^Disconnect/ })).toHaveCount(0)
  await visitor.goto(`${program.address}/explorer`)
  await expect(visitor.getByRole('heading', { name: 'The explorer is for admins' })).toBeVisible()
  await expect(page.getByRole('grid')).toBeVisible()
  await visitor.close()
})
