package plan_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"time"

	"github.com/orgmap/orgmap/graph/gen"
	"github.com/orgmap/orgmap/graph/model"
	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/history"
	"github.com/orgmap/orgmap/internal/integration"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/mapping"
	"github.com/orgmap/orgmap/internal/organization"
	"github.com/orgmap/orgmap/internal/page"
)

type (
	fakeAcceptSuggestionsPayload   struct{ world }
	fakeChange                     struct{ world }
	fakeClearMappingPayload        struct{ world }
	fakeDecisionEdit               struct{ world }
	fakeDeleteOrganizationsPayload struct{ world }
	fakeExcludeExternalOrgsPayload struct{ world }
	fakeIncludeExternalOrgsPayload struct{ world }
	fakeRejectSuggestionPayload    struct{ world }
	fakeRevokeRejectionPayload     struct{ world }
	fakeFieldEdit                  struct{ world }
	fakeIntegrationEdit            struct{ world }
	fakeMappingEdit                struct{ world }
	fakeMappingSnapshot            struct{ world }
	fakeOrganizationEdit           struct{ world }
	fakeOrganizationSnapshot       struct{ world }
	fakeSaveMappingsPayload        struct{ world }
	fakeSkippedEdit                struct{ world }
	fakeSnapshot                   struct{ world }
	fakeUndoChangePayload          struct{ world }
	fakeUndoPreview                struct{ world }
)

func (w world) AcceptSuggestionsPayload() gen.AcceptSuggestionsPayloadResolver {
	return fakeAcceptSuggestionsPayload{w}
}
func (w world) Change() gen.ChangeResolver { return fakeChange{w} }
func (w world) ClearMappingPayload() gen.ClearMappingPayloadResolver {
	return fakeClearMappingPayload{w}
}
func (w world) DecisionEdit() gen.DecisionEditResolver { return fakeDecisionEdit{w} }
func (w world) DeleteOrganizationsPayload() gen.DeleteOrganizationsPayloadResolver {
	return fakeDeleteOrganizationsPayload{w}
}

func (w world) ExcludeExternalOrgsPayload() gen.ExcludeExternalOrgsPayloadResolver {
	return fakeExcludeExternalOrgsPayload{w}
}

func (w world) IncludeExternalOrgsPayload() gen.IncludeExternalOrgsPayloadResolver {
	return fakeIncludeExternalOrgsPayload{w}
}

func (w world) RejectSuggestionPayload() gen.RejectSuggestionPayloadResolver {
	return fakeRejectSuggestionPayload{w}
}

func (w world) RevokeRejectionPayload() gen.RevokeRejectionPayloadResolver {
	return fakeRevokeRejectionPayload{w}
}
func (w world) FieldEdit() gen.FieldEditResolver               { return fakeFieldEdit{w} }
func (w world) IntegrationEdit() gen.IntegrationEditResolver   { return fakeIntegrationEdit{w} }
func (w world) MappingEdit() gen.MappingEditResolver           { return fakeMappingEdit{w} }
func (w world) MappingSnapshot() gen.MappingSnapshotResolver   { return fakeMappingSnapshot{w} }
func (w world) OrganizationEdit() gen.OrganizationEditResolver { return fakeOrganizationEdit{w} }
func (w world) OrganizationSnapshot() gen.OrganizationSnapshotResolver {
	return fakeOrganizationSnapshot{w}
}

func (w world) SaveMappingsPayload() gen.SaveMappingsPayloadResolver {
	return fakeSaveMappingsPayload{w}
}
func (w world) SkippedEdit() gen.SkippedEditResolver             { return fakeSkippedEdit{w} }
func (w world) Snapshot() gen.SnapshotResolver                   { return fakeSnapshot{w} }
func (w world) UndoChangePayload() gen.UndoChangePayloadResolver { return fakeUndoChangePayload{w} }
func (w world) UndoPreview() gen.UndoPreviewResolver             { return fakeUndoPreview{w} }

func (f fakeAcceptSuggestionsPayload) Change(_ context.Context, obj *model.AcceptSuggestionsPayload) (*journal.Change, error) {
	return answered[*journal.Change](f.world, "AcceptSuggestionsPayload.Change", obj)
}

func (f fakeChange) Edits(_ context.Context, obj *journal.Change, first *int, after *string) (*page.Connection[journal.Edit], error) {
	return answeredBy(f.world, func(random *rand.Rand) *page.Connection[journal.Edit] {
		edits := make([]journal.Edit, random.IntN(3))
		for i := range edits {
			f.fill(random, reflect.ValueOf(&edits[i]).Elem())
		}
		cursor := func(journal.Edit) page.Cursor { return page.Cursor{fmt.Sprint(random.IntN(100))} }
		total := func(context.Context) (int, error) { return answered[int](f.world, "total", obj) }
		return page.New(page.Window{Size: 1 + random.IntN(4)}, edits, cursor, total)
	}, "Change.Edits", obj, first, after)
}

