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

// probeReachable does what probe does. If orgmap runs as root and the npm package is below a folder like /root, it also
// copies the package's programs to a folder that user can enter. It never copies programs of the system.
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

// publish copies native once per release of the package and returns the copy's path.
func publish(native string) (string, error) {
	release, err := os.ReadFile(filepath.Join(filepath.Dir(native), "package.json"))
	if err != nil {
		return "", fmt.Errorf("npm package: %w", err)
	}
	open := filepath.Join(fallbackRoot, "orgmap-postgres-"+shortHash(native+string(release)))
	if info, err := os.Lstat(open); err == nil {
		// Anyone can create a folder in /var/tmp, and these programs will be run.
		owner := info.Sys().(*syscall.Stat_t).Uid //nolint:forcetypeassert // Sys returns this type on every unix
		if !info.IsDir() || owner != uint32(os.Geteuid()) {
			return "", fmt.Errorf("%s belongs to another user", open)
		}
		return open, nil
	}
	// Copy under a temporary name first, so that an interrupted copy is never used.
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
