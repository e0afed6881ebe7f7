package csvfile

// The columns of the files that Orgmap writes. Programs and imports find them by name: add columns at the end, and never
// rename one.

// OrganizationColumns returns the first columns of the file of organizations. A column for each integration follows, and
// then DetailColumns.
func OrganizationColumns() []string { return []string{"Organization ID", "Organization", "Status"} }

// IntegrationColumn returns the name of an integration's column in the file of organizations.
func IntegrationColumn(integration string) string { return integration + " ID" }

// DetailColumns returns the last columns of the file of organizations. Imports ignore them.
func DetailColumns() []string { return []string{"Groups", "Engineer", "vCIO", "Note"} }

// MappingColumns returns the columns of the file of mappings.
func MappingColumns() []string {
	return []string{
		"Organization ID", "Organization", "Integration ID", "Integration", "Application", "External ID", "External name", "Mapped by", "Mapped at", "Origin",
	}
}

// ExternalOrgColumns returns the columns of the file of an integration's external organizations.
func ExternalOrgColumns() []string {
	return []string{"External ID", "External name", "State", "Organization ID", "Organization", "Reason"}
}

// HistoryColumns returns the columns of the file of changes. The page's own export has the same.
func HistoryColumns() []string {
	return []string{"Time", "By", "Action", "Summary", "What", "Tool", "External organization", "Before", "After"}
}
