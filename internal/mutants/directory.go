package main

func directoryMutants() []mutant {
	return []mutant{
		{
			name: "directory-of-another-version", rule: "A list in memory is let go once another version is wanted.",
			file: "internal/directory/cache.go", old: "one.directory.Version() != version {", new: "one.directory.Version() > version {",
			tests: "TestKeeper_LetsGoOfAnotherVersion",
		},
		{
			name: "directory-without-bound", rule: "Lists in memory take no more than their bytes.",
			file: "internal/directory/cache.go", old: "for c.bytes > c.limit {", new: "for c.bytes > 2*c.limit {",
			tests: "TestKeeper_KeepsToItsBytes",
		},
		{
			name: "directory-lets-go-of-the-newest", rule: "The list that was not asked for the longest time is let go first.",
			file: "internal/directory/cache.go", old: "last := c.recent.Back()", new: "last := c.recent.Front()",
			tests: "TestKeeper_KeepsToItsBytes",
		},
		{
			name: "directory-read-at-once", rule: "A list is read into memory when it is wanted for the second time.",
			file: "internal/directory/cache.go", old: "again := one.requested == version ||", new: "again := true || one.requested == version ||",
			tests: "TestKeeper_ReadsWhatIsWantedTwice",
		},
		{
			name: "directory-page-repeats-its-cursor", rule: "A page from memory begins after its cursor.",
			file: "internal/directory/names.go", old: "from = h.before(*low, true)", new: "from = h.before(*low, false)",
			in: "internal/organization", tests: "TestList_EveryWayThroughItIsTheWholeList",
		},
		{
			name: "page-too-large", rule: "A page has at most 200 items.",
			file: "internal/page/page.go", old: "*size > MaximumSize {", new: "*size > MaximumSize+1 {",
			tests: "TestArguments_Window",
		},
		{
			name: "page-of-both-ends", rule: "A page is asked for with first or last, not with both.",
			file: "internal/page/page.go", old: "if a.First != nil && a.Last != nil {", new: "if false {",
			tests: "TestArguments_Window",
		},
		{
			name: "cursor-of-another-list", rule: "A cursor holds as many values as its list is sorted by.",
			file: "internal/page/order.go", old: "len(cursor) != len(o.Values)", new: "len(cursor) < len(o.Values)",
			tests: "TestArguments_Window",
		},
		{
			name: "cursor-with-nul", rule: "A cursor holds nothing that Postgres cannot read as text.",
			file: "internal/page/order.go", old: `strings.ContainsRune(strings.Join(cursor, ""), 0)`, new: `strings.ContainsRune(strings.Join(cursor, ""), -2)`,
			tests: "TestArguments_Window|TestCursor_ReadsWhatItWrites",
		},
		{
			name: "page-hides-the-next", rule: "A page says whether another one follows.",
			file: "internal/page/page.go", old: "info.HasNextPage, info.HasPreviousPage = more,", new: "info.HasNextPage, info.HasPreviousPage = false,",
			tests: "TestNew",
		},
		{
			name: "page-backward-upside-down", rule: "A page that is read backward is in the order of its list.",
			file: "internal/page/page.go", old: "slices.Reverse(items)", new: "slices.Reverse(items[:0])",
			tests: "TestNew",
		},
	}
}
