package main

// historyMutants break the rules of history, undo and snapshots.
func historyMutants() []mutant {
	return []mutant{
		{
			name: "undo-of-what-changed-since", rule: "An edit is reverted only if nobody has touched its object since.",
			file: "internal/mapping/undoplan.go", old: "if last == u.position {", new: "if last >= u.position {",
			tests: "TestUndo_SkipsWhatHasChangedSince",
		},
		{
			name: "undo-of-an-undo-is-a-change", rule: "What an undo of the same change reverted is ALREADY_REVERTED.",
			file: "internal/mapping/undoplan.go", old: "if slices.Contains(u.world.undoneBy[u.position], last) {", new: "if false {",
			tests: "TestUndo_SkipsWhatHasChangedSince",
		},
		{
			name: "undo-maps-the-excluded", rule: "An undo does not map what somebody has excluded since.",
			file: "internal/mapping/undoplan.go", old: "case edit.Before != nil && external.exclusion != nil && external.decided > u.position:", new: "case false:",
			tests: "TestUndo_SkipsWhatHasChangedSince",
		},
		{
			name: "undo-deletes-what-is-in-use", rule: "An organization that something refers to is not deleted by an undo.",
			file: "internal/mapping/undoplan.go", old: "one.mappings != u.leaving[edit.Organization.ID] || one.decided", new: "one.decided",
			tests: "TestUndo_SkipsWhatHasChangedSince|TestUndo_EqualsAReplayWithoutTheChanges",
		},
		{
			name: "undo-takes-a-name", rule: "An organization gets its old name back only if it is free.",
			file: "internal/mapping/undoplan.go", old: "taken && holder != key {", new: "taken && holder == key {",
			tests: "TestUndo_SkipsWhatHasChangedSince",
		},
		{
			name: "undo-beyond-the-quota", rule: "An undo announces that the quota has no place.",
			file: "internal/mapping/undoplan.go", old: "u.used >= *u.world.remaining", new: "u.used > *u.world.remaining",
			tests: "TestUndo_SkipsWhatHasChangedSince",
		},
		{
			name: "undo-without-the-preview", rule: "An undo whose result differs from the preview is a CONFLICT.",
			file: "internal/mapping/undo.go", old: "*previewCursor != undone.Cursor {", new: "false {",
			tests: "TestUndo_ChecksThePreviewsCursor",
		},
		{
			name: "undo-of-another-change", rule: "The cursor of another change's or account's preview is an error.",
			file: "internal/mapping/undo.go", old: "case !strings.HasPrefix(string(decoded), head):", new: "case false:",
			tests: "TestUndo_ChecksThePreviewsCursor",
		},
		{
			name: "undo-leaves-decisions-ended", rule: "Decisions that an undone mapping ended hold again.",
			file: "internal/mapping/undostore.go", old: "add(len(p.emptied), excludeStill", new: "add(0, excludeStill",
			tests: "TestUndo_Properties|TestUndo_EqualsAReplayWithoutTheChanges",
		},
		{
			name: "undo-forgets-the-origin", rule: "A mapping that an undo makes again is as it was.",
			file: "internal/mapping/undostore.go", old: "p.origin, p.created_at, p.created_by, p.creator_kind", new: "p.origin, now(), p.created_by, p.creator_kind",
			tests: "TestUndo_Properties|TestUndo_EqualsAReplayWithoutTheChanges",
		},
		{
			name: "snapshot-of-today", rule: "A snapshot has the organizations of its moment.",
			file: "internal/history/organizations.go", old: "FROM organizations WHERE account_id = ?0 AND since <= ?1", new: "FROM organizations WHERE account_id = ?0",
			in: "server", tests: "TestSnapshot_IsWhatOrganizationsAnsweredThen",
		},
		{
			name: "snapshot-without-the-past", rule: "A snapshot has the mappings that ended since.",
			file: "internal/history/mappings.go", old: "AND m.until > $3 AND m.since <= $3`", new: "AND m.until > $3 AND m.since <= $3 AND false`",
			in: "server", tests: "TestSnapshot_IsWhatOrganizationsAnsweredThen",
		},
		{
			name: "snapshot-with-new-names", rule: "A snapshot has the names of its moment.",
			file: "internal/history/mappings.go", old: "n.subject_id = i.id AND n.until > $2", new: "n.subject_id = i.id AND n.until > $2 + 1000",
			in: "server", tests: "TestSnapshot_IsWhatOrganizationsAnsweredThen",
		},
		{
			name: "snapshot-forgets-renames", rule: "A mapping says when its external organization was last renamed.",
			file: "internal/refresh/swap.go", old: "renamed = (SELECT journal_position FROM accounts WHERE id = $1)", new: "renamed = 0",
			in: "server", tests: "TestSnapshot_HasTheNamesOfItsMoment",
		},
		{
			name: "snapshot-of-another-position", rule: "Organizations of a snapshot in memory are those of its position.",
			file: "internal/history/organizations.go", old: "uint64(position)) //nolint", new: "uint64(position-position)) //nolint",
			in: "server", tests: "TestSnapshot_FromMemoryIsWhatWasListed",
		},
		{
			name: "history-of-others", rule: "The ID of another account's change is unknown.",
			file: "internal/journal/node.go", old: "if string(node[:8]) != string(digestOf(account)) {", new: "if false {",
			in: "server", tests: "TestHistory_SaysWhoDidWhatAndUndoesIt",
		},
		{
			name: "delete-with-mappings", rule: "An organization with mappings is not deleted.",
			file: "internal/organization/delete.go", old: "case present.Mapped:", new: "case false:",
			in: "server", tests: "TestSnapshot_IsWhatOrganizationsAnsweredThen",
		},
		{
			name: "restored-without-mappings", rule: "Connecting again brings back the mappings.",
			file: "internal/integration/disconnected.go", old: "p.external_org_id = x.id AND p.until = ?2", new: "p.external_org_id = x.id AND p.until = ?2 + 1",
			in: "server", tests: "TestDisconnected_ComesBackWithItsMappings",
		},
		{
			name: "history-counts-undone-undos", rule: "What an undone undo reverted is not reverted any more.",
			file: "internal/history/reverted.go", old: "one.edits - counts[one.position]", new: "one.edits",
			tests: "TestRevertedCounts",
		},
	}
}
