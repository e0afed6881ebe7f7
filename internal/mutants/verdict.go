package main

func verdictMutants() []mutant {
	return []mutant{
		{
			name: "shrinks-by-a-percent-more", rule: "A list that loses more than 20 percent needs review.",
			file: "internal/refresh/verdict.go", old: "removedPercent = 20", new: "removedPercent = 21",
			tests: "TestEvidence_Judge",
		},
		{
			name: "shrinks-by-one-more", rule: "A list that loses more than five needs review if that is much of it.",
			file: "internal/refresh/verdict.go", old: "removedAllowed = 5 ", new: "removedAllowed = 6 ",
			tests: "TestEvidence_Judge",
		},
		{
			name: "shrinks-to-nothing", rule: "A list that loses everything needs review, however short it was.",
			file: "internal/refresh/verdict.go", old: "return all || many", new: "return all && many",
			tests: "TestEvidence_Judge",
		},
		{
			name: "accepted-shrink-ignored", rule: "A list that shrank is applied once a person accepts that.",
			file: "internal/refresh/verdict.go", old: "e.shrunk() && !e.acceptShrink", new: "e.shrunk()",
			tests: "TestEvidence_Judge",
		},
		{
			name: "skipped-rows-excuse-nothing", rule: "As few as there are rows without an ID are not taken for gone.",
			file: "internal/refresh/verdict.go", old: "return e.removed <= e.unidentified", new: "return e.removed < e.unidentified",
			tests: "TestEvidence_Judge",
		},
		{
			name: "unsure-of-nothing", rule: "What one reading of a list without a total lacks is looked for in a second one.",
			file: "internal/refresh/verdict.go", old: "case !e.whole() && !e.again, e.unsure() && !e.again:", new: "case !e.whole() && !e.again:",
			tests: "TestEvidence_Judge",
		},
		{
			name: "mismatch-applied", rule: "A list that is not as long as announced needs review.",
			file: "internal/refresh/verdict.go", old: "case !e.whole() && !e.accepted():", new: "case false:",
			tests: "TestEvidence_Judge",
		},
		{
			name: "gap-grows", rule: "A person accepts a gap of that size, and no larger one.",
			file: "internal/refresh/verdict.go", old: "e.gap() > 0 && e.gap() <= e.acceptedGap", new: "e.gap() > 0 && e.acceptedGap > 0",
			tests: "TestEvidence_Judge",
		},
		{
			name: "moving-list-applied", rule: "A list whose total changed while it was read is read again.",
			file: "internal/refresh/verdict.go", old: "return !e.totalChanged && (", new: "return (",
			tests: "TestEvidence_Judge",
		},
		{
			name: "moved-total-unseen", rule: "A total that changes between two pages is noticed.",
			file: "internal/refresh/walk.go", old: "w.found.totalChanged = true", new: "w.found.totalChanged = false",
			tests: "TestWorker_DestroysNothing",
		},
		{
			name: "walk-in-circles", rule: "A vendor that names a page twice fails the run.",
			file: "internal/refresh/walk.go", old: "if w.cursors[cursor] {", new: "if false {",
			tests: "TestWorker_DestroysNothing",
		},
		{
			name: "walk-counts-unsent-pauses", rule: "A pause that the vendor asked another server for uses up no try.",
			file: "internal/refresh/walk.go", old: "if !refused.Unsent {", new: "if true {",
			tests: "TestWorker_BearsWithTheVendor",
		},
		{
			name: "walk-ignores-pauses", rule: "A vendor that asks to wait is left alone for that long.",
			file: "internal/refresh/walk.go", old: "wait := refused.RetryAfter\n", new: "wait := 0 * refused.RetryAfter\n",
			tests: "TestWorker_BearsWithTheVendor",
		},
		{
			name: "walk-keeps-the-first-reading", rule: "A row that is read again replaces what was read before.",
			file: "internal/refresh/walk.go", old: "w.found.organizations[at] = organization", new: "_ = at",
			tests: "TestWorker_Swaps|TestWorker_DestroysNothing",
		},
		{
			name: "walk-stores-broken-text", rule: "Text that Postgres cannot hold is repaired before it is stored.",
			file: "internal/refresh/walk.go", old: `strings.ReplaceAll(text, "\x00", "")`, new: `strings.ReplaceAll(text, "\x01", "")`,
			tests: "TestWorker_Swaps|TestWorker_SkipsOddRows",
		},
	}
}
