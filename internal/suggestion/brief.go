package suggestion

import (
	"context"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/matching"
	"github.com/orgmap/orgmap/internal/pg"
)

// briefsByOrganization selects what a page of the grid shows of suggestions. Their reasons are most of what is stored.
const briefsByOrganization = `
	SELECT s.organization_id, s.external_org_id, s.integration_id, x.name, s.tier, s.score::bigint, s.automatic, s.bulk
	FROM suggestions AS s JOIN external_orgs AS x ON x.account_id = $1 AND x.id = s.external_org_id AND x.removed_at IS NULL
	WHERE s.account_id = $1 AND s.organization_id = ANY ($2)
	  AND NOT EXISTS (SELECT FROM mappings AS m WHERE m.account_id = $1 AND m.external_org_id = s.external_org_id)
	  AND NOT EXISTS (SELECT FROM exclusions AS e WHERE e.account_id = $1 AND e.external_org_id = s.external_org_id)
	ORDER BY s.organization_id, s.integration_id, s.score DESC, s.external_org_id`

// BriefsByOrganizations is ByOrganizations without signals, margins and warnings.
func (s *Service) BriefsByOrganizations(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID][]*Suggestion, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	var found []*Suggestion
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		found = make([]*Suggestion, 0, len(ids))
		reader := briefReader{}
		return tx.Send(ctx, pg.Statement{
			SQL: briefsByOrganization, Arguments: []pg.Argument{pg.UUID(actor.AccountID), pg.UUIDs(ids)}, Prepared: true,
			Take: func(row pg.Row) { found = append(found, reader.next(row)) },
		})
	})
	suggestions := make(map[uuid.UUID][]*Suggestion, len(ids))
	for start, end := 0, 1; end <= len(found); end++ { // the suggestions of an organization are contiguous
		if of := found[start].Organization; end == len(found) || found[end].Organization != of {
			suggestions[of] = found[start:end:end]
			start = end
		}
	}
	return suggestions, err
}

// briefReader reads rows of briefsByOrganization. The suggestions of a page are allocated together.
type briefReader struct{ free []Suggestion }

const briefsAtOnce = 64

func (r *briefReader) next(row pg.Row) *Suggestion {
	if len(r.free) == 0 {
		r.free = make([]Suggestion, briefsAtOnce)
	}
	one := &r.free[0]
	r.free = r.free[1:]
	one.Organization, one.ExternalOrgID, one.IntegrationID, one.ExternalName = row.UUID(0), row.UUID(1), row.UUID(2), row.Text(3)
	one.Tier, one.Score, one.Automatic, one.Bulk = tierOf(row[4]), matching.Bits(row.Int(5)), row.Boolean(6), row.Boolean(7)
	return one
}

// tierOf returns a stored tier without allocating it.
func tierOf(text []byte) matching.Tier {
	for _, tier := range [...]matching.Tier{matching.Identity, matching.Exact, matching.Normalized, matching.Strong, matching.Weak} {
		if string(tier) == string(text) {
			return tier
		}
	}
	return matching.Tier(text)
}
