package main

func callerMutants() []mutant {
	return []mutant{
		{
			name: "lower-roles-suffice", rule: "A caller whose role is below the needed one is refused.",
			file: "internal/auth/auth.go", old: "if actor.Role < needed {", new: "if actor.Role < needed-1 {",
			tests: "TestRequire",
		},
		{
			name: "own-role-does-not-suffice", rule: "A caller of exactly the needed role is let in.",
			file: "internal/auth/auth.go", old: "if actor.Role < needed {", new: "if actor.Role <= needed {",
			tests: "TestRequire",
		},
		{
			name: "token-expired", rule: "A token that has expired is not good.",
			file: "migrations/20261128192000_sessions_of_tokens.tx.up.sql",
			old:  "WHERE t.hash = bearers.hash AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now());",
			new:  "WHERE t.hash = bearers.hash AND t.revoked_at IS NULL;",
			in:   "internal/auth/token", tests: "TestStore_BadTokensAreAllAnsweredAlike",
		},
		{
			name: "token-revoked", rule: "A token that was revoked is not good.",
			file: "migrations/20261128192000_sessions_of_tokens.tx.up.sql",
			old:  "WHERE t.hash = bearers.hash AND t.revoked_at IS NULL AND",
			new:  "WHERE t.hash = bearers.hash AND",
			in:   "internal/auth/token", tests: "TestStore_BadTokensAreAllAnsweredAlike|TestStore_Revoke",
		},
		{
			name: "session-of-the-blocked", rule: "The session of a person who is blocked is not good.",
			file: "migrations/20261128192000_sessions_of_tokens.tx.up.sql", old: "AND p.id = person AND p.blocked_at IS NULL", new: "AND p.id = person",
			in: "internal/auth/person", tests: "TestBlock_EndsSessionsAndTokensUntilItIsTakenBack",
		},
		{
			name: "blocked-acts", rule: "A person who is blocked does not act.",
			file: "internal/auth/person/person.go", old: "if p.BlockedAt != nil {", new: "if false {",
			tests: "TestBlock_EndsSessionsAndTokensUntilItIsTakenBack",
		},
		{
			name: "moved-acts", rule: "A person whom the issuer has moved to another account does not act in the old one.",
			file: "internal/auth/person/person.go", old: "p.MovedAt != nil && p.MovedAt.After(p.ClaimedAt)", new: "false",
			tests: "TestSee_PeopleAreInTheAccountThatWasNamedLast|TestSee_OlderWordThatComesLaterDoesNotBringAnybodyBack",
		},
		{
			name: "older-word-counts", rule: "A person's role is what the issuer said last, in whichever order its words come.",
			file: "internal/auth/person/person.go", old: "identity.IssuedAt.After(known.ClaimedAt)", new: "true",
			tests: "TestSupersedes_NewestWordCounts",
		},
		{
			name: "older-word-stored", rule: "Postgres itself keeps the issuer's newest word.",
			file: "internal/auth/person/person.go", old: "WHERE (excluded.claimed_at, -role_rank(excluded.role)) > (known", new: "WHERE true OR (excluded.claimed_at, -role_rank(excluded.role)) > (known",
			tests: "TestNote_KeepsTheNewestWord",
		},
		{
			name: "highest-role-of-a-second", rule: "Of several words of one second, the one with the lowest role counts.",
			file: "internal/auth/person/person.go", old: "return identity.Role < role\n", new: "return identity.Role > role\n",
			tests: "TestSee_WhatHoldsDependsOnWhatWasSaidAndNotOnItsOrder",
		},
		{
			name: "nonce-of-the-right-length", rule: "A sign-in is finished by the token that was made for it.",
			file: "internal/auth/oidc/login.go", old: "subtle.ConstantTimeCompare([]byte(nonce), []byte(attempt.Nonce)) != 1", new: "len(nonce) != len(attempt.Nonce)",
			tests: "TestFinish_TakesNoTokenOfAnotherSignIn",
		},
		{
			name: "state-unchecked", rule: "A sign-in is finished by the browser that began it.",
			file: "internal/auth/oidc/login.go", old: "subtle.ConstantTimeCompare([]byte(a.State), []byte(state)) != 1", new: "len(a.State) != len(state)",
			tests: "TestCheck_WantsTheStateOfItsAttempt",
		},
		{
			name: "token-after-its-time", rule: "A JSON Web Token is good until it expires, and 30 seconds longer.",
			file: "internal/auth/oidc/oidc.go", old: "now.Add(-leeway).Before(expires)", new: "now.Add(-leeway - time.Second).Before(expires)",
			tests: "TestVerify_HoldsToTheSecondOfItsLeeway",
		},
		{
			name: "token-before-its-time", rule: "A JSON Web Token is not good before its time.",
			file: "internal/auth/oidc/oidc.go", old: "now.Add(leeway).Before(notBefore)", new: "now.Add(leeway + time.Second).Before(notBefore)",
			tests: "TestVerify_HoldsToTheSecondOfItsBeginning",
		},
		{
			name: "token-for-years", rule: "A JSON Web Token lives for a day at most.",
			file: "internal/auth/oidc/oidc.go", old: "expires.Sub(issued) <= longestLife", new: "expires.After(issued)",
			tests: "TestVerify_ClaimsOfAnotherTypeOrBeyondTheirBoundsAreRefused",
		},
		{
			name: "token-for-others", rule: "A JSON Web Token with several audiences names this client as the one that it was made for.",
			file: "internal/auth/oidc/oidc.go", old: "return len(audience) == 1 ||", new: "return len(audience) > 0 ||",
			tests: "TestVerify_ClaimsOfAnotherTypeOrBeyondTheirBoundsAreRefused",
		},
		{
			name: "issuer-flooded", rule: "Tokens with unknown keys do not make this server flood the issuer.",
			file: "internal/auth/oidc/oidc.go", old: "if early {", new: "if false {",
			tests: "TestVerify_ForgedKeyIDsDoNotFloodTheIssuer",
		},
		{
			name: "audit-for-editors", rule: "Only admins read who signed in.",
			file: "internal/audit/service.go", old: "auth.Admin", new: "auth.Editor",
			tests: "TestTrail_IsReadByAdminsOfTheAccountAlone",
		},
		{
			name: "id-of-another-kind", rule: "An ID of another kind names nothing.",
			file: "internal/id/id.go", old: "if !ok || found != kind {", new: "if !ok || found == \"\" {",
			tests: "TestOf_NamesNothingWhereTheTextIsNoIDOfTheKind",
		},
	}
}
