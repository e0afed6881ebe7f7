package main

// suggestionMutants break the rules of stored suggestions.
func suggestionMutants() []mutant {
	return []mutant{
		{
			name: "briefs-of-an-older-version", rule: "Suggestions in memory are those of the account's version that the response sees.",
			file: "internal/suggestion/brief.go", old: "is && cached.version == version", new: "is",
			tests: "TestBriefs_FromMemoryAreThoseOfPostgres",
		},
		{
			name: "lens-excluded-before-removed", rule: "An external organization that is removed and excluded is in the state REMOVED.",
			file: "internal/suggestion/lens.go", old: `return "m.external_org_id IS NULL AND x.removed_at IS NULL AND e.external_org_id IS NOT NULL"`, new: `return "m.external_org_id IS NULL AND e.external_org_id IS NOT NULL"`,
			tests: "TestLens_Filters",
		},
		{
			name: "lens-removed-before-mapped", rule: "An external organization that is mapped and removed is in the state MAPPED.",
			file: "internal/suggestion/lens.go", old: `return "m.external_org_id IS NULL AND x.removed_at IS NOT NULL"`, new: `return "x.removed_at IS NOT NULL"`,
			tests: "TestLens_Filters",
		},
		{
			name: "lens-pending-in-no-state", rule: "An external organization without a stored result is in the state NEEDS_DECISION.",
			file: "internal/suggestion/lens.go", old: "AND n.external_org_id = x.id AND n.state <> 'NEEDS_DECISION')`", new: "AND n.external_org_id = x.id AND n.state <> 'NEEDS_DECISION') AND s.state IS NOT NULL`",
			tests: "TestLens_Filters|TestLens_WorksBeforeSuggestionsAreComputed",
		},
		{
			name: "lens-without-score-first", rule: "By score, external organizations without a suggestion come last in both directions.",
			file: "internal/suggestion/lens.go", old: "if l.order.Descending {\n\t\treturn math.MinInt32", new: "if !l.order.Descending {\n\t\treturn math.MinInt32",
			tests: "TestLens_Orders",
		},
		{
			name: "lens-empty-list-of-tiers", rule: "An empty list in a filter matches nothing.",
			file: "internal/suggestion/lens.go", old: "if f.Tiers != nil {", new: "if len(f.Tiers) > 0 {",
			tests: "TestLens_Filters",
		},
		{
			name: "lens-of-other-accounts", rule: "The lens lists external organizations of one account alone, even without row-level security.",
			file: "internal/suggestion/lens.go", old: `Where("x.account_id = ?", l.account)`, new: `Where("?::uuid IS NOT NULL", l.account)`,
			tests: "TestLens_OtherAccountsDoNotExist",
		},
		{
			name: "hints-to-removed-records", rule: "A hint does not lead to a record that the vendor no longer lists.",
			file: "internal/suggestion/hints.go", old: " AND x.removed_at IS NULL\n", new: "\n",
			tests: "TestHints_LeadToWhatExactlyOneIntegrationListsNow",
		},
		{
			name: "hints-to-any-of-several", rule: "A hint leads nowhere if several integrations of its application list the record.",
			file: "internal/suggestion/hints.go", old: "HAVING count(*) = 1", new: "HAVING count(*) >= 1",
			tests: "TestHints_LeadToWhatExactlyOneIntegrationListsNow",
		},
		{
			name: "mapped-is-suggested", rule: "A mapped external organization is MAPPED at once, even before a worker has recomputed the suggestions.",
			file: "internal/suggestion/service.go", old: "match.State = matching.Mapped", new: "match.State = matching.NeedsDecision",
			tests: "TestService_MappingsTakeEffectBeforeTheUpdaterRuns",
		},
		{
			name: "pending-is-dissimilar", rule: "An external organization that has not been matched yet is not reported as having no similar organization.",
			file: "internal/suggestion/suggestion.go", old: "matching.BecausePending", new: "matching.BecauseNothingAlike",
			tests: "TestUpdater_FollowsChanges",
		},
		{
			name: "suggestions-all-written", rule: "Only suggestions that changed are written.",
			file: "internal/suggestion/computation.go", old: "!exists || stored.digest != row.digest", new: "!exists || stored.digest == stored.digest",
			tests: "TestUpdater_WritesOnlyChangedSuggestions",
		},
		{
			name: "suggestions-of-what-is-gone", rule: "A suggestion is deleted when its external organization no longer needs one.",
			file: "internal/suggestion/computation.go", old: "deleteSuggestions: c.obsolete, ", new: "",
			tests: "TestUpdater_DeletesSuggestionsOfMappedRecords",
		},
		{
			name: "large-account-without-pause", rule: "Recomputing one account takes at most a tenth of a worker's time.",
			file: "internal/suggestion/updater.go", old: "return pauseFactor * took", new: "return 0",
			tests: "TestPause_LimitsALargeAccountToATenthOfAWorker",
		},
		{
			name: "unknown-changes-are-local", rule: "Only what changes concern is computed if the journal tells of every change since.",
			file: "internal/suggestion/scope.go", old: "r.changes == r.local && r.position+int64(r.changes) == position", new: "r.changes == r.local",
			tests: "TestUpdater_ComputesWhatAChangeConcernsAndNothingElse",
		},
		{
			name: "every-change-is-local", rule: "A change of organizations, lists or words concerns all suggestions.",
			file: "internal/suggestion/scope.go", old: "r.changes == r.local && ", new: "",
			tests: "TestUpdater_ComputesEverythingAfterOtherChanges",
		},
		{
			name: "aliases-of-cleared-mappings", rule: "A cleared mapping concerns what was suggested because of the alias that it had given.",
			file: "internal/suggestion/computation.go", old: "		read.recent.recall(read)\n", new: "",
			tests: "TestUpdater_ComputesWhatAChangeConcernsAndNothingElse",
		},
		{
			name: "excluded-is-suggested", rule: "An excluded external organization is EXCLUDED at once.",
			file: "internal/suggestion/service.go", old: "match.State = matching.Excluded", new: "match.State = matching.NeedsDecision",
			tests: "TestExclusion_IsAStateOfItsOwn",
		},
		{
			name: "rejection-outlives-names", rule: "A rejection lapses when one of the names changes to other words.",
			file: "internal/suggestion/world.go", old: " && read.Tables.SameWords(row.Text(5), row.Text(6))", new: "",
			tests: "TestRejection_LapsesWhenANameChangesToOtherWords",
		},
		{
			name: "rejection-shows-until-computed", rule: "A rejected suggestion is hidden before a worker has computed it again.",
			file: "internal/decision/decision.go", old: "DELETE FROM suggestions WHERE account_id = ? AND", new: "DELETE FROM suggestions WHERE account_id = ? AND false AND",
			tests: "TestRejection_RemovesTheSuggestionAtOnceAndForGood", in: "internal/suggestion",
		},
		{
			name: "revoked-alias-is-learned-again", rule: "A revoked alias is not learned again from the same mapping.",
			file: "internal/suggestion/computation.go", old: "known && (before.revoked || before.pinned || before.name == one.Name)", new: "known && (before.pinned || !before.revoked && before.name == one.Name)",
			tests: "TestAliases_AreLearnedFromMappings",
		},
		{
			name: "common-names-become-aliases", rule: "Names that are out of use or too common are not learned as aliases.",
			file: "internal/matching/alias.go", old: "!e.distinctive(r.name) || ", new: "",
			tests: "TestAliases_AreNotLearnedFromNamesThatSayTooLittle", in: "internal/suggestion",
		},
		{
			name: "automatic-without-consent", rule: "Nothing is mapped automatically unless the account wants it.",
			file: "internal/suggestion/updater.go", old: "if !read.automatic {", new: "if false {",
			tests: "TestAutomatic_AppliesWhatIsCertainOnceAndOnlyIfTheAccountWantsIt",
		},
		{
			name: "automatic-again-after-undo", rule: "A pair that was applied automatically is never applied again.",
			file: "internal/mapping/acceptplan.go", old: "!one.Automatic || one.Applied", new: "!one.Automatic",
			tests: "TestAcceptPlan_AutomaticRows|TestService_ApplySuggestions_NeverAppliesAPairTwice",
		},
		{
			name: "uncertain-applied", rule: "Only suggestions that may be applied automatically are.",
			file: "internal/mapping/acceptplan.go", old: "!one.Automatic || one.Applied", new: "one.Applied",
			tests: "TestAcceptPlan_AutomaticRows",
		},
		{
			name: "two-accepted-into-one-cell", rule: "Two suggestions for one cell are both left out of a bulk accept.",
			file: "internal/mapping/acceptplan.go", old: "inCell[cellKey{one.OrganizationID, one.IntegrationID}] > 1", new: "false",
			tests: "TestPlanAccept_LeavesOut",
		},
		{
			name: "accepts-what-was-not-shown", rule: "A suggestion that is not as it was in the preview is a conflict.",
			file: "internal/mapping/acceptplan.go", old: "if !seen[one.digest()] {", new: "if false {",
			tests: "TestService_AcceptSuggestions",
		},
		{
			name: "frequencies-never-kept", rule: "Word counts are kept until the account has changed by a tenth.",
			file: "internal/suggestion/world.go", old: "w.Frequencies.Tables != w.Tables.Version() || ", new: "true || ",
			tests: "TestFrequencies_StayUntilTheAccountHasChangedALot",
		},
		{
			name: "exclusion-never-ends", rule: "An exclusion ends at its date.",
			file: "internal/suggestion/updater.go", old: "account_id = ? AND until <= now()", new: "account_id = ? AND until <= now() - interval '1 day'",
			tests: "TestExclusion_EndsAtItsEnd",
		},
		{
			name: "skipped-change-names-few", rule: "A subscriber that skipped a change is told to read everything again.",
			file: "internal/suggestion/watch.go", old: "change.Sequence == before+1", new: "change.Sequence > before",
			tests: "TestWatcher_DeliversTheNewestState",
		},
	}
}
