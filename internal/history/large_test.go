package history_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/directory"
	"github.com/orgmap/orgmap/internal/history"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/page"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/pg/pgtest"
	"github.com/orgmap/orgmap/migrations"
)

func TestMain(m *testing.M) { dbtest.Main(m, migrations.Up) }

const (
	largeChanges       = 1_000_000
	largeOrganizations = 10_000
	// Limit for the 99th percentile of a page of one organization's history among a million changes, on two cores: make
	// history-large enforces it.
	largePage = 20 * time.Millisecond
	asked     = 500 // pages of each kind
)

// fillLarge stores an account whose every change moved one external organization from one organization to the next.
func fillLarge(b *testing.B, url string, account uuid.UUID) {
	b.Helper()
	conn, err := pgx.Connect(b.Context(), url)
	require.NoError(b, err)
	defer func() { _ = conn.Close(context.Background()) }()
	integration := id.New()
	for _, statement := range []struct {
		sql       string
		arguments []any
	}{
		{"CREATE TEMPORARY TABLE organization AS SELECT i, gen_random_uuid() AS id FROM generate_series(0, $1::int - 1) AS i", []any{largeOrganizations}},
		{"CREATE TEMPORARY TABLE external AS SELECT i, gen_random_uuid() AS id FROM generate_series(0, $1::int - 1) AS i", []any{largeOrganizations}},
		{"INSERT INTO organizations (account_id, id, name, folded, since) SELECT $1, id, 'Client ' || i, 'client ' || i, 0 FROM organization", []any{account}},
		{`INSERT INTO journal (account_id, position, kind, action, at, actor, actor_kind, organization_ids, integration_ids, edits, edit_count, summary)
			SELECT $1, p, 'MAPPINGS', 'mapping.saved', now() - (($2::int - p) || ' seconds')::interval, 'Robin', 'PERSON', ARRAY[o.id, t.id], ARRAY[]::uuid[], '{}', 1, 'moved an external organization'
			FROM generate_series(1, $2::int) AS p JOIN organization AS o ON o.i = p % $3 JOIN organization AS t ON t.i = (p + 1) % $3`, []any{account, largeChanges, largeOrganizations}},
		{"INSERT INTO journal_subjects (account_id, subject_id, position) SELECT $1, $2, p FROM generate_series(1, $3::int) AS p", []any{account, integration, largeChanges}},
		// The external organization of a change was moved for the last time as many changes ago as there are external organizations.
		{`INSERT INTO past_mappings (account_id, external_org_id, since, until, id, organization_id, integration_id, created_at, origin, created_by, external_name)
			SELECT $1, x.id, p - $3, p, gen_random_uuid(), o.id, $4, now(), 'MANUAL', 'Robin', 'External'
			FROM generate_series($3::int + 1, $2::int) AS p JOIN external AS x ON x.i = p % $3 JOIN organization AS o ON o.i = p % $3`, []any{account, largeChanges, largeOrganizations, integration}},
		{"UPDATE accounts SET journal_position = $2 WHERE id = $1", []any{account, largeChanges}},
		{"VACUUM ANALYZE journal, journal_subjects, past_mappings, organizations", nil},
	} {
		_, err := conn.Exec(b.Context(), statement.sql, statement.arguments...)
		require.NoError(b, err, statement.sql)
	}
}

func BenchmarkLarge(b *testing.B) {
	url := dbtest.Database(b)
	db, err := pg.Open(b.Context(), url, pg.Options{})
	require.NoError(b, err)
	b.Cleanup(db.Close)
	account := id.New()
	require.NoError(b, pgtest.Run(b.Context(), db, func(ctx context.Context, tx pg.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO accounts (id, name) VALUES (?, 'Large')", account)
		return err
	}))
	began := time.Now()
	fillLarge(b, url, account)
	b.Logf("filled in %v", time.Since(began))
	ctx := auth.WithActor(b.Context(), auth.Actor{AccountID: account, Kind: auth.PersonActor, ID: id.New(), Name: "Robin", Role: auth.Viewer})
	service := history.New(db, directory.New(0))
	organizations := idsOf(b, db, account, "SELECT id FROM organizations")
	integrations := idsOf(b, db, account, "SELECT DISTINCT integration_id FROM past_mappings LIMIT 1")
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // not a secret
	for range b.N {
		for what, filter := range map[string]func() history.Filter{
			"all": func() history.Filter { return history.Filter{} },
			"an organization": func() history.Filter {
				return history.Filter{OrganizationIDs: organizations[random.IntN(len(organizations)):][:1]}
			},
			"an integration": func() history.Filter { return history.Filter{IntegrationIDs: integrations} },
		} {
			times := make([]time.Duration, asked)
			for i := range times {
				began := time.Now()
				found, err := service.Changes(ctx, page.Arguments{}, filter(), false)
				times[i] = time.Since(began)
				require.NoError(b, err)
				require.Len(b, found.Edges, page.DefaultSize, what)
			}
			slices.Sort(times)
			p50, p99 := times[asked/2], times[asked*99/100]
			b.Logf("a page of %s: p50 %v, p99 %v", what, p50, p99)
			if p99 > largePage {
				b.Errorf("a page of %s: p99 %v, at most %v", what, p99, largePage)
			}
		}
	}
}

func idsOf(b *testing.B, db *pg.DB, account uuid.UUID, statement string) (ids []uuid.UUID) {
	b.Helper()
	require.NoError(b, db.Read(b.Context(), account, func(ctx context.Context, tx pg.ReadTx) error {
		ids = nil
		return tx.Send(ctx, pg.Statement{SQL: statement, Take: func(row pg.Row) { ids = append(ids, row.UUID(0)) }})
	}))
	return ids
}
