package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/orgmap/orgmap/graph/documenttest"
	"github.com/orgmap/orgmap/graph/gen"
	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/vendors"
)

// parts lists everything that --without can turn off.
func parts() []string { return []string{partPlan, partCache, partDirectory, partFanOut} }

// A server with every fast part turned off gives the same responses as one with all of them, whether the responses come
// from Postgres, from lists in memory, or from the cache.
func TestWithout_ResponsesAreTheSame(t *testing.T) {
	t.Parallel()
	if len(leftOut()) > 0 {
		t.Skip("needs a server with all parts")
	}
	stores := worldStores{database: dbtest.Database(t), redis: dbtest.Redis(t), keyset: newKeyset(t)}
	shipped := bootWorld(t, stores)
	stores.adjust = func(s *serving) { s.Without = parts() }
	plain := bootWorld(t, stores)
	require.Nil(t, plain.app.cache)

	admin := shipped.newAccount(40)
	slow := &client{world: plain, account: admin.account, token: admin.token}
	glue, address := shipped.vendor(vendors.ApplicationITGlue, listed("Acme Alpha", "Bravo", "Müller & Söhne", "Delta", "Alpine")...)
	mine := settle(t, admin, address, glue)
	admin.create("Bravo", "Müller GmbH", "Text 1", "text 2")
	shipped.suggested(admin.account)
	ids := []string{}
	for _, one := range mine.ids {
		ids = append(ids, one)
	}
	slices.Sort(ids)

	schema := gen.NewExecutableSchema(gen.Config{}).Schema()
	const documents = 250
	answered, kept := 0, 0
	for n := range uint64(documents) {
		query, variables := (&documenttest.Author{Rand: rand.New(rand.NewPCG(n, 6)), Schema: schema, IDs: ids}).Operation(ast.Query)
		want := slow.ask(query, variables)
		for range 2 { // the second response may come from the cache
			got := admin.ask(query, variables)
			require.Equal(t, want.Data, got.Data, "document %d: %s\n%v", n, query, variables)
			require.Equal(t, comparable(want), comparable(got), "document %d: %s\n%v", n, query, variables)
		}
		if want.Data != nil {
			answered++
		}
		if want.Data != nil && len(want.Errors) == 0 {
			if _, result := admin.cachedAsk(query, variables); result == "HIT" {
				kept++
			}
		}
	}
	t.Logf("%d answers and %d refusals compared, %d answers kept", answered, documents-answered, kept)
	require.Greater(t, answered, documents*2/5) // others ask for a snapshot of no moment, or for unknown IDs
	require.Greater(t, kept, documents/5)
}

// comparable lists a response's errors in a fixed order, without the request's ID.
func comparable(got answer) []string {
	texts := []string{}
	for _, one := range got.Errors {
		texts = append(texts, fmt.Sprint(one.Path, one.Extensions["code"], one.Message))
	}
	slices.Sort(texts)
	return texts
}
