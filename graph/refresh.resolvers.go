package graph

import (
	"context"

	"github.com/orgmap/orgmap/graph/gen"
	"github.com/orgmap/orgmap/graph/loader"
	"github.com/orgmap/orgmap/graph/model"
	"github.com/orgmap/orgmap/graph/plan"
	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/integration"
	"github.com/orgmap/orgmap/internal/page"
	"github.com/orgmap/orgmap/internal/refresh"
)

func (r *mutationResolver) Refresh(ctx context.Context, input *model.RefreshInput) (*model.RefreshPayload, error) {
	runs, err := r.Refreshes.Request(ctx, refreshTargets(input), accepted(input))
	userErrors, err := apperr.Split(err)
	if err != nil {
		return nil, err
	}
	loader.From(ctx).ExpectRuns(runs...)
	return &model.RefreshPayload{Runs: listed(runs), UserErrors: userErrors}, nil
}

func (r *mutationResolver) CancelRefresh(ctx context.Context, input model.CancelRefreshInput) (*model.CancelRefreshPayload, error) {
	run, err := r.Refreshes.Cancel(ctx, id.Of(id.RefreshRun, input.RunID))
	userErrors, err := apperr.Split(err)
	if err != nil {
		return nil, err
	}
	return &model.CancelRefreshPayload{Run: run, UserErrors: userErrors}, nil
}

func (r *queryResolver) RefreshRuns(ctx context.Context, first *int, after *string, last *int, before *string, integrationID *string) (*page.Connection[*refresh.Run], error) {
	found, err := r.Refreshes.List(ctx, pageArguments(first, after, last, before), optionalID(id.Integration, integrationID))
	if err != nil {
		return nil, err
	}
	loader.From(ctx).ExpectRuns(found.Nodes()...)
	return found, nil
}

func (r *refreshRunResolver) Integration(ctx context.Context, obj *refresh.Run) (*integration.Integration, error) {
	return loader.From(ctx).Integrations.Load(ctx, obj.IntegrationID)
}

func (r *refreshRunResolver) Changes(ctx context.Context, obj *refresh.Run) (*refresh.Changes, error) {
	return loader.From(ctx).RunChanges.Load(ctx, obj.ID)
}

func (r *subscriptionResolver) RefreshProgress(ctx context.Context, runID *string, integrationIds []string) (<-chan *model.RefreshProgress, error) {
	watcher, err := r.Refreshes.Watch(ctx, optionalID(id.RefreshRun, runID), optionalIntegrations(integrationIds))
	if err != nil {
		return nil, err
	}
	return plan.Follow(ctx, progress{watcher}), nil
}

func (r *Resolver) RefreshRun() gen.RefreshRunResolver { return &refreshRunResolver{r} }

type refreshRunResolver struct{ *Resolver }
