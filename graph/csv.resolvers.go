package graph

import (
	"context"

	"github.com/orgmap/orgmap/graph/gen"
	"github.com/orgmap/orgmap/graph/model"
	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/journal"
)

func (r *applyCsvPayloadResolver) Change(ctx context.Context, obj *model.ApplyCSVPayload) (*journal.Change, error) {
	return madeChange(ctx)
}

func (r *applyCsvPayloadResolver) Quota(ctx context.Context, obj *model.ApplyCSVPayload) (*account.Quota, error) {
	return quota(ctx)
}

func (r *mutationResolver) PlanCSV(ctx context.Context, input model.PlanCSVInput) (*model.PlanCSVPayload, error) {
	file, err := csvInput(input.File)
	if err != nil {
		return nil, err
	}
	first, err := checkCSVRows(input.First)
	if err != nil {
		return nil, err
	}
	plan, err := r.Mappings.PlanCSV(ctx, file)
	userErrors, err := apperr.Split(err)
	if err != nil {
		return nil, err
	}
	return &model.PlanCSVPayload{Plan: csvPlan(plan, input, first), UserErrors: userErrors}, nil
}

func (r *mutationResolver) ApplyCSV(ctx context.Context, input model.ApplyCSVInput) (*model.ApplyCSVPayload, error) {
	file, err := csvInput(input.File)
	if err != nil {
		return nil, err
	}
	applied, err := r.Mappings.ApplyCSV(ctx, file, input.Hash, input.Lines, csvInstead(input.Instead))
	userErrors, err := apperr.Split(err)
	if err != nil {
		return nil, err
	}
	return &model.ApplyCSVPayload{
		Created: applied.Created, Mapped: applied.Mapped, Moved: applied.Moved, Cleared: applied.Cleared, UserErrors: userErrors,
	}, nil
}

func (r *Resolver) ApplyCsvPayload() gen.ApplyCsvPayloadResolver { return &applyCsvPayloadResolver{r} }

type applyCsvPayloadResolver struct{ *Resolver }
