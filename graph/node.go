package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/graph/cache"
	"github.com/orgmap/orgmap/graph/loader"
	"github.com/orgmap/orgmap/graph/model"
	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/page"
)

// nodes returns the nodes with the given ids, in their order, with one statement for each kind. A missing node is nil.
func (r *Resolver) nodes(ctx context.Context, texts []string) ([]model.Node, error) {
	if _, err := auth.Require(ctx, auth.Viewer); err != nil {
		return nil, err
	}
	if len(texts) > page.MaximumSize {
		return nil, apperr.New(apperr.BadUserInput, "ids must be at most %d, not %d.", page.MaximumSize, len(texts))
	}
	loaders := loader.From(ctx)
	for _, text := range texts { // register all ids before the first is read, so each kind is read as one batch
		if kind, node, ok := id.Parse(text); ok {
			expectNode(ctx, loaders, kind, node)
		}
	}
	found := make([]model.Node, len(texts))
	for i, text := range texts {
		kind, node, ok := id.Parse(text)
		if !ok {
			continue
		}
		var err error
		if found[i], err = loadNode(ctx, loaders, kind, node); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func expectNode(ctx context.Context, loaders *loader.Loaders, kind id.Kind, node uuid.UUID) {
	switch kind {
	case id.Organization:
		loaders.Organizations.Expect(node)
	case id.Integration:
		loaders.Integrations.Expect(node)
	case id.ExternalOrg:
		loaders.ExternalOrgs.Expect(node)
	case id.Mapping:
		loaders.Mappings.Expect(node)
	case id.RefreshRun:
		loaders.Runs.Expect(node)
	case id.Rejection:
		loaders.Rejections.Expect(node)
	case id.Alias:
		loaders.Aliases.Expect(node)
	case id.Change:
		loaders.History().Changes.Expect(changePosition(ctx, node))
	case id.Group:
		loaders.Staff().Groups.Expect(node)
	case id.Person:
		loaders.Staff().People.Expect(node)
	case id.Token:
		loaders.Staff().Tokens.Expect(node)
	case id.Account: // it is read at once
	}
}

func loadNode(ctx context.Context, loaders *loader.Loaders, kind id.Kind, node uuid.UUID) (model.Node, error) {
	switch kind {
	case id.Account:
		found, err := loaders.Account(ctx)
		if err != nil || found.ID != node {
			return nil, err
		}
		return found, nil
	case id.Organization:
		return present(loaders.Organizations.Load(ctx, node))
	case id.Integration:
		return present(loaders.Integrations.Load(ctx, node))
	case id.ExternalOrg:
		return present(loaders.ExternalOrgs.Load(ctx, node))
	case id.Mapping:
		return present(loaders.Mappings.Load(ctx, node))
	case id.RefreshRun:
		cache.Volatile(ctx) // the schema cannot tell that this id is a run's, and the journal does not cover runs
		return present(loaders.Runs.Load(ctx, node))
	case id.Rejection:
		return present(loaders.Rejections.Load(ctx, node))
	case id.Alias:
		return present(loaders.Aliases.Load(ctx, node))
	case id.Change:
		return present(loaders.History().Changes.Load(ctx, changePosition(ctx, node)))
	case id.Group:
		return present(loaders.Staff().Groups.Load(ctx, node))
	case id.Person:
		return present(loaders.Staff().People.Load(ctx, node))
	case id.Token:
		return present(loaders.Staff().Tokens.Load(ctx, node))
	}
	return nil, nil
}

// present returns node as a model.Node, or a nil interface if the pointer is nil: an interface holding a nil pointer is
// not null.
func present[T any, P interface {
	*T
	model.Node
}](node P, err error) (model.Node, error) {
	if node == nil || err != nil {
		return nil, err
	}
	return node, nil
}
