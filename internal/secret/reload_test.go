package secret_test

import (
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/secret"
)

// rewrite overwrites the file in place, like a copy that is interrupted.
func rewrite(t *testing.T, path string, content []byte) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, content, 0o600))
}

func TestLoadKeyset_TruncatedFileKeepsTheLastValidKeys(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keyset.json")
	first := newKeyset(t)
	rotated, err := secret.Rotate(first)
	require.NoError(t, err)
	rewrite(t, path, first)
	sealer, err := secret.LoadKeyset(path)
	require.NoError(t, err)
	sealed, err := sealer.Seal([]byte("password"), "place")
	require.NoError(t, err)
	stranger, err := newSealer(t, newKeyset(t)).Seal([]byte("password"), "place")
	require.NoError(t, err)

	for length := range len(rotated) {
		rewrite(t, path, rotated[:length])
		_, err := sealer.Open(stranger, "place")
		require.ErrorIs(t, err, secret.ErrSealed, "cut at byte %d", length)
		opened, err := sealer.Open(sealed, "place")
		require.NoError(t, err, "cut at byte %d", length)
		require.Equal(t, "password", string(opened))
		again, err := sealer.Seal([]byte("password"), "place")
		require.NoError(t, err, "cut at byte %d", length)
		require.True(t, sealer.SealedByPrimary(again))
		require.Equal(t, newSealer(t, first).Mark([]byte("text")), sealer.Mark([]byte("text")))
	}
	require.NoError(t, os.Remove(path))
	_, err = sealer.Seal([]byte("password"), "place")
	require.NoError(t, err, "the keys are kept without the file")

	rewrite(t, path, rotated)
	later, err := sealer.Seal([]byte("password"), "place")
	require.NoError(t, err)
	require.True(t, newSealer(t, rotated).SealedByPrimary(later), "the new key is used once the file is complete")
}

func TestSeal_UsesTheNewKeyRightAfterARotation(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keyset.json")
	require.NoError(t, secret.WriteKeyset(path, newKeyset(t)))
	running, err := secret.LoadKeyset(path)
	require.NoError(t, err)
	for range 5 { // faster than a file system's clock may tick
		encoded, err := secret.ReadKeyset(path)
		require.NoError(t, err)
		rotated, err := secret.Rotate(encoded)
		require.NoError(t, err)
		old, err := running.Seal([]byte("key"), "place")
		require.NoError(t, err)
		require.NoError(t, secret.WriteKeyset(path, rotated))
		sealed, err := running.Seal([]byte("key"), "place") // first: the primary key check reads the file too
		require.NoError(t, err)
		require.True(t, newSealer(t, rotated).SealedByPrimary(sealed))
		require.False(t, running.SealedByPrimary(old))
	}
}

func TestSealer_WorksWhileTheFileIsReplacedOrTruncated(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keyset.json")
	encoded := newKeyset(t)
	require.NoError(t, secret.WriteKeyset(path, encoded))
	sealer, err := secret.LoadKeyset(path)
	require.NoError(t, err)
	oldest, err := sealer.Seal([]byte("oldest"), "place")
	require.NoError(t, err)
	var done atomic.Bool
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for !done.Load() {
				sealed, err := sealer.Seal([]byte("text"), "place")
				if err != nil {
					t.Error(err)
					return
				}
				for _, one := range [][]byte{sealed, oldest} {
					if _, err := sealer.Open(one, "place"); err != nil {
						t.Error(err)
						return
					}
				}
				_, _ = sealer.Open([]byte("nonsense"), "place")
			}
		})
	}
	for round := range 40 {
		encoded, err = secret.Rotate(encoded)
		require.NoError(t, err)
		rewrite(t, path, encoded[:len(encoded)*round/40])
		require.NoError(t, secret.WriteKeyset(path, encoded))
	}
	done.Store(true)
	group.Wait()
	sealed, err := sealer.Seal([]byte("text"), "place")
	require.NoError(t, err)
	require.True(t, newSealer(t, encoded).SealedByPrimary(sealed))
}
