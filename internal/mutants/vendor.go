package main

func vendorMutants() []mutant {
	return []mutant{
		{
			name: "calls-one-over", rule: "A vendor key has no more calls in flight than the vendor takes.",
			file: "migrations/20261125160000_vendor_limits.tx.up.sql", old: ">= at_once THEN", new: "> at_once THEN",
			in: "internal/pace", tests: "TestTakeVendorCall_GrantsAsManyAsThereMayBe",
		},
		{
			name: "calls-during-a-pause", rule: "No server calls a vendor that asked one of them to wait.",
			file: "migrations/20261125160000_vendor_limits.tx.up.sql", old: "IF stands.paused_until > moment THEN", new: "IF false THEN",
			in: "internal/pace", tests: "TestFleet_HeedsOneServersThrottling",
		},
		{
			name: "calls-of-the-dead", rule: "A call whose server died frees its place.",
			file: "migrations/20261125160000_vendor_limits.tx.up.sql", old: "AND c.ends_until < moment;", new: "AND c.ends_until < moment - interval '1 hour';",
			in: "internal/pace", tests: "TestFleet_FreesThePlacesOfAServerThatDied",
		},
		{
			name: "calls-in-a-burst", rule: "A vendor key makes no more calls within a time than the vendor takes.",
			file: "migrations/20261125160000_vendor_limits.tx.up.sql", old: "SET next_at = stands.next_at + every", new: "SET next_at = stands.next_at + every / 4",
			in: "internal/pace", tests: "TestFleet_KeepsToWhatAKeyMayAskWithinATime",
		},
		{
			name: "pause-shortened", rule: "A shorter pause does not end a longer one.",
			file: "internal/pace/slot.go", old: "greatest(vendor_keys.paused_until, excluded.paused_until)", new: "excluded.paused_until",
			tests: "TestFleet_HeedsOneServersThrottling",
		},
		{
			name: "call-never-ends", rule: "A call that has ended frees its place.",
			file: "internal/pace/slot.go", old: "sync.OnceFunc(func() { t.releaseSlot(ctx, call); leaveLane() })", new: "sync.OnceFunc(func() { _ = call; leaveLane() })",
			tests: "TestFleet_ACallThatHasEndedFreesItsPlace",
		},
		{
			name: "token-renewed-for-a-firewall", rule: "A token is renewed only if the vendor itself refused it.",
			file: "internal/vendors/call/client.go", old: "reply.Status == http.StatusUnauthorized && c.speaksForItself(reply) && exchange.renew()", new: "reply.Status == http.StatusUnauthorized && exchange.renew()",
			tests: "TestATokenIsKeptWhenAFirewallRefuses",
		},
		{
			name: "firewall-rejects-credentials", rule: "A firewall's refusal is not taken for rejected credentials.",
			file: "internal/vendors/call/refusal.go", old: "told == vendors.CredentialsRejected && !c.speaksForItself(reply)", new: "false",
			tests: "TestATokenIsKeptWhenAFirewallRefuses",
		},
		{
			name: "next-page-elsewhere", rule: "The next page is on the same server, for its request carries the credentials.",
			file: "internal/vendors/call/paging.go", old: `next.Opaque == "" && c.sameServer(next) {`, new: `next.Opaque == "" {`,
			tests: "TestTheNextPageIsOnTheSameServer",
		},
		{
			name: "short-page-ends", rule: "Only an empty page ends a list that announces no total.",
			file: "internal/vendors/call/paging.go", old: "if rows == 0 {\n\t\treturn \"\"\n\t}\n\treturn s.Next()", new: "if rows < s.Size {\n\t\treturn \"\"\n\t}\n\treturn s.Next()",
			tests: "TestAShortPageDoesNotEndAListWithoutATotal",
		},
		{
			name: "page-size-of-ours", rule: "A short first page tells how many rows the vendor gives at once.",
			file: "internal/vendors/call/paging.go", old: "\t\ts.Size = rows\n", new: "\t\t_ = rows\n",
			tests: "TestAShortFirstPageTellsTheVendorsOwnSize",
		},
		{
			name: "body-without-bound", rule: "A vendor's answer has a largest size.",
			file: "internal/vendors/call/client.go", old: "len(body) > MaxBody {", new: "len(body) > MaxBody+1 {",
			tests: "TestAnAnswerHasALargestSize",
		},
		{
			name: "secrets-in-base64", rule: "No error tells a secret, however it is encoded.",
			file: "internal/vendors/call/redact.go", old: "all = append(all, spelling{encoding.EncodeToString(raw), nil})", new: "_ = encoding",
			tests: "TestRedact_FindsSecretsInEverySpelling",
		},
		{
			name: "wait-for-ever", rule: "A vendor that asks to wait for more than a day is not believed.",
			file: "internal/vendors/call/retryafter.go", old: "return max(0, min(wait, maxRetryAfter))", new: "return max(0, wait)",
			tests: "TestRetryAfterIsRead",
		},
		{
			name: "wait-by-our-clock", rule: "A date to wait for is read by the vendor's own clock.",
			file: "internal/vendors/call/retryafter.go", old: `http.ParseTime(header.Get("Date"))`, new: `http.ParseTime(header.Get("Dated"))`,
			tests: "TestRetryAfterIsRead",
		},
		{
			name: "token-used-too-long", rule: "A token is replaced before it runs out.",
			file: "internal/vendors/call/kept.go", old: "time.Now().After(k.expires)", new: "time.Now().After(k.expires.Add(time.Hour))",
			tests: "TestATokenIsReplacedBeforeItRunsOut",
		},
		{
			name: "new-token-dropped", rule: "The refusal of an old token leaves the new one.",
			file: "internal/vendors/call/kept.go", old: "if k.value == old {", new: "if k.value != *new(T) || k.value == old {",
			tests: "TestARefusalOfAnOldTokenKeepsTheNewOne",
		},
	}
}
