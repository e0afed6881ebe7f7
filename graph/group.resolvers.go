package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/graph/gen"
	"github.com/orgmap/orgmap/graph/loader"
	"github.com/orgmap/orgmap/graph/model"
	"github.com/orgmap/orgmap/internal/access"
	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/group"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/organization"
	"github.com/orgmap/orgmap/internal/page"
)

func (r *assignPeoplePayloadResolver) Change(ctx context.Context, obj *model.AssignPeoplePayload) (*journal.Change, error) {
	return madeChange(ctx)
}

func (r *mutationResolver) SaveGroup(ctx context.Context, input model.SaveGroupInput) (*model.SaveGroupPayload, error) {
	saved, err := r.Sources.Groups.Save(ctx, group.Saving{GroupID: optionalID(id.Group, input.GroupID), Name: input.Name, Color: input.Color, Archived: input.Archived})
	userErrors, err := apperr.Split(err)
	return &model.SaveGroupPayload{Group: saved, UserErrors: userErrors}, err
}

func (r *mutationResolver) SetGroupMembers(ctx context.Context, input model.SetGroupMembersInput) (*model.SetGroupMembersPayload, error) {
	changed, touched, err := r.Sources.Groups.SetMembers(ctx, group.Members{
		GroupID: id.Of(id.Group, input.GroupID), Add: id.AllOf(id.Organization, input.AddOrganizationIds), Remove: id.AllOf(id.Organization, input.RemoveOrganizationIds),
	})
	userErrors, err := apperr.Split(err)
	if err != nil {
		return nil, err
	}
	organizations, err := organizationsOf(ctx, touched)
	return &model.SetGroupMembersPayload{Group: changed, Organizations: organizations, UserErrors: userErrors}, err
}

func (r *mutationResolver) AssignPeople(ctx context.Context, input model.AssignPeopleInput) (*model.AssignPeoplePayload, error) {
	touched, err := r.Sources.Organizations.Assign(ctx, organization.Assignment{
		OrganizationIDs: id.AllOf(id.Organization, input.OrganizationIds), Engineer: appointment(input.EngineerID), VCIO: appointment(input.VcioID),
	})
	userErrors, err := apperr.Split(err)
	if err != nil {
		return nil, err
	}
	organizations, err := organizationsOf(ctx, touched)
	return &model.AssignPeoplePayload{Organizations: organizations, UserErrors: userErrors}, err
}

func (r *mutationResolver) UpdateOrganizations(ctx context.Context, input model.UpdateOrganizationsInput) (*model.UpdateOrganizationsPayload, error) {
	touched, err := r.Sources.Organizations.UpdateMany(ctx, organization.UpdateMany{
		OrganizationIDs: id.AllOf(id.Organization, input.OrganizationIds), Active: input.Active, Note: input.Note,
	})
	userErrors, err := apperr.Split(err)
	if err != nil {
		return nil, err
	}
	organizations, err := organizationsOf(ctx, touched)
	return &model.UpdateOrganizationsPayload{Organizations: organizations, UserErrors: userErrors}, err
}

func (r *organizationResolver) Groups(ctx context.Context, obj *organization.Organization) ([]*group.Group, error) {
	found, err := loader.From(ctx).Staff().GroupsOf(ctx, obj.ID)
	return listed(found), err
}

func (r *organizationResolver) Engineer(ctx context.Context, obj *organization.Organization) (*access.Person, error) {
	details, err := loader.From(ctx).Staff().DetailsOf(ctx, obj.ID)
	if err != nil {
		return nil, err
	}
	return optional(ctx, loader.From(ctx).Staff().People, details.EngineerID)
}

func (r *organizationResolver) Vcio(ctx context.Context, obj *organization.Organization) (*access.Person, error) {
	details, err := loader.From(ctx).Staff().DetailsOf(ctx, obj.ID)
	if err != nil {
		return nil, err
	}
	return optional(ctx, loader.From(ctx).Staff().People, details.VCIOID)
}

func (r *organizationResolver) Note(ctx context.Context, obj *organization.Organization) (*string, error) {
	details, err := loader.From(ctx).Staff().DetailsOf(ctx, obj.ID)
	if err != nil || details.Note == "" {
		return nil, err
	}
	return &details.Note, nil
}

func (r *organizationResolver) NoteChange(ctx context.Context, obj *organization.Organization) (*journal.Change, error) {
	details, err := loader.From(ctx).Staff().DetailsOf(ctx, obj.ID)
	if err != nil || details.Note == "" {
		return nil, err
	}
	return loader.From(ctx).History().Changes.Load(ctx, details.NoteSince)
}

func (r *organizationGroupResolver) OrganizationCount(ctx context.Context, obj *group.Group) (int, error) {
	return loader.From(ctx).Staff().GroupCounts.Load(ctx, obj.ID)
}

func (r *organizationGroupResolver) Organizations(ctx context.Context, obj *group.Group, first *int, after *string) (*page.Connection[*organization.Organization], error) {
	found, err := r.Sources.Organizations.List(ctx, organization.Query{
		Arguments: page.Arguments{First: first, After: after}, Filter: organization.Filter{GroupIDs: []uuid.UUID{obj.ID}}, Order: organization.Order{Field: organization.ByName},
	})
	if err != nil {
		return nil, err
	}
	loader.From(ctx).ExpectOrganizations(found.Nodes()...)
	return found, nil
}

func (r *queryResolver) Groups(ctx context.Context, archived *bool) ([]*group.Group, error) {
	found, err := r.Sources.Groups.List(ctx, archived)
	if err != nil {
		return nil, err
	}
	loader.From(ctx).Staff().ExpectGroups(found...)
	return listed(found), nil
}

func (r *saveGroupPayloadResolver) Change(ctx context.Context, obj *model.SaveGroupPayload) (*journal.Change, error) {
	return madeChange(ctx)
}

func (r *setGroupMembersPayloadResolver) Change(ctx context.Context, obj *model.SetGroupMembersPayload) (*journal.Change, error) {
	return madeChange(ctx)
}

func (r *updateOrganizationsPayloadResolver) Quota(ctx context.Context, obj *model.UpdateOrganizationsPayload) (*account.Quota, error) {
	return quota(ctx)
}

func (r *updateOrganizationsPayloadResolver) Change(ctx context.Context, obj *model.UpdateOrganizationsPayload) (*journal.Change, error) {
	return madeChange(ctx)
}

func (r *Resolver) AssignPeoplePayload() gen.AssignPeoplePayloadResolver {
	return &assignPeoplePayloadResolver{r}
}

func (r *Resolver) OrganizationGroup() gen.OrganizationGroupResolver {
	return &organizationGroupResolver{r}
}

func (r *Resolver) SaveGroupPayload() gen.SaveGroupPayloadResolver {
	return &saveGroupPayloadResolver{r}
}

func (r *Resolver) SetGroupMembersPayload() gen.SetGroupMembersPayloadResolver {
	return &setGroupMembersPayloadResolver{r}
}

func (r *Resolver) UpdateOrganizationsPayload() gen.UpdateOrganizationsPayloadResolver {
	return &updateOrganizationsPayloadResolver{r}
}

type (
	assignPeoplePayloadResolver        struct{ *Resolver }
	organizationGroupResolver          struct{ *Resolver }
	saveGroupPayloadResolver           struct{ *Resolver }
	setGroupMembersPayloadResolver     struct{ *Resolver }
	updateOrganizationsPayloadResolver struct{ *Resolver }
)