func (f fakeChange) Undoes(_ context.Context, obj *journal.Change) (*journal.Change, error) {
	return answered[*journal.Change](f.world, "Change.Undoes", obj)
}

func (f fakeChange) UndoneBy(_ context.Context, obj *journal.Change) (*journal.Change, error) {
	return answered[*journal.Change](f.world, "Change.UndoneBy", obj)
}

func (f fakeChange) RevertedCount(_ context.Context, obj *journal.Change) (int, error) {
	return answered[int](f.world, "Change.RevertedCount", obj)
}

func (f fakeChange) Undo(_ context.Context, obj *journal.Change) (*mapping.UndoPreview, error) {
	return answered[*mapping.UndoPreview](f.world, "Change.Undo", obj)
}

func (f fakeClearMappingPayload) Change(_ context.Context, obj *model.ClearMappingPayload) (*journal.Change, error) {
	return answered[*journal.Change](f.world, "ClearMappingPayload.Change", obj)
}

func (f fakeCreateOrganizationPayload) Change(_ context.Context, obj *model.CreateOrganizationPayload) (*journal.Change, error) {
	return answered[*journal.Change](f.world, "CreateOrganizationPayload.Change", obj)
}

func (f fakeCreateFromPayload) Change(_ context.Context, obj *model.CreateOrganizationsFromPayload) (*journal.Change, error) {
	return answered[*journal.Change](f.world, "CreateOrganizationsFromPayload.Change", obj)
}

func (f fakeDecisionEdit) ExternalOrg(_ context.Context, obj *journal.DecisionEdit) (*integration.ExternalOrg, error) {
	return answered[*integration.ExternalOrg](f.world, "DecisionEdit.ExternalOrg", obj)
}

func (f fakeDeleteOrganizationsPayload) Change(_ context.Context, obj *model.DeleteOrganizationsPayload) (*journal.Change, error) {
	return answered[*journal.Change](f.world, "DeleteOrganizationsPayload.Change", obj)
}

func (f fakeDeleteOrganizationsPayload) Quota(_ context.Context, obj *model.DeleteOrganizationsPayload) (*account.Quota, error) {
	return answered[*account.Quota](f.world, "DeleteOrganizationsPayload.Quota", obj)
}

func (f fakeExcludeExternalOrgsPayload) Change(_ context.Context, obj *model.ExcludeExternalOrgsPayload) (*journal.Change, error) {
	return answered[*journal.Change](f.world, "ExcludeExternalOrgsPayload.Change", obj)
}

func (f fakeIncludeExternalOrgsPayload) Change(_ context.Context, obj *model.IncludeExternalOrgsPayload) (*journal.Change, error) {
	return answered[*journal.Change](f.world, "IncludeExternalOrgsPayload.Change", obj)
}

func (f fakeRejectSuggestionPayload) Change(_ context.Context, obj *model.RejectSuggestionPayload) (*journal.Change, error) {
	return answered[*journal.Change](f.world, "RejectSuggestionPayload.Change", obj)
}

func (f fakeRevokeRejectionPayload) Change(_ context.Context, obj *model.RevokeRejectionPayload) (*journal.Change, error) {
	return answered[*journal.Change](f.world, "RevokeRejectionPayload.Change", obj)
}

func (f fakeExternalOrg) History(_ context.Context, obj *integration.ExternalOrg, first *int, after *string) (*page.Connection[*journal.Change], error) {
	return connected[journal.Change](f.world, "ExternalOrg.History", obj, first, after)
}

func (f fakeFieldEdit) Subject(_ context.Context, obj *journal.FieldEdit) (model.Node, error) {
	return answered[model.Node](f.world, "FieldEdit.Subject", obj)
}

func (f fakeImportFromITGluePayload) Change(_ context.Context, obj *model.ImportFromITGluePayload) (*journal.Change, error) {
	return answered[*journal.Change](f.world, "ImportFromITGluePayload.Change", obj)
}

func (f fakeIntegrationEdit) Integration(_ context.Context, obj *journal.IntegrationEdit) (*integration.Integration, error) {
	return answered[*integration.Integration](f.world, "IntegrationEdit.Integration", obj)
}

func (f fakeMapping) Change(_ context.Context, obj *mapping.Mapping) (*journal.Change, error) {
	return answered[*journal.Change](f.world, "Mapping.Change", obj)
}

func (f fakeMapping) CreatedByActor(_ context.Context, obj *mapping.Mapping) (*auth.Author, error) {
	return answered[*auth.Author](f.world, "Mapping.CreatedByActor", obj)
}

