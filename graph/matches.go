package graph

import (
	"context"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/graph/loader"
	"github.com/orgmap/orgmap/graph/model"
	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/integration"
	"github.com/orgmap/orgmap/internal/mapping"
	"github.com/orgmap/orgmap/internal/matching"
	"github.com/orgmap/orgmap/internal/suggestion"
)

// matchOf returns the matching result of an external organization. It is never nil.
func matchOf(ctx context.Context, external *integration.ExternalOrg) (*suggestion.Match, error) {
	match, err := loader.From(ctx).Matches.Load(ctx, external.ID)
	if match == nil {
		match = suggestion.Pending(external.ID)
	}
	return match, err
}

// explain returns a sentence that explains a suggestion, with the names of what it matches.
func explain(ctx context.Context, suggested *suggestion.Suggestion) (string, error) {
	loaders := loader.From(ctx)
	external, err := loaders.ExternalOrgs.Load(ctx, suggested.ExternalOrgID)
	if err != nil {
		return "", err
	}
	list, err := loaders.Described.Load(ctx, suggested.IntegrationID)
	if err != nil {
		return "", err
	}
	organization, err := loaders.Organizations.Load(ctx, suggested.Organization)
	if err != nil {
		return "", err
	}
	return suggested.Explain(external.Name, list.Name, organization.Name), nil
}

// suggestedIn returns the suggestions in the given integrations, or all of them if integrations is nil.
func suggestedIn(all []*suggestion.Suggestion, integrations []uuid.UUID) []*suggestion.Suggestion {
	if integrations == nil {
		return listed(all)
	}
	return slices.DeleteFunc(slices.Clone(all), func(one *suggestion.Suggestion) bool { return !slices.Contains(integrations, one.IntegrationID) })
}

// orNull returns nil if text is empty.
func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// previewed returns the external organizations to preview, at most 1,000. counts are the numbers by tier of all that match
// the filter; nil: IDs were given.
func (r *Resolver) previewed(ctx context.Context, input model.PreviewSuggestionsInput) (ids []uuid.UUID, counts map[matching.Tier]int, err error) {
	if input.ExternalOrgIds != nil {
		if input.Filter != nil || input.Search != nil {
			return nil, nil, apperr.New(apperr.BadUserInput, "Give either externalOrgIds, or filter and search.")
		}
		return id.AllOf(id.ExternalOrg, input.ExternalOrgIds), nil, nil
	}
	found, err := r.Suggestions.Suggested(ctx, input.Search, lensFilter(input.Filter))
	return found.IDs, found.Counts, err
}

// previewPayload returns a preview with its suggestions.
func previewPayload(ctx context.Context, preview mapping.SuggestionPreview, all map[matching.Tier]int) (*model.PreviewSuggestionsPayload, error) {
	payload := &model.PreviewSuggestionsPayload{Hash: preview.Hash, Rows: make([]*suggestion.Suggestion, 0, len(preview.Rows)), LeftOut: pointers(preview.LeftOut)}
	var problems apperr.Problems
	for _, at := range preview.NotFound {
		problems.Add(apperr.NotFound, []string{"input", "externalOrgIds", strconv.Itoa(at)}, "This external organization does not exist.")
	}
	payload.UserErrors = pointers(problems.Errors())
	matches, err := loader.All(ctx, loader.From(ctx).Matches, preview.Rows)
	if err != nil {
		return nil, err
	}
	counts, total := map[matching.Tier]int{}, 0
	for _, match := range matches {
		if match.Suggestion != nil { // computed again since the preview: accepting it is a conflict
			payload.Rows = append(payload.Rows, match.Suggestion)
			counts[match.Suggestion.Tier]++
		}
	}
	if all != nil {
		counts = all
	}
	payload.Counts = tierCounts(counts)
	for _, one := range payload.Counts {
		total += one.Count
	}
	payload.HasMore = total > mapping.MaximumAccepted
	return payload, nil
}

// tierCounts returns the numbers by tier, most certain first, without those that are 0.
func tierCounts(counts map[matching.Tier]int) []*model.TierCount {
	listed := []*model.TierCount{}
	for _, tier := range matching.Tiers() {
		if counts[tier] > 0 {
			listed = append(listed, &model.TierCount{Tier: tier, Count: counts[tier]})
		}
	}
	return listed
}
