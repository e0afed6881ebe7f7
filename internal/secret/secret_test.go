package secret_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/secret"
)

func newKeyset(t *testing.T) []byte {
	t.Helper()
	encoded, err := secret.NewKeyset()
	require.NoError(t, err)
	return encoded
}

func newSealer(t *testing.T, encoded []byte) *secret.Sealer {
	t.Helper()
	sealer, err := secret.NewSealer(encoded)
	require.NoError(t, err)
	return sealer
}

func TestSealer(t *testing.T) {
	t.Parallel()
	encoded := newKeyset(t)
	sealer := newSealer(t, encoded)
	sealed, err := sealer.Seal([]byte("the key"), "account", "connection", "credentials", "v1")
	require.NoError(t, err)
	require.NotContains(t, string(sealed), "the key")

	t.Run("opens with the same context", func(t *testing.T) {
		t.Parallel()
		plaintext, err := sealer.Open(sealed, "account", "connection", "credentials", "v1")
		require.NoError(t, err)
		require.Equal(t, "the key", string(plaintext))
	})
	t.Run("does not open in another row", func(t *testing.T) {
		t.Parallel()
		_, err := sealer.Open(sealed, "account", "other connection", "credentials", "v1")
		require.ErrorIs(t, err, secret.ErrSealed)
		_, err = sealer.Open(sealed, "accountconnection", "credentials", "v1")
		require.ErrorIs(t, err, secret.ErrSealed, "the same text in other parts")
	})
	t.Run("does not open with another keyset", func(t *testing.T) {
		t.Parallel()
		_, err := newSealer(t, newKeyset(t)).Open(sealed, "account", "connection", "credentials", "v1")
		require.ErrorIs(t, err, secret.ErrSealed)
	})
	t.Run("does not open if a bit is flipped", func(t *testing.T) {
		t.Parallel()
		for i := range sealed {
			turned := append([]byte(nil), sealed...)
			turned[i] ^= 1
			_, err := sealer.Open(turned, "account", "connection", "credentials", "v1")
			require.ErrorIs(t, err, secret.ErrSealed)
		}
		_, err := sealer.Open(nil, "account", "connection", "credentials", "v1")
		require.ErrorIs(t, err, secret.ErrSealed)
	})
	t.Run("opens old texts after a rotation, and only new ones use the primary key", func(t *testing.T) {
		t.Parallel()
		require.True(t, sealer.SealedByPrimary(sealed))
		rotated, err := secret.Rotate(encoded)
		require.NoError(t, err)
		after := newSealer(t, rotated)
		plaintext, err := after.Open(sealed, "account", "connection", "credentials", "v1")
		require.NoError(t, err)
		require.Equal(t, "the key", string(plaintext))
		require.False(t, after.SealedByPrimary(sealed))
		again, err := after.Seal(plaintext, "account")
		require.NoError(t, err)
		require.True(t, after.SealedByPrimary(again))
		require.False(t, after.SealedByPrimary(again[:3]))
	})
}

func TestLoadKeyset(t *testing.T) {
	t.Parallel()
	t.Run("reads a written keyset, which only its owner can read", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "keyset.json")
		require.NoError(t, secret.WriteKeyset(path, newKeyset(t)))
		info, err := os.Stat(path)
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
		_, err = secret.LoadKeyset(path)
		require.NoError(t, err)
		entries, err := os.ReadDir(filepath.Dir(path))
		require.NoError(t, err)
		require.Len(t, entries, 1, "no temporary file is left behind")
	})
	t.Run("names the command that creates a missing file", func(t *testing.T) {
		t.Parallel()
		_, err := secret.LoadKeyset(filepath.Join(t.TempDir(), "keyset.json"))
		require.ErrorContains(t, err, "orgmap keys new")
	})
	t.Run("refuses a file that others may read", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "keyset.json")
		require.NoError(t, secret.WriteKeyset(path, newKeyset(t)))
		require.NoError(t, os.Chmod(path, 0o640))
		_, err := secret.LoadKeyset(path)
		require.ErrorContains(t, err, "chmod 600")
	})
	t.Run("refuses an invalid keyset", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "keyset.json")
		require.NoError(t, secret.WriteKeyset(path, []byte("{}")))
		_, err := secret.LoadKeyset(path)
		require.ErrorContains(t, err, path)
	})
	t.Run("opens texts sealed after a rotation without a restart", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "keyset.json")
		require.NoError(t, secret.WriteKeyset(path, newKeyset(t)))
		running, err := secret.LoadKeyset(path)
		require.NoError(t, err)

		encoded, err := secret.ReadKeyset(path)
		require.NoError(t, err)
		rotated, err := secret.Rotate(encoded)
		require.NoError(t, err)
		require.NoError(t, secret.WriteKeyset(path, rotated))
		// A file system's clock may be too coarse to distinguish two writes in one test.
		require.NoError(t, os.Chtimes(path, time.Time{}, time.Unix(1_900_000_000, 0)))
		sealed, err := newSealer(t, rotated).Seal([]byte("the key"), "place")
		require.NoError(t, err)

		plaintext, err := running.Open(sealed, "place")
		require.NoError(t, err)
		require.Equal(t, "the key", string(plaintext))
		require.True(t, running.SealedByPrimary(sealed))
	})
}

func TestMark_IsTheSameOnEveryServerAndAfterRotations(t *testing.T) {
	t.Parallel()
	encoded := newKeyset(t)
	mark := newSealer(t, encoded).Mark([]byte("the key"))
	require.NotContains(t, string(mark), "the key")
	require.Equal(t, mark, newSealer(t, encoded).Mark([]byte("the key")))
	require.NotEqual(t, mark, newSealer(t, encoded).Mark([]byte("another key")))
	require.NotEqual(t, mark, newSealer(t, newKeyset(t)).Mark([]byte("the key")), "marks cannot be guessed without the keyset")
	rotated, err := secret.Rotate(encoded)
	require.NoError(t, err)
	require.Equal(t, mark, newSealer(t, rotated).Mark([]byte("the key")))
}
