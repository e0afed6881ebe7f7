package graph

import (
	"context"
	"strconv"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/graph/loader"
	"github.com/orgmap/orgmap/graph/model"
	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/history"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/mapping"
	"github.com/orgmap/orgmap/internal/organization"
	"github.com/orgmap/orgmap/internal/page"
)

// changes returns a page of history, and announces what the response will show of it, so that it is read in batches.
func (r *Resolver) changes(ctx context.Context, arguments page.Arguments, filter history.Filter, oldestFirst bool) (*page.Connection[*journal.Change], error) {
	found, err := r.Sources.History.Changes(ctx, arguments, filter, oldestFirst)
	if err != nil {
		return nil, err
	}
	loader.From(ctx).History().ExpectChanges(found.Nodes()...)
	return found, nil
}

// madeChange returns the change that the mutation made, or nil if it made none.
func madeChange(ctx context.Context) (*journal.Change, error) {
	position := journal.Last(ctx)
	if position == 0 {
		return nil, nil
	}
	return loader.From(ctx).History().Changes.Load(ctx, position)
}

// editOrder is the order of a change's edits: their cursors are their numbers.
func editOrder(change *journal.Change) page.Order {
	return page.Order{Values: []page.Value{page.Mark(change.NodeID()), page.Int("number")}}
}

// editsOf returns a page of a change's edits and announces what it will show.
func editsOf(ctx context.Context, change *journal.Change, arguments page.Arguments) (*page.Connection[journal.Edit], error) {
	window, err := arguments.Window(editOrder(change))
	if err != nil {
		return nil, err
	}
	all, err := loader.From(ctx).History().Edits.Load(ctx, change.Position)
	if err != nil {
		return nil, err
	}
	from := 0
	if window.After != nil {
		number, _ := window.After[0].(int64)
		from = min(max(0, int(number)+1), len(all))
	}
	type numbered struct {
		number int
		edit   journal.Edit
	}
	shown := make([]numbered, 0, window.Size+1)
	for i := from; i < len(all) && len(shown) <= window.Size; i++ {
		shown = append(shown, numbered{i, all[i]})
		loader.From(ctx).History().ExpectEdits(all[i])
	}
	connection := page.New(window, shown, func(one numbered) page.Cursor {
		return page.Cursor{change.NodeID(), strconv.Itoa(one.number)}
	}, func(context.Context) (int, error) { return len(all), nil })
	return page.Map(connection, func(one numbered) journal.Edit { return one.edit }), nil
}

// stillThere returns an organization that an edit names, or nil if there is none or it no longer exists.
func stillThere(ctx context.Context, one *journal.Ref) (*organization.Organization, error) {
	if one == nil {
		return nil, nil
	}
	return loader.From(ctx).Organizations.Load(ctx, one.ID)
}

// shownSkips returns as many skipped edits as a response shows, and announces what they will show.
func shownSkips(ctx context.Context, skipped []mapping.SkippedEdit) []*mapping.SkippedEdit {
	shown := pointers(skipped[:min(len(skipped), page.MaximumSize)])
	for _, one := range shown {
		loader.From(ctx).History().Changes.Expect(one.Because)
		loader.From(ctx).History().ExpectEdits(one.Edit)
	}
	return shown
}

// undoPayload returns the result of an undo.
func undoPayload(ctx context.Context, undone mapping.Undone, userErrors []*apperr.UserError) *model.UndoChangePayload {
	payload := &model.UndoChangePayload{UserErrors: userErrors, Skipped: shownSkips(ctx, undone.Skipped)}
	if undone.Conflict {
		payload.Preview = &undone.UndoPreview
		payload.UserErrors = pointers(apperr.User(apperr.Conflict, "The account has changed since the preview. Look at the new preview and try again.", apperr.InputPath("previewCursor")...))
	} else if undone.Change > 0 {
		payload.Reverted = undone.Reverts
	}
	return payload
}

// changePosition returns the position of the account's change with a node's UUID, or 0 if it is none.
func changePosition(ctx context.Context, node uuid.UUID) int64 {
	actor, _ := auth.ActorFrom(ctx)
	return journal.PositionOf(actor.AccountID, node)
}

func changeFilter(filter *model.ChangeFilter) history.Filter {
	if filter == nil {
		return history.Filter{}
	}
	found := history.Filter{Actions: filter.Actions, From: filter.From, To: filter.To, IntegrationIDs: optionalIntegrations(filter.IntegrationIds)}
	if filter.OrganizationIds != nil {
		found.OrganizationIDs = id.AllOf(id.Organization, filter.OrganizationIds)
	}
	if filter.ExternalOrgIds != nil {
		found.ExternalOrgIDs = id.AllOf(id.ExternalOrg, filter.ExternalOrgIds)
	}
	if filter.ActorIds != nil {
		found.ActorIDs = append(id.AllOf(id.Person, filter.ActorIds), id.AllOf(id.Token, filter.ActorIds)...)
	}
	return found
}
