package graph

import (
	"context"

	"github.com/orgmap/orgmap/graph/gen"
	"github.com/orgmap/orgmap/graph/loader"
	"github.com/orgmap/orgmap/graph/model"
	"github.com/orgmap/orgmap/graph/plan"
	"github.com/orgmap/orgmap/internal/integration"
	"github.com/orgmap/orgmap/internal/matching"
	"github.com/orgmap/orgmap/internal/organization"
	"github.com/orgmap/orgmap/internal/suggestion"
)

func (r *externalOrgResolver) MatchState(ctx context.Context, obj *integration.ExternalOrg) (matching.State, error) {
	match, err := matchOf(ctx, obj)
	return match.State, err
}

func (r *externalOrgResolver) Suggestion(ctx context.Context, obj *integration.ExternalOrg) (*suggestion.Suggestion, error) {
	match, err := matchOf(ctx, obj)
	return match.Suggestion, err
}

func (r *externalOrgResolver) Candidates(ctx context.Context, obj *integration.ExternalOrg) ([]*matching.Candidate, error) {
	match, err := matchOf(ctx, obj)
	return pointers(match.Candidates), err
}

func (r *externalOrgResolver) NeedsDecisionBecause(ctx context.Context, obj *integration.ExternalOrg) (*string, error) {
	match, err := matchOf(ctx, obj)
	return orNull(match.Because.Explain()), err
}

func (r *integrationResolver) MatchCounts(ctx context.Context, obj *integration.Integration) (*suggestion.Counts, error) {
	counts, err := loader.From(ctx).MatchCounts.Load(ctx, obj.ID)
	return &counts, err
}

func (r *integrationResolver) OrganizationCounts(ctx context.Context, obj *integration.Integration) (*suggestion.OrganizationCounts, error) {
	counts, err := loader.From(ctx).OrganizationCounts.Load(ctx, obj.ID)
	return &counts, err
}

func (r *matchCandidateResolver) Organization(ctx context.Context, obj *matching.Candidate) (*organization.Organization, error) {
	return loader.From(ctx).Organizations.Load(ctx, obj.Organization)
}

func (r *matchCandidateResolver) Score(ctx context.Context, obj *matching.Candidate) (float64, error) {
	return obj.Score.Float(), nil
}

func (r *matchCandidateResolver) Signals(ctx context.Context, obj *matching.Candidate) ([]*matching.Signal, error) {
	return pointers(obj.Signals), nil
}

func (r *matchSignalResolver) Weight(ctx context.Context, obj *matching.Signal) (float64, error) {
	return obj.Weight.Float(), nil
}

func (r *matchSignalResolver) Left(ctx context.Context, obj *matching.Signal) (*string, error) {
	return orNull(obj.Left), nil
}

func (r *matchSignalResolver) Right(ctx context.Context, obj *matching.Signal) (*string, error) {
	return orNull(obj.Right), nil
}

func (r *matchSignalResolver) Explanation(ctx context.Context, obj *matching.Signal) (string, error) {
	return obj.Explain(), nil
}

func (r *matchSignalResolver) Path(ctx context.Context, obj *matching.Signal) ([]*matching.Step, error) {
	return pointers(obj.Path), nil
}

func (r *matchStepResolver) ExternalOrg(ctx context.Context, obj *matching.Step) (*integration.ExternalOrg, error) {
	return loader.From(ctx).ExternalOrgs.Load(ctx, obj.Record)
}

func (r *matchingChangeResolver) Integration(ctx context.Context, obj *model.MatchingChange) (*integration.Integration, error) {
	return namedIntegration(ctx, obj.IntegrationID)
}

func (r *organizationResolver) Suggestions(ctx context.Context, obj *organization.Organization, integrationIds []string) ([]*suggestion.Suggestion, error) {
	load := loader.From(ctx).OrganizationSuggestions.Load
	if plan.Only(ctx, "tier", "score", "automatic", "bulk", "externalOrg") {
		load = loader.From(ctx).BriefSuggestions
	}
	found, err := load(ctx, obj.ID)
	return suggestedIn(found, optionalIntegrations(integrationIds)), err
}

func (r *subscriptionResolver) MatchingChanges(ctx context.Context, integrationIds []string) (<-chan *model.MatchingChange, error) {
	watcher, err := r.Resolver.Suggestions.Watch(ctx, optionalIntegrations(integrationIds))
	if err != nil {
		return nil, err
	}
	return plan.Follow(ctx, matchingChanges{watcher}), nil
}

func (r *suggestionResolver) ExternalOrg(ctx context.Context, obj *suggestion.Suggestion) (*integration.ExternalOrg, error) {
	if known := plan.Known[integration.ExternalOrg](ctx, "id", "name", "integration"); known != nil {
		known.ID, known.Name, known.IntegrationID = obj.ExternalOrgID, obj.ExternalName, obj.IntegrationID
		return known, nil
	}
	return loader.From(ctx).ExternalOrgs.Load(ctx, obj.ExternalOrgID)
}

func (r *suggestionResolver) Organization(ctx context.Context, obj *suggestion.Suggestion) (*organization.Organization, error) {
	return loader.From(ctx).Organizations.Load(ctx, obj.Organization)
}

func (r *suggestionResolver) Score(ctx context.Context, obj *suggestion.Suggestion) (float64, error) {
	return obj.Score.Float(), nil
}

func (r *suggestionResolver) Margin(ctx context.Context, obj *suggestion.Suggestion) (*float64, error) {
	if obj.Margin == nil {
		return nil, nil //nolint:nilnil // there is no other candidate
	}
	ahead := obj.Margin.Float()
	return &ahead, nil
}

func (r *suggestionResolver) Signals(ctx context.Context, obj *suggestion.Suggestion) ([]*matching.Signal, error) {
	return pointers(obj.Signals), nil
}

func (r *suggestionResolver) Warnings(ctx context.Context, obj *suggestion.Suggestion) ([]string, error) {
	warnings := make([]string, len(obj.Warnings))
	for i, one := range obj.Warnings {
		warnings[i] = one.Explain()
	}
	return warnings, nil
}

func (r *suggestionResolver) Explanation(ctx context.Context, obj *suggestion.Suggestion) (string, error) {
	return explain(ctx, obj)
}

func (r *Resolver) MatchCandidate() gen.MatchCandidateResolver { return &matchCandidateResolver{r} }

func (r *Resolver) MatchSignal() gen.MatchSignalResolver { return &matchSignalResolver{r} }

func (r *Resolver) MatchStep() gen.MatchStepResolver { return &matchStepResolver{r} }

func (r *Resolver) MatchingChange() gen.MatchingChangeResolver { return &matchingChangeResolver{r} }

func (r *Resolver) Suggestion() gen.SuggestionResolver { return &suggestionResolver{r} }

type (
	matchCandidateResolver struct{ *Resolver }
	matchSignalResolver    struct{ *Resolver }
	matchStepResolver      struct{ *Resolver }
	matchingChangeResolver struct{ *Resolver }
	suggestionResolver     struct{ *Resolver }
)
