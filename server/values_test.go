package main

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/vendors"
)

// TestValues_ForbiddenNullChangesNothing sends null for variables whose defaults allow them in places that
// forbid null, over every transport. Each is refused before anything runs.
func TestValues_ForbiddenNullChangesNothing(t *testing.T) {
	t.Parallel()
	admin := newWorld(t).newAccount(20)
	simulated, url := admin.vendor(vendors.ApplicationHudu, listed("Acme")...)
	integration := admin.connect(simulated, url)
	admin.refresh(nil)
	organization, external := admin.create("Acme")["Acme"], admin.externals(integration)
	externals := make([]string, 0, len(external))
	for _, one := range external {
		externals = append(externals, one)
	}
	require.Empty(t, admin.save(organization, integration, externals))
	ids := `"o":"` + organization + `","i":"` + integration + `"`
	for name, request := range map[string]hostileRequest{
		"a list in an input": {
			query:     `mutation($o:ID!,$i:ID!,$v:[ID!]=[]){saveMappings(input:{cells:[{organizationId:$o,integrationId:$i,externalOrgIds:$v}]}){userErrors{code}}}`,
			variables: `{` + ids + `,"v":null}`,
		},
		"an item of a list": {
			query:     `mutation($o:ID!,$i:ID!,$v:ID="x"){saveMappings(input:{cells:[{organizationId:$o,integrationId:$i,externalOrgIds:[$v]}]}){userErrors{code}}}`,
			variables: `{` + ids + `,"v":null}`,
		},
		"an argument":               {query: `query($v:ID="x"){node(id:$v){id}}`, variables: `{"v":null}`},
		"a directive":               {query: `query($v:Boolean=false){__typename @skip(if:$v)}`, variables: `{"v":null}`},
		"a directive in a fragment": {query: `query($v:Boolean=true){...F} fragment F on Query{viewer{name @include(if:$v)}}`, variables: `{"v":null}`},
		"a number for text":         {query: `query($v:String){organizations(search:$v){nodes{id}}}`, variables: `{"v":5}`},
		"text for a number":         {query: `query($v:Int){organizations(first:$v){nodes{id}}}`, variables: `{"v":"3"}`},
		"a fraction for an id":      {query: `query($v:ID!){node(id:$v){id}}`, variables: `{"v":5.5}`},
		"a literal of 64 bits":      {query: `{organizations(first:3000000000){nodes{id}}}`},
		"an object for a scalar":    {query: `{organizations(first:{}){nodes{id}}}`},
	} {
		for way, send := range admin.ways(t.Context()) {
			text := send(request)
			found := errorsIn(text)
			require.Len(t, found, 1, "%s over %s: %s", name, way, text)
			require.Equal(t, "GRAPHQL_VALIDATION_FAILED", at(found[0], "extensions", "code"), "%s over %s: %s", name, way, text)
			require.NotContains(t, text, `"data"`, "%s over %s", name, way)
		}
	}
	data := admin.do(`query($o:ID!){node(id:$o){... on Organization{mappings{externalOrg{id}}}}}`, object{"o": organization})
	require.Equal(t, externals, []string{at(data, "node", "mappings", 0, "externalOrg", "id").(string)}, "the cell is unchanged")
}

func TestValues_AreCoercedAsSpecified(t *testing.T) {
	t.Parallel()
	admin := newWorld(t).newAccount(20)
	ids := admin.create("Acme", "Bolt")
	names := func(data object) (names []string) {
		for _, node := range at(data, "organizations", "nodes").([]any) {
			names = append(names, at(node, "name").(string))
		}
		slices.Sort(names)
		return names
	}
	data := admin.do(`query($n:Int){organizations(first:$n){nodes{name}}}`, object{"n": json.RawMessage(`1.0`)})
	require.Len(t, names(data), 1, "1.0 is a whole number")
	data = admin.do(`query($n:Int=1){organizations(first:$n){nodes{name}}}`, object{})
	require.Len(t, names(data), 1, "a default applies if nothing is given")
	data = admin.do(`query($n:Int=1){organizations(first:$n){nodes{name}}}`, object{"n": nil})
	require.Len(t, names(data), 2, "a default does not apply to null")
	data = admin.do(`query($i:[ID!]!){nodes(ids:$i){id}}`, object{"i": ids["Bolt"]})
	require.Equal(t, ids["Bolt"], at(data, "nodes", 0, "id"), "a single value is coerced to a list")
}

func TestOperations_UnknownNamesAreReported(t *testing.T) {
	t.Parallel()
	viewer := newWorld(t).newAccount(5)
	for body, want := range map[string]string{
		`{"query":"query A { __typename } query B { __typename }"}`:                     "The document has several operations: say in operationName which one to execute.",
		`{"query":"query A { __typename } query B { __typename }","operationName":""}`:  "The document has several operations: say in operationName which one to execute.",
		`{"query":"query A { __typename } query B { __typename }","operationName":"C"}`: `The document has no operation named "C".`,
		`{"query":"query A { __typename }","operationName":"B"}`:                        `The document has no operation named "B".`,
		`{"query":"fragment F on Query { __typename }"}`:                                "The document has no operation.",
	} {
		got := viewer.send(http.MethodPost, "/graphql", body, "Content-Type", "application/json", "Authorization", "Bearer "+viewer.token, "Accept", "application/graphql-response+json")
		require.Equal(t, http.StatusBadRequest, got.StatusCode, body)
		require.Equal(t, want, at(errorsIn(got.body)[0], "message"), body)
	}
}
