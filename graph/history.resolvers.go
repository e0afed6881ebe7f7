package graph

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/graph/gen"
	"github.com/orgmap/orgmap/graph/loader"
	"github.com/orgmap/orgmap/graph/model"
	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/history"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/integration"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/mapping"
	"github.com/orgmap/orgmap/internal/organization"
	"github.com/orgmap/orgmap/internal/page"
)

func (r *acceptSuggestionsPayloadResolver) Change(ctx context.Context, obj *model.AcceptSuggestionsPayload) (*journal.Change, error) {
	return madeChange(ctx)
}

func (r *accountResolver) HistoryRetention(ctx context.Context, obj *account.Account) (*int, error) {
	if r.Resolver.HistoryRetention == 0 {
		return nil, nil
	}
	return &r.Resolver.HistoryRetention, nil
}

func (r *changeResolver) Edits(ctx context.Context, obj *journal.Change, first *int, after *string) (*page.Connection[journal.Edit], error) {
	return editsOf(ctx, obj, page.Arguments{First: first, After: after})
}

func (r *changeResolver) Undoes(ctx context.Context, obj *journal.Change) (*journal.Change, error) {
	if obj.Undoes == nil {
		return nil, nil
	}
	return loader.From(ctx).History().Changes.Load(ctx, *obj.Undoes)
}

func (r *changeResolver) UndoneBy(ctx context.Context, obj *journal.Change) (*journal.Change, error) {
	return loader.From(ctx).History().UndoneBy.Load(ctx, obj.Position)
}

func (r *changeResolver) RevertedCount(ctx context.Context, obj *journal.Change) (int, error) {
	return loader.From(ctx).History().Reverted.Load(ctx, obj.Position)
}

func (r *changeResolver) Undo(ctx context.Context, obj *journal.Change) (*mapping.UndoPreview, error) {
	return loader.From(ctx).History().Undos.Load(ctx, obj.Position)
}

func (r *clearMappingPayloadResolver) Change(ctx context.Context, obj *model.ClearMappingPayload) (*journal.Change, error) {
	return madeChange(ctx)
}

func (r *createOrganizationPayloadResolver) Change(ctx context.Context, obj *model.CreateOrganizationPayload) (*journal.Change, error) {
	return madeChange(ctx)
}

func (r *createOrganizationsFromPayloadResolver) Change(ctx context.Context, obj *model.CreateOrganizationsFromPayload) (*journal.Change, error) {
	return madeChange(ctx)
}

func (r *decisionEditResolver) ExternalOrg(ctx context.Context, obj *journal.DecisionEdit) (*integration.ExternalOrg, error) {
	return loader.From(ctx).ExternalOrgs.Load(ctx, obj.ExternalOrg.ID)
}

func (r *deleteOrganizationsPayloadResolver) Change(ctx context.Context, obj *model.DeleteOrganizationsPayload) (*journal.Change, error) {
	return madeChange(ctx)
}

func (r *deleteOrganizationsPayloadResolver) Quota(ctx context.Context, obj *model.DeleteOrganizationsPayload) (*account.Quota, error) {
	return quota(ctx)
}

func (r *excludeExternalOrgsPayloadResolver) Change(ctx context.Context, obj *model.ExcludeExternalOrgsPayload) (*journal.Change, error) {
	return madeChange(ctx)
}

func (r *externalOrgResolver) History(ctx context.Context, obj *integration.ExternalOrg, first *int, after *string) (*page.Connection[*journal.Change], error) {
	return loader.From(ctx).History().ChangesOf(ctx, obj.ID, first, after)
}

func (r *fieldEditResolver) Subject(ctx context.Context, obj *journal.FieldEdit) (model.Node, error) {
	if obj.Subject.ID == uuid.Nil {
		return nil, nil
	}
	if obj.Of == "" { // an older version recorded it, or a setting
		return present(loader.From(ctx).Integrations.Load(ctx, obj.Subject.ID))
	}
	return loadNode(ctx, loader.From(ctx), obj.Of, obj.Subject.ID)
}

func (r *importFromITGluePayloadResolver) Change(ctx context.Context, obj *model.ImportFromITGluePayload) (*journal.Change, error) {
	return madeChange(ctx)
}

