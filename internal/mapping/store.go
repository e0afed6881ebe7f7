package mapping

import (
	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/pg"
)

// newMapping is an external organization to be mapped.
type newMapping struct {
	cell          cellKey
	externalOrgID uuid.UUID
}

// A deleted mapping is kept as the past by a trigger. An inserted one says since which change it exists: the one that the
// transaction appends next.

const (
	deleteMappings = "DELETE FROM mappings AS m USING unnest($2::uuid[]) AS deleted (id) WHERE m.account_id = $1 AND m.id = deleted.id"
	insertMappings = `
		INSERT INTO mappings (account_id, id, organization_id, integration_id, external_org_id, origin, created_by, creator_kind, creator_id, since, external_name, external_folded)
		SELECT $1, inserted.*, $2, $3, $4, $5, (SELECT journal_position + 1 FROM accounts WHERE id = $1), e.name, e.folded
		FROM unnest($6::uuid[], $7::uuid[], $8::uuid[], $9::uuid[]) AS inserted (id, organization_id, integration_id, external_org_id)
		LEFT JOIN external_orgs AS e ON e.account_id = $1 AND e.id = inserted.external_org_id`
)

// replaceMappings returns the statements that delete and insert mappings: at most two, however many mappings there are.
func replaceMappings(account uuid.UUID, deletes []uuid.UUID, inserts []newMapping, origin Origin, by auth.Actor) (statements []pg.Statement) {
	if len(deletes) > 0 { // first: a mapping that moves must leave its old cell before it enters the new one
		statements = append(statements, pg.Statement{SQL: deleteMappings, Arguments: []pg.Argument{pg.UUID(account), pg.UUIDs(deletes)}, Prepared: true})
	}
	if len(inserts) == 0 {
		return statements
	}
	ids, organizations := make([]uuid.UUID, len(inserts)), make([]uuid.UUID, len(inserts))
	integrations, externals := make([]uuid.UUID, len(inserts)), make([]uuid.UUID, len(inserts))
	for i, one := range inserts {
		ids[i], externals[i] = id.New(), one.externalOrgID
		organizations[i], integrations[i] = one.cell.OrganizationID, one.cell.IntegrationID
	}
	author := by.Author()
	var creator pg.Argument
	if author.ID.Valid {
		creator = pg.UUID(author.ID.UUID)
	}
	return append(statements, pg.Statement{
		SQL: insertMappings, Prepared: true,
		Arguments: []pg.Argument{
			pg.UUID(account), pg.Text(string(origin)), pg.Text(author.Name), pg.Text(string(author.Kind)), creator, pg.UUIDs(ids), pg.UUIDs(organizations), pg.UUIDs(integrations), pg.UUIDs(externals),
		},
	})
}
