package graph

import (
	"context"

	"github.com/orgmap/orgmap/graph/gen"
	"github.com/orgmap/orgmap/graph/loader"
	"github.com/orgmap/orgmap/graph/model"
	"github.com/orgmap/orgmap/graph/plan"
	"github.com/orgmap/orgmap/internal/access"
	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/group"
	"github.com/orgmap/orgmap/internal/integration"
	"github.com/orgmap/orgmap/internal/organization"
)

func (r *groupsChangedResolver) Groups(ctx context.Context, obj *model.GroupsChanged) ([]*group.Group, error) {
	return loader.All(ctx, loader.From(ctx).Staff().Groups, obj.SubjectIDs)
}

func (r *groupsChangedResolver) Organizations(ctx context.Context, obj *model.GroupsChanged) ([]*organization.Organization, error) {
	return loader.All(ctx, loader.From(ctx).Organizations, obj.OrganizationIDs)
}

func (r *integrationsChangedResolver) Integrations(ctx context.Context, obj *model.IntegrationsChanged) ([]*integration.Integration, error) {
	return loader.All(ctx, loader.From(ctx).Integrations, obj.IntegrationIDs)
}

func (r *integrationsChangedResolver) ExternalOrgs(ctx context.Context, obj *model.IntegrationsChanged) ([]*integration.ExternalOrg, error) {
	touched, all := obj.Touched()
	if !all {
		return nil, nil
	}
	return loader.All(ctx, loader.From(ctx).ExternalOrgs, touched)
}

func (r *mappingsChangedResolver) Organizations(ctx context.Context, obj *model.MappingsChanged) ([]*organization.Organization, error) {
	return loader.All(ctx, loader.From(ctx).Organizations, obj.OrganizationIDs)
}

func (r *mappingsChangedResolver) Quota(ctx context.Context, obj *model.MappingsChanged) (*account.Quota, error) {
	return quota(ctx)
}

func (r *organizationsChangedResolver) Organizations(ctx context.Context, obj *model.OrganizationsChanged) ([]*organization.Organization, error) {
	return loader.All(ctx, loader.From(ctx).Organizations, obj.OrganizationIDs)
}

func (r *organizationsChangedResolver) Quota(ctx context.Context, obj *model.OrganizationsChanged) (*account.Quota, error) {
	return quota(ctx)
}

func (r *peopleChangedResolver) People(ctx context.Context, obj *model.PeopleChanged) ([]*access.Person, error) {
	return loader.All(ctx, loader.From(ctx).Staff().People, obj.SubjectIDs)
}

func (r *queryResolver) JournalCursor(ctx context.Context) (string, error) {
	return r.Journal.Cursor(ctx)
}

func (r *settingsChangedResolver) Account(ctx context.Context, obj *model.SettingsChanged) (*account.Account, error) {
	return loader.From(ctx).Account(ctx)
}

func (r *subscriptionResolver) AccountChanges(ctx context.Context, after *string) (<-chan model.AccountChange, error) {
	watcher, err := r.Journal.Watch(ctx, after)
	if err != nil {
		return nil, err
	}
	return plan.Follow(ctx, changes{watcher, r.Clock}), nil
}

func (r *Resolver) GroupsChanged() gen.GroupsChangedResolver { return &groupsChangedResolver{r} }

func (r *Resolver) IntegrationsChanged() gen.IntegrationsChangedResolver {
	return &integrationsChangedResolver{r}
}

func (r *Resolver) MappingsChanged() gen.MappingsChangedResolver { return &mappingsChangedResolver{r} }

func (r *Resolver) OrganizationsChanged() gen.OrganizationsChangedResolver {
	return &organizationsChangedResolver{r}
}

func (r *Resolver) PeopleChanged() gen.PeopleChangedResolver { return &peopleChangedResolver{r} }

func (r *Resolver) SettingsChanged() gen.SettingsChangedResolver { return &settingsChangedResolver{r} }

type (
	groupsChangedResolver        struct{ *Resolver }
	integrationsChangedResolver  struct{ *Resolver }
	mappingsChangedResolver      struct{ *Resolver }
	organizationsChangedResolver struct{ *Resolver }
	peopleChangedResolver        struct{ *Resolver }
	settingsChangedResolver      struct{ *Resolver }
)
