package mapping

import (
	"context"
	"slices"

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
	var cell cellKey
	err = s.db.Batch(ctx, actor.AccountID, func(ctx context.Context, batch pg.Batch) error {
		var content []cellMapping
		if err := batch.Send(ctx, account.LockStatement(actor.AccountID, new(account.Usage)), readCellOf(actor.AccountID, mappingID, &content)); err != nil {
			return err
		}
		at := slices.IndexFunc(content, func(one cellMapping) bool { return one.ID == mappingID })
		if at < 0 {
			return apperr.User(apperr.NotFound, "This mapping does not exist.", apperr.InputPath("mappingId")...)
		}
		cell = content[at].cell()
		statements := replaceMappings(actor.AccountID, []uuid.UUID{mappingID}, nil, OriginManual, actor.Name)
		return batch.Finish(ctx, append(statements, s.journal.AppendStatement(ctx, batch, journal.Change{
			AccountID: actor.AccountID, Kind: journal.Mappings, Action: "mapping.cleared", Actor: actor.Name,
			OrganizationIDs: []uuid.UUID{cell.OrganizationID},
			Before:          []cellContent{contentOf(cell, content)},
			After:           []cellContent{contentOf(cell, slices.Delete(slices.Clone(content), at, at+1))},
		}))...)
	})
	return cell.OrganizationID, err
}

// readCellOf reads the whole cell that contains a mapping; no rows: there is no such mapping.
func readCellOf(accountID, mappingID uuid.UUID, content *[]cellMapping) pg.Statement {
	return pg.Statement{
		SQL: `
			SELECT peer.id, peer.organization_id, peer.integration_id, peer.external_org_id
			FROM mappings m JOIN mappings peer USING (account_id, organization_id, integration_id)
			WHERE m.account_id = $1 AND m.id = $2 ORDER BY peer.id`,
		Arguments: []pg.Argument{pg.UUID(accountID), pg.UUID(mappingID)}, Prepared: true,
		Take: func(row pg.Row) {
			*content = append(*content, cellMapping{ID: row.UUID(0), OrganizationID: row.UUID(1), IntegrationID: row.UUID(2), ExternalOrgID: row.UUID(3)})
		},
	}
}
