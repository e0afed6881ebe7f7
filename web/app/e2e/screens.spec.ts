import type { Page } from '@playwright/test'

import { Glue } from './glue'
import type { Program } from './program'
import { checkLooks, type Screen } from './screens'
import { cell, disconnect, enter, expect, organization, refreshed, search, test } from './test'

/** Connects an IT Glue through the API. */
async function connected(program: Program, glue: Glue, name: string): Promise<string> {
  const { connectIntegration } = await program.api<{ connectIntegration: { integrations: { id: string }[] } }>(
    'mutation ($input: ConnectIntegrationInput!) { connectIntegration(input: $input) { integrations { id } userErrors { message } } }',
    { input: { application: 'IT_GLUE', name, baseUrl: glue.address, credentials: [{ name: 'api_key', value: glue.key }] } })
  const { id } = connectIntegration.integrations[0]!
  await refreshNow(program, id)
  return id
}

async function refreshNow(program: Program, id: string): Promise<void> {
  await program.api('mutation ($ids: [ID!]) { refresh(input: { integrationIds: $ids }) { userErrors { message } } }', { ids: [id] })
  await refreshed(program)
}

const closed = async (page: Page) => {
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
}

/** The pages, and the dialogs that each one opens. */
const screens: readonly Screen[] = [
  { name: 'Setup Organizations', show: async (page, program) => {
    await page.goto(program.address)
    await expect(page.getByRole('gridcell').first()).toContainText(/\w/)
  } },
  { name: 'a cell and unsaved changes', show: async (page) => {
    await search(page, 'Screen Works')
    await cell(page, 'Screen Works', 'IT Glue').click()
    await page.getByRole('option').first().click()
  }, part: '[role=dialog]' },
  { name: 'Review', show: async (page) => {
    await closed(page)
    await page.getByRole('button', { name: 'Review', exact: true }).last().click()
    await expect(page.getByRole('dialog')).toBeVisible()
  }, part: '[role=dialog]' },
  { name: 'the save bar', show: async (page) => {
    await closed(page)
    await expect(page.getByRole('button', { name: 'Save', exact: true })).toBeVisible()
  } },
  { name: 'a column’s menu', show: async (page) => {
    await page.getByRole('button', { name: 'Cancel', exact: true }).click()
    await page.getByRole('button', { name: /^IT Glue \d/ }).click()
    await expect(page.getByRole('menu')).toBeVisible()
  }, part: '#lists' },
  { name: 'Create an organization', show: async (page) => {
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Create an organization' }).click()
    await expect(page.getByRole('dialog')).toBeVisible()
  }, part: '[role=dialog]' },
  { name: 'Add from IT Glue', show: async (page) => {
    await closed(page)
    await page.getByRole('button', { name: 'Add from IT Glue' }).click()
    await expect(page.getByRole('checkbox').nth(2)).toBeVisible()
  }, part: '[role=dialog]' },
  { name: 'Accept suggestions', show: async (page) => {
    await closed(page)
    await search(page, 'Abernathy Medical Center')
    await page.getByRole('button', { name: 'Accept suggestions…' }).click()
    await expect(page.getByRole('dialog').getByRole('listitem').first()).toBeVisible()
  }, part: '[role=dialog]' },
  { name: 'By tool', show: async (page) => {
    await closed(page)
    await page.getByRole('link', { name: 'By tool' }).click()
    await page.getByRole('button', { name: /^Suggested / }).click()
    await expect(page.getByRole('row').getByRole('button', { name: /^Accept/ }).first()).toBeVisible()
  } },
  { name: 'By tool with a selection', show: async (page) => {
    await page.getByRole('checkbox', { name: /^Select (?!all)/ }).first().click()
    await expect(page.getByRole('region', { name: 'Selection' })).toBeVisible()
  } },
  { name: 'By tool, searching an organization', show: async (page) => {
    await page.getByRole('button', { name: /^Map to…/ }).first().click()
    await expect(page.getByRole('option').first()).toBeVisible()
  }, part: '#lists' },
  { name: 'By tool, the reasons to exclude', show: async (page) => {
    await page.keyboard.press('Escape')
    await page.getByRole('row').getByRole('button', { name: /^Exclude/ }).first().click()
    await expect(page.getByRole('menu')).toBeVisible()
  }, part: '#lists' },
  { name: 'By tool, excluding with a note', show: async (page) => {
    await page.getByRole('menuitem', { name: 'With a note or an end date…' }).click()
    await expect(page.getByRole('dialog')).toBeVisible()
  }, part: '[role=dialog]' },
  { name: 'Keyboard shortcuts', show: async (page) => {
    await closed(page)
    await page.getByRole('link', { name: 'By organization' }).click()
    await page.keyboard.press('?')
    await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible()
  }, part: '[role=dialog]' },
  { name: 'Sync status', show: async (page, program) => {
    await page.goto(`${program.address}/sync`)
    await expect(page.getByRole('row').nth(1)).toBeVisible()
    await expect(page.getByRole('article', { name: 'Locked Glue' })).toContainText('Needs attention')
  } },
  { name: 'Sync status at its end', show: async (page) => {
    await page.locator('#content').evaluate((main) => main.scrollTo(0, main.scrollHeight))
    await expect(page.getByRole('table')).toBeInViewport()
  } },
  { name: 'a list that shrank', show: async (page) => {
    await page.getByRole('button', { name: 'Review the new list of Dwindling Glue' }).click()
    await expect(page.getByRole('dialog')).toBeVisible()
  }, part: '[role=dialog]' },
  { name: 'Integrations', show: async (page, program) => {
    await page.goto(`${program.address}/integrations`)
    await expect(page.getByRole('article', { name: 'Locked Glue' })).toBeVisible()
  } },
  { name: 'Connect an integration', show: async (page) => {
    await page.getByRole('button', { name: 'Connect an integration' }).click()
    await page.getByRole('dialog').getByRole('combobox').click()
    await page.getByRole('option', { name: 'Autotask PSA' }).click()
    await expect(page.getByRole('dialog').getByRole('button', { name: 'Connect', exact: true })).toBeVisible()
  }, part: '[role=dialog]' },
  ...['Rename', 'New credentials for', 'Disconnect'].map((words) => ({ name: words, show: async (page: Page) => {
    await closed(page)
    await page.getByRole('button', { name: `${words} Locked Glue` }).click()
    await expect(page.getByRole('dialog')).toBeVisible()
  }, part: '[role=dialog]' })),
  { name: 'an unknown address', show: async (page) => {
    await closed(page)
    await page.evaluate(() => {
      history.pushState(null, '', '/nowhere')
      dispatchEvent(new PopStateEvent('popstate'))
    })
    await expect(page.getByRole('heading', { name: 'Page not found' })).toBeVisible()
  } },
]

test.describe('every page and dialog', { tag: '@screens' }, () => {
  test.describe.configure({ mode: 'parallel' })
  const glues: Glue[] = []
  test.beforeAll(async ({ program }) => {
    const [locked, dwindling] = [await Glue.start(), await Glue.start()]
    glues.push(locked, dwindling)
    await organization(program, 'Screen Works')
    dwindling.organizations = Array.from({ length: 20 }, (_, index) => ({ id: String(index + 1), name: `Dwindling ${index + 1}` }))
    locked.organizations = dwindling.organizations
    const ids = [await connected(program, locked, 'Locked Glue'), await connected(program, dwindling, 'Dwindling Glue')]
    locked.key = 'ITG.another'
    dwindling.organizations = dwindling.organizations.slice(0, 3)
    for (const id of ids) await refreshNow(program, id)
  })
  test.afterAll(async ({ browser, program }) => {
    const page = await browser.newPage()
    await enter(page, program)
    for (const name of ['Locked Glue', 'Dwindling Glue']) await disconnect(page, name)
    await page.close()
    for (const glue of glues) await glue.stop()
  })

  checkLooks(screens)
})
