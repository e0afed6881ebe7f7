import type { Locator, Page } from '@playwright/test'

import { accessible, cell, expect, organization, search, test } from './test'

test.use({ viewport: { width: 1440, height: 620 } })

const headings = (page: Page) => page.getByRole('columnheader')
const heading = (page: Page, name: string) => headings(page).filter({ has: page.getByRole('button', { name: new RegExp(`^${name} \\d`) }) })

/** The names of the columns in view, from left to right as they appear on the screen. */
const order = (page: Page) => page.evaluate(() => {
  const all = [...document.querySelectorAll<HTMLElement>('[role=columnheader] [data-heading]')]
  return all.map((one) => ({ left: one.getBoundingClientRect().left, name: one.textContent })).sort((a, b) => a.left - b.left).map(({ name }) => name)
})

const box = async (one: Locator) => (await one.boundingBox())!

async function choose(page: Page, column: string, item: string) {
  await heading(page, column).getByRole('button').click()
  await page.getByRole(item.startsWith('Width') ? 'menuitemradio' : 'menuitem', { name: item }).click()
  await expect(page.getByRole('menu')).toHaveCount(0)
}

test('columns are moved by key, by menu and by dragging, and the order survives a reload', async ({ page }) => {
  const [first, second, third] = await order(page)
  await heading(page, second!).getByRole('button').focus()
  await page.keyboard.press('Alt+ArrowLeft')
  await expect.poll(() => order(page)).toEqual(expect.arrayContaining([second, first]))
  expect((await order(page)).slice(0, 3)).toEqual([second, first, third])
  await expect(heading(page, second!).getByRole('button')).toBeFocused()
  await expect(page).toHaveURL(/\/$/) // Alt+Left did not go back

  // Arrow keys follow the order on the screen.
  await page.keyboard.press('ArrowRight')
  await expect(heading(page, first!).getByRole('button')).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowLeft')
  await expect(page.locator('[role=gridcell]:focus')).toHaveAccessibleName(new RegExp(`, ${second}: `))

  await choose(page, first!, 'Move right')
  expect((await order(page)).slice(0, 3)).toEqual([second, third, first])
  await heading(page, second!).getByRole('button').click()
  await expect(page.getByRole('menuitem', { name: 'Move left' })).toBeDisabled()
  await expect(page.getByRole('menuitemradio', { name: 'Width: medium' })).toBeChecked()
  await accessible(page, 'a column’s menu', '#lists')
  await page.keyboard.press('Escape')

  const [from, to] = [await box(heading(page, first!)), await box(heading(page, second!))]
  await page.mouse.move(from.x + 60, from.y + 20)
  await page.mouse.down()
  await page.mouse.move(from.x - 40, from.y + 20, { steps: 4 })
  await page.mouse.move(to.x + 20, to.y + 20, { steps: 8 })
  await page.mouse.up()
  await expect.poll(async () => (await order(page)).slice(0, 3)).toEqual([first, second, third])
  await expect(page.getByRole('menu')).toHaveCount(0)

  await choose(page, third!, 'Move left')
  await page.reload()
  await expect(headings(page).nth(1)).toBeVisible()
  await expect.poll(async () => (await order(page)).slice(0, 3)).toEqual([first, third, second])
})

test('a drag that ends with Escape changes nothing @long', async ({ page }) => {
  const before = await order(page)
  const from = await box(heading(page, before[0]!))
  await page.mouse.move(from.x + 60, from.y + 20)
  await page.mouse.down()
  await page.mouse.move(from.x + 500, from.y + 20, { steps: 5 })
  await page.keyboard.press('Escape')
  await page.mouse.up()
  expect(await order(page)).toEqual(before)
})

