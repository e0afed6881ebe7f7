package graph

import (
	"context"

	"github.com/orgmap/orgmap/graph/gen"
	"github.com/orgmap/orgmap/graph/loader"
	"github.com/orgmap/orgmap/graph/model"
	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/integration"
	"github.com/orgmap/orgmap/internal/mapping"
	"github.com/orgmap/orgmap/internal/organization"
	"github.com/orgmap/orgmap/internal/page"
)

func (r *createOrganizationsFromPayloadResolver) Quota(ctx context.Context, obj *model.CreateOrganizationsFromPayload) (*account.Quota, error) {
	return quota(ctx)
}

func (r *importCandidateResolver) ExternalOrg(ctx context.Context, obj *mapping.Candidate) (*integration.ExternalOrg, error) {
	return loader.From(ctx).ExternalOrgs.Load(ctx, obj.ExternalOrgID)
}

func (r *importCandidateResolver) Organization(ctx context.Context, obj *mapping.Candidate) (*organization.Organization, error) {
	return optional(ctx, loader.From(ctx).Organizations, obj.OrganizationID)
}

func (r *importFromITGluePayloadResolver) Quota(ctx context.Context, obj *model.ImportFromITGluePayload) (*account.Quota, error) {
	return quota(ctx)
}

func (r *importResultResolver) ExternalOrg(ctx context.Context, obj *mapping.ImportResult) (*integration.ExternalOrg, error) {
	return loader.From(ctx).ExternalOrgs.Load(ctx, obj.ExternalOrgID)
}

func (r *importResultResolver) Organization(ctx context.Context, obj *mapping.ImportResult) (*organization.Organization, error) {
	return optional(ctx, loader.From(ctx).Organizations, obj.OrganizationID)
}

func (r *importResultResolver) Replaced(ctx context.Context, obj *mapping.ImportResult) ([]*integration.ExternalOrg, error) {
	return loader.All(ctx, loader.From(ctx).ExternalOrgs, obj.Replaced)
}

func (r *mutationResolver) ImportFromITGlue(ctx context.Context, input model.ImportFromITGlueInput) (*model.ImportFromITGluePayload, error) {
	results, err := r.Mappings.Import(ctx, id.AllOf(id.ExternalOrg, input.ExternalOrgIds))
	userErrors, err := apperr.Split(err)
	if err != nil {
		return nil, err
	}
	loader.From(ctx).ExpectImportResults(results...)
	return &model.ImportFromITGluePayload{Results: pointers(results), UserErrors: userErrors}, nil
}

func (r *mutationResolver) CreateOrganizationsFrom(ctx context.Context, input model.CreateOrganizationsFromInput) (*model.CreateOrganizationsFromPayload, error) {
	results, err := r.Mappings.CreateFrom(ctx, mapping.CreateFrom{
		ExternalOrgIDs: id.AllOf(id.ExternalOrg, input.ExternalOrgIds),
		DespiteSimilar: id.AllOf(id.ExternalOrg, input.CreateDespiteSimilar),
		DryRun:         valueOr(input.DryRun, false),
	})
	userErrors, err := apperr.Split(err)
	if err != nil {
		return nil, err
	}
	loader.From(ctx).ExpectImportResults(results...)
	return &model.CreateOrganizationsFromPayload{Results: pointers(results), UserErrors: userErrors}, nil
}

func (r *queryResolver) ImportCandidates(ctx context.Context, first *int, after *string, last *int, before *string, search *string) (*page.Connection[*mapping.Candidate], error) {
	found, err := r.Mappings.Candidates(ctx, pageArguments(first, after, last, before), search)
	if err != nil {
		return nil, err
	}
	loader.From(ctx).ExpectCandidates(found.Nodes()...)
	return found, nil
}

func (r *Resolver) CreateOrganizationsFromPayload() gen.CreateOrganizationsFromPayloadResolver {
	return &createOrganizationsFromPayloadResolver{r}
}

func (r *Resolver) ImportCandidate() gen.ImportCandidateResolver { return &importCandidateResolver{r} }

func (r *Resolver) ImportFromITGluePayload() gen.ImportFromITGluePayloadResolver {
	return &importFromITGluePayloadResolver{r}
}

func (r *Resolver) ImportResult() gen.ImportResultResolver { return &importResultResolver{r} }

type (
	createOrganizationsFromPayloadResolver struct{ *Resolver }
	importCandidateResolver                struct{ *Resolver }
	importFromITGluePayloadResolver        struct{ *Resolver }
	importResultResolver                   struct{ *Resolver }
)
