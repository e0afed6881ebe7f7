package mapping

import (
	"context"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/pg"
)

// MaximumCreatedFrom is the maximum number of external organizations from which organizations are created together.
const MaximumCreatedFrom = 1_000

// CreateFrom chooses the external organizations from which Service.CreateFrom creates organizations.
type CreateFrom struct {
	ExternalOrgIDs []uuid.UUID
	DespiteSimilar []uuid.UUID // those whose suggestions are ignored
	DryRun         bool        // return the results, but change nothing
}

// CreateFrom creates an organization for each chosen external organization of any integration, or maps it to the existing
// organization of the same name, as an import does. It is more careful than an import: the outcome is SimilarExists, and
// nothing is created or mapped, if an organization is suggested, or if the organization of the same name is already mapped
// in the integration. User errors, with nothing changed: NOT_FOUND, INVALID for excluded ones, duplicates in the request,
// names that an organization cannot have, and DespiteSimilar without ExternalOrgIDs, QUOTA_EXCEEDED. More than
// MaximumCreatedFrom is BAD_USER_INPUT.
func (s *Service) CreateFrom(ctx context.Context, request CreateFrom) ([]ImportResult, error) {
	actor, err := auth.Require(ctx, auth.Editor)
	if err != nil {
		return nil, err
	}
	if given := max(len(request.ExternalOrgIDs), len(request.DespiteSimilar)); given > MaximumCreatedFrom {
		return nil, apperr.New(apperr.BadUserInput, "Organizations can be created from at most %d external organizations at once, not %d.", MaximumCreatedFrom, given)
	}
	var results []ImportResult
	if request.DryRun {
		err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
			usage, err := account.UsageOf(ctx, tx, actor.AccountID)
			if err != nil {
				return err
			}
			plan, err := readCreateFrom(ctx, tx, actor.AccountID, usage, request)
			results = plan.results(nil)
			return err
		})
	} else {
		err = s.db.Write(ctx, actor.AccountID, func(ctx context.Context, tx pg.Tx) error {
			usage, err := account.Lock(ctx, tx, actor.AccountID)
			if err != nil {
				return err
			}
			plan, err := readCreateFrom(ctx, tx.ReadTx, actor.AccountID, usage, request)
			if err != nil {
				return err
			}
			results, err = s.applyImport(ctx, tx, actor, plan, "organization.created_from")
			return err
		})
	}
	if err != nil {
		return nil, userError(err, apperr.InputPath("externalOrgIds")...)
	}
	return results, nil
}

// readCreateFrom reads what the request touches and plans it.
func readCreateFrom(ctx context.Context, tx pg.ReadTx, accountID uuid.UUID, usage account.Usage, request CreateFrom) (importPlan, error) {
	world, err := loadCreateFromWorld(ctx, tx, accountID, request.ExternalOrgIDs)
	if err != nil {
		return importPlan{}, err
	}
	world.remaining = usage.Organizations.Remaining()
	plan, problems := planCreateFrom(world, request)
	if len(problems) > 0 {
		return importPlan{}, problems
	}
	return plan, nil
}
