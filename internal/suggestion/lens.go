package suggestion

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/matching"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/page"
	"github.com/orgmap/orgmap/internal/pg"
)

// maximumSearchLength limits the cost of a search, in bytes; no name is that long.
const maximumSearchLength = 1000

// LensFilter selects external organizations. All given conditions must be met. A nil list is no condition; an empty one
// matches nothing.
type LensFilter struct {
	Integrations []uuid.UUID
	States       []matching.State
	Tiers        []matching.Tier // of suggestions
	Automatic    *bool           // suggestions that may be applied automatically, or the others
	AddedSince   *time.Time
	RemoteIDs    []string
}

// states returns the states that match, or nil for all. A filter for something that only suggestions have restricts them.
func (f LensFilter) states() []matching.State {
	if f.Tiers == nil && f.Automatic == nil {
		return id.Unique(f.States)
	}
	if f.States == nil || slices.Contains(f.States, matching.Suggested) {
		return []matching.State{matching.Suggested}
	}
	return []matching.State{}
}

// suggested reports whether only external organizations with a suggestion match.
func (f LensFilter) suggested() bool {
	return slices.Equal(f.states(), []matching.State{matching.Suggested})
}

// LensOrderField is the field that the lens is sorted by; ties are broken by ID.
type LensOrderField string

// The fields to sort by.
const (
	ByName    LensOrderField = "NAME"     // ignoring case
	ByAddedAt LensOrderField = "ADDED_AT" // when a refresh first listed it
	ByScore   LensOrderField = "SCORE"    // of the suggestion; without one, last in both directions
)

// LensOrder is the sort order of the lens.
type LensOrder struct {
	Field      LensOrderField
	Descending bool
}

// LensItem is an external organization in the lens, with the value that the lens is sorted by; the other values are zero.
type LensItem struct {
	ID      uuid.UUID
	Folded  string
	AddedAt time.Time
	Score   int64 // in quarters of a bit
}

var lensColumns = pg.ColumnsOf[LensItem]()

// Lens lists the external organizations of all integrations that match the filter and whose names contain search. IDs of
// other accounts match nothing.
func (s *Service) Lens(ctx context.Context, arguments page.Arguments, search *string, filter LensFilter, order LensOrder) (*page.Connection[*LensItem], error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	shown := lens{account: actor.AccountID, filter: filter, order: order}
	if err := shown.setSearch(search); err != nil {
		return nil, err
	}
	window, err := arguments.Window(shown.sortOrder())
	if err != nil {
		return nil, err
	}
	var found []*LensItem
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		reader := lensColumns.Reader()
		return tx.Send(ctx, pg.Composed(shown.page(tx, window), func(row pg.Row) {
			one, _ := reader.Next(row)
			found = append(found, one)
		}))
	})
	if err != nil {
		return nil, err
	}
	total := func(ctx context.Context) (count int, err error) {
		err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
			counted, err := shown.rows(tx).Count(ctx)
			count = int(counted)
			return err
		})
		return count, err
	}
	return page.New(window, found, shown.cursor, total), nil
}

// maximumSuggested is how many external organizations Suggested returns.
const maximumSuggested = 1_000

// Suggested is the external organizations with a suggestion that match a filter.
type Suggested struct {
	IDs    []uuid.UUID           // the best 1,000, by score
	Counts map[matching.Tier]int // of all of them
}

// Suggested returns the external organizations with a suggestion that match the filter and whose names contain search, in
// two statements.
func (s *Service) Suggested(ctx context.Context, search *string, filter LensFilter) (suggested Suggested, err error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return Suggested{}, err
	}
	if filter.States == nil {
		filter.States = []matching.State{matching.Suggested}
	}
	shown := lens{account: actor.AccountID, filter: filter, order: LensOrder{Field: ByScore, Descending: true}}
	if err := shown.setSearch(search); err != nil {
		return Suggested{}, err
	}
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		suggested = Suggested{Counts: map[matching.Tier]int{}}
		matches := shown.rows(tx).Where(inState(matching.Suggested))
		best := matches.Clone().ColumnExpr("x.id").OrderExpr("s.score DESC, x.id").Limit(maximumSuggested)
		counts := matches.ColumnExpr("s.tier, count(*)").GroupExpr("s.tier")
		return tx.Send(ctx,
			pg.Composed(best, func(row pg.Row) { suggested.IDs = append(suggested.IDs, row.UUID(0)) }),
			pg.Composed(counts, func(row pg.Row) { suggested.Counts[matching.Tier(row.Text(0))] = row.Int(1) }))
	})
	return suggested, err
}

// lens selects external organizations of all integrations of an account.
type lens struct {
	account uuid.UUID
	part    string // of the name; "": any name
	filter  LensFilter
	order   LensOrder
}

// setSearch sets the part of the name to search for.
func (l *lens) setSearch(search *string) error {
	switch {
	case search == nil:
	case len(*search) > maximumSearchLength:
		return apperr.New(apperr.BadUserInput, "search has more than %d bytes.", maximumSearchLength)
	case strings.ContainsRune(*search, 0): // Postgres' text cannot contain NUL
		return apperr.New(apperr.BadUserInput, "search has a character that no name can have.")
	default:
		l.part = *search
	}
	return nil
}

// noScore returns the score that sorts external organizations without a suggestion last.
func (l lens) noScore() int {
	if l.order.Descending {
		return math.MinInt32
	}
	return math.MaxInt32
}

// sortOrder returns the order of the lens as its cursors encode it. Cursors of its other orders are rejected.
func (l lens) sortOrder() page.Order {
	value := page.Text("x.folded")
	switch l.order.Field {
	case ByAddedAt:
		value = page.Time("x.added_at")
	case ByScore:
		value = page.Int("x.score")
	case ByName:
	}
	return page.Order{Values: []page.Value{page.Mark(string(l.order.Field)), value, page.ID("x.id")}, Descending: l.order.Descending}
}

