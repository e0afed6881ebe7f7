package main

func peopleMutants() []mutant {
	return []mutant{
		{
			name: "last-admin-blocked", rule: "The last admin cannot be blocked or given another role.",
			file: "internal/access/person.go", old: "if one != losing {", new: "if one == losing {",
			tests: "TestLeavesNoAdmin",
		},
		{
			name: "last-admin-in-postgres", rule: "Postgres refuses to take the last admin's access too.",
			file: "migrations/20261130151000_people.tx.up.sql", old: "p.id <> NEW.id AND is_admin(p)", new: "is_admin(p) OR true",
			in: "internal/access", tests: "TestLastAdmin_KeepsAccess",
		},
		{
			name: "last-admin-invited", rule: "Someone who has never signed in is no admin that keeps an account accessible.",
			file: "internal/access/person.go", old: "p.ClaimedAt != nil && !p.moved()", new: "!p.moved()",
			tests: "TestIsAdmin",
		},
		{
			name: "last-admin-token", rule: "Postgres refuses to revoke the last admin token of an account without admins.",
			file: "migrations/20261130151000_people.tx.up.sql", old: "AND NOT EXISTS (SELECT FROM api_tokens AS t WHERE", new: "AND EXISTS (SELECT FROM api_tokens AS t WHERE",
			in: "internal/access", tests: "TestLastAdmin_KeepsAccess",
		},
		{
			name: "token-above-own-role", rule: "Nobody creates a token with a higher role than their own.",
			file: "internal/access/token.go", old: "if c.Role > own {", new: "if false {",
			tests: "TestTokens",
		},
		{
			name: "token-by-former-admins", rule: "A caller who is no admin any more creates no token.",
			file: "migrations/20261130151000_people.tx.up.sql", old: "IF own IS DISTINCT FROM 'ADMIN' OR role_rank(given)", new: "IF role_rank(given)",
			in: "internal/access", tests: "TestTokens",
		},
		{
			name: "token-kept-for-retries", rule: "The stored response of a retried mutation contains no token.",
			file: "internal/access/token.go", old: `secretText.ReplaceAll(text, []byte("null"))`, new: "text",
			tests: "TestTokens",
		},
		{
			name: "person-by-unverified-email", rule: "An email address counts only if the identity provider has verified it.",
			file: "internal/auth/oidc/oidc.go", old: `if verified := claims["email_verified"]; verified == true || verified == "true" {`, new: "if true {",
			tests: "TestVerify_TakesOnlyVerifiedEmailAddresses",
		},
		{
			name: "person-of-blocked", rule: "Nobody becomes a person who was added and is blocked.",
			file: "internal/auth/person/note.go", old: `Where("blocked_at IS NULL").`, new: "",
			tests: "TestSee_MakesSomeoneWhoWasAddedThePersonThatSignsIn",
		},
		{
			name: "email-in-any-case", rule: "Email addresses are compared by ASCII case only.",
			file: "internal/name/email.go", old: "if 'A' <= r && r <= 'Z' {\n\t\t\treturn r + 'a' - 'A'\n\t\t}\n\t\treturn r", new: "return unicode.ToLower(r)",
			tests: "TestNormalizeEmail",
		},
		{
			name: "people-searched-by-address", rule: "Only admins find people by their email address.",
			file: "internal/access/people.go", old: "case actor.Role >= auth.Admin:", new: "case actor.Role >= auth.Viewer:",
			tests: "TestPeople_ListsAndCounts",
		},
		{
			name: "group-name-by-case", rule: "Names of groups are unique without regard to case and accents.",
			file: "migrations/20261130150000_groups_and_assignments.tx.up.sql", old: "organization_groups (account_id, folded)", new: "organization_groups (account_id, name)",
			in: "internal/group", tests: "TestSave",
		},
		{
			name: "group-takes-archived", rule: "No organization joins an archived group.",
			file: "internal/group/members.go", old: "if group.Archived && len(members.Add) > 0 {", new: "if false {",
			tests: "TestSetMembers",
		},
		{
			name: "group-counts-inactive", rule: "Only active organizations of a group count.",
			file: "internal/group/list.go", old: "AND m.member AND o.active", new: "AND m.member",
			tests: "TestSetMembers",
		},
		{
			name: "assign-clears-what-is-not-given", rule: "An assignment leaves the role alone that it does not give.",
			file: "internal/organization/assign.go", old: "if assignment.VCIO.Given && !present", new: "if !present",
			tests: "TestAssign_SetsAndClears",
		},
		{
			name: "list-former-members", rule: "An organization that has left a group is not found by it.",
			file: "internal/organization/filter.go", old: "AND m.member AND NOT g.removed", new: "AND NOT g.removed",
			tests: "TestList_FilterByPeopleAndGroups",
		},
		{
			name: "undo-creation-of-used-group", rule: "The creation of a group that organizations have joined since is not undone.",
			file: "internal/mapping/undofields.go", old: "one.joined > u.position", new: "false",
			tests: "TestUndo_OfAssignmentsAndGroups",
		},
		{
			name: "undo-creation-of-assigned", rule: "The creation of an organization that somebody looks after is not undone.",
			file: "internal/mapping/undoplan.go", old: " || one.arranged > u.position:", new: ":",
			tests: "TestUndo_OfAssignmentsAndGroups",
		},
		{
			name: "note-position-of-everything", rule: "Each field beside an organization has its own last position.",
			file: "migrations/20261130150000_groups_and_assignments.tx.up.sql", old: "IF OLD.vcio_id IS DISTINCT FROM NEW.vcio_id THEN\n        NEW.vcio_since := position;", new: "IF true THEN\n        NEW.engineer_since := position; NEW.vcio_since := position;",
			in: "internal/mapping", tests: "TestUndo_OfAssignmentsAndGroups",
		},
	}
}
