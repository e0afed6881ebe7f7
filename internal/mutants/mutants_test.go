package main

import (
	"go/build"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const root = "../.."

// leastMutants is the minimum number of mutants: rules only get added.
const leastMutants = 60

func TestTable_MatchesTheSources(t *testing.T) {
	t.Parallel()
	all := table()
	require.GreaterOrEqual(t, len(all), leastMutants)
	names, known := map[string]bool{}, map[string]map[string]bool{}
	kebab, sentence := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)+$`), regexp.MustCompile(`^[A-Z"@].*\.$`)
	for _, one := range all {
		t.Run(one.name, func(t *testing.T) { //nolint:paralleltest // subtests share what was read
			require.Regexp(t, kebab, one.name)
			require.False(t, names[one.name], "two mutants have this name")
			names[one.name] = true
			require.Regexp(t, sentence, one.rule)
			require.NotEqual(t, one.old, one.new)
			require.NotRegexp(t, `_test\.go$|(^|/)testdata/`, one.file, "a mutant changes a test")

			mutated, err := one.mutate(root)
			require.NoError(t, err)
			if one.isSQL() {
				require.True(t, strings.HasPrefix(one.file, "migrations/") && one.in != "", "a mutant of a migration must name a package with tests")
			} else {
				_, err = parser.ParseFile(token.NewFileSet(), one.file, mutated, parser.SkipObjectResolution)
				require.NoError(t, err)
			}

			folder := one.testedIn()
			if known[folder] == nil {
				known[folder] = testsIn(t, folder)
			}
			for _, name := range one.testNames() {
				require.True(t, known[folder][name], "there is no test %s in %s", name, folder)
			}
		})
	}
}

// testsIn returns the names of a package's tests that run without build tags.
func testsIn(t *testing.T, folder string) map[string]bool {
	t.Helper()
	folder = filepath.Join(root, filepath.FromSlash(folder))
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	require.NoError(t, err)
	declared := regexp.MustCompile(`(?m)^func (Test\w+)\(t \*testing\.T\)`)
	names := map[string]bool{}
	for _, file := range files {
		runs, err := build.Default.MatchFile(folder, filepath.Base(file))
		require.NoError(t, err)
		if !runs {
			continue
		}
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, found := range declared.FindAllStringSubmatch(string(text), -1) {
			names[found[1]] = true
		}
	}
	return names
}

func TestMutate_RequiresItsTextExactlyOnce(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "a.go"), []byte("a b b"), 0o600))
	text, err := mutant{file: "a.go", old: "a", new: "c"}.mutate(folder)
	require.NoError(t, err)
	require.Equal(t, "c b b", text)
	_, err = mutant{file: "a.go", old: "b"}.mutate(folder)
	require.ErrorContains(t, err, "occurs 2 times in a.go")
	_, err = mutant{file: "a.go", old: "d"}.mutate(folder)
	require.ErrorContains(t, err, "occurs 0 times in a.go")
	_, err = mutant{file: "b.go", old: "b"}.mutate(folder)
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestTemplateFailure_MatchesTheMessageOfTests(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, "internal", "dbtest", "database.go"))
	require.NoError(t, err)
	require.Contains(t, string(text), templateFailure)
}
