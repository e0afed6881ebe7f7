package main

func graphMutants() []mutant {
	return []mutant{
		{
			name: "events-shared-between-roles", rule: "Subscribers of different roles share no event.",
			file: "graph/executor.go", old: ` + " " + actor.Role.String()`, new: "",
			tests: "TestScope_KeepsAccountsAndRolesApart",
		},
		{
			name: "events-shared-between-accounts", rule: "Subscribers of different accounts share no event.",
			file: "graph/executor.go", old: `actor.AccountID.String() + " "`, new: `" "`,
			tests: "TestScope_KeepsAccountsAndRolesApart",
		},
		{
			name: "strangers-reach-the-parser", rule: "A caller who is not known reaches no parser.",
			file: "graph/executor.go", old: "\tserver.Use(knownCallers{}) // before", new: "\t_ = knownCallers{} // before",
			tests: "TestUnknownCallers_ReachNoParser",
		},
		{
			name: "cached-for-any-role", rule: "A cached answer is given to callers of the same role alone.",
			file: "graph/cache/cache.go", old: "[]string{actor.Role.String(), name,", new: "[]string{name,",
			tests: "TestCache_KeepsApartWhatDiffers",
		},
		{
			name: "cached-for-any-account", rule: "A cached answer is given to its account alone.",
			file: "graph/cache/cache.go", old: "key{account: actor.AccountID}", new: "key{}",
			tests: "TestCache_KeepsApartWhatDiffers",
		},
		{
			name: "cached-for-any-variables", rule: "A cached answer is given for the same variables alone.",
			file: "graph/cache/cache.go", old: "_, _ = sum.Write(variables)", new: "_ = variables",
			tests: "TestCache_KeepsApartWhatDiffers",
		},
		{
			name: "cached-for-anybody", rule: "A cached answer that names its caller is given to that caller alone.",
			file: "graph/cache/cache.go", old: "if personal {", new: "if false && personal {",
			tests: "TestCache_KeepsApartWhatDiffers",
		},
		{
			name: "cached-though-volatile", rule: "An answer that holds what the journal does not cover is not cached.",
			file: "graph/cache/cache.go", old: "if !known || volatile {", new: "if !known || volatile && false {",
			tests: "TestCache_KeepsNothingThatItMayNot",
		},
		{
			name: "cached-with-errors", rule: "An answer with errors is not cached.",
			file: "graph/cache/lookup.go", old: "len(response.Errors) == 0 &&", new: "len(response.Errors) >= 0 &&",
			tests: "TestCache_KeepsNothingThatItMayNot",
		},
		{
			name: "cached-at-any-moment", rule: "A cached answer is given only at the moment that it was read at.",
			file: "graph/cache/store.go", old: "partition == nil || partition.version != version {", new: "partition == nil {",
			tests: "TestCache_KeepsAnAnswerUntilTheMomentMoves",
		},
		{
			name: "cached-for-an-older-moment", rule: "An answer that was read before the account moved on is not cached for later.",
			file: "graph/cache/store.go", old: "if found.version.after(version) {", new: "if false {",
			tests: "TestCache_OlderAnswerLeavesTheNewerOnes",
		},
		{
			name: "moment-used-twice", rule: "The moment that a request brings serves one operation.",
			file: "graph/cache/cache.go", old: "found.used.Swap(true)", new: "found.used.Load()",
			tests: "TestCache_AMomentServesOneOperation",
		},
		{
			name: "cache-without-bound", rule: "Cached answers take no more than their bytes.",
			file: "graph/cache/store.go", old: "for s.bytes > s.limit {", new: "for s.bytes > 2*s.limit {",
			tests: "TestCache_IsBoundedAndFair",
		},
		{
			name: "cache-unfair", rule: "The account with the most cached answers gives one up first.",
			file: "graph/cache/store.go", old: "return s[i].bytes > s[j].bytes", new: "return s[i].bytes < s[j].bytes",
			tests: "TestCache_IsBoundedAndFair",
		},
		{
			name: "int-of-any-size", rule: "An Int has 32 bits.",
			file: "graph/input/scalars.go", old: "number <= math.MaxInt32", new: "number <= math.MaxUint32",
			tests: "TestValues_MeanWhatTheReferenceSays",
		},
		{
			name: "int-of-a-fraction", rule: "A fraction is no Int.",
			file: "graph/input/scalars.go", old: "isNumber && number == math.Trunc(number) && number >= math.MinInt32", new: "isNumber && number >= math.MinInt32",
			tests: "TestValues_MeanWhatTheReferenceSays",
		},
		{
			name: "item-is-no-list", rule: "A value where a list is expected is a list of that one item.",
			file: "graph/input/variables.go", old: "return []any{c.value(of.Elem, value)}", new: "return []any{}",
			tests: "TestValues_MeanWhatTheReferenceSays",
		},
		{
			name: "fields-nobody-knows", rule: "An input object has no fields that its type does not have.",
			file: "graph/input/variables.go", old: "\tc.unknown(definition, fields, inside)\n", new: "\t_ = inside\n",
			tests: "TestValues_MeanWhatTheReferenceSays",
		},
		{
			name: "null-for-non-null", rule: "A value that must not be null is refused if it is.",
			file: "graph/input/variables.go", old: "case value == nil && of.NonNull:", new: "case false:",
			tests: "TestValues_MeanWhatTheReferenceSays",
		},
		{
			name: "credentials-quoted", rule: "A message quotes no credential.",
			file: "graph/input/variables.go", old: "secret := c.reader.secret[of.Name()] || c.inSecret()", new: "secret := false",
			tests: "TestMessages_QuoteNoCredential",
		},
	}
}
