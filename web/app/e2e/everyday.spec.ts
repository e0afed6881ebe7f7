import type { Page } from '@playwright/test'

import { Glue } from './glue'
import { Program } from './program'
import { cell, disconnect, enter, expect, organization, refreshed, search, test } from './test'

interface Connected {
  connectIntegration: { integrations: { id: string }[]; userErrors: { message: string }[] }
}

const connect = async (program: Program, glue: Glue, name: string) => {
  const { connectIntegration } = await program.api<Connected>(
    'mutation ($input: ConnectIntegrationInput!) { connectIntegration(input: $input) { integrations { id } userErrors { message } } }',
    { input: { application: 'IT_GLUE', name, baseUrl: glue.address, credentials: [{ name: 'api_key', value: glue.key }] } })
  const { id } = connectIntegration.integrations[0]!
  await refresh(program, id)
  return id
}

const refresh = async (program: Program, id: string) => {
  await program.api('mutation ($ids: [ID!]) { refresh(input: { integrationIds: $ids }) { userErrors { message } } }', { ids: [id] })
  await refreshed(program)
}

const scrollToLastColumn = (page: Page) => page.getByRole('grid').evaluate((grid) => grid.scrollTo({ left: grid.scrollWidth }))

/** Returns the name of the focused element, or 'nothing'. */
const focused = (page: Page) => page.evaluate(() => {
  const { activeElement } = document
  return activeElement === null || activeElement === document.body ? 'nothing' : (activeElement.getAttribute('aria-label') ?? activeElement.id)
})

test('a refresh reaches every cell, drop-down and unsaved change on the screen', async ({ page, program }) => {
  const glue = await Glue.start()
  try {
    glue.organizations = ['Tide Bakery', 'Tide Dental', 'Tide Legal'].map((name, index) => ({ id: String(index + 1), name }))
    const id = await connect(program, glue, 'Tidal Glue')
    await organization(program, 'Tide Works')
    await organization(program, 'Tide Farms')
    await page.getByRole('textbox', { name: 'Search organizations' }).fill('Tide ')
    await expect(page.getByRole('rowheader')).toHaveCount(2)
    await scrollToLastColumn(page)
    await cell(page, 'Tide Works', 'Tidal Glue').click()
    await page.getByRole('option', { name: 'Tide Bakery' }).click()
    await page.getByRole('option', { name: 'Tide Dental' }).click()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await expect(page.getByRole('log')).toContainText('Saved 1 change')
    await cell(page, 'Tide Farms', 'Tidal Glue').click()
    await page.getByRole('option', { name: 'Tide Legal' }).click()
    await page.keyboard.press('Escape')
    await cell(page, 'Tide Works', 'Tidal Glue').focus()
    await page.keyboard.press('Enter')
    const editor = page.getByRole('dialog', { name: 'Tidal Glue for Tide Works' })
    await expect(editor.getByRole('list')).toContainText('Tide Dental')

    // Renamed and removed.
    glue.organizations = [{ id: '1', name: 'Tide Bakery & Sons' }, { id: '3', name: 'Tide Law' }]
    await refresh(program, id)
    await expect(cell(page, 'Tide Works', 'Tidal Glue')).toHaveAccessibleName('Tide Works, Tidal Glue: Tide Bakery & Sons, Tide Dental, no longer listed')
    await expect(cell(page, 'Tide Farms', 'Tidal Glue')).toHaveAccessibleName('Tide Farms, Tidal Glue: Tide Law, unsaved')
    await expect(editor.getByRole('list')).toContainText('Tide Bakery & Sons')
    await expect(editor.getByRole('list')).toContainText('no longer in Tidal Glue')
    await expect(editor.getByRole('option', { name: /Tide Law/ })).toContainText('unsaved')
    await page.keyboard.press('Escape')

    // Restored.
    glue.organizations = [...glue.organizations, { id: '2', name: 'Tide Dental' }]
    await refresh(program, id)
    await expect(cell(page, 'Tide Works', 'Tidal Glue')).toHaveAccessibleName('Tide Works, Tidal Glue: Tide Bakery & Sons, Tide Dental')
    await page.getByRole('button', { name: 'Cancel', exact: true }).click()
    await disconnect(page, 'Tidal Glue')
  } finally {
    await glue.stop()
  }
})

