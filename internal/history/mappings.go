package history

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/pg"
)

// mappingsAt selects the mappings that organizations had at a position: mappings of today that existed then, and mappings
// that ended since. If the external organization was renamed since, its name at that time is looked up. The folded name is
// NULL if it is not stored.
const mappingsAt = `
	SELECT m.organization_id, m.external_org_id, m.integration_id,
		CASE WHEN m.renamed <= $3 THEN m.external_name ELSE (
			SELECT n.name FROM past_names AS n WHERE n.account_id = $1 AND n.subject_id = m.external_org_id AND n.until > $3 ORDER BY n.until LIMIT 1
		) END,
		CASE WHEN m.renamed <= $3 THEN m.external_folded END
	FROM mappings AS m WHERE m.account_id = $1 AND m.organization_id = ANY ($2) AND m.since <= $3
	UNION ALL
	SELECT m.organization_id, m.external_org_id, m.integration_id,
		CASE WHEN m.renamed <= $3 THEN m.external_name ELSE (
			SELECT n.name FROM past_names AS n WHERE n.account_id = $1 AND n.subject_id = m.external_org_id AND n.until > $3 ORDER BY n.until LIMIT 1
		) END,
		NULL
	FROM past_mappings AS m WHERE m.account_id = $1 AND m.organization_id = ANY ($2) AND m.until > $3 AND m.since <= $3`

// integrationsAt selects the names that integrations had at a position, also of integrations that were disconnected since.
const integrationsAt = `
	SELECT i.id, coalesce(
		(SELECT n.name FROM past_names AS n WHERE n.account_id = $1 AND n.subject_id = i.id AND n.until > $2 ORDER BY n.until LIMIT 1), i.name)
	FROM (SELECT id, name FROM past_integrations WHERE account_id = $1 UNION ALL SELECT id, name FROM integrations WHERE account_id = $1) AS i`

// foldedMapping is a mapping with what it is sorted by.
type foldedMapping struct {
	Mapping
	folded string
}

// MappingsOf returns the mappings of organizations as they were at a position, by integration and name, in a fixed number
// of statements.
func (s *Service) MappingsOf(ctx context.Context, position int64, organizations []uuid.UUID) (map[uuid.UUID][]*Mapping, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	found := make(map[uuid.UUID][]*foldedMapping, len(organizations))
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		clear(found)
		integrations := map[uuid.UUID]string{}
		var free []foldedMapping // allocated together
		err := tx.Send(ctx, pg.Statement{
			SQL: integrationsAt, Arguments: []pg.Argument{pg.UUID(actor.AccountID), pg.Int(position)}, Prepared: true,
			Take: func(row pg.Row) { integrations[row.UUID(0)] = row.Text(1) },
		}, pg.Statement{
			SQL: mappingsAt, Arguments: []pg.Argument{pg.UUID(actor.AccountID), pg.UUIDs(organizations), pg.Int(position)}, Prepared: true,
			Take: func(row pg.Row) {
				if len(free) == 0 {
					free = make([]foldedMapping, mappingsAtOnce)
				}
				one, organization := &free[0], row.UUID(0)
				free = free[1:]
				one.External, one.Integration, one.ExternalName = row.UUID(1), row.UUID(2), row.Text(3)
				one.IntegrationName = integrations[one.Integration]
				if row.Null(4) {
					one.folded = name.Fold(one.ExternalName)
				} else {
					one.folded = row.Text(4)
				}
				found[organization] = append(found[organization], one)
			},
		})
		return err
	})
	mappings := make(map[uuid.UUID][]*Mapping, len(found))
	for organization, all := range found {
		slices.SortFunc(all, func(a, b *foldedMapping) int {
			return cmp.Or(bytes.Compare(a.Integration[:], b.Integration[:]), strings.Compare(a.folded, b.folded), bytes.Compare(a.External[:], b.External[:]))
		})
		sorted := make([]*Mapping, len(all))
		for i, one := range all {
			sorted[i] = &one.Mapping
		}
		mappings[organization] = sorted
	}
	return mappings, err
}

const mappingsAtOnce = 64
