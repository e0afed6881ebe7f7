import type { Page } from '@playwright/test'

import type { Glue } from './glue'
import { Program } from './program'
import { enter, expect, organization, refreshed, test } from './test'

const rows = 10_000
const columns = 20
const name = (row: number) => `0 Fling ${String(row).padStart(5, '0')}` // sorts before all others

test('10,000 organizations and 20 columns: no row ever shows another row’s name while scrolling', { tag: '@large' }, async ({ browser, glue }) => {
  test.setTimeout(600_000)
  const program = new Program({ ORGMAP_COST_BUDGET: '0' })
  try {
    await program.start()
    await fill(program, glue)
    await program.stop()
    program.settings = {} // with the same limits as any server
    await program.start()

    const page = await browser.newPage()
    await enter(page, program)
    await expect(page.getByRole('grid')).toHaveAttribute('aria-colcount', String(columns + 1))
    const times: number[] = []
    for (let time = 0; time < 5; time++) times.push(await firstCell(page, program))
    const requests = watch(page)

    const began = Date.now()
    const seen = await page.evaluate(fling, 0)
    const seconds = (Date.now() - began) / 1_000
    expect(seen.wrong).toEqual([])
    expect(seen.right).toBeGreaterThan(100)
    expect(seen.mostElements).toBeLessThan(3_000)

    // After scrolling stops, at the very end and far from it, everything is rendered.
    await page.getByRole('grid').evaluate((grid) => grid.scrollTo({ top: 9_990 * 37, left: grid.scrollWidth }))
    await expect(page.getByRole('rowheader', { name: name(rows - 1) })).toBeVisible()
    await page.getByRole('grid').evaluate((grid) => grid.scrollTo({ top: 5_000 * 37, left: 0 }))
    await expect(page.getByRole('rowheader', { name: name(5_003) })).toBeVisible()
    await expect(page.getByRole('alert')).toHaveCount(0)

    // An organization added at the top moves every row down by one.
    await organization(program, '0 Aardvark')
    await page.getByRole('grid').evaluate((grid) => grid.scrollTo({ top: 0 }))
    await expect(page.getByRole('rowheader').first()).toHaveText('0 Aardvark')
    const moved = await page.evaluate(fling, 1)
    expect(moved.wrong).toEqual([])
    console.log(`first mapped cell after ${times.map(Math.round).join(', ')} ms; ${seconds.toFixed(1)} s of scrolling requested ${requests.pages} pages of rows and ${requests.names} of names, ${requests.rejected} rejected; ` +
      `${seen.right} names right, ${seen.blank} loading, 0 wrong; after an insertion above them ${moved.right}, ${moved.blank}, 0; at most ${seen.mostElements} elements`)
    await page.close()
  } finally {
    await program.remove()
  }
})

interface Connected {
  connectIntegration: { integrations: { id: string }[]; userErrors: { message: string }[] }
}

interface ExternalOrgs {
  node: { externalOrgs: { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } }
}

/** Creates the rows and the columns, with a mapping in each row. */
async function fill(program: Program, glue: Glue): Promise<void> {
  program.setLimit(rows + 1_000)
  const connect = async (label: string) => {
    const { connectIntegration } = await program.api<Connected>(
      'mutation ($input: ConnectIntegrationInput!) { connectIntegration(input: $input) { integrations { id } userErrors { message } } }',
      { input: { application: 'IT_GLUE', name: label, baseUrl: glue.address, credentials: [{ name: 'api_key', value: glue.key }] } })
    const id = connectIntegration.integrations[0]!.id
    await program.api('mutation ($ids: [ID!]) { refresh(input: { integrationIds: $ids }) { userErrors { message } } }', { ids: [id] })
    await refreshed(program)
    return id
  }
  glue.organizations = Array.from({ length: rows }, (_, index) => ({ id: String(index + 1), name: name(index) }))
  const large = await connect('Large Glue')
  await program.api('mutation ($ids: [ID!]!) { importFromITGlue(input: { externalOrgIds: $ids }) { userErrors { message } } }', { ids: await all(program, large) })
  glue.organizations = [{ id: '1', name: 'Sole Client' }]
  const { integrations } = await program.api<{ integrations: { id: string }[] }>('{ integrations { id } }')
  for (let column = integrations.length; column < columns; column++) await connect(`Column ${column}`)
}

