package plan_test

import (
	"context"
	"time"

	"github.com/orgmap/orgmap/graph/gen"
	"github.com/orgmap/orgmap/graph/model"
	"github.com/orgmap/orgmap/internal/access"
	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/group"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/organization"
	"github.com/orgmap/orgmap/internal/page"
)

type (
	fakeUpdateAccountPayload       struct{ world }
	fakeAssignPeoplePayload        struct{ world }
	fakeOrganizationGroup          struct{ world }
	fakeSaveGroupPayload           struct{ world }
	fakeSetGroupMembersPayload     struct{ world }
	fakeUpdateOrganizationsPayload struct{ world }
	fakeBlockPersonPayload         struct{ world }
	fakeCreateApiTokenPayload      struct{ world }
	fakePerson                     struct{ world }
	fakeRevokeApiTokenPayload      struct{ world }
	fakeSavePersonPayload          struct{ world }
	fakeUnblockPersonPayload       struct{ world }
	fakeGroupsChanged              struct{ world }
	fakePeopleChanged              struct{ world }
	fakeSettingsChanged            struct{ world }
)

func (w world) UpdateAccountPayload() gen.UpdateAccountPayloadResolver {
	return fakeUpdateAccountPayload{w}
}

func (w world) AssignPeoplePayload() gen.AssignPeoplePayloadResolver {
	return fakeAssignPeoplePayload{w}
}

func (w world) OrganizationGroup() gen.OrganizationGroupResolver { return fakeOrganizationGroup{w} }

func (w world) SaveGroupPayload() gen.SaveGroupPayloadResolver { return fakeSaveGroupPayload{w} }

func (w world) SetGroupMembersPayload() gen.SetGroupMembersPayloadResolver {
	return fakeSetGroupMembersPayload{w}
}

func (w world) UpdateOrganizationsPayload() gen.UpdateOrganizationsPayloadResolver {
	return fakeUpdateOrganizationsPayload{w}
}

func (w world) BlockPersonPayload() gen.BlockPersonPayloadResolver { return fakeBlockPersonPayload{w} }

func (w world) CreateApiTokenPayload() gen.CreateApiTokenPayloadResolver {
	return fakeCreateApiTokenPayload{w}
}

func (w world) Person() gen.PersonResolver { return fakePerson{w} }

func (w world) RevokeApiTokenPayload() gen.RevokeApiTokenPayloadResolver {
	return fakeRevokeApiTokenPayload{w}
}

func (w world) SavePersonPayload() gen.SavePersonPayloadResolver { return fakeSavePersonPayload{w} }

func (w world) UnblockPersonPayload() gen.UnblockPersonPayloadResolver {
	return fakeUnblockPersonPayload{w}
}

func (w world) GroupsChanged() gen.GroupsChangedResolver { return fakeGroupsChanged{w} }

func (w world) PeopleChanged() gen.PeopleChangedResolver { return fakePeopleChanged{w} }

func (w world) SettingsChanged() gen.SettingsChangedResolver { return fakeSettingsChanged{w} }

func (f fakeMutation) UpdateAccount(_ context.Context, input model.UpdateAccountInput) (*model.UpdateAccountPayload, error) {
	return answered[*model.UpdateAccountPayload](f.world, "Mutation.UpdateAccount", input)
}

func (f fakeUpdateAccountPayload) Change(_ context.Context, obj *model.UpdateAccountPayload) (*journal.Change, error) {
	return answered[*journal.Change](f.world, "UpdateAccountPayload.Change", obj)
}

func (f fakeViewer) Person(_ context.Context, obj *model.Viewer) (*access.Person, error) {
	return answered[*access.Person](f.world, "Viewer.Person", obj)
}

func (f fakeAssignPeoplePayload) Change(_ context.Context, obj *model.AssignPeoplePayload) (*journal.Change, error) {
	return answered[*journal.Change](f.world, "AssignPeoplePayload.Change", obj)
}

