package main

func integrationMutants() []mutant {
	return []mutant{
		{
			name: "remote-ids-of-other-accounts", rule: "The vendor's own ID finds an external organization in one account alone, even without row-level security.",
			file: "internal/integration/externalorgremote.go", old: "WHERE x.account_id = $1 AND", new: "WHERE $1::uuid IS NOT NULL AND",
			tests: "TestService_OtherAccountsDataIsNotFound",
		},
		{
			name: "connect-by-editors", rule: "Only admins can connect an integration.",
			file: "internal/integration/connect.go", old: "auth.Admin", new: "auth.Editor",
			tests: "TestService_Connect",
		},
		{
			name: "disconnect-by-editors", rule: "Only admins can disconnect an integration.",
			file: "internal/integration/disconnect.go", old: "auth.Admin", new: "auth.Editor",
			tests: "TestService_Connect",
		},
		{
			name: "reconfigure-by-editors", rule: "Only admins can change an integration.",
			file: "internal/integration/update.go", old: "auth.Admin", new: "auth.Editor",
			tests: "TestService_Connect",
		},
		{
			name: "disconnect-by-mistake", rule: "Disconnecting an integration requires typing its exact name.",
			file: "internal/integration/disconnect.go", old: "if found.Name != confirmName {", new: "if confirmName == \"\" {",
			tests: "TestService_Disconnect",
		},
		{
			name: "disconnect-takes-others-along", rule: "A connection is kept as long as another integration uses it.",
			file: "internal/integration/disconnect.go",
			old:  " AND NOT EXISTS (SELECT FROM integrations WHERE account_id = ?0 AND connection_id = ?2)", new: "",
			tests: "TestService_Disconnect",
		},
		{
			name: "disabled-goes-on", rule: "Disabling an integration cancels its refresh.",
			file: "internal/integration/update.go", old: "if after.State == StateDisabled {", new: "if false {",
			tests: "TestService_Update",
		},
		{
			name: "broken-stays-broken", rule: "New credentials reconnect an integration that needs attention.",
			file: "internal/integration/update.go", old: "p.credentials != nil && i.State == StateNeedsAttention", new: "p.credentials == nil && i.State == StateNeedsAttention",
			tests: "TestService_Update",
		},
		{
			name: "connect-without-asking", rule: "Credentials are stored only if the vendor accepts them.",
			file: "internal/integration/connect.go", old: "modules, err := s.verify(ctx, plan.descriptor, plan.baseURL, plan.credentials)",
			new:   "modules, err := []vendors.Module(nil), error(nil)",
			tests: "TestService_Connect|TestService_Connect_RefusesInvalidInput|TestService_Connect_ReportsAnUnavailableVendor",
		},
		{
			name: "connect-over-limit", rule: "An account has at most as many integrations as its limit allows.",
			file: "internal/integration/limit.go", old: "wanted <= used.Remaining()", new: "wanted <= used.Remaining()+1",
			tests: "TestService_Connect_EnforcesTheAccountLimit",
		},
		{
			name: "connect-takes-the-last-room-twice", rule: "Two concurrent connects cannot both use the last free integration of an account's limit.",
			file: "migrations/20261128223000_account_limits.tx.up.sql", old: "integrations_used <= integration_limit)", new: "true)",
			in: "internal/account", tests: "TestLimits_AreEnforcedByTheDatabase",
		},
		{
			name: "checks-without-bound", rule: "An account tests at most five connections at once.",
			file: "internal/integration/limit.go", old: "const maxChecks = 5", new: "const maxChecks = 6",
			tests: "TestService_LimitsConcurrentConnectionChecksPerAccount",
		},
		{
			name: "late-too-late", rule: "A list is late once a tenth of its period has passed since it was due.",
			file: "internal/integration/schedule.go", old: "*11/10", new: "*12/10",
			tests: "TestIntegration_Late",
		},
		{
			name: "late-though-disabled", rule: "A disabled integration is never late.",
			file: "internal/integration/schedule.go", old: "i.State == StateDisabled || i.Schedule == ScheduleOff", new: "i.Schedule == ScheduleOff",
			tests: "TestIntegration_Late",
		},
		{
			name: "described-at-any-version", rule: "Integrations come from memory only at the account version that the snapshot sees.",
			file: "internal/integration/described.go", old: "is && cached.version == version", new: "is",
			tests: "TestDescribed_IsNeverStale",
		},
		{
			name: "external-orgs-cached-at-any-version", rule: "External organizations come from memory only at the version that the statement sees.",
			file: "internal/integration/directory.go", old: "if version != cached.version || found == nil {", new: "if found == nil {",
			tests: "TestDirectory_IsNeverStale",
		},
		{
			name: "external-orgs-version-stays", rule: "Every write to a list of external organizations sets a new version.",
			file: "migrations/20261128223000_account_limits.tx.up.sql", old: "SET version = new_version(), organizations = l.organizations -",
			new: "SET organizations = l.organizations -",
			in:  "internal/integration", tests: "TestDirectory_EveryWriteChangesTheVersion",
		},
		{
			name: "external-orgs-move-between-lists", rule: "An external organization cannot move to another integration's list.",
			file: "migrations/20261128220000_lists_stay.tx.up.sql", old: "RAISE EXCEPTION", new: "RAISE NOTICE",
			in: "internal/integration", tests: "TestDirectory_EveryWriteChangesTheVersion",
		},
		{
			name: "counts-with-removed", rule: "Removed external organizations do not count as listed.",
			file: "internal/integration/externalorglist.go", old: "count(*) FILTER (WHERE x.removed_at IS NULL) AS total", new: "count(*) AS total",
			tests: "TestService_ExternalOrgs",
		},
		{
			name: "integrations-of-other-accounts", rule: "Only integrations of the caller's account are read, even without row-level security.",
			file: "internal/integration/service.go", old: `Where("i.account_id = ?", account)`, new: `Where("?::uuid IS NOT NULL", account)`,
			tests: "TestService_OtherAccountsDataIsNotFound",
		},
		{
			name: "external-orgs-of-other-accounts", rule: "Only external organizations of the caller's account are found by ID, even without row-level security.",
			file: "internal/integration/externalorglist.go", old: `Where("account_id = ?", actor.AccountID).Where("id IN (?)"`, new: `Where("?::uuid IS NOT NULL", actor.AccountID).Where("id IN (?)"`,
			tests: "TestService_OtherAccountsDataIsNotFound",
		},
		{
			name: "external-orgs-listed-of-other-accounts", rule: "Only external organizations of the caller's account are listed, even without row-level security.",
			file: "internal/integration/externalorglist.go", old: `Where("x.account_id = ?", l.account).Where("x.integration_id = ?"`, new: `Where("?::uuid IS NOT NULL", l.account).Where("x.integration_id = ?"`,
			tests: "TestService_OtherAccountsDataIsNotFound",
		},
		{
			name: "external-orgs-counted-of-other-accounts", rule: "Only external organizations of the caller's account are counted, even without row-level security.",
			file: "internal/integration/externalorglist.go", old: "WHERE x.account_id = ? AND x.integration_id IN", new: "WHERE ?::uuid IS NOT NULL AND x.integration_id IN",
			tests: "TestService_OtherAccountsDataIsNotFound",
		},
	}
}
