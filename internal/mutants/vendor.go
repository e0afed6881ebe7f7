package main

func vendorMutants() []mutant {
	return []mutant{
		{
			name: "calls-one-over", rule: "A vendor key has at most as many concurrent calls as the vendor allows.",
			file: "migrations/20261125160000_vendor_limits.tx.up.sql", old: ">= at_once THEN", new: "> at_once THEN",
			in: "internal/pace", tests: "TestTakeVendorCall_GrantsUpToTheLimit",
		},
		{
			name: "calls-during-a-pause", rule: "While a vendor asks to wait, no server calls it.",
			file: "migrations/20261125160000_vendor_limits.tx.up.sql", old: "IF stands.paused_until > moment THEN", new: "IF false THEN",
			in: "internal/pace", tests: "TestFleet_AllServersWaitWhenOneIsThrottled",
		},
		{
			name: "calls-of-the-dead", rule: "The slot of a call whose server died expires.",
			file: "migrations/20261125160000_vendor_limits.tx.up.sql", old: "AND c.ends_until < moment;", new: "AND c.ends_until < moment - interval '1 hour';",
			in: "internal/pace", tests: "TestFleet_FreesTheSlotsOfADeadServer",
		},
		{
			name: "calls-in-a-burst", rule: "A vendor key makes at most as many calls per period as the vendor allows.",
			file: "migrations/20261125160000_vendor_limits.tx.up.sql", old: "SET next_at = stands.next_at + every", new: "SET next_at = stands.next_at + every / 4",
			in: "internal/pace", tests: "TestFleet_EnforcesTheKeysRateLimit",
		},
		{
			name: "pause-shortened", rule: "A shorter pause does not replace a longer one.",
			file: "internal/pace/slot.go", old: "greatest(vendor_keys.paused_until, excluded.paused_until)", new: "excluded.paused_until",
			tests: "TestFleet_AllServersWaitWhenOneIsThrottled",
		},
		{
			name: "call-never-ends", rule: "A finished call releases its slot.",
			file: "internal/pace/slot.go", old: "sync.OnceFunc(func() { t.releaseSlot(ctx, call); leaveLane() })", new: "sync.OnceFunc(func() { _ = call; leaveLane() })",
			tests: "TestFleet_FreesTheSlotOfAFinishedCall",
		},
		{
			name: "token-renewed-for-a-firewall", rule: "A token is renewed only if the vendor itself rejected it.",
			file: "internal/vendors/call/client.go", old: "reply.Status == http.StatusUnauthorized && c.speaksForItself(reply) && exchange.renew()", new: "reply.Status == http.StatusUnauthorized && exchange.renew()",
			tests: "TestBearer_KeepsTheTokenIfAFirewallRefuses",
		},
		{
			name: "firewall-rejects-credentials", rule: "A firewall's refusal does not count as rejected credentials.",
			file: "internal/vendors/call/refusal.go", old: "told == vendors.CredentialsRejected && !c.speaksForItself(reply)", new: "false",
			tests: "TestBearer_KeepsTheTokenIfAFirewallRefuses",
		},
		{
			name: "next-page-elsewhere", rule: "The next page must be on the same server, because its request carries the credentials.",
			file: "internal/vendors/call/paging.go", old: `next.Opaque == "" && c.sameServer(next) {`, new: `next.Opaque == "" {`,
			tests: "TestNext_StaysOnTheSameServer",
		},
		{
			name: "short-page-ends", rule: "A list without a total ends only with an empty page.",
			file: "internal/vendors/call/paging.go", old: "if rows == 0 {\n\t\treturn \"\"\n\t}\n\treturn s.Next()", new: "if rows < s.Size {\n\t\treturn \"\"\n\t}\n\treturn s.Next()",
			tests: "TestSpan_NextUntilEmpty_ContinuesAfterAShortPage",
		},
		{
			name: "page-size-of-ours", rule: "A short first page shows the vendor's maximum page size.",
			file: "internal/vendors/call/paging.go", old: "\t\ts.Size = rows\n", new: "\t\t_ = rows\n",
			tests: "TestSpan_NextByTotal_AdoptsTheVendorsPageSize",
		},
		{
			name: "body-without-bound", rule: "A vendor's response is limited in size.",
			file: "internal/vendors/call/client.go", old: "len(body) > MaxBody {", new: "len(body) > MaxBody+1 {",
			tests: "TestClient_LimitsTheResponseSize",
		},
		{
			name: "website-without-domain", rule: "A website that is no address in a domain is left out.",
			file: "internal/vendors/call/details.go", old: "|| !inDomain(host) {", new: "|| host == \"\" {",
			tests: "TestNewPage_KeepsWebsitesAsAddresses",
		},
		{
			name: "secrets-in-base64", rule: "No error contains a secret, in whatever encoding.",
			file: "internal/vendors/call/redact.go", old: "all = append(all, spelling{encoding.EncodeToString(raw), nil})", new: "_ = encoding",
			tests: "TestRedact_FindsSecretsInEveryEncoding",
		},
		{
			name: "wait-for-ever", rule: "A vendor's Retry-After counts for at most one day.",
			file: "internal/vendors/call/retryafter.go", old: "return max(0, min(wait, maxRetryAfter))", new: "return max(0, wait)",
			tests: "TestClient_ParsesRetryAfter",
		},
		{
			name: "wait-by-our-clock", rule: "A Retry-After date is read by the vendor's own clock.",
			file: "internal/vendors/call/retryafter.go", old: `http.ParseTime(header.Get("Date"))`, new: `http.ParseTime(header.Get("Dated"))`,
			tests: "TestClient_ParsesRetryAfter",
		},
		{
			name: "token-used-too-long", rule: "A token is replaced before it expires.",
			file: "internal/vendors/call/sharedvalue.go", old: "time.Now().After(k.expires)", new: "time.Now().After(k.expires.Add(time.Hour))",
			tests: "TestBearer_RenewsTheTokenBeforeItExpires",
		},
		{
			name: "new-token-dropped", rule: "The rejection of an old token does not discard the new one.",
			file: "internal/vendors/call/sharedvalue.go", old: "if k.value == old {", new: "if k.value != *new(T) || k.value == old {",
			tests: "TestBearer_RefusalOfAnOldTokenKeepsTheNewOne",
		},
	}
}
