/** The part of Integrations' address that names the integration to show, and whether its connection is to be fixed. */
export const fixing = (integrationId: string) => `?${new URLSearchParams({ fix: integrationId })}`

/** The integration whose connection the address says to fix. */
export const toFix = (search: string) => new URLSearchParams(search).get('fix')
