package graph

import (
	"context"

	"github.com/orgmap/orgmap/graph/gen"
	"github.com/orgmap/orgmap/graph/loader"
	"github.com/orgmap/orgmap/graph/model"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/integration"
	"github.com/orgmap/orgmap/internal/matching"
	"github.com/orgmap/orgmap/internal/page"
	"github.com/orgmap/orgmap/internal/vendors"
)

func (r *externalHintResolver) Application(ctx context.Context, obj *matching.Hint) (vendors.Application, error) {
	return vendors.Application(obj.Application), nil
}

func (r *externalHintResolver) ExternalOrg(ctx context.Context, obj *matching.Hint) (*integration.ExternalOrg, error) {
	target, err := loader.From(ctx).HintTargets.Load(ctx, *obj)
	if err != nil {
		return nil, err
	}
	return optional(ctx, loader.From(ctx).ExternalOrgs, target)
}

func (r *externalOrgResolver) Hints(ctx context.Context, obj *integration.ExternalOrg) ([]*matching.Hint, error) {
	found, err := loader.From(ctx).Hints.Load(ctx, obj.ID)
	return pointers(knownHints(found)), err
}

func (r *queryResolver) ExternalOrgs(ctx context.Context, first *int, after *string, last *int, before *string, offset *int, search *string, filter *model.ExternalOrgLensFilter, orderBy *model.ExternalOrgOrder) (*page.Connection[*integration.ExternalOrg], error) {
	arguments := page.Arguments{First: first, After: after, Last: last, Before: before, Offset: offset}
	found, err := r.Suggestions.Lens(ctx, arguments, search, lensFilter(filter), lensOrder(orderBy))
	if err != nil {
		return nil, err
	}
	return shownExternalOrgs(ctx, found)
}

func (r *queryResolver) ExternalOrg(ctx context.Context, integrationID string, remoteID string) (*integration.ExternalOrg, error) {
	found, err := r.Sources.Integrations.ExternalOrgByRemoteID(ctx, id.Of(id.Integration, integrationID), remoteID)
	if found != nil {
		loader.From(ctx).ExpectExternalOrgs(found)
	}
	return found, err
}

func (r *Resolver) ExternalHint() gen.ExternalHintResolver { return &externalHintResolver{r} }

type externalHintResolver struct{ *Resolver }
