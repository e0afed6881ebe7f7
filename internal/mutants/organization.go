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
