package mapping

import (
	"context"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/pg"
)

// The limits of a save: its lock blocks the account's other writes until it is done.
const (
	MaximumCells            = 1_000
	MaximumCellExternalOrgs = 5_000 // over all cells; the limit of expected ones is the same
)

// Save replaces the contents of the cells, all or none, and returns their organizations. An external organization may
// move from one of the cells to another. It returns all user errors that apply: NOT_FOUND; INVALID for duplicates and
// for an external organization of another integration; ALREADY_MAPPED for an external organization that is mapped in a
// cell outside the save; CONFLICT if a cell no longer contains what is expected. A save over the limits is
// BAD_USER_INPUT.
func (s *Service) Save(ctx context.Context, cells []Cell) ([]uuid.UUID, error) {
	actor, err := auth.Require(ctx, auth.Editor)
	if err != nil {
		return nil, err
	}
	if err := checkSize(cells); err != nil {
		return nil, err
	}
	err = s.db.Batch(ctx, actor.AccountID, func(ctx context.Context, batch pg.Batch) error {
		world, err := loadSaveWorld(ctx, batch, actor.AccountID, cells)
		if err != nil {
			return err
		}
		plan, problems := planSave(world, cells)
		if len(problems) > 0 {
			return problems
		}
		return s.applySave(ctx, batch, actor, plan)
	})
	if err != nil {
		return nil, userError(err, apperr.InputPath("cells")...)
	}
	organizations := make([]uuid.UUID, len(cells))
	for i, cell := range cells {
		organizations[i] = cell.OrganizationID
	}
	return id.Unique(organizations), nil
}

func checkSize(cells []Cell) error {
	wanted, expected := 0, 0
	for _, cell := range cells {
		wanted += len(cell.ExternalOrgIDs)
		if cell.Expected != nil {
			expected += len(*cell.Expected)
		}
	}
	switch {
	case len(cells) > MaximumCells:
		return apperr.New(apperr.BadUserInput, "A save can contain at most %d cells, not %d.", MaximumCells, len(cells))
	case max(wanted, expected) > MaximumCellExternalOrgs:
		return apperr.New(apperr.BadUserInput, "A save can contain at most %d external organizations, not %d.", MaximumCellExternalOrgs, max(wanted, expected))
	}
	return nil
}

func (s *Service) applySave(ctx context.Context, batch pg.Batch, actor auth.Actor, plan savePlan) error {
	if len(plan.edits) == 0 {
		return nil
	}
	statements := replaceMappings(actor.AccountID, plan.deletes, plan.inserts, OriginManual, actor)
	change := journal.Made(actor, journal.Mappings, "mapping.saved")
	change.OrganizationIDs, change.Edits.Mappings = id.Unique(plan.touched), plan.edits
	return batch.Finish(ctx, append(statements, s.journal.AppendStatement(ctx, batch, change))...)
}
