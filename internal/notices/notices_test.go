package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const notices = "../../THIRD_PARTY_NOTICES"

func TestNotices_NameEveryShippedComponent(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(notices)
	require.NoError(t, err)
	lines := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		lines[strings.TrimSuffix(line, "\n")] = true
	}
	modules, err := goModules(t.Context(), "../../server")
	require.NoError(t, err)
	require.NotEmpty(t, modules)
	for _, module := range modules {
		require.True(t, lines[module.name], "%s is not in THIRD_PARTY_NOTICES: run make licenses", module.name)
	}
	packages, err := lockedPackages("../../web/app")
	require.NoError(t, err)
	require.NotEmpty(t, packages)
	for path, one := range packages {
		require.True(t, lines[one.named(path)], "%s is not in THIRD_PARTY_NOTICES: run make licenses", one.named(path))
	}
}

func TestNpmPackages_OmitsPackagesThatAreNotShipped(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write := func(path, text string) {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(folder, path)), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(folder, path), []byte(text), 0o600))
	}
	write("package-lock.json", `{"packages":{"":{"version":"0"},"node_modules/a":{"version":"1","license":"MIT"},
		"node_modules/a/node_modules/@b/c":{"version":"2"},"node_modules/d":{"version":"3","dev":true},"node_modules/e":{"version":"4","optional":true}}}`)
	write("node_modules/a/package.json", "{}")
	write("node_modules/a/node_modules/@b/c/LICENSE.md", "\ufeffthe text  \r\nof c\n\n")
	write("node_modules/a/node_modules/@b/c/license.js", "code")
	found, err := npmPackages(folder)
	require.NoError(t, err)
	require.ElementsMatch(t, []component{
		{name: "a 1", license: "MIT"}, {name: "@b/c 2", licenses: []string{"the text\nof c"}},
	}, found)

	write("package-lock.json", `{"packages":{"node_modules/a":{"version":"1"}}}`)
	_, err = npmPackages(folder)
	require.ErrorContains(t, err, "a 1 names no license")
	write("package-lock.json", `{"packages":{"node_modules/f":{"version":"1","license":"MIT"}}}`)
	_, err = npmPackages(folder)
	require.ErrorContains(t, err, "f 1 is not installed")
}

func TestWrite_GroupsComponentsByLicenseText(t *testing.T) {
	t.Parallel()
	text := string(write([]component{
		{name: "b", licenses: []string{"text"}}, {name: "c", license: "MIT"}, {name: "a", licenses: []string{"text"}}, {name: "a", licenses: []string{"text"}},
	}))
	require.Equal(t, 1, strings.Count(text, "\na\nb\n-"))
	require.Equal(t, 1, strings.Count(text, "\ntext\n"))
	require.Contains(t, text, "published under this license: MIT")
}
