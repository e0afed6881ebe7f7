package graph

import (
	"context"

	"github.com/orgmap/orgmap/graph/gen"
	"github.com/orgmap/orgmap/graph/loader"
	"github.com/orgmap/orgmap/graph/model"
	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/mapping"
	"github.com/orgmap/orgmap/internal/organization"
	"github.com/orgmap/orgmap/internal/page"
)

func (r *createOrganizationPayloadResolver) Quota(ctx context.Context, obj *model.CreateOrganizationPayload) (*account.Quota, error) {
	return quota(ctx)
}

func (r *mutationResolver) CreateOrganization(ctx context.Context, input model.CreateOrganizationInput) (*model.CreateOrganizationPayload, error) {
	created, err := r.Organizations.Create(ctx, input.Name)
	userErrors, err := apperr.Split(err)
	if err != nil {
		return nil, err
	}
	return &model.CreateOrganizationPayload{Organization: created, UserErrors: userErrors}, nil
}

func (r *mutationResolver) UpdateOrganization(ctx context.Context, input model.UpdateOrganizationInput) (*model.UpdateOrganizationPayload, error) {
	updated, err := r.Organizations.Update(ctx, organization.Update{
		OrganizationID: id.Of(id.Organization, input.OrganizationID), Name: input.Name, Active: input.Active,
	})
	userErrors, err := apperr.Split(err)
	if err != nil {
		return nil, err
	}
	return &model.UpdateOrganizationPayload{Organization: updated, UserErrors: userErrors}, nil
}

func (r *organizationResolver) Mappings(ctx context.Context, obj *organization.Organization, integrationIds []string) ([]*mapping.Mapping, error) {
	found, err := loader.From(ctx).OrganizationMappings.Load(ctx, obj.ID)
	return within(found, optionalIntegrations(integrationIds)), err
}

func (r *queryResolver) Organizations(ctx context.Context, first *int, after *string, last *int, before *string, offset *int, search *string, filter *model.OrganizationFilter, orderBy *model.OrganizationOrder) (*page.Connection[*organization.Organization], error) {
	found, err := r.Sources.Organizations.List(ctx, organization.Query{
		Arguments: page.Arguments{First: first, After: after, Last: last, Before: before, Offset: offset},
		Search:    valueOr(search, ""), Filter: organizationFilter(filter), Order: organizationOrder(orderBy),
	})
	if err != nil {
		return nil, err
	}
	loader.From(ctx).ExpectOrganizations(found.Nodes()...)
	return found, nil
}

func (r *updateOrganizationPayloadResolver) Quota(ctx context.Context, obj *model.UpdateOrganizationPayload) (*account.Quota, error) {
	return quota(ctx)
}

func (r *Resolver) CreateOrganizationPayload() gen.CreateOrganizationPayloadResolver {
	return &createOrganizationPayloadResolver{r}
}

func (r *Resolver) Organization() gen.OrganizationResolver { return &organizationResolver{r} }

func (r *Resolver) UpdateOrganizationPayload() gen.UpdateOrganizationPayloadResolver {
	return &updateOrganizationPayloadResolver{r}
}

type (
	createOrganizationPayloadResolver struct{ *Resolver }
	organizationResolver              struct{ *Resolver }
	updateOrganizationPayloadResolver struct{ *Resolver }
)
