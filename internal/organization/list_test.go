package organization_test

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/organization"
	"github.com/orgmap/orgmap/internal/page"
	"github.com/orgmap/orgmap/internal/pg"
)

func names(organizations []*organization.Organization) []string {
	found := make([]string, len(organizations))
	for i, one := range organizations {
		found[i] = one.Name
	}
	return found
}

// list returns Postgres' list, after checking that a server that can answer from memory returns the same.
func (b *bench) list(t require.TestingT, ctx context.Context, query organization.Query) *page.Connection[*organization.Organization] {
	listed, err := b.service.List(ctx, query)
	require.NoError(t, err)
	if remembers(query) {
		remembered, err := b.remembered(t, ctx, query)
		require.NoError(t, err)
		require.Equal(t, listed.Edges, remembered.Edges)
		require.Equal(t, listed.PageInfo, remembered.PageInfo)
		total, err := listed.TotalCount(ctx)
		require.NoError(t, err)
		known, err := remembered.TotalCount(ctx)
		require.NoError(t, err)
		require.Equal(t, total, known)
	}
	return listed
}

// remembers reports whether the list can be answered from memory: active organizations by name.
func remembers(query organization.Query) bool {
	return query.Order.Field == organization.ByName && (query.Filter.Active == nil || *query.Filter.Active) && len(query.Filter.MappedIn)+len(query.Filter.UnmappedIn)+len(query.Filter.SuggestedIn)+len(query.Filter.NeedsDecisionIn) == 0 &&
		len(query.Filter.GroupIDs)+len(query.Filter.EngineerIDs)+len(query.Filter.VCIOIDs) == 0
}

// remembered repeats the query in new snapshots until one is answered without a statement beyond beginning the
// snapshot.
func (b *bench) remembered(t require.TestingT, ctx context.Context, query organization.Query) (listed *page.Connection[*organization.Organization], err error) {
	require.Eventually(t, func() bool {
		counted, statements := pg.WithStatementCount(ctx)
		inside, session := b.db.WithSession(counted)
		listed, err = b.service.List(inside, query)
		asked := statements.Load()
		session.Close()
		return asked == 1
	}, 20*time.Second, time.Millisecond)
	return listed, err
}

func orders() []organization.Order {
	return []organization.Order{
		{Field: organization.ByName},
		{Field: organization.ByName, Descending: true},
		{Field: organization.ByCreatedAt},
		{Field: organization.ByCreatedAt, Descending: true},
	}
}

// sorted returns the expected complete list, computed without the database.
func sorted(organizations []*organization.Organization, order organization.Order) []string {
	byPlace := slices.SortedFunc(slices.Values(organizations), func(a, b *organization.Organization) int {
		value := cmp.Compare(a.Folded, b.Folded)
		if order.Field == organization.ByCreatedAt {
			value = a.CreatedAt.Compare(b.CreatedAt)
		}
		return cmp.Or(value, bytes.Compare(a.ID[:], b.ID[:]))
	})
	if order.Descending {
		slices.Reverse(byPlace)
	}
	return names(byPlace)
}

func TestList_EveryWalkReturnsTheWholeList(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	// Few letters, so that many folded names are equal, and some that sort differently by bytes than in a dictionary.
	letters := rapid.StringOfN(rapid.SampledFrom([]rune("aAbB\u00e9\u00c9\u1e9e\u0130zZ%_\\'?\U0001F600 ")), 1, 4, -1)
	rawNames := rapid.SliceOfNDistinct(rapid.Map(letters, func(raw string) string {
		normal, err := name.Normalize(raw)
		if err != nil {
			return "empty"
		}
		return normal
	}), 0, 12, rapid.ID)
	rapid.Check(t, func(t *rapid.T) {
		account := b.account(t, nil)
		walk := walk{
			t: t, bench: b, ctx: as(account, auth.Viewer),
			order: rapid.SampledFrom(orders()).Draw(t, "order"),
			size:  rapid.IntRange(1, 5).Draw(t, "size"),
		}
		all := rawNames.Draw(t, "names")
		half := rapid.IntRange(0, len(all)).Draw(t, "half") // the organizations of each half have the same createdAt
		var made []*organization.Organization
		for _, part := range [][]string{all[:half], all[half:]} {
			if len(part) > 0 {
				made = append(made, b.insert(t, account, part...)...)
			}
		}
		walk.whole = sorted(made, walk.order)
		walk.forward()
		walk.backward()
		walk.byOffset()
		walk.between()
	})
}

