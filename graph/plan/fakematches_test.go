package plan_test

import (
	"context"

	"github.com/orgmap/orgmap/graph/gen"
	"github.com/orgmap/orgmap/internal/integration"
	"github.com/orgmap/orgmap/internal/matching"
	"github.com/orgmap/orgmap/internal/organization"
	"github.com/orgmap/orgmap/internal/suggestion"
)

func (w world) MatchCandidate() gen.MatchCandidateResolver { return fakeMatchCandidate{w} }
func (w world) MatchSignal() gen.MatchSignalResolver       { return fakeMatchSignal{w} }
func (w world) MatchStep() gen.MatchStepResolver           { return fakeMatchStep{w} }
func (w world) Suggestion() gen.SuggestionResolver         { return fakeSuggestion{w} }

func (f fakeExternalOrg) MatchState(_ context.Context, obj *integration.ExternalOrg) (matching.State, error) {
	return answered[matching.State](f.world, "matchState", obj.ID)
}

func (f fakeExternalOrg) Suggestion(_ context.Context, obj *integration.ExternalOrg) (*suggestion.Suggestion, error) {
	return answered[*suggestion.Suggestion](f.world, "suggestion", obj.ID)
}

func (f fakeExternalOrg) Candidates(_ context.Context, obj *integration.ExternalOrg) ([]*matching.Candidate, error) {
	return answered[[]*matching.Candidate](f.world, "candidates", obj.ID)
}

func (f fakeExternalOrg) NeedsDecisionBecause(_ context.Context, obj *integration.ExternalOrg) (*string, error) {
	return answered[*string](f.world, "needsDecisionBecause", obj.ID)
}

func (f fakeIntegration) MatchCounts(_ context.Context, obj *integration.Integration) (*suggestion.Counts, error) {
	return answered[*suggestion.Counts](f.world, "matchCounts", obj.ID)
}

func (f fakeIntegration) OrganizationCounts(_ context.Context, obj *integration.Integration) (*suggestion.OrganizationCounts, error) {
	return answered[*suggestion.OrganizationCounts](f.world, "organizationCounts", obj.ID)
}

func (f fakeOrganization) Suggestions(_ context.Context, obj *organization.Organization, integrationIDs []string) ([]*suggestion.Suggestion, error) {
	return answered[[]*suggestion.Suggestion](f.world, "suggestions", obj.ID, integrationIDs)
}

type fakeMatchCandidate struct{ world }

func (f fakeMatchCandidate) Organization(_ context.Context, obj *matching.Candidate) (*organization.Organization, error) {
	return answered[*organization.Organization](f.world, "organization", obj.Organization)
}

func (f fakeMatchCandidate) Score(_ context.Context, obj *matching.Candidate) (float64, error) {
	return answered[float64](f.world, "score", obj.Organization)
}

func (f fakeMatchCandidate) Signals(_ context.Context, obj *matching.Candidate) ([]*matching.Signal, error) {
	return answered[[]*matching.Signal](f.world, "signals", obj.Organization)
}

type fakeMatchSignal struct{ world }

func (f fakeMatchSignal) Weight(_ context.Context, obj *matching.Signal) (float64, error) {
	return answered[float64](f.world, "weight", obj.Kind)
}

func (f fakeMatchSignal) Left(_ context.Context, obj *matching.Signal) (*string, error) {
	return answered[*string](f.world, "left", obj.Kind)
}

func (f fakeMatchSignal) Right(_ context.Context, obj *matching.Signal) (*string, error) {
	return answered[*string](f.world, "right", obj.Kind)
}

func (f fakeMatchSignal) Explanation(_ context.Context, obj *matching.Signal) (string, error) {
	return answered[string](f.world, "explanation", obj.Kind)
}

func (f fakeMatchSignal) Path(_ context.Context, obj *matching.Signal) ([]*matching.Step, error) {
	return answered[[]*matching.Step](f.world, "path", obj.Kind)
}

type fakeMatchStep struct{ world }

func (f fakeMatchStep) ExternalOrg(_ context.Context, obj *matching.Step) (*integration.ExternalOrg, error) {
	return answered[*integration.ExternalOrg](f.world, "externalOrg", obj.Record)
}

type fakeSuggestion struct{ world }

func (f fakeSuggestion) ExternalOrg(_ context.Context, obj *suggestion.Suggestion) (*integration.ExternalOrg, error) {
	return answered[*integration.ExternalOrg](f.world, "externalOrg", obj.ExternalOrgID)
}

func (f fakeSuggestion) Organization(_ context.Context, obj *suggestion.Suggestion) (*organization.Organization, error) {
	return answered[*organization.Organization](f.world, "organization", obj.Organization)
}

func (f fakeSuggestion) Score(_ context.Context, obj *suggestion.Suggestion) (float64, error) {
	return answered[float64](f.world, "score", obj.ExternalOrgID)
}

func (f fakeSuggestion) Margin(_ context.Context, obj *suggestion.Suggestion) (*float64, error) {
	return answered[*float64](f.world, "margin", obj.ExternalOrgID)
}

func (f fakeSuggestion) Signals(_ context.Context, obj *suggestion.Suggestion) ([]*matching.Signal, error) {
	return answered[[]*matching.Signal](f.world, "signals", obj.ExternalOrgID)
}

func (f fakeSuggestion) Warnings(_ context.Context, obj *suggestion.Suggestion) ([]string, error) {
	return answered[[]string](f.world, "warnings", obj.ExternalOrgID)
}

func (f fakeSuggestion) Explanation(_ context.Context, obj *suggestion.Suggestion) (string, error) {
	return answered[string](f.world, "explanation", obj.ExternalOrgID)
}