func (r *includeExternalOrgsPayloadResolver) Change(ctx context.Context, obj *model.IncludeExternalOrgsPayload) (*journal.Change, error) {
	return madeChange(ctx)
}

func (r *integrationEditResolver) Integration(ctx context.Context, obj *journal.IntegrationEdit) (*integration.Integration, error) {
	return namedIntegration(ctx, obj.Integration.ID)
}

func (r *mappingResolver) Change(ctx context.Context, obj *mapping.Mapping) (*journal.Change, error) {
	made, err := loader.From(ctx).History().Made.Load(ctx, obj.ID)
	if err != nil || made.Position == 0 {
		return nil, err
	}
	return loader.From(ctx).History().Changes.Load(ctx, made.Position)
}

func (r *mappingResolver) CreatedByActor(ctx context.Context, obj *mapping.Mapping) (*auth.Author, error) {
	made, err := loader.From(ctx).History().Made.Load(ctx, obj.ID)
	return &made.By, err
}

func (r *mappingEditResolver) Integration(ctx context.Context, obj *journal.MappingEdit) (*integration.Integration, error) {
	return namedIntegration(ctx, obj.Integration.ID)
}

func (r *mappingEditResolver) ExternalOrg(ctx context.Context, obj *journal.MappingEdit) (*integration.ExternalOrg, error) {
	return loader.From(ctx).ExternalOrgs.Load(ctx, obj.ExternalOrg.ID)
}

func (r *mappingEditResolver) Before(ctx context.Context, obj *journal.MappingEdit) (*organization.Organization, error) {
	return stillThere(ctx, obj.Before)
}

func (r *mappingEditResolver) After(ctx context.Context, obj *journal.MappingEdit) (*organization.Organization, error) {
	return stillThere(ctx, obj.After)
}

func (r *mappingSnapshotResolver) RemoteID(ctx context.Context, obj *history.Mapping) (string, error) {
	return loader.From(ctx).History().RemoteIDs.Load(ctx, obj.External)
}

func (r *mutationResolver) UndoChange(ctx context.Context, input model.UndoChangeInput) (*model.UndoChangePayload, error) {
	undone, err := r.Mappings.Undo(ctx, id.Of(id.Change, input.ChangeID), input.PreviewCursor)
	userErrors, err := apperr.Split(err)
	if err != nil {
		return nil, err
	}
	return undoPayload(ctx, undone, userErrors), nil
}

func (r *mutationResolver) DeleteOrganizations(ctx context.Context, input model.DeleteOrganizationsInput) (*model.DeleteOrganizationsPayload, error) {
	err := r.Organizations.Delete(ctx, id.AllOf(id.Organization, input.OrganizationIds), valueOr(input.DryRun, false))
	userErrors, err := apperr.Split(err)
	return &model.DeleteOrganizationsPayload{UserErrors: userErrors}, err
}

func (r *organizationResolver) History(ctx context.Context, obj *organization.Organization, first *int, after *string) (*page.Connection[*journal.Change], error) {
	return loader.From(ctx).History().ChangesOf(ctx, obj.ID, first, after)
}

func (r *organizationEditResolver) Organization(ctx context.Context, obj *journal.OrganizationEdit) (*organization.Organization, error) {
	return stillThere(ctx, &obj.Organization)
}

func (r *organizationSnapshotResolver) Mappings(ctx context.Context, obj *history.Organization) ([]*history.Mapping, error) {
	found, err := loader.From(ctx).History().PastMappings.Load(ctx, loader.PastOrganization{Position: obj.Position, OrganizationID: obj.OrganizationID})
	return listed(found), err
}

func (r *queryResolver) Changes(ctx context.Context, first *int, after *string, last *int, before *string, filter *model.ChangeFilter, order *model.ChangeOrder) (*page.Connection[*journal.Change], error) {
	return r.changes(ctx, pageArguments(first, after, last, before), changeFilter(filter), order != nil && *order == model.ChangeOrderOldestFirst)
}

func (r *queryResolver) Snapshot(ctx context.Context, at *time.Time, cursor *string) (*history.Snapshot, error) {
	return r.Sources.History.Snapshot(ctx, at, cursor)
}

