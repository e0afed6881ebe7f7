package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// An event built once for many subscribers never reaches another account, and every subscriber gets its own selection.
func TestAccountChanges_AreSharedByEqualSelections(t *testing.T) {
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

// A late subscriber gets no event data read before it subscribed: it may have seen newer data already.
func TestAccountChanges_ShowNoDataReadBeforeSubscribing(t *testing.T) {
	t.Parallel()
	admin := newWorld(t).newAccount(5)
	cursor := at(admin.do(`{ journalCursor }`, nil), "journalCursor")
	early, stop := admin.watch(changesQuery, object{"after": cursor})
	t.Cleanup(stop)
	id := admin.create("Before")["Before"]
	require.Equal(t, "Before", at(early(), "accountChanges", "organizations", 0, "name"))
	admin.do(`mutation($id: ID!) { updateOrganization(input: {organizationId: $id, name: "After"}) { userErrors { code } } }`, object{"id": id})
	require.Equal(t, "After", at(early(), "accountChanges", "organizations", 0, "name"))
	late, stop := admin.watch(changesQuery, object{"after": cursor})
	t.Cleanup(stop)
	for range 2 {
		require.Equal(t, "After", at(late(), "accountChanges", "organizations", 0, "name"))
	}
}
