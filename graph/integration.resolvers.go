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
	"github.com/orgmap/orgmap/internal/mapping"
	"github.com/orgmap/orgmap/internal/page"
	"github.com/orgmap/orgmap/internal/refresh"
	"github.com/orgmap/orgmap/internal/vendors"
)

func (r *externalOrgResolver) Integration(ctx context.Context, obj *integration.ExternalOrg) (*integration.Integration, error) {
	if known := plan.Known[integration.Integration](ctx, "id"); known != nil {
		known.ID = obj.IntegrationID
		return known, nil
	}
	return namedIntegration(ctx, obj.IntegrationID)
}

func (r *externalOrgResolver) Mapping(ctx context.Context, obj *integration.ExternalOrg) (*mapping.Mapping, error) {
	return loader.From(ctx).ExternalOrgMappings.Load(ctx, obj.ID)
}

func (r *integrationResolver) ExternalOrgs(ctx context.Context, obj *integration.Integration, first *int, after *string, last *int, before *string, search *string, filter *model.ExternalOrgFilter) (*page.Connection[*integration.ExternalOrg], error) {
	found, err := r.Integrations.ExternalOrgs(ctx, obj.ID, pageArguments(first, after, last, before), search, externalOrgFilter(filter))
	if err != nil {
		return nil, err
	}
	loader.From(ctx).ExpectExternalOrgs(found.Nodes()...)
	return found, nil
}

func (r *integrationResolver) Counts(ctx context.Context, obj *integration.Integration) (*integration.Counts, error) {
	counts, err := loader.From(ctx).Counts.Load(ctx, obj.ID)
	return &counts, err
}

func (r *integrationResolver) LastRefresh(ctx context.Context, obj *integration.Integration) (*refresh.Run, error) {
	return loader.From(ctx).LatestRuns.Load(ctx, obj.ID)
}

func (r *integrationResolver) LastSuccess(ctx context.Context, obj *integration.Integration) (*refresh.Run, error) {
	return loader.From(ctx).LatestGoodRuns.Load(ctx, obj.ID)
}

func (r *integrationResolver) Late(ctx context.Context, obj *integration.Integration) (bool, error) {
	good, err := loader.From(ctx).LatestGoodRuns.Load(ctx, obj.ID)
	if good == nil || err != nil {
		return obj.Late(nil, r.Clock()), err
	}
	return obj.Late(good.FinishedAt, r.Clock()), nil
}

func (r *mutationResolver) ConnectIntegration(ctx context.Context, input model.ConnectIntegrationInput) (*model.ConnectIntegrationPayload, error) {
	connected, err := r.Integrations.Connect(ctx, integration.ConnectInput{
		Application: input.Application, Name: input.Name, BaseURL: input.BaseURL, Credentials: credentials(input.Credentials),
		Restores: optionalID(id.Integration, input.Restores),
	})
	userErrors, err := apperr.Split(err)
	if err != nil {
		return nil, err
	}
	loader.From(ctx).ExpectIntegrations(connected...)
	return &model.ConnectIntegrationPayload{Integrations: listed(connected), UserErrors: userErrors}, nil
}

func (r *mutationResolver) UpdateIntegration(ctx context.Context, input model.UpdateIntegrationInput) (*model.UpdateIntegrationPayload, error) {
	updated, err := r.Integrations.Update(ctx, integration.UpdateInput{
		IntegrationID: id.Of(id.Integration, input.IntegrationID), Name: input.Name,
		Credentials: credentials(input.Credentials), Enabled: input.Enabled, Schedule: input.Schedule,
	})
	userErrors, err := apperr.Split(err)
	if err != nil {
		return nil, err
	}
	return &model.UpdateIntegrationPayload{Integration: updated, UserErrors: userErrors}, nil
}

func (r *mutationResolver) DisconnectIntegration(ctx context.Context, input model.DisconnectIntegrationInput) (*model.DisconnectIntegrationPayload, error) {
	userErrors, err := apperr.Split(r.Integrations.Disconnect(ctx, id.Of(id.Integration, input.IntegrationID), input.ConfirmName, valueOr(input.Forget, false)))
	if err != nil || len(userErrors) > 0 {
		return &model.DisconnectIntegrationPayload{UserErrors: userErrors}, err
	}
	return &model.DisconnectIntegrationPayload{IntegrationID: &input.IntegrationID, UserErrors: userErrors}, nil
}

func (r *queryResolver) Integrations(ctx context.Context) ([]*integration.Integration, error) {
	found, err := r.Sources.Integrations.List(ctx)
	loader.From(ctx).ExpectIntegrations(found...)
	return found, err
}

func (r *queryResolver) Applications(ctx context.Context) ([]*vendors.Descriptor, error) {
	found, err := r.Sources.Integrations.Applications(ctx)
	return pointers(found), err
}

func (r *Resolver) ExternalOrg() gen.ExternalOrgResolver { return &externalOrgResolver{r} }

func (r *Resolver) Integration() gen.IntegrationResolver { return &integrationResolver{r} }

type (
	externalOrgResolver struct{ *Resolver }
	integrationResolver struct{ *Resolver }
)
