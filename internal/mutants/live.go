package main

func liveMutants() []mutant {
	return []mutant{
		{
			name: "latest-goes-back", rule: "A reader of the newest states never goes back to an older one.",
			file: "internal/live/latestfeed.go", old: "ok && sequence <= known.sequence {\n\t\t\tcontinue", new: "ok && sequence < 0 && known.sequence < 0 {\n\t\t\tcontinue",
			tests: "TestLatest_delivers|TestLatest_everyReaderGetsTheEnd",
		},
		{
			name: "sweep-compares-nothing", rule: "Feeds compare themselves with Postgres, whatever Redis says.",
			file: "internal/live/scheduler.go", old: "accountIDs = r.followed()", new: "accountIDs = nil",
			tests: "TestLog_delivers|TestLatest_delivers",
		},
		{
			name: "work-forgotten", rule: "What comes up while a feed works is worked on too.",
			file: "internal/live/scheduler.go", old: "\t\ts.again = true\n", new: "\t\ts.again = false\n",
			tests: "TestLog_delivers|TestLatest_delivers|TestLog_everyReaderGetsTheJournal",
		},
		{
			name: "log-over-a-hole", rule: "A log delivers nothing across changes that were pruned.",
			file: "internal/live/logfeed.go", old: "if position != f.head+1 {", new: "if false {",
			tests: "TestLog_pruned|TestLog_everyReaderGetsTheJournal",
		},
		{
			name: "log-repeats", rule: "A log delivers every change once.",
			file: "internal/live/logfeed.go", old: "f.events[last+1-first], true", new: "f.events[max(0, last-first)], true",
			tests: "TestLog_delivers",
		},
		{
			name: "latest-loads-at-once", rule: "An account's states are loaded at a bounded pace.",
			file: "internal/live/latestfeed.go", old: "f.loadedAt = time.Now()", new: "f.loadedAt = time.Time{}",
			tests: "TestLatest_loadsAtItsPace",
		},
		{
			name: "news-to-the-last-account", rule: "A process hears of the accounts that somebody follows, and of no others.",
			file: "internal/live/scheduler.go", old: "\t\tr.hub.unwatch(s.accountID)\n", new: "",
			tests: "TestHub_subscribesToWhatIsFollowedAndNoMore",
		},
	}
}
