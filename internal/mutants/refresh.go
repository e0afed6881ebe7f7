package main

func refreshMutants() []mutant {
	return []mutant{
		{
			name: "stale-attempt-writes", rule: "A worker whose run has a newer attempt changes nothing, even while that attempt is running.",
			file: "internal/refresh/lease.go", old: `const whileLeased = " WHERE account_id = ? AND id = ? AND attempt = ?`, new: `const whileLeased = " WHERE account_id = ? AND id = ? AND attempt >= ?`,
			tests: "TestWorker_Fencing",
		},
		{
			name: "canceled-run-finishes", rule: "A canceled run cannot be finished.",
			file: "internal/refresh/lease.go", old: `AND attempt = ? AND state = 'RUNNING'"`, new: `AND attempt = ? AND state IN ('RUNNING', 'CANCELLED')"`,
			tests: "TestWorker_Fencing",
		},
		{
			name: "stale-attempt-begins", rule: "A job whose attempt is no longer its run's takes no lease.",
			file: "internal/refresh/lease.go", old: "AND attempt = ? AND state = 'QUEUED' RETURNING", new: "AND attempt >= ? AND state IN ('QUEUED', 'RUNNING') RETURNING",
			tests: "TestWorker_Fencing",
		},
		{
			name: "stale-attempt-swaps", rule: "A swap begins only while its attempt holds the lease.",
			file: "internal/refresh/swap.go", old: "r.attempt = ? AND r.state = 'RUNNING'", new: "(true OR r.attempt = ?)",
			tests: "TestWorker_Fencing",
		},
		{
			name: "lease-never-extended", rule: "A worker that works keeps its lease.",
			file: "internal/refresh/worker.go", old: "err := lease.extend(extending)", new: "err := extending.Err()",
			tests: "TestWorker_Fencing",
		},
		{
			name: "panic-takes-the-server-along", rule: "A panic in a run fails that run alone.",
			file: "internal/refresh/worker.go", old: "\tdefer stop()\n\tdefer func() {\n\t\tif fault := recover(); fault != nil {",
			new:   "\tdefer stop()\n\tdefer func() {\n\t\tif fault := any(nil); fault != nil {",
			tests: "TestWorker_PanicsInItsSwap|TestWorker_PanicsWhenItsListIsIn",
		},
		{
			name: "rejected-credentials-tried-again", rule: "An integration whose credentials are rejected is not refreshed until a person changes them.",
			file: "internal/refresh/worker.go", old: "if ended.code == CredentialsRejected {", new: "if false {",
			tests: "TestWorker_BearsWithTheVendor",
		},
		{
			name: "new-credentials-rejected", rule: "Credentials that were replaced during a run are not blamed for its failure.",
			file: "internal/refresh/worker.go", old: "AND c.updated_at < ?`", new: "AND (true OR c.updated_at < ?)`",
			tests: "TestWorker_BearsWithTheVendor",
		},
		{
			name: "mappings-keep-old-names", rule: "Mappings show the names that external organizations have after a refresh.",
			file: "internal/refresh/swap.go", old: "x.id = m.external_org_id\n", new: "x.id = m.external_org_id AND false\n",
			tests: "TestWorker_Swaps",
		},
		{
			name: "back-but-removed", rule: "An external organization that the vendor lists again is no longer marked as removed.",
			file: "internal/refresh/write.go", old: "removed_at = NULL, updated_at = now()", new: "updated_at = now()",
			tests: "TestWorker_Swaps",
		},
		{
			name: "removed-twice", rule: "An external organization that is gone already is not removed again.",
			file: "internal/refresh/difference.go", old: "case !known.removed && !c.skipped", new: "case !c.skipped",
			tests: "TestDifference",
		},
		{
			name: "skipped-rows-removed", rule: "An external organization that the vendor lists in a form that cannot be used stays as it is.",
			file: "internal/refresh/difference.go", old: "case !known.removed && !c.skipped[string(known.remoteID)]:", new: "case !known.removed:",
			tests: "TestDifference_KeepsWhatCannotBeUsed",
		},
		{
			name: "refresh-over-limit", rule: "A list that does not fit into the account's limit is not written.",
			file: "internal/refresh/limit.go", old: "added <= used.Remaining()", new: "added <= used.Room()+1",
			tests: "TestAdmit_TakesExactlyWhatFits",
		},
		{
			name: "external-orgs-over-limit", rule: "Postgres itself keeps an account to its limit of external organizations.",
			file: "migrations/20261128223000_account_limits.tx.up.sql",
			old:  "external_organizations_used <= external_organization_limit)", new: "true)",
			in: "internal/account", tests: "TestLimits_AreKeptByTheDatabase",
		},
		{
			name: "scheduled-though-broken", rule: "An integration that needs attention or is disabled is not refreshed by schedule.",
			file: "internal/refresh/schedule.go", old: "AND state = 'CONNECTED' AND next_refresh_at <= now() RETURNING", new: "AND next_refresh_at <= now() RETURNING",
			tests: "TestWorker_Schedule",
		},
		{
			name: "due-though-broken", rule: "Servers are not told that an integration is due which needs attention or is disabled.",
			file: "migrations/20261128224500_serving_without_operator.tx.up.sql", old: "WHERE i.state = 'CONNECTED' AND i.next_refresh_at", new: "WHERE i.next_refresh_at",
			in: "internal/refresh", tests: "TestWorker_Schedule",
		},
		{
			name: "scheduled-too-early", rule: "An integration that another server has queued is no longer due.",
			file: "internal/refresh/schedule.go", old: "AND next_refresh_at <= now() RETURNING", new: "RETURNING",
			tests: "TestWorker_Schedule",
		},
		{
			name: "a-fourth-attempt", rule: "A run that has cost three workers fails.",
			file: "internal/refresh/sweep.go", old: "maximumAttempts = 3 ", new: "maximumAttempts = 4 ",
			tests: "TestWorker_Sweep",
		},
		{
			name: "swept-while-it-works", rule: "The sweep leaves a run alone whose lease was extended after it looked.",
			file: "internal/refresh/sweep.go", old: "(lease_until < now() OR state = 'QUEUED')", new: "(true OR state = 'QUEUED')",
			tests: "TestWorker_Sweep",
		},
		{
			name: "suspected-while-it-works", rule: "A run whose lease has not ended is no suspect.",
			file: "migrations/20261128224500_serving_without_operator.tx.up.sql", old: "(r.state = 'RUNNING' AND r.lease_until < now())", new: "r.state = 'RUNNING'",
			in: "internal/refresh", tests: "TestWorker_Sweep",
		},
		{
			name: "waiting-job-adopted", rule: "The sweep leaves a queued run alone whose job waits for a worker.",
			file: "internal/refresh/sweep.go", old: "|| !waiting[*one.JobID]", new: "|| waiting[*one.JobID] || true",
			tests: "TestWorker_Sweep",
		},
		{
			name: "finished-run-canceled", rule: "A run that has ended cannot be canceled.",
			file: "internal/refresh/request.go", old: "` AND r.state IN ('QUEUED', 'RUNNING')\n", new: "` AND r.state IS NOT NULL\n",
			tests: "TestService_Cancel",
		},
		{
			name: "accepted-shrink-not-joined", rule: "A run that is joined takes over that a person accepts a list that shrank.",
			file: "internal/refresh/request.go", old: "accept_shrink = refresh_runs.accept_shrink OR excluded.accept_shrink", new: "accept_shrink = refresh_runs.accept_shrink",
			tests: "TestService_Request",
		},
		{
			name: "request-of-disabled", rule: "A disabled integration cannot be refreshed.",
			file: "internal/refresh/request.go", old: `case state == "DISABLED":`, new: `case state == "DISABLED" && false:`,
			tests: "TestService_Request",
		},
		{
			name: "refresh-by-viewers", rule: "Viewers cannot ask for a refresh.",
			file: "internal/refresh/request.go", old: "accepted Accepted) ([]*Run, error) {\n\tactor, err := auth.Require(ctx, auth.Editor)",
			new:   "accepted Accepted) ([]*Run, error) {\n\tactor, err := auth.Require(ctx, auth.Viewer)",
			tests: "TestService_Request",
		},
		{
			name: "crowd-takes-more-than-half", rule: "One vendor key occupies at most half of the workers.",
			file: "internal/refresh/fairqueue.go", old: "own >= (q.workers+1)/2", new: "own > (q.workers+1)/2",
			tests: "TestCrowds_LeaveWorkersToOthers",
		},
		{
			name: "crowd-serves-the-last-first", rule: "Of an account's jobs in line, the one that waits longest is served first.",
			file: "internal/refresh/fairqueue.go", old: "own < fewest && q.hasRoom(one)", new: "own <= fewest && q.hasRoom(one)",
			tests: "TestCrowds_AccountsTakeTurns",
		},
		{
			name: "runs-listed-of-other-accounts", rule: "Runs are listed of one account alone, even without row-level security.",
			file: "internal/refresh/list.go", old: `Where("r.account_id = ?", actor.AccountID)`, new: `Where("?::uuid IS NOT NULL", actor.AccountID)`,
			tests: "TestService_OtherAccountsRunsDoNotExist",
		},
		{
			name: "runs-found-of-other-accounts", rule: "Runs are found of one account alone, even without row-level security.",
			file: "internal/refresh/list.go", old: `Where("account_id = ?", account).Where("id IN (?)"`, new: `Where("?::uuid IS NOT NULL", account).Where("id IN (?)"`,
			tests: "TestService_OtherAccountsRunsDoNotExist",
		},
		{
			name: "refresh-of-other-accounts", rule: "Integrations of one account alone can be refreshed, even without row-level security.",
			file: "internal/refresh/request.go", old: `Where("account_id = ?", account)`, new: `Where("?::uuid IS NOT NULL", account)`,
			tests: "TestService_OtherAccountsRunsDoNotExist",
		},
		{
			name: "cancel-of-other-accounts", rule: "Runs of one account alone can be canceled, even without row-level security.",
			file: "internal/refresh/request.go", old: `"r.account_id = ? AND r.id = ?"`, new: `"?::uuid IS NOT NULL AND r.id = ?"`,
			tests: "TestService_OtherAccountsRunsDoNotExist",
		},
	}
}
