package mapping

import (
	"fmt"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/pg"
)

func requireUserErrors(t *testing.T, err error, want ...problem) {
	t.Helper()
	var found apperr.UserErrors
	require.ErrorAs(t, err, &found)
	requireProblems(t, want, found)
}

func TestService_Save(t *testing.T) {
	t.Parallel()
	store := newStore(t)

	t.Run("fills a cell and writes the journal", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, -1)
		acme, externals := n.organization("Acme"), n.external(n.glue, "Acme Ltd", "acme inc")
		touched, err := n.service.Save(n.editor(), []Cell{{OrganizationID: acme, IntegrationID: n.glue, ExternalOrgIDs: externals, Expected: &[]uuid.UUID{}}})
		require.NoError(t, err)
		require.Equal(t, []uuid.UUID{acme}, touched)

		mappings, err := n.service.ByOrganizations(n.as(auth.Viewer), []uuid.UUID{acme})
		require.NoError(t, err)
		require.Len(t, mappings[acme], 2)
		one := mappings[acme][0]
		require.Equal(t, Mapping{
			ID: one.ID, OrganizationID: acme, IntegrationID: n.glue, ExternalOrgID: externals[1],
			ExternalName: "acme inc", Origin: OriginManual, CreatedAt: one.CreatedAt, CreatedBy: "Robin",
		}, *one, "names are in order without regard to case")
		require.Equal(t, "Acme Ltd", mappings[acme][1].ExternalName)

		change := n.lastChange()
		require.Equal(t, []any{"MAPPINGS", "mapping.saved", "Robin", []uuid.UUID{acme}}, []any{change.Kind, change.Action, change.Actor, change.OrganizationIDs})
		require.Equal(t, []string{"Acme Ltd: - > Acme", "acme inc: - > Acme"}, change.edits(t))
	})

	t.Run("keeps the rows of unchanged mappings", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, -1)
		acme, externals := n.organization("Acme"), n.external(n.glue, "a", "b", "c")
		n.save(Cell{OrganizationID: acme, IntegrationID: n.glue, ExternalOrgIDs: externals[:2]})
		before, err := n.service.ByExternalOrgs(n.editor(), externals)
		require.NoError(t, err)
		n.save(Cell{OrganizationID: acme, IntegrationID: n.glue, ExternalOrgIDs: externals[1:]})
		after, err := n.service.ByExternalOrgs(n.editor(), externals)
		require.NoError(t, err)
		require.NotContains(t, after, externals[0])
		require.Equal(t, before[externals[1]], after[externals[1]])
		require.Contains(t, after, externals[2])
	})

	t.Run("swaps two external organizations in one save", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, -1)
		acme, beta, externals := n.organization("Acme"), n.organization("Beta"), n.external(n.glue, "a", "b")
		n.save(Cell{OrganizationID: acme, IntegrationID: n.glue, ExternalOrgIDs: externals[:1]}, Cell{OrganizationID: beta, IntegrationID: n.glue, ExternalOrgIDs: externals[1:]})
		n.save(Cell{OrganizationID: acme, IntegrationID: n.glue, ExternalOrgIDs: externals[1:]}, Cell{OrganizationID: beta, IntegrationID: n.glue, ExternalOrgIDs: externals[:1]})
		require.Equal(t, externals[1:], n.holds(acme, n.glue))
		require.Equal(t, externals[:1], n.holds(beta, n.glue))
	})

	t.Run("journals nothing if nothing changes", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, -1)
		acme, externals := n.organization("Acme"), n.external(n.glue, "a", "b")
		n.save(Cell{OrganizationID: acme, IntegrationID: n.glue, ExternalOrgIDs: externals})
		stood := n.changes()
		touched, err := n.service.Save(n.editor(), []Cell{{OrganizationID: acme, IntegrationID: n.glue, ExternalOrgIDs: []uuid.UUID{externals[1], externals[0]}}, {OrganizationID: acme, IntegrationID: n.rmm}})
		require.NoError(t, err)
		require.Equal(t, []uuid.UUID{acme}, touched)
		require.Equal(t, stood, n.changes())
	})

	t.Run("keeps a mapping to a removed external organization", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, -1)
		acme, externals := n.organization("Acme"), n.external(n.glue, "a", "b")
		n.save(Cell{OrganizationID: acme, IntegrationID: n.glue, ExternalOrgIDs: externals[:1]})
		n.execute("UPDATE external_orgs SET removed_at = now() WHERE id = ?", externals[0])
		n.save(Cell{OrganizationID: acme, IntegrationID: n.glue, ExternalOrgIDs: externals})
		require.Equal(t, externals, n.holds(acme, n.glue))
	})

	t.Run("changes nothing if a cell is invalid, and reports every problem", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, -1)
		acme, beta, gamma := n.organization("Acme"), n.organization("Beta"), n.organization("Gamma")
		glue, rmm := n.external(n.glue, "a", "b"), n.external(n.rmm, "r")
		n.save(Cell{OrganizationID: beta, IntegrationID: n.glue, ExternalOrgIDs: glue[:1]})
		stood := n.changes()
		_, err := n.service.Save(n.editor(), []Cell{
			{OrganizationID: gamma, IntegrationID: n.glue, ExternalOrgIDs: glue[1:]},
			{OrganizationID: acme, IntegrationID: n.glue, ExternalOrgIDs: []uuid.UUID{glue[0], rmm[0], uuid.Nil}, Expected: &glue},
		})
		requireUserErrors(t, err,
			problem{apperr.Conflict, "input/cells/1/expectedExternalOrgIds", "now contains nothing"},
			problem{apperr.AlreadyMapped, "input/cells/1/externalOrgIds/0", `“a” is already mapped to “Beta”`},
			problem{apperr.Invalid, "input/cells/1/externalOrgIds/1", `“r” is not an external organization of “Glue”`},
			problem{apperr.NotFound, "input/cells/1/externalOrgIds/2", ""})
		require.Empty(t, n.holds(gamma, n.glue))
		require.Equal(t, stood, n.changes())
	})

	t.Run("refuses more than its limits", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, -1)
		_, err := n.service.Save(n.editor(), make([]Cell, MaximumCells+1))
		require.Equal(t, apperr.BadUserInput, apperr.CodeOf(err))
		_, err = n.service.Save(n.editor(), []Cell{{ExternalOrgIDs: make([]uuid.UUID, MaximumCellExternalOrgs+1)}})
		require.Equal(t, apperr.BadUserInput, apperr.CodeOf(err))
		expected := make([]uuid.UUID, MaximumCellExternalOrgs+1)
		_, err = n.service.Save(n.editor(), []Cell{{Expected: &expected}})
		require.Equal(t, apperr.BadUserInput, apperr.CodeOf(err))
	})

	t.Run("needs the same number of statements for any number of cells", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, -1)
		cells := []Cell{}
		for i, external := range n.external(n.glue, numbered("external", 200)...) {
			cells = append(cells, Cell{OrganizationID: n.organization(fmt.Sprint("organization ", i)), IntegrationID: n.glue, ExternalOrgIDs: []uuid.UUID{external}})
		}
		ctx, statements := pg.WithStatementCount(n.editor())
		_, err := n.service.Save(ctx, cells)
		require.NoError(t, err)
		require.EqualValues(t, 2, statements.Load(), "together: begin, lock and 3 reads; insert, journal and commit")
	})
}

