package main

func liveMutants() []mutant {
	return []mutant{
		{
			name: "latest-goes-back", rule: "A reader of latest states never gets an older state.",
			file: "internal/live/latestfeed.go", old: "ok && sequence <= known.sequence {\n\t\t\tcontinue", new: "ok && sequence < 0 && known.sequence < 0 {\n\t\t\tcontinue",
			tests: "TestLatest_Delivers|TestLatest_EveryReaderGetsTheFinalStates",
		},
		{
			name: "sweep-compares-nothing", rule: "Feeds compare themselves with Postgres, whether or not Redis works.",
			file: "internal/live/scheduler.go", old: "accountIDs = r.followed()", new: "accountIDs = nil",
			tests: "TestLog_Delivers|TestLatest_Delivers",
		},
		{
			name: "work-forgotten", rule: "Work that arrives while a feed is working is done afterwards.",
			file: "internal/live/scheduler.go", old: "\t\ts.again = true\n", new: "\t\ts.again = false\n",
			tests: "TestLog_Delivers|TestLatest_Delivers|TestLog_EveryReaderGetsTheWholeJournal",
		},
		{
			name: "log-over-a-hole", rule: "A log does not skip over changes that were pruned.",
			file: "internal/live/logfeed.go", old: "if position != f.head+1 {", new: "if false {",
			tests: "TestLog_ReturnsErrPruned|TestLog_EveryReaderGetsTheWholeJournal",
		},
		{
			name: "log-repeats", rule: "A log delivers every change exactly once.",
			file: "internal/live/logfeed.go", old: "f.events[last+1-first], true", new: "f.events[max(0, last-first)], true",
			tests: "TestLog_Delivers",
		},
		{
			name: "latest-loads-at-once", rule: "An account's states are loaded at a limited rate.",
			file: "internal/live/latestfeed.go", old: "f.loadedAt = time.Now()", new: "f.loadedAt = time.Time{}",
			tests: "TestLatest_LoadsAtMostOncePerInterval",
		},
		{
			name: "subscribed-to-unfollowed-accounts", rule: "A process subscribes only to accounts that someone follows.",
			file: "internal/live/scheduler.go", old: "\t\tr.hub.unwatch(s.accountID)\n", new: "",
			tests: "TestHub_SubscribesOnlyToFollowedAccounts",
		},
	}
}
