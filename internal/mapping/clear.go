package mapping

import (
	"context"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/pg"
)

// Clear deletes one mapping and returns the organization that had it. User error: NOT_FOUND.
func (s *Service) Clear(ctx context.Context, mappingID uuid.UUID) (uuid.UUID, error) {
	actor, err := auth.Require(ctx, auth.Editor)
	if err != nil {
		return uuid.Nil, err
	}
	var organizationID uuid.UUID
	err = s.db.Batch(ctx, actor.AccountID, func(ctx context.Context, batch pg.Batch) error {
		var edits []journal.MappingEdit
		if err := batch.Send(ctx, account.LockStatement(actor.AccountID, new(account.Usage)), readCleared(actor.AccountID, mappingID, &edits)); err != nil {
			return err
		}
		if len(edits) == 0 {
			return apperr.User(apperr.NotFound, "This mapping does not exist.", apperr.InputPath("mappingId")...)
		}
		organizationID = edits[0].Before.ID
		change := journal.Made(actor, journal.Mappings, "mapping.cleared")
		change.OrganizationIDs, change.Edits.Mappings = []uuid.UUID{organizationID}, edits
		statements := replaceMappings(actor.AccountID, []uuid.UUID{mappingID}, nil, OriginManual, actor)
		return batch.Finish(ctx, append(statements, s.journal.AppendStatement(ctx, batch, change))...)
	})
	return organizationID, err
}

// readCleared reads a mapping as the edit that clearing it makes; no rows: there is no such mapping.
func readCleared(accountID, mappingID uuid.UUID, edits *[]journal.MappingEdit) pg.Statement {
	return pg.Statement{
		SQL: `
			SELECT m.external_org_id, m.external_name, m.integration_id, i.name, m.organization_id, o.name FROM mappings AS m
			JOIN integrations AS i ON i.account_id = $1 AND i.id = m.integration_id
			JOIN organizations AS o ON o.account_id = $1 AND o.id = m.organization_id
			WHERE m.account_id = $1 AND m.id = $2`,
		Arguments: []pg.Argument{pg.UUID(accountID), pg.UUID(mappingID)}, Prepared: true,
		Take: func(row pg.Row) {
			*edits = append(*edits, journal.MappingEdit{
				ExternalOrg: journal.Ref{ID: row.UUID(0), Name: row.Text(1)}, Integration: journal.Ref{ID: row.UUID(2), Name: row.Text(3)},
				Before: &journal.Ref{ID: row.UUID(4), Name: row.Text(5)},
			})
		},
	}
}
