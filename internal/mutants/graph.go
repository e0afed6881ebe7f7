package main

func graphMutants() []mutant {
	return []mutant{
		{
			name: "events-shared-between-roles", rule: "Subscribers with different roles do not share events.",
			file: "graph/executor.go", old: ` + " " + actor.Role.String()`, new: "",
			tests: "TestScope_SeparatesAccountsAndRoles",
		},
		{
			name: "events-shared-between-accounts", rule: "Subscribers of different accounts do not share events.",
			file: "graph/executor.go", old: `actor.AccountID.String() + " "`, new: `" "`,
			tests: "TestScope_SeparatesAccountsAndRoles",
		},
		{
			name: "strangers-reach-the-parser", rule: "Unauthenticated requests never reach the parser.",
			file: "graph/executor.go", old: "\tserver.Use(knownCallers{}) // before", new: "\t_ = knownCallers{} // before",
			tests: "TestUnknownCallers_AreRefusedBeforeParsing",
		},
		{
			name: "cached-for-any-role", rule: "A cached response is returned only to callers with the same role.",
			file: "graph/cache/cache.go", old: "[]string{actor.Role.String(), name,", new: "[]string{name,",
			tests: "TestCache_SeparatesRolesAccountsVariablesAndDocuments",
		},
		{
			name: "cached-for-any-account", rule: "A cached response is returned only to callers of the same account.",
			file: "graph/cache/cache.go", old: "key{account: actor.AccountID}", new: "key{}",
			tests: "TestCache_SeparatesRolesAccountsVariablesAndDocuments",
		},
		{
			name: "cached-for-any-variables", rule: "A cached response is returned only for the same variables.",
			file: "graph/cache/cache.go", old: "_, _ = sum.Write(variables)", new: "_ = variables",
			tests: "TestCache_SeparatesRolesAccountsVariablesAndDocuments",
		},
		{
			name: "cached-for-anybody", rule: "A cached response that contains the caller's name is returned only to that caller.",
			file: "graph/cache/cache.go", old: "if personal {", new: "if false && personal {",
			tests: "TestCache_SeparatesRolesAccountsVariablesAndDocuments",
		},
		{
			name: "cached-though-volatile", rule: "A response with data that the journal does not cover is not cached.",
			file: "graph/cache/cache.go", old: "if !known || volatile {", new: "if !known || volatile && false {",
			tests: "TestCache_DoesNotStoreVolatileOrFailedResponses",
		},
		{
			name: "cached-with-errors", rule: "A response with errors is not cached.",
			file: "graph/cache/lookup.go", old: "len(response.Errors) == 0 &&", new: "len(response.Errors) >= 0 &&",
			tests: "TestCache_DoesNotStoreVolatileOrFailedResponses",
		},
		{
			name: "cached-at-any-version", rule: "A cached response is returned only at the account version at which it was read.",
			file: "graph/cache/store.go", old: "partition == nil || partition.version != version {", new: "partition == nil {",
			tests: "TestCache_ServesAResponseUntilTheVersionChanges",
		},
		{
			name: "cached-for-an-older-version", rule: "A response of an older account version does not evict those of a newer one.",
			file: "graph/cache/store.go", old: "if found.version.after(version) {", new: "if false {",
			tests: "TestCache_AnOlderResponseDoesNotEvictNewerOnes",
		},
		{
			name: "version-used-twice", rule: "The account version that was read for a request serves only one operation.",
			file: "graph/cache/cache.go", old: "found.used.Swap(true)", new: "found.used.Load()",
			tests: "TestCache_AVersionIsUsedForOneOperation",
		},
		{
			name: "cache-without-bound", rule: "Cached responses stay within their size limit.",
			file: "graph/cache/store.go", old: "for s.bytes > s.limit {", new: "for s.bytes > 2*s.limit {",
			tests: "TestCache_IsBoundedAndFairToAccounts",
		},
		{
			name: "cache-unfair", rule: "The account that uses the most memory is the first to lose a cached response.",
			file: "graph/cache/store.go", old: "return s[i].bytes > s[j].bytes", new: "return s[i].bytes < s[j].bytes",
			tests: "TestCache_IsBoundedAndFairToAccounts",
		},
		{
			name: "int-of-any-size", rule: "An Int has 32 bits.",
			file: "graph/input/scalars.go", old: "number <= math.MaxInt32", new: "number <= math.MaxUint32",
			tests: "TestValues_AreCoercedLikeInGraphQLJS",
		},
		{
			name: "int-of-a-fraction", rule: "A fraction is not an Int.",
			file: "graph/input/scalars.go", old: "isNumber && number == math.Trunc(number) && number >= math.MinInt32", new: "isNumber && number >= math.MinInt32",
			tests: "TestValues_AreCoercedLikeInGraphQLJS",
		},
		{
			name: "item-is-no-list", rule: "A single value where a list is expected is coerced to a list of one item.",
			file: "graph/input/variables.go", old: "return []any{c.value(of.Elem, value)}", new: "return []any{}",
			tests: "TestValues_AreCoercedLikeInGraphQLJS",
		},
		{
			name: "fields-nobody-knows", rule: "An input object with an unknown field is rejected.",
			file: "graph/input/variables.go", old: "\tc.unknown(definition, fields, inside)\n", new: "\t_ = inside\n",
			tests: "TestValues_AreCoercedLikeInGraphQLJS",
		},
		{
			name: "null-for-non-null", rule: "Null is rejected where a value is required.",
			file: "graph/input/variables.go", old: "case value == nil && of.NonNull:", new: "case false:",
			tests: "TestValues_AreCoercedLikeInGraphQLJS",
		},
		{
			name: "credentials-quoted", rule: "A message never quotes a credential.",
			file: "graph/input/variables.go", old: "secret := c.reader.secret[of.Name()] || c.inSecret()", new: "secret := false",
			tests: "TestMessages_QuoteNoCredential",
		},
	}
}
