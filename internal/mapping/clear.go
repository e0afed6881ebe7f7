package mapping

import (
	"context"
	"slices"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/journal"
)

// Clear takes one mapping away and returns the organization that had it. User error: NOT_FOUND.
func (s *Service) Clear(ctx context.Context, mappingID uuid.UUID) (uuid.UUID, error) {
	actor, err := auth.Require(ctx, auth.Editor)
	if err != nil {
		return uuid.Nil, err
	}
	var cell cellKey
	err = s.db.Write(ctx, actor.AccountID, func(ctx context.Context, tx bun.Tx) error {
		if _, err := lockAccount(ctx, tx, actor.AccountID); err != nil {
			return err
		}
		content, err := loadCellOf(ctx, tx, actor.AccountID, mappingID)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(content, func(one held) bool { return one.ID == mappingID })
		if at < 0 {
			return apperr.User(apperr.NotFound, "There is no such mapping.", input("mappingId")...)
		}
		cell = content[at].cell()
		if err := replace(ctx, tx, actor.AccountID, []uuid.UUID{mappingID}, nil, OriginManual, actor.Name); err != nil {
			return err
		}
		return s.journal.Append(ctx, tx, journal.Change{
			AccountID: actor.AccountID, Kind: journal.Mappings, Action: "mapping.cleared", Actor: actor.Name,
			OrganizationIDs: []uuid.UUID{cell.OrganizationID},
			Before:          []cellContent{contentOf(cell, content)},
			After:           []cellContent{contentOf(cell, slices.Delete(slices.Clone(content), at, at+1))},
		})
	})
	return cell.OrganizationID, err
}

// loadCellOf reads the whole cell that holds a mapping; none: there is no such mapping.
func loadCellOf(ctx context.Context, tx bun.IDB, account, mappingID uuid.UUID) (content []held, err error) {
	err = tx.NewRaw(`
		SELECT peer.id, peer.organization_id, peer.integration_id, peer.external_org_id
		FROM mappings m JOIN mappings peer USING (account_id, organization_id, integration_id)
		WHERE m.account_id = ? AND m.id = ? ORDER BY peer.id`, account, mappingID).Scan(ctx, &content)
	return content, err
}
