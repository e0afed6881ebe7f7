package fanout

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/stretchr/testify/require"
)

// The variables of a subscription are part of the key of its renderings, so they count toward the size of what is kept.
func TestRenderings_CountKeysTowardTheirLimit(t *testing.T) {
	t.Parallel()
	s := newRenderings()
	variables := strings.Repeat("x", 60<<10)
	ctx := graphql.WithResponseContext(t.Context(), graphql.DefaultErrorPresenter, graphql.DefaultRecover)
	for i := range 5000 {
		key := renderingKey{requestKey{scope: "account", variables: variables + strconv.Itoa(i)}, strconv.Itoa(i)}
		s.get(ctx, key, time.Now(), func() *graphql.Response { return &graphql.Response{Data: []byte("{}")} })
		s.mu.Lock()
		total := 0
		for _, kept := range []map[renderingKey]*rendering{s.young, s.old} {
			for key := range kept {
				total += len(key.variables)
			}
		}
		s.mu.Unlock()
		require.LessOrEqual(t, total, 2*maxYoungBytes+len(variables)*2)
	}
}
