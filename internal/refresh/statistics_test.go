package refresh

import (
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/pg"
)

// Sampling every account's lists may take longer than a request's statement may.
func TestWorker_RenewsStatisticsUnderTheirOwnTimeout(t *testing.T) {
	t.Parallel()
	url := dbtest.Database(t)
	owner, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, owner.Close(t.Context())) })
	_, err = owner.Exec(t.Context(), `
		CREATE TABLE analyzed (statement_timeout interval NOT NULL);
		CREATE OR REPLACE FUNCTION analyze_external_orgs() RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
		AS $$ INSERT INTO analyzed SELECT current_setting('statement_timeout')::interval $$`)
	require.NoError(t, err)
	db, err := pg.Open(t.Context(), url, pg.Options{MaxConnections: 12})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	b := newBench(t, db)
	b.vendor.size = renewFrom
	names := make([]string, 0, 2*renewFrom)
	for i := range renewFrom {
		names = append(names, fmt.Sprint(i), fmt.Sprintf("Client %d", i))
	}
	b.vendor.set(names...)

	require.Equal(t, StateSucceeded, b.refresh(b.integration()).State)
	var times, longer int
	require.NoError(t, owner.QueryRow(t.Context(), `
		SELECT count(*), count(*) FILTER (WHERE statement_timeout > interval '1 minute') FROM analyzed`).Scan(&times, &longer))
	require.Equal(t, 1, times)
	require.Equal(t, 1, longer)
}