// numbered returns count names: the word, followed by a number.
func numbered(word string, count int) []string {
	names := make([]string, count)
	for i := range names {
		names[i] = fmt.Sprintf("%s %05d", word, i)
	}
	return names
}

func TestService_Save_OneOfTwoConcurrentSavesWins(t *testing.T) {
	t.Parallel()
	n := newStore(t).newTenant(t, -1)
	acme, externals := n.organization("Acme"), n.external(n.glue, "a", "b")
	seen := []uuid.UUID{}
	for range 20 {
		expected := seen
		outcomes := atOnce(2, func(i int) error {
			_, err := n.service.Save(n.editor(), []Cell{{OrganizationID: acme, IntegrationID: n.glue, ExternalOrgIDs: toggled(seen, externals[i]), Expected: &expected}})
			return err
		})
		won := 0
		if outcomes[0] != nil {
			won = 1
		}
		require.NoError(t, outcomes[won])
		requireUserErrors(t, outcomes[1-won], problem{apperr.Conflict, "input/cells/0/expectedExternalOrgIds", "Someone else changed this cell first"})
		seen = n.holds(acme, n.glue)
		require.ElementsMatch(t, toggled(expected, externals[won]), seen)
	}
}

// toggled returns the list with external removed if it was there, or else added.
func toggled(list []uuid.UUID, external uuid.UUID) []uuid.UUID {
	without := []uuid.UUID{}
	for _, one := range list {
		if one != external {
			without = append(without, one)
		}
	}
	if len(without) == len(list) {
		return append(without, external)
	}
	return without
}

