package main

func csvMutants() []mutant {
	return []mutant{
		{
			name: "csv-by-viewers", rule: "Viewers can plan a file but not apply it.",
			file: "internal/mapping/csv.go", old: "auth.Editor", new: "auth.Viewer",
			tests: "TestService_CSV",
		},
		{
			name: "csv-ignores-the-preview", rule: "A file is applied only if every row would do what the preview said.",
			file: "internal/mapping/csv.go", old: "hashCSV(input, read.decisions) != hash", new: "hash == \"never\"",
			tests: "TestService_CSV",
		},
		{
			name: "csv-previews-another-file", rule: "The hash of a plan tells one file from another.",
			file: "internal/mapping/csvchoice.go", old: "_, _ = digest.Write(input.Content)", new: "",
			tests: "TestHashCSV",
		},
		{
			name: "csv-hashes-no-holder", rule: "The hash of a plan changes if an external organization was mapped in the meantime.",
			file: "internal/mapping/csvchoice.go", old: "one.external.id, one.external.holder.ID)", new: "one.external.id, one.external.id)",
			tests: "TestHashCSV",
		},
		{
			name: "csv-over-quota", rule: "The organizations of the chosen lines must fit into the quota.",
			file: "internal/mapping/csvchoice.go", old: "remaining != nil && needed > *remaining", new: "remaining != nil && needed > *remaining+1",
			tests: "TestChooseCSV_Refuses|TestService_CSV",
		},
		{
			name: "csv-applies-problems", rule: "A line with a problem cannot be chosen.",
			file: "internal/mapping/csvchoice.go", old: "if one.Code != CSVOverQuota {", new: "if one.Code == CSVExcluded {",
			tests: "TestChooseCSV_Refuses",
		},
		{
			name: "csv-clears-what-moves", rule: "What leaves a cell and is named for another one moves.",
			file: "internal/mapping/csvchoice.go", old: "!placed[one.ExternalOrgID] && !left[one.ID]", new: "!left[one.ID]",
			tests: "TestChooseCSV_Changes|TestPlanCSV_SaysWhatApplyingDoes",
		},
		{
			name: "csv-replaces-instead", rule: "A line that is applied to another organization adds to its cell and replaces nothing.",
			file: "internal/mapping/csvchoice.go", old: "isInstead || !chosen[d.row.line]", new: "isInstead && false || !chosen[d.row.line]",
			tests: "TestChooseCSV_Changes|TestPlanCSV_SaysWhatApplyingDoes",
		},
		{
			name: "csv-names-twice", rule: "Two lines cannot name the same external organization.",
			file: "internal/mapping/csvplan.go", old: "case earlier != 0:\n\t\td.refuse(CSVNamedTwice", new: "case earlier < 0:\n\t\td.refuse(CSVNamedTwice",
			tests: "TestPlanCSV_Refuses",
		},
		{
			name: "csv-organizations-twice", rule: "Two lines cannot be about the same organization, unless each is about one mapping.",
			file: "internal/mapping/csvplan.go", old: "case p.column(CSVIntegration) < 0:", new: "case p.column(CSVIntegration) < -1:",
			tests: "TestPlanCSV_Refuses",
		},
		{
			name: "csv-guesses-names", rule: "A name that an integration lists more than once cannot be mapped by name.",
			file: "internal/mapping/csvplan.go", old: "case 1:\n\t\t\t\treturn same[0]", new: "case 1, 2:\n\t\t\t\treturn same[0]",
			tests: "TestPlanCSV_Refuses",
		},
		{
			name: "csv-maps-excluded", rule: "A file does not map what somebody has excluded.",
			file: "internal/mapping/csvplan.go", old: "case external.excluded && !external.mapped():", new: "case false:",
			tests: "TestPlanCSV_Refuses",
		},
		{
			name: "csv-maps-removed", rule: "A file does not map what the vendor no longer lists.",
			file: "internal/mapping/csvplan.go", old: "case external.removed && !held:", new: "case false:",
			tests: "TestPlanCSV_Refuses|TestPlanCSV_RemovedOnesStayWhereTheyAre",
		},
		{
			name: "csv-renames", rule: "A row with the ID of an organization and another name is refused.",
			file: "internal/mapping/csvplan.go", old: "!blank && normal != d.existing.name", new: "false",
			tests: "TestPlanCSV_Refuses",
		},
		{
			name: "csv-takes-silently", rule: "Taking an external organization from another organization needs a confirmation.",
			file: "internal/mapping/csvplan.go", old: "takes = takes || !one.held && one.external.mapped()", new: "takes = false",
			tests: "TestPlanCSV_Outcomes",
		},
		{
			name: "csv-creates-similar", rule: "Creating an organization that is similar to an existing one needs a confirmation.",
			file: "internal/mapping/csvplan.go", old: "d.creates != \"\" && d.findSimilar(world)", new: "false",
			tests: "TestPlanCSV_Outcomes",
		},
		{
			name: "csv-empty-cells-clear", rule: "An empty cell changes nothing.",
			file: "internal/mapping/csvrows.go", old: "column.Kind.external() && strings.TrimSpace(value) != \"\"", new: "column.Kind.external()",
			tests: "TestPlanCSV_Outcomes|TestReadCSV_Refuses",
		},
		{
			name: "csv-trusts-headers", rule: "In a file that Orgmap wrote, the first columns are what they are, whatever integrations are called.",
			file: "internal/mapping/csvcolumns.go", old: "if i < len(exported) {", new: "if false {",
			tests: "TestRecognizeColumns",
		},
		{
			name: "csv-runs-formulas", rule: "A field that begins like a formula is written so that no spreadsheet runs it.",
			file: "internal/csvfile/writer.go", old: "if likeFormula(field) {\n\t\treturn \"'\" + field", new: "if false {\n\t\treturn \"'\" + field",
			tests: "TestHarmless",
		},
		{
			name: "csv-eats-apostrophes", rule: "A field that already has an apostrophe before a formula is read back with it.",
			file: "internal/csvfile/writer.go", old: "rest := strings.TrimLeft(field, \"'\")", new: "rest := field",
			tests: "TestHarmless",
		},
		{
			name: "csv-lists-are-ambiguous", rule: "A value with the separator of lists is read back as one value.",
			file: "internal/csvfile/list.go", old: "r == listSeparator || r == listEscape || outside", new: "r == listEscape || outside",
			tests: "TestList_IsReadBackExactly",
		},
		{
			name: "csv-counts-rows-for-lines", rule: "A line break in quotation marks counts as a line.",
			file: "internal/csvfile/reader.go", old: "case lineBreak(r.text[r.at:]) > 0:\n\t\t\tr.breakLine()", new: "case false:\n\t\t\tr.breakLine()",
			tests: "TestReader",
		},
		{
			name: "csv-large-json", rule: "A large body has few values.",
			file: "graph/transport/large.go", old: "if c.left < 0 {", new: "if false {",
			tests: "TestHTTP_LargeBodies",
		},
		{
			name: "csv-files-without-limit", rule: "An account gets few files at a time.",
			file: "server/csv.go", old: "throttle.NewCounter(filesPerAccount)", new: "throttle.NewCounter(100 * filesPerAccount)",
			tests: "TestCSV_SlowReadersHoldNoTransaction",
		},
	}
}
