package mapping

import (
	"context"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/pg"
)

// Journal takes the change that a write makes.
type Journal interface {
	Append(ctx context.Context, tx bun.IDB, change journal.Change) error
}

// Service reads, saves, clears and imports mappings.
type Service struct {
	db      *pg.DB
	journal Journal
}

// New makes the service.
func New(db *pg.DB, journal Journal) *Service { return &Service{db: db, journal: journal} }

// ByOrganizations returns all mappings of each of the organizations, in the order in which the integrations were
// connected, then of external names without regard to case.
func (s *Service) ByOrganizations(ctx context.Context, organizationIDs []uuid.UUID) (map[uuid.UUID][]*Mapping, error) {
	found, err := s.read(ctx, mappingsOfOrganizations, organizationIDs)
	mappings := make(map[uuid.UUID][]*Mapping, len(organizationIDs))
	for _, one := range found {
		mappings[one.OrganizationID] = append(mappings[one.OrganizationID], one)
	}
	return mappings, err
}

// ByExternalOrgs returns the mapping of each of the external organizations that has one.
func (s *Service) ByExternalOrgs(ctx context.Context, externalOrgIDs []uuid.UUID) (map[uuid.UUID]*Mapping, error) {
	found, err := s.read(ctx, mappingsOfExternalOrgs, externalOrgIDs)
	mappings := make(map[uuid.UUID]*Mapping, len(found))
	for _, one := range found {
		mappings[one.ExternalOrgID] = one
	}
	return mappings, err
}

// ByIDs returns those of the mappings that the account has.
func (s *Service) ByIDs(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*Mapping, error) {
	found, err := s.read(ctx, mappingsByID, ids)
	mappings := make(map[uuid.UUID]*Mapping, len(found))
	for _, one := range found {
		mappings[one.ID] = one
	}
	return mappings, err
}

const (
	selectMappings = `
		SELECT m.id, m.organization_id, m.integration_id, m.external_org_id, m.external_name, m.origin, m.created_at, m.created_by
		FROM mappings m
		WHERE m.account_id = ? `
	// An integration's id is a UUIDv7: its order is that of connecting.
	mappingsOfOrganizations = selectMappings + `AND m.organization_id = ANY (?::uuid[]) ORDER BY m.integration_id, m.external_folded, m.id`
	mappingsOfExternalOrgs  = selectMappings + `AND m.external_org_id = ANY (?::uuid[])`
	mappingsByID            = selectMappings + `AND m.id = ANY (?::uuid[])`
)

// read runs one of the statements above for the ids.
func (s *Service) read(ctx context.Context, statement string, ids []uuid.UUID) (found []*Mapping, err error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx bun.Tx) error {
		before := &Mapping{AccountID: actor.AccountID}
		return pg.Rows(ctx, tx.NewRaw(statement, actor.AccountID, pgdialect.Array(ids)).String(), func(row pg.Row) {
			before = scan(row, before)
			found = append(found, before)
		})
	})
	return found, err
}

// scan reads a row of selectMappings. Of the one before it takes what is mostly the same.
func scan(row pg.Row, before *Mapping) *Mapping {
	return &Mapping{
		AccountID: before.AccountID, ID: row.UUID(0), OrganizationID: row.UUID(1), IntegrationID: row.UUID(2), ExternalOrgID: row.UUID(3),
		ExternalName: row.Text(4), Origin: Origin(row.TextLike(5, string(before.Origin))), CreatedAt: row.Time(6), CreatedBy: row.TextLike(7, before.CreatedBy),
	}
}
