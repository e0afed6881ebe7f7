import { examples } from '../explorer/examples'
import { accessible, expect, organization, test } from './test'

test('the explorer runs every example, including subscriptions over a WebSocket', async ({ page, program }) => {
  await page.goto(`${program.address}/explorer`)
  const run = page.getByRole('button', { name: /^Execute query/ })
  const stop = page.getByRole('button', { name: /^Stop query/ })
  const response = page.locator('.graphiql-response .view-lines')
  for (const { title, query } of examples) {
    await page.getByRole('button', { name: title, exact: true }).click()
    const operation = /^(?:query|mutation|subscription) (\w+)/m.exec(query)?.[1] ?? title
    await expect(page.getByRole('tab', { selected: true }), title).toContainText(operation)
    await expect(page.locator('.graphiql-query-editor .view-lines'), title).toContainText(operation)
    await run.click()
    if (!query.includes('\nsubscription ')) {
      await expect(response, title).toContainText('"data"')
      await expect(response, title).not.toContainText('"errors"')
      await expect(page.getByText(/^Cost \d+ of [\d,]+ · \d+ SQL statements?$/), title).toBeVisible()
      continue
    }
    await expect(stop, title).toBeVisible()
    if (query.includes('accountChanges')) {
      // The button changes before the server has the subscription, which begins with the next change.
      await expect(async () => {
        await organization(program, `Seen by the explorer ${crypto.randomUUID()}`)
        await expect(response, title).toContainText('Seen by the explorer', { timeout: 1_000 })
      }).toPass({ timeout: 20_000 })
    } else await expect(response, title).toContainText('"refreshProgress"')
    await expect(page.getByText(/^\d+ SQL statements?$/), title).toBeVisible()
    await stop.click()
  }
})

// GraphiQL marks up its tabs, each a tab button and a close button, as tabs themselves.
const tabs = { rule: 'nested-interactive', at: '.graphiql-tab' }

for (const scheme of ['light', 'dark'] as const) {
  test(`the explorer is accessible in ${scheme}, with its panes and dialogs`, async ({ page, program }) => {
    await page.setViewportSize({ width: 1000, height: 560 })
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    await page.goto(`${program.address}/explorer`)
    await page.getByRole('button', { name: 'Organizations and their mappings', exact: true }).click()
    await expect(page.locator('.graphiql-query-editor .view-lines')).toContainText('query Organizations')
    await page.getByRole('button', { name: /^Execute query/ }).click()
    await expect(page.getByText(/SQL statement/)).toBeVisible()
    await accessible(page, 'Explorer, a response', undefined, tabs)
    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click()
    const docs = page.locator('.graphiql-doc-explorer-content')
    await expect(docs).toContainText('All Schema Types')
    await accessible(page, 'Explorer, the documentation', undefined, tabs)
    await docs.getByRole('link', { name: 'Mutation', exact: true }).first().click()
    await expect(docs).toContainText('saveMappings')
    await accessible(page, 'Explorer, a type’s documentation', undefined, tabs)
    await page.getByRole('button', { name: 'Show History' }).click()
    await expect(page.getByRole('button', { name: 'Organizations', exact: true }).first()).toBeVisible()
    await accessible(page, 'Explorer, the history', undefined, tabs)
    for (const name of ['Open settings dialog', 'Open short keys dialog']) {
      await page.getByRole('button', { name }).click()
      await expect(page.getByRole('dialog')).toBeVisible()
      await accessible(page, `Explorer, ${name.toLowerCase()}`, '[role=dialog]')
      await page.keyboard.press('Escape')
      await expect(page.getByRole('dialog')).toHaveCount(0)
    }
  })
}
