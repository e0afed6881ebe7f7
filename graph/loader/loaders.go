package loader

import (
	"context"
	"iter"
	"maps"
	"slices"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/access"
	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/audit"
	"github.com/orgmap/orgmap/internal/decision"
	"github.com/orgmap/orgmap/internal/group"
	"github.com/orgmap/orgmap/internal/history"
	"github.com/orgmap/orgmap/internal/integration"
	"github.com/orgmap/orgmap/internal/mapping"
	"github.com/orgmap/orgmap/internal/matching"
	"github.com/orgmap/orgmap/internal/organization"
	"github.com/orgmap/orgmap/internal/refresh"
	"github.com/orgmap/orgmap/internal/suggestion"
)

// Sources are the services that loaders read from.
type Sources struct {
	Accounts      *account.Service
	Organizations *organization.Service
	Integrations  *integration.Service
	Mappings      *mapping.Service
	Refreshes     *refresh.Service
	Suggestions   *suggestion.Service
	Decisions     *decision.Service
	Audit         *audit.Service
	History       *history.Service
	Groups        *group.Service
	Access        *access.Service
}

// Loaders are the batches of one response.
type Loaders struct {
	Organizations           *Batch[uuid.UUID, *organization.Organization]
	Integrations            *Batch[uuid.UUID, *integration.Integration]
	Described               *Batch[uuid.UUID, *integration.Integration] // for fields that do not depend on the clock
	Counts                  *Batch[uuid.UUID, integration.Counts]
	LatestRuns              *Batch[uuid.UUID, *refresh.Run] // by integration
	LatestGoodRuns          *Batch[uuid.UUID, *refresh.Run] // by integration
	Runs                    *Batch[uuid.UUID, *refresh.Run]
	RunChanges              *Batch[uuid.UUID, *refresh.Changes]
	ExternalOrgs            *Batch[uuid.UUID, *integration.ExternalOrg]
	Mappings                *Batch[uuid.UUID, *mapping.Mapping]
	OrganizationMappings    *Batch[uuid.UUID, []*mapping.Mapping]            // by organization
	ExternalOrgMappings     *Batch[uuid.UUID, *mapping.Mapping]              // by external organization
	Matches                 *Batch[uuid.UUID, *suggestion.Match]             // by external organization
	Hints                   *Batch[uuid.UUID, []matching.Hint]               // by external organization
	HintTargets             *Batch[matching.Hint, *uuid.UUID]                // the external organization that a hint leads to
	OrganizationSuggestions *Batch[uuid.UUID, []*suggestion.Suggestion]      // by organization
	MatchCounts             *Batch[uuid.UUID, suggestion.Counts]             // by integration
	OrganizationCounts      *Batch[uuid.UUID, suggestion.OrganizationCounts] // by integration
	Exclusions              *Batch[uuid.UUID, *decision.Exclusion]           // by external organization
	Rejections              *Batch[uuid.UUID, *decision.Rejection]
	Aliases                 *Batch[uuid.UUID, *decision.Alias]
	OrganizationAliases     *Batch[uuid.UUID, []*decision.Alias] // by organization
	past                    past                                 // see History
	staff                   staff                                // see Staff
	account                 *Batch[struct{}, *account.Account]
	briefs                  Batch[uuid.UUID, []*suggestion.Suggestion] // see BriefSuggestions
	suggestions             *suggestion.Service
}

