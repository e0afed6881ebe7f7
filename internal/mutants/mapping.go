package main

func mappingMutants() []mutant {
	return []mutant{
		{
			name: "save-by-viewers", rule: "Viewers cannot save.",
			file: "internal/mapping/save.go", old: "auth.Editor", new: "auth.Viewer",
			tests: "TestService_Roles",
		},
		{
			name: "clear-by-viewers", rule: "Viewers cannot clear a mapping.",
			file: "internal/mapping/clear.go", old: "auth.Editor", new: "auth.Viewer",
			tests: "TestService_Roles",
		},
		{
			name: "save-expects-nothing", rule: "A save fails if a cell no longer contains what the client saw.",
			file: "internal/mapping/saveplan.go", old: "!sameSet(*cell.Expected, externalOrgIDs(content))", new: "false",
			tests: "TestPlanSave_Refuses|TestService_Save",
		},
		{
			name: "save-expects-a-number", rule: "A save compares which external organizations the client saw, not only how many.",
			file: "internal/mapping/saveplan.go", old: "if !rightSet[id] {", new: "if false && !rightSet[id] {",
			tests: "TestPlanSave_Refuses",
		},
		{
			name: "save-expects-an-order", rule: "A save ignores the order in which the client lists the external organizations it saw.",
			file: "internal/mapping/saveplan.go", old: "leftSet, rightSet := setOf(left), setOf(right)",
			new:   "leftSet, rightSet := setOf(left), setOf(right)\n\tif len(left) > 0 && len(right) > 0 && left[0] != right[0] {\n\t\treturn false\n\t}",
			tests: "TestPlanSave_Changes|TestPlanSave_Refuses",
		},
		{
			name: "save-maps-twice", rule: "A save cannot map one external organization twice.",
			file: "internal/mapping/saveplan.go", old: "if s.seen[wanted] {", new: "if false && s.seen[wanted] {",
			tests: "TestPlanSave_Refuses",
		},
		{
			name: "save-fills-a-cell-twice", rule: "A save cannot contain the same cell twice.",
			file: "internal/mapping/saveplan.go", old: "cellExists && s.checked[cell.key()]", new: "cellExists && false",
			tests: "TestPlanSave_Refuses",
		},
		{
			name: "save-mixes-integrations", rule: "A cell contains only external organizations of its own integration.",
			file: "internal/mapping/saveplan.go", old: "exists && external.IntegrationID != cell.IntegrationID", new: "exists && false",
			tests: "TestPlanSave_Refuses",
		},
		{
			name: "save-takes-from-others", rule: "A save changes only the cells that it contains.",
			file: "internal/mapping/saveplan.go", old: "mapped && !s.replaced[current.cell()]", new: "mapped && false",
			tests: "TestPlanSave_Refuses",
		},
		{
			name: "save-cannot-move", rule: "A save may move an external organization between the cells that it contains.",
			file: "internal/mapping/saveplan.go", old: "mapped && !s.replaced[current.cell()]", new: "mapped && current.cell() != cell.key()",
			tests: "TestPlanSave_Changes",
		},
		{
			name: "save-replaces-what-stays", rule: "A mapping that a save does not change keeps its ID and creator.",
			file: "internal/mapping/saveplan.go", old: "if wanted[one.ExternalOrgID] {", new: "if false && wanted[one.ExternalOrgID] {",
			tests: "TestPlanSave_Changes",
		},
		{
			name: "save-journals-what-stays", rule: "The journal lists only the cells that a save changes.",
			file: "internal/mapping/saveplan.go", old: "if len(p.deletes) > deletes ||", new: "if len(p.deletes) >= deletes ||",
			tests: "TestPlanSave_RecordsMovesOfExternalOrganizations",
		},
		{
			name: "save-without-bound", rule: "A save contains at most 1,000 cells.",
			file: "internal/mapping/save.go", old: "len(cells) > MaximumCells", new: "len(cells) > MaximumCells+1",
			tests: "TestService_Save",
		},
		{
			name: "save-expects-without-bound", rule: "A save contains at most 5,000 expected external organizations.",
			file: "internal/mapping/save.go", old: "case max(wanted, expected) >", new: "case wanted >",
			tests: "TestService_Save",
		},
		{
			name: "save-without-the-lock", rule: "A save reads only after it has locked the account.",
			file: "internal/mapping/saveworld.go", old: "account.LockStatement(accountID, ", new: "account.LockStatement(uuid.Nil, ",
			tests: "TestService_ReadsAfterLockingTheAccount",
		},
		{
			name: "clear-without-the-lock", rule: "Clearing a mapping reads only after it has locked the account.",
			file: "internal/mapping/clear.go", old: "account.LockStatement(actor.AccountID, ", new: "account.LockStatement(uuid.Nil, ",
			tests: "TestService_ReadsAfterLockingTheAccount",
		},
		{
			name: "clear-empties-the-cell", rule: "Clearing one mapping keeps the other mappings of its cell.",
			file: "internal/mapping/clear.go", old: "m.account_id = $1 AND m.id = $2`", new: "m.account_id = $1 AND (m.organization_id, m.integration_id) IN (SELECT organization_id, integration_id FROM mappings WHERE id = $2)`",
			tests: "TestService_Clear",
		},
		{
			name: "mapping-twice", rule: "A constraint in Postgres prevents an external organization from being mapped twice.",
			file: "migrations/20261123090000_core.tx.up.sql", old: "CONSTRAINT mappings_external_org_key UNIQUE (account_id, external_org_id)",
			new: "CONSTRAINT mappings_external_org_key UNIQUE (account_id, id, external_org_id)",
			in:  "internal/mapping", tests: "TestUserError_TranslatesConstraintViolations",
		},
		{
			name: "save-reads-other-accounts", rule: "A save finds only external organizations of its own account, even without row-level security.",
			file: "internal/mapping/saveworld.go", old: "JOIN external_orgs e ON e.account_id = $1 AND e.id = wanted.id",
			new:   "JOIN external_orgs e ON $1::uuid IS NOT NULL AND e.id = wanted.id",
			tests: "TestService_AnotherAccountsIDsAreNotFound",
		},
		{
			name: "clear-reads-other-accounts", rule: "Only mappings of the caller's account can be cleared, even without row-level security.",
			file: "internal/mapping/clear.go", old: "WHERE m.account_id = $1 AND m.id = $2", new: "WHERE $1::uuid IS NOT NULL AND m.id = $2",
			tests: "TestService_AnotherAccountsIDsAreNotFound",
		},
		{
			name: "mappings-of-other-accounts", rule: "Only mappings of the caller's account are read, even without row-level security.",
			file: "internal/mapping/service.go", old: `WHERE m.account_id = $1 "`, new: `WHERE $1::uuid IS NOT NULL "`,
			tests: "TestService_AnotherAccountsIDsAreNotFound",
		},
	}
}

