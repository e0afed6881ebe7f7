package graph

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/graph/loader"
	"github.com/orgmap/orgmap/graph/plan"
	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/integration"
	"github.com/orgmap/orgmap/internal/mapping"
	"github.com/orgmap/orgmap/internal/organization"
)

// quota returns the account's quota, as of the snapshot that the response reads.
func quota(ctx context.Context) (*account.Quota, error) {
	current, err := loader.From(ctx).Account(ctx)
	if err != nil {
		return nil, err
	}
	return current.Quota(), nil
}

// namedIntegration loads the integration that an object belongs to. It comes from memory if only descriptive fields are
// selected.
func namedIntegration(ctx context.Context, key uuid.UUID) (*integration.Integration, error) {
	if plan.Only(ctx, "id", "name", "application", "source", "state", "canImport", "baseUrl", "schedule", "createdAt") {
		return loader.From(ctx).Described.Load(ctx, key)
	}
	return loader.From(ctx).Integrations.Load(ctx, key)
}

// organizationOf returns an organization that is known to exist, for a field of a payload. It reads nothing if only the
// id is selected.
func organizationOf(ctx context.Context, field string, key uuid.UUID) (*organization.Organization, error) {
	if plan.OnlyOf(ctx, field, "id") {
		return &organization.Organization{ID: key}, nil
	}
	return loader.From(ctx).Organizations.Load(ctx, key)
}

// organizationsOf is organizationOf for the organizations of a payload's field of that name.
func organizationsOf(ctx context.Context, keys []uuid.UUID) ([]*organization.Organization, error) {
	if !plan.OnlyOf(ctx, "organizations", "id") {
		return loader.All(ctx, loader.From(ctx).Organizations, keys)
	}
	named := make([]*organization.Organization, len(keys))
	for i, key := range keys {
		named[i] = &organization.Organization{ID: key}
	}
	return named, nil
}

// optional loads the value with the given key, or returns nil if the key is nil.
func optional[V any](ctx context.Context, batch *loader.Batch[uuid.UUID, *V], key *uuid.UUID) (*V, error) {
	if key == nil {
		return nil, nil
	}
	return batch.Load(ctx, *key)
}

// pointers returns pointers to the items, without copying them.
func pointers[T any](items []T) []*T {
	all := make([]*T, len(items))
	for i := range items {
		all[i] = &items[i]
	}
	return all
}

// listed returns items, or an empty list instead of nil, so that the response never holds null.
func listed[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}

// within returns the mappings in the given integrations, or all mappings if integrations is nil.
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

// isAdmin reports whether the caller is an admin.
func isAdmin(ctx context.Context) bool {
	actor, known := auth.ActorFrom(ctx)
	return known && actor.Role >= auth.Admin
}
