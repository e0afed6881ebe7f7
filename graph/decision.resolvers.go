package graph

import (
	"context"

	"github.com/orgmap/orgmap/graph/gen"
	"github.com/orgmap/orgmap/graph/loader"
	"github.com/orgmap/orgmap/graph/model"
	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/decision"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/integration"
	"github.com/orgmap/orgmap/internal/mapping"
	"github.com/orgmap/orgmap/internal/organization"
	"github.com/orgmap/orgmap/internal/page"
)

func (r *accountResolver) Matching(ctx context.Context, obj *account.Account) (*decision.Settings, error) {
	settings, err := r.Decisions.Settings(ctx)
	return &settings, err
}

func (r *aliasResolver) Organization(ctx context.Context, obj *decision.Alias) (*organization.Organization, error) {
	return loader.From(ctx).Organizations.Load(ctx, obj.OrganizationID)
}

func (r *aliasResolver) From(ctx context.Context, obj *decision.Alias) (*integration.ExternalOrg, error) {
	return optional(ctx, loader.From(ctx).ExternalOrgs, obj.ExternalOrgID)
}

func (r *exclusionResolver) Renamed(ctx context.Context, obj *decision.Exclusion) (bool, error) {
	external, err := loader.From(ctx).ExternalOrgs.Load(ctx, obj.ExternalOrgID)
	return external != nil && external.Name != obj.ExternalName, err
}

func (r *externalOrgResolver) Exclusion(ctx context.Context, obj *integration.ExternalOrg) (*decision.Exclusion, error) {
	return loader.From(ctx).Exclusions.Load(ctx, obj.ID)
}

func (r *leftOutResolver) ExternalOrg(ctx context.Context, obj *mapping.LeftOut) (*integration.ExternalOrg, error) {
	return loader.From(ctx).ExternalOrgs.Load(ctx, obj.ExternalOrgID)
}

func (r *mutationResolver) PreviewSuggestions(ctx context.Context, input model.PreviewSuggestionsInput) (*model.PreviewSuggestionsPayload, error) {
	ids, counts, err := r.previewed(ctx, input)
	if err != nil {
		return nil, err
	}
	preview, err := r.Mappings.PreviewSuggestions(ctx, ids)
	if err != nil {
		return nil, err
	}
	return previewPayload(ctx, preview, counts)
}

func (r *mutationResolver) AcceptSuggestions(ctx context.Context, input model.AcceptSuggestionsInput) (*model.AcceptSuggestionsPayload, error) {
	touched, err := r.Mappings.AcceptSuggestions(ctx, input.Hash, id.AllOf(id.ExternalOrg, input.ExternalOrgIds))
	userErrors, err := apperr.Split(err)
	if err != nil {
		return nil, err
	}
	organizations, err := organizationsOf(ctx, touched)
	return &model.AcceptSuggestionsPayload{Organizations: organizations, UserErrors: userErrors}, err
}

func (r *mutationResolver) RejectSuggestion(ctx context.Context, input model.RejectSuggestionInput) (*model.RejectSuggestionPayload, error) {
	rejected, err := r.Decisions.Reject(ctx, id.Of(id.ExternalOrg, input.ExternalOrgID), id.Of(id.Organization, input.OrganizationID))
	userErrors, err := apperr.Split(err)
	return &model.RejectSuggestionPayload{Rejection: rejected, UserErrors: userErrors}, err
}

func (r *mutationResolver) RevokeRejection(ctx context.Context, input model.RevokeRejectionInput) (*model.RevokeRejectionPayload, error) {
	revoked, err := r.Decisions.RevokeRejection(ctx, id.Of(id.Rejection, input.RejectionID))
	userErrors, err := apperr.Split(err)
	if err != nil || len(userErrors) > 0 {
		return &model.RevokeRejectionPayload{UserErrors: userErrors}, err
	}
	external, err := loader.From(ctx).ExternalOrgs.Load(ctx, revoked.ExternalOrgID)
	return &model.RevokeRejectionPayload{ExternalOrg: external, UserErrors: userErrors}, err
}

func (r *mutationResolver) ExcludeExternalOrgs(ctx context.Context, input model.ExcludeExternalOrgsInput) (*model.ExcludeExternalOrgsPayload, error) {
	excluded, err := r.Decisions.Exclude(ctx, id.AllOf(id.ExternalOrg, input.ExternalOrgIds), decision.Excluding{
		Reason: input.Reason, Note: valueOr(input.Note, ""), Until: input.Until,
	})
	userErrors, err := apperr.Split(err)
	if err != nil || len(userErrors) > 0 {
		return &model.ExcludeExternalOrgsPayload{ExternalOrgs: []*integration.ExternalOrg{}, UserErrors: userErrors}, err
	}
	externals, err := loader.All(ctx, loader.From(ctx).ExternalOrgs, excluded)
	return &model.ExcludeExternalOrgsPayload{ExternalOrgs: externals, UserErrors: userErrors}, err
}

