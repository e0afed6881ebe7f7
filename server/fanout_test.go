package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What is made of an event once for many never reaches another account, and everybody gets what they selected.
func TestAccountChanges_SharedByThoseWhoSelectTheSame(t *testing.T) {
	t.Parallel()
	world := newWorld(t)
	for _, name := range []string{"Ours", "Theirs"} { // the same positions in two journals
		admin := world.newAccount(5)
		cursor := at(admin.do(`{ journalCursor }`, nil), "journalCursor")
		var same []func() object
		for range 5 {
			next, stop := admin.watch(changesQuery, object{"after": cursor})
			t.Cleanup(stop)
			same = append(same, next)
		}
		other, stop := admin.watch(`subscription($after: String) { changed: accountChanges(after: $after) { cursor } }`, object{"after": cursor})
		t.Cleanup(stop)
		admin.create(name)
		for _, next := range same {
			require.Equal(t, name, at(next(), "accountChanges", "organizations", 0, "name"))
		}
		event := other()
		require.Len(t, at(event, "changed"), 1)
		require.NotEmpty(t, at(event, "changed", "cursor"))
	}
}
