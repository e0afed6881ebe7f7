package graph

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/graph/loader"
	"github.com/orgmap/orgmap/internal/integration"
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
