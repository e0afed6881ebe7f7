package loader

import (
	"context"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/integration"
	"github.com/orgmap/orgmap/internal/mapping"
	"github.com/orgmap/orgmap/internal/organization"
	"github.com/orgmap/orgmap/internal/refresh"
)

// Sources are the services that loaders read from.
type Sources struct {
	Accounts      *account.Service
	Organizations *organization.Service
	Integrations  *integration.Service
	Mappings      *mapping.Service
	Refreshes     *refresh.Service
}

// Loaders are the batches of one answer.
type Loaders struct {
	Organizations        *Batch[uuid.UUID, *organization.Organization]
	Integrations         *Batch[uuid.UUID, *integration.Integration]
	Described            *Batch[uuid.UUID, *integration.Integration] // where nothing is asked of them that follows a clock
	Counts               *Batch[uuid.UUID, integration.Counts]
	LatestRuns           *Batch[uuid.UUID, *refresh.Run] // by integration
	LatestGoodRuns       *Batch[uuid.UUID, *refresh.Run] // by integration
	Runs                 *Batch[uuid.UUID, *refresh.Run]
	ExternalOrgs         *Batch[uuid.UUID, *integration.ExternalOrg]
	Mappings             *Batch[uuid.UUID, *mapping.Mapping]
	OrganizationMappings *Batch[uuid.UUID, []*mapping.Mapping] // by organization
	ExternalOrgMappings  *Batch[uuid.UUID, *mapping.Mapping]   // by external organization
	account              *Batch[struct{}, *account.Account]
}

// New makes the loaders of one answer. What a batch reads tells the next ones what will be asked for.
func New(sources Sources) *Loaders {
	l := &Loaders{
		Counts: NewBatch(sources.Integrations.CountsOf),
		account: NewBatch(func(ctx context.Context, _ []struct{}) (map[struct{}]*account.Account, error) {
			current, err := sources.Accounts.Current(ctx)
			return map[struct{}]*account.Account{{}: current}, err
		}),
	}
	l.Organizations = NewBatch(following(sources.Organizations.ByIDs, func(found *organization.Organization) {
		l.ExpectOrganizations(found)
	}))
	l.Integrations = NewBatch(following(allIntegrations(sources.Integrations), func(found *integration.Integration) {
		l.ExpectIntegrations(found)
	}))
	l.Described = NewBatch(func(ctx context.Context, _ []uuid.UUID) (map[uuid.UUID]*integration.Integration, error) {
		return sources.Integrations.Described(ctx)
	})
	l.LatestRuns = NewBatch(sources.Refreshes.Latest)
	l.LatestGoodRuns = NewBatch(sources.Refreshes.LatestGood)
	l.Runs = NewBatch(following(sources.Refreshes.ByIDs, func(found *refresh.Run) { l.ExpectRuns(found) }))
	l.ExternalOrgs = NewBatch(following(sources.Integrations.ExternalOrgsByIDs, func(found *integration.ExternalOrg) {
		l.ExpectExternalOrgs(found)
	}))
	l.Mappings = NewBatch(following(sources.Mappings.ByIDs, func(found *mapping.Mapping) { l.ExpectMappings(found) }))
	l.OrganizationMappings = NewBatch(following(sources.Mappings.ByOrganizations, func(found []*mapping.Mapping) {
		l.ExpectMappings(found...)
	}))
	l.ExternalOrgMappings = NewBatch(following(sources.Mappings.ByExternalOrgs, func(found *mapping.Mapping) {
		l.ExpectMappings(found)
	}))
	return l
}

// allIntegrations reads every integration of the account, whichever are asked for: they are few, and an answer that names
// one names most.
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

// following reads as read does and tells then what was found.
func following[V any](read func(context.Context, []uuid.UUID) (map[uuid.UUID]V, error), then func(V)) func(context.Context, []uuid.UUID) (map[uuid.UUID]V, error) {
	return func(ctx context.Context, keys []uuid.UUID) (map[uuid.UUID]V, error) {
		found, err := read(ctx, keys)
		for _, one := range found {
			then(one)
		}
		return found, err
	}
}

// Account is the account of whoever asks, read once an answer.
func (l *Loaders) Account(ctx context.Context) (*account.Account, error) {
	return l.account.Load(ctx, struct{}{})
}

// ExpectOrganizations tells that these will be shown: their mappings will be asked for together.
func (l *Loaders) ExpectOrganizations(shown ...*organization.Organization) {
	for _, one := range shown {
		l.OrganizationMappings.Expect(one.ID)
	}
}

// ExpectIntegrations tells that these will be shown: their counts and runs will be asked for together.
func (l *Loaders) ExpectIntegrations(shown ...*integration.Integration) {
	for _, one := range shown {
		l.Counts.Expect(one.ID)
		l.LatestRuns.Expect(one.ID)
		l.LatestGoodRuns.Expect(one.ID)
	}
}

// ExpectExternalOrgs tells that these will be shown: their mappings and integrations will be asked for together.
func (l *Loaders) ExpectExternalOrgs(shown ...*integration.ExternalOrg) {
	for _, one := range shown {
		l.ExternalOrgMappings.Expect(one.ID)
		l.Integrations.Expect(one.IntegrationID)
	}
}

// ExpectMappings tells that these will be shown: what they join will be asked for together.
func (l *Loaders) ExpectMappings(shown ...*mapping.Mapping) {
	for _, one := range shown {
		l.Organizations.Expect(one.OrganizationID)
		l.ExternalOrgs.Expect(one.ExternalOrgID)
		l.Integrations.Expect(one.IntegrationID)
	}
}

// ExpectCandidates tells that these will be shown: what they name will be asked for together.
func (l *Loaders) ExpectCandidates(shown ...*mapping.Candidate) {
	for _, one := range shown {
		l.ExternalOrgs.Expect(one.ExternalOrgID)
		if one.OrganizationID != nil {
			l.Organizations.Expect(*one.OrganizationID)
		}
	}
}

// ExpectImportResults tells that these will be shown: what they name will be asked for together.
func (l *Loaders) ExpectImportResults(shown ...mapping.ImportResult) {
	for _, one := range shown {
		l.ExternalOrgs.Expect(one.ExternalOrgID)
		l.ExternalOrgs.Expect(one.Replaced...)
		if one.OrganizationID != nil {
			l.Organizations.Expect(*one.OrganizationID)
		}
	}
}

// ExpectRuns tells that these will be shown: their integrations will be asked for together.
func (l *Loaders) ExpectRuns(shown ...*refresh.Run) {
	for _, one := range shown {
		l.Integrations.Expect(one.IntegrationID)
	}
}

type contextKey struct{}

// With returns a context whose fields use the loaders.
func With(ctx context.Context, loaders *Loaders) context.Context {
	return context.WithValue(ctx, contextKey{}, loaders)
}

// From are the loaders of the answer that ctx belongs to.
func From(ctx context.Context) *Loaders {
	loaders, ok := ctx.Value(contextKey{}).(*Loaders)
	if !ok {
		panic("loader: this context belongs to no answer")
	}
	return loaders
}
