package graph

import (
	"context"
	"time"

	"github.com/orgmap/orgmap/graph/gen"
	"github.com/orgmap/orgmap/graph/loader"
	"github.com/orgmap/orgmap/graph/model"
	"github.com/orgmap/orgmap/internal/access"
	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/page"
)

func (r *blockPersonPayloadResolver) Change(ctx context.Context, obj *model.BlockPersonPayload) (*journal.Change, error) {
	return madeChange(ctx)
}

func (r *createApiTokenPayloadResolver) Change(ctx context.Context, obj *model.CreateAPITokenPayload) (*journal.Change, error) {
	return madeChange(ctx)
}

func (r *mutationResolver) SavePerson(ctx context.Context, input model.SavePersonInput) (*model.SavePersonPayload, error) {
	found, err := r.Access.Save(ctx, savingPerson(input))
	userErrors, err := apperr.Split(err)
	return &model.SavePersonPayload{Person: found, UserErrors: userErrors}, err
}

func (r *mutationResolver) BlockPerson(ctx context.Context, input model.BlockPersonInput) (*model.BlockPersonPayload, error) {
	found, err := r.Access.Block(ctx, id.Of(id.Person, input.PersonID), true)
	userErrors, err := apperr.Split(err)
	return &model.BlockPersonPayload{Person: found, UserErrors: userErrors}, err
}

func (r *mutationResolver) UnblockPerson(ctx context.Context, input model.UnblockPersonInput) (*model.UnblockPersonPayload, error) {
	found, err := r.Access.Block(ctx, id.Of(id.Person, input.PersonID), false)
	userErrors, err := apperr.Split(err)
	return &model.UnblockPersonPayload{Person: found, UserErrors: userErrors}, err
}

func (r *mutationResolver) CreateAPIToken(ctx context.Context, input model.CreateAPITokenInput) (*model.CreateAPITokenPayload, error) {
	created, secret, err := r.Access.CreateToken(ctx, access.Creating{Name: input.Name, Role: input.Role, ExpiresAt: input.ExpiresAt})
	userErrors, err := apperr.Split(err)
	payload := &model.CreateAPITokenPayload{Token: created, UserErrors: userErrors}
	if created != nil {
		payload.Secret = &secret
	}
	return payload, err
}

func (r *mutationResolver) RevokeAPIToken(ctx context.Context, input model.RevokeAPITokenInput) (*model.RevokeAPITokenPayload, error) {
	revoked, err := r.Access.RevokeToken(ctx, id.Of(id.Token, input.TokenID))
	userErrors, err := apperr.Split(err)
	return &model.RevokeAPITokenPayload{Token: revoked, UserErrors: userErrors}, err
}

func (r *personResolver) Email(ctx context.Context, obj *access.Person) (*string, error) {
	if !isAdmin(ctx) {
		return nil, nil
	}
	return obj.Address, nil
}

func (r *personResolver) SignedInAt(ctx context.Context, obj *access.Person) (*time.Time, error) {
	if !isAdmin(ctx) {
		return nil, nil
	}
	return obj.ClaimedAt, nil
}

func (r *personResolver) EngineerCount(ctx context.Context, obj *access.Person) (int, error) {
	counts, err := loader.From(ctx).Staff().PeopleCounts.Load(ctx, obj.ID)
	return counts.Engineer, err
}

func (r *personResolver) VcioCount(ctx context.Context, obj *access.Person) (int, error) {
	counts, err := loader.From(ctx).Staff().PeopleCounts.Load(ctx, obj.ID)
	return counts.VCIO, err
}

func (r *queryResolver) People(ctx context.Context, first *int, after *string, search *string) (*page.Connection[*access.Person], error) {
	found, err := r.Access.People(ctx, page.Arguments{First: first, After: after}, valueOr(search, ""))
	if err != nil {
		return nil, err
	}
	loader.From(ctx).Staff().ExpectPeople(found.Nodes()...)
	return found, nil
}

func (r *queryResolver) APITokens(ctx context.Context) ([]*access.Token, error) {
	found, err := r.Access.Tokens(ctx)
	return listed(found), err
}

func (r *revokeApiTokenPayloadResolver) Change(ctx context.Context, obj *model.RevokeAPITokenPayload) (*journal.Change, error) {
	return madeChange(ctx)
}

func (r *savePersonPayloadResolver) Change(ctx context.Context, obj *model.SavePersonPayload) (*journal.Change, error) {
	return madeChange(ctx)
}

func (r *unblockPersonPayloadResolver) Change(ctx context.Context, obj *model.UnblockPersonPayload) (*journal.Change, error) {
	return madeChange(ctx)
}

func (r *Resolver) BlockPersonPayload() gen.BlockPersonPayloadResolver {
	return &blockPersonPayloadResolver{r}
}

func (r *Resolver) CreateApiTokenPayload() gen.CreateApiTokenPayloadResolver {
	return &createApiTokenPayloadResolver{r}
}

func (r *Resolver) Person() gen.PersonResolver { return &personResolver{r} }

func (r *Resolver) RevokeApiTokenPayload() gen.RevokeApiTokenPayloadResolver {
	return &revokeApiTokenPayloadResolver{r}
}

func (r *Resolver) SavePersonPayload() gen.SavePersonPayloadResolver {
	return &savePersonPayloadResolver{r}
}

func (r *Resolver) UnblockPersonPayload() gen.UnblockPersonPayloadResolver {
	return &unblockPersonPayloadResolver{r}
}

type (
	blockPersonPayloadResolver    struct{ *Resolver }
	createApiTokenPayloadResolver struct{ *Resolver }
	personResolver                struct{ *Resolver }
	revokeApiTokenPayloadResolver struct{ *Resolver }
	savePersonPayloadResolver     struct{ *Resolver }
	unblockPersonPayloadResolver  struct{ *Resolver }
)
