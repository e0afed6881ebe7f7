package plan

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/stretchr/testify/require"
)

// The variables of a subscription are part of the key that its events are shared under: they count as what is kept does.
func TestShares_CountTheirKeys(t *testing.T) {
	t.Parallel()
	s := newShares()
	choices := strings.Repeat("x", 60<<10)
	ctx := graphql.WithResponseContext(t.Context(), graphql.DefaultErrorPresenter, graphql.DefaultRecover)
	for i := range 5000 {
		key := shareKey{scope: "account", event: strconv.Itoa(i), choices: choices + strconv.Itoa(i)}
		s.get(ctx, key, time.Now(), func() *graphql.Response { return &graphql.Response{Data: []byte("{}")} })
		s.mu.Lock()
		total := 0
		for _, kept := range []map[shareKey]*share{s.young, s.old} {
			for key := range kept {
				total += len(key.choices)
			}
		}
		s.mu.Unlock()
		require.LessOrEqual(t, total, 2*shareBytes+len(choices)*2)
	}
}