func (r *queryResolver) DisconnectedIntegrations(ctx context.Context) ([]*integration.Disconnected, error) {
	return r.Sources.Integrations.Disconnected(ctx)
}

func (r *rejectSuggestionPayloadResolver) Change(ctx context.Context, obj *model.RejectSuggestionPayload) (*journal.Change, error) {
	return madeChange(ctx)
}

func (r *revokeRejectionPayloadResolver) Change(ctx context.Context, obj *model.RevokeRejectionPayload) (*journal.Change, error) {
	return madeChange(ctx)
}

func (r *saveMappingsPayloadResolver) Change(ctx context.Context, obj *model.SaveMappingsPayload) (*journal.Change, error) {
	return madeChange(ctx)
}

func (r *skippedEditResolver) Because(ctx context.Context, obj *mapping.SkippedEdit) (*journal.Change, error) {
	return loader.From(ctx).History().Changes.Load(ctx, obj.Because)
}

func (r *snapshotResolver) Organizations(ctx context.Context, obj *history.Snapshot, first *int, after *string, search *string) (*page.Connection[*history.Organization], error) {
	found, err := r.Sources.History.Organizations(ctx, obj, page.Arguments{First: first, After: after}, valueOr(search, ""))
	if err != nil {
		return nil, err
	}
	loader.From(ctx).History().ExpectPastOrganizations(found.Nodes())
	return found, nil
}

func (r *undoChangePayloadResolver) Change(ctx context.Context, obj *model.UndoChangePayload) (*journal.Change, error) {
	return madeChange(ctx)
}

func (r *undoPreviewResolver) Skipped(ctx context.Context, obj *mapping.UndoPreview) ([]*mapping.SkippedEdit, error) {
	return shownSkips(ctx, obj.Skipped), nil
}

func (r *updateOrganizationPayloadResolver) Change(ctx context.Context, obj *model.UpdateOrganizationPayload) (*journal.Change, error) {
	return madeChange(ctx)
}

func (r *Resolver) Change() gen.ChangeResolver { return &changeResolver{r} }

func (r *Resolver) DecisionEdit() gen.DecisionEditResolver { return &decisionEditResolver{r} }

func (r *Resolver) DeleteOrganizationsPayload() gen.DeleteOrganizationsPayloadResolver {
	return &deleteOrganizationsPayloadResolver{r}
}

func (r *Resolver) FieldEdit() gen.FieldEditResolver { return &fieldEditResolver{r} }

func (r *Resolver) IntegrationEdit() gen.IntegrationEditResolver { return &integrationEditResolver{r} }

func (r *Resolver) MappingEdit() gen.MappingEditResolver { return &mappingEditResolver{r} }

func (r *Resolver) MappingSnapshot() gen.MappingSnapshotResolver { return &mappingSnapshotResolver{r} }

func (r *Resolver) OrganizationEdit() gen.OrganizationEditResolver {
	return &organizationEditResolver{r}
}

func (r *Resolver) OrganizationSnapshot() gen.OrganizationSnapshotResolver {
	return &organizationSnapshotResolver{r}
}

func (r *Resolver) SkippedEdit() gen.SkippedEditResolver { return &skippedEditResolver{r} }

func (r *Resolver) Snapshot() gen.SnapshotResolver { return &snapshotResolver{r} }

func (r *Resolver) UndoChangePayload() gen.UndoChangePayloadResolver {
	return &undoChangePayloadResolver{r}
}

func (r *Resolver) UndoPreview() gen.UndoPreviewResolver { return &undoPreviewResolver{r} }

type (
	changeResolver                     struct{ *Resolver }
	decisionEditResolver               struct{ *Resolver }
	deleteOrganizationsPayloadResolver struct{ *Resolver }
	fieldEditResolver                  struct{ *Resolver }
	integrationEditResolver            struct{ *Resolver }
	mappingEditResolver                struct{ *Resolver }
	mappingSnapshotResolver            struct{ *Resolver }
	organizationEditResolver           struct{ *Resolver }
	organizationSnapshotResolver       struct{ *Resolver }
	skippedEditResolver                struct{ *Resolver }
	snapshotResolver                   struct{ *Resolver }
	undoChangePayloadResolver          struct{ *Resolver }
	undoPreviewResolver                struct{ *Resolver }
)
