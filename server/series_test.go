package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/auth"
)

// TestMutations_StopAfterAFailure sends several mutations, of which the caller may not do the second. The first is
// done, the third is not, and data is null.
func TestMutations_StopAfterAFailure(t *testing.T) {
	t.Parallel()
	admin := newWorld(t).newAccount(20)
	editor := admin.newClient(admin.account, auth.Editor)
	got := editor.ask(`mutation {
		a: createOrganization(input: {name: "first"}) { organization { name } }
		b: connectIntegration(input: {application: HUDU, credentials: []}) { userErrors { code } }
		c: createOrganization(input: {name: "third"}) { organization { name } }
	}`, nil)
	require.Nil(t, got.Data)
	require.Len(t, got.Errors, 1)
	require.Equal(t, "FORBIDDEN", got.Errors[0].Extensions["code"])
	require.Equal(t, []any{"b"}, got.Errors[0].Path)
	require.ElementsMatch(t, []string{"first"}, admin.names())
	// A user error is a normal response, and the next mutation runs.
	got = editor.ask(`mutation { a: createOrganization(input: {name: ""}) { userErrors { code } } b: createOrganization(input: {name: "b"}) { userErrors { code } } }`, nil)
	require.Empty(t, got.Errors)
	require.Contains(t, admin.names(), "b")
}

func TestSchema_AnnouncesOnlySupportedDirectives(t *testing.T) {
	t.Parallel()
	admin := newWorld(t).newAccount(5)
	var names []string
	for _, directive := range at(admin.do("{ __schema { directives { name } } }", nil), "__schema", "directives").([]any) {
		names = append(names, at(directive, "name").(string))
	}
	require.Contains(t, names, "skip")
	require.NotContains(t, names, "defer")
	require.NotContains(t, names, "stream")
}