// walk reads a list in pages and compares it with the complete list.
type walk struct {
	t     *rapid.T
	bench *bench
	ctx   context.Context
	order organization.Order
	size  int
	whole []string
}

func (w walk) page(arguments page.Arguments) *page.Connection[*organization.Organization] {
	listed := w.bench.list(w.t, w.ctx, organization.Query{Arguments: arguments, Order: w.order})
	total, err := listed.TotalCount(w.ctx)
	require.NoError(w.t, err)
	require.Equal(w.t, len(w.whole), total, "the total is of the list, not of the page")
	return listed
}

func (w walk) forward() {
	got := []string{}
	for after := (*string)(nil); ; {
		listed := w.page(page.Arguments{First: &w.size, After: after})
		require.Equal(w.t, after != nil, listed.PageInfo.HasPreviousPage)
		got = append(got, names(listed.Nodes())...)
		require.Equal(w.t, len(got) < len(w.whole), listed.PageInfo.HasNextPage)
		if !listed.PageInfo.HasNextPage {
			break
		}
		after = listed.PageInfo.EndCursor
	}
	require.Equal(w.t, w.whole, got)
}

func (w walk) backward() {
	got := []string{}
	for before := (*string)(nil); ; {
		listed := w.page(page.Arguments{Last: &w.size, Before: before})
		require.Equal(w.t, before != nil, listed.PageInfo.HasNextPage)
		got = append(names(listed.Nodes()), got...)
		require.Equal(w.t, len(got) < len(w.whole), listed.PageInfo.HasPreviousPage)
		if !listed.PageInfo.HasPreviousPage {
			break
		}
		before = listed.PageInfo.StartCursor
	}
	require.Equal(w.t, w.whole, got)
}

func (w walk) byOffset() {
	for offset := range len(w.whole) + 2 {
		listed := w.page(page.Arguments{First: &w.size, Offset: &offset})
		start, end := min(offset, len(w.whole)), min(offset+w.size, len(w.whole))
		require.Equal(w.t, w.whole[start:end], names(listed.Nodes()))
		require.Equal(w.t, offset > 0, listed.PageInfo.HasPreviousPage)
		require.Equal(w.t, end < len(w.whole), listed.PageInfo.HasNextPage)
	}
}

// between reads what lies between two places, from either end.
func (w walk) between() {
	if len(w.whole) == 0 {
		return
	}
	places := w.page(page.Arguments{First: pointer(page.MaximumSize)}).Edges
	left := rapid.IntRange(0, len(places)-1).Draw(w.t, "left")
	right := rapid.IntRange(left, len(places)-1).Draw(w.t, "right")
	inside := w.whole[min(left+1, right):right]
	after, before := &places[left].Cursor, &places[right].Cursor
	first := w.page(page.Arguments{First: &w.size, After: after, Before: before})
	require.Equal(w.t, inside[:min(w.size, len(inside))], names(first.Nodes()))
	require.Equal(w.t, len(inside) > w.size, first.PageInfo.HasNextPage)
	last := w.page(page.Arguments{Last: &w.size, After: after, Before: before})
	require.Equal(w.t, inside[max(0, len(inside)-w.size):], names(last.Nodes()))
	require.Equal(w.t, len(inside) > w.size, last.PageInfo.HasPreviousPage)
}

