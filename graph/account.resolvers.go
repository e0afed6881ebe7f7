package graph

import (
	"context"

	"github.com/orgmap/orgmap/graph/gen"
	"github.com/orgmap/orgmap/graph/loader"
	"github.com/orgmap/orgmap/graph/model"
	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/auth"
)

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

func (r *viewerResolver) Account(ctx context.Context, obj *model.Viewer) (*account.Account, error) {
	return loader.From(ctx).Account(ctx)
}

func (r *Resolver) Account() gen.AccountResolver { return &accountResolver{r} }

func (r *Resolver) Viewer() gen.ViewerResolver { return &viewerResolver{r} }

type (
	accountResolver struct{ *Resolver }
	viewerResolver  struct{ *Resolver }
)