// New returns the loaders of one response. What one batch reads announces keys to other batches.
func New(sources Sources) *Loaders {
	l := &Loaders{
		past:        past{sources: sources},
		staff:       staff{sources: sources},
		Counts:      NewBatch(sources.Integrations.CountsOf),
		suggestions: sources.Suggestions,
		account: NewBatch(func(ctx context.Context, _ []struct{}) (map[struct{}]*account.Account, error) {
			current, err := sources.Accounts.Current(ctx)
			return map[struct{}]*account.Account{{}: current}, err
		}),
	}
	l.Organizations = NewBatch(following(sources.Organizations.ByIDs, l.ExpectOrganizations))
	l.Integrations = NewBatch(following(allIntegrations(sources.Integrations), l.ExpectIntegrations))
	l.Described = NewBatch(func(ctx context.Context, _ []uuid.UUID) (map[uuid.UUID]*integration.Integration, error) {
		return sources.Integrations.Described(ctx)
	})
	l.LatestRuns = NewBatch(following(sources.Refreshes.Latest, l.ExpectRuns))
	l.LatestGoodRuns = NewBatch(following(sources.Refreshes.LatestGood, l.ExpectRuns))
	l.Runs = NewBatch(following(sources.Refreshes.ByIDs, l.ExpectRuns))
	l.RunChanges = NewBatch(sources.Refreshes.ChangesOf)
	l.ExternalOrgs = NewBatch(following(sources.Integrations.ExternalOrgsByIDs, l.ExpectExternalOrgs))
	l.Mappings = NewBatch(following(sources.Mappings.ByIDs, l.ExpectMappings))
	l.OrganizationMappings = NewBatch(following(sources.Mappings.ByOrganizations, func(found ...[]*mapping.Mapping) {
		l.ExpectMappings(slices.Concat(found...)...)
	}))
	l.ExternalOrgMappings = NewBatch(following(sources.Mappings.ByExternalOrgs, l.ExpectMappings))
	l.Matches = NewBatch(following(sources.Suggestions.ByExternalOrgs, l.ExpectMatches))
	l.Hints = NewBatch(following(sources.Suggestions.HintsOf, func(found ...[]matching.Hint) {
		l.HintTargets.Expect(slices.Concat(found...)...)
	}))
	l.HintTargets = NewBatch(l.hintTargets(sources.Suggestions))
	l.OrganizationSuggestions = NewBatch(following(sources.Suggestions.ByOrganizations, func(found ...[]*suggestion.Suggestion) {
		for _, all := range found {
			l.expectSuggestions(all...)
		}
	}))
	l.Exclusions = NewBatch(sources.Decisions.ExclusionsOf)
	l.Rejections = NewBatch(following(sources.Decisions.RejectionsByIDs, l.ExpectRejections))
	l.Aliases = NewBatch(following(sources.Decisions.AliasesByIDs, l.ExpectAliases))
	l.OrganizationAliases = NewBatch(following(sources.Decisions.AliasesOf, func(found ...[]*decision.Alias) {
		l.ExpectAliases(slices.Concat(found...)...)
	}))
	l.MatchCounts = NewBatch(sources.Suggestions.CountsOf)
	l.OrganizationCounts = NewBatch(sources.Suggestions.OrganizationCountsOf)
	return l
}

// BriefSuggestions returns the suggestions for an organization without their reasons. All organizations announced to
// OrganizationSuggestions are read with it.
func (l *Loaders) BriefSuggestions(ctx context.Context, organization uuid.UUID) ([]*suggestion.Suggestion, error) {
	return l.briefs.loadLike(ctx, organization, l.OrganizationSuggestions, func(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID][]*suggestion.Suggestion, error) {
		found, err := l.suggestions.BriefsByOrganizations(ctx, ids)
		l.ExternalOrgs.ExpectAll(func(yield func(uuid.UUID) bool) {
			for _, all := range found {
				for _, one := range all {
					if !yield(one.ExternalOrgID) {
						return
					}
				}
			}
		})
		return found, err
	})
}

// ExpectMatches announces that matches will be shown, so the organizations and records they name are read in batches.
func (l *Loaders) ExpectMatches(shown ...*suggestion.Match) {
	for _, match := range shown {
		if match.Suggestion != nil {
			l.expectSuggestions(match.Suggestion)
		}
		for i := range match.Candidates {
			l.expectCandidate(&match.Candidates[i])
		}
	}
}

