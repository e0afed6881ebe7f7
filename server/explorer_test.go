package main

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestStatements_AreReportedOnRequest(t *testing.T) {
	t.Parallel()
	admin := newWorld(t).newAccount(20)
	extensions := func(query string, asks bool) object {
		body, err := json.Marshal(object{"query": query, "extensions": object{"statements": asks}})
		require.NoError(t, err)
		got := admin.send(http.MethodPost, "/graphql", string(body), "Content-Type", "application/json", "Authorization", "Bearer "+admin.token)
		require.Equal(t, http.StatusOK, got.StatusCode, got.body)
		var decoded struct{ Extensions object }
		require.NoError(t, json.Unmarshal([]byte(got.body), &decoded))
		return decoded.Extensions
	}
	require.NotContains(t, extensions(`{ viewer { role } }`, false), "statements")
	require.EqualValues(t, 0, extensions(`{ __typename }`, true)["statements"], "it needs no statement")
	one := extensions(`{ quota { used } }`, true)
	require.Greater(t, one["statements"], 0.0)
	require.Greater(t, extensions(`{ quota { used } organizations { totalCount } }`, true)["statements"], one["statements"])
}
