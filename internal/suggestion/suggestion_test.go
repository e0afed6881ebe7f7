package suggestion_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/decision"
	"github.com/orgmap/orgmap/internal/directory"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/mapping"
	"github.com/orgmap/orgmap/internal/matching"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/pg/pgtest"
	"github.com/orgmap/orgmap/internal/suggestion"
	"github.com/orgmap/orgmap/migrations"
)

func TestMain(m *testing.M) { dbtest.Main(m, migrations.Up) }

// tenant is an account with an integration.
type tenant struct {
	t       testing.TB
	db      *pg.DB
	updater *suggestion.Updater
	service *suggestion.Service
	id      uuid.UUID
	list    uuid.UUID

	changes   *journal.Journal
	mappings  *mapping.Service
	decisions *decision.Service
	sequences []int64 // as announced
}

func openDB(t testing.TB) *pg.DB {
	t.Helper()
	db, err := pg.Open(t.Context(), dbtest.Database(t), pg.Options{})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	return db
}

func newTenant(t testing.TB, db *pg.DB) *tenant {
	t.Helper()
	changes := journal.New(db, func(context.Context, uuid.UUID, int64) {}, nil)
	n := &tenant{t: t, db: db, changes: changes, mappings: mapping.New(db, changes), service: suggestion.New(db, directory.New(0), nil), id: id.New()}
	n.decisions = decision.New(db, changes)
	n.updater = suggestion.NewUpdater(db, changes, n.mappings, func(_ context.Context, _, _ uuid.UUID, sequence int64) { n.sequences = append(n.sequences, sequence) }, slog.Default())
	require.NoError(t, pgtest.Run(t.Context(), db, func(ctx context.Context, tx pg.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO accounts (id, name) VALUES (?, ?)", n.id, n.id.String())
		return err
	}))
	n.list = n.integration("Datto RMM", "DATTO_RMM")
	return n
}

func (n *tenant) viewer() context.Context {
	return auth.WithActor(n.t.Context(), auth.Actor{AccountID: n.id, ID: id.New(), Kind: auth.PersonActor, Name: "Robin", Role: auth.Viewer})
}

// execute writes as a service does, so it advances the journal's position.
func (n *tenant) execute(statement string, arguments ...any) {
	n.t.Helper()
	require.NoError(n.t, n.db.Write(n.t.Context(), n.id, func(ctx context.Context, tx pg.Tx) error {
		if _, err := tx.Exec(ctx, statement, arguments...); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "UPDATE accounts SET journal_position = journal_position + 1 WHERE id = ?", n.id)
		return err
	}))
}

func (n *tenant) integration(called, application string) uuid.UUID {
	n.t.Helper()
	connection, made := id.New(), id.New()
	n.execute("INSERT INTO connections (account_id, id, application, base_url, sealed_credentials) VALUES (?, ?, ?, 'https://vendor.example', '')", n.id, connection, application)
	n.execute("INSERT INTO integrations (account_id, id, connection_id, name, application, source) VALUES (?, ?, ?, ?, ?, 'API')", n.id, made, connection, called, application)
	return made
}

func (n *tenant) organization(called string) uuid.UUID {
	n.t.Helper()
	made := id.New()
	n.execute("INSERT INTO organizations (account_id, id, name, folded) VALUES (?, ?, ?, ?)", n.id, made, called, name.Fold(called))
	return made
}

func (n *tenant) external(list uuid.UUID, remoteID, called, hints string) uuid.UUID {
	n.t.Helper()
	made := id.New()
	n.execute("INSERT INTO external_orgs (account_id, id, integration_id, remote_id, name, folded, hints) VALUES (?, ?, ?, ?, ?, ?, ?::text::jsonb)",
		n.id, made, list, remoteID, called, name.Fold(called), hints)
	return made
}

func (n *tenant) mapped(organization, list, external uuid.UUID) {
	n.t.Helper()
	n.execute(`INSERT INTO mappings (account_id, id, organization_id, integration_id, external_org_id, origin, created_by, external_name, external_folded)
		SELECT account_id, ?, ?, integration_id, id, 'MANUAL', 'Robin', name, folded FROM external_orgs WHERE id = ?`, id.New(), organization, external)
}

// match recomputes stale suggestions and returns the match of an external organization. It first ends a pause, which
// follows a slow computation on a busy machine, but not the lease of another worker.
func (n *tenant) match(external uuid.UUID) *suggestion.Match {
	n.t.Helper()
	require.NoError(n.t, n.db.Write(n.t.Context(), n.id, func(ctx context.Context, tx pg.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE matchings SET rest_until = NULL WHERE account_id = ? AND rest_until < now() + interval '30 minutes'", n.id)
		return err
	}))
	require.NoError(n.t, n.updater.Update(n.t.Context()))
	found, err := n.service.ByExternalOrgs(n.viewer(), []uuid.UUID{external})
	require.NoError(n.t, err)
	require.Contains(n.t, found, external)
	return found[external]
}