func (l *Loaders) expectSuggestions(shown ...*suggestion.Suggestion) {
	for _, one := range shown {
		l.ExternalOrgs.Expect(one.ExternalOrgID)
		l.expectCandidate(&one.Candidate)
	}
}

func (l *Loaders) expectCandidate(candidate *matching.Candidate) {
	l.Organizations.Expect(candidate.Organization)
	for _, signal := range candidate.Signals {
		for _, step := range signal.Path {
			l.ExternalOrgs.Expect(step.Record)
		}
	}
}

// allIntegrations reads every integration of the account, whatever the keys: there are few, and a response that names
// one usually names most.
func allIntegrations(integrations *integration.Service) func(context.Context, []uuid.UUID) (map[uuid.UUID]*integration.Integration, error) {
	return func(ctx context.Context, _ []uuid.UUID) (map[uuid.UUID]*integration.Integration, error) {
		all, err := integrations.List(ctx)
		byID := make(map[uuid.UUID]*integration.Integration, len(all))
		for _, one := range all {
			byID[one.ID] = one
		}
		return byID, err
	}
}

// hintTargets reads the external organizations that hints lead to, and announces that they will be shown.
func (l *Loaders) hintTargets(suggestions *suggestion.Service) func(context.Context, []matching.Hint) (map[matching.Hint]*uuid.UUID, error) {
	return func(ctx context.Context, hints []matching.Hint) (map[matching.Hint]*uuid.UUID, error) {
		found, err := suggestions.HintTargets(ctx, hints)
		targets := make(map[matching.Hint]*uuid.UUID, len(found))
		for hint, target := range found {
			targets[hint] = &target
			l.ExternalOrgs.Expect(target)
		}
		return targets, err
	}
}

// following returns a function that calls read, and then passes the values found to then.
func following[V any](read func(context.Context, []uuid.UUID) (map[uuid.UUID]V, error), then func(...V)) func(context.Context, []uuid.UUID) (map[uuid.UUID]V, error) {
	return func(ctx context.Context, keys []uuid.UUID) (map[uuid.UUID]V, error) {
		found, err := read(ctx, keys)
		then(slices.AppendSeq(make([]V, 0, len(found)), maps.Values(found))...)
		return found, err
	}
}

// each iterates over the keys of the items in shown.
func each[T any](shown []T, key func(T) uuid.UUID) iter.Seq[uuid.UUID] {
	return func(yield func(uuid.UUID) bool) {
		for _, one := range shown {
			if !yield(key(one)) {
				return
			}
		}
	}
}

// Account returns the caller's account, which is read once for each response.
func (l *Loaders) Account(ctx context.Context) (*account.Account, error) {
	return l.account.Load(ctx, struct{}{})
}

// ExpectOrganizations announces that organizations will be shown, so their mappings and suggestions are read in
// batches.
func (l *Loaders) ExpectOrganizations(shown ...*organization.Organization) {
	ids := each(shown, func(one *organization.Organization) uuid.UUID { return one.ID })
	l.OrganizationMappings.ExpectAll(ids)
	l.OrganizationSuggestions.ExpectAll(ids)
	l.OrganizationAliases.ExpectAll(ids)
}

// ExpectIntegrations announces that integrations will be shown, so their counts and runs are read in batches.
func (l *Loaders) ExpectIntegrations(shown ...*integration.Integration) {
	ids := each(shown, func(one *integration.Integration) uuid.UUID { return one.ID })
	l.Counts.ExpectAll(ids)
	l.LatestRuns.ExpectAll(ids)
	l.LatestGoodRuns.ExpectAll(ids)
	l.MatchCounts.ExpectAll(ids)
	l.OrganizationCounts.ExpectAll(ids)
}

