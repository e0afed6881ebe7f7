//go:build unix

package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// probeReachable is probe, and copies programs of the npm package to where user can reach them when orgmap runs as root
// and the package was installed below a folder like /root. Programs of the system are never copied.
func probeReachable(ctx context.Context, dir string, user *syscall.Credential) (binaries, error) {
	b, err := probe(ctx, dir, user)
	native := filepath.Dir(dir)
	if user == nil || filepath.Base(native) != "native" || !errors.Is(err, os.ErrPermission) {
		return b, err
	}
	open, copyErr := publish(native)
	if copyErr != nil {
		return binaries{}, errors.Join(err, copyErr)
	}
	return probe(ctx, filepath.Join(open, filepath.Base(dir)), user)
}

// publish copies native once for each release of the package and returns the copy's path.
func publish(native string) (string, error) {
	release, err := os.ReadFile(filepath.Join(filepath.Dir(native), "package.json"))
	if err != nil {
		return "", fmt.Errorf("npm package: %w", err)
	}
	open := filepath.Join(fallbackRoot, "orgmap-postgres-"+shortHash(native+string(release)))
	if info, err := os.Lstat(open); err == nil {
		// Anybody may make a folder in /var/tmp, and these programs are going to be run.
		owner := info.Sys().(*syscall.Stat_t).Uid //nolint:forcetypeassert // this is what it is on every unix
		if !info.IsDir() || owner != uint32(os.Geteuid()) {
			return "", fmt.Errorf("%s belongs to another user", open)
		}
		return open, nil
	}
	// Copied under another name first, so that an interrupted copy is never used.
	fresh, err := os.MkdirTemp(fallbackRoot, "orgmap-postgres-")
	if err != nil {
		return "", fmt.Errorf("copy of the npm package: %w", err)
	}
	if err := errors.Join(os.CopyFS(fresh, os.DirFS(native)), os.Chmod(fresh, 0o755)); err != nil {
		return "", errors.Join(fmt.Errorf("copy of the npm package: %w", err), os.RemoveAll(fresh))
	}
	if err := os.Rename(fresh, open); err != nil {
		return "", errors.Join(fmt.Errorf("copy of the npm package: %w", err), os.RemoveAll(fresh))
	}
	return open, nil
}
