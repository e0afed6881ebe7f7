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
	"github.com/orgmap/orgmap/internal/organization"
)

func (r *mappingResolver) Organization(ctx context.Context, obj *mapping.Mapping) (*organization.Organization, error) {
	if known := plan.Known[organization.Organization](ctx, "id"); known != nil {
		known.ID = obj.OrganizationID
		return known, nil
	}
	return loader.From(ctx).Organizations.Load(ctx, obj.OrganizationID)
}

func (r *mappingResolver) ExternalOrg(ctx context.Context, obj *mapping.Mapping) (*integration.ExternalOrg, error) {
	if known := plan.Known[integration.ExternalOrg](ctx, "id", "name"); known != nil {
		known.ID, known.Name = obj.ExternalOrgID, obj.ExternalName
		return known, nil
	}
	return loader.From(ctx).ExternalOrgs.Load(ctx, obj.ExternalOrgID)
}

func (r *mappingResolver) Integration(ctx context.Context, obj *mapping.Mapping) (*integration.Integration, error) {
	if known := plan.Known[integration.Integration](ctx, "id"); known != nil {
		known.ID = obj.IntegrationID
		return known, nil
	}
	return namedIntegration(ctx, obj.IntegrationID)
}

func (r *mutationResolver) SaveMappings(ctx context.Context, input model.SaveMappingsInput) (*model.SaveMappingsPayload, error) {
	touched, err := r.Mappings.Save(ctx, cells(input.Cells))
	userErrors, err := apperr.Split(err)
	if err != nil {
		return nil, err
	}
	organizations, err := organizationsOf(ctx, touched)
	return &model.SaveMappingsPayload{Organizations: organizations, UserErrors: userErrors}, err
}

func (r *mutationResolver) ClearMapping(ctx context.Context, input model.ClearMappingInput) (*model.ClearMappingPayload, error) {
	cleared, err := r.Mappings.Clear(ctx, id.Of(id.Mapping, input.MappingID))
	userErrors, err := apperr.Split(err)
	if err != nil || len(userErrors) > 0 {
		return &model.ClearMappingPayload{UserErrors: userErrors}, err
	}
	organization, err := organizationOf(ctx, "organization", cleared)
	return &model.ClearMappingPayload{Organization: organization, UserErrors: userErrors}, err
}

func (r *Resolver) ClearMappingPayload() gen.ClearMappingPayloadResolver {
	return &clearMappingPayloadResolver{r}
}

func (r *Resolver) Mapping() gen.MappingResolver { return &mappingResolver{r} }

func (r *Resolver) SaveMappingsPayload() gen.SaveMappingsPayloadResolver {
	return &saveMappingsPayloadResolver{r}
}

type (
	clearMappingPayloadResolver struct{ *Resolver }
	mappingResolver             struct{ *Resolver }
	saveMappingsPayloadResolver struct{ *Resolver }
)
