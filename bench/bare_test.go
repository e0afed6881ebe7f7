package main

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
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

// filled returns a small account and a bare handler on its database.
func filled(t *testing.T, size size) (tenant, *bare, *pgx.Conn) {
	t.Helper()
	ctx, database, account := t.Context(), dbtest.Database(t), id.New()
	conn, err := pgx.Connect(ctx, database)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(t.Context()) })
	_, err = conn.Exec(ctx, "INSERT INTO accounts (id, name) VALUES ($1, 'Measured')", account)
	require.NoError(t, err)
	made, err := fill(ctx, conn, account, size)
	require.NoError(t, err)
	var counts [4]int
	require.NoError(t, conn.QueryRow(ctx, `SELECT (SELECT count(*) FROM organizations), (SELECT count(*) FROM integrations),
		(SELECT count(*) FROM external_orgs), (SELECT count(*) FROM mappings)`).Scan(&counts[0], &counts[1], &counts[2], &counts[3]))
	require.Equal(t, [4]int{size.organizations, size.integrations, size.externalOrgs(), size.mappings()}, counts)
	pool, err := openBare(ctx, database)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return made, &bare{pool: pool, account: account}, conn
}

// connection is a page of organizations or external organizations, as the bare handler returns it.
type connection struct {
	Edges []struct {
		Cursor string
		Node   struct {
			ID, Name string
			Mappings []struct {
				ID                       string
				Integration, ExternalOrg struct{ ID, Name string }
			}
		}
	}
	Nodes []struct {
		Name    string
		Mapping *struct{ Organization struct{ ID, Name string } }
	}
	PageInfo struct {
		HasNextPage bool
		EndCursor   *string
	}
	TotalCount int
}

func (b *bare) decoded(t *testing.T, of tenant, kind kind, asked ask) connection {
	t.Helper()
	request, err := bareSpeaker{}.request(t.Context(), &server{address: "bare"}, of, kind, asked)
	require.NoError(t, err)
	target := strings.Fields(string(request))[1]
	recorder := httptest.NewRecorder()
	b.routes().ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil))
	require.Equal(t, http.StatusOK, recorder.Code, recorder.Body)
	var answer struct {
		Data struct {
			Organizations connection
			Node          struct{ ExternalOrgs connection }
		}
	}
	require.NoError(t, json.Unmarshal(recorder.Body.Bytes(), &answer), "%s", recorder.Body)
	if kind.document == externalsOf {
		return answer.Data.Node.ExternalOrgs
	}
	return answer.Data.Organizations
}

