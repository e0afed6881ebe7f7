package graph

import (
	"context"

	"github.com/orgmap/orgmap/graph/gen"
	"github.com/orgmap/orgmap/graph/loader"
	"github.com/orgmap/orgmap/graph/model"
	"github.com/orgmap/orgmap/internal/access"
	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/journal"
)

func (r *mutationResolver) UpdateAccount(ctx context.Context, input model.UpdateAccountInput) (*model.UpdateAccountPayload, error) {
	updated, err := r.Accounts.Update(ctx, account.Update{Name: input.Name, TimeZone: input.TimeZone})
	userErrors, err := apperr.Split(err)
	return &model.UpdateAccountPayload{Account: updated, UserErrors: userErrors}, err
}

func (r *queryResolver) Viewer(ctx context.Context) (*model.Viewer, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	return &model.Viewer{Name: actor.Name, Role: actor.Role}, nil
}

func (r *queryResolver) Quota(ctx context.Context) (*account.Quota, error) {
	return quota(ctx)
}

func (r *updateAccountPayloadResolver) Change(ctx context.Context, obj *model.UpdateAccountPayload) (*journal.Change, error) {
	return madeChange(ctx)
}

func (r *viewerResolver) Account(ctx context.Context, obj *model.Viewer) (*account.Account, error) {
	return loader.From(ctx).Account(ctx)
}

func (r *viewerResolver) Person(ctx context.Context, obj *model.Viewer) (*access.Person, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil || actor.Kind != auth.PersonActor {
		return nil, err
	}
	return loader.From(ctx).Staff().People.Load(ctx, actor.ID)
}

func (r *Resolver) Account() gen.AccountResolver { return &accountResolver{r} }

func (r *Resolver) UpdateAccountPayload() gen.UpdateAccountPayloadResolver {
	return &updateAccountPayloadResolver{r}
}

func (r *Resolver) Viewer() gen.ViewerResolver { return &viewerResolver{r} }

type (
	accountResolver              struct{ *Resolver }
	updateAccountPayloadResolver struct{ *Resolver }
	viewerResolver               struct{ *Resolver }
)
