package main

func callerMutants() []mutant {
	return []mutant{
		{
			name: "lower-roles-suffice", rule: "A caller whose role is below the required one is refused.",
			file: "internal/auth/auth.go", old: "if actor.Role < needed {", new: "if actor.Role < needed-1 {",
			tests: "TestRequire",
		},
		{
			name: "own-role-does-not-suffice", rule: "A caller with exactly the required role is admitted.",
			file: "internal/auth/auth.go", old: "if actor.Role < needed {", new: "if actor.Role <= needed {",
			tests: "TestRequire",
		},
		{
			name: "token-expired", rule: "An expired token is rejected.",
			file: "migrations/20261128192000_sessions_of_tokens.tx.up.sql",
			old:  "WHERE t.hash = bearers.hash AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now());",
			new:  "WHERE t.hash = bearers.hash AND t.revoked_at IS NULL;",
			in:   "internal/auth/token", tests: "TestStore_InvalidTokensGetTheSameError",
		},
		{
			name: "token-revoked", rule: "A revoked token is rejected.",
			file: "migrations/20261128192000_sessions_of_tokens.tx.up.sql",
			old:  "WHERE t.hash = bearers.hash AND t.revoked_at IS NULL AND",
			new:  "WHERE t.hash = bearers.hash AND",
			in:   "internal/auth/token", tests: "TestStore_InvalidTokensGetTheSameError|TestStore_Revoke",
		},
		{
			name: "session-of-the-blocked", rule: "The session of a blocked person is rejected.",
			file: "migrations/20261128192000_sessions_of_tokens.tx.up.sql", old: "AND p.id = person AND p.blocked_at IS NULL", new: "AND p.id = person",
			in: "internal/auth/person", tests: "TestBlock_RefusesSessionsAndTokensUntilUnblocked",
		},
		{
			name: "blocked-acts", rule: "A blocked person cannot act.",
			file: "internal/auth/person/person.go", old: "if p.BlockedAt != nil {", new: "if false {",
			tests: "TestBlock_RefusesSessionsAndTokensUntilUnblocked",
		},
		{
			name: "moved-acts", rule: "A person whom the issuer has moved to another account cannot act in the old one.",
			file: "internal/auth/person/person.go", old: "p.MovedAt != nil && p.MovedAt.After(p.ClaimedAt)", new: "false",
			tests: "TestSee_LatestClaimsDetermineTheAccount|TestSee_OlderClaimsDoNotMoveAPersonBack",
		},
		{
			name: "older-word-counts", rule: "A person's role is the one in the newest claims, in whichever order claims arrive.",
			file: "internal/auth/person/person.go", old: "identity.IssuedAt.After(known.ClaimedAt)", new: "true",
			tests: "TestSupersedes_LatestClaimsWin",
		},
		{
			name: "older-word-stored", rule: "The upsert in Postgres keeps the newest claims.",
			file: "internal/auth/person/note.go", old: "WHERE (excluded.claimed_at, -role_rank(excluded.role)) > (known", new: "WHERE true OR (excluded.claimed_at, -role_rank(excluded.role)) > (known",
			tests: "TestNote_KeepsTheLatestClaims",
		},
		{
			name: "highest-role-of-a-second", rule: "Of several claims issued in the same second, the lowest role wins.",
			file: "internal/auth/person/person.go", old: "return identity.Role < role\n", new: "return identity.Role > role\n",
			tests: "TestSee_ResultDoesNotDependOnTheOrderOfClaims",
		},
		{
			name: "nonce-of-the-right-length", rule: "A sign-in accepts only the ID token issued for it.",
			file: "internal/auth/oidc/login.go", old: "subtle.ConstantTimeCompare([]byte(nonce), []byte(attempt.Nonce)) != 1", new: "len(nonce) != len(attempt.Nonce)",
			tests: "TestFinish_RefusesTheTokenOfAnotherSignIn",
		},
		{
			name: "state-unchecked", rule: "A sign-in can be completed only by the browser that started it.",
			file: "internal/auth/oidc/login.go", old: "subtle.ConstantTimeCompare([]byte(a.State), []byte(state)) != 1", new: "len(a.State) != len(state)",
			tests: "TestCheck_RequiresTheStateOfItsAttempt",
		},
		{
			name: "token-after-its-time", rule: "A JSON Web Token is valid until 30 seconds after its expiry.",
			file: "internal/auth/oidc/oidc.go", old: "now.Add(-leeway).Before(expires)", new: "now.Add(-leeway - time.Second).Before(expires)",
			tests: "TestVerify_AppliesTheLeewayToTheSecond",
		},
		{
			name: "token-before-its-time", rule: "A JSON Web Token is not valid before its start time.",
			file: "internal/auth/oidc/oidc.go", old: "now.Add(leeway).Before(notBefore)", new: "now.Add(leeway + time.Second).Before(notBefore)",
			tests: "TestVerify_AppliesNotBeforeToTheSecond",
		},
		{
			name: "token-for-years", rule: "A JSON Web Token is valid for at most one day.",
			file: "internal/auth/oidc/oidc.go", old: "expires.Sub(issued) <= longestLife", new: "expires.After(issued)",
			tests: "TestVerify_RefusesClaimsOfTheWrongTypeOrOutOfBounds",
		},
		{
			name: "token-for-others", rule: "A JSON Web Token with several audiences must name this client as the authorized party.",
			file: "internal/auth/oidc/oidc.go", old: "return len(audience) == 1 ||", new: "return len(audience) > 0 ||",
			tests: "TestVerify_RefusesClaimsOfTheWrongTypeOrOutOfBounds",
		},
		{
			name: "issuer-flooded", rule: "Tokens with unknown keys do not cause a flood of requests to the issuer.",
			file: "internal/auth/oidc/oidc.go", old: "if early {", new: "if false {",
			tests: "TestVerify_UnknownKeyIDsDoNotFloodTheIssuer",
		},
		{
			name: "audit-for-editors", rule: "Only admins can read the audit trail.",
			file: "internal/audit/service.go", old: "auth.Admin", new: "auth.Editor",
			tests: "TestTrail_IsReadableOnlyByTheAccountsAdmins",
		},
		{
			name: "id-of-another-kind", rule: "An ID of another kind identifies nothing.",
			file: "internal/id/id.go", old: "if !ok || found != kind {", new: "if !ok || found == \"\" {",
			tests: "TestOf_ReturnsNilIfTheTextIsNoIDOfTheKind",
		},
	}
}
