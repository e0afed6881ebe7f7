package mapping

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/pg"
)

// rowsRead returns how many rows of each table the connection has read since it last reported, which it does at the end
// of a transaction.
func rowsRead(ctx context.Context, batch pg.Batch) (map[string]int, error) {
	read := map[string]int{}
	return read, batch.Send(ctx, pg.Statement{
		SQL:  "SELECT relname::text, seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE seq_tup_read + idx_tup_fetch > 0",
		Take: func(row pg.Row) { read[row.Text(0)] = row.Int(1) },
	})
}

// The plans of a save were made when the tables were nearly empty, and no ANALYZE has run since they grew. A save must
// still not read unrelated rows of the account for each of its cells.
func TestSave_DoesNotScanTheAccountForEachCell(t *testing.T) {
	t.Parallel()
	db, err := pg.Open(t.Context(), dbtest.Database(t), pg.Options{MaxConnections: 1, PlanLife: time.Nanosecond})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	n := (&store{db: db, service: New(db, journal.New(db, func(context.Context, uuid.UUID, int64) {}, nil))}).newTenant(t, -1)
	first, externals := n.organization("First"), n.external(n.glue, "first")
	n.save(Cell{OrganizationID: first, IntegrationID: n.glue, ExternalOrgIDs: externals})
	n.save(Cell{OrganizationID: first, IntegrationID: n.glue})

	const others, cells, perCell = 2000, 10, 2
	organizations := make([]uuid.UUID, others)
	for i := range organizations {
		organizations[i] = id.New()
	}
	n.execute("INSERT INTO organizations (account_id, id, name, folded) SELECT ?, made, made::text, made::text FROM unnest(?::uuid[]) AS made", n.id, pg.List(organizations))
	externals = n.external(n.glue, numbered("external", perCell*others)...)
	for from := 0; from < others; from += MaximumCells {
		var filled []Cell
		for i := from; i < from+MaximumCells; i++ {
			filled = append(filled, Cell{OrganizationID: organizations[i], IntegrationID: n.glue, ExternalOrgIDs: externals[perCell*i : perCell*(i+1)]})
		}
		n.save(filled...)
	}
	var named []Cell
	for i := range cells { // each one's wanted external organization is mapped elsewhere
		named = append(named, Cell{OrganizationID: organizations[i], IntegrationID: n.glue, ExternalOrgIDs: externals[perCell*(i+cells) : perCell*(i+cells+1)]})
	}
	require.NoError(t, n.db.Batch(n.editor(), n.id, func(ctx context.Context, batch pg.Batch) error {
		before, err := rowsRead(ctx, batch)
		require.NoError(t, err)
		world, err := loadSaveWorld(ctx, batch, n.id, named)
		require.NoError(t, err)
		require.Len(t, world.organizations, cells)
		require.Len(t, world.externalOrgs, perCell*cells)
		require.Len(t, world.mappings, 2*perCell*cells, "the cells' content and the wanted ones' mappings")
		var deletes []uuid.UUID
		for _, one := range world.mappings {
			deletes = append(deletes, one.ID)
		}
		var inserts []newMapping
		for _, cell := range named {
			for _, external := range cell.ExternalOrgIDs {
				inserts = append(inserts, newMapping{cell.key(), external})
			}
		}
		require.NoError(t, batch.Send(ctx, replaceMappings(n.id, deletes, inserts, OriginManual, auth.Actor{Kind: auth.PersonActor, ID: id.New(), Name: "Robin"})...))
		after, err := rowsRead(ctx, batch)
		require.NoError(t, err)
		const wanted = perCell * cells
		for table, most := range map[string]int{ // every row once, plus the named ones
			"organizations": 1 + others + cells + wanted + wanted, // the cells', current holders, foreign keys
			"integrations":  2,                                    // however many cells
			"external_orgs": 1 + perCell*others + wanted + wanted, // wanted, new mappings' names, foreign keys
			"mappings":      perCell*others + len(deletes),
		} {
			require.LessOrEqual(t, after[table]-before[table], most, "rows of "+table)
			require.Positive(t, after[table]-before[table], "rows of "+table)
		}
		return nil
	}))
}
