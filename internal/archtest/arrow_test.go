package archtest_test

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

func TestModule_HasNoForbiddenImports(t *testing.T) {
	t.Parallel()
	module, sources := readModule(t)
	require.Greater(t, len(sources), 50, "too few files were read")
	for _, finding := range wrongArrows(module, sources) {
		t.Error(finding)
	}
}

// wrongArrows returns every import outside tests that the rules do not allow.
func wrongArrows(module string, sources []source) (findings []string) {
	for _, one := range sources {
		if one.test {
			continue
		}
		for _, imported := range one.syntax.Imports {
			target, err := strconv.Unquote(imported.Path.Value)
			if err != nil {
				findings = append(findings, one.at(imported)+": "+err.Error())
				continue
			}
			if wrong := wrongArrow(module, one.folder(), target); wrong != "" {
				findings = append(findings, one.at(imported)+": "+wrong)
			}
		}
	}
	return findings
}

// wrongArrow says what is wrong with an import, or returns "".
func wrongArrow(module, from, target string) string {
	home := roomOf(from)
	if home == nil {
		return fmt.Sprintf("%s belongs to no room: give it one in internal/archtest/rules_test.go", from)
	}
	inside, own := strings.CutPrefix(target, module+"/")
	switch {
	case own && matches(program, inside) && !matches(program, from):
		return fmt.Sprintf("nobody imports %s", inside)
	case own && matches(testsOnly, inside) && !matches(testsOnly, from):
		return fmt.Sprintf("only tests import %s", inside)
	case own && !sameTree(home.packages, from, inside) && !matches(home.imports, inside),
		!own && guards(guarded, target) && !guards(home.outsiders, target):
		return fmt.Sprintf("%s (%s) may not import %s", from, home.is, cmp.Or(inside, target))
	}
	return ""
}

// sameTree reports whether one of the patterns is a folder tree that contains both.
func sameTree(patterns, from, inside string) bool {
	return slices.ContainsFunc(strings.Fields(patterns), func(pattern string) bool {
		return strings.HasSuffix(pattern, "/...") && matches(pattern, from) && matches(pattern, inside)
	})
}

func roomOf(folder string) *room {
	at := slices.IndexFunc(house, func(one room) bool { return matches(one.packages, folder) })
	if at < 0 {
		return nil
	}
	return &house[at]
}

// matches reports whether one of the patterns matches the folder.
func matches(patterns, folder string) bool {
	return slices.ContainsFunc(strings.Fields(patterns), func(pattern string) bool {
		if root, below := strings.CutSuffix(pattern, "..."); below {
			root = strings.TrimSuffix(root, "/")
			return root == "" || folder == root || strings.HasPrefix(folder, root+"/")
		}
		if parent, below := strings.CutSuffix(pattern, "/*"); below {
			return path.Dir(folder) == parent
		}
		return folder == pattern
	})
}

// guards reports whether one of the outsiders is the target or contains it.
func guards(outsiders, target string) bool {
	return slices.ContainsFunc(strings.Fields(outsiders), func(outsider string) bool {
		return outsider == everything || target == outsider || strings.HasPrefix(target, outsider+"/")
	})
}