test('the focus stays in place after a save, a removed chip, a dismissed notification and a dialog', async ({ page, program }) => {
  await organization(program, 'Focus Works')
  await search(page, 'Focus Works')
  const mapped = cell(page, 'Focus Works', 'IT Glue')
  await mapped.click()
  await page.getByRole('option').first().click()
  await page.getByRole('option').nth(1).click()
  // The first of the cell's two mappings is removed; the focus moves to the other one.
  const chips = page.getByRole('dialog').getByRole('button', { name: /^Unmap/ })
  await chips.first().focus()
  await page.keyboard.press('Enter')
  await expect(chips).toHaveCount(1)
  await expect(chips).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(mapped).toBeFocused()

  await page.getByRole('button', { name: 'Save', exact: true }).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('log')).toContainText('Saved 1 change')
  await expect(mapped).toBeFocused()
  await page.getByRole('button', { name: 'Dismiss' }).focus()
  await page.keyboard.press('Enter')
  await expect.poll(() => focused(page)).not.toBe('nothing')

  await mapped.getByRole('button', { name: /^Unmap/ }).click()
  await expect(mapped).toHaveAccessibleName(/Not mapped, unsaved$/)
  await expect(mapped).toBeFocused()
  await page.getByRole('button', { name: 'Review', exact: true }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').getByRole('button', { name: /^Discard change/ }).focus()
  await page.keyboard.press('Enter')
  await expect.poll(() => focused(page)).not.toBe('nothing')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect.poll(() => focused(page)).not.toBe('nothing')

  const create = page.getByRole('button', { name: 'Create an organization' })
  await create.focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog').getByRole('textbox')).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(create).toBeFocused()
})

test('Fix connection opens the integration’s credentials, and pages keep their scroll position', async ({ page, program }) => {
  const glue = await Glue.start()
  try {
    glue.organizations = [{ id: '1', name: 'Lone Client' }]
    const id = await connect(program, glue, 'Rusty Glue')
    glue.key = 'ITG.another'
    await refresh(program, id)
    await page.setViewportSize({ width: 1024, height: 420 })
    await page.getByRole('button', { name: 'Fix connection of Rusty Glue' }).click()
    await expect(page.getByRole('dialog', { name: 'New credentials for Rusty Glue' })).toBeVisible()
    await page.keyboard.press('Escape')
    const card = page.getByRole('article', { name: 'Rusty Glue' })
    await expect(card).toBeInViewport()
    await expect(card).toHaveAttribute('data-lit')
    await expect(page).toHaveURL(`${program.address}/integrations`)

    const content = page.locator('#content')
    await content.evaluate((main) => main.scrollTo(0, 200))
    await page.getByRole('link', { name: 'Setup Organizations' }).click()
    const grid = page.getByRole('grid')
    await expect(grid).toHaveAttribute('aria-busy', 'false')
    await grid.evaluate((element) => element.scrollTo(300, 150))
    await page.getByRole('link', { name: 'Integrations' }).click()
    await expect.poll(() => content.evaluate((main) => main.scrollTop)).toBe(200)
    await page.goBack()
    await expect.poll(() => grid.evaluate((element) => [element.scrollLeft, element.scrollTop])).toEqual([300, 150])
    await disconnect(page, 'Rusty Glue')
  } finally {
    await glue.stop()
  }
})

