package plan_test

import (
	"context"

	"github.com/orgmap/orgmap/graph/gen"
	"github.com/orgmap/orgmap/graph/model"
	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/decision"
	"github.com/orgmap/orgmap/internal/integration"
	"github.com/orgmap/orgmap/internal/mapping"
	"github.com/orgmap/orgmap/internal/organization"
	"github.com/orgmap/orgmap/internal/page"
)

type (
	fakeAccount   struct{ world }
	fakeAlias     struct{ world }
	fakeExclusion struct{ world }
	fakeLeftOut   struct{ world }
	fakeRejection struct{ world }
)

func (w world) Account() gen.AccountResolver     { return fakeAccount{w} }
func (w world) Alias() gen.AliasResolver         { return fakeAlias{w} }
func (w world) Exclusion() gen.ExclusionResolver { return fakeExclusion{w} }
func (w world) LeftOut() gen.LeftOutResolver     { return fakeLeftOut{w} }
func (w world) Rejection() gen.RejectionResolver { return fakeRejection{w} }

func (f fakeAccount) Matching(_ context.Context, obj *account.Account) (*decision.Settings, error) {
	return answered[*decision.Settings](f.world, "matching", obj.ID)
}

func (f fakeAccount) HistoryRetention(_ context.Context, obj *account.Account) (*int, error) {
	return answered[*int](f.world, "historyRetention", obj.ID)
}

func (f fakeAlias) Organization(_ context.Context, obj *decision.Alias) (*organization.Organization, error) {
	return answered[*organization.Organization](f.world, "organization", obj.ID)
}

func (f fakeAlias) From(_ context.Context, obj *decision.Alias) (*integration.ExternalOrg, error) {
	return answered[*integration.ExternalOrg](f.world, "from", obj.ID)
}

func (f fakeExclusion) Renamed(_ context.Context, obj *decision.Exclusion) (bool, error) {
	return answered[bool](f.world, "renamed", obj.ExternalOrgID)
}

func (f fakeExternalOrg) Exclusion(_ context.Context, obj *integration.ExternalOrg) (*decision.Exclusion, error) {
	return answered[*decision.Exclusion](f.world, "exclusion", obj.ID)
}

func (f fakeLeftOut) ExternalOrg(_ context.Context, obj *mapping.LeftOut) (*integration.ExternalOrg, error) {
	return answered[*integration.ExternalOrg](f.world, "externalOrg", obj.ExternalOrgID)
}

func (f fakeOrganization) Aliases(_ context.Context, obj *organization.Organization) ([]*decision.Alias, error) {
	return answered[[]*decision.Alias](f.world, "aliases", obj.ID)
}

func (f fakeRejection) ExternalOrg(_ context.Context, obj *decision.Rejection) (*integration.ExternalOrg, error) {
	return answered[*integration.ExternalOrg](f.world, "externalOrg", obj.ID)
}

func (f fakeRejection) Organization(_ context.Context, obj *decision.Rejection) (*organization.Organization, error) {
	return answered[*organization.Organization](f.world, "organization", obj.ID)
}

func (f fakeMutation) PreviewSuggestions(_ context.Context, input model.PreviewSuggestionsInput) (*model.PreviewSuggestionsPayload, error) {
	return answered[*model.PreviewSuggestionsPayload](f.world, "Mutation.PreviewSuggestions", input)
}

func (f fakeMutation) AcceptSuggestions(_ context.Context, input model.AcceptSuggestionsInput) (*model.AcceptSuggestionsPayload, error) {
	return answered[*model.AcceptSuggestionsPayload](f.world, "Mutation.AcceptSuggestions", input)
}

func (f fakeMutation) RejectSuggestion(_ context.Context, input model.RejectSuggestionInput) (*model.RejectSuggestionPayload, error) {
	return answered[*model.RejectSuggestionPayload](f.world, "Mutation.RejectSuggestion", input)
}

func (f fakeMutation) RevokeRejection(_ context.Context, input model.RevokeRejectionInput) (*model.RevokeRejectionPayload, error) {
	return answered[*model.RevokeRejectionPayload](f.world, "Mutation.RevokeRejection", input)
}

func (f fakeMutation) ExcludeExternalOrgs(_ context.Context, input model.ExcludeExternalOrgsInput) (*model.ExcludeExternalOrgsPayload, error) {
	return answered[*model.ExcludeExternalOrgsPayload](f.world, "Mutation.ExcludeExternalOrgs", input)
}

func (f fakeMutation) IncludeExternalOrgs(_ context.Context, input model.IncludeExternalOrgsInput) (*model.IncludeExternalOrgsPayload, error) {
	return answered[*model.IncludeExternalOrgsPayload](f.world, "Mutation.IncludeExternalOrgs", input)
}

func (f fakeMutation) RevokeAlias(_ context.Context, input model.RevokeAliasInput) (*model.RevokeAliasPayload, error) {
	return answered[*model.RevokeAliasPayload](f.world, "Mutation.RevokeAlias", input)
}

func (f fakeMutation) PinAlias(_ context.Context, input model.PinAliasInput) (*model.PinAliasPayload, error) {
	return answered[*model.PinAliasPayload](f.world, "Mutation.PinAlias", input)
}

func (f fakeMutation) UpdateMatching(_ context.Context, input model.UpdateMatchingInput) (*model.UpdateMatchingPayload, error) {
	return answered[*model.UpdateMatchingPayload](f.world, "Mutation.UpdateMatching", input)
}

func (f fakeQuery) Rejections(_ context.Context, first *int, after *string) (*page.Connection[*decision.Rejection], error) {
	return connected[decision.Rejection](f.world, "Query.Rejections", first, after)
}

func (f fakeQuery) Aliases(_ context.Context, first *int, after, organizationID *string) (*page.Connection[*decision.Alias], error) {
	return connected[decision.Alias](f.world, "Query.Aliases", first, after, organizationID)
}

type fakeMatchingChange struct{ world }

func (w world) MatchingChange() gen.MatchingChangeResolver { return fakeMatchingChange{w} }

func (f fakeMatchingChange) Integration(_ context.Context, obj *model.MatchingChange) (*integration.Integration, error) {
	return answered[*integration.Integration](f.world, "integration", obj.IntegrationID)
}
