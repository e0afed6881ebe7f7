package main

func directoryMutants() []mutant {
	return []mutant{
		{
			name: "directory-of-another-version", rule: "A list in memory is evicted when another version is requested.",
			file: "internal/directory/cache.go", old: "one.directory.Version() != version {", new: "one.directory.Version() > version {",
			tests: "TestCache_DropsAnOlderVersion",
		},
		{
			name: "directory-without-bound", rule: "Lists in memory stay within their size limit.",
			file: "internal/directory/cache.go", old: "for c.bytes > c.limit {", new: "for c.bytes > 2*c.limit {",
			tests: "TestCache_StaysWithinItsMemoryLimit",
		},
		{
			name: "directory-lets-go-of-the-newest", rule: "The least recently used list is evicted first.",
			file: "internal/directory/cache.go", old: "last := c.recent.Back()", new: "last := c.recent.Front()",
			tests: "TestCache_StaysWithinItsMemoryLimit",
		},
		{
			name: "directory-read-at-once", rule: "A list is read into memory when it is requested for the second time.",
			file: "internal/directory/cache.go", old: "again := one.requested == version ||", new: "again := true || one.requested == version ||",
			tests: "TestCache_ReadsAListAtTheSecondRequest",
		},
		{
			name: "directory-page-repeats-its-cursor", rule: "A page from memory starts after its cursor.",
			file: "internal/directory/names.go", old: "from = h.before(*low, true)", new: "from = h.before(*low, false)",
			in: "internal/organization", tests: "TestList_EveryWalkReturnsTheWholeList",
		},
		{
			name: "directory-finds-twice", rule: "An item that is found by several names is listed once.",
			file: "internal/directory/names.go", old: "(i == len(found) || found[i] != item) && ", new: "",
			in: "internal/organization", tests: "TestList_SearchFindsMappedNames|TestList_SearchAgreesOnRandomNames",
		},
		{
			name: "page-too-large", rule: "A page has at most 200 items.",
			file: "internal/page/page.go", old: "*size > MaximumSize {", new: "*size > MaximumSize+1 {",
			tests: "TestArguments_Window",
		},
		{
			name: "page-of-both-ends", rule: "A page cannot be requested with both first and last.",
			file: "internal/page/page.go", old: "if a.First != nil && a.Last != nil {", new: "if false {",
			tests: "TestArguments_Window",
		},
		{
			name: "cursor-of-another-list", rule: "A cursor has as many values as its list has sort values.",
			file: "internal/page/order.go", old: "len(cursor) != len(o.Values)", new: "len(cursor) < len(o.Values)",
			tests: "TestArguments_Window",
		},
		{
			name: "cursor-with-nul", rule: "A cursor contains nothing that Postgres rejects as text.",
			file: "internal/page/order.go", old: `strings.ContainsRune(strings.Join(cursor, ""), 0)`, new: `strings.ContainsRune(strings.Join(cursor, ""), -2)`,
			tests: "TestArguments_Window|TestCursor_RoundTrips",
		},
		{
			name: "page-hides-the-next", rule: "A page reports whether another one follows.",
			file: "internal/page/page.go", old: "info.HasNextPage, info.HasPreviousPage = more,", new: "info.HasNextPage, info.HasPreviousPage = false,",
			tests: "TestNew",
		},
		{
			name: "page-backward-upside-down", rule: "A page that is read backward is in list order.",
			file: "internal/page/page.go", old: "slices.Reverse(items)", new: "slices.Reverse(items[:0])",
			tests: "TestNew",
		},
	}
}
