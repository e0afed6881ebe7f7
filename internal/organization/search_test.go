package organization_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/organization"
	"github.com/orgmap/orgmap/internal/pg"
)

// mapNames maps new external organizations with the given names, as every write of mappings does: it also writes the
// account's row.
func (b *bench) mapNames(t require.TestingT, account, integration uuid.UUID, holder *organization.Organization, called ...string) {
	b.write(t, account, func(ctx context.Context, tx pg.Tx) error {
		if _, err := tx.Exec(ctx, "UPDATE accounts SET journal_position = journal_position + 1 WHERE id = ?", account); err != nil {
			return err
		}
		for _, one := range called {
			external := id.New()
			if _, err := tx.Exec(ctx, "INSERT INTO external_orgs (account_id, id, integration_id, remote_id, name, folded) VALUES (?, ?, ?, ?, ?, ?)", account, external, integration, external.String(), one, name.Fold(one)); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, "INSERT INTO mappings (account_id, id, organization_id, integration_id, external_org_id, origin, created_by) VALUES (?, ?, ?, ?, ?, 'MANUAL', 'Kim')", account, external, holder.ID, integration, external); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestList_SearchFindsMappedNames(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, account := b.editor(t)
	made := b.insert(t, account, "Lakeview Hospital", "First National Bank", "Cedar Steel", "Closed")
	integration, other := b.integration(t, account), b.integration(t, account)
	b.mapNames(t, account, integration, made[0], "LVH North", "Lakeview Hospital")
	b.mapNames(t, account, integration, made[1], "FNB Baker", "First National Bank of Baker")
	b.mapNames(t, account, other, made[1], "Banque Élan")
	b.mapNames(t, account, other, made[3], "Steel Baker")
	_, err := b.service.Update(ctx, organization.Update{OrganizationID: made[3].ID, Active: pointer(false)})
	require.NoError(t, err)
	for _, test := range []struct {
		sentence, search string
		found            []string
	}{
		{"finds words in any order", "hospital  lakeview", []string{"Lakeview Hospital"}},
		{"ignores punctuation between words", "Hospital, Lake-View.", []string{"Lakeview Hospital"}},
		{"finds a mapped name", "lvh", []string{"Lakeview Hospital"}},
		{"finds the words of a mapped name in any order", "baker FNB", []string{"First National Bank"}},
		{"finds an organization once, by both of its names", "bank", []string{"First National Bank"}},
		{"ignores accents in mapped names", "elan", []string{"First National Bank"}},
		{"finds all words in one name only", "elan baker", []string{}},
		{"finds words neither in the own name and a mapped one", "cedar fnb", []string{}},
		{"finds own and mapped names", "t", []string{"Cedar Steel", "First National Bank", "Lakeview Hospital"}},
		{"does not find mapped names of deactivated organizations", "steel", []string{"Cedar Steel"}},
	} {
		t.Run(test.sentence, func(t *testing.T) {
			t.Parallel()
			for _, descending := range []bool{false, true} {
				listed := b.list(t, ctx, organization.Query{Search: test.search, Order: organization.Order{Field: organization.ByName, Descending: descending}})
				want := slices.Clone(test.found)
				if descending {
					slices.Reverse(want)
				}
				require.Equal(t, want, names(listed.Nodes()))
			}
			byAge := b.list(t, ctx, organization.Query{Search: test.search, Order: organization.Order{Field: organization.ByCreatedAt}})
			require.ElementsMatch(t, test.found, names(byAge.Nodes()))
		})
	}
}

// Memory, Postgres and name.Words must find the same.
func TestList_SearchAgreesOnRandomNames(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	letters := rapid.StringOfN(rapid.SampledFrom([]rune("aAbB\u00e9\u1e9e%_\\'.,&- ")), 1, 6, -1)
	normal := rapid.Map(letters, func(raw string) string {
		normal, err := name.Normalize(raw)
		if err != nil {
			return "empty"
		}
		return normal
	})
	rapid.Check(t, func(t *rapid.T) {
		account := b.account(t, nil)
		ctx := as(account, auth.Viewer)
		integration := b.integration(t, account)
		made := b.insert(t, account, rapid.SliceOfNDistinct(normal, 1, 8, rapid.ID).Draw(t, "names")...)
		all := map[string][]string{} // folded, by organization
		for _, one := range made {
			all[one.Name] = append(all[one.Name], one.Folded)
		}
		for range rapid.IntRange(0, 6).Draw(t, "mappings") {
			holder, called := rapid.SampledFrom(made).Draw(t, "holder"), normal.Draw(t, "mapped")
			b.mapNames(t, account, integration, holder, called)
			all[holder.Name] = append(all[holder.Name], name.Fold(called))
		}
		search := letters.Draw(t, "search")
		want := []string{}
		for organization, folded := range all {
			if slices.ContainsFunc(folded, func(one string) bool {
				return !slices.ContainsFunc(name.Words(search), func(word string) bool { return !strings.Contains(one, word) })
			}) {
				want = append(want, organization)
			}
		}
		require.ElementsMatch(t, want, names(b.list(t, ctx, organization.Query{Search: search, Order: organization.Order{Field: organization.ByName}}).Nodes()))
	})
}

func TestDirectory_SearchIsNeverStale(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, account := b.editor(t)
	made := b.insert(t, account, "Acme", "Baker")
	integration := b.integration(t, account)
	search := func() []string {
		listed, err := b.remembered(t, ctx, organization.Query{Search: "halvorsen", Order: organization.Order{Field: organization.ByName}})
		require.NoError(t, err)
		return names(listed.Nodes())
	}
	require.Empty(t, search())
	b.mapNames(t, account, integration, made[0], "Halvorsen")
	require.Equal(t, []string{"Acme"}, search())
	b.mapNames(t, account, integration, made[1], "Halvorsen Dental")
	require.Equal(t, []string{"Acme", "Baker"}, search())
	_, err := b.service.Update(ctx, organization.Update{OrganizationID: made[0].ID, Name: pointer("Zebra")})
	require.NoError(t, err)
	require.Equal(t, []string{"Baker", "Zebra"}, search())
}

// A server that has the list in memory must not answer filtered lists from it.
func TestDirectory_FilteredListsComeFromPostgres(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, account := b.editor(t)
	b.insert(t, account, "Acme")
	byName := organization.Query{Order: organization.Order{Field: organization.ByName}}
	_, err := b.remembered(t, ctx, byName)
	require.NoError(t, err)
	for _, filter := range []organization.Filter{{MappedIn: []uuid.UUID{id.New()}}, {SuggestedIn: []uuid.UUID{id.New()}}, {NeedsDecisionIn: []uuid.UUID{id.New()}}} {
		query := byName
		query.Filter = filter
		inside, session := b.db.WithSession(ctx)
		listed, err := b.service.List(inside, query)
		session.Close()
		require.NoError(t, err)
		require.Empty(t, listed.Nodes())
	}
}