func importMutants() []mutant {
	return []mutant{
		{
			name: "import-by-viewers", rule: "Viewers cannot import.",
			file: "internal/mapping/import.go", old: "auth.Editor", new: "auth.Viewer",
			tests: "TestService_Roles",
		},
		{
			name: "import-without-the-lock", rule: "An import reads only after it has locked the account.",
			file: "internal/mapping/import.go", old: "account.Lock(ctx, tx, actor.AccountID)", new: "account.UsageOf(ctx, tx.ReadTx, actor.AccountID)",
			tests: "TestService_ReadsAfterLockingTheAccount",
		},
		{
			name: "import-over-quota", rule: "An import creates no more organizations than the quota allows.",
			file: "internal/mapping/importplan.go", old: "needed > *world.remaining", new: "needed > *world.remaining+1",
			tests: "TestPlanImport_EnforcesTheQuotaExactly",
		},
		{
			name: "import-under-quota", rule: "An import may use up the account's quota.",
			file: "internal/mapping/importplan.go", old: "needed > *world.remaining", new: "needed >= *world.remaining",
			tests: "TestPlanImport_EnforcesTheQuotaExactly",
		},
		{
			name: "import-the-highest-id", rule: "If several external organizations have the same name, the one with the lowest remote ID is imported.",
			file: "internal/mapping/importplan.go", old: "world.externalOrgs[best].RemoteID) < 0", new: "world.externalOrgs[best].RemoteID) > 0",
			tests: "TestPlanImport_Outcomes",
		},
		{
			name: "import-removed", rule: "An external organization that the vendor no longer lists cannot be imported.",
			file: "internal/mapping/importplan.go", old: "case external.Removed:", new: "case false:",
			tests: "TestPlanImport_Refuses",
		},
		{
			name: "import-twice", rule: "An import cannot contain the same external organization twice.",
			file: "internal/mapping/importplan.go", old: "case seen[chosenID] && !external.Removed:", new: "case false && seen[chosenID]:",
			tests: "TestPlanImport_Refuses",
		},
		{
			name: "import-from-others", rule: "Only IT Glue integrations with an API key can be imported from.",
			file: "internal/mapping/importworld.go", old: " AND source = 'API'", new: "",
			tests: "TestService_Import",
		},
		{
			name: "import-mapped-again", rule: "An external organization that is already mapped is skipped.",
			file: "internal/mapping/importplan.go", old: "if external.Mapped {\n\t\tdecided", new: "if false {\n\t\tdecided",
			tests: "TestPlanImport_Outcomes",
		},
		{
			name: "import-overwrites-silently", rule: "An import reports which mappings it replaces.",
			file: "internal/mapping/importplan.go", old: "decided.outcome = OverwroteMapping", new: "decided.outcome = MappedExisting",
			tests: "TestPlanImport_ReturnsReplacedMappings|TestPlanImport_Outcomes",
		},
		{
			name: "import-keeps-the-old-mapping", rule: "An import that overwrites a cell deletes the cell's old mappings.",
			file: "internal/mapping/import.go", old: "result.deletes = append(result.deletes, one.ID)", new: "_ = one",
			tests: "TestService_Import",
		},
		{
			name: "import-follows-suggestions", rule: "An import ignores suggestions.",
			file: "internal/mapping/importplan.go", old: "world.decideAll(chosen, nil)", new: "world.decideAll(chosen, world.similarTo(CreateFrom{ExternalOrgIDs: chosen}))",
			tests: "TestPlanImport_IgnoresSuggestionsAndExclusions",
		},
		{
			name: "candidates-mapped", rule: "An external organization that is already mapped is not an import candidate.",
			file: "internal/mapping/candidate.go", old: "SELECT FROM mappings m WHERE m.account_id", new: "SELECT FROM mappings m WHERE false AND m.account_id",
			tests: "TestService_Candidates",
		},
		{
			name: "import-of-other-accounts", rule: "An import finds only external organizations of its own account, even without row-level security.",
			file: "internal/mapping/importworld.go", old: "WHERE e.account_id = ? AND e.id = ANY", new: "WHERE ?::uuid IS NOT NULL AND e.id = ANY",
			tests: "TestService_AnotherAccountsIDsAreNotFound",
		},
		{
			name: "import-maps-other-accounts", rule: "An import finds only organizations of its own account, even without row-level security.",
			file: "internal/mapping/importworld.go", old: "FROM organizations WHERE account_id = ? AND name", new: "FROM organizations WHERE ?::uuid IS NOT NULL AND name",
			tests: "TestService_AnotherAccountsIDsAreNotFound",
		},
	}
}

