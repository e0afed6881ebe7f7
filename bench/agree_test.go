package main

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/id"
)

func TestAgree(t *testing.T) {
	t.Parallel()
	const page = `{"data":{"organizations":{"edges":[{"cursor":%q,"node":{"id":%q,"name":%q,"mappings":[]}}],"pageInfo":{"hasNextPage":false,"endCursor":%q},"totalCount":1}}}`
	loads := func(answers ...string) (made []load) {
		for _, text := range answers {
			address, _ := answeringWith(t, http.StatusOK, text)
			made = append(made, load{address: address, questions: []question{{request: get(address)}}})
		}
		return made
	}
	names := []string{"orgmap", "yoga"}
	node := id.New()
	first := fmt.Sprintf(page, "c", id.Format(id.Organization, node), "Acme", "c")

	t.Run("accepts other forms of IDs and cursors", func(t *testing.T) {
		t.Parallel()
		alike := loads(first, fmt.Sprintf(page, "other", node.String(), "Acme", "other"))
		require.NoError(t, agree(t.Context(), names, alike))
		require.Equal(t, len(first), alike[0].questions[0].length)
		require.InDelta(t, float64(len(first)), meanLength(alike[0].questions), 0)
	})
	for title, second := range map[string]string{
		"another name":           fmt.Sprintf(page, "c", node.String(), "ACME", "c"),
		"another organization":   fmt.Sprintf(page, "c", id.New().String(), "Acme", "c"),
		"a page without entries": `{"data":{"organizations":{"edges":[],"pageInfo":{"hasNextPage":false,"endCursor":null},"totalCount":1}}}`,
	} {
		t.Run("detects "+title, func(t *testing.T) {
			t.Parallel()
			require.ErrorContains(t, agree(t.Context(), names, loads(first, second)), "orgmap and yoga do not answer the same rows")
		})
	}
	t.Run("rejects a response with errors", func(t *testing.T) {
		t.Parallel()
		require.ErrorContains(t, agree(t.Context(), names, loads(first, `{"errors":[{"message":"no"}],"data":null}`)), "yoga: it answers")
	})
}

func TestOrganizationIn(t *testing.T) {
	t.Parallel()
	organization := id.Format(id.Organization, id.New())
	found, ok := organizationIn([]byte(`data: {"data":{"accountChanges":{"organizations":[{"id":"` + organization + `"}]}}}`))
	require.True(t, ok)
	require.Equal(t, organization, found)
	for _, line := range []string{"", ":", "event: next", `data: {"id":"org_short"}`} {
		_, ok := organizationIn([]byte(line))
		require.False(t, ok, line)
	}
}
