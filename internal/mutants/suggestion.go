package main

// suggestionMutants break the rules of stored suggestions.
func suggestionMutants() []mutant {
	return []mutant{
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
			file: "internal/suggestion/updater.go", old: "!exists || digest != row.digest", new: "!exists || digest == digest",
			tests: "TestUpdater_WritesOnlyChangedSuggestions",
		},
		{
			name: "suggestions-of-what-is-gone", rule: "A suggestion is deleted when its external organization no longer needs one.",
			file: "internal/suggestion/updater.go", old: "if len(obsolete) > 0 {", new: "if len(obsolete) > len(changed)+1_000_000 {",
			tests: "TestUpdater_DeletesSuggestionsOfMappedRecords",
		},
		{
			name: "large-account-without-pause", rule: "Recomputing one account takes at most a tenth of a worker's time.",
			file: "internal/suggestion/updater.go", old: "return pauseFactor * took", new: "return 0",
			tests: "TestPause_LimitsALargeAccountToATenthOfAWorker",
		},
	}
}
