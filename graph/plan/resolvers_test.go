package plan_test

import (
	"context"

	"github.com/orgmap/orgmap/graph/gen"
	"github.com/orgmap/orgmap/graph/model"
	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/audit"
	"github.com/orgmap/orgmap/internal/integration"
	"github.com/orgmap/orgmap/internal/mapping"
	"github.com/orgmap/orgmap/internal/organization"
	"github.com/orgmap/orgmap/internal/page"
	"github.com/orgmap/orgmap/internal/refresh"
	"github.com/orgmap/orgmap/internal/vendors"
)

// Resolvers of a world: each one asks it under its own name, with everything that it knows.

type (
	fakeCreateOrganizationPayload struct{ world }
	fakeCreateFromPayload         struct{ world }
	fakeExternalOrg               struct{ world }
	fakeImportCandidate           struct{ world }
	fakeImportFromITGluePayload   struct{ world }
	fakeImportResult              struct{ world }
	fakeIntegration               struct{ world }
	fakeIntegrationsChanged       struct{ world }
	fakeMapping                   struct{ world }
	fakeMappingsChanged           struct{ world }
	fakeMutation                  struct{ world }
	fakeOrganization              struct{ world }
	fakeOrganizationsChanged      struct{ world }
	fakeQuery                     struct{ world }
	fakeRefreshRun                struct{ world }
	fakeSubscription              struct{ world }
	fakeUpdateOrganizationPayload struct{ world }
	fakeViewer                    struct{ world }
)

func (w world) CreateOrganizationPayload() gen.CreateOrganizationPayloadResolver {
	return fakeCreateOrganizationPayload{w}
}

func (w world) CreateOrganizationsFromPayload() gen.CreateOrganizationsFromPayloadResolver {
	return fakeCreateFromPayload{w}
}
func (w world) ExternalOrg() gen.ExternalOrgResolver         { return fakeExternalOrg{w} }
func (w world) ImportCandidate() gen.ImportCandidateResolver { return fakeImportCandidate{w} }
func (w world) ImportFromITGluePayload() gen.ImportFromITGluePayloadResolver {
	return fakeImportFromITGluePayload{w}
}
func (w world) ImportResult() gen.ImportResultResolver { return fakeImportResult{w} }
func (w world) Integration() gen.IntegrationResolver   { return fakeIntegration{w} }
func (w world) IntegrationsChanged() gen.IntegrationsChangedResolver {
	return fakeIntegrationsChanged{w}
}
func (w world) Mapping() gen.MappingResolver                 { return fakeMapping{w} }
func (w world) MappingsChanged() gen.MappingsChangedResolver { return fakeMappingsChanged{w} }
func (w world) Mutation() gen.MutationResolver               { return fakeMutation{w} }
func (w world) Organization() gen.OrganizationResolver       { return fakeOrganization{w} }
func (w world) OrganizationsChanged() gen.OrganizationsChangedResolver {
	return fakeOrganizationsChanged{w}
}
func (w world) Query() gen.QueryResolver               { return fakeQuery{w} }
func (w world) RefreshRun() gen.RefreshRunResolver     { return fakeRefreshRun{w} }
func (w world) Subscription() gen.SubscriptionResolver { return fakeSubscription{w} }
func (w world) UpdateOrganizationPayload() gen.UpdateOrganizationPayloadResolver {
	return fakeUpdateOrganizationPayload{w}
}
func (w world) Viewer() gen.ViewerResolver { return fakeViewer{w} }

func (f fakeCreateOrganizationPayload) Quota(_ context.Context, obj *model.CreateOrganizationPayload) (*account.Quota, error) {
	return answered[*account.Quota](f.world, "CreateOrganizationPayload.Quota", obj)
}

func (f fakeExternalOrg) Integration(_ context.Context, obj *integration.ExternalOrg) (*integration.Integration, error) {
	return answered[*integration.Integration](f.world, "ExternalOrg.Integration", obj)
}