// atOnce runs work count times concurrently, all started together, and returns the errors.
func atOnce(count int, work func(i int) error) []error {
	outcomes := make([]error, count)
	start := make(chan struct{})
	var all sync.WaitGroup
	for i := range count {
		all.Go(func() {
			<-start
			outcomes[i] = work(i)
		})
	}
	close(start)
	all.Wait()
	return outcomes
}

func TestService_Save_OppositeOrdersDoNotDeadlock(t *testing.T) {
	t.Parallel()
	n := newStore(t).newTenant(t, -1)
	externals := n.external(n.glue, numbered("external", 20)...)
	organizations := []uuid.UUID{}
	for i := range 20 {
		organizations = append(organizations, n.organization(fmt.Sprint("organization ", i)))
	}
	outcomes := atOnce(20, func(worker int) error {
		for round := range 5 {
			cells := make([]Cell, len(organizations))
			for i := range cells {
				at := i
				if worker%2 == 0 {
					at = len(cells) - 1 - i
				}
				cells[i] = Cell{OrganizationID: organizations[at], IntegrationID: n.glue, ExternalOrgIDs: []uuid.UUID{externals[(at+worker+round)%len(externals)]}}
			}
			if _, err := n.service.Save(n.editor(), cells); err != nil {
				return err
			}
		}
		return nil
	})
	for _, err := range outcomes {
		require.NoError(t, err)
	}
	require.Equal(t, 20, query[int](n, "SELECT count(*) FROM mappings"))
	n.requireSound()
}

func TestService_Clear(t *testing.T) {
	t.Parallel()
	store := newStore(t)

	t.Run("deletes one mapping and keeps the others", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, -1)
		acme, externals := n.organization("Acme"), n.external(n.glue, "a", "b")
		n.save(Cell{OrganizationID: acme, IntegrationID: n.glue, ExternalOrgIDs: externals})
		mappings, err := n.service.ByExternalOrgs(n.editor(), externals)
		require.NoError(t, err)
		touched, err := n.service.Clear(n.editor(), mappings[externals[0]].ID)
		require.NoError(t, err)
		require.Equal(t, acme, touched)
		require.Equal(t, externals[1:], n.holds(acme, n.glue))

		change := n.lastChange()
		require.Equal(t, []any{"MAPPINGS", "mapping.cleared", []uuid.UUID{acme}}, []any{change.Kind, change.Action, change.OrganizationIDs})
		require.Equal(t, []string{"a: Acme > -"}, change.edits(t))
	})

	t.Run("does not find a deleted mapping", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, -1)
		_, err := n.service.Clear(n.editor(), id.New())
		requireUserErrors(t, err, problem{apperr.NotFound, "input/mappingId", "This mapping does not exist."})
		require.Zero(t, n.changes())
	})

	t.Run("clears a mapping once under concurrent requests", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, -1)
		acme, externals := n.organization("Acme"), n.external(n.glue, "a")
		n.save(Cell{OrganizationID: acme, IntegrationID: n.glue, ExternalOrgIDs: externals})
		mappings, err := n.service.ByExternalOrgs(n.editor(), externals)
		require.NoError(t, err)
		cleared := 0
		for _, err := range atOnce(8, func(int) error { _, err := n.service.Clear(n.editor(), mappings[externals[0]].ID); return err }) {
			if err == nil {
				cleared++
				continue
			}
			requireUserErrors(t, err, problem{apperr.NotFound, "input/mappingId", ""})
		}
		require.Equal(t, 1, cleared)
		n.requireSound()
	})
}
