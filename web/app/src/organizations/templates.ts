/** Reports whether an external organization's name says that it is a template or was made for tests. */
export const looksLikeTemplate = (name: string): boolean => /(?<!\p{L})(?:template|test|testing|demo|sandbox|sample)(?!\p{L})/iu.test(name)