func TestUpdater_FollowsChanges(t *testing.T) {
	t.Parallel()
	n := newTenant(t, openDB(t))
	halvorsen, other := n.organization("Halvorsen Dental Clinic"), n.organization("Cedar Steel Works")
	external := n.external(n.list, "1", "HALVORSEN DENTAL CLINIC", "[]")
	unlike := n.external(n.list, "2", "Zebra Quarry", "[]")

	early, err := n.service.ByExternalOrgs(n.viewer(), []uuid.UUID{external})
	require.NoError(t, err)
	require.Equal(t, matching.NeedsDecision, early[external].State)
	require.Equal(t, matching.BecausePending, early[external].Because, "a keeper has not looked for similar organizations yet")

	match := n.match(external)
	require.Equal(t, matching.Suggested, match.State)
	require.Equal(t, halvorsen, match.Suggestion.Organization)
	require.Equal(t, matching.Exact, match.Suggestion.Tier)
	require.Empty(t, match.Because)
	sum := matching.Bits(0)
	for _, signal := range match.Suggestion.Signals {
		sum += signal.Weight
	}
	require.Equal(t, match.Suggestion.Score, sum, "the score is exact")
	require.Contains(t, match.Suggestion.Explain("HALVORSEN DENTAL CLINIC", "Datto RMM", "Halvorsen Dental Clinic"), "almost certainly Halvorsen Dental Clinic")
	none := n.match(unlike)
	require.Equal(t, matching.NeedsDecision, none.State)
	require.Equal(t, matching.BecauseNothingAlike, none.Because)

	suggestions, err := n.service.ByOrganizations(n.viewer(), []uuid.UUID{halvorsen, other})
	require.NoError(t, err)
	require.Len(t, suggestions[halvorsen], 1)
	require.Equal(t, external, suggestions[halvorsen][0].ExternalOrgID)
	require.Empty(t, suggestions[other])

	n.execute("UPDATE organizations SET name = 'Somebody Else', folded = 'somebody else' WHERE id = ?", halvorsen)
	require.Equal(t, matching.NeedsDecision, n.match(external).State, "no organization has a similar name any more")
	n.execute("UPDATE external_orgs SET name = 'Cedar Steel Works', folded = 'cedar steel works' WHERE id = ?", external)
	require.Equal(t, other, n.match(external).Suggestion.Organization)

	n.mapped(other, n.list, external)
	require.Equal(t, matching.Mapped, n.match(external).State)
	n.execute("DELETE FROM mappings")
	require.Equal(t, matching.Suggested, n.match(external).State)
	n.execute("UPDATE external_orgs SET removed_at = now() WHERE id = ?", external)
	require.Equal(t, matching.Removed, n.match(external).State)
}

// A mapping takes effect at once: no one sees a suggestion for a mapped external organization, even before a worker has
// recomputed.
func TestService_MappingsTakeEffectBeforeTheUpdaterRuns(t *testing.T) {
	t.Parallel()
	n := newTenant(t, openDB(t))
	organization := n.organization("Halvorsen Dental Clinic")
	external := n.external(n.list, "1", "Halvorsen Dental Clinic", "[]")
	require.Equal(t, matching.Suggested, n.match(external).State)
	n.mapped(organization, n.list, external)
	found, err := n.service.ByExternalOrgs(n.viewer(), []uuid.UUID{external})
	require.NoError(t, err)
	require.Equal(t, matching.Mapped, found[external].State)
	suggestions, err := n.service.ByOrganizations(n.viewer(), []uuid.UUID{organization})
	require.NoError(t, err)
	require.Empty(t, suggestions)
	counts, err := n.service.OrganizationCountsOf(n.viewer(), []uuid.UUID{n.list})
	require.NoError(t, err)
	require.Equal(t, suggestion.OrganizationCounts{Total: 1, Mapped: 1}, counts[n.list])
}