/** Reads the ids of all external organizations of an integration. */
async function all(program: Program, id: string): Promise<string[]> {
  const ids: string[] = []
  for (let after: string | null = null; ;) {
    const result: ExternalOrgs = await program.api(
      'query ($id: ID!, $after: String) { node(id: $id) { ... on Integration { externalOrgs(first: 200, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } } } }',
      { id, after })
    const { nodes, pageInfo } = result.node.externalOrgs
    ids.push(...nodes.map((node) => node.id))
    if (!pageInfo.hasNextPage) return ids
    after = pageInfo.endCursor
  }
}

/** Reloads the page at the column with the mappings and returns the milliseconds until the first one appears. */
async function firstCell(page: Page, program: Program): Promise<number> {
  await page.addInitScript(() => {
    const look = () => {
      document.querySelector('[role=grid]')?.scrollTo({ left: 100_000 })
      if (document.querySelector('[data-cell] button[aria-label^="Unmap"]')) Object.assign(window, { firstCell: performance.now() })
      else requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })
  await page.goto(program.address)
  await page.waitForFunction(() => 'firstCell' in window)
  return page.evaluate(() => (window as unknown as { firstCell: number }).firstCell)
}

/** Counts the grid's requests for pages of rows and of names, and those rejected by the rate limit. */
function watch(page: Page) {
  const requests = { pages: 0, names: 0, rejected: 0 }
  page.on('response', (response) => {
    const sent = response.request().postData() ?? ''
    if (sent.includes('OrganizationPage')) requests.pages++
    else if (sent.includes('OrganizationNames')) requests.names++
    else return
    if (response.status() === 429) requests.rejected++
  })
  return requests
}

/** Scrolls at several speeds and checks in every frame what each row shows. Runs in the page. */
async function fling(above: number) {
  const grid = document.querySelector('[role=grid]')!
  grid.scrollTo({ top: 0, left: 0 })
  const seen = { right: 0, blank: 0, wrong: [] as string[], mostElements: 0 }
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
  const look = () => {
    seen.mostElements = Math.max(seen.mostElements, document.querySelectorAll('*').length)
    for (const row of grid.querySelectorAll('[role=row]')) {
      const header = row.querySelector('[role=rowheader]')
      if (!header) continue
      const index = Number(row.getAttribute('aria-rowindex')) - 2
      if (index < above || index >= 10_000 + above) continue // rows of other tests
      const expected = `0 Fling ${String(index - above).padStart(5, '0')}`
      const shown = header.textContent
      const others = [...row.querySelectorAll('[data-cell]')].map((one) => one.getAttribute('aria-label') ?? '')
      if (shown === '') seen.blank++
      else if (shown !== expected || others.some((label) => !label.startsWith(`${expected}, `))) seen.wrong.push(`${expected}: ${shown}`)
      else seen.right++
    }
  }
  // Like a mouse wheel: slow, fast, flung, and back. Pixels per frame, and number of frames.
  for (const [speed, sideways, frames] of [[20, 0, 120], [200, 0, 60], [2_000, 40, 120], [-9_000, -60, 40], [60, 0, 120], [700, 25, 60], [-150, 0, 60]] as const) {
    for (let count = 0; count < frames; count++) {
      grid.scrollBy(sideways, speed)
      await frame()
      look()
    }
    // A pause lets the visible pages arrive, in any order.
    for (let count = 0; count < 30; count++) {
      await frame()
      look()
    }
  }
  return seen
}
