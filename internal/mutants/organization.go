package main

func organizationMutants() []mutant {
	return []mutant{
		{
			name: "create-by-viewers", rule: "Viewers cannot create an organization.",
			file:  "internal/organization/service.go",
			old:   "Create(ctx context.Context, rawName string) (*Organization, error) {\n\tactor, err := auth.Require(ctx, auth.Editor)",
			new:   "Create(ctx context.Context, rawName string) (*Organization, error) {\n\tactor, err := auth.Require(ctx, auth.Viewer)",
			tests: "TestService_ChecksTheCallersRole",
		},
		{
			name: "update-by-viewers", rule: "Viewers cannot change an organization.",
			file:  "internal/organization/service.go",
			old:   "Update(ctx context.Context, update Update) (*Organization, error) {\n\tactor, err := auth.Require(ctx, auth.Editor)",
			new:   "Update(ctx context.Context, update Update) (*Organization, error) {\n\tactor, err := auth.Require(ctx, auth.Viewer)",
			tests: "TestService_ChecksTheCallersRole",
		},
		{
			name: "quota-one-over", rule: "An account has at most as many active organizations as its quota allows.",
			file: "migrations/20261123090000_core.tx.up.sql", old: "organizations_used <= organization_limit", new: "organizations_used <= organization_limit + 1",
			in: "internal/organization", tests: "TestQuota_HoldsUnderFiftyConcurrentWrites|TestService_Create",
		},
		{
			name: "quota-ignores-reactivation", rule: "A reactivated organization counts against the quota.",
			file: "migrations/20261128201000_list_versions.tx.up.sql", old: "sum(weight) AS delta", new: "least(sum(weight), 0) AS delta",
			in: "internal/organization", tests: "TestQuota_CountsOnlyActiveOrganizations",
		},
		{
			name: "quota-ignores-deactivation", rule: "A deactivated organization no longer counts against the quota.",
			file: "migrations/20261128201000_list_versions.tx.up.sql", old: "sum(weight) AS delta", new: "greatest(sum(weight), 0) AS delta",
			in: "internal/organization", tests: "TestQuota_CountsOnlyActiveOrganizations",
		},
		{
			name: "create-before-the-lock", rule: "Creating an organization locks the account before it claims the name.",
			file: "internal/organization/service.go", old: "account.Lock(ctx, tx, actor.AccountID); err != nil {\n\t\t\treturn err\n\t\t}\n\t\tif err := insert(", new: "account.UsageOf(ctx, tx.ReadTx, actor.AccountID); err != nil {\n\t\t\treturn err\n\t\t}\n\t\tif err := insert(",
			tests: "TestService_Create_LocksTheAccountBeforeTakingTheName",
		},
		{
			name: "update-without-the-journal", rule: "Changing an organization is recorded in the journal.",
			file: "internal/organization/service.go", old: "if *before == after {", new: "if before.Active == after.Active {",
			tests: "TestService_Update",
		},
		{
			name: "update-of-nothing-in-the-journal", rule: "An update that changes nothing is not recorded in the journal.",
			file: "internal/organization/service.go", old: "if *before == after {", new: "if false && *before == after {",
			tests: "TestService_Update|TestService_JournalsItsWrites",
		},
		{
			name: "rename-keeps-its-place", rule: "A renamed organization is sorted and found by its new name.",
			file: "internal/organization/organization.go", old: "organization.Name, organization.Folded = *u.Name, name.Fold(*u.Name)", new: "organization.Name = *u.Name",
			tests: "TestService_Update",
		},
		{
			name: "list-with-inactive", rule: "A list filtered by activity shows either active or inactive organizations.",
			file: "internal/organization/filter.go", old: `Where("active = ?", active)`, new: `Where("active = ? OR true", active)`,
			tests: "TestList_Filter",
		},
		{
			name: "list-mapped-in-any", rule: "The filter by mapped integrations selects organizations that are mapped in each of them.",
			file: "internal/organization/filter.go", old: `mappedIn+" = ?"`, new: `mappedIn+" BETWEEN 1 AND ?"`,
			tests: "TestList_Filter",
		},
		{
			name: "list-unmapped-in-all", rule: "The filter by unmapped integrations selects organizations that lack a mapping in any of them.",
			file: "internal/organization/filter.go", old: `mappedIn+" < ?"`, new: `mappedIn+" = 0 AND 0 < ?"`,
			tests: "TestList_Filter",
		},
		{
			name: "list-suggested-by-removed", rule: "A suggestion of a removed external organization does not count in the filter by suggestions.",
			file: "internal/organization/filter.go", old: "(SELECT x.removed_at IS NULL", new: "(SELECT true OR x.removed_at IS NULL",
			tests: "TestList_FilterBySuggestions",
		},
		{
			name: "list-suggested-by-mapped", rule: "A suggestion of a mapped external organization does not count in the filter by suggestions.",
			file: "internal/organization/filter.go", old: "m.external_org_id = s.external_org_id OFFSET 0", new: "m.external_org_id = s.external_org_id AND false OFFSET 0",
			tests: "TestList_FilterBySuggestions",
		},
		{
			name: "list-suggested-by-excluded", rule: "A suggestion of an excluded external organization does not count in the filter by suggestions.",
			file: "internal/organization/filter.go", old: "e.external_org_id = s.external_org_id OFFSET 0", new: "e.external_org_id = s.external_org_id AND false OFFSET 0",
			tests: "TestList_FilterBySuggestions",
		},
		{
			name: "list-suggested-though-mapped", rule: "An organization that is mapped in an integration is not found as suggested in it.",
			file: "internal/organization/filter.go", old: "m.organization_id = s.organization_id)", new: "m.organization_id = s.organization_id AND false)",
			tests: "TestList_FilterBySuggestions",
		},
		{
			name: "list-candidate-though-mapped", rule: "An organization that is mapped in an integration is not found as a candidate in it.",
			file: "internal/organization/filter.go", old: "m.organization_id = c.id::uuid)", new: "m.organization_id = c.id::uuid AND false)",
			tests: "TestList_FilterBySuggestions",
		},
		{
			name: "list-suggested-anywhere", rule: "The filter by suggestions selects suggestions in the given integrations only.",
			file: "internal/organization/filter.go", old: "s.integration_id = ANY (?::uuid[]) AND s.organization_id IS NOT NULL", new: "(s.integration_id = ANY (?::uuid[]) OR true) AND s.organization_id IS NOT NULL",
			tests: "TestList_FilterBySuggestions",
		},
		{
			name: "list-candidates-anywhere", rule: "The filter by needed decisions selects candidates in the given integrations only.",
			file: "internal/organization/filter.go", old: "s.integration_id = ANY (?::uuid[]) AND s.state <> 'SUGGESTED'", new: "(s.integration_id = ANY (?::uuid[]) OR true) AND s.state <> 'SUGGESTED'",
			tests: "TestList_FilterBySuggestions",
		},
		{
			name: "list-candidates-without-conflicts", rule: "The filter by needed decisions includes conflicts.",
			file: "internal/organization/filter.go", old: "s.state <> 'SUGGESTED'", new: "s.state = 'NEEDS_DECISION'",
			tests: "TestList_FilterBySuggestions",
		},
		{
			name: "list-suggested-by-other-accounts", rule: "Suggestions of other accounts do not count in the filter by suggestions, even without row-level security.",
			file: "internal/organization/filter.go", old: "WHERE s.account_id = ? AND s.integration_id = ANY (?::uuid[]) AND s.organization_id", new: "WHERE ?::uuid IS NOT NULL AND s.integration_id = ANY (?::uuid[]) AND s.organization_id",
			tests: "TestList_OtherAccountsSuggestionsAndMappingsDoNotMatter",
		},
		{
			name: "list-candidates-of-other-accounts", rule: "Candidates of other accounts do not count in the filter by needed decisions, even without row-level security.",
			file: "internal/organization/filter.go", old: "WHERE s.account_id = ? AND s.integration_id = ANY (?::uuid[]) AND s.state", new: "WHERE ?::uuid IS NOT NULL AND s.integration_id = ANY (?::uuid[]) AND s.state",
			tests: "TestList_OtherAccountsSuggestionsAndMappingsDoNotMatter",
		},
		{
			name: "list-counts-all-suggested", rule: "The total of a filtered list counts the list.",
			file: "internal/organization/list.go", old: `s.search == "" && !s.filter.byRelation()`, new: `s.search == ""`,
			tests: "TestList_Filter|TestList_FilterBySuggestions",
		},
		{
			name: "list-filtered-from-memory", rule: "A list that is filtered by mappings or suggestions does not come from memory unfiltered.",
			file: "internal/organization/directory.go", old: "&& !s.filter.byRelation()", new: "",
			tests: "TestDirectory_FilteredListsComeFromPostgres",
		},
		{
			name: "search-without-mapped-names", rule: "A search finds organizations by the names mapped to them.",
			file: "internal/organization/filter.go", old: ` OR id IN ("+mappedTo+")", pg.List(patterns), s.account, pg.List(patterns))`, new: ` OR false", pg.List(patterns))`,
			tests: "TestList_SearchFindsMappedNames|TestList_SearchAgreesOnRandomNames",
		},
		{
			name: "search-in-any-mapped-name", rule: "All words of a search are in one name.",
			file: "internal/organization/filter.go", old: "m.external_folded LIKE ALL", new: "m.external_folded LIKE ANY",
			tests: "TestList_SearchFindsMappedNames|TestList_SearchAgreesOnRandomNames",
		},
		{
			name: "search-mapped-names-of-other-accounts", rule: "A search does not look at mappings of other accounts, even without row-level security.",
			file: "internal/organization/filter.go", old: "WHERE m.account_id = ? AND m.external_folded", new: "WHERE ?::uuid IS NOT NULL AND m.external_folded",
			tests: "TestList_OtherAccountsSuggestionsAndMappingsDoNotMatter",
		},
		{
			name: "mapped-names-at-any-version", rule: "Mapped names come from memory only at the version that the snapshot sees.",
			file: "internal/organization/mapped.go", old: "is && cached.version == version", new: "is",
			tests: "TestDirectory_SearchIsNeverStale",
		},
		{
			name: "list-takes-foreign-cursors", rule: "A list rejects a cursor of a list that is sorted by another field.",
			file: "internal/page/order.go", old: "if text != mark {", new: "if false {",
			in: "internal/organization", tests: "TestList_RefusesForeignCursors",
		},
		{
			name: "list-repeats-the-cursor", rule: "A page starts after its cursor.",
			file: "internal/page/order.go", old: `after, before := ">", "<"`, new: `after, before := ">=", "<"`,
			in: "internal/organization", tests: "TestList_EveryWalkReturnsTheWholeList",
		},
		{
			name: "list-ignores-the-search", rule: "A search finds the organizations whose names contain every word of it.",
			file: "internal/organization/filter.go", old: "len(patterns) > 0 {", new: "len(patterns) > 10 {",
			tests: "TestList_Search",
		},
		{
			name: "organizations-cached-at-any-version", rule: "A list comes from memory only at the version that the snapshot sees.",
			file: "internal/organization/directory.go", old: "is && cached.version == version", new: "is",
			tests: "TestDirectory_IsNeverStale",
		},
		{
			name: "organizations-version-stays", rule: "Every change of an organization sets a new version of the list.",
			file: "migrations/20261128201000_list_versions.tx.up.sql",
			old:  "organizations_used + moved.delta, organizations_version = new_version()\n        FROM (SELECT account_id, sum(weight)",
			new:  "organizations_used + moved.delta\n        FROM (SELECT account_id, sum(weight)",
			in:   "internal/organization", tests: "TestDirectory_IsNeverStale",
		},
		{
			name: "organizations-listed-of-other-accounts", rule: "Only organizations of the caller's account are listed, even without row-level security.",
			file: "internal/organization/filter.go", old: `Where("account_id = ?", s.account)`, new: `Where("?::uuid IS NOT NULL", s.account)`,
			tests: "TestService_OtherAccountsDataIsNotFound",
		},
		{
			name: "organizations-found-of-other-accounts", rule: "Only organizations of the caller's account are found by ID, even without row-level security.",
			file: "internal/organization/store.go", old: `Where("account_id = ?", account).Where("id IN (?)"`, new: `Where("?::uuid IS NOT NULL", account).Where("id IN (?)"`,
			tests: "TestService_OtherAccountsDataIsNotFound",
		},
		{
			name: "organizations-changed-of-other-accounts", rule: "Only organizations of the caller's account can be changed, even without row-level security.",
			file: "internal/organization/store.go", old: `Where("account_id = ?", account).Where("id = ?"`, new: `Where("?::uuid IS NOT NULL", account).Where("id = ?"`,
			tests: "TestService_OtherAccountsDataIsNotFound",
		},
	}
}