func (l lens) cursor(one *LensItem) page.Cursor {
	value := one.Folded
	switch l.order.Field {
	case ByAddedAt:
		value = one.AddedAt.UTC().Format(time.RFC3339Nano)
	case ByScore:
		value = strconv.FormatInt(one.Score, 10)
	case ByName:
	}
	return page.Cursor{string(l.order.Field), value, one.ID.String()}
}

// page selects the window's rows in its order, and one more that shows whether there are more.
func (l lens) page(tx pg.ReadTx, window page.Window) *bun.SelectQuery {
	folded, addedAt, score := "NULL", "NULL", "NULL"
	switch l.order.Field {
	case ByAddedAt:
		addedAt = "x.created_at"
	case ByScore:
		if score = "s.score"; !l.filter.suggested() {
			score = "coalesce(CASE WHEN " + open + " THEN s.score END, " + strconv.Itoa(l.noScore()) + ")"
		}
	case ByName:
		folded = "x.folded"
	}
	rows := l.rows(tx).ColumnExpr("x.id, " + folded + " AS folded, " + addedAt + " AS added_at, " + score + " AS score")
	query := tx.NewSelect().ColumnExpr(lensColumns.In("x"))
	if l.part == "" {
		return pg.Page(query.TableExpr("(?) AS x", rows), window)
	}
	// The planner assumes that matches are common, and for a rare match would look at the whole list in order, row by
	// row, so collect the matches first.
	return pg.Page(query.WithQuery(bun.NewWithQuery("hits", rows).Materialized()).TableExpr("hits AS x"), window)
}

// rows selects the external organizations of the lens, as x, without columns. Also joined are what decides their state:
// m is the mapping, e the exclusion, and s the stored suggestion, each NULL if there is none.
func (l lens) rows(tx pg.ReadTx) *bun.SelectQuery {
	query := tx.NewSelect().TableExpr("external_orgs AS x").
		Join("LEFT JOIN mappings AS m ON m.account_id = x.account_id AND m.integration_id = x.integration_id AND m.external_org_id = x.id").
		Join("LEFT JOIN exclusions AS e ON e.account_id = x.account_id AND e.external_org_id = x.id").
		Join("LEFT JOIN suggestions AS s ON s.account_id = x.account_id AND s.integration_id = x.integration_id AND s.external_org_id = x.id").
		Where("x.account_id = ?", l.account)
	for _, pattern := range name.Patterns(l.part) {
		query = query.Where("x.folded LIKE ?", pattern)
	}
	return l.filter.where(query)
}

// open is the condition that an external organization is neither mapped, removed nor excluded, so its state is the
// stored one.
const open = "m.external_org_id IS NULL AND x.removed_at IS NULL AND e.external_org_id IS NULL"

// inState returns the condition, on the rows of a lens, that an external organization is in the state. The conditions
// exclude each other, in the order of Match.State: what is mapped is not REMOVED, and what is removed is not EXCLUDED.
func inState(state matching.State) string {
	switch state {
	case matching.Mapped:
		return "m.external_org_id IS NOT NULL"
	case matching.Removed:
		return "m.external_org_id IS NULL AND x.removed_at IS NOT NULL"
	case matching.Excluded:
		return "m.external_org_id IS NULL AND x.removed_at IS NULL AND e.external_org_id IS NOT NULL"
	case matching.NeedsDecision: // also before a suggestion has been computed
		return open + ` AND NOT EXISTS (SELECT FROM suggestions AS n WHERE n.account_id = x.account_id AND n.integration_id = x.integration_id
			AND n.external_org_id = x.id AND n.state <> 'NEEDS_DECISION')`
	case matching.Suggested, matching.Conflict:
		return open + " AND s.state = '" + string(state) + "'"
	}
	return "false"
}

// inStates returns the condition that an external organization is in one of the states, which are distinct.
func inStates(states []matching.State) string {
	stored := []matching.State{matching.Suggested, matching.NeedsDecision, matching.Conflict}
	conditions := []string{"false"}
	others := slices.DeleteFunc(slices.Clone(states), func(state matching.State) bool { return slices.Contains(stored, state) })
	if len(states)-len(others) == len(stored) { // any stored state, so it need not be read
		conditions, states = append(conditions, open), others
	}
	for _, state := range states {
		conditions = append(conditions, inState(state))
	}
	return "(" + strings.Join(conditions, ") OR (") + ")"
}

// where adds the filter's conditions to the rows of a lens.
func (f LensFilter) where(query *bun.SelectQuery) *bun.SelectQuery {
	if f.Integrations != nil {
		query = query.Where("x.integration_id = ANY (?::uuid[])", pg.List(f.Integrations))
	}
	if f.RemoteIDs != nil {
		// Postgres' text cannot contain NUL, so an ID with one matches nothing.
		known := slices.DeleteFunc(slices.Clone(f.RemoteIDs), func(one string) bool { return strings.ContainsRune(one, 0) })
		query = query.Where("x.remote_id = ANY (?::text[])", pg.List(known))
	}
	if f.AddedSince != nil {
		query = query.Where("x.created_at >= ?", *f.AddedSince)
	}
	if states := f.states(); states != nil {
		query = query.Where(inStates(states))
	}
	if f.Tiers != nil {
		tiers := make([]string, len(f.Tiers))
		for i, tier := range f.Tiers {
			tiers[i] = string(tier)
		}
		query = query.Where("s.tier = ANY (?::text[])", pg.List(tiers))
	}
	if f.Automatic != nil {
		query = query.Where("s.automatic = ?", *f.Automatic)
	}
	return query
}