// ExpectExternalOrgs announces that external organizations will be shown, so their mappings, matches, hints and
// integrations are read in batches.
func (l *Loaders) ExpectExternalOrgs(shown ...*integration.ExternalOrg) {
	ids := each(shown, func(one *integration.ExternalOrg) uuid.UUID { return one.ID })
	l.ExternalOrgMappings.ExpectAll(ids)
	l.Matches.ExpectAll(ids)
	l.Exclusions.ExpectAll(ids)
	l.Hints.ExpectAll(ids)
	l.Integrations.ExpectAll(each(shown, func(one *integration.ExternalOrg) uuid.UUID { return one.IntegrationID }))
}

// ExpectRejections announces that rejections will be shown, so the objects they name are read in batches.
func (l *Loaders) ExpectRejections(shown ...*decision.Rejection) {
	l.ExternalOrgs.ExpectAll(each(shown, func(one *decision.Rejection) uuid.UUID { return one.ExternalOrgID }))
	l.Organizations.ExpectAll(each(shown, func(one *decision.Rejection) uuid.UUID { return one.OrganizationID }))
}

// ExpectAliases announces that aliases will be shown, so the objects they name are read in batches.
func (l *Loaders) ExpectAliases(shown ...*decision.Alias) {
	l.Organizations.ExpectAll(each(shown, func(one *decision.Alias) uuid.UUID { return one.OrganizationID }))
	for _, one := range shown {
		if one.ExternalOrgID != nil {
			l.ExternalOrgs.Expect(*one.ExternalOrgID)
		}
	}
}

// ExpectMappings announces that mappings will be shown, so the objects they connect are read in batches.
func (l *Loaders) ExpectMappings(shown ...*mapping.Mapping) {
	l.Organizations.ExpectAll(each(shown, func(one *mapping.Mapping) uuid.UUID { return one.OrganizationID }))
	l.ExternalOrgs.ExpectAll(each(shown, func(one *mapping.Mapping) uuid.UUID { return one.ExternalOrgID }))
	l.Integrations.ExpectAll(each(shown, func(one *mapping.Mapping) uuid.UUID { return one.IntegrationID }))
	l.past.expectMappings(shown)
}

// ExpectCandidates announces that candidates will be shown, so the objects they name are read in batches.
func (l *Loaders) ExpectCandidates(shown ...*mapping.Candidate) {
	l.ExternalOrgs.ExpectAll(each(shown, func(one *mapping.Candidate) uuid.UUID { return one.ExternalOrgID }))
	for _, one := range shown {
		if one.OrganizationID != nil {
			l.Organizations.Expect(*one.OrganizationID)
		}
	}
}

// ExpectImportResults announces that import results will be shown, so the objects they name are read in batches.
func (l *Loaders) ExpectImportResults(shown ...mapping.ImportResult) {
	l.ExternalOrgs.ExpectAll(each(shown, func(one mapping.ImportResult) uuid.UUID { return one.ExternalOrgID }))
	for _, one := range shown {
		l.ExternalOrgs.Expect(one.Replaced...)
		if one.OrganizationID != nil {
			l.Organizations.Expect(*one.OrganizationID)
		}
	}
}

// ExpectRuns announces that runs will be shown, so their integrations are read in batches.
func (l *Loaders) ExpectRuns(shown ...*refresh.Run) {
	l.Integrations.ExpectAll(each(shown, func(one *refresh.Run) uuid.UUID { return one.IntegrationID }))
	l.RunChanges.ExpectAll(each(shown, func(one *refresh.Run) uuid.UUID { return one.ID }))
}

type contextKey struct{}

// With returns a context whose resolvers use the loaders.
func With(ctx context.Context, loaders *Loaders) context.Context {
	return context.WithValue(ctx, contextKey{}, loaders)
}

// From returns the loaders of the response that ctx belongs to. It panics if there are none.
func From(ctx context.Context) *Loaders {
	loaders, ok := ctx.Value(contextKey{}).(*Loaders)
	if !ok {
		panic("loader: this context belongs to no response")
	}
	return loaders
}
