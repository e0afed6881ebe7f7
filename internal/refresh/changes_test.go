package refresh

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/vendors"
)

// changes returns what a run changed by name, as text.
func (b *bench) changes(run *Run) []string {
	b.t.Helper()
	found, err := b.ChangesOf(b.editor, []uuid.UUID{run.ID})
	require.NoError(b.t, err)
	if found[run.ID] == nil {
		return nil
	}
	var lines []string
	for _, one := range found[run.ID].First {
		line := string(one.Kind) + " " + one.Name
		if one.PreviousName != nil {
			line += " (" + *one.PreviousName + ")"
		}
		if one.Mapped {
			line += ", mapped"
		}
		require.Equal(b.t, one.Kind == Added, one.ID == nil)
		lines = append(lines, line)
	}
	return lines
}

// mapped maps the external organization with a remote id to a new organization.
func (b *bench) mapped(integration uuid.UUID, remoteID string) {
	b.t.Helper()
	organization := id.New()
	b.exec("INSERT INTO organizations (account_id, id, name, folded) VALUES (?, ?, ?, ?)", b.account, organization, organization.String(), organization.String())
	b.exec(`INSERT INTO mappings (account_id, id, organization_id, integration_id, external_org_id, origin, created_by)
		SELECT account_id, gen_random_uuid(), ?, integration_id, id, 'MANUAL', 'Pat' FROM external_orgs WHERE integration_id = ? AND remote_id = ?`,
		organization, integration, remoteID)
}

func TestRun_NamesWhatItChanged(t *testing.T) {
	t.Parallel()
	b := newBench(t, openDatabase(t))
	integration := b.integration()
	b.vendor.set("1", "Acme", "2", "Bolt", "3", "Cedar", "4", "Dunes", "5", "Ember")
	require.Equal(t, []string{"ADDED Acme", "ADDED Bolt", "ADDED Cedar", "ADDED Dunes", "ADDED Ember"}, b.changes(b.refresh(integration)))
	require.Nil(t, b.changes(b.refresh(integration)), "an unchanged list")
	b.mapped(integration, "2")
	b.mapped(integration, "3")

	b.vendor.set("1", "Acme", "2", "Bolt & Sons", "4", "Dunes East", "6", "Fjord")
	require.Equal(t, []string{
		"REMOVED Cedar, mapped", "RENAMED Bolt & Sons (Bolt), mapped", "REMOVED Ember", "RENAMED Dunes East (Dunes)", "ADDED Fjord",
	}, b.changes(b.refresh(integration)))

	b.vendor.set("1", "Acme", "2", "Bolt & Sons", "3", "Cedar", "4", "Dunes East", "5", "Embers", "6", "Fjord")
	run := b.refresh(integration)
	require.Equal(t, []string{"RETURNED Cedar, mapped", "RETURNED Embers (Ember)"}, b.changes(run))
	found, err := b.ChangesOf(b.editor, []uuid.UUID{run.ID})
	require.NoError(t, err)
	require.Equal(t, 2, found[run.ID].Returned)
	require.Zero(t, found[run.ID].Renamed, "an organization that is listed again is not counted twice")
}

func TestRun_NamesNothingIfOnlyDetailsChanged(t *testing.T) {
	t.Parallel()
	b := newBench(t, openDatabase(t))
	integration := b.integration()
	b.vendor.set("1", "Acme")
	b.refresh(integration)
	b.vendor.all[0].City = "Reno"
	run := b.refresh(integration)
	require.Equal(t, 1, run.Updated)
	require.Nil(t, b.changes(run))
}

func TestReview_NamesWhatWouldGo(t *testing.T) {
	t.Parallel()
	b := newBench(t, openDatabase(t))
	integration := b.integration()
	b.vendor.set("1", "Acme", "2", "Bolt", "3", "Cedar")
	b.refresh(integration)
	b.mapped(integration, "3")
	b.vendor.set()
	run := b.refresh(integration)
	require.Equal(t, StateNeedsReview, run.State)
	require.Equal(t, []string{"REMOVED Cedar, mapped", "REMOVED Acme", "REMOVED Bolt"}, b.changes(run))
	require.Equal(t, map[string]string{"1": "Acme", "2": "Bolt", "3": "Cedar"}, b.list(integration), "the stored list stays")

	accepted := b.refresh(integration, true)
	require.Equal(t, StateSucceeded, accepted.State)
	require.Equal(t, b.changes(run), b.changes(accepted))
}

