import type { Page } from '@playwright/test'

import { Issuer, Redis, SecondServer } from './fleet'
import { type Account, request } from './program'
import { fits, readableUnderThePointer, widths } from './screens'
import { accessible, another, enter, expect, organization, signIn, test, visit } from './test'

const row = (page: Page, name: string) => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name }) })

/** Opens a tab of Settings. */
async function open(page: Page, tab: 'People' | 'API tokens' | 'Account') {
  await visit(page, 'Settings')
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: tab }).click()
}

const maxFields = 5 // in one request: the API's limit

/** Adds people. */
async function add(account: Pick<Account, 'api'>, people: readonly NewPerson[]): Promise<string[]> {
  const ids: string[] = []
  for (let from = 0; from < people.length; from += maxFields) ids.push(...await addAtOnce(account, people.slice(from, from + maxFields)))
  return ids
}

interface NewPerson {
  name: string
  email?: string
  role?: string
}

async function addAtOnce(account: Pick<Account, 'api'>, people: readonly NewPerson[]): Promise<string[]> {
  const fields = people.map((_, at) => `p${at}: savePerson(input: $p${at}) { person { id } userErrors { message } }`)
  const variables = Object.fromEntries(people.map((person, at) => [`p${at}`, person]))
  const result = await account.api<Record<string, { person: { id: string } }>>(`mutation (${people.map((_, at) => `$p${at}: SavePersonInput!`).join(', ')}) { ${fields.join('\n')} }`, variables)
  return people.map((_, at) => result[`p${at}`]!.person.id)
}

test('an admin adds a person, changes them, blocks and unblocks them, and others see it at once', async ({ page, program, browser }) => {
  const other = await another(browser, program)
  await open(other, 'People')
  await open(page, 'People')
  await page.getByRole('button', { name: 'Add a person' }).click()
  const form = page.getByRole('dialog', { name: 'Add a person' })
  await expect(form.getByRole('textbox', { name: 'Name' })).toBeFocused()
  await expect(form.getByRole('button', { name: 'Add', exact: true })).toBeDisabled()
  await page.keyboard.type('Petra Novak')
  await form.getByRole('textbox', { name: 'Email' }).fill('petra@people.example')
  await form.getByRole('combobox', { name: 'Role' }).click()
  await page.getByRole('option', { name: 'Editor' }).click()
  await form.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(form).toHaveCount(0)
  await expect(page.getByRole('log')).toContainText('Added Petra Novak.')
  await expect(page.getByRole('button', { name: 'Add a person' })).toBeFocused()
  for (const one of [page, other]) {
    await expect(row(one, 'Petra Novak')).toContainText('petra@people.example')
    await expect(row(one, 'Petra Novak')).toContainText('Editor set by an admin')
    await expect(row(one, 'Petra Novak')).toContainText('Never')
  }

  const { people } = await program.api<{ people: { nodes: { id: string }[] } }>('{ people(search: "Petra Novak") { nodes { id } } }')
  const [{ id }] = people.nodes as [{ id: string }]
  const client = await organization(program, 'Looked After')
  await program.api('mutation ($client: ID!, $id: ID!) { assignPeople(input: { organizationIds: [$client], engineerId: $id, vcioId: $id }) { userErrors { message } } }', { client, id })
  await expect(row(page, 'Petra Novak').getByRole('link', { name: '1 organization with Petra Novak as engineer' })).toHaveAttribute('href', `/organizations?engineer=${id}`)
  await expect(row(page, 'Petra Novak').getByRole('link', { name: '1 organization with Petra Novak as vCIO' })).toHaveAttribute('href', `/organizations?vcio=${id}`)

  await page.getByRole('button', { name: 'Add a person' }).click()
  await form.getByRole('textbox', { name: 'Name' }).fill('Petra Twin')
  await form.getByRole('textbox', { name: 'Email' }).fill('PETRA@people.example')
  await form.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(form.getByRole('textbox', { name: 'Email' })).toHaveAccessibleDescription(/Somebody else has the email address petra@people\.example\./)
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: 'Edit Petra Novak' }).click()
  const edit = page.getByRole('dialog', { name: 'Edit Petra Novak' })
  await expect(edit.getByRole('button', { name: 'Save' })).toBeDisabled()
  await edit.getByRole('textbox', { name: 'Name' }).fill('Petra Nováková')
  await edit.getByRole('combobox', { name: 'Role' }).click()
  await page.getByRole('option', { name: 'From the identity provider' }).click()
  await edit.getByRole('button', { name: 'Save' }).click()
  await expect(row(other, 'Petra Nováková')).toContainText('None until the first sign-in')

  await page.getByRole('button', { name: 'Block Petra Nováková' }).click()
  const question = page.getByRole('dialog', { name: 'Block Petra Nováková?' })
  await expect(question).toContainText('All their access ends at once')
  await expect(question).toContainText('They stay the engineer of 1 organization and vCIO of 1 organization')
  await question.getByRole('button', { name: 'Block', exact: true }).click()
  await expect(row(page, 'Petra Nováková')).toContainText('Blocked')
  await expect(row(other, 'Petra Nováková')).toContainText('Blocked')
  await other.getByRole('button', { name: 'Unblock Petra Nováková' }).click()
  await expect(row(page, 'Petra Nováková')).toContainText('Allowed')

  await page.getByRole('textbox', { name: 'Search people' }).fill('nobody here')
  await expect(page.getByText('No people match “nobody here”.')).toBeVisible()
  await page.getByRole('textbox', { name: 'Search people' }).fill('people.example')
  await expect(page.getByRole('rowheader')).toHaveText(['Petra Nováková'])
  await page.reload()
  await expect(page.getByRole('textbox', { name: 'Search people' })).toHaveValue('people.example')
  await expect(page.getByRole('rowheader')).toHaveText(['Petra Nováková'])
  await other.context().close()
})

