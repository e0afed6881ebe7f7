package suggestion_test

import (
	"bytes"
	"cmp"
	"context"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/matching"
	"github.com/orgmap/orgmap/internal/page"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/suggestion"
)

// lensed is a tenant whose external organizations are in every state, also in those that two reasons compete for.
type lensed struct {
	*tenant
	organization uuid.UUID
	other        uuid.UUID            // another integration
	names        map[uuid.UUID]string // by external organization
	noon         time.Time            // when some were added
}

// record adds an external organization and stores a result for it, unless state is "".
func (l *lensed) record(list uuid.UUID, called string, at time.Time, state matching.State, tier matching.Tier, score int, automatic bool) uuid.UUID {
	l.t.Helper()
	remoteID := "remote " + called
	if slices.Contains(slices.Collect(maps.Values(l.names)), called) { // the name is taken, but the vendor's ID must not be
		remoteID += id.New().String()
	}
	made := l.external(list, remoteID, called, "[]")
	l.names[made] = called
	l.execute("UPDATE external_orgs SET created_at = ? WHERE id = ?", at, made)
	if state == "" {
		return made
	}
	var organization, storedTier, storedScore any
	because := string(matching.BecauseNothingAlike)
	if state == matching.Suggested {
		organization, storedTier, storedScore, because = l.organization, string(tier), score, ""
	}
	l.execute(`INSERT INTO suggestions (account_id, external_org_id, integration_id, state, organization_id, tier, score, automatic, bulk, warnings, because, signals, candidates, digest)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, false, '{}', ?, '[]', '[]', 0)`, l.id, made, list, string(state), organization, storedTier, storedScore, automatic, because)
	return made
}

func (l *lensed) excluded(external uuid.UUID) {
	l.t.Helper()
	l.execute(`INSERT INTO exclusions (account_id, external_org_id, external_name, reason, actor_kind, actor_name) VALUES (?, ?, 'Then', 'TEST', 'SYSTEM', 'Orgmap')`, l.id, external)
}

func (l *lensed) removed(external uuid.UUID) {
	l.t.Helper()
	l.execute("UPDATE external_orgs SET removed_at = now() WHERE id = ?", external)
}

func newLensed(t *testing.T) *lensed {
	t.Helper()
	n := newTenant(t, openDB(t))
	l := &lensed{tenant: n, organization: n.organization("Halvorsen Dental Clinic"), other: n.integration("Hudu", "HUDU"), names: map[uuid.UUID]string{}, noon: time.Date(2026, 5, 4, 12, 0, 0, 1000, time.UTC)}
	before, after := l.noon.Add(-time.Microsecond), l.noon.Add(time.Hour)
	l.record(l.list, "exact", l.noon, matching.Suggested, matching.Exact, 60, true)
	l.record(l.other, "identity", after, matching.Suggested, matching.Identity, 80, false)
	l.record(l.other, "weak", before, matching.Suggested, matching.Weak, 12, false)
	l.record(l.list, "conflict", l.noon, matching.Conflict, "", 0, false)
	l.record(l.list, "needed", before, matching.NeedsDecision, "", 0, false)
	l.record(l.other, "pending", after, "", "", 0, false)
	l.removed(l.record(l.list, "gone", l.noon, matching.Suggested, matching.Exact, 99, true))
	l.excluded(l.record(l.other, "not a client", l.noon, matching.Suggested, matching.Exact, 98, true))
	both := l.record(l.list, "gone, not a client", before, matching.Conflict, "", 0, false)
	l.removed(both)
	l.excluded(both)
	// The trigger on mappings deletes exclusions, so exclude after mapping.
	mapped := l.record(l.list, "mapped", before, matching.Suggested, matching.Exact, 97, true)
	l.mapped(l.organization, l.list, mapped)
	l.excluded(mapped)
	mappedGone := l.record(l.other, "mapped, gone", l.noon, "", "", 0, false)
	l.mapped(l.organization, l.other, mappedGone)
	l.removed(mappedGone)
	return l
}

func (l *lensed) lens(arguments page.Arguments, search *string, filter suggestion.LensFilter, order suggestion.LensOrder) *page.Connection[*suggestion.LensItem] {
	l.t.Helper()
	found, err := l.service.Lens(l.viewer(), arguments, search, filter, order)
	require.NoError(l.t, err)
	return found
}

