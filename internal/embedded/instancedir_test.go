//go:build unix

package embedded

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestStartPostgres_AsRoot(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("needs root")
	}
	t.Run("runs as another user, who owns the folder", func(t *testing.T) {
		t.Parallel()
		p := start(t, newDir(t))
		info, err := os.Stat(p.Dir())
		require.NoError(t, err)
		owner := info.Sys().(*syscall.Stat_t).Uid
		require.NotZero(t, owner)
		require.Equal(t, p.instanceDir.user.Uid, owner)
		require.Equal(t, os.FileMode(0o700), info.Mode().Perm())
	})
	t.Run("uses a fixed other folder if this user cannot access the parent", func(t *testing.T) {
		t.Parallel()
		dir := newDir(t)
		require.NoError(t, os.Chmod(filepath.Dir(dir), 0o700))
		notices := &bytes.Buffer{}
		options := PostgresOptions{DataDir: dir, Logger: slog.New(slog.NewTextHandler(notices, nil))}
		for range 2 {
			p, err := StartPostgres(t.Context(), options)
			skipWithoutBinaries(t, err)
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, os.RemoveAll(p.Dir())) })
			require.Equal(t, "/var/tmp/orgmap-"+shortHash(dir), p.Dir())
			require.Contains(t, notices.String(), "kept_in="+p.Dir())
			require.Equal(t, "1", query(t, p, "SELECT 1::text"))
			stop(t, p)
		}
	})
}

func TestStartPostgres_LongPath(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(newDir(t), strings.Repeat("long, and with a space/", 6))
	p := start(t, dir)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(p.instanceDir.socket)) })
	require.Equal(t, "/tmp/orgmap-"+shortHash(p.Dir()), p.instanceDir.socket)
	require.Equal(t, "1", query(t, p, "SELECT 1::text"))
}

func TestStartPostgres_LinkedFolder(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	require.NoError(t, os.Mkdir(dir, 0o700))
	link := dir + "-link"
	require.NoError(t, os.Symlink(dir, link))
	p := start(t, link)
	require.Equal(t, dir, p.Dir())
}

func TestOwnFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.Symlink(dir, filepath.Join(dir, "link")))
	require.ErrorContains(t, ownFolder(filepath.Join(dir, "link"), nil), "is not a folder")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "file"), nil, 0o600))
	require.ErrorContains(t, ownFolder(filepath.Join(dir, "file"), nil), "is not a folder")
	if os.Geteuid() != 0 {
		return
	}
	foreign := filepath.Join(dir, "foreign")
	require.NoError(t, os.Mkdir(foreign, 0o700))
	require.NoError(t, os.Chown(foreign, 4242, 4242))
	require.ErrorContains(t, ownFolder(foreign, &syscall.Credential{Uid: 4243}), "belongs to another user")
}
