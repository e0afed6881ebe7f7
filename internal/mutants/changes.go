package main

// changeMutants break the rules about what a refresh tells people and open pages of its changes.
func changeMutants() []mutant {
	return []mutant{
		{
			name: "review-without-names", rule: "A run that needs review names what it would change.",
			file: "internal/refresh/swap.go", old: "if err := lease.finish(ctx, tx, end); err != nil {\n\t\treturn err\n\t}\n\treturn w.keepChanges(ctx, tx, run, changes)",
			new:   "return lease.finish(ctx, tx, end)",
			tests: "TestReview_NamesWhatWouldGo",
		},
		{
			name: "mapped-not-first", rule: "Changes of mapped external organizations come first.",
			file: "internal/refresh/changes.go", old: "rank += len(changeKinds)", new: "rank += 0",
			tests: "TestRun_NamesWhatItChanged|TestReview_NamesWhatWouldGo",
		},
		{
			name: "first-changes-by-chance", rule: "The names that a run keeps are the first by rank and name, however many there are.",
			file: "internal/refresh/changes.go", old: "if len(f.kept) == 2*maximumNamed {\n\t\tf.cut()\n\t}", new: "f.kept = f.kept[:min(len(f.kept), maximumNamed)]",
			tests: "TestNamed_KeepsTheFirstOfMany",
		},
		{
			name: "all-names-kept", rule: "A run keeps at most 200 names.",
			file: "internal/refresh/changes.go", old: "f.kept[:min(len(f.kept), maximumNamed)]", new: "f.kept[:len(f.kept)]",
			tests: "TestNamed_KeepsTheFirstOfMany",
		},
		{
			name: "returned-counted-as-renamed", rule: "An external organization that is listed again counts as returned, also under another name.",
			file: "internal/refresh/changes.go", old: "case one.returned:", new: "case one.returned && one.previousName == \"\":",
			tests: "TestRun_NamesWhatItChanged",
		},
		{
			name: "details-named-as-changes", rule: "A change of details is no change by name.",
			file: "internal/refresh/changes.go", old: "case one.previousName != \"\":", new: "default:",
			tests: "TestRun_NamesNothingIfOnlyDetailsChanged",
		},
		{
			name: "changes-of-all-runs-kept", rule: "Changes are kept for the newest 100 runs of an integration.",
			file: "internal/refresh/changes.go", old: "ORDER BY run_id DESC OFFSET $3", new: "ORDER BY run_id DESC OFFSET $3 + 1",
			tests: "TestChanges_AreKeptForTheNewestRuns",
		},
		{
			name: "changes-of-other-integrations-deleted", rule: "Each integration's changes have a limit of their own.",
			file: "internal/refresh/changes.go", old: "account_id = $1 AND integration_id = $2 ORDER BY run_id DESC", new: "account_id = $1 AND $2::uuid IS NOT NULL ORDER BY run_id DESC",
			tests: "TestChanges_AreKeptForTheNewestRuns",
		},
		{
			name: "changes-of-other-accounts", rule: "Only changes of the caller's runs can be read, even without row-level security.",
			file: "internal/refresh/changes.go", old: "FROM refresh_changes WHERE account_id = ? AND run_id IN (?)\"", new: "FROM refresh_changes WHERE ?::uuid IS NOT NULL AND run_id IN (?)\"",
			tests: "TestChanges_OfOtherAccountsAreNotFound",
		},
		{
			name: "refresh-touches-unnamed", rule: "The change of a refresh names the external organizations that it touched.",
			file: "internal/refresh/swap.go", old: "refreshed.ExternalOrgIDs = journal.FirstTouched(diff.touched())", new: "_ = journal.FirstTouched",
			tests: "TestJournal_NamesWhatARefreshTouched",
		},
		{
			name: "removed-not-touched", rule: "External organizations that are no longer listed count as touched.",
			file: "internal/refresh/difference.go", old: "for _, one := range d.removed {\n\t\tids", new: "for _, one := range d.removed[:0] {\n\t\tids",
			tests: "TestJournal_NamesWhatARefreshTouched|TestReview_NamesWhatWouldGo",
		},
		{
			name: "touched-cut-silently", rule: "A change that touched too many external organizations says so.",
			file: "internal/journal/touched.go", old: "min(len(externalOrgs), maximumTouched+1)", new: "min(len(externalOrgs), maximumTouched)",
			tests: "TestTouched_NamesAtMost200",
		},
	}
}