func (f fakeMutation) SaveGroup(_ context.Context, input model.SaveGroupInput) (*model.SaveGroupPayload, error) {
	return answered[*model.SaveGroupPayload](f.world, "Mutation.SaveGroup", input)
}

func (f fakeMutation) SetGroupMembers(_ context.Context, input model.SetGroupMembersInput) (*model.SetGroupMembersPayload, error) {
	return answered[*model.SetGroupMembersPayload](f.world, "Mutation.SetGroupMembers", input)
}

func (f fakeMutation) AssignPeople(_ context.Context, input model.AssignPeopleInput) (*model.AssignPeoplePayload, error) {
	return answered[*model.AssignPeoplePayload](f.world, "Mutation.AssignPeople", input)
}

func (f fakeMutation) UpdateOrganizations(_ context.Context, input model.UpdateOrganizationsInput) (*model.UpdateOrganizationsPayload, error) {
	return answered[*model.UpdateOrganizationsPayload](f.world, "Mutation.UpdateOrganizations", input)
}

func (f fakeOrganization) Groups(_ context.Context, obj *organization.Organization) ([]*group.Group, error) {
	return answered[[]*group.Group](f.world, "Organization.Groups", obj)
}

func (f fakeOrganization) Engineer(_ context.Context, obj *organization.Organization) (*access.Person, error) {
	return answered[*access.Person](f.world, "Organization.Engineer", obj)
}

func (f fakeOrganization) Vcio(_ context.Context, obj *organization.Organization) (*access.Person, error) {
	return answered[*access.Person](f.world, "Organization.Vcio", obj)
}

func (f fakeOrganization) Note(_ context.Context, obj *organization.Organization) (*string, error) {
	return answered[*string](f.world, "Organization.Note", obj)
}

func (f fakeOrganization) NoteChange(_ context.Context, obj *organization.Organization) (*journal.Change, error) {
	return answered[*journal.Change](f.world, "Organization.NoteChange", obj)
}

func (f fakeOrganizationGroup) OrganizationCount(_ context.Context, obj *group.Group) (int, error) {
	return answered[int](f.world, "OrganizationGroup.OrganizationCount", obj)
}

func (f fakeOrganizationGroup) Organizations(_ context.Context, obj *group.Group, first *int, after *string) (*page.Connection[*organization.Organization], error) {
	return connected[organization.Organization](f.world, "OrganizationGroup.Organizations", obj, first, after)
}

func (f fakeQuery) Groups(_ context.Context, archived *bool) ([]*group.Group, error) {
	return answered[[]*group.Group](f.world, "Query.Groups", archived)
}

func (f fakeSaveGroupPayload) Change(_ context.Context, obj *model.SaveGroupPayload) (*journal.Change, error) {
	return answered[*journal.Change](f.world, "SaveGroupPayload.Change", obj)
}

func (f fakeSetGroupMembersPayload) Change(_ context.Context, obj *model.SetGroupMembersPayload) (*journal.Change, error) {
	return answered[*journal.Change](f.world, "SetGroupMembersPayload.Change", obj)
}

func (f fakeUpdateOrganizationsPayload) Quota(_ context.Context, obj *model.UpdateOrganizationsPayload) (*account.Quota, error) {
	return answered[*account.Quota](f.world, "UpdateOrganizationsPayload.Quota", obj)
}

func (f fakeUpdateOrganizationsPayload) Change(_ context.Context, obj *model.UpdateOrganizationsPayload) (*journal.Change, error) {
	return answered[*journal.Change](f.world, "UpdateOrganizationsPayload.Change", obj)
}

func (f fakeBlockPersonPayload) Change(_ context.Context, obj *model.BlockPersonPayload) (*journal.Change, error) {
	return answered[*journal.Change](f.world, "BlockPersonPayload.Change", obj)
}

func (f fakeCreateApiTokenPayload) Change(_ context.Context, obj *model.CreateAPITokenPayload) (*journal.Change, error) {
	return answered[*journal.Change](f.world, "CreateApiTokenPayload.Change", obj)
}