func (f fakeExternalOrg) Mapping(_ context.Context, obj *integration.ExternalOrg) (*mapping.Mapping, error) {
	return answered[*mapping.Mapping](f.world, "ExternalOrg.Mapping", obj)
}

func (f fakeImportCandidate) ExternalOrg(_ context.Context, obj *mapping.Candidate) (*integration.ExternalOrg, error) {
	return answered[*integration.ExternalOrg](f.world, "ImportCandidate.ExternalOrg", obj)
}

func (f fakeImportCandidate) Organization(_ context.Context, obj *mapping.Candidate) (*organization.Organization, error) {
	return answered[*organization.Organization](f.world, "ImportCandidate.Organization", obj)
}

func (f fakeCreateFromPayload) Quota(_ context.Context, obj *model.CreateOrganizationsFromPayload) (*account.Quota, error) {
	return answered[*account.Quota](f.world, "CreateOrganizationsFromPayload.Quota", obj)
}

func (f fakeImportFromITGluePayload) Quota(_ context.Context, obj *model.ImportFromITGluePayload) (*account.Quota, error) {
	return answered[*account.Quota](f.world, "ImportFromITGluePayload.Quota", obj)
}

func (f fakeImportResult) ExternalOrg(_ context.Context, obj *mapping.ImportResult) (*integration.ExternalOrg, error) {
	return answered[*integration.ExternalOrg](f.world, "ImportResult.ExternalOrg", obj)
}

func (f fakeImportResult) Organization(_ context.Context, obj *mapping.ImportResult) (*organization.Organization, error) {
	return answered[*organization.Organization](f.world, "ImportResult.Organization", obj)
}

func (f fakeImportResult) Replaced(_ context.Context, obj *mapping.ImportResult) ([]*integration.ExternalOrg, error) {
	return answered[[]*integration.ExternalOrg](f.world, "ImportResult.Replaced", obj)
}

func (f fakeIntegration) ExternalOrgs(_ context.Context, obj *integration.Integration, first *int, after *string, last *int, before *string, search *string, filter *model.ExternalOrgFilter) (*page.Connection[*integration.ExternalOrg], error) {
	return connected[integration.ExternalOrg](f.world, "Integration.ExternalOrgs", obj, first, after, last, before, search, filter)
}

func (f fakeIntegration) Counts(_ context.Context, obj *integration.Integration) (*integration.Counts, error) {
	return answered[*integration.Counts](f.world, "Integration.Counts", obj)
}

func (f fakeIntegration) LastRefresh(_ context.Context, obj *integration.Integration) (*refresh.Run, error) {
	return answered[*refresh.Run](f.world, "Integration.LastRefresh", obj)
}

func (f fakeIntegration) LastSuccess(_ context.Context, obj *integration.Integration) (*refresh.Run, error) {
	return answered[*refresh.Run](f.world, "Integration.LastSuccess", obj)
}

func (f fakeIntegration) Late(_ context.Context, obj *integration.Integration) (bool, error) {
	return answered[bool](f.world, "Integration.Late", obj)
}

func (f fakeIntegrationsChanged) Integrations(_ context.Context, obj *model.IntegrationsChanged) ([]*integration.Integration, error) {
	return answered[[]*integration.Integration](f.world, "IntegrationsChanged.Integrations", obj)
}

func (f fakeIntegrationsChanged) ExternalOrgs(_ context.Context, obj *model.IntegrationsChanged) ([]*integration.ExternalOrg, error) {
	return answered[[]*integration.ExternalOrg](f.world, "IntegrationsChanged.ExternalOrgs", obj)
}

func (f fakeMapping) Organization(_ context.Context, obj *mapping.Mapping) (*organization.Organization, error) {
	return answered[*organization.Organization](f.world, "Mapping.Organization", obj)
}

func (f fakeMapping) ExternalOrg(_ context.Context, obj *mapping.Mapping) (*integration.ExternalOrg, error) {
	return answered[*integration.ExternalOrg](f.world, "Mapping.ExternalOrg", obj)
}

