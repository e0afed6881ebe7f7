package mapping

import (
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/pg"
)

func (n *tenant) organizationNamed(text string) uuid.UUID {
	n.t.Helper()
	return query[uuid.UUID](n, "SELECT id FROM organizations WHERE name = ?", text)
}

func TestService_Import(t *testing.T) {
	t.Parallel()
	store := newStore(t)

	t.Run("creates, maps and overwrites, and writes the journal", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, 3)
		existing, full := n.organization("Existing"), n.organization("Full")
		rmm, old := n.external(n.rmm, "kept"), n.external(n.glue, "old 1", "old 2")
		n.save(Cell{OrganizationID: full, IntegrationID: n.glue, ExternalOrgIDs: old}, Cell{OrganizationID: full, IntegrationID: n.rmm, ExternalOrgIDs: rmm})
		chosen := n.external(n.glue, "Full", " New ", "Existing", "New")
		chosen = append(chosen, old[0])

		results, err := n.service.Import(n.editor(), chosen)
		require.NoError(t, err)
		made := n.organizationNamed("New")
		require.Equal(t, []ImportResult{
			{ExternalOrgID: chosen[0], Outcome: OverwroteMapping, OrganizationID: &full, Replaced: old},
			{ExternalOrgID: chosen[1], Outcome: Created, OrganizationID: &made, Replaced: []uuid.UUID{}},
			{ExternalOrgID: chosen[2], Outcome: MappedExisting, OrganizationID: &existing, Replaced: []uuid.UUID{}},
			{ExternalOrgID: chosen[3], Outcome: SkippedDuplicateName, Replaced: []uuid.UUID{}},
			{ExternalOrgID: old[0], Outcome: SkippedAlreadyImported, Replaced: []uuid.UUID{}},
		}, results)
		require.Equal(t, chosen[:1], n.holds(full, n.glue))
		require.Equal(t, rmm, n.holds(full, n.rmm), "other integrations are not changed")
		require.Equal(t, chosen[1:2], n.holds(made, n.glue))
		require.Equal(t, chosen[2:3], n.holds(existing, n.glue))
		mappings, err := n.service.ByExternalOrgs(n.editor(), chosen[:1])
		require.NoError(t, err)
		require.Equal(t, OriginImport, mappings[chosen[0]].Origin)
		require.Equal(t, "Robin", mappings[chosen[0]].CreatedBy)

		change := n.lastChange()
		require.Equal(t, []any{"MAPPINGS", "organization.imported", "Robin"}, []any{change.Kind, change.Action, change.Actor})
		require.Equal(t, []uuid.UUID{full, made, existing}, change.OrganizationIDs)
		require.Equal(t, []string{
			"CREATED New", "old 1: Full > -", "old 2: Full > -", "Full: - > Full", " New : - > New", "Existing: - > Existing",
		}, change.edits(t))
	})

	t.Run("leaves a deactivated organization deactivated", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, 0)
		n.execute("INSERT INTO organizations (account_id, id, name, folded, active) VALUES (?, ?, 'Closed', 'closed', false)", n.id, id.New())
		chosen := n.external(n.glue, "Closed")
		results, err := n.service.Import(n.editor(), chosen)
		require.NoError(t, err)
		require.Equal(t, MappedExisting, results[0].Outcome)
		require.False(t, query[bool](n, "SELECT active FROM organizations WHERE id = ?", results[0].OrganizationID))
		n.requireSound()
	})

	t.Run("keeps names in any script unchanged", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, -1)
		names := []string{`O'Brien "& Sons" \ {a,b}`, "NULL", "''", `\`, "?", "$1", "{}", "Zoë 界 🙂", "a\u00a0b", "%_"}
		existing := n.organization(`back\slash "quote" 'n' all?`)
		chosen := n.external(n.glue, append(names, `back\slash "quote" 'n' all?`)...)
		results, err := n.service.Import(n.editor(), chosen)
		require.NoError(t, err)
		for i, text := range names {
			require.Equal(t, Created, results[i].Outcome)
			require.Equal(t, text, query[string](n, "SELECT name FROM organizations WHERE id = ?", results[i].OrganizationID))
			require.Equal(t, name.Fold(text), query[string](n, "SELECT folded FROM organizations WHERE id = ?", results[i].OrganizationID))
		}
		require.Equal(t, existing, *results[len(names)].OrganizationID)
	})

	t.Run("is refused as a whole if it exceeds the quota", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, 2)
		existing := n.organization("Existing")
		chosen := n.external(n.glue, "Existing", "A", "B")
		stood := n.changes()
		_, err := n.service.Import(n.editor(), chosen)
		requireUserErrors(t, err, problem{apperr.QuotaExceeded, "input/externalOrgIds", "would create 2 organizations, and your plan allows 1 more"})
		require.Empty(t, n.holds(existing, n.glue))
		require.Equal(t, stood, n.changes())
		_, err = n.service.Import(n.editor(), chosen[:2])
		require.NoError(t, err)
		n.requireSound()
	})

	t.Run("is refused without IT Glue, and with it only through KaseyaOne", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, -1)
		n.execute("DELETE FROM integrations WHERE id = ?", n.glue)
		module := n.integration("Glue of KaseyaOne", "IT_GLUE", "KASEYA_ONE")
		_, err := n.service.Import(n.editor(), n.external(module, "A"))
		requireUserErrors(t, err, problem{apperr.NotImportable, "input/externalOrgIds", "KaseyaOne"})
	})

	t.Run("reports every problem of the selection", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, -1)
		glue, rmm := n.external(n.glue, "A", "gone", " "), n.external(n.rmm, "R")
		n.execute("UPDATE external_orgs SET removed_at = now() WHERE id = ?", glue[1])
		_, err := n.service.Import(n.editor(), []uuid.UUID{glue[0], glue[1], glue[2], rmm[0], uuid.Nil, glue[0]})
		requireUserErrors(t, err,
			problem{apperr.NotFound, "input/externalOrgIds/1", ""}, problem{apperr.Invalid, "input/externalOrgIds/2", "The name is empty."},
			problem{apperr.NotImportable, "input/externalOrgIds/3", ""}, problem{apperr.NotFound, "input/externalOrgIds/4", ""},
			problem{apperr.Invalid, "input/externalOrgIds/5", "given twice"})
		require.Zero(t, query[int](n, "SELECT count(*) FROM organizations"))
	})

	t.Run("changes nothing when repeated", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, 1)
		chosen := n.external(n.glue, "A")
		_, err := n.service.Import(n.editor(), chosen)
		require.NoError(t, err)
		results, err := n.service.Import(n.editor(), chosen)
		require.NoError(t, err)
		require.Equal(t, SkippedAlreadyImported, results[0].Outcome)
		require.Nil(t, results[0].OrganizationID)
		require.Equal(t, 1, n.changes())
	})

	t.Run("refuses more than its limit", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, -1)
		_, err := n.service.Import(n.editor(), make([]uuid.UUID, MaximumImport+1))
		require.Equal(t, apperr.BadUserInput, apperr.CodeOf(err))
	})
}

func TestService_Import_OfTenThousandTakesFewStatements(t *testing.T) {
	t.Parallel()
	n := newStore(t).newTenant(t, MaximumImport)
	chosen := n.external(n.glue, numbered("Client", MaximumImport)...)
	overwritten := n.organization("Client 00007")
	old := n.external(n.glue, "old")
	n.save(Cell{OrganizationID: overwritten, IntegrationID: n.glue, ExternalOrgIDs: old})

	ctx, statements := pg.WithStatementCount(n.editor())
	results, err := n.service.Import(ctx, chosen)
	require.NoError(t, err)
	require.EqualValues(t, 9, statements.Load(), "begin, lock, 4 reads, organizations, together delete, mappings and journal, commit")
	require.Len(t, results, MaximumImport)
	require.Equal(t, ImportResult{ExternalOrgID: chosen[7], Outcome: OverwroteMapping, OrganizationID: &overwritten, Replaced: old}, results[7])
	require.Equal(t, Created, results[MaximumImport-1].Outcome)
	require.Equal(t, MaximumImport, query[int](n, "SELECT count(*) FROM mappings"))
	require.Equal(t, MaximumImport, query[int](n, "SELECT organizations_used FROM accounts"))
	n.requireSound()
}

func TestService_Import_ConcurrentIdenticalImportsCreateOnce(t *testing.T) {
	t.Parallel()
	n := newStore(t).newTenant(t, -1)
	chosen := n.external(n.glue, numbered("Client", 50)...)
	results := make([][]ImportResult, 20)
	for _, err := range atOnce(len(results), func(i int) (err error) {
		results[i], err = n.service.Import(n.editor(), chosen)
		return err
	}) {
		require.NoError(t, err)
	}
	created := map[uuid.UUID]int{}
	for _, result := range results {
		for _, one := range result {
			if one.Outcome == Created {
				created[one.ExternalOrgID]++
			} else {
				require.Equal(t, SkippedAlreadyImported, one.Outcome)
			}
		}
	}
	require.Len(t, created, len(chosen))
	for _, times := range created {
		require.Equal(t, 1, times)
	}
	require.Equal(t, len(chosen), query[int](n, "SELECT count(*) FROM organizations"))
	require.Equal(t, 1, n.changes())
	n.requireSound()
}

func TestService_Import_ConcurrentCreationsStayWithinTheQuota(t *testing.T) {
	t.Parallel()
	const limit = 12
	n := newStore(t).newTenant(t, limit)
	chosen := n.external(n.glue, numbered("Client", 75)...)
	imported, created := make([]bool, 25), make([]bool, 25)
	outcomes := atOnce(50, func(i int) error {
		if i%2 == 0 { // an import that creates three organizations
			_, err := n.service.Import(n.editor(), chosen[i/2*3:i/2*3+3])
			imported[i/2] = err == nil
			return err
		}
		text := fmt.Sprint("Made by hand ", i)
		err := n.tryExecute("INSERT INTO organizations (account_id, id, name, folded) VALUES (?, ?, ?, ?)", n.id, id.New(), text, name.Fold(text))
		created[i/2] = err == nil
		return err
	})
	used := 0
	for i := range imported {
		if imported[i] {
			used += 3
		} else {
			requireUserErrors(t, outcomes[2*i], problem{apperr.QuotaExceeded, "input/externalOrgIds", "your plan allows"})
		}
		if created[i] {
			used++
		} else {
			require.True(t, pg.Violates(outcomes[2*i+1], "accounts_quota_check"), "%v", outcomes[2*i+1])
		}
	}
	require.Equal(t, used, query[int](n, "SELECT organizations_used FROM accounts"))
	require.Equal(t, limit, used, "25 single creations use the quota that the imports leave")
	n.requireSound()
}

func TestService_Import_MapsToAConcurrentlyCreatedOrganization(t *testing.T) {
	t.Parallel()
	n := newStore(t).newTenant(t, -1)
	for round := range 10 {
		text := fmt.Sprint("Client ", round)
		chosen := n.external(n.glue, text)
		outcomes := atOnce(2, func(i int) error {
			if i == 0 {
				_, err := n.service.Import(n.editor(), chosen)
				return err
			}
			return n.tryExecute("INSERT INTO organizations (account_id, id, name, folded) VALUES (?, ?, ?, ?)", n.id, id.New(), text, name.Fold(text))
		})
		require.NoError(t, outcomes[0], "an import maps to the organization that was created first")
		if outcomes[1] != nil {
			require.True(t, pg.Violates(outcomes[1], "organizations_name_key"), "%v", outcomes[1])
		}
		require.Equal(t, chosen, n.holds(n.organizationNamed(text), n.glue))
	}
	n.requireSound()
}

func TestService_Import_StaysConsistentWithSavesAndClears(t *testing.T) {
	t.Parallel()
	n := newStore(t).newTenant(t, -1)
	chosen := n.external(n.glue, numbered("Client", 20)...)
	other := n.organization("Other")
	outcomes := atOnce(12, func(i int) error {
		var err error
		switch i % 3 {
		case 0:
			_, err = n.service.Import(n.editor(), chosen)
		case 1:
			_, err = n.service.Save(n.editor(), []Cell{{OrganizationID: other, IntegrationID: n.glue, ExternalOrgIDs: chosen[i : i+1]}})
		case 2:
			var mappings map[uuid.UUID]*Mapping
			if mappings, err = n.service.ByExternalOrgs(n.as(auth.Viewer), chosen); err == nil && mappings[chosen[i]] != nil {
				_, err = n.service.Clear(n.editor(), mappings[chosen[i]].ID)
			}
		}
		return err
	})
	for i, err := range outcomes {
		found, failure := apperr.Split(err)
		require.NoError(t, failure)
		for _, one := range found {
			want := map[int]apperr.UserErrorCode{1: apperr.AlreadyMapped, 2: apperr.NotFound}[i%3]
			require.Equal(t, want, one.Code, one.Message)
		}
	}
	require.LessOrEqual(t, query[int](n, "SELECT count(*) FROM mappings"), len(chosen))
	n.requireSound()
}
