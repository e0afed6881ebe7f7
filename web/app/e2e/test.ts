import AxeBuilder from '@axe-core/playwright'
import { test as base, type Browser, expect, type Page } from '@playwright/test'

import { Glue } from './glue'
import { Program } from './program'

interface Fixtures {
  /** A page signed in as the admin, showing Setup Organizations. */
  page: Page
}

interface Shared {
  program: Program
  /** An IT Glue that the test controls. */
  glue: Glue
}

export const test = base.extend<Fixtures, Shared>({
  program: [async ({}, use) => {
    const program = new Program()
    await program.start()
    await refreshed(program)
    await use(program)
    await program.remove()
  }, { scope: 'worker', timeout: 180_000 }],

  glue: [async ({}, use) => {
    const glue = await Glue.start()
    await use(glue)
    await glue.stop()
  }, { scope: 'worker' }],

  page: async ({ page, program }, use) => {
    const errors = listen(page)
    await enter(page, program)
    await use(page)
    expect(errors, 'the browser reported no errors').toEqual([])
  },
})

export { expect }

/** Signs in by a link with a token, which works any number of times, and confirms. */
export async function signIn(page: Page, program: Pick<Program, 'address' | 'token'>, token = program.token): Promise<void> {
  await page.goto(`${program.address}/#token=${token}`)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

/** Signs in and waits for the grid. */
export async function enter(page: Page, program: Pick<Program, 'address' | 'token'>, token = program.token): Promise<void> {
  await signIn(page, program, token)
  await expect(page.getByRole('grid')).toBeVisible()
  await expect(page.getByRole('grid')).toHaveAttribute('aria-busy', 'false')
}

/** Signs in another person in another browser. */
export async function another(browser: Browser, program: Program): Promise<Page> {
  const context = await browser.newContext()
  const page = await context.newPage()
  await enter(page, program)
  return page
}

/** Collects script errors, content security policy violations and requests to other origins. */
function listen(page: Page): string[] {
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => {
    // Some tests stop the server or end the session.
    if (message.type() === 'error' && !/Failed to load resource|WebSocket connection/.test(message.text())) errors.push(message.text())
  })
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url())
    if (protocol.startsWith('http') && origin !== new URL(page.url()).origin && page.url() !== 'about:blank') errors.push(`outside request: ${request.url()}`)
  })
  return errors
}

/** Waits until no list is being refreshed. */
export async function refreshed(program: Program): Promise<void> {
  await expect.poll(async () => {
    const { integrations } = await program.api<{ integrations: { lastRefresh: { state: string } | null }[] }>('{ integrations { lastRefresh { state } } }')
    return integrations.filter(({ lastRefresh }) => ['QUEUED', 'RUNNING'].includes(lastRefresh?.state ?? '')).length
  }, { timeout: 60_000 }).toBe(0)
}

/** Waits until matching has suggested organizations for every list. */
export async function matched(program: Pick<Program, 'api'>) {
  await expect.poll(async () => {
    const { integrations } = await program.api<{ integrations: { organizationCounts: { suggested: number; mapped: number } }[] }>('{ integrations { organizationCounts { suggested mapped } } }')
    return integrations.every(({ organizationCounts }) => organizationCounts.suggested + organizationCounts.mapped > 0)
  }, { timeout: 30_000 }).toBe(true)
}

/** How many organizations are mapped and suggested in an integration. Other tests on the same server map some. */
export async function countsOf(program: Pick<Program, 'api'>, integration: string) {
  const { integrations } = await program.api<{ integrations: { name: string; organizationCounts: { total: number; mapped: number; suggested: number } }[] }>(
    '{ integrations { name organizationCounts { total mapped suggested } } }')
  return integrations.find(({ name }) => name === integration)!.organizationCounts
}

/** Creates an organization that no other test uses. */
export async function organization(program: Pick<Program, 'api'>, name: string): Promise<string> {
  const { createOrganization } = await program.api<{ createOrganization: { organization: { id: string } | null; userErrors: { message: string }[] } }>(
    'mutation ($name: String!) { createOrganization(input: { name: $name }) { organization { id } userErrors { message } } }', { name })
  if (!createOrganization.organization) throw new Error(createOrganization.userErrors[0]?.message)
  return createOrganization.organization.id
}

/** The name of an unmapped organization in IT Glue's list: other tests on the same server map some. */
export async function unmapped(program: Pick<Program, 'api'>): Promise<string> {
  const { integrations } = await program.api<{ integrations: { name: string; externalOrgs: { nodes: { name: string }[] } }[] }>(
    '{ integrations { name externalOrgs(first: 50, filter: { mapped: false }) { nodes { name } } } }')
  const names = integrations.find(({ name }) => name === 'IT Glue')?.externalOrgs.nodes.map(({ name }) => name) ?? []
  const plain = (name: string) => name.toLowerCase().replace(/\s+/g, ' ').trim()
  // The list is sorted, so only the last name can be the beginning of one that was not read.
  const found = names.slice(0, -1).findLast((name) => names.filter((other) => plain(other).includes(plain(name))).length === 1)
  if (!found) throw new Error('everything of IT Glue is mapped')
  return found
}

/** Finds an organization's row by searching for it. */
export async function search(page: Page, name: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Search organizations' }).fill(name)
  await expect(page.getByRole('grid')).toHaveAttribute('aria-busy', 'false') // the row may have been visible before
  await expect(page.getByRole('rowheader', { name })).toBeVisible()
}

/** The cell of an organization in an integration. */
export const cell = (page: Page, organization: string, integration: string) =>
  page.getByRole('gridcell', { name: new RegExp(`^${escape(organization)}, ${escape(integration)}:`) })

/** Escapes a text for a regular expression. */
export const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** A rule that third-party code breaks, and the selector of that code. */
interface Others {
  rule: string
  at: string
}

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const colorRules = ['color-contrast', 'link-in-text-block']

/**
 * Expects no accessibility violations on the page or a part of it, and logs a summary.
 * In dark mode only the colors are checked: everything else is the same in light mode.
 */
export async function accessible(page: Page, what: string, part?: string, others?: Others): Promise<void> {
  const scan = (builder: AxeBuilder) => (part ? builder.include(part) : builder).analyze()
  const dark = await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)
  const all = dark
    ? new AxeBuilder({ page }).withRules(colorRules)
    : new AxeBuilder({ page }).options({ rules: { 'label-content-name-mismatch': { enabled: true } } }).withTags(tags)
  if (others && !dark) all.disableRules(others.rule)
  const { violations, passes, incomplete } = await scan(all)
  if (others && !dark) violations.push(...(await scan(new AxeBuilder({ page }).withRules(others.rule).exclude(others.at))).violations)
  console.log(`axe: ${what}: ${violations.length} violations, ${passes.length} rules passed, ${incomplete.length} for a person to judge`)
  expect(violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`), what).toEqual([])
}

/** Follows the link to a page, on a phone through the menu. */
export async function visit(page: Page, name: string) {
  const menu = page.locator('[aria-controls="menu"]')
  if (await menu.isVisible()) await menu.click()
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: new RegExp(`^${escape(name)}( |$)`) }).click()
}

/** Disconnects an integration as a person would, by typing its name. */
export async function disconnect(page: Page, name: string) {
  await visit(page, 'Integrations')
  await page.getByRole('button', { name: `Disconnect ${name}` }).click()
  const button = page.getByRole('dialog').getByRole('button', { name: 'Disconnect' })
  await expect(button).toBeDisabled()
  await page.getByRole('dialog').getByRole('textbox').fill(name)
  await button.click()
  await expect(page.getByRole('article', { name })).toHaveCount(0)
}