func TestList_CursorsStayValidAfterTheItemIsGone(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, account := b.editor(t)
	made := b.insert(t, account, "a", "b", "c", "d")
	listed := b.list(t, ctx, organization.Query{Arguments: page.Arguments{First: pointer(2)}, Order: organization.Order{Field: organization.ByName}})
	_, err := b.service.Update(ctx, organization.Update{OrganizationID: made[1].ID, Active: pointer(false)})
	require.NoError(t, err)
	b.insert(t, account, "aa", "bb")

	next := b.list(t, ctx, organization.Query{Arguments: page.Arguments{After: listed.PageInfo.EndCursor}, Order: organization.Order{Field: organization.ByName}})
	require.Equal(t, []string{"bb", "c", "d"}, names(next.Nodes()))
}

func TestList_Search(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, account := b.editor(t)
	b.insert(t, account, "Acme", "ACME West", "50% off", "500 off", "snake_case", "snakeXcase", `back\slash`, "backslash", composed, "CAF\u00c9 Zwei", "O'Neil", "Stra\u00dfe")
	for _, test := range []struct {
		sentence, search string
		found            []string
	}{
		{"finds all for an empty search", "", []string{"500 off", "50% off", "ACME West", "Acme", "CAF\u00c9 Zwei", composed, "O'Neil", "Stra\u00dfe", `back\slash`, "backslash", "snakeXcase", "snake_case"}},
		{"finds all for white space", "  ", []string{"500 off", "50% off", "ACME West", "Acme", "CAF\u00c9 Zwei", composed, "O'Neil", "Stra\u00dfe", `back\slash`, "backslash", "snakeXcase", "snake_case"}},
		{"ignores case", "aCmE", []string{"ACME West", "Acme"}},
		{"finds the middle of a name", "me w", []string{"ACME West"}},
		{"trims outer white space", " west ", []string{"ACME West"}},
		{"matches percent literally", "0%", []string{"50% off"}},
		{"matches underscore literally", "e_c", []string{"snake_case"}},
		{"matches backslash literally", `\`, []string{`back\slash`}},
		{"matches a quote literally", "o'n", []string{"O'Neil"}},
		{"matches a question mark literally", "?", []string{}},
		{"ignores the case of non-ASCII letters", "AF\u00c9", []string{"CAF\u00c9 Zwei", composed}},
		{"finds another normal form", "fe\u0301", []string{"CAF\u00c9 Zwei", composed}},
		{"finds without accents", "cafe", []string{"CAF\u00c9 Zwei", composed}},
		{"ignores accents that the name does not have", "\u00e1cme", []string{"ACME West", "Acme"}},
		{"finds words in any order", "zwei  caf\u00e9", []string{"CAF\u00c9 Zwei"}},
		{"does not find names with only one of two words", "zwei acme", []string{}},
		{"finds sharp s", "ra\u00dfe", []string{"Stra\u00dfe"}},
		{"finds sharp s in capitals", "STRASSE", []string{"Stra\u00dfe"}},
		{"finds nothing for invalid UTF-8", "\xff", []string{}},
		{"finds nothing without a match", "zzz", []string{}},
	} {
		t.Run(test.sentence, func(t *testing.T) {
			t.Parallel()
			listed := b.list(t, ctx, organization.Query{Search: test.search, Order: organization.Order{Field: organization.ByName}})
			require.ElementsMatch(t, test.found, names(listed.Nodes()))
			require.True(t, slices.IsSortedFunc(listed.Nodes(), func(a, b *organization.Organization) int { return cmp.Compare(a.Folded, b.Folded) }))
			total, err := listed.TotalCount(ctx)
			require.NoError(t, err)
			require.Equal(t, len(test.found), total)
		})
	}
	t.Run("refuses NUL", func(t *testing.T) {
		t.Parallel()
		_, err := b.service.List(ctx, organization.Query{Search: "a\x00"})
		require.Equal(t, apperr.BadUserInput, apperr.CodeOf(err))
	})
	t.Run("pages through the matches", func(t *testing.T) {
		t.Parallel()
		query := organization.Query{Search: "off", Arguments: page.Arguments{First: pointer(1)}, Order: organization.Order{Field: organization.ByName}}
		first := b.list(t, ctx, query)
		require.Equal(t, []string{"50% off"}, names(first.Nodes()))
		require.True(t, first.PageInfo.HasNextPage)
		query.After = first.PageInfo.EndCursor
		second := b.list(t, ctx, query)
		require.Equal(t, []string{"500 off"}, names(second.Nodes()))
		require.False(t, second.PageInfo.HasNextPage)
		query = organization.Query{Search: "off", Arguments: page.Arguments{Offset: pointer(1)}, Order: organization.Order{Field: organization.ByName}}
		require.Equal(t, []string{"500 off"}, names(b.list(t, ctx, query).Nodes()))
	})
}

func TestList_Filter(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, account := b.editor(t)
	made := b.insert(t, account, "both", "first", "second", "neither", "closed")
	first, second := b.integration(t, account), b.integration(t, account)
	b.mapTo(t, account, first, made[0], made[0], made[1], made[4]) // a cell may hold several
	b.mapTo(t, account, second, made[0], made[2])
	_, err := b.service.Update(ctx, organization.Update{OrganizationID: made[4].ID, Active: pointer(false)})
	require.NoError(t, err)
	theirs, theirAccount := b.editor(t)
	foreign := b.integration(t, theirAccount)
	b.mapTo(t, theirAccount, foreign, b.create(t, theirs, "theirs"))

	for _, test := range []struct {
		sentence string
		filter   organization.Filter
		search   string
		found    []string
	}{
		{sentence: "shows the active ones by default", found: []string{"both", "first", "neither", "second"}},
		{sentence: "shows the active ones", filter: organization.Filter{Active: pointer(true)}, found: []string{"both", "first", "neither", "second"}},
		{sentence: "shows the deactivated ones", filter: organization.Filter{Active: pointer(false)}, found: []string{"closed"}},
		{sentence: "mapped in one", filter: organization.Filter{MappedIn: []uuid.UUID{first}}, found: []string{"both", "first"}},
		{sentence: "mapped in every one", filter: organization.Filter{MappedIn: []uuid.UUID{first, second}}, found: []string{"both"}},
		{sentence: "deactivated and mapped", filter: organization.Filter{MappedIn: []uuid.UUID{first}, Active: pointer(false)}, found: []string{"closed"}},
		{sentence: "unmapped in one", filter: organization.Filter{UnmappedIn: []uuid.UUID{first}}, found: []string{"neither", "second"}},
		{sentence: "unmapped in at least one", filter: organization.Filter{UnmappedIn: []uuid.UUID{first, second}}, found: []string{"first", "neither", "second"}},
		{sentence: "mapped here and unmapped there", filter: organization.Filter{MappedIn: []uuid.UUID{first}, UnmappedIn: []uuid.UUID{second}}, found: []string{"first"}},
		{sentence: "with a search", filter: organization.Filter{UnmappedIn: []uuid.UUID{first, second}}, search: "S", found: []string{"first", "second"}},
		{sentence: "mapped in an unknown integration", filter: organization.Filter{MappedIn: []uuid.UUID{id.New()}}, found: []string{}},
		{sentence: "unmapped in an unknown integration", filter: organization.Filter{UnmappedIn: []uuid.UUID{uuid.Nil}}, found: []string{"both", "first", "neither", "second"}},
		{sentence: "another account's integration is unknown", filter: organization.Filter{MappedIn: []uuid.UUID{foreign}}, found: []string{}},
	} {
		t.Run(test.sentence, func(t *testing.T) {
			t.Parallel()
			listed := b.list(t, ctx, organization.Query{Filter: test.filter, Search: test.search, Order: organization.Order{Field: organization.ByName}})
			require.Equal(t, test.found, names(listed.Nodes()))
			total, err := listed.TotalCount(ctx)
			require.NoError(t, err)
			require.Equal(t, len(test.found), total)
		})
	}
}

func (b *bench) integration(t require.TestingT, account uuid.UUID) uuid.UUID {
	integration := id.New()
	b.write(t, account, func(ctx context.Context, tx pg.Tx) error {
		if _, err := tx.Exec(ctx, "INSERT INTO connections (account_id, id, application, base_url, sealed_credentials) VALUES (?, ?, 'HUDU', 'https://hudu.example', '')", account, integration); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "INSERT INTO integrations (account_id, id, connection_id, name, application, source) VALUES (?, ?, ?, ?, 'HUDU', 'API')", account, integration, integration, integration.String())
		return err
	})
	return integration
}

// mapTo maps a new external organization of the integration to each of the organizations.
func (b *bench) mapTo(t require.TestingT, account, integration uuid.UUID, holders ...*organization.Organization) {
	b.write(t, account, func(ctx context.Context, tx pg.Tx) error {
		for _, holder := range holders {
			external := id.New()
			if _, err := tx.Exec(ctx, "INSERT INTO external_orgs (account_id, id, integration_id, remote_id, name, folded) VALUES (?, ?, ?, ?, 'x', 'x')", account, external, integration, external.String()); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, "INSERT INTO mappings (account_id, id, organization_id, integration_id, external_org_id, origin, created_by) VALUES (?, ?, ?, ?, ?, 'MANUAL', 'Kim')", account, id.New(), holder.ID, integration, external); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestList_RefusesForeignCursors(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, _ := b.editor(t)
	one := b.create(t, ctx, "Acme").ID.String()
	cursorOf := func(order organization.Order) string {
		return *b.list(t, ctx, organization.Query{Order: order}).PageInfo.EndCursor
	}
	byName, byAge := organization.Order{Field: organization.ByName}, organization.Order{Field: organization.ByCreatedAt}
	for _, test := range []struct {
		sentence string
		order    organization.Order
		cursor   string
	}{
		{"a cursor by age in the list by name", byName, cursorOf(byAge)},
		{"a cursor by name in the list by age", byAge, cursorOf(byName)},
		{"a cursor of a list with fewer values", byName, page.Cursor{"acme", one}.String()},
		{"a cursor of a list with more values", byName, page.Cursor{"folded", "acme", one, one}.String()},
		{"a cursor with an invalid id", byName, page.Cursor{"folded", "acme", "1"}.String()},
		{"a cursor with an invalid time", byAge, page.Cursor{"created_at", "yesterday", one}.String()},
		{"a cursor with a time out of range", byAge, page.Cursor{"created_at", "0000-01-01T00:00:00Z", one}.String()},
		{"a cursor with NUL", byName, page.Cursor{"folded", "a\x00", one}.String()},
		{"garbage", byName, "garbage"},
		{"an empty cursor", byName, ""},
	} {
		t.Run(test.sentence, func(t *testing.T) {
			t.Parallel()
			for _, arguments := range []page.Arguments{{After: &test.cursor}, {Before: &test.cursor}} {
				query := organization.Query{Arguments: arguments, Order: test.order}
				_, err := b.service.List(ctx, query)
				require.Equal(t, apperr.BadUserInput, apperr.CodeOf(err), "%v", err)
			}
		})
	}
	t.Run("accepts a cursor of the same list in the other direction", func(t *testing.T) {
		t.Parallel()
		cursor := cursorOf(byName)
		listed := b.list(t, ctx, organization.Query{Arguments: page.Arguments{After: &cursor}, Order: organization.Order{Field: organization.ByName, Descending: true}})
		require.Empty(t, listed.Nodes())
	})
}

func TestList_CountsOnlyIfRequested(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, account := b.editor(t)
	b.insert(t, account, "a", "b")
	for search, more := range map[string]int64{"": 3, "a": 0} { // matches are counted by the statement that finds them
		counted, statements := pg.WithStatementCount(ctx)
		listed, err := b.service.List(counted, organization.Query{Search: search})
		require.NoError(t, err)
		require.EqualValues(t, 3, statements.Load(), "begin, one select, end")
		_, err = listed.TotalCount(counted)
		require.NoError(t, err)
		require.Equal(t, 3+more, statements.Load())
	}
}