test('someone who has signed in keeps the name of the identity provider, and the last admin stays one', async ({ page, program, browser }) => {
  const redis = await Redis.launch()
  const issuer = await Issuer.start()
  issuer.claims = { sub: 'grace', name: 'Grace Hopper', email: 'grace@navy.example', orgmap_account: program.account, orgmap_role: 'admin' }
  const server = new SecondServer(program, {
    REDIS_URL: redis.url, ORGMAP_OIDC_ISSUER: issuer.address, ORGMAP_OIDC_CLIENT_ID: issuer.client, ORGMAP_OIDC_CLIENT_SECRET: issuer.secret,
  })
  await server.start()
  const context = await browser.newContext()
  const grace = await context.newPage()
  try {
    await grace.goto(server.address)
    await grace.getByRole('link', { name: 'Sign in with SSO' }).click()
    await expect(grace.getByRole('grid')).toBeVisible()
    await open(grace, 'People')
    await expect(row(grace, 'Grace Hopper')).toContainText('you')
    await expect(row(grace, 'Grace Hopper')).toContainText('Admin from the identity provider')
    await expect(row(grace, 'Grace Hopper')).toContainText('just now')

    await open(page, 'People')
    await page.getByRole('button', { name: 'Edit Grace Hopper' }).click()
    const edit = page.getByRole('dialog', { name: 'Edit Grace Hopper' })
    for (const name of ['Name', 'Email']) await expect(edit.getByRole('textbox', { name })).toHaveAttribute('readonly')
    await expect(edit.getByRole('textbox', { name: 'Name' })).toHaveAccessibleDescription('Comes from your identity provider. Change it there.')
    await edit.getByRole('combobox', { name: 'Role' }).click()
    await page.getByRole('option', { name: 'Viewer' }).click()
    await edit.getByRole('button', { name: 'Save' }).click()
    await expect(edit.getByRole('combobox', { name: 'Role' })).toHaveAccessibleDescription(/This is the last admin\./)
    await page.keyboard.press('Escape')
    await grace.getByRole('button', { name: 'Block Grace Hopper' }).click()
    const question = grace.getByRole('dialog', { name: 'Block Grace Hopper?' })
    await expect(question).toContainText('This is you: you will be signed out now.')
    await question.getByRole('button', { name: 'Block', exact: true }).click()
    await expect(question.getByRole('alert')).toContainText('This is the last admin.')
  } finally {
    await context.close()
    await server.stop()
    await issuer.stop()
    await redis.kill()
  }
})

test('many people come a page at a time', async ({ page, program }) => {
  const account = program.newAccount('Many People')
  const names = Array.from({ length: 120 }, (_, at) => `Person ${String(at).padStart(3, '0')}`)
  await add(account, names.map((name) => ({ name })))
  await signIn(page, account)
  await open(page, 'People')
  await expect(page.getByText('Showing 100 of 120 people')).toBeVisible()
  await page.getByRole('button', { name: 'Show more' }).click()
  await expect(page.getByRole('rowheader')).toHaveText(names)
  await expect(page.getByText('120 people')).toBeVisible()
})

