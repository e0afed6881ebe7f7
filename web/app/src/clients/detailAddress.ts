/** Returns the address of an organization's page. */
export const detailSearch = (id: string): string => `?${new URLSearchParams({ id })}`
