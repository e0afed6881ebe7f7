/** The part of the Integrations page's address that names the integration to show, and whether its connection is to be fixed. */
export const fixSearch = (integrationId: string) => `?${new URLSearchParams({ fix: integrationId })}`

/** Returns the integration whose connection the address says to fix. */
export const integrationToFix = (search: string) => new URLSearchParams(search).get('fix')
