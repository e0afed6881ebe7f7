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
			file: "internal/matching/candidates.go", old: "if like.alias && e.ambiguousAlias(", new: "if false && e.ambiguousAlias(",
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
			name: "shared-host-decides", rule: "A website on a host that many companies share is no evidence.",
			file: "internal/matching/details.go", old: "if t.sharedHosts[domain] {", new: "if t.sharedHosts[domain] && false {",
			tests: "TestDetails_WebsiteThatProvesNothingIsIgnored",
		},
		{
			name: "website-of-a-removed-record", rule: "Websites and cities of records that are no longer listed are no evidence.",
			file: "internal/matching/details.go", old: "if r.organization < 0 || r.Removed {", new: "if r.organization < 0 {",
			tests: "TestDetails_WebsiteThatProvesNothingIsIgnored",
		},
		{
			name: "website-of-two-decides", rule: "A website that records of two organizations have is no evidence.",
			file: "internal/matching/details.go", old: "e.hostOwners[own.host] = severalOwners", new: "_ = severalOwners",
			tests: "TestDetails_WebsiteThatProvesNothingIsIgnored",
		},
		{
			name: "one-list-agrees-with-itself", rule: "Websites and cities are compared between lists only.",
			file: "internal/matching/details.go", old: "if other.list == own.list {", new: "if other.list < 0 {",
			tests: "TestDetails_WebsiteThatProvesNothingIsIgnored",
		},
		{
			name: "cities-disagree", rule: "Cities are evidence only if the mapped records agree on theirs.",
			file: "internal/matching/details.go", old: "case own.city == \"\" || city == \"\" || disagree:", new: "case own.city == \"\" || city == \"\":",
			tests: "TestDetails_CitiesCountIfTheMappedRecordsAgree",
		},
		{
			name: "website-maps-automatically", rule: "A website or a city makes no suggestion automatic.",
			file: "internal/matching/decide.go", old: "s.Automatic = e.automaticWithoutDetails(at, s)", new: "_ = e.automaticWithoutDetails(at, s)",
			tests: "TestDetails_MakeNothingAutomatic",
		},
		{
			name: "website-makes-a-candidate", rule: "Websites and cities count only for organizations that the name makes a candidate.",
			file: "internal/matching/details.go", old: "if c.disjoint {", new: "if c.disjoint && false {",
			tests: "TestDetails_MakeNoCandidate",
		},
		{
			name: "scope-without-links", rule: "A change concerns the records that links connect to what it concerns.",
			file: "internal/matching/scope.go", old: "	s.addLinked()\n", new: "",
			tests: "TestScope_LeavesOutOnlyWhatStays",
		},
		{
			name: "scope-without-lost-aliases", rule: "A change concerns the records that a lost alias resembled.",
			file: "internal/matching/scope.go", old: "	s.add(lost)\n", new: "",
			tests: "TestScope_LeavesOutOnlyWhatStays",
		},
		{
			name: "scope-without-names", rule: "A change concerns the records whose names resemble those of its organizations.",
			file: "internal/matching/scope.go", old: "	s.add(s.organizations)\n", new: "",
			tests: "TestScope_LeavesOutOnlyWhatStays",
		},
		{
			name: "scope-without-common-words", rule: "A change concerns everything if it makes a word common.",
			file: "internal/matching/scope.go", old: "s.all = s.all || commonChanged(before.words", new: "s.all = false && commonChanged(before.words",
			tests: "TestScope_IsEverythingWhenAWordBecomesCommon",
		},
		{
			name: "scope-without-hosts", rule: "A change concerns the records that share a website with what was mapped.",
			file: "internal/matching/scope.go", old: "hosts[host] = true", new: "_ = host",
			tests: "TestScope_HoldsTheRecordsThatShareAWebsite",
		},
		{
			name: "mapped-matched-again", rule: "A mapped record is not matched again.",
			file: "internal/matching/decide.go", old: "case r.organization >= 0:", new: "case r.organization >= 1<<30:",
			tests: "TestOutcome_ReportsStatesThatNeedNoMatching",
		},
	}
}
