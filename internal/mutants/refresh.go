package main

func refreshMutants() []mutant {
	return []mutant{
		{
			name: "stale-attempt-writes", rule: "A worker whose run has a newer attempt cannot change the run.",
			file: "internal/refresh/lease.go", old: `const whileLeased = " WHERE account_id = ? AND id = ? AND attempt = ?`, new: `const whileLeased = " WHERE account_id = ? AND id = ? AND attempt >= ?`,
			tests: "TestWorker_Fencing",
		},
		{
			name: "canceled-run-finishes", rule: "A canceled run cannot be finished.",
			file: "internal/refresh/lease.go", old: `AND attempt = ? AND state = 'RUNNING'"`, new: `AND attempt = ? AND state IN ('RUNNING', 'CANCELLED')"`,
			tests: "TestWorker_Fencing",
		},
		{
			name: "stale-attempt-begins", rule: "A job whose attempt is out of date does not acquire the lease.",
			file: "internal/refresh/lease.go", old: "AND attempt = ? AND state = 'QUEUED' RETURNING", new: "AND attempt >= ? AND state IN ('QUEUED', 'RUNNING') RETURNING",
			tests: "TestWorker_Fencing",
		},
		{
			name: "stale-attempt-swaps", rule: "Only the attempt that has the lease may begin a swap.",
			file: "internal/refresh/swap.go", old: "r.attempt = ? AND r.state = 'RUNNING'", new: "(true OR r.attempt = ?)",
			tests: "TestWorker_Fencing",
		},
		{
			name: "lease-never-extended", rule: "A worker extends its lease while it works.",
			file: "internal/refresh/worker.go", old: "err := lease.extend(extending)", new: "err := extending.Err()",
			tests: "TestWorker_Fencing",
		},
		{
			name: "panic-takes-the-server-along", rule: "A panic in a run fails only that run.",
			file: "internal/refresh/worker.go", old: "\tdefer stop()\n\tdefer func() {\n\t\tif fault := recover(); fault != nil {",
			new:   "\tdefer stop()\n\tdefer func() {\n\t\tif fault := any(nil); fault != nil {",
			tests: "TestWorker_PanicDuringTheSwapFailsOnlyThatRun|TestWorker_PanicAfterTheCommitKeepsTheList",
		},
		{
			name: "rejected-credentials-tried-again", rule: "An integration with rejected credentials is not refreshed until someone changes them.",
			file: "internal/refresh/worker.go", old: "if ended.code == CredentialsRejected {", new: "if false {",
			tests: "TestWorker_ToleratesVendorFailures",
		},
		{
			name: "new-credentials-rejected", rule: "Credentials that were replaced during a run are not marked as rejected by it.",
			file: "internal/refresh/worker.go", old: "AND c.updated_at < ?`", new: "AND (true OR c.updated_at < ?)`",
			tests: "TestWorker_ToleratesVendorFailures",
		},
		{
			name: "mappings-keep-old-names", rule: "After a refresh, mappings show the new names of external organizations.",
			file: "internal/refresh/swap.go", old: "IS DISTINCT FROM (x.name, x.folded)", new: "IS DISTINCT FROM (x.name, x.folded) AND false",
			tests: "TestWorker_Swaps",
		},
		{
			name: "back-but-removed", rule: "An external organization that the vendor lists again is no longer marked as removed.",
			file: "internal/refresh/write.go", old: "removed_at = NULL, updated_at = now()", new: "updated_at = now()",
			tests: "TestWorker_Swaps",
		},
		{
			name: "new-website-ignored", rule: "A website or a city that changed is written.",
			file: "internal/refresh/difference.go", old: "string(l.website) == organization.Website && string(l.city) == organization.City", new: "true",
			tests: "TestDifference",
		},
		{
			name: "long-detail-costs-the-run", rule: "A website or a city that is too long is left out, and the row is kept.",
			file: "internal/refresh/walk.go", old: "if utf8.RuneCountInString(text) > most {", new: "if utf8.RuneCountInString(text) > most+1_000_000 {",
			tests: "TestWorker_Swaps",
		},
		{
			name: "removed-twice", rule: "An external organization that is already removed is not removed again.",
			file: "internal/refresh/difference.go", old: "case !known.removed && !c.skipped", new: "case !c.skipped",
			tests: "TestDifference",
		},
		{
			name: "skipped-rows-removed", rule: "An external organization whose row is unusable is not removed.",
			file: "internal/refresh/difference.go", old: "case !known.removed && !c.skipped[string(known.remoteID)]:", new: "case !known.removed:",
			tests: "TestDifference_KeepsUnusableRows",
		},
		{
			name: "refresh-over-limit", rule: "A list that would exceed the account's limit is not written.",
			file: "internal/refresh/limit.go", old: "added <= used.Remaining()", new: "added <= used.Room()+1",
			tests: "TestAdmit_AllowsExactlyTheLimit",
		},
		{
			name: "external-orgs-over-limit", rule: "A constraint in Postgres enforces the account's limit on external organizations.",
			file: "migrations/20261128223000_account_limits.tx.up.sql",
			old:  "external_organizations_used <= external_organization_limit)", new: "true)",
			in: "internal/account", tests: "TestLimits_AreEnforcedByTheDatabase",
		},
		{
			name: "scheduled-though-broken", rule: "An integration that needs attention or is disabled is not refreshed on schedule.",
			file: "internal/refresh/schedule.go", old: "AND state = 'CONNECTED' AND next_refresh_at <= now() RETURNING", new: "AND next_refresh_at <= now() RETURNING",
			tests: "TestWorker_Schedule",
		},
		{
			name: "due-though-broken", rule: "An integration that needs attention or is disabled is never due.",
			file: "migrations/20261128224500_serving_without_operator.tx.up.sql", old: "WHERE i.state = 'CONNECTED' AND i.next_refresh_at", new: "WHERE i.next_refresh_at",
			in: "internal/refresh", tests: "TestWorker_Schedule",
		},
		{
			name: "scheduled-too-early", rule: "An integration that another server has just queued is no longer due.",
			file: "internal/refresh/schedule.go", old: "AND next_refresh_at <= now() RETURNING", new: "RETURNING",
			tests: "TestWorker_Schedule",
		},
		{
			name: "a-fourth-attempt", rule: "A run fails after three attempts.",
			file: "internal/refresh/sweep.go", old: "maximumAttempts = 3 ", new: "maximumAttempts = 4 ",
			tests: "TestWorker_Sweep",
		},
		{
			name: "swept-while-it-works", rule: "The sweep ignores a run whose lease was extended after the sweep read it.",
			file: "internal/refresh/sweep.go", old: "(lease_until < now() OR state = 'QUEUED')", new: "(true OR state = 'QUEUED')",
			tests: "TestWorker_Sweep",
		},
		{
			name: "suspected-while-it-works", rule: "A run whose lease is valid is not suspect.",
			file: "migrations/20261128224500_serving_without_operator.tx.up.sql", old: "(r.state = 'RUNNING' AND r.lease_until < now())", new: "r.state = 'RUNNING'",
			in: "internal/refresh", tests: "TestWorker_Sweep",
		},
		{
			name: "waiting-job-adopted", rule: "The sweep ignores a queued run whose job is waiting for a worker.",
			file: "internal/refresh/sweep.go", old: "|| !waiting[*one.JobID]", new: "|| waiting[*one.JobID] || true",
			tests: "TestWorker_Sweep",
		},
		{
			name: "finished-run-canceled", rule: "A finished run cannot be canceled.",
			file: "internal/refresh/request.go", old: "` AND r.state IN ('QUEUED', 'RUNNING')\n", new: "` AND r.state IS NOT NULL\n",
			tests: "TestService_Cancel",
		},
		{
			name: "accepted-shrink-not-joined", rule: "If someone accepts a shrunk list while a run is live, the live run accepts it.",
			file: "internal/refresh/request.go", old: "accept_shrink = refresh_runs.accept_shrink OR excluded.accept_shrink", new: "accept_shrink = refresh_runs.accept_shrink",
			tests: "TestService_Request",
		},
		{
			name: "request-of-disabled", rule: "A disabled integration cannot be refreshed.",
			file: "internal/refresh/request.go", old: `case state == "DISABLED":`, new: `case state == "DISABLED" && false:`,
			tests: "TestService_Request",
		},
		{
			name: "refresh-by-viewers", rule: "Viewers cannot request a refresh.",
			file: "internal/refresh/request.go", old: "accepted Accepted) ([]*Run, error) {\n\tactor, err := auth.Require(ctx, auth.Editor)",
			new:   "accepted Accepted) ([]*Run, error) {\n\tactor, err := auth.Require(ctx, auth.Viewer)",
			tests: "TestService_Request",
		},
		{
			name: "key-takes-more-than-half", rule: "One vendor key occupies at most half of the workers.",
			file: "internal/refresh/fairqueue.go", old: "own >= (q.workers+1)/2", new: "own > (q.workers+1)/2",
			tests: "TestFairQueue_LeaveWorkersToOthers",
		},
		{
			name: "queue-serves-the-newest-first", rule: "Of an account's waiting jobs, the oldest is served first.",
			file: "internal/refresh/fairqueue.go", old: "own < fewest && q.hasRoom(one)", new: "own <= fewest && q.hasRoom(one)",
			tests: "TestFairQueue_AccountsTakeTurns",
		},
		{
			name: "runs-listed-of-other-accounts", rule: "Only runs of the caller's account are listed, even without row-level security.",
			file: "internal/refresh/list.go", old: `Where("r.account_id = ?", actor.AccountID)`, new: `Where("?::uuid IS NOT NULL", actor.AccountID)`,
			tests: "TestService_OtherAccountsRunsAreNotFound",
		},
		{
			name: "runs-found-of-other-accounts", rule: "Only runs of the caller's account are found by ID, even without row-level security.",
			file: "internal/refresh/list.go", old: `Where("account_id = ?", account).Where("id IN (?)"`, new: `Where("?::uuid IS NOT NULL", account).Where("id IN (?)"`,
			tests: "TestService_OtherAccountsRunsAreNotFound",
		},
		{
			name: "refresh-of-other-accounts", rule: "Only integrations of the caller's account can be refreshed, even without row-level security.",
			file: "internal/refresh/request.go", old: `Where("account_id = ?", account)`, new: `Where("?::uuid IS NOT NULL", account)`,
			tests: "TestService_OtherAccountsRunsAreNotFound",
		},
		{
			name: "cancel-of-other-accounts", rule: "Only runs of the caller's account can be canceled, even without row-level security.",
			file: "internal/refresh/request.go", old: `"r.account_id = ? AND r.id = ?"`, new: `"?::uuid IS NOT NULL AND r.id = ?"`,
			tests: "TestService_OtherAccountsRunsAreNotFound",
		},
	}
}