func TestBare(t *testing.T) {
	t.Parallel()
	made, handler, _ := filled(t, size{organizations: 120, integrations: 4, mapped: 3, listed: 300})
	pages, externals := kind{document: pageOf}, kind{document: externalsOf}

	for title, indexes := range map[string][]ask{
		"by cursor": browsing(120),
		"by offset": {{}, {offset: 50}, {offset: 100}},
	} {
		t.Run("browsing shows every organization once, in order, with its mappings, "+title, func(t *testing.T) {
			t.Parallel()
			var shown, ids []string
			require.Len(t, indexes, 3)
			for i, one := range indexes {
				page := handler.decoded(t, made, pages, one)
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
	}

	t.Run("searching returns the organizations whose names, own or mapped, contain the word", func(t *testing.T) {
		t.Parallel()
		var called [][]string // all folded names of each organization
		for _, one := range browsing(120) {
			for _, edge := range handler.decoded(t, made, pages, one).Edges {
				all := []string{name.Fold(edge.Node.Name)}
				for _, mapping := range edge.Node.Mappings {
					all = append(all, name.Fold(mapping.ExternalOrg.Name))
				}
				called = append(called, all)
			}
		}
		for _, word := range []string{"dental", "&", "müller", "no such word"} {
			expected := 0
			for _, all := range called {
				if slices.ContainsFunc(all, func(one string) bool { return strings.Contains(one, name.Fold(word)) }) {
					expected++
				}
			}
			page := handler.decoded(t, made, pages, ask{search: word})
			require.Equal(t, expected, page.TotalCount, word)
			require.Len(t, page.Edges, min(expected, pageSize), word)
		}
	})

	t.Run("a drop-down lists matching external organizations with their mappings", func(t *testing.T) {
		t.Parallel()
		page := handler.decoded(t, made, externals, ask{search: "a"})
		require.Len(t, page.Nodes, pageSize)
		require.True(t, page.PageInfo.HasNextPage)
		mapped := 0
		for _, one := range page.Nodes {
			require.Contains(t, name.Fold(one.Name), "a")
			if one.Mapping != nil {
				mapped++
				require.NotEmpty(t, one.Mapping.Organization.Name)
			}
		}
		require.Positive(t, mapped)
		require.Less(t, mapped, pageSize)
		require.Empty(t, handler.decoded(t, made, externals, ask{search: "no such word"}).Nodes)
	})

	t.Run("another account sees nothing", func(t *testing.T) {
		t.Parallel()
		stranger := &bare{pool: handler.pool, account: id.New()}
		require.Empty(t, stranger.decoded(t, made, pages, ask{}).Edges)
	})
}

func TestBare_SavesMappings(t *testing.T) {
	t.Parallel()
	made, handler, conn := filled(t, size{organizations: 10, integrations: 4, mapped: 3, listed: 30})
	// The external organizations in the first integration's cells of the first five organizations.
	held := func() (externals []uuid.UUID) {
		for _, one := range made.organizations[:5] {
			var external uuid.UUID
			require.NoError(t, conn.QueryRow(t.Context(), "SELECT external_org_id FROM mappings WHERE organization_id = $1 AND integration_id = $2", one.id, made.listing).Scan(&external))
			externals = append(externals, external)
		}
		return externals
	}
	require.Equal(t, made.listed[:5], held())
	saving := saves(&server{address: "bare"}, made, false, 5, 5)
	require.Len(t, saving, 2, "one save to other organizations and one back")
	for n, want := range [][]uuid.UUID{made.listed[10:15], made.listed[:5]} {
		_, body, _ := strings.Cut(string(saving[n].request), "\r\n\r\n")
		recorder := httptest.NewRecorder()
		handler.routes().ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/save", strings.NewReader(body)))
		require.Equal(t, http.StatusOK, recorder.Code, recorder.Body)
		require.Equal(t, want, held())
	}
	var written, mappings int
	require.NoError(t, conn.QueryRow(t.Context(), "SELECT (SELECT count(*) FROM journal), (SELECT count(*) FROM mappings)").Scan(&written, &mappings))
	require.Equal(t, []int{2, 30}, []int{written, mappings})
}

func TestAppendText(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "Acme", `say "no" \ twice`, "tab\tand\x01", "Müller & Söhne <b>"} {
		var back string
		require.NoError(t, json.Unmarshal(appendText(nil, text), &back))
		require.Equal(t, text, back)
	}
}

func TestUniqueNames_AreDeterministic(t *testing.T) {
	t.Parallel()
	names := func() []string { return uniqueNames(rand.New(rand.NewPCG(seed, 0)), 100_000) }
	one := names()
	require.Equal(t, one, names())
	slices.Sort(one)
	require.Len(t, slices.Compact(one), 100_000)
}

func TestBareSpeaker_CursorConsistsOfTheSortKeys(t *testing.T) {
	t.Parallel()
	of := tenant{organizations: []seeded{{id.New(), "Acme"}, {id.New(), "Bluebird & Sons"}}}
	request, err := bareSpeaker{}.request(t.Context(), &server{address: "here:1"}, of, kind{document: pageOf}, ask{behind: 2})
	require.NoError(t, err)
	target, err := url.Parse(strings.Fields(string(request))[1])
	require.NoError(t, err)
	require.Equal(t, "bluebird & sons", target.Query().Get("folded"))
	require.Equal(t, of.organizations[1].id.String(), target.Query().Get("id"))
}
