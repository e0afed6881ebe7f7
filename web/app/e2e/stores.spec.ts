import { Issuer, Redis, SecondServer } from './fleet'
import { cell, enter, expect, organization, search, test } from './test'

test('the page stays live and saves while Redis is down and after it restarts', async ({ program, browser }) => {
  const redis = await Redis.launch()
  const server = new SecondServer(program, { REDIS_URL: redis.url })
  await server.start()
  const page = await browser.newPage()
  try {
    await organization(server, 'Redis Before')
    await enter(page, server)
    await search(page, 'Redis ')
    await expect(page.getByText('Live', { exact: true })).toBeVisible()

    await redis.kill()
    await organization(server, 'Redis Gone')
    await expect(page.getByRole('rowheader', { name: 'Redis Gone' })).toBeVisible()
    await cell(page, 'Redis Before', 'Hudu').click()
    await page.getByRole('option').first().click()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await expect(page.getByRole('log')).toContainText('Saved 1 change')

    await redis.start()
    await organization(server, 'Redis Back')
    await expect(page.getByRole('rowheader', { name: 'Redis Back' })).toBeVisible()
    await expect(page.getByText('Live', { exact: true })).toBeVisible()
  } finally {
    await page.close()
    await server.stop()
    await redis.kill()
  }
})

for (const supportsLogout of [false, true]) {
  test(`people sign in with the identity provider, and signing out ${supportsLogout ? 'ends its session too' : 'stays on the page if it has no logout'}`, async ({ program, browser }) => {
    const redis = await Redis.launch()
    const issuer = await Issuer.start()
    issuer.supportsLogout = supportsLogout
    issuer.claims = { sub: 'ada', name: 'Ada Lovelace', orgmap_account: program.account, orgmap_role: 'editor' }
    const server = new SecondServer(program, {
      REDIS_URL: redis.url, ORGMAP_OIDC_ISSUER: issuer.address, ORGMAP_OIDC_CLIENT_ID: issuer.client, ORGMAP_OIDC_CLIENT_SECRET: issuer.secret,
    })
    await server.start()
    const page = await browser.newPage()
    try {
      await page.goto(server.address)
      await page.getByRole('link', { name: 'Sign in with SSO' }).click()
      await expect(page.getByRole('grid')).toBeVisible()
      expect(new URL(page.url()).search).toBe('')
      await page.getByRole('button', { name: /signed in as Ada Lovelace$/ }).click()
      await page.getByRole('menuitem', { name: 'Sign out' }).click()
      await expect(page.getByRole('link', { name: 'Sign in with SSO' })).toBeVisible()
      expect(page.url()).toBe(`${server.address}/`)
      expect(issuer.logouts).toEqual(supportsLogout ? [{ client_id: issuer.client, post_logout_redirect_uri: `${server.address}/` }] : [])
      await page.reload()
      await expect(page.getByRole('link', { name: 'Sign in with SSO' })).toBeVisible()
    } finally {
      await page.close()
      await server.stop()
      await issuer.stop()
      await redis.kill()
    }
  })
}

test('on a slow network the grid shows that it is loading, and late responses do not replace newer rows', async ({ page, program }) => {
  await organization(program, 'Slow Works')
  await organization(program, 'Swift Works')
  const held: (() => void)[] = []
  await page.route('**/graphql', async (route) => {
    if (route.request().postData()?.includes('"search":"Slow')) await new Promise<void>((resolve) => held.push(resolve))
    await route.continue()
  })
  await page.getByRole('textbox', { name: 'Search organizations' }).fill('Slow Works')
  await expect(page.getByRole('grid')).toHaveAttribute('aria-busy', 'true')
  await expect.poll(() => held.length).toBeGreaterThan(0)
  await search(page, 'Swift Works')
  for (const release of held) release()
  await expect(page.getByRole('button', { name: 'All 1', exact: true })).toBeVisible()
  await expect(page.getByRole('rowheader')).toHaveText(['Swift Works'])
  await page.unroute('**/graphql')
  await search(page, 'Slow Works')
  await expect(page.getByRole('rowheader')).toHaveText(['Slow Works'])
})

test('rate-limited requests are retried without showing an error', async ({ program, browser }) => {
  const redis = await Redis.launch()
  const server = new SecondServer(program, { REDIS_URL: redis.url, ORGMAP_COST_BUDGET: '250', ORGMAP_COST_REFILL: '60' })
  await server.start()
  const page = await browser.newPage()
  try {
    await organization(server, 'Busy Works')
    await enter(page, server)
    const rejected: number[] = []
    page.on('response', (response) => {
      if (response.status() === 429) rejected.push(response.status())
    })
    // Another client with the same token spends the whole budget.
    for (const query of ['{ __schema { queryType { name } } }', '{ quota { used } }']) {
      for (let accepted = true; accepted;) accepted = await server.api(query).then(() => true, () => false)
    }
    await page.getByRole('textbox', { name: 'Search organizations' }).fill('Busy Works')
    await expect.poll(() => rejected.length).toBeGreaterThan(0)
    await expect(page.getByRole('rowheader')).toHaveText(['Busy Works'])
    await expect(page.getByRole('button', { name: 'All 1', exact: true })).toBeVisible()
    await expect(page.getByRole('alert')).toHaveCount(0)
  } finally {
    await page.close()
    await server.stop()
    await redis.kill()
  }
})
