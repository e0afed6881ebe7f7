package main

func journalMutants() []mutant {
	return []mutant{
		{
			name: "journal-with-holes", rule: "The positions of an account's journal have no gaps.",
			file: "internal/journal/journal.go", old: "SET journal_position = journal_position + 1", new: "SET journal_position = journal_position + 2",
			tests: "TestAppend_PositionsHaveNoGapsUnderThirtyWriters",
		},
		{
			name: "journal-announced-early", rule: "A change is announced after its commit, and never if its write fails.",
			file: "internal/journal/journal.go", old: "tx.AfterCommit(func() {\n\t\t\t\tnote(ctx, position)", new: "func(now func()) { now() }(func() {\n\t\t\t\tnote(ctx, position)",
			tests: "TestAppend_FailedWritesAreNotAnnounced|TestAppend_AnnouncesAfterTheCommit",
		},
		{
			name: "journal-timed-by-the-beginning", rule: "The times of changes are in commit order.",
			file: "internal/journal/journal.go", old: "clock_timestamp()", new: "now()",
			tests: "TestAppend_TimesFollowTheCommitOrder",
		},
		{
			name: "journal-read-from-its-cursor", rule: "Reading a journal returns the changes after the given position, without the one at it.",
			file: "internal/journal/journal.go", old: `Where("position > ?", after)`, new: `Where("position >= ?", after)`,
			tests: "TestRead_Pages",
		},
		{
			name: "journal-of-other-accounts", rule: "A journal contains only changes of its own account, even without row-level security.",
			file: "internal/journal/journal.go", old: `Where("account_id = ?", account)`, new: `Where("?::uuid IS NOT NULL", account)`,
			tests: "TestRead_ReturnsOnlyTheAccountsChanges",
		},
		{
			name: "journal-cursor-ahead", rule: "A client whose cursor is ahead of the journal gets a resync.",
			file: "internal/journal/watch.go", old: "if w.position > head {", new: "if false && w.position > head {",
			tests: "TestWatch_CursorAheadOfTheJournalCausesAResync",
		},
		{
			name: "journal-pruned-unseen", rule: "A client that missed pruned changes gets a resync.",
			file: "internal/journal/watch.go", old: `w.resync = "The cursor is older`, new: `_ = "The cursor is older`,
			tests: "TestWatch_ReportsPrunedChangesOnce",
		},
		{
			name: "journal-pruned-early", rule: "Changes are kept for 30 days.",
			file: "migrations/20261128224500_serving_without_operator.tx.up.sql", old: "j.at < now() - interval '30 days'", new: "j.at < now() - interval '29 days'",
			in: "internal/journal", tests: "TestPrune_DeletesChangesOlderThanThirtyDays",
		},
		{
			name: "idempotent-for-other-content", rule: "An idempotency key cannot be reused for a different request.",
			file: "internal/idempotency/idempotency.go", old: "case !hmac.Equal(row.RequestHash, a.hash):", new: "case len(row.RequestHash) != len(a.hash):",
			tests: "TestOnce_KeyIsBoundToCallerOperationAndContent",
		},
		{
			name: "idempotent-for-others", rule: "A response stored under an idempotency key is returned only to the caller who made the request.",
			file: "internal/idempotency/idempotency.go", old: "\tunder.Write(actor[:])\n", new: "",
			tests: "TestOnce_KeyIsBoundToCallerOperationAndContent",
		},
		{
			name: "idempotent-for-other-operations", rule: "Each operation has its own idempotency keys.",
			file: "internal/idempotency/idempotency.go", old: "AND operation = ? AND key = ? AND expires_at > now()", new: "AND (true OR operation = ?) AND key = ? AND expires_at > now()",
			tests: "TestOnce_KeyIsBoundToCallerOperationAndContent",
		},
		{
			name: "idempotent-for-good", rule: "A response is replayed for 24 hours.",
			file: "internal/idempotency/idempotency.go", old: "AND operation = ? AND key = ? AND expires_at > now()", new: "AND operation = ? AND key = ?",
			tests: "TestOnce_ResponseExpiresAfterItsRetention",
		},
		{
			name: "failure-kept", rule: "A write whose response is not stored is rolled back.",
			file: "internal/idempotency/idempotency.go", old: "if !keep {", new: "if false && !keep {",
			tests: "TestOnce_FailedRequestsAreRolledBackAndCanBeRetried",
		},
	}
}
