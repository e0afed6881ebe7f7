package migrations_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/migrations"
)

const foldedNames = "20261128210000"

// unfolded returns a database before the step that folds names, with the names of two accounts as
// earlier versions stored them.
func unfolded(t *testing.T) (url string, conn *pgx.Conn, accounts [2]uuid.UUID) {
	t.Helper()
	url = dbtest.Empty(t)
	require.NoError(t, migrations.Up(t.Context(), url))
	conn = connect(t, url)
	execute(t, conn, "DELETE FROM bun_migrations WHERE name = $1", foldedNames)
	accounts = [2]uuid.UUID{{1}, {2}}
	for _, account := range accounts {
		execute(t, conn, "SELECT set_config('app.account_id', $1, false)", account.String())
		execute(t, conn, "INSERT INTO accounts (id, name) VALUES ($1, $2)", account, account.String())
		execute(t, conn, `WITH c AS (
				INSERT INTO connections (account_id, id, application, base_url, sealed_credentials)
				VALUES (current_account_id(), gen_random_uuid(), 'HUDU', 'https://x.example', '') RETURNING account_id, id)
			INSERT INTO integrations (account_id, id, connection_id, name, application, source, state)
			SELECT account_id, id, id, 'I', 'HUDU', 'API', 'CONNECTED' FROM c`)
		for _, one := range []string{"Straße", "STRASSE", "ΟΔΟΣ", "Zoë  West", "ＡＣＭＥ", "İstanbul", "Łódź"} {
			old := strings.ToLower(one)
			execute(t, conn, "INSERT INTO organizations (account_id, id, name, folded) VALUES (current_account_id(), gen_random_uuid(), $1, $2)", one, old)
			execute(t, conn, `INSERT INTO external_orgs (account_id, id, integration_id, remote_id, name, folded)
				SELECT account_id, gen_random_uuid(), id, $1, $1, $2 FROM integrations WHERE account_id = current_account_id()`, one, old)
		}
		execute(t, conn, `INSERT INTO external_orgs (account_id, id, integration_id, remote_id, name, folded) -- more than a batch
			SELECT account_id, gen_random_uuid(), id, n::text, 'Café ' || n, 'café ' || n FROM integrations, generate_series(1, 2500) AS n WHERE account_id = current_account_id()`)
		execute(t, conn, `INSERT INTO mappings (account_id, id, organization_id, integration_id, external_org_id, origin, created_by)
			SELECT o.account_id, gen_random_uuid(), o.id, x.integration_id, x.id, 'MANUAL', 'Pat' FROM organizations AS o JOIN external_orgs AS x USING (account_id, name) WHERE o.account_id = current_account_id()`)
	}
	return url, conn, accounts
}

func execute(t *testing.T, conn *pgx.Conn, statement string, arguments ...any) {
	t.Helper()
	_, err := conn.Exec(t.Context(), statement, arguments...)
	require.NoError(t, err)
}

// stale counts an account's names whose stored form is not the one that searches use.
func stale(t *testing.T, conn *pgx.Conn, account uuid.UUID) (count int) {
	t.Helper()
	execute(t, conn, "SELECT set_config('app.account_id', $1, false)", account.String())
	rows, err := conn.Query(t.Context(), `SELECT name, folded FROM organizations WHERE account_id = $1 UNION ALL SELECT name, folded FROM external_orgs WHERE account_id = $1
		UNION ALL SELECT external_name, external_folded FROM mappings WHERE account_id = $1`, account)
	require.NoError(t, err)
	var text, folded string
	read, err := pgx.ForEachRow(rows, []any{&text, &folded}, func() error {
		if folded != name.Fold(text) {
			count++
		}
		return nil
	})
	require.NoError(t, err)
	require.EqualValues(t, 7+2507+7, read.RowsAffected())
	return count
}

func TestFoldedNames_RefoldsStoredNames(t *testing.T) {
	t.Parallel()
	url, conn, accounts := unfolded(t)
	require.NoError(t, migrations.Up(t.Context(), url))
	for _, account := range accounts {
		require.Zero(t, stale(t, conn, account))
		for search, want := range map[string]int{"strasse": 2, "οδος": 1, "west zoe": 1, "acme": 1, "istanbul": 1, "lodz": 1} {
			for _, table := range []string{"organizations", "external_orgs"} {
				var found int
				require.NoError(t, conn.QueryRow(t.Context(), "SELECT count(*) FROM "+table+" WHERE account_id = $1 AND folded LIKE ALL ($2::text[])", account, name.Patterns(search)).Scan(&found))
				require.Equal(t, want, found, "%s in %s", search, table)
			}
		}
	}
}

func TestFoldedNames_InterruptedMigrationIsCompletedByTheNext(t *testing.T) {
	t.Parallel()
	url, conn, accounts := unfolded(t)
	other, err := conn.Begin(t.Context())
	require.NoError(t, err)
	execute(t, conn, "SELECT FROM accounts WHERE id = $1 FOR UPDATE", accounts[1])
	err = migrations.UpWithin(t.Context(), url, 50*time.Millisecond)
	require.ErrorContains(t, err, foldedNames)
	require.ErrorContains(t, err, "End that session")
	require.NoError(t, other.Rollback(t.Context()))
	require.Zero(t, stale(t, conn, accounts[0]), "completed accounts stay refolded")
	require.NotZero(t, stale(t, conn, accounts[1]))

	require.NoError(t, migrations.Up(t.Context(), url))
	require.Zero(t, stale(t, conn, accounts[1]))
}
