import { Program } from './program'
import { enter, expect, refreshed, test } from './test'
import { createClients, trueIds } from './truth'

const rows = 100
const columns = ['IT Glue', 'Datto RMM', 'Autotask PSA', 'ConnectWise PSA', 'HaloPSA', 'NinjaOne', 'Hudu', 'Kaseya VSA X']

interface Read {
  organizations: { nodes: {
    name: string
    mappings: { externalOrg: { remoteId: string }; integration: { name: string; application: string } }[]
    suggestions: { bulk: boolean; externalOrg: { remoteId: string; integration: { name: string; application: string } } }[]
  }[] }
}

const read = async (program: Pick<Program, 'api'>) => (await program.api<Read>(`{ organizations(first: ${rows}) { nodes { name
  mappings { externalOrg { remoteId } integration { name application } } suggestions { bulk externalOrg { remoteId integration { name application } } } } } }`)).organizations.nodes

/** Waits until every organization has the suggestions that it will have: their number no longer changes. */
async function matched(program: Pick<Program, 'api'>): Promise<number> {
  let before = -1
  const count = async () => (await read(program)).reduce((sum, { suggestions }) => sum + suggestions.length, 0)
  await expect.poll(async () => {
    const now = await count()
    const settled = now > 0 && now === before
    before = now
    return settled
  }, { timeout: 60_000, intervals: [1_000] }).toBe(true)
  return before
}

test('the keyboard maps 100 organizations in 8 columns with fewer than 250 keys, all of them right @large', async ({ browser }) => {
  test.setTimeout(240_000) // on a busy machine
  const own = new Program()
  await own.start()
  try {
    await refreshed(own)
    await createClients(own, rows)
    await matched(own)
    const page = await (await browser.newContext({ viewport: { width: 1500, height: 760 } })).newPage()
    await enter(page, own)
    let keys = 1 // a click
    const press = async (key: string) => {
      keys++
      await page.keyboard.press(key)
    }
    const bar = page.getByRole('region', { name: 'Unsaved changes' })
    const unsaved = async () => Number(/(\d+) unsaved/.exec((await bar.allInnerTexts()).join())?.[1] ?? 0)
    const began = Date.now()
    await page.locator('[data-grid-position="0:0"]').focus()
    const left = new Set(columns)
    for (let at = 1; left.size > 0; at++) {
      await press('ArrowRight')
      const label = await page.locator(`[data-grid-position="0:${at}"][data-cell]`).getAttribute('aria-label') ?? ''
      const column = columns.find((name) => label.includes(`, ${name}: `))
      if (!column) continue
      left.delete(column)
      const before = await unsaved()
      await press('Control+Shift+ArrowDown')
      await press('Enter')
      await expect.poll(unsaved).toBeGreaterThan(before)
      await press('Control+ArrowUp')
    }
    const staged = await unsaved()
    await press('Control+s')
    await expect(page.getByRole('log')).toContainText(/Saved \d+ changes in 100 organizations\./, { timeout: 30_000 })
    const seconds = (Date.now() - began) / 1_000

    const organizations = await read(own)
    let right = 0
    const wrong: string[] = []
    for (const { name, mappings } of organizations) {
      for (const { externalOrg, integration } of mappings) {
        if (trueIds(integration.application, name).includes(externalOrg.remoteId)) right++
        else wrong.push(`${name} in ${integration.name}`)
      }
    }
    const missed = organizations.flatMap(({ name, suggestions }) => suggestions
      .filter(({ externalOrg: { remoteId, integration } }) => columns.includes(integration.name) && trueIds(integration.application, name).includes(remoteId))
      .filter(({ externalOrg: { integration } }) => !organizations.find((one) => one.name === name)!.mappings.some((one) => one.integration.name === integration.name))
      .map(({ externalOrg: { integration } }) => `${name} in ${integration.name}`))
    console.log(`${keys} keys and ${seconds.toFixed(1)} s for ${right} mappings of ${rows} organizations in ${columns.length} columns; ${wrong.length} wrong`)
    expect(wrong).toEqual([])
    expect(missed).toEqual([])
    expect(right).toBe(staged)
    expect(right).toBeGreaterThan(600)
    expect(keys).toBeLessThan(250)
    await page.context().close()
  } finally {
    await own.remove()
  }
})
