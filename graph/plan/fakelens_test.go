package plan_test

import (
	"context"

	"github.com/orgmap/orgmap/graph/gen"
	"github.com/orgmap/orgmap/graph/model"
	"github.com/orgmap/orgmap/internal/integration"
	"github.com/orgmap/orgmap/internal/matching"
	"github.com/orgmap/orgmap/internal/page"
	"github.com/orgmap/orgmap/internal/vendors"
)

func (w world) ExternalHint() gen.ExternalHintResolver { return fakeExternalHint{w} }

func (f fakeQuery) ExternalOrgs(_ context.Context, first *int, after *string, last *int, before *string, offset *int, search *string, filter *model.ExternalOrgLensFilter, orderBy *model.ExternalOrgOrder) (*page.Connection[*integration.ExternalOrg], error) {
	return connected[integration.ExternalOrg](f.world, "Query.ExternalOrgs", first, after, last, before, offset, search, filter, orderBy)
}

func (f fakeQuery) ExternalOrg(_ context.Context, integrationID, remoteID string) (*integration.ExternalOrg, error) {
	return answered[*integration.ExternalOrg](f.world, "externalOrg", integrationID, remoteID)
}

func (f fakeExternalOrg) Hints(_ context.Context, obj *integration.ExternalOrg) ([]*matching.Hint, error) {
	return answered[[]*matching.Hint](f.world, "hints", obj.ID)
}

type fakeExternalHint struct{ world }

func (f fakeExternalHint) Application(_ context.Context, obj *matching.Hint) (vendors.Application, error) {
	return answered[vendors.Application](f.world, "application", obj.RemoteID)
}

func (f fakeExternalHint) ExternalOrg(_ context.Context, obj *matching.Hint) (*integration.ExternalOrg, error) {
	return answered[*integration.ExternalOrg](f.world, "externalOrg", obj.RemoteID)
}
