package main

func guardMutants() []mutant {
	return []mutant{
		{
			name: "cost-one-over", rule: "An operation that costs more than the limit is refused.",
			file: "graph/guard/guard.go", old: "cost.Requested > cost.Limit:", new: "cost.Requested > cost.Limit+1:",
			tests: "TestLimits_OnCostAreInclusive",
		},
		{
			name: "cost-one-under", rule: "An operation that costs exactly the limit is allowed.",
			file: "graph/guard/guard.go", old: "cost.Requested > cost.Limit:", new: "cost.Requested >= cost.Limit:",
			tests: "TestLimits_OnCostAreInclusive",
		},
		{
			name: "fields-one-over", rule: "An operation that selects more fields than the limit is refused.",
			file: "graph/guard/guard.go", old: "total.fields > g.limits.Fields:", new: "total.fields > g.limits.Fields+1:",
			tests: "TestLimits_OnFieldsAreInclusive",
		},
		{
			name: "nesting-one-over", rule: "Brackets are nested no deeper than the limit.",
			file: "graph/guard/check.go", old: "s.nesting > s.limits.Nesting {", new: "s.nesting > s.limits.Nesting+1 {",
			tests: "TestLimits_OnTextAreInclusive",
		},
		{
			name: "tokens-one-over", rule: "A document has no more tokens than the limit.",
			file: "graph/guard/check.go", old: "s.tokens > s.limits.Tokens {", new: "s.tokens > s.limits.Tokens+1 {",
			tests: "TestLimits_OnTextAreInclusive",
		},
		{
			name: "bytes-one-under", rule: "A document of exactly the maximum length is accepted.",
			file: "graph/guard/check.go", old: "len(query) > limits.Bytes {", new: "len(query) >= limits.Bytes {",
			tests: "TestLimits_OnTextAreInclusive",
		},
		{
			name: "aliases-free", rule: "A document has no more aliases than the limit.",
			file: "graph/guard/check.go", old: "s.count(&s.aliases, s.limits.Aliases, \"aliases\")", new: "s.count(&s.aliases, 1<<20, \"aliases\")",
			tests: "TestLimits_OnTextAreInclusive",
		},
		{
			name: "skipped-fields-charged", rule: "Fields excluded by @skip and @include cost nothing.",
			file: "graph/guard/cost.go", old: `given == (directive.Name == "skip")`, new: `given == (directive.Name == "include")`,
			tests: "TestCost",
		},
		{
			name: "items-not-multiplied", rule: "The cost of a list is multiplied by its number of items.",
			file: "graph/guard/cost.go", old: "add(total.parts, times(items, inner.parts))", new: "add(total.parts, times(min(items, 1), inner.parts))",
			tests: "TestCost",
		},
		{
			name: "charged-more-than-announced", rule: "A response never costs more than was announced.",
			file: "graph/guard/guard.go", old: "known.Actual = min(known.Requested, add(parts, known.given)/CostParts)", new: "known.Actual = add(parts, known.given)/CostParts",
			tests: "TestCost_ActualNeverExceedsRequested",
		},
		{
			name: "negative-first-is-cheap", rule: "A negative number of items does not lower the cost.",
			file: "graph/guard/cost.go", old: "int(min(max(n, 0), maxReported))", new: "int(min(n, maxReported))",
			tests: "TestCost",
		},
		{
			name: "errors-without-bound", rule: "A response lists a limited number of errors.",
			file: "graph/guard/guard.go", old: "response.Errors = response.Errors[:g.limits.Errors]", new: "response.Errors = response.Errors[:]",
			tests: "TestGuard_LimitsTheNumberOfErrors",
		},
		{
			name: "bucket-gives-what-it-lacks", rule: "A caller cannot spend more than its bucket holds.",
			file: "internal/throttle/throttle.go", old: "if level < wanted {", new: "if level < wanted-1 {",
			tests: "TestBuckets_SettleRefundsUnusedCost",
		},
		{
			name: "settle-gives-nothing-back", rule: "A caller is refunded what it did not use.",
			file: "internal/throttle/throttle.go", old: "b.level(caller, now)+min(float64(taken), b.capacity)-min(float64(used), b.capacity))", new: "b.level(caller, now))",
			tests: "TestBuckets_SettleRefundsUnusedCost",
		},
		{
			name: "settle-overfills", rule: "A bucket holds no more than its capacity.",
			file: "internal/throttle/throttle.go", old: "level := min(b.capacity, b.level", new: "level := min(9*b.capacity, b.level",
			tests: "TestBuckets_SettleNeverExceedsTheMaximum",
		},
		{
			name: "counter-one-over", rule: "A caller has at most as many at once as the counter allows.",
			file: "internal/throttle/throttle.go", old: "c.counts[caller] >= c.limit {", new: "c.counts[caller] > c.limit {",
			tests: "TestCounter_LimitsEachCaller",
		},
		{
			name: "counter-left-twice", rule: "Leaving a counter twice releases only one.",
			file: "internal/throttle/throttle.go", old: "return sync.OnceFunc(func() { c.leave(caller) }), true", new: "return func() { c.leave(caller) }, true",
			tests: "TestCounter_LimitsEachCaller",
		},
	}
}
