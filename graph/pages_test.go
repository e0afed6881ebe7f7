package graph_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2"

	"github.com/orgmap/orgmap/graph/gen"
	"github.com/orgmap/orgmap/graph/guard"
)

// many returns a list with count copies of value.
func many(count int, value any) []any { return slices.Repeat([]any{value}, count) }

// largest returns the variables that decide the cost of the pages' documents, at the maximum the server accepts. Each
// cell of a save holds one external organization and expects another one.
func largest() map[string]any {
	cell := map[string]any{"organizationId": "org", "integrationId": "intg", "externalOrgIds": many(1, "xorg"), "expectedExternalOrgIds": many(1, "xorg")}
	columns := map[string]any{"unmappedIn": many(100, "intg")}
	return map[string]any{
		"first": int64(200), "cells": many(1000, cell), "ids": many(200, "org"), "filter": columns, "unmapped": columns, "suggested": columns, "needsDecision": columns, "deactivated": columns,
		"integrationIds": many(100, "intg"), "offset": int64(0), "search": "acme",
	}
}

// Every operation of the pages fits the cost limits at its largest: a page of 200 organizations, a save of 1,000 cells,
// an import of 10,000 organizations.
func TestPages_OperationsStayWithinTheCostLimits(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("../web/app/src/api/documents.ts")
	require.NoError(t, err)
	texts := map[string]string{} // by name of the operation or fragment
	for _, found := range regexp.MustCompile("(?s)graphql\\(\\s*`(.*?)`").FindAllStringSubmatch(string(source), -1) {
		header := regexp.MustCompile(`(query|mutation|subscription|fragment) (\w+)`).FindStringSubmatch(found[1])
		require.NotNil(t, header, found[1])
		texts[header[2]] = found[1]
	}
	executable := gen.NewExecutableSchema(gen.Config{})
	limits := guard.New(guard.DefaultLimits())
	require.NoError(t, limits.Validate(executable))
	operations := 0
	for name, text := range texts {
		if strings.HasPrefix(strings.TrimSpace(text), "fragment") {
			continue
		}
		operations++
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			document := withFragments(text, texts, map[string]bool{})
			require.NoError(t, guard.Check(document, guard.DefaultLimits()))
			parsed, errs := gqlparser.LoadQueryWithRules(executable.Schema(), document, guard.Rules(8))
			require.Empty(t, errs)
			variables := largest()
			if name == "ImportFromITGlue" {
				variables["ids"] = many(10_000, "xorg")
			}
			operation := &graphql.OperationContext{Doc: parsed, Operation: parsed.Operations[0], Variables: variables}
			require.Nil(t, limits.MutateOperationContext(t.Context(), operation))
			cost, _ := guard.CostOf(operation)
			t.Logf("costs %d of %d", cost.Requested, cost.Limit)
		})
	}
	require.Greater(t, operations, 15)
}

// withFragments adds the fragments that a text spreads, each once.
func withFragments(text string, texts map[string]string, added map[string]bool) string {
	for _, spread := range regexp.MustCompile(`\.\.\.(\w+)`).FindAllStringSubmatch(text, -1) {
		if name := spread[1]; !added[name] {
			added[name] = true
			text += withFragments(texts[name], texts, added)
		}
	}
	return text
}
