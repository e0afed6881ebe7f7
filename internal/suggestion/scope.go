package suggestion

import (
	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/matching"
	"github.com/orgmap/orgmap/internal/pg"
)

// localActions are the actions in the journal that do not change organizations, lists or words. If nothing else has happened, only
// the suggestions that they concern are computed.
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
	cleared                     []aliasKey         // mappings before the changes; some may still be there
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
		{
			SQL: `SELECT p.organization_id, p.external_org_id
				FROM (SELECT j.position, unnest(j.organization_ids) AS organization_id ` + since + ` AND j.action IN ('mapping.saved', 'mapping.cleared')) AS touched
				JOIN past_mappings AS p ON p.account_id = $1 AND p.organization_id = touched.organization_id AND p.until = touched.position`,
			Arguments: []pg.Argument{pg.UUID(account)},
			Take:      func(row pg.Row) { r.cleared = append(r.cleared, aliasKey{row.UUID(0), row.UUID(1)}) },
		},
	}
}

// isLocal reports whether nothing but local actions has happened up to a position of the journal.
func (r *recent) isLocal(position int64) bool {
	return r.version == version && r.changes == r.local && r.position+int64(r.changes) == position
}

// recall adds the aliases that ended with cleared mappings, as if they were still there, so that the scope holds what was suggested
// because of them.
func (r *recent) recall(read *world) {
	if len(r.cleared) == 0 {
		return
	}
	names := map[uuid.UUID]string{}
	for _, list := range read.Lists {
		for i := range list.Records {
			names[list.Records[i].ID] = list.Records[i].Name
		}
	}
	for _, key := range r.cleared {
		if _, known := read.aliases[key]; !known {
			read.aliases[key] = alias{name: names[key.externalOrg]}
		}
	}
	read.setAliases()
}

// scope returns the records that the changes may concern.
func (r *recent) scope(engine *matching.Engine, read *world, before map[uuid.UUID]storedRow) *matching.Scope {
	records := r.externalOrgs
	for _, list := range read.Lists {
		for i := range list.Records {
			record := &list.Records[i]
			open := record.Organization == uuid.Nil && !record.Excluded && !record.Removed
			if _, stored := before[record.ID]; stored != open { // a row is missing, or left over
				records[record.ID] = true
			}
		}
	}
	return engine.NewScope(records, r.organizations)
}