test('columns get the width that is chosen or dragged, and Fit shows every name @long', async ({ page, program }) => {
  const long = 'An Exceedingly Long Name of an Organization That No Column Shows'
  const id = await organization(program, long)
  await search(page, long)
  const name = (await order(page))[1]!
  for (const [item, width] of [['Width: small', 160], ['Width: large', 320], ['Width: medium', 228]] as const) {
    await choose(page, name, item)
    await expect.poll(async () => (await box(heading(page, name))).width).toBe(width)
    expect((await box(cell(page, long, name))).width).toBe(width)
  }
  const { x, y, width } = await box(heading(page, name))
  await page.mouse.move(x + width - 3, y + 20)
  await page.mouse.down()
  await page.mouse.move(x + width + 69, y + 20, { steps: 4 })
  await page.mouse.up()
  await expect.poll(async () => (await box(heading(page, name))).width).toBe(300)
  await page.reload()
  await expect.poll(async () => (await box(heading(page, name))).width).toBe(300)

  const { integrations } = await program.api<{ integrations: { id: string; name: string }[] }>('{ integrations { id name } }')
  expect(integrations.some((one) => one.name === name)).toBe(true)
  await search(page, 'Ab')
  await choose(page, name, 'Width: small')
  await choose(page, name, 'Width: fit the names')
  expect(await page.evaluate((column) => {
    const cells = [...document.querySelectorAll<HTMLElement>('[data-cell]')].filter((one) => one.getAttribute('aria-label')?.includes(`, ${column}: `))
    return cells.flatMap((one) => [...one.querySelectorAll<HTMLElement>('span')]).filter((one) => getComputedStyle(one).textOverflow === 'ellipsis' && one.scrollWidth > one.clientWidth).length
  }, name)).toBe(0)
  await program.api('mutation ($id: ID!) { updateOrganization(input: { organizationId: $id, active: false }) { userErrors { message } } }', { id })
})

test('a hidden column is left out of the grid, the filters and Accept suggestions, and can be shown again', async ({ page, program }) => {
  const before = await order(page)
  const [first] = before
  const columns = Number(await page.getByRole('grid').getAttribute('aria-colcount'))
  await choose(page, first!, 'Hide column')
  await expect(page.getByRole('grid')).toHaveAttribute('aria-colcount', String(columns - 1))
  expect(await order(page)).not.toContain(first)

  const requests: string[][] = []
  page.on('request', (request) => {
    const { query, variables } = (request.postDataJSON() ?? { query: '' }) as { query: string; variables: { filter?: { unmappedIn: string[] } } }
    if (query.includes('OrganizationPage')) requests.push(variables.filter?.unmappedIn ?? [])
  })
  const { integrations } = await program.api<{ integrations: { id: string; name: string }[] }>('{ integrations { id name } }')
  const hidden = integrations.find(({ name }) => name === first)!.id
  await page.getByRole('button', { name: /^Unmapped/ }).click()
  await expect.poll(() => requests.length).toBeGreaterThan(0)
  for (const ids of requests) expect(ids).not.toContain(hidden)

  await page.getByRole('button', { name: 'Accept suggestions…' }).click()
  await expect(page.getByRole('dialog')).toContainText('1 hidden column left out.')
  await expect(page.getByRole('dialog').getByRole('listitem').first()).toBeVisible()
  await expect(page.getByRole('dialog').getByRole('checkbox', { name: new RegExp(` in ${first}: map to `) })).toHaveCount(0)
  await page.keyboard.press('Escape')

  // A link can filter by a hidden column: the page says so.
  await page.goto(`${program.address}/?show=unmapped&in=${hidden}`)
  await expect(page.getByText(`The filter is about ${first}, whose column is hidden.`)).toBeVisible()
  await expect(page.getByRole('button', { name: 'Accept suggestions…' })).toHaveCount(0)
  await page.getByRole('button', { name: 'Show the column' }).click()
  expect((await order(page))[0]).toBe(first)

  await page.getByRole('button', { name: /^Columns/ }).click()
  for (const name of before) await page.getByRole('menuitemcheckbox', { name, exact: true }).click()
  await expect(page.getByRole('button', { name: new RegExp(`^Columns: ${columns - 1 - before.length} of`) })).toBeAttached()
  await page.getByRole('menuitem', { name: 'Show all' }).click()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('grid')).toHaveAttribute('aria-colcount', String(columns))
})

