package main

// pushMutants break the rules of events that subscribers share.
func pushMutants() []mutant {
	return []mutant{
		{
			name: "parked-while-rendering", rule: "No subscription is parked while the leader is rendering, because it would get older data.",
			file: "graph/fanout/group.go", old: "return g.phase != phaseRendering && g.cursor == cursor", new: "return g.cursor == cursor",
			tests: "TestGroups_ParkNoMemberWhileTheLeaderRenders",
		},
		{
			name: "parked-at-another-cursor", rule: "A subscription is parked only in a group at its own cursor.",
			file: "graph/fanout/group.go", old: "return g.phase != phaseRendering && g.cursor == cursor", new: "return g.phase != phaseRendering",
			tests: "TestGroups_AMemberBehindItsGroupIsNotParked|TestGroups_DeliverEachEventOnceInOrder",
		},
		{
			name: "late-clients-miss-a-batch", rule: "A client that was not ready for a batch gets it later.",
			file: "graph/fanout/group.go", old: "group.wake(each, stateReading, before)", new: "group.wake(each, stateReading, group.cursor)",
			tests: "TestGroups_ASlowMemberContinuesAloneAndRejoins|TestGroups_DeliverEachEventOnceInOrder",
		},
		{
			name: "shared-without-a-scope", rule: "Subscribers without a scope share nothing.",
			file: "graph/fanout/fanout.go", old: `if scope == "" {`, new: "if false {",
			tests: "TestGroups_WithoutAScopeShareNothing",
		},
		{
			name: "shared-with-extensions", rule: "A subscriber whose responses have their own extensions shares none.",
			file: "graph/fanout/subscription.go", old: "len(graphql.GetExtensions(ctx)) == 0 && ", new: "",
			tests: "TestGroups_AMemberWithOtherResponseExtensionsStaysAlone",
		},
		{
			name: "old-renderings-sent", rule: "A shared rendering was read after the subscriber subscribed, and at most two seconds ago.",
			file: "graph/fanout/rendering.go", old: "found != nil && !found.startedAt.Before(since)", new: "found != nil",
			tests: "TestRenderings_AreNotReusedIfTooOld",
		},
		{
			name: "failures-shared", rule: "A rendering with errors is not shared.",
			file: "graph/fanout/rendering.go", old: "len(response.Errors) == 0 &&", new: "len(response.Errors) >= 0 &&",
			tests: "TestRenderings_DoNotShareFailures",
		},
		{
			name: "collected-failures-shared", rule: "A rendering whose executor collected errors is not shared.",
			file: "graph/fanout/rendering.go", old: "len(graphql.GetErrors(ctx)) == 0 &&", new: "len(graphql.GetErrors(ctx)) >= 0 &&",
			tests: "TestRenderings_DoNotShareFailures",
		},
		{
			name: "renderings-of-the-gone-shared", rule: "A rendering for a subscriber who has left is not shared.",
			file: "graph/fanout/rendering.go", old: "&& ctx.Err() == nil {", new: "{",
			tests: "TestRenderings_DoNotShareFailures",
		},
		{
			name: "progress-goes-back", rule: "A watcher gets each state of a run once and never an older one.",
			file: "internal/refresh/watch.go", old: "previous.sequence >= run.Sequence", new: "previous.sequence == run.Sequence-1_000_000",
			tests: "TestShown",
		},
		{
			name: "older-runs-shown", rule: "A watcher that has seen an integration's newer run is not shown an older one.",
			file: "internal/refresh/watch.go", old: "if !newest && !seen {", new: "if false {",
			tests: "TestShown",
		},
	}
}