test('an admin creates a token whose secret is shown once, and revokes it', async ({ page, program }) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await open(page, 'API tokens')
  expect(new URL(page.url()).search).toBe('?tab=tokens')
  await page.getByRole('button', { name: 'Create a token' }).click()
  const form = page.getByRole('dialog', { name: 'Create a token' })
  await expect(form.getByRole('textbox', { name: 'Name' })).toBeFocused()
  await page.keyboard.type('billing-sync')
  await form.getByRole('combobox', { name: 'Expires' }).click()
  await page.getByRole('option', { name: 'In 30 days' }).click()
  await form.getByRole('button', { name: 'Create', exact: true }).click()
  const created = page.getByRole('dialog', { name: 'billing-sync was created' })
  await expect(created.getByRole('status').first()).toContainText('It is shown only once')
  const secret = await created.getByRole('textbox', { name: 'Token' }).inputValue()
  await expect(created.getByRole('button', { name: 'Copy token' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(created.getByText('Copied', { exact: true })).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret)
  await expect(created.getByRole('textbox', { name: 'Try it in a terminal' })).toHaveValue(new RegExp(`^curl ${program.address}/graphql -H 'Authorization: Bearer ${secret}'`))
  await page.keyboard.press('Escape')
  await expect(created).toBeVisible()
  const ask = () => request({ address: program.address, token: secret }, '{ viewer { name role } }', {})
  expect(await ask()).toEqual({ viewer: { name: 'billing-sync', role: 'VIEWER' } })
  await created.getByRole('button', { name: 'Done' }).click()
  await expect(page.locator('body')).not.toContainText(secret)

  const line = row(page, 'billing-sync')
  await expect(line).toContainText('by Admin')
  await expect(line).toContainText('Valid')
  await expect(line).toContainText('Within the last hour')
  await page.getByRole('button', { name: 'Revoke billing-sync' }).click()
  const question = page.getByRole('dialog', { name: 'Revoke billing-sync?' })
  await expect(question).toContainText('Programs that use this token stop working at once')
  await question.getByRole('button', { name: 'Revoke', exact: true }).click()
  await expect(line).toContainText('Revoked')
  await expect(ask()).rejects.toThrow()
})

test('if the connection breaks while a token is created, the page says where to look for it', async ({ page }) => {
  await open(page, 'API tokens')
  await page.getByRole('button', { name: 'Create a token' }).click()
  const form = page.getByRole('dialog', { name: 'Create a token' })
  await form.getByRole('textbox', { name: 'Name' }).fill('lost-answer')
  await form.getByRole('combobox', { name: 'Expires' }).click()
  await page.getByRole('option', { name: 'On a date' }).click()
  await expect(form.getByRole('button', { name: 'Create', exact: true })).toBeDisabled()
  await form.getByLabel('Last day').fill('2001-01-01')
  await form.getByRole('button', { name: 'Create', exact: true }).click()
  await expect(form.getByLabel('Last day')).toHaveAccessibleDescription(/would have expired already/)
  await form.getByLabel('Last day').fill('2099-01-01')
  // The server does it, and its answer gets lost.
  await page.route('**/graphql', async (route) => {
    if (!route.request().postData()?.includes('createApiToken')) return route.continue()
    await route.fetch()
    await route.abort()
  })
  await form.getByRole('button', { name: 'Create', exact: true }).click()
  await expect(form.getByRole('alert')).toContainText('The token may have been created')
  await expect(form.getByRole('alert')).toContainText('look for “lost-answer” at the top of the list')
  await page.unroute('**/graphql')
  await form.getByRole('button', { name: 'Cancel' }).click()
  await expect(row(page, 'lost-answer')).toContainText('Valid')
})

test('an admin renames the account and sets its time zone, and open pages show the new name', async ({ page, program, browser }) => {
  const account = program.newAccount('Harbor IT')
  program.newAccount('Taken Name')
  const other = await browser.newPage()
  await signIn(other, account)
  await signIn(page, account)
  await open(other, 'Account')
  await open(page, 'Account')
  const name = page.getByRole('textbox', { name: 'Name' })
  await expect(name).toHaveValue('Harbor IT')
  await expect(page.getByRole('button', { name: 'Save' })).toBeDisabled()
  await expect(page.getByText('0 used, no limit')).toBeVisible()
  await expect(page.getByText('0 of 100 used')).toBeVisible()
  await name.fill('Taken Name')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(name).toHaveAccessibleDescription(/This name is not available\./)
  await name.fill('Harborlight IT')
  await page.getByRole('combobox', { name: 'Time zone' }).fill('new york')
  await page.getByRole('option').first().click()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('log')).toContainText('Saved the account settings.')
  for (const one of [page, other]) {
    await expect(one.getByRole('button', { name: /^Harborlight IT: signed in as Admin$/ })).toBeVisible()
    await expect(one.getByRole('textbox', { name: 'Name' })).toHaveValue('Harborlight IT')
    await expect(one.getByRole('combobox', { name: 'Time zone' })).toHaveValue('America/New York')
  }
  await other.getByRole('textbox', { name: 'Name' }).fill('Mine')
  await account.api('mutation { updateAccount(input: { name: "Theirs IT" }) { userErrors { message } } }')
  await expect(other.getByText('Somebody else has changed this to “Theirs IT”.')).toBeVisible()
  await other.getByRole('button', { name: 'Discard changes' }).click()
  await expect(other.getByRole('textbox', { name: 'Name' })).toHaveValue('Theirs IT')
  await other.close()
})