test('pinned columns stay in view while the others scroll under them, also by key @long', async ({ page }) => {
  const all = await order(page)
  const pinned = all[2]!
  await choose(page, pinned, 'Pin to the left')
  expect((await order(page))[0]).toBe(pinned)
  const { x } = await box(heading(page, pinned))
  await page.locator('[data-grid-position="3:2"]').focus()
  for (let step = 0; step < 8; step++) {
    await page.keyboard.press('ArrowRight')
    const focused = page.locator('[role=gridcell]:focus')
    await expect(focused).toHaveAttribute('aria-colindex', String(step + 4))
    const [one, frame] = [await box(focused), await box(page.getByRole('grid'))]
    expect(one.x).toBeGreaterThanOrEqual(x + 228 - 1) // not under the pinned column
    expect(one.x + one.width).toBeLessThanOrEqual(frame.x + frame.width)
  }
  expect(await page.getByRole('grid').evaluate((grid) => grid.scrollLeft)).toBeGreaterThan(0)
  expect((await box(heading(page, pinned))).x).toBe(x)
  expect((await box(page.locator('[data-grid-position="3:1"]'))).x).toBe(x)
  for (let step = 0; step < 8; step++) {
    await page.keyboard.press('ArrowLeft')
    const one = await box(page.locator('[role=gridcell]:focus'))
    expect(one.x).toBeGreaterThanOrEqual(x + 228 - 1)
  }
  await page.keyboard.press('ArrowLeft')
  await expect(page.locator('[role=gridcell]:focus')).toHaveAccessibleName(new RegExp(`, ${pinned}: `))
  await choose(page, pinned, 'Unpin')
})

test('damaged storage is ignored @long', async ({ page, program }) => {
  const before = await order(page)
  await choose(page, before[0]!, 'Hide column')
  const key = await page.evaluate(() => Object.keys(localStorage).find((one) => one.startsWith('orgmap-columns'))!)
  expect(await page.evaluate((name) => localStorage.getItem(name), key)).toContain('"version":1')
  await page.evaluate((name) => localStorage.setItem(name, '{"version":1,"columns":[{"id":'), key)
  await page.goto(program.address)
  await expect(headings(page).nth(1)).toBeVisible()
  expect(await order(page)).toEqual(before)
})

for (const locale of ['en-US', 'de-DE']) {
  test.describe(`in ${locale}`, () => {
    test.use({ locale })
    test('a heading shows all digits of its counts at 228 and 160 pixels @long', async ({ page }) => {
      // Large counts in the response: the heading is what is tested.
      await page.route('**/graphql', async (route) => {
        const response = await route.fetch()
        const body = (await response.text()).replace(/"organizationCounts":\{[^}]*\}/g, '"organizationCounts":{"__typename":"OrganizationCounts","total":10000,"mapped":10000,"suggested":10000}')
        await route.fulfill({ response, body })
      })
      await page.reload()
      await expect(headings(page).nth(1)).toContainText(locale === 'de-DE' ? '10.000' : '10,000')
      const name = (await order(page))[0]!
      for (const item of ['Width: medium', 'Width: small']) {
        await choose(page, name, item)
        const counts = heading(page, name).locator('button > span').nth(1)
        const cut = await counts.evaluate((element) => {
          const frame = element.getBoundingClientRect()
          const button = element.closest('button')!.getBoundingClientRect()
          const numbers = [...element.querySelectorAll('span')].filter((one) => one.children.length === 0 && /\d/.test(one.textContent) && one.getBoundingClientRect().width > 1)
          return { numbers: numbers.length, cut: numbers.filter((one) => {
            const { top, bottom, left, right } = one.getBoundingClientRect()
            return top < button.top || bottom > Math.min(button.bottom, frame.bottom + 1) || left < button.left || right > button.right - 10
              || !one.checkVisibility() || document.elementsFromPoint((left + right) / 2, (top + bottom) / 2)[0] !== one
          }).map((one) => one.textContent) }
        })
        expect(cut, item).toEqual({ numbers: 2, cut: [] })
      }
    })
  })
}
