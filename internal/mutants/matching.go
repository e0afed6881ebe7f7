package main

func matchingMutants() []mutant {
	return []mutant{
		{
			name: "suggested-without-margin", rule: "A suggestion is clearly ahead of the next candidate.",
			file: "internal/matching/decide.go", old: "margin = 3 * perBit", new: "margin = 0 * perBit",
			tests: "TestOutcome_TwoMatchesNeedADecision",
		},
		{
			name: "rejected-suggested", rule: "An organization that a person has rejected is neither suggested nor shown.",
			file: "internal/matching/decide.go", old: "bool { return rejected(c.organization) })", new: "bool { return false })",
			tests: "TestOutcome_RejectedOrganizationIsNeitherSuggestedNorShown",
		},
		{
			name: "shared-words-decide", rule: "Words that several organizations share decide nothing.",
			file: "internal/matching/decide.go", old: "return several > 1 && d.open[0].shared", new: "return false",
			tests: "TestOutcome_ACommonPartOfNamesIsNotDecisive",
		},
		{
			name: "alias-of-two-decides", rule: "An alias of two organizations decides nothing.",
			file: "internal/matching/decide.go", old: "if like.alias && e.ambiguousAlias(", new: "if false && e.ambiguousAlias(",
			tests: "TestOutcome_ASharedAliasIsNoEvidence",
		},
		{
			name: "numbers-ignored", rule: "Names with different numbers are different names.",
			file: "internal/matching/compare.go", old: "SignalNumbersDiffer, -8*perBit", new: "SignalNumbersDiffer, 0*perBit",
			tests: "TestOutcome_DifferentNumbersAreDifferentNames",
		},
		{
			name: "link-against-the-name", rule: "A person decides if a link contradicts a clear match by name.",
			file: "internal/matching/decide.go", old: "if contradicted {\n\t\td.conflict(", new: "if false && contradicted {\n\t\td.conflict(",
			tests: "TestOutcome_FollowsLinksToMappings",
		},
		{
			name: "mapped-matched-again", rule: "A mapped record is not matched again.",
			file: "internal/matching/decide.go", old: "case r.organization >= 0:", new: "case r.organization >= 1<<30:",
			tests: "TestOutcome_ReportsStatesThatNeedNoMatching",
		},
	}
}