func TestWrongArrow(t *testing.T) {
	t.Parallel()
	const module = "example.com/house"
	for _, test := range []struct {
		from, target string
		wrong        bool
	}{
		{"server", "internal/pg", false},
		{"server", "graph", false},
		{"graph", "server", true},
		{"bench", "server", true},
		{"server", "internal/dbtest", true},
		{"bench", "internal/vendors/vendortest", true},
		{"graph", "internal/organization", false},
		{"graph", "graph/gen", false},
		{"graph", "internal/pg", true},
		{"graph/loader", "internal/rds", true},
		{"graph", "github.com/uptrace/bun", true},
		{"graph", "github.com/uptrace/bun/dialect/pgdialect", true},
		{"graph/transport", "github.com/redis/go-redis/v9", true},
		{"graph", "database/sql", true},
		{"graph/transport", "net/http", false},
		{"internal/organization", "internal/name", false},
		{"internal/organization", "internal/journal", false},
		{"internal/organization", "internal/account", false},
		{"internal/account", "internal/organization", true},
		{"internal/mapping", "internal/organization", true},
		{"internal/organization", "graph", true},
		{"graph", "graph/plan", false},
		{"graph", "graph/fanout", false},
		{"graph/plan", "graph/fanout", true},
		{"graph/plan", "internal/journal", true},
		{"graph/fanout", "graph/plan", false},
		{"graph/fanout", "graph/transport", true},
		{"graph/fanout", "internal/live", true},
		{"graph/fanout", "internal/journal", true},
		{"graph/transport", "graph/fanout", false},
		{"graph/transport", "internal/journal", true},
		{"internal/live", "graph/fanout", true},
		{"internal/organization", "net/http", true},
		{"internal/organization", "net/http/httptest", true},
		{"internal/organization", "github.com/99designs/gqlgen/graphql", true},
		{"internal/organization", "github.com/google/uuid", false},
		{"internal/organization", "testing", true},
		{"internal/organization", "internal/dbtest", true},
		{"internal/mapping", "github.com/riverqueue/river", true},
		{"internal/refresh", "github.com/riverqueue/river", false},
		{"internal/refresh", "github.com/jackc/pgx/v5", true},
		{"internal/live", "internal/journal", true},
		{"internal/live", "internal/organization", true},
		{"internal/live", "github.com/redis/go-redis/v9", false},
		{"internal/vendors/hudu", "internal/vendors/call", false},
		{"internal/vendors/hudu", "internal/safehttp", false},
		{"internal/vendors/hudu", "internal/vendors/itglue", true},
		{"internal/vendors/hudu", "internal/vendors/sim", true},
		{"internal/vendors/hudu", "internal/pg", true},
		{"internal/vendors/hudu", "graph", true},
		{"internal/vendors/catalog", "internal/vendors/hudu", false},
		{"internal/vendors/catalog", "internal/vendors/vendortest", true},
		{"internal/dbtest", "internal/embedded/process", false},
		{"internal/embedded", "internal/embedded/process", false},
		{"internal/auth", "internal/auth/token", true},
		{"internal/apperr", "internal/pg", true},
		{"internal/secret", "github.com/tink-crypto/tink-go/v2/aead", false},
		{"internal/integration", "github.com/tink-crypto/tink-go/v2/aead", true},
		{"internal/novelty", "fmt", true},
	} {
		target := test.target
		if matches("server/... graph/... internal/...", target) {
			target = module + "/" + target
		}
		if wrong := wrongArrow(module, test.from, target); test.wrong != (wrong != "") {
			t.Errorf("%s -> %s: %q", test.from, test.target, wrong)
		}
	}
}

// A domain sees transactions and publishes events. It must not know how statements reach Postgres,
// how events reach a socket, or what sockets share.
func TestDomains_MayNotImportDriverTransportOrFanOut(t *testing.T) {
	t.Parallel()
	const module = "example.com/house"
	_, sources := readModule(t)
	kept := 0
	for _, domain := range strings.Fields(domains) {
		if slices.ContainsFunc(sources, func(one source) bool { return one.folder() == domain }) {
			kept++
		}
		for _, target := range []string{
			module + "/graph/fanout", module + "/graph/transport", module + "/graph/plan", module + "/internal/live",
			"github.com/99designs/gqlgen/graphql", "github.com/coder/websocket", "net/http", "github.com/jackc/pgx/v5",
		} {
			require.NotEmpty(t, wrongArrow(module, domain, target), "%s may import %s", domain, target)
		}
	}
	require.Equal(t, len(strings.Fields(domains)), kept, "a domain in the list is not in the module")
}

func TestWrongArrows_FindsForbiddenImports(t *testing.T) {
	t.Parallel()
	sources, err := read(fstest.MapFS{
		"internal/organization/good.go":          {Data: []byte("package organization\n\nimport \"context\"\n")},
		"internal/organization/planted.go":       {Data: []byte("package organization\n\nimport (\n\t\"context\"\n\tweb \"net/http\"\n)\n")},
		"internal/organization/other_windows.go": {Data: []byte("//go:build windows\n\npackage organization\n\nimport _ \"example.com/house/graph\"\n")},
		"internal/organization/some_test.go":     {Data: []byte("package organization\n\nimport _ \"net/http\"\n")},
		"internal/organization/testdata/skip.go": {Data: []byte("package nothing\n\nimport _ \"net/http\"\n")},
	})
	require.NoError(t, err)
	require.Equal(t, []string{
		"internal/organization/other_windows.go:5: internal/organization (domains) may not import graph",
		"internal/organization/planted.go:5: internal/organization (domains) may not import net/http",
	}, wrongArrows("example.com/house", sources))
}