func (f fakeMappingEdit) Integration(_ context.Context, obj *journal.MappingEdit) (*integration.Integration, error) {
	return answered[*integration.Integration](f.world, "MappingEdit.Integration", obj)
}

func (f fakeMappingEdit) ExternalOrg(_ context.Context, obj *journal.MappingEdit) (*integration.ExternalOrg, error) {
	return answered[*integration.ExternalOrg](f.world, "MappingEdit.ExternalOrg", obj)
}

func (f fakeMappingEdit) Before(_ context.Context, obj *journal.MappingEdit) (*organization.Organization, error) {
	return answered[*organization.Organization](f.world, "MappingEdit.Before", obj)
}

func (f fakeMappingEdit) After(_ context.Context, obj *journal.MappingEdit) (*organization.Organization, error) {
	return answered[*organization.Organization](f.world, "MappingEdit.After", obj)
}

func (f fakeMappingSnapshot) RemoteID(_ context.Context, obj *history.Mapping) (string, error) {
	return answered[string](f.world, "MappingSnapshot.RemoteID", obj)
}

func (f fakeMutation) UndoChange(_ context.Context, input model.UndoChangeInput) (*model.UndoChangePayload, error) {
	return answered[*model.UndoChangePayload](f.world, "Mutation.UndoChange", input)
}

func (f fakeMutation) DeleteOrganizations(_ context.Context, input model.DeleteOrganizationsInput) (*model.DeleteOrganizationsPayload, error) {
	return answered[*model.DeleteOrganizationsPayload](f.world, "Mutation.DeleteOrganizations", input)
}

func (f fakeOrganization) History(_ context.Context, obj *organization.Organization, first *int, after *string) (*page.Connection[*journal.Change], error) {
	return connected[journal.Change](f.world, "Organization.History", obj, first, after)
}

func (f fakeOrganizationEdit) Organization(_ context.Context, obj *journal.OrganizationEdit) (*organization.Organization, error) {
	return answered[*organization.Organization](f.world, "OrganizationEdit.Organization", obj)
}

func (f fakeOrganizationSnapshot) Mappings(_ context.Context, obj *history.Organization) ([]*history.Mapping, error) {
	return answered[[]*history.Mapping](f.world, "OrganizationSnapshot.Mappings", obj)
}

func (f fakeQuery) Changes(_ context.Context, first *int, after *string, last *int, before *string, filter *model.ChangeFilter, order *model.ChangeOrder) (*page.Connection[*journal.Change], error) {
	return connected[journal.Change](f.world, "Query.Changes", first, after, last, before, filter, order)
}

func (f fakeQuery) Snapshot(_ context.Context, at *time.Time, cursor *string) (*history.Snapshot, error) {
	return answered[*history.Snapshot](f.world, "Query.Snapshot", at, cursor)
}

func (f fakeQuery) DisconnectedIntegrations(_ context.Context) ([]*integration.Disconnected, error) {
	return answered[[]*integration.Disconnected](f.world, "Query.DisconnectedIntegrations")
}

func (f fakeSaveMappingsPayload) Change(_ context.Context, obj *model.SaveMappingsPayload) (*journal.Change, error) {
	return answered[*journal.Change](f.world, "SaveMappingsPayload.Change", obj)
}

func (f fakeSkippedEdit) Because(_ context.Context, obj *mapping.SkippedEdit) (*journal.Change, error) {
	return answered[*journal.Change](f.world, "SkippedEdit.Because", obj)
}

func (f fakeSnapshot) Organizations(_ context.Context, obj *history.Snapshot, first *int, after *string, search *string) (*page.Connection[*history.Organization], error) {
	return connected[history.Organization](f.world, "Snapshot.Organizations", obj, first, after, search)
}

func (f fakeUndoChangePayload) Change(_ context.Context, obj *model.UndoChangePayload) (*journal.Change, error) {
	return answered[*journal.Change](f.world, "UndoChangePayload.Change", obj)
}

func (f fakeUndoPreview) Skipped(_ context.Context, obj *mapping.UndoPreview) ([]*mapping.SkippedEdit, error) {
	return answered[[]*mapping.SkippedEdit](f.world, "UndoPreview.Skipped", obj)
}

func (f fakeUpdateOrganizationPayload) Change(_ context.Context, obj *model.UpdateOrganizationPayload) (*journal.Change, error) {
	return answered[*journal.Change](f.world, "UpdateOrganizationPayload.Change", obj)
}

// edit returns an edit of any type.
func (w world) edit(random *rand.Rand) journal.Edit {
	switch random.IntN(5) {
	case 0:
		return made[journal.MappingEdit](w, random)
	case 1:
		return made[journal.OrganizationEdit](w, random)
	case 2:
		return made[journal.IntegrationEdit](w, random)
	case 3:
		return made[journal.DecisionEdit](w, random)
	default:
		return made[journal.FieldEdit](w, random)
	}
}
