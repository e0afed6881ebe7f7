import type { Page } from '@playwright/test'

import type { Glue } from './glue'
import type { Account } from './program'
import { fits, readableUnderThePointer, widths } from './screens'
import { accessible, expect, signIn, test } from './test'

const step = (page: Page, title: string) => page.getByRole('list', { name: 'Steps' }).getByRole('listitem').filter({ has: page.getByRole('heading', { name: title }) })
const welcome = (page: Page) => page.getByRole('heading', { name: 'Welcome to Orgmap' })

/** Connects the IT Glue of a test, and returns its ID. */
async function connect(account: Account, glue: Glue): Promise<string> {
  const { connectIntegration } = await account.api<{ connectIntegration: { integrations: { id: string }[]; userErrors: { message: string }[] } }>(
    'mutation ($input: ConnectIntegrationInput!) { connectIntegration(input: $input) { integrations { id } userErrors { message } } }',
    { input: { application: 'IT_GLUE', name: 'First Glue', baseUrl: glue.address, credentials: [{ name: 'api_key', value: glue.key }] } })
  const [integration] = connectIntegration.integrations
  if (!integration) throw new Error(connectIntegration.userErrors[0]?.message)
  return integration.id
}

const refresh = (account: Account, id: string) => account.api('mutation ($ids: [ID!]) { refresh(input: { integrationIds: $ids }) { userErrors { message } } }', { ids: [id] })