func (f fakeMutation) SavePerson(_ context.Context, input model.SavePersonInput) (*model.SavePersonPayload, error) {
	return answered[*model.SavePersonPayload](f.world, "Mutation.SavePerson", input)
}

func (f fakeMutation) BlockPerson(_ context.Context, input model.BlockPersonInput) (*model.BlockPersonPayload, error) {
	return answered[*model.BlockPersonPayload](f.world, "Mutation.BlockPerson", input)
}

func (f fakeMutation) UnblockPerson(_ context.Context, input model.UnblockPersonInput) (*model.UnblockPersonPayload, error) {
	return answered[*model.UnblockPersonPayload](f.world, "Mutation.UnblockPerson", input)
}

func (f fakeMutation) CreateAPIToken(_ context.Context, input model.CreateAPITokenInput) (*model.CreateAPITokenPayload, error) {
	return answered[*model.CreateAPITokenPayload](f.world, "Mutation.CreateAPIToken", input)
}

func (f fakeMutation) RevokeAPIToken(_ context.Context, input model.RevokeAPITokenInput) (*model.RevokeAPITokenPayload, error) {
	return answered[*model.RevokeAPITokenPayload](f.world, "Mutation.RevokeAPIToken", input)
}

func (f fakePerson) Email(_ context.Context, obj *access.Person) (*string, error) {
	return answered[*string](f.world, "Person.Email", obj)
}

func (f fakePerson) SignedInAt(_ context.Context, obj *access.Person) (*time.Time, error) {
	return answered[*time.Time](f.world, "Person.SignedInAt", obj)
}

func (f fakePerson) EngineerCount(_ context.Context, obj *access.Person) (int, error) {
	return answered[int](f.world, "Person.EngineerCount", obj)
}

func (f fakePerson) VcioCount(_ context.Context, obj *access.Person) (int, error) {
	return answered[int](f.world, "Person.VcioCount", obj)
}

func (f fakeQuery) People(_ context.Context, first *int, after *string, search *string) (*page.Connection[*access.Person], error) {
	return connected[access.Person](f.world, "Query.People", first, after, search)
}

func (f fakeQuery) APITokens(_ context.Context) ([]*access.Token, error) {
	return answered[[]*access.Token](f.world, "Query.APITokens")
}

func (f fakeRevokeApiTokenPayload) Change(_ context.Context, obj *model.RevokeAPITokenPayload) (*journal.Change, error) {
	return answered[*journal.Change](f.world, "RevokeApiTokenPayload.Change", obj)
}

func (f fakeSavePersonPayload) Change(_ context.Context, obj *model.SavePersonPayload) (*journal.Change, error) {
	return answered[*journal.Change](f.world, "SavePersonPayload.Change", obj)
}

func (f fakeUnblockPersonPayload) Change(_ context.Context, obj *model.UnblockPersonPayload) (*journal.Change, error) {
	return answered[*journal.Change](f.world, "UnblockPersonPayload.Change", obj)
}

func (f fakeGroupsChanged) Groups(_ context.Context, obj *model.GroupsChanged) ([]*group.Group, error) {
	return answered[[]*group.Group](f.world, "GroupsChanged.Groups", obj)
}

func (f fakeGroupsChanged) Organizations(_ context.Context, obj *model.GroupsChanged) ([]*organization.Organization, error) {
	return answered[[]*organization.Organization](f.world, "GroupsChanged.Organizations", obj)
}

func (f fakePeopleChanged) People(_ context.Context, obj *model.PeopleChanged) ([]*access.Person, error) {
	return answered[[]*access.Person](f.world, "PeopleChanged.People", obj)
}

func (f fakeSettingsChanged) Account(_ context.Context, obj *model.SettingsChanged) (*account.Account, error) {
	return answered[*account.Account](f.world, "SettingsChanged.Account", obj)
}