func idsOf(found *page.Connection[*suggestion.LensItem]) []uuid.UUID {
	ids := []uuid.UUID{}
	for _, one := range found.Nodes() {
		ids = append(ids, one.ID)
	}
	return ids
}

func (l *lensed) called(ids []uuid.UUID) []string {
	names := make([]string, len(ids))
	for i, one := range ids {
		names[i] = l.names[one]
	}
	return names
}

// walked returns the whole list in pages of two, from the front and from the back, after checking that both are equal.
func (l *lensed) walked(search *string, filter suggestion.LensFilter, order suggestion.LensOrder) []uuid.UUID {
	l.t.Helper()
	forward, backward := []uuid.UUID{}, []uuid.UUID{}
	for arguments := (page.Arguments{First: new(2)}); ; {
		found := l.lens(arguments, search, filter, order)
		forward = append(forward, idsOf(found)...)
		if arguments.After = found.PageInfo.EndCursor; !found.PageInfo.HasNextPage {
			break
		}
	}
	for arguments := (page.Arguments{Last: new(2)}); ; {
		found := l.lens(arguments, search, filter, order)
		backward = append(idsOf(found), backward...)
		if arguments.Before = found.PageInfo.StartCursor; !found.PageInfo.HasPreviousPage {
			break
		}
	}
	require.Equal(l.t, forward, backward)
	return forward
}