test('the page says that it is offline, shows messages of its own, and removes obsolete notifications', async ({ page, program, context }) => {
  await organization(program, 'Wire Works')
  await search(page, 'Wire Works')
  await cell(page, 'Wire Works', 'Hudu').click()
  await page.getByRole('option').first().click()
  await page.keyboard.press('Escape')
  await context.setOffline(true)
  const state = page.getByRole('status').filter({ hasText: /^(Offline|Live|Reconnecting|Connecting)$/ })
  await expect(state).toHaveText('Offline')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('log')).toContainText('You’re offline')
  await context.setOffline(false)
  await expect(state).toHaveText('Live', { timeout: 20_000 })
  await expect(page.getByRole('log')).not.toContainText('offline')

  // While the server is slow, the bar says so, even if the notification of the save arrives first.
  let release = () => {}
  await page.route('**/graphql', async (route) => {
    const response = await route.fetch()
    if (route.request().postData()?.includes('SaveMappings')) await new Promise<void>((resolve) => (release = resolve))
    await route.fulfill({ response })
  })
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  const bar = page.getByRole('region', { name: 'Unsaved changes' })
  await expect(bar).toContainText('Saving…')
  await expect(cell(page, 'Wire Works', 'Hudu')).not.toHaveAccessibleName(/unsaved/)
  await expect(bar).toContainText('Saving…')
  release()
  await expect(page.getByRole('log')).toContainText('Saved 1 change')
  await page.unrouteAll({ behavior: 'wait' }) // a request may still be running

  // Signed out in another tab.
  await cell(page, 'Wire Works', 'Hudu').getByRole('button', { name: /^Unmap/ }).click()
  await page.evaluate(() => fetch('/session', { method: 'DELETE' }))
  // The next request shows it, unless the live connection was closed first.
  await page.getByRole('button', { name: 'Save', exact: true }).click({ timeout: 3_000 }).catch(() => undefined)
  await expect(page.getByText('You’ve been signed out. Sign in to continue; your unsaved changes are still here.')).toBeVisible()
  await page.getByLabel('Token').fill('orgmap_wrong')
  await page.getByRole('button', { name: 'Sign in' }).click()
  const wrong = page.getByText('That token doesn’t work. It may be mistyped, expired or revoked.')
  await expect(wrong).toBeVisible()
  expect(await wrong.evaluate((element) => getComputedStyle(element).color)).toBe(await page.evaluate(() => {
    const probe = Object.assign(document.createElement('i'), { style: 'color: var(--text-bad)' })
    document.body.append(probe)
    return getComputedStyle(probe).color
  }))
  await page.getByLabel('Token').fill(program.token)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('grid')).toBeVisible()
  await expect(page.getByRole('log')).not.toContainText(/signed out|Bearer/)
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('log')).toContainText('Saved 1 change')
})

test('a sign-in link asks first, and leaves the address bar even if it cannot be read', async ({ browser, program }) => {
  const page = await browser.newPage()
  try {
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(error.message))
    await page.goto(`${program.address}/#token=100%`)
    await expect(page).toHaveURL(`${program.address}/`)
    expect(errors).toEqual([])
    await page.goto('about:blank')

    await page.goto(`${program.address}/#token=${program.token}`)
    await expect(page).toHaveURL(`${program.address}/`)
    await expect(page.getByRole('heading', { name: /^Sign in to .*\?$/ })).toBeVisible()
    expect(await page.evaluate(async () => ((await (await fetch('/session')).json()) as { signedIn: boolean }).signedIn)).toBe(false)
    await page.getByRole('button', { name: 'Cancel' }).click()
    await expect(page.getByLabel('Token')).toBeVisible()

    await enter(page, program)
    await page.evaluate((token) => (location.hash = `#token=${token}`), program.newToken('viewer', 'Somebody else'))
    await expect(page.getByRole('heading', { name: /^Sign in to .*\?$/ })).toBeVisible()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await expect(page.getByRole('button', { name: /signed in as Admin$/ })).toBeVisible()
  } finally {
    await page.close()
  }
})

test('the explorer stores nothing in the browser', async ({ page, program }) => {
  await page.evaluate(() => localStorage.setItem('graphiql:query', 'an old key'))
  await page.goto(`${program.address}/explorer`)
  await page.getByRole('button', { name: 'Who am I', exact: true }).click()
  await page.locator('.graphiql-query-editor .view-lines').click()
  await page.keyboard.type('# a vendor’s key')
  await page.getByRole('button', { name: /^Execute query/ }).click()
  await expect(page.locator('.graphiql-response .view-lines')).toContainText('"data"')
  expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('graphiql')))).toEqual([])
})
