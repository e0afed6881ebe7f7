import { readFile } from 'node:fs/promises'

import type { Page } from '@playwright/test'

import { Glue } from './glue'
import type { Program } from './program'
import { fits } from './screens'
import { accessible, enter, escape, expect, organization, refreshed, test } from './test'

const tool = 'Tool of files'
const names = ['Brackwater Dental', 'Brackwater Freight', 'Foxmoor Stone', 'Larkspur Vets', 'Twin Peaks Motel', 'Twin Peaks Motel', 'Hollin Yards', 'Medlar Press', 'Quince Optics']

const log = (page: Page) => page.getByRole('log')
const row = (page: Page, line: number) => page.locator(`[data-row="${line}"]`)
const box = (page: Page, line: number) => row(page, line).getByRole('checkbox')
const filter = (page: Page, name: string) => page.getByRole('group', { name: 'Filter rows' }).getByRole('button', { name: new RegExp(`^${name} `) })
const apply = (page: Page) => page.getByRole('region', { name: 'Apply' }).getByRole('button', { name: /^Apply/ })
const bar = (page: Page) => page.getByRole('region', { name: 'Apply' })

/** Chooses a file on the page. */
async function choose(page: Page, content: string | Buffer, name = 'clients.csv') {
  await page.getByLabel(/CSV file here|another file here/).setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(content) })
}

/** Drops a file on the page. */
async function drop(page: Page, content: string) {
  const transfer = await page.evaluateHandle((text) => {
    const data = new DataTransfer()
    data.items.add(new File([text], 'dropped.csv', { type: 'text/csv' }))
    return data
  }, content)
  for (const event of ['dragover', 'drop']) await page.getByRole('list', { name: 'Steps' }).dispatchEvent(event, { dataTransfer: transfer })
}

async function opened(page: Page, program: Program) {
  await page.goto(`${program.address}/import`)
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
}

