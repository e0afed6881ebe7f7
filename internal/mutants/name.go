package main

func nameMutants() []mutant {
	return []mutant{
		{
			name: "accents-matter", rule: "Sorting and searching ignore accents.",
			file: "internal/name/fold.go", old: "ignorable(r), accent(r):", new: "ignorable(r):",
			tests: "TestFold",
		},
		{
			name: "strokes-matter", rule: "Letters that Unicode does not decompose match their plain spelling.",
			file: "internal/name/fold.go", old: "case 'ø':\n\t\treturn \"o\"", new: "case 'ø':\n\t\treturn \"ø\"",
			tests: "TestFold",
		},
		{
			name: "blanks-matter", rule: "Sorting and searching ignore extra white space.",
			file: "internal/name/fold.go", old: `strings.Join(strings.Fields(raw), " ")`, new: `strings.TrimSpace(raw)`,
			tests: "TestFold",
		},
		{
			name: "folded-without-bound", rule: "A folded name fits into a Postgres index.",
			file: "internal/name/fold.go", old: "if len(folded) <= maximumFolded {", new: "if len(folded) <= 2*maximumFolded {",
			tests: "TestFold|TestFold_TruncatesLongExpansions",
		},
		{
			name: "percent-finds-everything", rule: "Every character of a search is taken literally.",
			file: "internal/name/fold.go", old: "\"%\", `\\%`, ", new: "",
			tests: "TestPatterns_EscapeWildcards",
		},
		{
			name: "first-word-alone", rule: "A search matches all of its words.",
			file: "internal/name/fold.go", old: "return words[:min(len(words), maximumWords)]", new: "return words[:min(len(words), 1)]",
			tests: "TestWords",
		},
		{
			name: "words-in-their-order", rule: "A search finds its words in any order.",
			file: "internal/name/fold.go", old: "strings.FieldsFunc(folded, separates)", new: "[]string{folded}",
			in: "internal/organization", tests: "TestList_Search",
		},
		{
			name: "punctuation-matters", rule: "A search ignores punctuation between words.",
			file: "internal/name/fold.go", old: "strings.FieldsFunc(folded, separates)", new: "strings.Fields(folded)",
			tests: "TestWords",
		},
		{
			name: "fillers-are-visible", rule: "A name that consists only of invisible characters is rejected.",
			file: "internal/name/visible.go", old: "!blank(r) && !ignorable(r) &&", new: "!blank(r) &&",
			tests: "TestVisible",
		},
		{
			name: "marks-are-visible", rule: "A combining mark without a base character is not visible.",
			file: "internal/name/visible.go", old: "unicode.In(r, unicode.M, unicode.Cc,", new: "unicode.In(r, unicode.Cc,",
			tests: "TestVisible",
		},
		{
			name: "names-of-two-forms", rule: "Names are stored in one Unicode normalization form.",
			file: "internal/name/name.go", old: "norm.NFC.String(strings.TrimSpace(raw))", new: "norm.NFD.String(strings.TrimSpace(raw))",
			tests: "TestNormalize|TestNormalize_IsIdempotentAndLegal",
		},
		{
			name: "name-one-over", rule: "A name has at most 200 characters.",
			file: "internal/name/name.go", old: "length > MaximumLength {", new: "length > MaximumLength+1 {",
			tests: "TestNormalize_Refuses",
		},
		{
			name: "name-with-control-characters", rule: "A name contains no control characters.",
			file: "internal/name/name.go", old: "unicode.IsControl); at >= 0 {", new: "unicode.IsControl); at > 1<<20 {",
			tests: "TestNormalize_Refuses",
		},
		{
			name: "quote-with-line-breaks", rule: "A name cannot break a sentence into lines.",
			file: "internal/name/quote.go", old: "unicode.IsControl(letter) ||", new: "",
			tests: "TestQuote",
		},
	}
}
