import AxeBuilder from '@axe-core/playwright'
import { test as base, type Browser, expect, type Page } from '@playwright/test'

import { Glue } from './glue'
import { Program } from './program'

interface Fixtures {
  /** A page signed in as the admin, at Setup Organizations. */
  page: Page
}

interface Shared {
  program: Program
  /** An IT Glue that the test decides about. */
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
    const complaints = listen(page)
    await enter(page, program)
    await use(page)
    expect(complaints, 'the browser had nothing to complain about').toEqual([])
  },
})

export { expect }

/** Signs in by a link with a token, which works any number of times, and says yes to its question. */
export async function enter(page: Page, program: Pick<Program, 'address' | 'token'>, token = program.token): Promise<void> {
  await page.goto(`${program.address}/#token=${token}`)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByRole('grid')).toBeVisible()
  await expect(page.getByRole('grid')).toHaveAttribute('aria-busy', 'false')
}

/** Another person at another browser. */
export async function another(browser: Browser, program: Program): Promise<Page> {
  const context = await browser.newContext()
  const page = await context.newPage()
  await enter(page, program)
  return page
}

/** What the browser reports as wrong: scripts that fail, and what the content policy forbids. */
function listen(page: Page): string[] {
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    // A server that is away, or a session that ended, is part of some tests.
    if (message.type() === 'error' && !/Failed to load resource|WebSocket connection/.test(message.text())) complaints.push(message.text())
  })
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url())
    if (protocol.startsWith('http') && origin !== new URL(page.url()).origin && page.url() !== 'about:blank') complaints.push(`outside request: ${request.url()}`)
  })
  return complaints
}

/** Waits until no list is being refreshed. */
export async function refreshed(program: Program): Promise<void> {
  await expect.poll(async () => {
    const { integrations } = await program.api<{ integrations: { lastRefresh: { state: string } | null }[] }>('{ integrations { lastRefresh { state } } }')
    return integrations.filter(({ lastRefresh }) => ['QUEUED', 'RUNNING'].includes(lastRefresh?.state ?? '')).length
  }, { timeout: 60_000 }).toBe(0)
}

/** Makes an organization that no other test touches. */
export async function organization(program: Pick<Program, 'api'>, name: string): Promise<string> {
  const { createOrganization } = await program.api<{ createOrganization: { organization: { id: string } | null; userErrors: { message: string }[] } }>(
    'mutation ($name: String!) { createOrganization(input: { name: $name }) { organization { id } userErrors { message } } }', { name })
  if (!createOrganization.organization) throw new Error(createOrganization.userErrors[0]?.message)
  return createOrganization.organization.id
}

/** The name of an organization in IT Glue's list that nothing is mapped to: other tests of the same server map some. */
export async function unmapped(program: Pick<Program, 'api'>): Promise<string> {
  const { integrations } = await program.api<{ integrations: { name: string; externalOrgs: { nodes: { name: string }[] } }[] }>(
    '{ integrations { name externalOrgs(first: 50, filter: { mapped: false }) { nodes { name } } } }')
  const names = integrations.find(({ name }) => name === 'IT Glue')?.externalOrgs.nodes.map(({ name }) => name) ?? []
  const found = names.findLast((name) => names.every((other) => other === name || !other.includes(name)))
  if (!found) throw new Error('everything of IT Glue is mapped')
  return found
}

/** Finds an organization's row by searching for it. */
export async function search(page: Page, name: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Search organizations' }).fill(name)
  await expect(page.getByRole('grid')).toHaveAttribute('aria-busy', 'false') // the row may have been in sight before
  await expect(page.getByRole('rowheader', { name })).toBeVisible()
}

/** The cell of an organization in an integration. */
export const cell = (page: Page, organization: string, integration: string) =>
  page.getByRole('gridcell', { name: new RegExp(`^${escape(organization)}, ${escape(integration)}:`) })

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** A rule that somebody else's code breaks, and where. */
interface Others {
  rule: string
  at: string
}

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const colorRules = ['color-contrast', 'link-in-text-block']

/**
 * Finds nothing that the accessibility rules forbid, on the page or in a part of it, and tells what was looked at.
 * In dark only the colors are looked at: whatever else a page has, it has in light too.
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

/** Disconnects an integration as a person does, by typing its name. */
export async function disconnect(page: Page, name: string) {
  await page.getByRole('link', { name: 'Integrations' }).click()
  await page.getByRole('button', { name: `Disconnect ${name}` }).click()
  const button = page.getByRole('dialog').getByRole('button', { name: 'Disconnect' })
  await expect(button).toBeDisabled()
  await page.getByRole('dialog').getByRole('textbox').fill(name)
  await button.click()
  await expect(page.getByRole('article', { name })).toHaveCount(0)
}
