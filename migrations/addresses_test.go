package migrations_test

import (
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/migrations"
)

func TestVendorAddresses_NormalizesStoredAddresses(t *testing.T) {
	t.Parallel()
	url := dbtest.Empty(t)
	require.NoError(t, migrations.Up(t.Context(), url))
	conn := connect(t, url)
	step, err := os.ReadFile("20261128191500_vendor_addresses.tx.up.sql")
	require.NoError(t, err)
	for before, after := range map[[2]string]string{
		{"VSA_X", "https://acme.vsax.net/api/v3"}:                             "https://acme.vsax.net",
		{"VSA_X", "https://acme.vsax.net"}:                                    "https://acme.vsax.net",
		{"HUDU", "https://proxy.example/api/v3"}:                              "https://proxy.example/api/v3",
		{"AUTOTASK", "https://webservices5.autotask.net/ATServicesRest/V1.0"}: "https://webservices5.autotask.net",
		{"CONNECTWISE", "https://na.myconnectwise.net"}:                       "https://api-na.myconnectwise.net",
		{"CONNECTWISE", "https://api-eu.myconnectwise.net"}:                   "https://api-eu.myconnectwise.net",
		{"CONNECTWISE", "https://connect.acme.example"}:                       "https://connect.acme.example",
	} {
		require.Equal(t, after, migrated(t, conn, string(step), before[0], before[1], nil).baseURL, before)
	}
	for url, kept := range map[string]bool{
		"https://acme.huducloud.com/c/acme-1f2e?x=(1)#top": true, "http://10.0.0.1:8080/": true, "https://acme.example": true,
		`https://x"onmouseover="alert(1)`: false, "https://x.example/<img src=x>": false, "https://x.example/it's": false, "https://x.example/a b": false,
		"javascript:alert(1)": false, "https://user@x.example/": false, "https://x.example/\n": false,
	} {
		found := migrated(t, conn, string(step), "HUDU", "https://acme.huducloud.com", &url).externalURL
		require.Equal(t, kept, found != nil, url)
	}
}

type addresses struct {
	baseURL     string
	externalURL *string
}

// migrated runs a step on one connection with one external organization, and returns the resulting
// addresses.
func migrated(t *testing.T, conn *pgx.Conn, step, application, baseURL string, externalURL *string) (found addresses) {
	t.Helper()
	tx, err := conn.Begin(t.Context())
	require.NoError(t, err)
	defer func() { require.NoError(t, tx.Rollback(t.Context())) }()
	for _, statement := range []string{
		"INSERT INTO accounts (id, name) SELECT '00000000-0000-4000-8000-000000000001', 'A'",
		"SELECT set_config('app.account_id', '00000000-0000-4000-8000-000000000001', true)",
	} {
		_, err = tx.Exec(t.Context(), statement)
		require.NoError(t, err)
	}
	_, err = tx.Exec(t.Context(), `WITH c AS (
			INSERT INTO connections (account_id, id, application, base_url, sealed_credentials)
			VALUES (current_account_id(), gen_random_uuid(), $1, $2, '') RETURNING account_id, id)
		INSERT INTO integrations (account_id, id, connection_id, name, application, source, state)
		SELECT account_id, id, id, 'I', $1, 'API', 'CONNECTED' FROM c`, application, baseURL)
	require.NoError(t, err)
	_, err = tx.Exec(t.Context(), `INSERT INTO external_orgs (account_id, id, integration_id, remote_id, name, folded, url)
		SELECT account_id, id, id, '1', 'E', 'e', $1 FROM integrations`, externalURL)
	require.NoError(t, err)
	_, err = tx.Exec(t.Context(), "SET CONSTRAINTS ALL IMMEDIATE") // as on commit
	require.NoError(t, err)
	_, err = tx.Exec(t.Context(), "SELECT set_config('app.account_id', '', true)") // migrations have no account
	require.NoError(t, err)
	_, err = tx.Exec(t.Context(), step)
	require.NoError(t, err)
	_, err = tx.Exec(t.Context(), "SELECT set_config('app.account_id', '00000000-0000-4000-8000-000000000001', true)")
	require.NoError(t, err)
	require.NoError(t, tx.QueryRow(t.Context(), "SELECT base_url FROM connections").Scan(&found.baseURL))
	require.NoError(t, tx.QueryRow(t.Context(), "SELECT url FROM external_orgs").Scan(&found.externalURL))
	return found
}
