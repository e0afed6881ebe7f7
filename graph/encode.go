package graph

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/graph/loader"
	"github.com/orgmap/orgmap/graph/plan"
	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/integration"
	"github.com/orgmap/orgmap/internal/mapping"
	"github.com/orgmap/orgmap/internal/organization"
)

// quota is the quota of the account, as the answer's moment sees it.
func quota(ctx context.Context) (*account.Quota, error) {
	current, err := loader.From(ctx).Account(ctx)
	if err != nil {
		return nil, err
	}
	return current.Quota(), nil
}

// namedIntegration loads the integration that something belongs to: from memory, where no more is asked than what describes it.
func namedIntegration(ctx context.Context, key uuid.UUID) (*integration.Integration, error) {
	if plan.Only(ctx, "id", "name", "application", "source", "state", "canImport", "baseUrl", "schedule", "createdAt") {
		return loader.From(ctx).Described.Load(ctx, key)
	}
	return loader.From(ctx).Integrations.Load(ctx, key)
}

// organizationOf is an organization that is known to be there, for a field of a payload: without a look where nothing but its id is
// asked.
func organizationOf(ctx context.Context, field string, key uuid.UUID) (*organization.Organization, error) {
	if plan.OnlyOf(ctx, field, "id") {
		return &organization.Organization{ID: key}, nil
	}
	return loader.From(ctx).Organizations.Load(ctx, key)
}

// organizationsOf is organizationOf for several.
func organizationsOf(ctx context.Context, field string, keys []uuid.UUID) ([]*organization.Organization, error) {
	if !plan.OnlyOf(ctx, field, "id") {
		return loader.All(ctx, loader.From(ctx).Organizations, keys)
	}
	named := make([]*organization.Organization, len(keys))
	for i, key := range keys {
		named[i] = &organization.Organization{ID: key}
	}
	return named, nil
}

// optional loads what an id names that may be missing.
func optional[V any](ctx context.Context, batch *loader.Batch[uuid.UUID, *V], key *uuid.UUID) (*V, error) {
	if key == nil {
		return nil, nil
	}
	return batch.Load(ctx, *key)
}

// pointers are the items where they stand.
func pointers[T any](items []T) []*T {
	all := make([]*T, len(items))
	for i := range items {
		all[i] = &items[i]
	}
	return all
}

// listed is the list itself, empty rather than null.
func listed[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}

// within keeps the mappings of these integrations; all where none are named.
func within(mappings []*mapping.Mapping, integrations []uuid.UUID) []*mapping.Mapping {
	if integrations == nil {
		return listed(mappings)
	}
	kept := make([]*mapping.Mapping, 0, len(mappings))
	for _, one := range mappings {
		if slices.Contains(integrations, one.IntegrationID) {
			kept = append(kept, one)
		}
	}
	return kept
}
