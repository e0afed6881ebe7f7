// Package history reads the past of an account: its changes with what each of them did, and the account as it was at a
// moment. Nothing here writes; package mapping undoes changes.
package history

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/directory"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/page"
	"github.com/orgmap/orgmap/internal/pg"
)

// Filter restricts which changes a list has. All given conditions must be met; nil: no condition.
type Filter struct {
	OrganizationIDs []uuid.UUID
	IntegrationIDs  []uuid.UUID
	ExternalOrgIDs  []uuid.UUID
	ActorIDs        []uuid.UUID
	Actions         []journal.ActionKind
	From            *time.Time // inclusive
	To              *time.Time // exclusive
}

// Service reads history.
type Service struct {
	db    *pg.DB
	lists *directory.Cache
}

// New returns the service. lists holds organizations of snapshots in memory.
func New(db *pg.DB, lists *directory.Cache) *Service { return &Service{db: db, lists: lists} }

// order is the order of a list of changes. Cursors name the account, because positions of other accounts look alike.
func order(account uuid.UUID, oldestFirst bool) page.Order {
	return page.Order{Values: []page.Value{page.Mark(account.String()), page.BigInt("j.position")}, Descending: !oldestFirst}
}

// touching returns the query for the positions of the changes that touched organizations or external organizations: those
// that began or ended an interval of them or of their mappings, and those that are decisions about them. is compares an ID
// with theirs.
func touching(is string) string {
	return strings.ReplaceAll(`
	SELECT position FROM journal_subjects WHERE account_id = ?0 AND subject_id {is}
	UNION SELECT since FROM mappings WHERE account_id = ?0 AND organization_id {is}
	UNION SELECT unnest(ARRAY[since, until]) FROM past_mappings WHERE account_id = ?0 AND organization_id {is}
	UNION SELECT since FROM mappings WHERE account_id = ?0 AND external_org_id {is}
	UNION SELECT unnest(ARRAY[since, until]) FROM past_mappings WHERE account_id = ?0 AND external_org_id {is}
	UNION SELECT since FROM organizations WHERE account_id = ?0 AND id {is}
	UNION SELECT unnest(ARRAY[since, until]) FROM past_organizations WHERE account_id = ?0 AND id {is}`, "{is}", is)
}

// linked are the positions of the changes that concern an integration.
const linked = "SELECT position FROM journal_subjects WHERE account_id = ?0 AND subject_id = ANY (?1::uuid[])"

// newest restricts positions to those that a page can need, if nothing else than these positions decides what the page
// holds; window nil: all.
func (f Filter) newest(positions string, window *page.Window) string {
	conditions := 0
	for _, given := range []bool{
		f.OrganizationIDs != nil, f.ExternalOrgIDs != nil, f.IntegrationIDs != nil, f.ActorIDs != nil, f.Actions != nil, f.From != nil, f.To != nil,
	} {
		if given {
			conditions++
		}
	}
	if window == nil || conditions > 1 {
		return positions
	}
	return within(positions, window)
}

// within returns the query for those positions that a page shows: one more than fits tells that others follow.
func within(positions string, window *page.Window) string {
	limited := kept(positions)
	for _, bound := range window.Bounds() {
		limited += fmt.Sprintf(" AND t.position %s %d", bound.Comparison, bound.SortKey[0])
	}
	return fmt.Sprintf("%s ORDER BY t.position %s LIMIT %d", limited, window.Direction(), window.Size+1)
}

// kept returns the query for those positions t that history still has.
func kept(positions string) string {
	return "SELECT t.position FROM (" + positions + ") AS t WHERE t.position >= (SELECT min(k.position) FROM journal AS k WHERE k.account_id = ?0)"
}

// where adds the filter's conditions to a query of changes j.
func (f Filter) where(query *bun.SelectQuery, account uuid.UUID, window *page.Window) *bun.SelectQuery {
	query = query.Where("j.account_id = ?", account)
	// The positions are an array, so that the changes are looked up by it: Postgres does not know how few there are.
	for _, subjects := range [][]uuid.UUID{f.OrganizationIDs, f.ExternalOrgIDs} {
		if subjects != nil {
			query = query.Where("j.position = ANY (ARRAY("+f.newest(touching("= ANY (?1::uuid[])"), window)+"))", account, pg.List(subjects))
		}
	}
	if f.IntegrationIDs != nil {
		query = query.Where("j.position = ANY (ARRAY("+f.newest(linked, window)+"))", account, pg.List(f.IntegrationIDs))
	}
	if f.ActorIDs != nil {
		query = query.Where("j.actor_id = ANY (?::uuid[])", pg.List(f.ActorIDs))
	}
	if f.Actions != nil {
		query = query.Where("j.action = ANY (?::text[])", pg.List(journal.StoredActions(f.Actions)))
	}
	// Times grow with positions, so a period is a range of positions.
	if f.From != nil {
		query = query.Where("j.position >= coalesce((SELECT k.position FROM journal AS k WHERE k.account_id = ?0 AND k.at >= ?1 ORDER BY k.at, k.position LIMIT 1), 9223372036854775807)", account, *f.From)
	}
	if f.To != nil {
		query = query.Where("j.position <= coalesce((SELECT k.position FROM journal AS k WHERE k.account_id = ?0 AND k.at < ?1 ORDER BY k.at DESC, k.position DESC LIMIT 1), 0)", account, *f.To)
	}
	return query
}