test('a new account is led from its first tool to accepted suggestions', async ({ page, program, glue }) => {
  const account = program.newAccount('First Run')
  glue.organizations = [{ id: '1', name: 'Alpha Works' }, { id: '2', name: 'Beta Works' }]
  await signIn(page, account)
  await expect(welcome(page)).toBeVisible()
  await expect(page.getByRole('grid')).toHaveCount(0)
  await expect(step(page, 'Connect your tools')).toHaveAttribute('aria-current', 'step')
  await expect(step(page, 'Refresh their lists')).toContainText('After step 1')
  await page.getByRole('link', { name: 'Connect a tool' }).click()
  await expect(page.getByRole('heading', { name: 'Integrations', level: 1 })).toBeVisible()
  await page.goBack()
  await expect(welcome(page)).toBeVisible()

  const id = await connect(account, glue)
  await expect(step(page, 'Connect your tools')).toContainText('Connected: First Glue.')
  await expect(step(page, 'Refresh their lists')).toHaveAttribute('aria-current', 'step')
  glue.pause()
  await refresh(account, id)
  await expect(step(page, 'Refresh their lists').getByRole('progressbar', { name: 'Refreshing First Glue' })).toBeVisible()
  glue.resume()
  await expect(step(page, 'Refresh their lists')).toContainText('First Glue lists 2 organizations.')
  await expect(step(page, 'Bring in your clients')).toHaveAttribute('aria-current', 'step')

  await page.getByRole('button', { name: 'Create one by hand' }).click()
  await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('Alpha Works')
  await page.getByRole('dialog').getByRole('button', { name: 'Create', exact: true }).click()
  await expect(page.getByRole('rowheader', { name: 'Alpha Works' })).toBeVisible()
  await expect(welcome(page)).toHaveCount(0)

  await page.getByRole('button', { name: 'Setup: 3 of 4' }).click()
  await expect(step(page, 'Accept suggestions')).toContainText('0 mapped, 1 suggestion waits.')
  await page.getByRole('button', { name: 'Accept suggestions…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: /^Accept/ }).click()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(page.getByRole('gridcell', { name: 'Alpha Works, First Glue: Alpha Works' })).toBeVisible()
  await expect(page.getByRole('button', { name: /^Setup: / })).toHaveCount(0)

  // What was done once stays done, whatever comes later.
  for (const name of ['Beta Works', 'Gamma Works', 'Delta Works']) await account.api('mutation ($name: String!) { createOrganization(input: { name: $name }) { userErrors { message } } }', { name })
  await page.reload()
  await expect(page.getByRole('rowheader', { name: 'Delta Works' })).toBeVisible()
  await expect(page.getByRole('button', { name: /^Setup: / })).toHaveCount(0)
})

test('an import is finished before the grid takes the place of the steps', async ({ page, program, glue }) => {
  const account = program.newAccount('First Import')
  glue.organizations = [{ id: '1', name: 'Alpha Works' }, { id: '2', name: 'Beta Works' }]
  await refresh(account, await connect(account, glue))
  await signIn(page, account)
  await page.getByRole('button', { name: 'Add from IT Glue' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add from IT Glue' })
  await dialog.getByRole('checkbox', { name: /^Select all/ }).click()
  await dialog.getByRole('button', { name: 'Import 2' }).click()
  await expect(dialog).toContainText('Created and mapped: 2')
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByRole('rowheader')).toHaveText(['Alpha Works', 'Beta Works'])
})

test('the steps can be left for the grid, which leads back to them', async ({ page, program }) => {
  const account = program.newAccount('Left Alone')
  await signIn(page, account)
  await page.getByRole('button', { name: 'Show the grid' }).click()
  await expect(page.getByRole('grid')).toBeVisible()
  await page.reload()
  await expect(page.getByRole('grid')).toBeVisible()
  await page.getByRole('button', { name: 'Setup: 0 of 4' }).click()
  await expect(welcome(page)).toBeVisible()
})

test('editors are told what an admin does, and viewers see the grid', async ({ program, browser }) => {
  const account = program.newAccount('First Roles')
  const open = async (role: 'editor' | 'viewer') => {
    const page = await browser.newPage()
    await signIn(page, account, program.newToken(role, `A first ${role}`, account.id))
    return page
  }
  const editor = await open('editor')
  await expect(step(editor, 'Connect your tools')).toContainText('Ask an admin to connect a tool.')
  await expect(editor.getByRole('link', { name: 'Connect a tool' })).toHaveCount(0)
  await expect(editor.getByRole('button', { name: 'Create one by hand' })).toBeVisible()
  await editor.close()
  const viewer = await open('viewer')
  await expect(viewer.getByRole('grid')).toBeVisible()
  await expect(viewer.getByText('View only.', { exact: false })).toBeVisible()
  await expect(viewer.getByRole('button', { name: /^Setup: / })).toHaveCount(0)
  await viewer.close()
})

test('an account that is set up shows its grid and never the steps', async ({ page }) => {
  await page.addInitScript(() => {
    new MutationObserver(() => {
      if (document.querySelector('h2')?.textContent === 'Welcome to Orgmap') document.documentElement.dataset.welcomed = 'yes'
    }).observe(document, { childList: true, subtree: true })
  })
  await page.reload()
  await expect(page.getByRole('grid')).toBeVisible()
  await expect(page.getByRole('rowheader').first()).toBeVisible()
  expect(await page.evaluate(() => document.documentElement.dataset.welcomed)).toBeUndefined()
})

for (const scheme of ['light', 'dark'] as const) {
  test(`the steps fit every window and are accessible, in ${scheme}`, async ({ page, program, glue }) => {
    const account = program.newAccount(`First Look ${scheme}`)
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    await page.setViewportSize({ width: 1440, height: 760 })
    await signIn(page, account)
    await expect(welcome(page)).toBeVisible()
    await accessible(page, `the first step, ${scheme}`)
    glue.organizations = [{ id: '1', name: 'Alpha Works' }]
    await refresh(account, await connect(account, glue))
    await expect(step(page, 'Refresh their lists')).toContainText('First Glue lists 1 organization.')
    const key = glue.key
    glue.key = 'ITG.another0another0another0another0'
    await page.getByRole('button', { name: 'Refresh all' }).click()
    await expect(page.getByRole('link', { name: 'Fix connection of First Glue' })).toBeVisible()
    glue.key = key
    await accessible(page, `the third step, and a list that cannot be read, ${scheme}`)
    await readableUnderThePointer(page, `the steps, ${scheme}`)
    for (const width of widths) {
      await page.setViewportSize({ width, height: 760 })
      await fits(page, `the steps, ${width} pixels wide`)
    }
    await page.setViewportSize({ width: 390, height: 760 })
    await accessible(page, `the steps, ${scheme}, on a phone`)
  })
}
