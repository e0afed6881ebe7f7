import { examples } from '../explorer/examples'
import { expect, test } from './test'

test('the explorer runs every example, subscriptions over a websocket too', async ({ page, program }) => {
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
      await program.api('mutation { createOrganization(input: { name: "Seen by the explorer" }) { userErrors { message } } }')
      await expect(response, title).toContainText('Seen by the explorer')
    } else await expect(response, title).toContainText('"refreshProgress"')
    await expect(page.getByText(/^\d+ SQL statements?$/), title).toBeVisible()
    await stop.click()
  }
})
