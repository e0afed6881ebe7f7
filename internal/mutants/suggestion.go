package main

// suggestionMutants break the rules of stored suggestions.
func suggestionMutants() []mutant {
	return []mutant{
		{
			name: "mapped-is-suggested", rule: "What is mapped is MAPPED at once, before a worker has come round.",
			file: "internal/suggestion/service.go", old: "match.State = matching.Mapped", new: "match.State = matching.NeedsDecision",
			tests: "TestService_KnowsWhatIsMappedBeforeAWorkerDoes",
		},
		{
			name: "pending-is-dissimilar", rule: "What has not been matched yet is not shown as without a similar organization.",
			file: "internal/suggestion/suggestion.go", old: "matching.BecausePending", new: "matching.BecauseNothingAlike",
			tests: "TestKeeper_SuggestsAndFollowsWhatChanges",
		},
		{
			name: "suggestions-all-written", rule: "Only suggestions that changed are written.",
			file: "internal/suggestion/updater.go", old: "!exists || digest != row.digest", new: "!exists || digest == digest",
			tests: "TestKeeper_WritesOnlyWhatChanged",
		},
		{
			name: "suggestions-of-what-is-gone", rule: "A suggestion goes with what it was for.",
			file: "internal/suggestion/updater.go", old: "if len(obsolete) > 0 {", new: "if len(obsolete) > len(changed)+1_000_000 {",
			tests: "TestKeeper_DeletesWhatIsNoLongerOpen",
		},
		{
			name: "large-account-without-rest", rule: "An account takes a tenth of a worker at most.",
			file: "internal/suggestion/updater.go", old: "return pauseFactor * took", new: "return 0",
			tests: "TestRest_ALargeAccountTakesATenthOfAWorker",
		},
	}
}
