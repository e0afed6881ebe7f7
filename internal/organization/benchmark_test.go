package organization_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/organization"
	"github.com/orgmap/orgmap/internal/page"
)

// BenchmarkList reads the largest possible page from Postgres: by name, by age, and as search results.
func BenchmarkList(b *testing.B) {
	const size = 200
	bench := newBench(b)
	ctx, account := bench.editor(b)
	names := make([]string, 2*size)
	for n := range names {
		names[n] = fmt.Sprintf("Organization %03d", n)
	}
	bench.insert(b, account, names...)
	withoutDirectories := bench.another(b, 0)
	first := size
	for is, query := range map[string]organization.Query{
		"by name": {Order: organization.Order{Field: organization.ByName, Descending: true}},
		"by age":  {Order: organization.Order{Field: organization.ByCreatedAt}},
		"search":  {Search: "organization", Order: organization.Order{Field: organization.ByCreatedAt}},
	} {
		query.Arguments = page.Arguments{First: &first}
		b.Run(is, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				inside, session := withoutDirectories.db.WithSession(ctx)
				listed, err := withoutDirectories.service.List(inside, query)
				require.NoError(b, err)
				require.Len(b, listed.Nodes(), size)
				session.Close()
			}
		})
	}
}
