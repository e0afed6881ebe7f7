package main

func inboundMutants() []mutant {
	return []mutant{
		{
			name: "connections-one-over", rule: "One address has at most as many connections as allowed.",
			file: "internal/inbound/guard.go", old: "g.addresses[c.group] >= g.options.PerAddress:", new: "g.addresses[c.group] > g.options.PerAddress:",
			tests: "TestGuard_LimitsConnectionsPerAddress",
		},
		{
			name: "connections-in-all-one-over", rule: "A server has at most as many connections as allowed.",
			file: "internal/inbound/guard.go", old: "len(g.open) < g.options.Total:", new: "len(g.open) <= g.options.Total:",
			tests: "TestGuard_ClosesTheLongestSilentConnectionWhenFull",
		},
		{
			name: "newest-stranger-goes", rule: "When connections run out, the unauthenticated one that has been silent longest is closed.",
			file: "internal/inbound/guard.go", old: "front := g.silent.Front(); front != nil", new: "front := g.silent.Back(); front != nil",
			tests: "TestGuard_ClosesTheLongestSilentConnectionWhenFull",
		},
		{
			name: "household-of-many", rule: "A /64 network counts as one address.",
			file: "internal/inbound/address.go", old: "ipv6Group = 64", new: "ipv6Group = 128",
			tests: "TestGroup_GroupsIPv6AddressesBySubnet",
		},
		{
			name: "strangers-forward", rule: "Forwarding headers from an untrusted peer are ignored.",
			file: "internal/inbound/address.go", old: "len(g.options.Trusted) == 0 || !trusts(g.options.Trusted, client)", new: "len(g.options.Trusted) == 0",
			tests: "TestClientOf_TrustsOnlyConfiguredProxies",
		},
		{
			name: "first-hop-believed", rule: "The client is the last hop that is not a trusted proxy.",
			file: "internal/inbound/address.go", old: "if !trusts(g.options.Trusted, hop) {", new: "if false {",
			tests: "TestClientOf_TrustsOnlyConfiguredProxies",
		},
		{
			name: "answers-without-deadline", rule: "A client that does not read its response is disconnected.",
			file: "internal/inbound/exchange.go", old: "_ = a.conn.Conn.SetWriteDeadline(time.Now().Add(deadline))", new: "_ = deadline",
			tests: "TestExchange_ClosesConnectionsThatDoNotReadResponses",
		},
		{
			name: "unread-body-kept", rule: "A connection whose request body was not read is closed after the response.",
			file: "internal/inbound/exchange.go", old: `a.Header().Set("Connection", "close")`, new: "_ = a.unread",
			tests: "TestExchange_UnreadBodyClosesTheConnection",
		},
	}
}