func (f fakeMapping) Integration(_ context.Context, obj *mapping.Mapping) (*integration.Integration, error) {
	return answered[*integration.Integration](f.world, "Mapping.Integration", obj)
}

func (f fakeMappingsChanged) Organizations(_ context.Context, obj *model.MappingsChanged) ([]*organization.Organization, error) {
	return answered[[]*organization.Organization](f.world, "MappingsChanged.Organizations", obj)
}

func (f fakeMappingsChanged) Quota(_ context.Context, obj *model.MappingsChanged) (*account.Quota, error) {
	return answered[*account.Quota](f.world, "MappingsChanged.Quota", obj)
}

func (f fakeMutation) CreateOrganizationsFrom(_ context.Context, input model.CreateOrganizationsFromInput) (*model.CreateOrganizationsFromPayload, error) {
	return answered[*model.CreateOrganizationsFromPayload](f.world, "Mutation.CreateOrganizationsFrom", input)
}

func (f fakeMutation) ImportFromITGlue(_ context.Context, input model.ImportFromITGlueInput) (*model.ImportFromITGluePayload, error) {
	return answered[*model.ImportFromITGluePayload](f.world, "Mutation.ImportFromITGlue", input)
}

func (f fakeMutation) ConnectIntegration(_ context.Context, input model.ConnectIntegrationInput) (*model.ConnectIntegrationPayload, error) {
	return answered[*model.ConnectIntegrationPayload](f.world, "Mutation.ConnectIntegration", input)
}

func (f fakeMutation) UpdateIntegration(_ context.Context, input model.UpdateIntegrationInput) (*model.UpdateIntegrationPayload, error) {
	return answered[*model.UpdateIntegrationPayload](f.world, "Mutation.UpdateIntegration", input)
}

func (f fakeMutation) DisconnectIntegration(_ context.Context, input model.DisconnectIntegrationInput) (*model.DisconnectIntegrationPayload, error) {
	return answered[*model.DisconnectIntegrationPayload](f.world, "Mutation.DisconnectIntegration", input)
}

func (f fakeMutation) SaveMappings(_ context.Context, input model.SaveMappingsInput) (*model.SaveMappingsPayload, error) {
	return answered[*model.SaveMappingsPayload](f.world, "Mutation.SaveMappings", input)
}

func (f fakeMutation) ClearMapping(_ context.Context, input model.ClearMappingInput) (*model.ClearMappingPayload, error) {
	return answered[*model.ClearMappingPayload](f.world, "Mutation.ClearMapping", input)
}

func (f fakeMutation) CreateOrganization(_ context.Context, input model.CreateOrganizationInput) (*model.CreateOrganizationPayload, error) {
	return answered[*model.CreateOrganizationPayload](f.world, "Mutation.CreateOrganization", input)
}

func (f fakeMutation) UpdateOrganization(_ context.Context, input model.UpdateOrganizationInput) (*model.UpdateOrganizationPayload, error) {
	return answered[*model.UpdateOrganizationPayload](f.world, "Mutation.UpdateOrganization", input)
}

func (f fakeMutation) Refresh(_ context.Context, input *model.RefreshInput) (*model.RefreshPayload, error) {
	return answered[*model.RefreshPayload](f.world, "Mutation.Refresh", input)
}

func (f fakeMutation) CancelRefresh(_ context.Context, input model.CancelRefreshInput) (*model.CancelRefreshPayload, error) {
	return answered[*model.CancelRefreshPayload](f.world, "Mutation.CancelRefresh", input)
}

func (f fakeOrganization) Mappings(_ context.Context, obj *organization.Organization, integrationIds []string) ([]*mapping.Mapping, error) {
	return answered[[]*mapping.Mapping](f.world, "Organization.Mappings", obj, integrationIds)
}

func (f fakeOrganizationsChanged) Organizations(_ context.Context, obj *model.OrganizationsChanged) ([]*organization.Organization, error) {
	return answered[[]*organization.Organization](f.world, "OrganizationsChanged.Organizations", obj)
}

