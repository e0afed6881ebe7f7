package main

func storeMutants() []mutant {
	return []mutant{
		{
			name: "rows-seen-by-all", rule: "Row-level security shows an account only its own rows.",
			file: "migrations/20261123090000_core.tx.up.sql",
			old:  "CREATE POLICY account ON %I USING (account_id = current_account_id())", new: "CREATE POLICY account ON %I USING (true)",
			in: "internal/pg", tests: "TestRead_SeesNothingWithoutAnAccount|TestRead_SeparatesAccountsOnSharedConnections",
		},
		{
			name: "rows-written-for-others", rule: "Row-level security lets an account write only its own rows.",
			file: "migrations/20261123090000_core.tx.up.sql",
			old:  "ON %I USING (account_id = current_account_id()) WITH CHECK (account_id = current_account_id())", new: "ON %I USING (account_id = current_account_id()) WITH CHECK (true)",
			in: "internal/pg", tests: "TestWrite_CannotTouchAnotherAccount",
		},
		{
			name: "serving-with-all-rights", rule: "Every connection runs as the restricted role.",
			file: "internal/pg/settings.go", old: `statements.WriteString("SET ROLE " + role)`, new: "_ = role",
			tests: "TestOpen_UsesTheRestrictedRoleForAnyLogin",
		},
		{
			name: "temporary-tables-hide-ours", rule: "Temporary tables cannot shadow tables of the schema.",
			file: "internal/pg/settings.go", old: "SET search_path = public, pg_temp; ", new: "SET search_path = public; ",
			tests: "TestOpen_TemporaryTablesDoNotShadowTables",
		},
		{
			name: "deadlocks-not-retried", rule: "A write is retried after a conflict with another one.",
			file: "internal/pg/transaction.go", old: "conflictRetries = 3", new: "conflictRetries = 0",
			tests: "TestWrite_RetriesAfterADeadlock",
		},
		{
			name: "everything-retried", rule: "A write is retried only after a conflict with another one.",
			file: "internal/pg/errors.go", old: `case "40001", "40P01":`, new: `case "40001", "40P01", "23505":`,
			tests: "TestWrite_DoesNotRetryOtherErrors",
		},
		{
			name: "after-a-commit-that-failed", rule: "Functions registered for after the commit do not run if the write fails.",
			file: "internal/pg/transaction.go", old: "closing(t, alone); err != nil {\n", new: "closing(t, alone); err != nil {\n\t\t\tt.committed()\n",
			tests: "TestAfterCommit_RunsOnlyAfterTheCommit",
		},
		{
			name: "write-inside-a-write", rule: "A nested write is rejected.",
			file: "internal/pg/transaction.go", old: "\t\treturn errNestedWrite\n", new: "\t\t_ = errNestedWrite\n",
			tests: "TestWrite_RefusesANestedWrite",
		},
		{
			name: "reads-that-write", rule: "A read cannot change anything.",
			file: "internal/pg/transaction.go", old: "REPEATABLE READ READ ONLY", new: "REPEATABLE READ",
			tests: "TestRead_RefusesWrites",
		},
		{
			name: "unsent-statement-loses-its-connection", rule: "A statement that was not sent does not cost the transaction its connection.",
			file: "internal/pg/driver.go", old: "if !errors.Is(err, driver.ErrBadConn) || c.Conn.Conn().IsClosed() {", new: "if c.Conn != nil {",
			tests: "TestWrite_AStatementThatIsNotSentKeepsItsConnection",
		},
		{
			name: "session-keeps-its-snapshot", rule: "A request sees what it wrote.",
			file: "internal/pg/transaction.go", old: "\t\tsession.Close() // reads", new: "\t\t_ = session.Close // reads",
			tests: "TestSession_ReadsOneSnapshotUntilItIsClosed",
		},
		{
			name: "plans-without-keys", rule: "Statements of a batch find rows by key, however small the table is.",
			file: "internal/pg/batch.go", old: "set_config('enable_seqscan', 'off', true)", new: "set_config('enable_seqscan', 'on', true)",
			tests: "TestBatch_PlansFindRowsByKey",
		},
		{
			name: "plans-for-each-value", rule: "Statements of a batch keep their plans.",
			file: "internal/pg/batch.go", old: "'force_generic_plan'", new: "'force_custom_plan'",
			tests: "TestBatch_PlansFindRowsByKey|TestBatch_PlansAreRenewed",
		},
		{
			name: "enclosed-failure-kept", rule: "A write that fails in an enclosure is rolled back.",
			file: "internal/pg/enclosure.go", old: `"ROLLBACK TO SAVEPOINT part"`, new: `"RELEASE SAVEPOINT part"`,
			tests: "TestEnclosure_OwnerCommitsAllWritesTogether",
		},
		{
			name: "enclosed-failure-announced", rule: "A write that fails in an enclosure is not announced.",
			file: "internal/pg/enclosure.go", old: "e.open.afterCommit = e.open.afterCommit[:announced]", new: "_ = announced",
			tests: "TestEnclosure_OwnerCommitsAllWritesTogether",
		},
		{
			name: "shares-without-bound", rule: "One account's requests leave connections to other accounts.",
			file: "internal/pg/share.go", old: "make(chan struct{}, s.limit)", new: "make(chan struct{}, 100*s.limit)",
			tests: "TestShares_LeaveConnectionsToOtherAccounts",
		},
		{
			name: "shares-kept", rule: "A request releases its account's connection.",
			file: "internal/pg/share.go", old: "func() { <-one.slots; s.leave(account, one) }, nil\n\tdefault:", new: "func() { s.leave(account, one) }, nil\n\tdefault:",
			tests: "TestShares_LeaveConnectionsToOtherAccounts",
		},
		{
			name: "null-is-a-value", rule: "NULL differs from an empty value.",
			file: "internal/pg/row.go", old: "return r[column] == nil", new: "return len(r[column]) == 0",
			tests: "TestStatement_Rows",
		},
		{
			name: "era-of-no-server", rule: "An account version contains the era of the server that it was read from.",
			file: "internal/pg/version.go", old: "CustomData()[eraKey] = era\n", new: "CustomData()[eraKey] = 0 * era\n",
			tests: "TestEra_IsTheServersStartTime",
		},
	}
}