func TestNamed_KeepsTheFirstOfMany(t *testing.T) {
	t.Parallel()
	const many = 3 * maximumNamed
	diff := difference{}
	walked := make([]vendors.Organization, many)
	for i := range many {
		walked[i].Name = fmt.Sprintf("Client %04d", many-i)
		diff.added = append(diff.added, i)
		diff.removed = append(diff.removed, gone{id.New(), fmt.Sprintf("Gone %04d", many-i)})
	}
	last := diff.removed[0] // by name
	changes := named(diff, walked, map[uuid.UUID]bool{last.id: true})
	require.Len(t, changes.First, maximumNamed)
	require.Equal(t, [3]int{many, many, 1}, [3]int{changes.Added, changes.Removed, changes.RemovedMapped})
	require.Equal(t, NamedChange{Kind: Removed, ID: &last.id, Name: last.name, Mapped: true}, changes.First[0])
	for i, one := range changes.First[1:] {
		require.Equal(t, fmt.Sprintf("Gone %04d", i+1), one.Name)
	}
}

func TestNamed_ShortensNames(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ä", 500)
	changes := named(difference{changed: []change{{id: id.New(), previousName: long}}}, []vendors.Organization{{Name: long}}, nil)
	require.Equal(t, strings.Repeat("ä", 200)+"…", changes.First[0].Name)
	require.Equal(t, strings.Repeat("ä", 200)+"…", *changes.First[0].PreviousName)
}

func TestChanges_AreKeptForTheNewestRuns(t *testing.T) {
	t.Parallel()
	b := newBench(t, openDatabase(t))
	integration, other := b.integration(), b.integration()
	b.vendor.set("1", "Acme")
	first, kept := b.refresh(integration), b.refresh(other)
	b.exec(`WITH runs AS (
			INSERT INTO refresh_runs (account_id, id, integration_id, state, requested_by, finished_at)
			SELECT account_id, ('ffffffff-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, integration_id, 'SUCCEEDED', 'Pat', now()
			FROM refresh_runs, generate_series(1, ?) AS n WHERE id = ? RETURNING account_id, integration_id, id
		) INSERT INTO refresh_changes SELECT account_id, integration_id, id, '{"added": 1}' FROM runs`, maximumChanged-1, first.ID)
	require.NotNil(t, b.changes(first))
	b.vendor.set("1", "Acme Limited")
	b.refresh(integration)
	require.Equal(t, maximumChanged, one[int](b, "SELECT count(*) FROM refresh_changes WHERE integration_id = ?", integration))
	require.NotNil(t, b.changes(kept), "each integration has its own limit")
	b.exec("DELETE FROM refresh_runs WHERE id = ?", kept.ID)
	require.Nil(t, b.changes(kept), "they end with the run")
}

func TestSwap_AnUnchangedListWritesOnlyTheRun(t *testing.T) {
	t.Parallel()
	b := newBench(t, openDatabase(t))
	integration := b.integration()
	b.vendor.setMany(3 * partSize)
	b.vendor.size = partSize
	b.refresh(integration)
	before := one[int](b, "SELECT (SELECT count(*) FROM refresh_changes) + (SELECT count(*) FROM journal)")
	require.Equal(t, StateSucceeded, b.refresh(integration).State)
	require.Equal(t, before, one[int](b, "SELECT (SELECT count(*) FROM refresh_changes) + (SELECT count(*) FROM journal)"))
}

func TestJournal_NamesWhatARefreshTouched(t *testing.T) {
	t.Parallel()
	b := newBench(t, openDatabase(t))
	integration := b.integration()
	touched := func() string {
		return one[string](b, `SELECT coalesce(string_agg(x.remote_id, ' ' ORDER BY x.remote_id), '') FROM external_orgs AS x
			WHERE x.id IN (SELECT unnest(external_org_ids) FROM journal WHERE position = (SELECT max(position) FROM journal))`)
	}
	b.vendor.set("1", "Acme", "2", "Bolt", "3", "Cedar")
	b.refresh(integration)
	require.Empty(t, touched(), "no one has seen new organizations")
	b.vendor.set("1", "Acme", "2", "Bolt & Sons")
	b.refresh(integration)
	require.Equal(t, "2 3", touched())
	b.vendor.set("1", "Acme", "2", "Bolt & Sons", "3", "Cedar")
	b.refresh(integration)
	require.Equal(t, "3", touched())
}

func TestChanges_OfOtherAccountsAreNotFound(t *testing.T) {
	t.Parallel()
	for title, database := range map[string]func(testing.TB) string{"with row-level security": dbtest.Database, "without row-level security": dbtest.WithoutRowSecurity} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, openDatabaseAt(t, database(t)))
			b.vendor.set("1", "Acme")
			run := b.refresh(b.integration())
			require.NotNil(t, b.changes(run))
			found, err := b.ChangesOf(b.as(b.newAccount(), auth.Admin), []uuid.UUID{run.ID})
			require.NoError(t, err)
			require.Empty(t, found)
		})
	}
}