func (r *mutationResolver) IncludeExternalOrgs(ctx context.Context, input model.IncludeExternalOrgsInput) (*model.IncludeExternalOrgsPayload, error) {
	included, err := r.Decisions.Include(ctx, id.AllOf(id.ExternalOrg, input.ExternalOrgIds))
	userErrors, err := apperr.Split(err)
	if err != nil || len(userErrors) > 0 {
		return &model.IncludeExternalOrgsPayload{ExternalOrgs: []*integration.ExternalOrg{}, UserErrors: userErrors}, err
	}
	externals, err := loader.All(ctx, loader.From(ctx).ExternalOrgs, included)
	return &model.IncludeExternalOrgsPayload{ExternalOrgs: externals, UserErrors: userErrors}, err
}

func (r *mutationResolver) RevokeAlias(ctx context.Context, input model.RevokeAliasInput) (*model.RevokeAliasPayload, error) {
	revoked, err := r.Decisions.RevokeAlias(ctx, id.Of(id.Alias, input.AliasID))
	userErrors, err := apperr.Split(err)
	if err != nil || len(userErrors) > 0 {
		return &model.RevokeAliasPayload{UserErrors: userErrors}, err
	}
	organization, err := organizationOf(ctx, "organization", revoked.OrganizationID)
	return &model.RevokeAliasPayload{Organization: organization, UserErrors: userErrors}, err
}

func (r *mutationResolver) PinAlias(ctx context.Context, input model.PinAliasInput) (*model.PinAliasPayload, error) {
	pinned, err := r.Decisions.PinAlias(ctx, id.Of(id.Alias, input.AliasID))
	userErrors, err := apperr.Split(err)
	return &model.PinAliasPayload{Alias: pinned, UserErrors: userErrors}, err
}

func (r *mutationResolver) UpdateMatching(ctx context.Context, input model.UpdateMatchingInput) (*model.UpdateMatchingPayload, error) {
	settings, err := r.Decisions.Update(ctx, settingsUpdate(input))
	userErrors, err := apperr.Split(err)
	if err != nil || len(userErrors) > 0 {
		return &model.UpdateMatchingPayload{UserErrors: userErrors}, err
	}
	return &model.UpdateMatchingPayload{Matching: &settings, UserErrors: userErrors}, nil
}

func (r *organizationResolver) Aliases(ctx context.Context, obj *organization.Organization) ([]*decision.Alias, error) {
	found, err := loader.From(ctx).OrganizationAliases.Load(ctx, obj.ID)
	return listed(found), err
}

func (r *queryResolver) Rejections(ctx context.Context, first *int, after *string) (*page.Connection[*decision.Rejection], error) {
	found, err := r.Decisions.Rejections(ctx, page.Arguments{First: first, After: after})
	if err != nil {
		return nil, err
	}
	loader.From(ctx).ExpectRejections(found.Nodes()...)
	return found, nil
}

func (r *queryResolver) Aliases(ctx context.Context, first *int, after *string, organizationID *string) (*page.Connection[*decision.Alias], error) {
	found, err := r.Decisions.Aliases(ctx, page.Arguments{First: first, After: after}, optionalID(id.Organization, organizationID))
	if err != nil {
		return nil, err
	}
	loader.From(ctx).ExpectAliases(found.Nodes()...)
	return found, nil
}

func (r *rejectionResolver) ExternalOrg(ctx context.Context, obj *decision.Rejection) (*integration.ExternalOrg, error) {
	return loader.From(ctx).ExternalOrgs.Load(ctx, obj.ExternalOrgID)
}

func (r *rejectionResolver) Organization(ctx context.Context, obj *decision.Rejection) (*organization.Organization, error) {
	return loader.From(ctx).Organizations.Load(ctx, obj.OrganizationID)
}

func (r *Resolver) AcceptSuggestionsPayload() gen.AcceptSuggestionsPayloadResolver {
	return &acceptSuggestionsPayloadResolver{r}
}

func (r *Resolver) Alias() gen.AliasResolver { return &aliasResolver{r} }

func (r *Resolver) ExcludeExternalOrgsPayload() gen.ExcludeExternalOrgsPayloadResolver {
	return &excludeExternalOrgsPayloadResolver{r}
}

func (r *Resolver) Exclusion() gen.ExclusionResolver { return &exclusionResolver{r} }

func (r *Resolver) IncludeExternalOrgsPayload() gen.IncludeExternalOrgsPayloadResolver {
	return &includeExternalOrgsPayloadResolver{r}
}

func (r *Resolver) LeftOut() gen.LeftOutResolver { return &leftOutResolver{r} }

func (r *Resolver) RejectSuggestionPayload() gen.RejectSuggestionPayloadResolver {
	return &rejectSuggestionPayloadResolver{r}
}

func (r *Resolver) Rejection() gen.RejectionResolver { return &rejectionResolver{r} }

func (r *Resolver) RevokeRejectionPayload() gen.RevokeRejectionPayloadResolver {
	return &revokeRejectionPayloadResolver{r}
}

type (
	acceptSuggestionsPayloadResolver   struct{ *Resolver }
	aliasResolver                      struct{ *Resolver }
	excludeExternalOrgsPayloadResolver struct{ *Resolver }
	exclusionResolver                  struct{ *Resolver }
	includeExternalOrgsPayloadResolver struct{ *Resolver }
	leftOutResolver                    struct{ *Resolver }
	rejectSuggestionPayloadResolver    struct{ *Resolver }
	rejectionResolver                  struct{ *Resolver }
	revokeRejectionPayloadResolver     struct{ *Resolver }
)
