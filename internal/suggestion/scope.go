package suggestion

import (
	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/matching"
	"github.com/orgmap/orgmap/internal/pg"
)

// localActions are the actions in the journal that leave organizations, lists and words as they are. After these alone, only the
// suggestions that they concern are computed.
var localActions = []string{ //nolint:gochecknoglobals // a constant
	"mapping.saved", "mapping.cleared", "suggestions.accepted", "suggestions.applied",
	"suggestion.rejected", "rejection.revoked", "externalOrg.excluded", "externalOrg.included", "exclusion.ended",
}

// recent is what has changed in an account since its suggestions were computed.
type recent struct {
	position int64 // of the journal, when they were computed
	version  int   // of the computation
	changes  int   // in the journal since
	local    int   // of these, how many are local actions

	externalOrgs, organizations map[uuid.UUID]bool // that the changes name
}

// statements read what has changed.
func (r *recent) statements(account uuid.UUID) []pg.Statement {
	*r = recent{position: -1, externalOrgs: map[uuid.UUID]bool{}, organizations: map[uuid.UUID]bool{}}
	const since = "FROM journal AS j JOIN matchings AS m ON m.account_id = j.account_id AND m.position < j.position WHERE j.account_id = $1"
	return []pg.Statement{
		{
			SQL: "SELECT position, version FROM matchings WHERE account_id = $1", Arguments: []pg.Argument{pg.UUID(account)},
			Take: func(row pg.Row) { r.position, r.version = int64(row.Int(0)), row.Int(1) },
		},
		{
			SQL:       "SELECT count(*), count(*) FILTER (WHERE j.action = ANY ($2)) " + since,
			Arguments: []pg.Argument{pg.UUID(account), pg.Texts(localActions)},
			Take:      func(row pg.Row) { r.changes, r.local = row.Int(0), row.Int(1) },
		},
		{
			SQL:       "SELECT DISTINCT unnest(j.organization_ids) " + since,
			Arguments: []pg.Argument{pg.UUID(account)},
			Take:      func(row pg.Row) { r.organizations[row.UUID(0)] = true },
		},
		{
			SQL:       "SELECT DISTINCT unnest(j.external_org_ids) " + since,
			Arguments: []pg.Argument{pg.UUID(account)},
			Take:      func(row pg.Row) { r.externalOrgs[row.UUID(0)] = true },
		},
	}
}

// isLocal reports whether nothing but local actions has happened up to a position of the journal.
func (r *recent) isLocal(position int64) bool {
	return r.version == version && r.changes == r.local && r.position+int64(r.changes) == position
}

// scope returns the records that the changes may concern.
func (r *recent) scope(engine *matching.Engine, read *world, before map[uuid.UUID]storedRow) *matching.Scope {
	records := r.externalOrgs
	for _, list := range read.Lists {
		for i := range list.Records {
			record := &list.Records[i]
			open := record.Organization == uuid.Nil && !record.Excluded && !record.Removed
			if _, stored := before[record.ID]; stored != open { // mapped or cleared since
				records[record.ID] = true
			}
		}
	}
	return engine.NewScope(records, r.organizations)
}
