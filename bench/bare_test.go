package main

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/name"
)

// filled is a small account, and the bare handler on its database.
func filled(t *testing.T, size size) (tenant, *bare) {
	t.Helper()
	ctx, url, account := t.Context(), dbtest.Database(t), id.New()
	conn, err := pgx.Connect(ctx, url)
	require.NoError(t, err)
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, "INSERT INTO accounts (id, name) VALUES ($1, 'Measured')", account)
	require.NoError(t, err)
	made, err := fill(ctx, conn, account, size)
	require.NoError(t, err)
	var counts [4]int
	require.NoError(t, conn.QueryRow(ctx, `SELECT (SELECT count(*) FROM organizations), (SELECT count(*) FROM integrations),
		(SELECT count(*) FROM external_orgs), (SELECT count(*) FROM mappings)`).Scan(&counts[0], &counts[1], &counts[2], &counts[3]))
	require.Equal(t, [4]int{size.organizations, size.integrations, size.externalOrgs(), size.mappings()}, counts)
	pool, err := openBare(ctx, url)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return made, &bare{pool: pool, account: account}
}

func (b *bare) decoded(t *testing.T, one place) answeredPage {
	t.Helper()
	var folded string
	var after uuid.UUID
	if one.after != nil {
		folded, after = name.Fold(one.after.name), one.after.id
	}
	answer, err := b.page(t.Context(), one.search, folded, after)
	require.NoError(t, err)
	var page answeredPage
	require.NoError(t, json.Unmarshal(answer, &page), "%s", answer)
	return page
}

func TestBare(t *testing.T) {
	t.Parallel()
	made, handler := filled(t, size{organizations: 120, integrations: 4, mapped: 3})

	t.Run("browsing shows every organization once, in order, with its mappings", func(t *testing.T) {
		t.Parallel()
		var shown, ids []string
		places := made.browsing()
		require.Len(t, places, 3)
		for i, one := range places {
			page := handler.decoded(t, one).Data.Organizations
			require.Equal(t, 120, page.TotalCount)
			require.Equal(t, i < 2, page.PageInfo.HasNextPage)
			require.Equal(t, page.Edges[len(page.Edges)-1].Cursor, *page.PageInfo.EndCursor)
			for _, edge := range page.Edges {
				shown = append(shown, name.Fold(edge.Node.Name))
				ids = append(ids, edge.Node.ID)
				require.Len(t, edge.Node.Mappings, 3)
				for _, mapping := range edge.Node.Mappings {
					require.NotEmpty(t, mapping.Integration.Name)
					require.NotEmpty(t, mapping.ExternalOrg.Name)
				}
			}
		}
		require.Len(t, shown, 120)
		require.IsNonDecreasing(t, shown)
		slices.Sort(ids)
		require.Len(t, slices.Compact(ids), 120)
	})

	t.Run("searching shows what has the word", func(t *testing.T) {
		t.Parallel()
		for _, word := range []string{"dental", "&", "müller", "no such word"} {
			expected := 0
			for _, one := range made.organizations {
				if strings.Contains(name.Fold(one.name), word) {
					expected++
				}
			}
			page := handler.decoded(t, place{search: word}).Data.Organizations
			require.Equal(t, expected, page.TotalCount, word)
			require.Len(t, page.Edges, min(expected, pageSize), word)
		}
	})

	t.Run("another account sees nothing", func(t *testing.T) {
		t.Parallel()
		stranger := &bare{pool: handler.pool, account: id.New()}
		require.Empty(t, stranger.decoded(t, place{}).Data.Organizations.Edges)
	})
}

func TestAppendText(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "Acme", `say "no" \ twice`, "tab\tand\x01", "Müller & Söhne <b>"} {
		var back string
		require.NoError(t, json.Unmarshal(appendText(nil, text), &back))
		require.Equal(t, text, back)
	}
}

func TestUniqueNames_AreTheSameEveryTime(t *testing.T) {
	t.Parallel()
	names := func() []string { return uniqueNames(rand.New(rand.NewPCG(seed, 0)), 2000) }
	one := names()
	require.Equal(t, one, names())
	slices.Sort(one)
	require.Len(t, slices.Compact(one), 2000)
}