// createFromMutants break the rules of creating organizations from external organizations.
func createFromMutants() []mutant {
	return []mutant{
		{
			name: "create-from-by-viewers", rule: "Viewers cannot create organizations from external organizations.",
			file: "internal/mapping/createfrom.go", old: "auth.Editor", new: "auth.Viewer",
			tests: "TestService_Roles",
		},
		{
			name: "create-from-without-the-lock", rule: "Creating organizations from external organizations reads only after it has locked the account.",
			file: "internal/mapping/createfrom.go", old: "account.Lock(ctx, tx, actor.AccountID)", new: "account.UsageOf(ctx, tx.ReadTx, actor.AccountID)",
			tests: "TestService_ReadsAfterLockingTheAccount",
		},
		{
			name: "create-from-without-bound", rule: "Organizations are created from at most 1,000 external organizations at once.",
			file: "internal/mapping/createfrom.go", old: "given > MaximumCreatedFrom", new: "given > MaximumCreatedFrom+1",
			tests: "TestService_CreateFrom",
		},
		{
			name: "create-from-dry-run-writes", rule: "A dry run changes nothing.",
			file: "internal/mapping/createfrom.go", old: "if request.DryRun {", new: "if false {",
			tests: "TestService_CreateFrom",
		},
		{
			name: "create-from-creates-duplicates", rule: "No organization is created if one is suggested, unless the request ignores the suggestion.",
			file: "internal/mapping/createfromplan.go", old: "external.Suggested != nil && !ignored[chosenID]", new: "external.Suggested != nil && false && !ignored[chosenID]",
			tests: "TestPlanCreateFrom_Outcomes|TestService_CreateFrom",
		},
		{
			name: "create-from-cannot-be-confirmed", rule: "A request can ignore suggestions.",
			file: "internal/mapping/createfromplan.go", old: "external.Suggested != nil && !ignored[chosenID]", new: "external.Suggested != nil && len(ignored) >= 0",
			tests: "TestPlanCreateFrom_Outcomes|TestService_CreateFrom",
		},
		{
			name: "create-from-overwrites", rule: "Creating organizations from external organizations never replaces a mapping.",
			file: "internal/mapping/createfromplan.go", old: "case exists && len(", new: "case false && exists && len(",
			tests: "TestPlanCreateFrom_Outcomes|TestPlanCreateFrom_EqualsImportingTheRest",
		},
		{
			name: "create-from-removed", rule: "No organization is created from an external organization that the vendor no longer lists.",
			file: "internal/mapping/createfromplan.go", old: "case external.Removed:", new: "case false:",
			tests: "TestPlanCreateFrom_Refuses",
		},
		{
			name: "create-from-excluded", rule: "No organization is created from an excluded external organization.",
			file: "internal/mapping/createfromplan.go", old: "case external.Excluded && !external.Mapped:", new: "case false:",
			tests: "TestPlanCreateFrom_Refuses|TestService_CreateFrom",
		},
		{
			name: "create-from-confirms-others", rule: "A request can ignore only the suggestions for its own external organizations.",
			file: "internal/mapping/createfromplan.go", old: "if !chosen[confirmed] {", new: "if false && !chosen[confirmed] {",
			tests: "TestPlanCreateFrom_Refuses",
		},
		{
			name: "create-from-similar-hides-duplicates", rule: "An external organization that is only reported does not count as the first of its name.",
			file: "internal/mapping/importplan.go", old: "exists || external.Mapped {", new: "exists && external.Mapped || external.Mapped {",
			tests: "TestPlanCreateFrom_Outcomes|TestPlanCreateFrom_EqualsImportingTheRest",
		},
		{
			name: "create-from-rejected", rule: "A rejected suggestion does not prevent an organization from being created.",
			file: "internal/mapping/createfromworld.go", old: "SELECT FROM rejections r WHERE r.account_id", new: "SELECT FROM rejections r WHERE false AND r.account_id",
			tests: "TestService_CreateFrom",
		},
		{
			name: "create-from-other-accounts", rule: "Organizations are created only from external organizations of the account, even without row-level security.",
			file: "internal/mapping/createfromworld.go", old: "WHERE e.account_id = ? AND e.id = ANY", new: "WHERE ?::uuid IS NOT NULL AND e.id = ANY",
			tests: "TestService_AnotherAccountsIDsAreNotFound",
		},
	}
}
