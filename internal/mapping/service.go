package mapping

import (
	"context"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/pg"
)

// Journal returns the statement that records a write's change.
type Journal interface {
	AppendStatement(ctx context.Context, tx pg.Writer, change journal.Change) pg.Statement
}

// Service reads, saves, clears and imports mappings.
type Service struct {
	db      *pg.DB
	journal Journal
}

// New returns the service.
func New(db *pg.DB, journal Journal) *Service { return &Service{db: db, journal: journal} }

// ByOrganizations returns all mappings of each organization, in the order in which the integrations were connected,
// then by external name, ignoring case.
func (s *Service) ByOrganizations(ctx context.Context, organizationIDs []uuid.UUID) (map[uuid.UUID][]*Mapping, error) {
	found, err := s.read(ctx, mappingsOfOrganizations, organizationIDs)
	mappings := make(map[uuid.UUID][]*Mapping, len(organizationIDs))
	for start, end := 0, 1; end <= len(found); end++ { // the mappings of an organization are contiguous
		if of := found[start].OrganizationID; end == len(found) || found[end].OrganizationID != of {
			mappings[of] = found[start:end:end]
			start = end
		}
	}
	return mappings, err
}

// ByExternalOrgs returns mappings by external organization. An unmapped external organization has no entry.
func (s *Service) ByExternalOrgs(ctx context.Context, externalOrgIDs []uuid.UUID) (map[uuid.UUID]*Mapping, error) {
	found, err := s.read(ctx, mappingsOfExternalOrgs, externalOrgIDs)
	mappings := make(map[uuid.UUID]*Mapping, len(found))
	for _, one := range found {
		mappings[one.ExternalOrgID] = one
	}
	return mappings, err
}

// ByIDs returns the mappings with these IDs that belong to the account.
func (s *Service) ByIDs(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*Mapping, error) {
	found, err := s.read(ctx, mappingsByID, ids)
	mappings := make(map[uuid.UUID]*Mapping, len(found))
	for _, one := range found {
		mappings[one.ID] = one
	}
	return mappings, err
}

// Made says who made a mapping, and by which change.
type Made struct {
	By       auth.Author
	Position int64 // of the change; 0: from before history
}

// MadeBy returns who made each of the mappings. Few responses ask for it, so pages do not read it.
func (s *Service) MadeBy(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]Made, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	made := make(map[uuid.UUID]Made, len(ids))
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.Send(ctx, pg.Statement{
			SQL:       "SELECT id, created_by, creator_kind, creator_id, since FROM mappings WHERE account_id = $1 AND id = ANY ($2)",
			Arguments: []pg.Argument{pg.UUID(actor.AccountID), pg.UUIDs(ids)},
			Take: func(row pg.Row) {
				one := Made{By: auth.Unrecorded(row.Text(1)), Position: int64(row.Int(4))}
				if !row.Null(2) {
					one.By.Kind = auth.ActorKind(row.Text(2))
				}
				if !row.Null(3) {
					one.By.ID = uuid.NullUUID{UUID: row.UUID(3), Valid: true}
				}
				made[row.UUID(0)] = one
			},
		})
	})
	return made, err
}

// An integration's ID is a UUIDv7, so IDs sort in the order of connecting.
var (
	selectMappings          = "SELECT " + columns.In("m") + " FROM mappings AS m WHERE m.account_id = $1 "
	mappingsOfOrganizations = selectMappings + "AND m.organization_id = ANY ($2) ORDER BY m.organization_id, m.integration_id, m.external_folded, m.id"
	mappingsOfExternalOrgs  = selectMappings + "AND m.external_org_id = ANY ($2)"
	mappingsByID            = selectMappings + "AND m.id = ANY ($2)"
)

// read runs one of the statements above for the IDs.
func (s *Service) read(ctx context.Context, statement string, ids []uuid.UUID) (found []*Mapping, err error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		reader := columns.Reader()
		found = make([]*Mapping, 0, len(ids))
		return tx.Send(ctx, pg.Statement{
			SQL: statement, Arguments: []pg.Argument{pg.UUID(actor.AccountID), pg.UUIDs(ids)}, Prepared: true,
			Take: func(row pg.Row) {
				one, _ := reader.Next(row)
				found = append(found, one)
			},
		})
	})
	return found, err
}
