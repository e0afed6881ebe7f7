package main

func verdictMutants() []mutant {
	return []mutant{
		{
			name: "shrinks-by-a-percent-more", rule: "A list that loses more than 20 percent needs review.",
			file: "internal/refresh/verdict.go", old: "removedPercent = 20", new: "removedPercent = 21",
			tests: "TestEvidence_Judge",
		},
		{
			name: "shrinks-by-one-more", rule: "A list that loses more than five organizations needs review if that is more than 20 percent.",
			file: "internal/refresh/verdict.go", old: "removedAllowed = 5 ", new: "removedAllowed = 6 ",
			tests: "TestEvidence_Judge",
		},
		{
			name: "shrinks-to-nothing", rule: "A list that loses everything needs review, however short it was.",
			file: "internal/refresh/verdict.go", old: "return all || many", new: "return all && many",
			tests: "TestEvidence_Judge",
		},
		{
			name: "accepted-shrink-ignored", rule: "A shrunk list is applied once a person accepts it.",
			file: "internal/refresh/verdict.go", old: "e.shrunk() && !e.acceptShrink", new: "e.shrunk()",
			tests: "TestEvidence_Judge",
		},
		{
			name: "skipped-rows-excuse-nothing", rule: "Organizations are not removed if no more are missing than there are rows without an ID.",
			file: "internal/refresh/verdict.go", old: "return e.removed <= e.unidentified", new: "return e.removed < e.unidentified",
			tests: "TestEvidence_Judge",
		},
		{
			name: "unsure-of-nothing", rule: "If the vendor reports no total, a second walk looks for what the first one missed.",
			file: "internal/refresh/verdict.go", old: "case !e.whole() && !e.again, e.unsure() && !e.again:", new: "case !e.whole() && !e.again:",
			tests: "TestEvidence_Judge",
		},
		{
			name: "mismatch-applied", rule: "A list whose length differs from the announced total needs review.",
			file: "internal/refresh/verdict.go", old: "case !e.whole() && !e.accepted():", new: "case false:",
			tests: "TestEvidence_Judge",
		},
		{
			name: "gap-grows", rule: "An accepted gap covers later gaps of at most that size.",
			file: "internal/refresh/verdict.go", old: "e.gap() > 0 && e.gap() <= e.acceptedGap", new: "e.gap() > 0 && e.acceptedGap > 0",
			tests: "TestEvidence_Judge",
		},
		{
			name: "moving-list-applied", rule: "A list whose total changed during the walk is read again.",
			file: "internal/refresh/verdict.go", old: "return !e.totalChanged && (", new: "return (",
			tests: "TestEvidence_Judge",
		},
		{
			name: "moved-total-unseen", rule: "A total that changes between two pages is noticed.",
			file: "internal/refresh/walk.go", old: "w.found.totalChanged = true", new: "w.found.totalChanged = false",
			tests: "TestWorker_DestroysNothing",
		},
		{
			name: "walk-in-circles", rule: "A run fails if the vendor returns the same cursor twice.",
			file: "internal/refresh/walk.go", old: "if w.cursors[cursor] {", new: "if false {",
			tests: "TestWorker_DestroysNothing",
		},
		{
			name: "walk-counts-unsent-pauses", rule: "A pause that another server was asked for does not count as an attempt.",
			file: "internal/refresh/walk.go", old: "if !refused.Unsent {", new: "if true {",
			tests: "TestWorker_ToleratesVendorFailures",
		},
		{
			name: "walk-ignores-pauses", rule: "A walk waits as long as the vendor asks.",
			file: "internal/refresh/walk.go", old: "wait := refused.RetryAfter\n", new: "wait := 0 * refused.RetryAfter\n",
			tests: "TestWorker_ToleratesVendorFailures",
		},
		{
			name: "walk-keeps-the-first-reading", rule: "A row that is read again replaces the earlier one.",
			file: "internal/refresh/walk.go", old: "w.found.organizations[at] = organization", new: "_ = at",
			tests: "TestWorker_Swaps|TestWorker_DestroysNothing",
		},
		{
			name: "walk-stores-broken-text", rule: "Text that Postgres cannot store is repaired first.",
			file: "internal/refresh/walk.go", old: `strings.ReplaceAll(text, "\x00", "")`, new: `strings.ReplaceAll(text, "\x01", "")`,
			tests: "TestWorker_Swaps|TestWorker_SkipsUnusableRows",
		},
	}
}