test.describe('CSV files', () => {
  let glue: Glue
  let id: string
  let externals: Map<string, string> // by the vendor's ID
  const held = new Map<string, string>() // organizations by name

  const save = async (program: Program, organizationId: string, remoteIds: readonly string[]) => {
    const { saveMappings } = await program.api<{ saveMappings: { userErrors: { message: string }[] } }>(
      'mutation ($cells: [MappingCellInput!]!) { saveMappings(input: { cells: $cells }) { userErrors { message } } }',
      { cells: [{ organizationId, integrationId: id, externalOrgIds: remoteIds.map((one) => externals.get(one)!) }] })
    expect(saveMappings.userErrors).toEqual([])
  }

  test.beforeAll(async ({ program }) => {
    test.setTimeout(180_000)
    glue = await Glue.start()
    glue.organizations = names.map((name, at) => ({ id: String(at + 1), name }))
    const { connectIntegration } = await program.api<{ connectIntegration: { integrations: { id: string }[] } }>(
      'mutation ($input: ConnectIntegrationInput!) { connectIntegration(input: $input) { integrations { id } userErrors { message } } }',
      { input: { application: 'IT_GLUE', name: tool, baseUrl: glue.address, credentials: [{ name: 'api_key', value: glue.key }] } })
    id = connectIntegration.integrations[0]!.id
    await program.api('mutation ($ids: [ID!]) { refresh(input: { integrationIds: $ids }) { userErrors { message } } }', { ids: [id] })
    await refreshed(program)
    const { externalOrgs } = await program.api<{ externalOrgs: { nodes: { id: string; remoteId: string }[] } }>(
      'query ($id: ID!) { externalOrgs(first: 50, filter: { integrationIds: [$id] }) { nodes { id remoteId } } }', { id })
    externals = new Map(externalOrgs.nodes.map((one) => [one.remoteId, one.id]))
    for (const name of ['Csv Alder', 'Csv Birch', 'Csv Cedar', 'Csv Dogwood', 'Larkspur Veterinary Clinic']) held.set(name, await organization(program, name))
    await save(program, held.get('Csv Cedar')!, ['3'])
  })
  test.afterAll(async ({ program }) => {
    await program.api('mutation ($id: ID!, $name: String!) { disconnectIntegration(input: { integrationId: $id, confirmName: $name }) { userErrors { message } } }', { id, name: tool })
    await glue.stop()
  })

  test('shows what each row does, applies the chosen rows together, and undoes them', async ({ page, program }) => {
    await opened(page, program)
    await accessible(page, 'Import CSV before a file is chosen')
    await choose(page, `\uFEFFClient;${tool};Note\r\n${[
      'Csv Newcomer;1;x', 'Csv Alder;Brackwater Freight;', 'Csv Birch;3;', 'Larkspur Veterinary Clinic Inc.;4;', 'Csv Dogwood;99;', 'Csv Elm;Twin Peaks Motel;', ';7;', 'Csv Cedar;Foxmoor Stone;',
    ].join('\r\n')}`)
    await expect(page.getByText(/8 rows · UTF-8 · semicolon/)).toBeVisible()
    await expect(page.getByText('2 of 3 read')).toBeVisible()
    await expect(filter(page, 'All')).toHaveText('All 8')
    await expect(row(page, 2)).toContainText(/New organization.*Creates it, maps “Brackwater Dental”/)
    await expect(row(page, 3)).toContainText(/Map.*Brackwater Freight/)
    await expect(row(page, 4)).toContainText(/Replaces.*“Foxmoor Stone” in Tool of files moves here from “Csv Cedar” \(mapped by Admin, /)
    await expect(row(page, 5)).toContainText(/Looks like.*Like your Larkspur Veterinary Clinic\./)
    await expect(row(page, 6)).toContainText(`Line 6, column “${tool}”: ${tool} lists nothing with the ID or name “99”.`)
    await expect(row(page, 7)).toContainText(/Line 7, column .*lists 2 with the name “Twin Peaks Motel”\. Use an ID instead: 5, 6\./)
    await expect(row(page, 8)).toContainText('Line 8, column “Client”: The organization\'s name is empty.')
    // Line 4 takes what line 9 has.
    await expect(row(page, 9)).toContainText('is also on line 4')
    for (const [line, ticked] of [[2, true], [3, true], [4, false], [5, false]] as const) await expect(box(page, line)).toBeChecked({ checked: ticked })
    await expect(box(page, 6)).toHaveCount(0)
    await expect(bar(page)).toContainText(/Creates 1.*maps 2.*2 to decide.*4 cannot be applied/)
    await accessible(page, 'Import CSV with a preview')
    const [problems] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Problems as CSV' }).click()])
    expect(problems.suggestedFilename()).toBe('problems-clients.csv')
    expect(await readFile(await problems.path(), 'utf8')).toContain(`\r\n6,Csv Dogwood,${tool},`)

    // The filter and the keyboard.
    await filter(page, 'Replaces').click()
    await row(page, 4).focus()
    await page.keyboard.press('Space')
    await expect(row(page, 4)).toHaveAttribute('aria-selected', 'true')
    await filter(page, 'All').click()
    await row(page, 2).focus()
    await page.keyboard.press('End')
    await expect(row(page, 9)).toBeFocused()
    await page.keyboard.press('Home')
    for (let line = 2; line < 5; line++) await page.keyboard.press('ArrowDown')
    await expect(row(page, 5)).toBeFocused()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    await expect(row(page, 5).getByRole('button', { name: 'Map to Larkspur Veterinary Clinic instead' })).toHaveAttribute('aria-pressed', 'true')
    await page.keyboard.press('Escape')
    await expect(row(page, 5)).toBeFocused()

    await expect(apply(page)).toHaveText('Apply 4 rows')
    await apply(page).click()
    const summary = 'Created 1 organization, mapped 3 external organizations, moved 1.'
    await expect(page.getByRole('heading', { name: 'Applied' })).toBeFocused()
    await expect(page.getByRole('main').getByText(summary)).toBeVisible()
    await expect(log(page)).toContainText(summary)
    await accessible(page, 'Import CSV after applying')
    await log(page).getByRole('button', { name: 'Undo' }).click()
    await expect(page.getByText('This was undone.')).toBeVisible()
    await page.getByRole('main').getByRole('link', { name: 'Show in History' }).click()
    await expect(page).toHaveURL(/\/history\?change=/)
    await expect(page.locator('[data-change]').first()).toContainText(/undid|Undone/i)
  })

  test('applies nothing if something changed meanwhile, marks what differs, and keeps the other ticks', async ({ page, program }) => {
    await opened(page, program)
    await drop(page, `Client,${tool} ID\nCsv Alder,7\nCsv Birch,8\nCsv Dogwood,9`)
    await expect(apply(page)).toHaveText('Apply 3 rows')
    await box(page, 4).uncheck()
    // The page finds out by itself that the preview is old.
    await save(program, held.get('Csv Cedar')!, ['3', '8'])
    await expect(page.getByText('Something changed since this preview.')).toBeVisible()
    await apply(page).click()
    await expect(page.getByRole('alert')).toContainText('Nothing was applied: something changed since the preview. This is the new preview; rows that do something else now are marked. 1 row does something else now.')
    await expect(page.getByText('Something changed since this preview.')).toHaveCount(0)
    await expect(row(page, 3)).toContainText(/Changed since the last preview.*Replaces/)
    for (const [line, ticked] of [[2, true], [3, false], [4, false]] as const) await expect(box(page, line)).toBeChecked({ checked: ticked })
    await filter(page, 'Changed').click()
    await expect(row(page, 2)).toHaveCount(0)
    await accessible(page, 'Import CSV after a conflict')
    await apply(page).click()
    await expect(page.getByRole('main').getByText('Mapped 1 external organization.')).toBeVisible()
    await page.getByRole('main').getByRole('button', { name: 'Undo' }).click()
    await expect(page.getByText('This was undone.')).toBeVisible()
    await page.getByRole('button', { name: 'Import another file' }).click()
    await expect(page.getByLabel(/CSV file here/)).toBeVisible()
    await save(program, held.get('Csv Cedar')!, ['3'])
  })

  test('an exported file changes nothing, in any encoding', async ({ page, program }) => {
    await opened(page, program)
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download your organizations' }).click()])
    expect(file.suggestedFilename()).toMatch(/^orgmap-organizations-\d{4}-\d{2}-\d{2}\.csv$/)
    const exported = await readFile(await file.path(), 'utf8')
    expect(exported).toMatch(new RegExp(`^\uFEFFOrganization ID,Organization,Status,.*${escape(tool)} ID,Groups,Engineer,vCIO,Note\r\n`))
    for (const [encoding, content] of [['UTF-8', exported], ['UTF-16', Buffer.from(exported, 'utf16le')]] as const) {
      await choose(page, content, 'exported.csv')
      await expect(page.getByText(new RegExp(`rows · ${encoding} · comma`))).toBeVisible()
      await expect(filter(page, 'Already so')).toBeVisible()
      const all = (await filter(page, 'All').textContent())!.split(' ').at(-1)!
      await expect(filter(page, 'Already so')).toHaveText(`Already so ${all}`)
      await expect(apply(page)).toBeDisabled()
      await expect(apply(page)).toHaveText('Apply')
    }
  })

  test('columns are read as chosen, and a viewer sees the preview only', async ({ page, browser, program }) => {
    await opened(page, program)
    await choose(page, 'x'.repeat(5 * 1024 * 1024 + 1), 'large.csv')
    await expect(page.getByRole('alert')).toContainText('This file has 5.0 MB; the maximum is 5 MB.')
    await choose(page, 'Kunde,Ort\n"Csv Fir', 'broken.csv')
    await expect(page.getByRole('alert')).toContainText('Line 2, column 1: The quotation mark is never closed.')
    await choose(page, 'Kunde\tOrt\nCsv Fir\t8')
    await expect(page.getByRole('alert')).toContainText('No column contains the names of organizations.')
    await page.getByRole('combobox', { name: 'Column “Kunde” contains' }).click()
    await page.getByRole('option', { name: 'Organization name' }).click()
    await expect(row(page, 2)).toContainText(/New organization.*Creates it\./)
    await page.getByRole('combobox', { name: 'Column “Ort” contains' }).click()
    await page.getByRole('option', { name: `${tool}: ID`, exact: true }).click()
    await expect(row(page, 2)).toContainText('maps “Medlar Press”')
    await expect(page.getByText('2 of 2 read')).toBeVisible()

    const viewer = await (await browser.newContext()).newPage()
    await enter(viewer, program, program.newToken('viewer'))
    await opened(viewer, program)
    await choose(viewer, `Client,${tool}\nCsv Fir,8`)
    await expect(row(viewer, 2)).toContainText('New organization')
    await expect(viewer.getByText('View only. Ask an admin for the Editor role to apply a file.')).toBeVisible()
    await expect(apply(viewer)).toHaveCount(0)
    await expect(box(viewer, 2)).toBeDisabled()
    await viewer.context().close()
  })

  test('rows beyond the limit can be chosen instead of others @long', async ({ page, program }) => {
    const { quota } = await program.api<{ quota: { limit: number; used: number } }>('{ quota { limit used } }')
    program.setLimit(quota.used + 1)
    try {
      await opened(page, program)
      await choose(page, 'Client\nCsv Gum\nCsv Hazel\nCsv Ivy')
      await expect(bar(page)).toContainText('Creates 1 of 1 left')
      await expect(row(page, 3)).toContainText(/Cannot apply.*Beyond your plan’s limit\. You can select it instead of another\./)
      await expect(box(page, 3)).toBeDisabled()
      await box(page, 2).uncheck()
      await box(page, 3).check()
      await expect(row(page, 2)).toContainText('Plan limit reached.')
      await expect(box(page, 2)).toBeDisabled()
      await apply(page).click()
      await expect(page.getByRole('main').getByText('Created 1 organization.')).toBeVisible()
      await page.getByRole('main').getByRole('button', { name: 'Undo' }).click()
      await expect(page.getByText('This was undone.')).toBeVisible()
    } finally {
      program.setLimit(quota.limit)
    }
  })

  test('ten thousand rows stay usable @long', async ({ page, program }) => {
    await opened(page, program)
    const began = Date.now()
    await choose(page, `Client\n${Array.from({ length: 10_000 }, (_, at) => `Csv Row ${at}`).join('\n')}`)
    await expect(page.getByText('Showing 10,000 of 10,000 rows')).toBeVisible({ timeout: 60_000 })
    console.log(`10,000 rows: ${Date.now() - began} ms`)
    await row(page, 2).focus()
    await page.keyboard.press('End')
    await expect(row(page, 10_001)).toBeFocused()
    expect(await page.locator('[data-row]').count()).toBeLessThan(80)
    await filter(page, 'New').click()
    const all = page.getByRole('grid').getByRole('checkbox', { name: /^Select all/ })
    await all.uncheck()
    await expect(apply(page)).toBeDisabled()
    await fits(page, 'Import CSV with many rows')
  })

  test('downloads say why they fail @long', async ({ page, program }) => {
    await page.goto(`${program.address}/by-tool?in=${id}`)
    const link = page.getByRole('link', { name: `Export CSV: everything that ${tool} lists` })
    const [file] = await Promise.all([page.waitForEvent('download'), link.click()])
    expect((await readFile(await file.path(), 'utf8')).split('\r\n')).toHaveLength(names.length + 2)
    await page.route('**/csv/**', (route) => route.fulfill({ status: 429, body: '{}' }))
    await link.click()
    await expect(log(page)).toContainText('Orgmap is busy right now.')
    await page.unroute('**/csv/**')
    await page.route('**/csv/**', (route) => route.fulfill({ status: 401, body: '{}' }))
    await link.click()
    await expect(page.getByRole('heading', { name: /sign in/i }).or(page.getByText(/signed out/i)).first()).toBeVisible()
  })
})
