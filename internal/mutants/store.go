package main

func storeMutants() []mutant {
	return []mutant{
		{
			name: "rows-seen-by-all", rule: "Row-level security shows an account its own rows alone.",
			file: "migrations/20261123090000_core.tx.up.sql",
			old:  "CREATE POLICY account ON %I USING (account_id = current_account_id())", new: "CREATE POLICY account ON %I USING (true)",
			in: "internal/pg", tests: "TestRead_SeesNothingWithoutAnAccount|TestRead_InterleavedAccountsOnTwoConnections",
		},
		{
			name: "rows-written-for-others", rule: "Row-level security lets an account write its own rows alone.",
			file: "migrations/20261123090000_core.tx.up.sql",
			old:  "ON %I USING (account_id = current_account_id()) WITH CHECK (account_id = current_account_id())", new: "ON %I USING (account_id = current_account_id()) WITH CHECK (true)",
			in: "internal/pg", tests: "TestWrite_CannotTouchAnotherAccount",
		},
		{
			name: "serving-with-all-rights", rule: "Every connection works as the restricted role.",
			file: "internal/pg/settings.go", old: `statements.WriteString("SET ROLE " + role)`, new: "_ = role",
			tests: "TestOpen_WorksAsTheRestrictedRoleWhoeverLogsIn",
		},
		{
			name: "temporary-tables-hide-ours", rule: "Temporary tables hide none of the schema's.",
			file: "internal/pg/settings.go", old: "SET search_path = public, pg_temp; ", new: "SET search_path = public; ",
			tests: "TestOpen_TemporaryTablesHideNoneOfOurs",
		},
		{
			name: "deadlocks-not-retried", rule: "A write that Postgres ends because of another one is tried again.",
			file: "internal/pg/transaction.go", old: "conflictRetries = 3", new: "conflictRetries = 0",
			tests: "TestWrite_TriesAgainAfterADeadlock",
		},
		{
			name: "everything-retried", rule: "A write is tried again only if another one ended it.",
			file: "internal/pg/errors.go", old: `case "40001", "40P01":`, new: `case "40001", "40P01", "23505":`,
			tests: "TestWrite_TriesNothingElseAgain",
		},
		{
			name: "after-a-commit-that-failed", rule: "What follows a commit is not done if the write fails.",
			file: "internal/pg/transaction.go", old: "closing(t, alone); err != nil {\n", new: "closing(t, alone); err != nil {\n\t\t\tt.committed()\n",
			tests: "TestAfterCommit_RunsOnlyOnceTheWriteIsDurable",
		},
		{
			name: "write-inside-a-write", rule: "A write inside a write is refused.",
			file: "internal/pg/transaction.go", old: "\t\treturn errNestedWrite\n", new: "\t\t_ = errNestedWrite\n",
			tests: "TestWrite_RefusesAWriteInside",
		},
		{
			name: "reads-that-write", rule: "A read cannot change anything.",
			file: "internal/pg/transaction.go", old: "REPEATABLE READ READ ONLY", new: "REPEATABLE READ",
			tests: "TestRead_ChangesNothing",
		},
		{
			name: "unsent-statement-loses-its-connection", rule: "A statement that was not sent leaves its connection to its transaction.",
			file: "internal/pg/driver.go", old: "if !errors.Is(err, driver.ErrBadConn) || c.Conn.Conn().IsClosed() {", new: "if c.Conn != nil {",
			tests: "TestWrite_AStatementThatIsNotSentLeavesItsConnectionOpen",
		},
		{
			name: "session-keeps-its-snapshot", rule: "A request that has written reads what it wrote.",
			file: "internal/pg/transaction.go", old: "\t\tsession.Close() // reads", new: "\t\t_ = session.Close // reads",
			tests: "TestSession_ReadsOneMomentUntilItIsClosed",
		},
		{
			name: "plans-without-keys", rule: "Statements that are sent together find their rows by their keys, however small a table is.",
			file: "internal/pg/batch.go", old: "set_config('enable_seqscan', 'off', true)", new: "set_config('enable_seqscan', 'on', true)",
			tests: "TestBatch_PlansFindRowsByTheirKeysAlone",
		},
		{
			name: "plans-for-each-value", rule: "Statements that are sent together keep their plans.",
			file: "internal/pg/batch.go", old: "'force_generic_plan'", new: "'force_custom_plan'",
			tests: "TestBatch_PlansFindRowsByTheirKeysAlone|TestBatch_PlansAreMadeAnew",
		},
		{
			name: "enclosed-failure-kept", rule: "A write that fails in an enclosure leaves nothing there.",
			file: "internal/pg/enclosure.go", old: `"ROLLBACK TO SAVEPOINT part"`, new: `"RELEASE SAVEPOINT part"`,
			tests: "TestEnclosure_IsOneTransactionThatItsOwnerDecidesOn",
		},
		{
			name: "enclosed-failure-announced", rule: "A write that fails in an enclosure is not announced.",
			file: "internal/pg/enclosure.go", old: "e.open.afterCommit = e.open.afterCommit[:announced]", new: "_ = announced",
			tests: "TestEnclosure_IsOneTransactionThatItsOwnerDecidesOn",
		},
		{
			name: "shares-without-bound", rule: "One account's requests leave connections to others.",
			file: "internal/pg/share.go", old: "make(chan struct{}, s.limit)", new: "make(chan struct{}, 100*s.limit)",
			tests: "TestShares_OneAccountLeavesConnectionsToOthers",
		},
		{
			name: "shares-kept", rule: "A request gives its account's share back.",
			file: "internal/pg/share.go", old: "func() { <-one.slots; s.leave(account, one) }, nil\n\tdefault:", new: "func() { s.leave(account, one) }, nil\n\tdefault:",
			tests: "TestShares_OneAccountLeavesConnectionsToOthers",
		},
		{
			name: "null-is-a-value", rule: "NULL in a row is told from an empty value.",
			file: "internal/pg/row.go", old: "return r[column] == nil", new: "return len(r[column]) == 0",
			tests: "TestStatement_Rows",
		},
		{
			name: "era-of-no-server", rule: "A moment names the server that it was read from.",
			file: "internal/pg/version.go", old: "CustomData()[eraKey] = era\n", new: "CustomData()[eraKey] = 0 * era\n",
			tests: "TestEra_IsThatOfTheServer",
		},
	}
}
