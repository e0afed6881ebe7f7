/** Files that the server writes. These texts are loaded together with the parts of the pages that show them. */
export const exporting = {
  menu: 'Export CSV',
  organizations: 'Organizations (one row each)',
  mappings: 'Mappings (one row each)',
  externalOrgs: 'Export CSV',
  externalOrgsOf: (tool: string) => `Export CSV: everything that ${tool} lists`,
}