func TestUpdater_WritesOnlyChangedSuggestions(t *testing.T) {
	t.Parallel()
	n := newTenant(t, openDB(t))
	n.organization("Halvorsen Dental Clinic")
	n.organization("Cedar Steel Works")
	first := n.external(n.list, "1", "Halvorsen Dental Clinic", "[]")
	second := n.external(n.list, "2", "Cedar Steel Works", "[]")
	n.match(first)
	written := func(external uuid.UUID) (version int) {
		t.Helper()
		require.NoError(t, n.db.Read(t.Context(), n.id, func(ctx context.Context, tx pg.ReadTx) error {
			return tx.NewRaw("SELECT xmin::text::bigint FROM suggestions WHERE external_org_id = ?", external).Scan(ctx, &version)
		}))
		return version
	}
	before := [2]int{written(first), written(second)}
	n.execute("SELECT 1") // advances the journal without changing data
	n.match(first)
	require.Equal(t, before, [2]int{written(first), written(second)})
	n.execute("UPDATE external_orgs SET name = 'Quarry', folded = 'quarry' WHERE id = ?", second)
	n.match(second)
	require.Equal(t, before[0], written(first), "another record's row is unchanged")
	require.NotEqual(t, before[1], written(second))
}

// A tool's reference to a mapped record leads to its organization.
func TestUpdater_FollowsReferences(t *testing.T) {
	t.Parallel()
	n := newTenant(t, openDB(t))
	organization := n.organization("Otterburn Textiles")
	n.organization("Cedar Steel Works")
	glue := n.integration("IT Glue", "IT_GLUE")
	known := n.external(glue, "77", "Otterburn Textiles", "[]")
	n.mapped(organization, glue, known)
	external := n.external(n.list, "5", "Otterburn Textiles Ltd", `[{"application":"IT_GLUE","remoteId":"77"}]`)
	match := n.match(external)
	require.Equal(t, matching.Suggested, match.State, match.Because)
	require.Equal(t, matching.Identity, match.Suggestion.Tier)
	require.Equal(t, matching.SignalLink, match.Suggestion.Signals[0].Kind)
	require.NotEmpty(t, match.Suggestion.Signals[0].Path)
	require.Equal(t, known, match.Suggestion.Signals[0].Path[len(match.Suggestion.Signals[0].Path)-1].Record)
}

func TestSuggestions_StayInTheirAccount(t *testing.T) {
	t.Parallel()
	db := openDB(t)
	ours, theirs := newTenant(t, db), newTenant(t, db)
	organization := theirs.organization("Halvorsen Dental Clinic")
	external := theirs.external(theirs.list, "1", "Halvorsen Dental Clinic", "[]")
	require.Equal(t, matching.Suggested, theirs.match(external).State)
	mine := ours.external(ours.list, "1", "Halvorsen Dental Clinic", "[]")
	require.Equal(t, matching.NeedsDecision, ours.match(mine).State, "the organization is another account's")
	found, err := ours.service.ByExternalOrgs(ours.viewer(), []uuid.UUID{external})
	require.NoError(t, err)
	require.Empty(t, found)
	suggestions, err := ours.service.ByOrganizations(ours.viewer(), []uuid.UUID{organization})
	require.NoError(t, err)
	require.Empty(t, suggestions)
	counts, err := ours.service.CountsOf(ours.viewer(), []uuid.UUID{theirs.list, ours.list})
	require.NoError(t, err)
	require.Equal(t, map[uuid.UUID]suggestion.Counts{ours.list: {NeedsDecision: 1}}, counts)
}

// If two workers find the same account, only one computes it; if a worker dies, its lease expires.
func TestUpdater_OneWorkerAtATime(t *testing.T) {
	t.Parallel()
	n := newTenant(t, openDB(t))
	n.organization("Halvorsen Dental Clinic")
	external := n.external(n.list, "1", "Halvorsen Dental Clinic", "[]")
	n.execute("INSERT INTO matchings (account_id, rest_until) VALUES (?, now() + interval '1 hour')", n.id)
	require.Equal(t, matching.NeedsDecision, n.match(external).State, "another worker holds the lease")
	n.execute("UPDATE matchings SET rest_until = now() - interval '1 second'")
	require.Equal(t, matching.Suggested, n.match(external).State)
}

func TestUpdater_DeletesSuggestionsOfMappedRecords(t *testing.T) {
	t.Parallel()
	n := newTenant(t, openDB(t))
	organization := n.organization("Halvorsen Dental Clinic")
	external := n.external(n.list, "1", "Halvorsen Dental Clinic", "[]")
	n.match(external)
	stored := func() (count int) {
		require.NoError(t, n.db.Read(t.Context(), n.id, func(ctx context.Context, tx pg.ReadTx) error {
			return tx.NewRaw("SELECT count(*) FROM suggestions").Scan(ctx, &count)
		}))
		return count
	}
	require.Equal(t, 1, stored())
	n.mapped(organization, n.list, external)
	n.match(external)
	require.Zero(t, stored())
}
