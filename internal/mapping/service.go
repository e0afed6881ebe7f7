package mapping

import (
	"context"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/pg"
)

// Journal makes the statement that takes the change of a write.
type Journal interface {
	Appending(ctx context.Context, tx pg.Writer, change journal.Change) pg.Statement
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
	for start, end := 0, 1; end <= len(found); end++ { // those of an organization come one behind the other
		if of := found[start].OrganizationID; end == len(found) || found[end].OrganizationID != of {
			mappings[of] = found[start:end:end]
			start = end
		}
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
		WHERE m.account_id = $1 `
	// An integration's id is a UUIDv7: its order is that of connecting.
	mappingsOfOrganizations = selectMappings + `AND m.organization_id = ANY ($2) ORDER BY m.organization_id, m.integration_id, m.external_folded, m.id`
	mappingsOfExternalOrgs  = selectMappings + `AND m.external_org_id = ANY ($2)`
	mappingsByID            = selectMappings + `AND m.id = ANY ($2)`
)

// read runs one of the statements above for the ids.
func (s *Service) read(ctx context.Context, statement string, ids []uuid.UUID) (found []*Mapping, err error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		rows := scanner{last: new(Mapping)}
		found = make([]*Mapping, 0, len(ids))
		return tx.Send(ctx, pg.Statement{
			SQL: statement, Arguments: []pg.Argument{pg.UUID(actor.AccountID), pg.UUIDs(ids)}, Prepared: true,
			Take: func(row pg.Row) { found = append(found, rows.scan(row)) },
		})
	})
	return found, err
}

// scanner reads the rows of selectMappings: a page of the grid has hundreds.
type scanner struct {
	mappings pg.Slab[Mapping]
	names    pg.TextSlab
	last     *Mapping // from which the next takes what is mostly the same
}

func (s *scanner) scan(row pg.Row) *Mapping {
	next := s.mappings.New()
	*next = Mapping{
		ID: row.UUID(0), OrganizationID: row.UUID(1), IntegrationID: row.UUID(2), ExternalOrgID: row.UUID(3),
		ExternalName: row.TextIn(4, &s.names), Origin: Origin(row.TextLike(5, string(s.last.Origin))), CreatedAt: row.Time(6), CreatedBy: row.TextLike(7, s.last.CreatedBy),
	}
	s.last = next
	return next
}
