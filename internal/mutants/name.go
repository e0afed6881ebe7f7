package main

func nameMutants() []mutant {
	return []mutant{
		{
			name: "accents-matter", rule: "Accents make no difference to sorting and searching.",
			file: "internal/name/fold.go", old: "ignorable(r), accent(r):", new: "ignorable(r):",
			tests: "TestFold",
		},
		{
			name: "strokes-matter", rule: "Letters that Unicode does not decompose are found by their plain spelling.",
			file: "internal/name/fold.go", old: "case 'ø':\n\t\treturn \"o\"", new: "case 'ø':\n\t\treturn \"ø\"",
			tests: "TestFold",
		},
		{
			name: "blanks-matter", rule: "White space beyond one blank makes no difference.",
			file: "internal/name/fold.go", old: `strings.Join(strings.Fields(raw), " ")`, new: `strings.TrimSpace(raw)`,
			tests: "TestFold",
		},
		{
			name: "folded-without-bound", rule: "A folded name fits into an index of Postgres.",
			file: "internal/name/fold.go", old: "if len(folded) <= maximumFolded {", new: "if len(folded) <= 2*maximumFolded {",
			tests: "TestFold|TestFold_ExpandsUpToItsBound",
		},
		{
			name: "percent-finds-everything", rule: "Every character of a search means itself.",
			file: "internal/name/fold.go", old: "\"%\", `\\%`, ", new: "",
			tests: "TestPatterns_TakeEveryCharacterAsItself",
		},
		{
			name: "first-word-alone", rule: "A name is found by all words of a search.",
			file: "internal/name/fold.go", old: `strings.SplitN(folded, " ", maximumWords)`, new: `strings.SplitN(folded, " ", 1)`,
			tests: "TestWords",
		},
		{
			name: "fillers-are-visible", rule: "A name of characters that are drawn as nothing is no name.",
			file: "internal/name/visible.go", old: "!blank(r) && !ignorable(r) &&", new: "!blank(r) &&",
			tests: "TestVisible",
		},
		{
			name: "marks-are-visible", rule: "A mark without a character to stand on is not visible.",
			file: "internal/name/visible.go", old: "unicode.In(r, unicode.M, unicode.Cc,", new: "unicode.In(r, unicode.Cc,",
			tests: "TestVisible",
		},
		{
			name: "names-of-two-forms", rule: "A name is stored in one form of Unicode.",
			file: "internal/name/name.go", old: "norm.NFC.String(strings.TrimSpace(raw))", new: "norm.NFD.String(strings.TrimSpace(raw))",
			tests: "TestNormalize|TestNormalize_IsIdempotentAndLegal",
		},
		{
			name: "name-one-over", rule: "A name has at most 200 characters.",
			file: "internal/name/name.go", old: "length > MaximumLength {", new: "length > MaximumLength+1 {",
			tests: "TestNormalize_Refuses",
		},
		{
			name: "name-with-control-characters", rule: "A name has no control character.",
			file: "internal/name/name.go", old: "unicode.IsControl); at >= 0 {", new: "unicode.IsControl); at > 1<<20 {",
			tests: "TestNormalize_Refuses",
		},
	}
}