func (f fakeOrganizationsChanged) Quota(_ context.Context, obj *model.OrganizationsChanged) (*account.Quota, error) {
	return answered[*account.Quota](f.world, "OrganizationsChanged.Quota", obj)
}

func (f fakeQuery) Node(_ context.Context, id string) (model.Node, error) {
	return answeredBy(f.world, f.node, "Query.Node", id)
}

func (f fakeQuery) Nodes(_ context.Context, ids []string) ([]model.Node, error) {
	return answered[[]model.Node](f.world, "Query.Nodes", ids)
}

func (f fakeQuery) Viewer(_ context.Context) (*model.Viewer, error) {
	return answered[*model.Viewer](f.world, "Query.Viewer")
}

func (f fakeQuery) Quota(_ context.Context) (*account.Quota, error) {
	return answered[*account.Quota](f.world, "Query.Quota")
}

func (f fakeQuery) AuditTrail(_ context.Context, first *int, after *string) (*page.Connection[*audit.Event], error) {
	return connected[audit.Event](f.world, "Query.AuditTrail", first, after)
}

func (f fakeQuery) ImportCandidates(_ context.Context, first *int, after *string, last *int, before *string, search *string) (*page.Connection[*mapping.Candidate], error) {
	return connected[mapping.Candidate](f.world, "Query.ImportCandidates", first, after, last, before, search)
}

func (f fakeQuery) Integrations(_ context.Context) ([]*integration.Integration, error) {
	return answered[[]*integration.Integration](f.world, "Query.Integrations")
}

func (f fakeQuery) Applications(_ context.Context) ([]*vendors.Descriptor, error) {
	return answered[[]*vendors.Descriptor](f.world, "Query.Applications")
}

func (f fakeQuery) JournalCursor(_ context.Context) (string, error) {
	return answered[string](f.world, "Query.JournalCursor")
}

func (f fakeQuery) Organizations(_ context.Context, first *int, after *string, last *int, before *string, offset *int, search *string, filter *model.OrganizationFilter, orderBy *model.OrganizationOrder) (*page.Connection[*organization.Organization], error) {
	return connected[organization.Organization](f.world, "Query.Organizations", first, after, last, before, offset, search, filter, orderBy)
}

func (f fakeQuery) RefreshRuns(_ context.Context, first *int, after *string, last *int, before *string, integrationID *string) (*page.Connection[*refresh.Run], error) {
	return connected[refresh.Run](f.world, "Query.RefreshRuns", first, after, last, before, integrationID)
}

func (f fakeRefreshRun) Changes(_ context.Context, obj *refresh.Run) (*refresh.Changes, error) {
	return answered[*refresh.Changes](f.world, "RefreshRun.Changes", obj)
}

func (f fakeRefreshRun) Integration(_ context.Context, obj *refresh.Run) (*integration.Integration, error) {
	return answered[*integration.Integration](f.world, "RefreshRun.Integration", obj)
}

func (f fakeSubscription) AccountChanges(_ context.Context, after *string) (<-chan model.AccountChange, error) {
	return events(f.world, f.change, "Subscription.AccountChanges", after)
}

func (f fakeSubscription) RefreshProgress(_ context.Context, runID *string, integrationIds []string) (<-chan *model.RefreshProgress, error) {
	return events(f.world, f.progress, "Subscription.RefreshProgress", runID, integrationIds)
}

func (f fakeSubscription) MatchingChanges(_ context.Context, integrationIds []string) (<-chan *model.MatchingChange, error) {
	return events(f.world, f.matchingChange, "Subscription.MatchingChanges", integrationIds)
}

func (f fakeUpdateOrganizationPayload) Quota(_ context.Context, obj *model.UpdateOrganizationPayload) (*account.Quota, error) {
	return answered[*account.Quota](f.world, "UpdateOrganizationPayload.Quota", obj)
}

func (f fakeViewer) Account(_ context.Context, obj *model.Viewer) (*account.Account, error) {
	return answered[*account.Account](f.world, "Viewer.Account", obj)
}