func TestLens_Filters(t *testing.T) {
	t.Parallel()
	l := newLensed(t)
	const mapped, suggested, needed, conflict, excluded, removed = matching.Mapped, matching.Suggested, matching.NeedsDecision, matching.Conflict, matching.Excluded, matching.Removed
	all := []string{"conflict", "exact", "gone", "gone, not a client", "identity", "mapped", "mapped, gone", "needed", "not a client", "pending", "weak"}
	states := func(states ...matching.State) suggestion.LensFilter { return suggestion.LensFilter{States: states} }
	tiers := func(tiers ...matching.Tier) suggestion.LensFilter { return suggestion.LensFilter{Tiers: tiers} }
	for title, test := range map[string]struct {
		filter suggestion.LensFilter
		search string
		want   []string
	}{
		"no filter":                                {want: all},
		"MAPPED, also if removed or excluded":      {filter: states(mapped), want: []string{"mapped", "mapped, gone"}},
		"REMOVED, also if excluded":                {filter: states(removed), want: []string{"gone", "gone, not a client"}},
		"EXCLUDED":                                 {filter: states(excluded), want: []string{"not a client"}},
		"SUGGESTED":                                {filter: states(suggested), want: []string{"exact", "identity", "weak"}},
		"NEEDS_DECISION, also without a result":    {filter: states(needed), want: []string{"needed", "pending"}},
		"CONFLICT":                                 {filter: states(conflict), want: []string{"conflict"}},
		"two open states":                          {filter: states(needed, conflict), want: []string{"conflict", "needed", "pending"}},
		"every open state":                         {filter: states(conflict, needed, suggested), want: []string{"conflict", "exact", "identity", "needed", "pending", "weak"}},
		"states of every kind":                     {filter: states(mapped, suggested, excluded, suggested), want: []string{"exact", "identity", "mapped", "mapped, gone", "not a client", "weak"}},
		"all states":                               {filter: states(mapped, suggested, needed, conflict, excluded, removed), want: all},
		"an empty list of states":                  {filter: states([]matching.State{}...), want: []string{}},
		"a state that does not exist":              {filter: states("ASLEEP"), want: []string{}},
		"a tier":                                   {filter: tiers(matching.Exact), want: []string{"exact"}},
		"two tiers":                                {filter: tiers(matching.Weak, matching.Identity), want: []string{"identity", "weak"}},
		"an empty list of tiers":                   {filter: tiers([]matching.Tier{}...), want: []string{}},
		"automatic":                                {filter: suggestion.LensFilter{Automatic: new(true)}, want: []string{"exact"}},
		"not automatic":                            {filter: suggestion.LensFilter{Automatic: new(false)}, want: []string{"identity", "weak"}},
		"a tier and not automatic":                 {filter: suggestion.LensFilter{Tiers: []matching.Tier{matching.Exact}, Automatic: new(false)}, want: []string{}},
		"a tier among other states":                {filter: suggestion.LensFilter{States: []matching.State{mapped, removed}, Tiers: []matching.Tier{matching.Exact}}, want: []string{}},
		"a tier among states with SUGGESTED":       {filter: suggestion.LensFilter{States: []matching.State{mapped, suggested}, Tiers: []matching.Tier{matching.Exact}}, want: []string{"exact"}},
		"an integration":                           {filter: suggestion.LensFilter{Integrations: []uuid.UUID{l.other}}, want: []string{"identity", "mapped, gone", "not a client", "pending", "weak"}},
		"an integration and a state":               {filter: suggestion.LensFilter{Integrations: []uuid.UUID{l.other}, States: []matching.State{suggested}}, want: []string{"identity", "weak"}},
		"two integrations":                         {filter: suggestion.LensFilter{Integrations: []uuid.UUID{l.other, l.list, l.other}}, want: all},
		"an integration that does not exist":       {filter: suggestion.LensFilter{Integrations: []uuid.UUID{id.New(), uuid.Nil}}, want: []string{}},
		"an empty list of integrations":            {filter: suggestion.LensFilter{Integrations: []uuid.UUID{}}, want: []string{}},
		"added at this time or later":              {filter: suggestion.LensFilter{AddedSince: new(l.noon)}, want: []string{"conflict", "exact", "gone", "identity", "mapped, gone", "not a client", "pending"}},
		"added later":                              {filter: suggestion.LensFilter{AddedSince: new(l.noon.Add(time.Microsecond))}, want: []string{"identity", "pending"}},
		"remote IDs":                               {filter: suggestion.LensFilter{RemoteIDs: []string{"remote exact", "remote weak", "remote unknown", "EXACT"}}, want: []string{"exact", "weak"}},
		"remote IDs that Postgres cannot hold":     {filter: suggestion.LensFilter{RemoteIDs: []string{"remote exact\x00", `{"a",b}\`, "remote weak"}}, want: []string{"weak"}},
		"an empty list of remote IDs":              {filter: suggestion.LensFilter{RemoteIDs: []string{}}, want: []string{}},
		"part of the name":                         {search: "GON", want: []string{"gone", "gone, not a client", "mapped, gone"}},
		"words of the name in any order":           {search: "gone mapped", want: []string{"mapped, gone"}},
		"part of the name, in a state":             {search: "e", filter: states(suggested), want: []string{"exact", "identity", "weak"}},
		"part of the name that LIKE would misread": {search: "_", want: []string{}},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			of := *l
			of.tenant = &tenant{t: t, db: l.db, service: l.service, id: l.id}
			search := &test.search
			if test.search == "" {
				search = nil
			}
			byName := suggestion.LensOrder{Field: suggestion.ByName}
			found := of.lens(page.Arguments{}, search, test.filter, byName)
			require.Equal(t, test.want, of.called(idsOf(found)))
			total, err := found.TotalCount(of.viewer())
			require.NoError(t, err)
			require.Equal(t, len(test.want), total)
			require.Equal(t, test.want, of.called(of.walked(search, test.filter, byName)))
			require.ElementsMatch(t, test.want, of.called(of.walked(search, test.filter, suggestion.LensOrder{Field: suggestion.ByScore, Descending: true})))
		})
	}
}

// stands is what the lens sorts an external organization by.
type stands struct {
	id     uuid.UUID
	folded string
	added  int64
	score  int // math.MaxInt: without a suggestion
}

func (l *lensed) standings() (all []stands) {
	l.t.Helper()
	require.NoError(l.t, l.db.Read(l.t.Context(), l.id, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.Send(ctx, pg.Statement{
			SQL: `SELECT x.id, x.folded, (extract(epoch FROM x.created_at) * 1000000)::bigint, s.score, x.name IN ('gone', 'not a client', 'mapped')
				FROM external_orgs AS x LEFT JOIN suggestions AS s ON s.external_org_id = x.id`,
			Take: func(row pg.Row) {
				one := stands{id: row.UUID(0), folded: row.Text(1), added: int64(row.Int(2)), score: math.MaxInt}
				if !row.Null(3) && !row.Boolean(4) {
					one.score = row.Int(3)
				}
				all = append(all, one)
			},
		})
	}))
	return all
}

// compare compares what the lens sorts two external organizations by.
func (s stands) compare(other stands, order suggestion.LensOrder) int {
	value := map[suggestion.LensOrderField]int{
		suggestion.ByName: cmp.Compare(s.folded, other.folded), suggestion.ByAddedAt: cmp.Compare(s.added, other.added), suggestion.ByScore: cmp.Compare(s.score, other.score),
	}[order.Field]
	without := 0
	if order.Field == suggestion.ByScore && (s.score == math.MaxInt || other.score == math.MaxInt) { // last in both directions
		without, value = value, 0
	}
	value = cmp.Or(value, bytes.Compare(s.id[:], other.id[:]))
	if order.Descending {
		value = -value
	}
	return cmp.Or(without, value)
}

// Each order has ties, which IDs break, and external organizations without a suggestion.
func TestLens_Orders(t *testing.T) {
	t.Parallel()
	l := newLensed(t)
	for _, called := range []string{"Same", "same", "exact", "Same"} {
		l.record(l.list, called, l.noon, matching.Suggested, matching.Exact, 60, true)
		l.record(l.other, called, l.noon, "", "", 0, false)
	}
	all := l.standings()
	require.Len(t, all, len(l.names))
	for _, field := range []suggestion.LensOrderField{suggestion.ByName, suggestion.ByAddedAt, suggestion.ByScore} {
		for _, descending := range []bool{false, true} {
			order := suggestion.LensOrder{Field: field, Descending: descending}
			slices.SortFunc(all, func(a, b stands) int { return a.compare(b, order) })
			whole, suggested := []uuid.UUID{}, []uuid.UUID{}
			for _, one := range all {
				whole = append(whole, one.id)
				if one.score != math.MaxInt {
					suggested = append(suggested, one.id)
				}
			}
			require.Equal(t, l.called(whole), l.called(l.walked(nil, suggestion.LensFilter{}, order)), "%v", order)
			require.Equal(t, whole, l.walked(nil, suggestion.LensFilter{}, order))
			require.Equal(t, suggested, l.walked(nil, suggestion.LensFilter{States: []matching.State{matching.Suggested}}, order))
			for offset := range len(whole) + 2 {
				found := l.lens(page.Arguments{First: new(3), Offset: &offset}, nil, suggestion.LensFilter{}, order)
				require.Equal(t, whole[min(offset, len(whole)):min(offset+3, len(whole))], idsOf(found))
			}
		}
	}
}

func TestLens_RefusesWhatIsInvalid(t *testing.T) {
	t.Parallel()
	l := newLensed(t)
	byName, byScore := suggestion.LensOrder{Field: suggestion.ByName}, suggestion.LensOrder{Field: suggestion.ByScore}
	ofName := l.lens(page.Arguments{}, nil, suggestion.LensFilter{}, byName).PageInfo.EndCursor
	ofScore := l.lens(page.Arguments{}, nil, suggestion.LensFilter{}, byScore).PageInfo.EndCursor
	for title, test := range map[string]struct {
		arguments page.Arguments
		search    *string
		order     suggestion.LensOrder
	}{
		"a cursor of another order":         {arguments: page.Arguments{After: ofName}, order: byScore},
		"a cursor of another order, before": {arguments: page.Arguments{Before: ofScore}, order: byName},
		"a cursor by score, by age":         {arguments: page.Arguments{After: ofScore}, order: suggestion.LensOrder{Field: suggestion.ByAddedAt}},
		"a score that is no number":         {arguments: page.Arguments{After: new(page.Cursor{"SCORE", "high", id.New().String()}.String())}, order: byScore},
		"an offset behind a cursor":         {arguments: page.Arguments{After: ofName, Offset: new(1)}, order: byName},
		"a search with NUL":                 {search: new("a\x00"), order: byName},
		"a search that is too long":         {search: new(strings.Repeat("a", 1001)), order: byName},
	} {
		_, err := l.service.Lens(l.viewer(), test.arguments, test.search, suggestion.LensFilter{}, test.order)
		require.Equal(t, apperr.BadUserInput, apperr.CodeOf(err), title)
	}
	_, err := l.service.Lens(t.Context(), page.Arguments{}, nil, suggestion.LensFilter{}, byName)
	require.Equal(t, apperr.Unauthenticated, apperr.CodeOf(err))
}

func TestLens_WorksBeforeSuggestionsAreComputed(t *testing.T) {
	t.Parallel()
	n := newTenant(t, openDB(t))
	l := &lensed{tenant: n, names: map[uuid.UUID]string{}}
	l.record(l.list, "first", time.Now(), "", "", 0, false)
	l.record(l.list, "second", time.Now(), "", "", 0, false)
	for _, field := range []suggestion.LensOrderField{suggestion.ByName, suggestion.ByScore} {
		order := suggestion.LensOrder{Field: field}
		require.Equal(t, []string{"first", "second"}, l.called(l.walked(nil, suggestion.LensFilter{States: []matching.State{matching.NeedsDecision}}, order)))
		require.Empty(t, l.walked(nil, suggestion.LensFilter{States: []matching.State{matching.Suggested}}, order))
		require.Empty(t, l.walked(nil, suggestion.LensFilter{Automatic: new(false)}, order))
	}
}

func TestLens_TakesOneStatement(t *testing.T) {
	t.Parallel()
	l := newLensed(t)
	for _, size := range []int{1, 11} {
		ctx, statements := pg.WithStatementCount(l.viewer())
		found, err := l.service.Lens(ctx, page.Arguments{First: &size}, nil, suggestion.LensFilter{}, suggestion.LensOrder{Field: suggestion.ByScore})
		require.NoError(t, err)
		require.Len(t, found.Nodes(), size)
		require.EqualValues(t, 3, statements.Load(), "begin, one select, commit")
		_, err = found.TotalCount(ctx)
		require.NoError(t, err)
		require.EqualValues(t, 6, statements.Load(), "counted on request")
	}
}

func TestLens_OtherAccountsDoNotExist(t *testing.T) {
	t.Parallel()
	for title, database := range map[string]func(testing.TB) string{"with row-level security": dbtest.Database, "without it": dbtest.WithoutRowSecurity} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			db, err := pg.Open(t.Context(), database(t), pg.Options{})
			require.NoError(t, err)
			t.Cleanup(db.Close)
			ours, theirs := newTenant(t, db), newTenant(t, db)
			organization := theirs.organization("Halvorsen Dental Clinic")
			target := theirs.external(theirs.list, "1", "Halvorsen Dental Clinic", "[]")
			external := theirs.external(theirs.list, "2", "Halvorsen Dental", `[{"application":"DATTO_RMM","remoteId":"1"}]`)
			theirs.mapped(organization, theirs.list, target)
			hint := matching.Hint{Application: "DATTO_RMM", RemoteID: "1"}
			for _, filter := range []suggestion.LensFilter{{}, {Integrations: []uuid.UUID{theirs.list}}, {RemoteIDs: []string{"1", "2"}}, {States: []matching.State{matching.Mapped, matching.NeedsDecision}}} {
				found, err := ours.service.Lens(ours.viewer(), page.Arguments{}, nil, filter, suggestion.LensOrder{Field: suggestion.ByName})
				require.NoError(t, err)
				require.Empty(t, found.Nodes())
				total, err := found.TotalCount(ours.viewer())
				require.NoError(t, err)
				require.Zero(t, total)
			}
			hints, err := ours.service.HintsOf(ours.viewer(), []uuid.UUID{external})
			require.NoError(t, err)
			require.Empty(t, hints)
			targets, err := ours.service.HintTargets(ours.viewer(), []matching.Hint{hint})
			require.NoError(t, err)
			require.Empty(t, targets)
			targets, err = theirs.service.HintTargets(theirs.viewer(), []matching.Hint{hint})
			require.NoError(t, err)
			require.Equal(t, map[matching.Hint]uuid.UUID{hint: target}, targets)
		})
	}
}

func TestService_Suggested(t *testing.T) {
	t.Parallel()
	l := newLensed(t)
	called := func(found suggestion.Suggested) (names []string) {
		for _, one := range found.IDs {
			names = append(names, l.names[one])
		}
		return names
	}
	found, err := l.service.Suggested(l.viewer(), nil, suggestion.LensFilter{})
	require.NoError(t, err)
	require.Equal(t, []string{"identity", "exact", "weak"}, called(found), "by score, without those that are mapped, removed or excluded")
	require.Equal(t, map[matching.Tier]int{matching.Identity: 1, matching.Exact: 1, matching.Weak: 1}, found.Counts)

	search := "EX"
	found, err = l.service.Suggested(l.viewer(), &search, suggestion.LensFilter{Tiers: []matching.Tier{matching.Exact, matching.Weak}})
	require.NoError(t, err)
	require.Equal(t, []string{"exact"}, called(found))
	require.Equal(t, map[matching.Tier]int{matching.Exact: 1}, found.Counts)

	found, err = l.service.Suggested(l.viewer(), nil, suggestion.LensFilter{States: []matching.State{matching.Conflict}})
	require.NoError(t, err)
	require.Empty(t, found.IDs, "nothing is suggested for a conflict")
	require.Empty(t, found.Counts)
}