// Changes returns a page of the account's changes, newest first unless oldestFirst is set.
func (s *Service) Changes(ctx context.Context, arguments page.Arguments, filter Filter, oldestFirst bool) (*page.Connection[*journal.Change], error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	window, err := windowOf(arguments, actor.AccountID, oldestFirst)
	if err != nil {
		return nil, err
	}
	var found []*journal.Change
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		found = nil
		return pg.Page(filter.where(selected(tx, &found), actor.AccountID, &window), window).Scan(ctx)
	})
	if err != nil {
		return nil, err
	}
	total := func(ctx context.Context) (count int, err error) {
		err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
			counted, err := filter.where(tx.NewSelect().TableExpr("journal AS j"), actor.AccountID, nil).Count(ctx)
			count = int(counted)
			return err
		})
		return count, err
	}
	return page.New(window, found, cursorOf, total), nil
}

func cursorOf(one *journal.Change) page.Cursor {
	return page.Cursor{one.AccountID.String(), strconv.FormatInt(one.Position, 10)}
}

func windowOf(arguments page.Arguments, account uuid.UUID, oldestFirst bool) (page.Window, error) {
	if err := foreign(arguments, account); err != nil {
		return page.Window{}, err
	}
	return arguments.Window(order(account, oldestFirst))
}

// foreign returns a clear error for the cursor of another account's list.
func foreign(arguments page.Arguments, account uuid.UUID) error {
	for name, text := range map[string]*string{"after": arguments.After, "before": arguments.Before} {
		if text == nil {
			continue
		}
		if values, ok := page.ParseCursor(*text); ok && len(values) == 2 && values[0] != account.String() {
			if _, err := uuid.Parse(values[0]); err == nil {
				return apperr.New(apperr.BadUserInput, "%s is a cursor of another account.", name)
			}
		}
	}
	return nil
}

func selected(tx pg.ReadTx, into *[]*journal.Change) *bun.SelectQuery {
	return tx.NewSelect().Model(into).ExcludeColumn("before", "after")
}

// ByPositions returns the account's changes at the positions.
func (s *Service) ByPositions(ctx context.Context, positions []int64) (map[int64]*journal.Change, error) {
	return s.byPosition(ctx, "position", positions, func(one *journal.Change) int64 { return one.Position })
}

// UndoneBy returns the newest change that undoes each of the changes at the positions.
func (s *Service) UndoneBy(ctx context.Context, positions []int64) (map[int64]*journal.Change, error) {
	return s.byPosition(ctx, "undoes", positions, func(one *journal.Change) int64 { return *one.Undoes })
}

func (s *Service) byPosition(ctx context.Context, column string, positions []int64, key func(*journal.Change) int64) (map[int64]*journal.Change, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	var rows []*journal.Change
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		rows = nil
		return selected(tx, &rows).Where("j.account_id = ?", actor.AccountID).Where("j."+column+" IN (?)", bun.List(positions)).Order("j.position").Scan(ctx)
	})
	found := make(map[int64]*journal.Change, len(rows))
	for _, one := range rows {
		found[key(one)] = one
	}
	return found, err
}

// Position returns the position of the account's change with a node's UUID, or 0 if it cannot be one.
func (s *Service) Position(ctx context.Context, node uuid.UUID) (int64, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return 0, err
	}
	return journal.PositionOf(actor.AccountID, node), nil
}

// MaximumEdits is the maximum number of edits of all changes whose edits one response shows.
const MaximumEdits = 50_000

// EditsOf returns the edits of the changes at the positions, each list in the order in which it is shown. Those that an
// older version recorded without names have the names of today, or one that says that it is not known.
func (s *Service) EditsOf(ctx context.Context, positions []int64) (map[int64][]journal.Edit, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	recorded := journal.RecordedEdits{}
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		clear(recorded)
		if len(positions) > 1 {
			var total int
			err := tx.NewRaw("SELECT coalesce(sum(edit_count), 0) FROM journal WHERE account_id = ? AND position IN (?)", actor.AccountID, bun.List(positions)).Scan(ctx, &total)
			if err == nil && total > MaximumEdits {
				err = apperr.New(apperr.BadUserInput, "The edits of these changes are %d; one response can show those of at most %d. Ask for fewer changes.", total, MaximumEdits)
			}
			if err != nil {
				return err
			}
		}
		if err := tx.Send(ctx, recorded.Reading(actor.AccountID, positions)); err != nil {
			return err
		}
		return errors.Join(recorded.Err(), nameOlder(ctx, tx, actor.AccountID, recorded))
	})
	edits := make(map[int64][]journal.Edit, len(recorded))
	for position, one := range recorded {
		edits[position] = one.All()
	}
	return edits, err
}