test('viewers and editors see people without their addresses, and who can change what', async ({ program, browser }) => {
  await add(program, [{ name: 'Visible Person', email: 'hidden@people.example' }])
  for (const role of ['viewer', 'editor'] as const) {
    const context = await browser.newContext()
    const page = await context.newPage()
    await enter(page, program, program.newToken(role))
    await open(page, 'People')
    await expect(row(page, 'Visible Person')).toBeVisible()
    await expect(page.getByText('Only admins can add, change or block people.')).toBeVisible()
    await expect(page.getByRole('main')).not.toContainText('hidden@people.example')
    await expect(page.getByRole('main').getByRole('button', { name: /Add|Edit|Block/ })).toHaveCount(0)
    await accessible(page, `People, for a ${role}`)
    await open(page, 'API tokens')
    await expect(page.getByText('Only admins can see, create and revoke API tokens.')).toBeVisible()
    await accessible(page, `API tokens, for a ${role}`)
    await open(page, 'Account')
    await expect(page.getByText('Only admins can change these settings.')).toBeVisible()
    await expect(page.getByRole('main').getByRole('textbox')).toHaveCount(0)
    await accessible(page, `Account, for a ${role}`)
    await context.close()
  }
})

test.describe('the tabs of Settings', () => {
  test.use({ viewport: { width: 1440, height: 760 } })

  for (const scheme of ['light', 'dark'] as const) {
    test(`fit every window and are accessible, in ${scheme}`, async ({ page, program }) => {
      const account = program.newAccount(`Settings in ${scheme}`)
      const [, blocked] = await add(account, [
        { name: 'Ana Ruiz', email: 'ana@harborlight.example', role: 'ADMIN' },
        { name: 'J. Wu', email: 'j.wu.with.a.very.long.address@a.very.long.domain.harborlight.example', role: 'EDITOR' },
        { name: 'Somebody with a name that is a good deal longer than most names are' },
      ])
      await account.api('mutation ($id: ID!) { blockPerson(input: { personId: $id }) { userErrors { message } } }', { id: blocked })
      const soon = new Date(Date.now() + 9.5 * 86_400_000).toISOString()
      await account.api('mutation ($soon: Time) { createApiToken(input: { name: "ticket-bot", role: EDITOR, expiresAt: $soon }) { userErrors { message } } }', { soon })
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
      await signIn(page, account)
      for (const tab of ['People', 'API tokens', 'Account'] as const) {
        await open(page, tab)
        await expect(tab === 'Account' ? page.getByRole('textbox', { name: 'Name' }) : page.getByRole('rowheader').first()).toBeVisible()
        await accessible(page, `${tab}, ${scheme}`)
        await readableUnderThePointer(page, `${tab}, ${scheme}`)
        for (const width of widths) {
          await page.setViewportSize({ width, height: 760 })
          await fits(page, `${tab}, ${width} pixels wide`)
        }
        await accessible(page, `${tab}, ${scheme}, wide`)
        await page.setViewportSize({ width: 390, height: 760 })
        await accessible(page, `${tab}, ${scheme}, on a phone`)
        await page.setViewportSize({ width: 1440, height: 760 })
      }
      await open(page, 'People')
      for (const button of ['Add a person', 'Edit Ana Ruiz', 'Block Ana Ruiz']) {
        await page.getByRole('button', { name: button }).click()
        await accessible(page, `${button}, ${scheme}`, '[role=dialog]')
        await page.keyboard.press('Escape')
        await expect(page.getByRole('dialog')).toHaveCount(0)
      }
      await open(page, 'API tokens')
      await page.getByRole('button', { name: 'Revoke ticket-bot' }).click()
      await accessible(page, `Revoke, ${scheme}`, '[role=dialog]')
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: 'Create a token' }).click()
      await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('shown-once')
      await accessible(page, `Create a token, ${scheme}`, '[role=dialog]')
      await page.getByRole('dialog').getByRole('button', { name: 'Create', exact: true }).click()
      await expect(page.getByRole('textbox', { name: 'Token' })).toBeVisible()
      await accessible(page, `a token shown once, ${scheme}`, '[role=dialog]')
      await page.setViewportSize({ width: 390, height: 760 })
      await fits(page, 'a token shown once, on a phone')
    })
  }
})
