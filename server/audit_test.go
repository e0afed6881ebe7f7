package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/auth"
)

func TestAuditTrail_IsForAdminsAndNeverCached(t *testing.T) {
	t.Parallel()
	admin := newWorld(t).newAccount(20)
	viewer := admin.newClient(admin.account, auth.Viewer)
	const query = `{ auditTrail(first: 1) { totalCount nodes { kind at actor { id kind name } subject { name } previousRole role failure } } }`
	for _, one := range []*client{viewer, admin.newClient(admin.account, auth.Editor)} {
		require.Equal(t, "FORBIDDEN", one.ask(query, nil).Errors[0].Extensions["code"])
	}
	before := at(admin.do(query, nil), "auditTrail").(object)["totalCount"].(float64)
	viewer.signedIn()
	trail := at(admin.do(query, nil), "auditTrail").(object)
	require.Equal(t, before+1, trail["totalCount"], "a sign-in changes no version, but the trail shows it")
	newest := trail["nodes"].([]any)[0].(object)
	require.Equal(t, "SIGNED_IN", newest["kind"])
	require.Equal(t, object{"id": newest["actor"].(object)["id"], "kind": "TOKEN", "name": "the VIEWER"}, newest["actor"])
	require.Nil(t, newest["failure"])
}
