package graph

import (
	"context"

	"github.com/orgmap/orgmap/graph/loader"
	"github.com/orgmap/orgmap/graph/model"
	"github.com/orgmap/orgmap/internal/integration"
	"github.com/orgmap/orgmap/internal/matching"
	"github.com/orgmap/orgmap/internal/page"
	"github.com/orgmap/orgmap/internal/suggestion"
	"github.com/orgmap/orgmap/internal/vendors"
)

func lensFilter(filter *model.ExternalOrgLensFilter) suggestion.LensFilter {
	if filter == nil {
		return suggestion.LensFilter{}
	}
	return suggestion.LensFilter{
		Integrations: optionalIntegrations(filter.IntegrationIds), States: filter.States, Tiers: filter.Tiers,
		Automatic: filter.Automatic, AddedSince: filter.AddedSince, RemoteIDs: filter.RemoteIds,
	}
}

func lensOrder(order *model.ExternalOrgOrder) suggestion.LensOrder {
	if order == nil {
		return suggestion.LensOrder{Field: suggestion.ByName}
	}
	return suggestion.LensOrder{Field: order.Field, Descending: order.Direction == model.OrderDirectionDesc}
}

// shownExternalOrgs loads the external organizations of a page of the lens, all in one statement.
func shownExternalOrgs(ctx context.Context, found *page.Connection[*suggestion.LensItem]) (*page.Connection[*integration.ExternalOrg], error) {
	externalOrgs := loader.From(ctx).ExternalOrgs
	for _, one := range found.Nodes() {
		externalOrgs.Expect(one.ID)
	}
	var failed error
	shown := page.Map(found, func(one *suggestion.LensItem) *integration.ExternalOrg {
		external, err := externalOrgs.Load(ctx, one.ID)
		if err != nil {
			failed = err
		}
		return external
	})
	return shown, failed
}

// knownHints returns the hints to applications that this version knows.
func knownHints(all []matching.Hint) []matching.Hint {
	known := make([]matching.Hint, 0, len(all))
	for _, one := range all {
		if vendors.Application(one.Application).Valid() {
			known = append(known, one)
		}
	}
	return known
}
