//go:build unix

package embedded

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
	osuser "os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

const (
	// lockName also marks a folder as ours: a folder with other files and no lock is never touched.
	lockName = "orgmap.lock"
	// socketName is the socket that postgres names after its port. The port is only a name: nothing listens on TCP.
	socketName = ".s.PGSQL." + socketPort
	socketPort = "5432"
	// maxSocketPath is macOS's limit for the path of a unix socket; Linux allows four more bytes.
	maxSocketPath = 103
	// fallbackRoot survives a reboot, unlike /tmp, and every user may enter it.
	fallbackRoot = "/var/tmp"
)

// instanceDir is a locked folder that belongs to one cluster.
type instanceDir struct {
	dir    string
	socket string
	user   *syscall.Credential
	lock   *os.File
}

func (p *instanceDir) data() string { return filepath.Join(p.dir, "data") }
func (p *instanceDir) log() string  { return filepath.Join(p.dir, "postgres.log") }

// unprivileged returns the user to run PostgreSQL as, or nil for the current user: PostgreSQL refuses to run as root.
func unprivileged() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		user, err := osuser.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(user.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(user.Gid, 10, 32)
		if err := errors.Join(err1, err2); err != nil {
			return nil, fmt.Errorf("user %s: %w", name, err)
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, errors.New("PostgreSQL does not run as root, and there is neither a user postgres nor nobody to run it as")
}

// claim creates and locks dir, or a folder in its place if the unprivileged user cannot reach dir.
func claim(ctx context.Context, dir string, b binaries, user *syscall.Credential, logger *slog.Logger) (*instanceDir, error) {
	dir, err := resolve(dir)
	if err != nil {
		return nil, err
	}
	p := &instanceDir{dir: dir, user: user}
	if err := p.make(); err != nil {
		return nil, err
	}
	if !reachable(ctx, p.dir, b, user) {
		p.dir = filepath.Join(fallbackRoot, "orgmap-"+shortHash(dir))
		logger.Warn("could not let PostgreSQL use the data directory as an unprivileged user; storing its data elsewhere",
			"data_directory", dir, "kept_in", p.dir)
		if err := p.make(); err != nil {
			return nil, err
		}
	}
	if err := p.acquire(); err != nil {
		return nil, err
	}
	if err := p.makeSocketFolder(); err != nil {
		p.release()
		return nil, err
	}
	return p, nil
}

// resolve creates dir's parents with mode 0755, so that an unprivileged user can enter them. It returns dir's path
// without links, because that path is compared with a postmaster's working directory as the kernel reports it.
func resolve(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("data directory: %w", err)
	}
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		return real, nil
	}
	parent := filepath.Dir(dir)
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return "", fmt.Errorf("data directory: %w", err)
	}
	if parent, err = filepath.EvalSymlinks(parent); err != nil {
		return "", fmt.Errorf("data directory: %w", err)
	}
	return filepath.Join(parent, filepath.Base(dir)), nil
}

// make creates the folder, private to the cluster's user. It checks the content first: a mistyped path to a folder with
// other files must not change the folder's owner.
func (p *instanceDir) make() error {
	entries, err := os.ReadDir(p.dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("data directory: %w", err)
	}
	if len(entries) > 0 {
		if _, err := os.Lstat(filepath.Join(p.dir, lockName)); err != nil {
			return fmt.Errorf("data directory %s holds other files; choose an empty folder", p.dir)
		}
	}
	if err := ownFolder(p.dir, p.user); err != nil {
		return fmt.Errorf("data directory: %w", err)
	}
	return nil
}

// ownFolder makes path a private folder of user. It accepts an existing one only if it is a real folder owned by user
// or by us: in a shared /tmp, someone else may have created it.
func ownFolder(path string, user *syscall.Credential) error {
	if err := os.Mkdir(path, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return fmt.Errorf("%s is not a folder", path)
	}
	owner := info.Sys().(*syscall.Stat_t).Uid //nolint:forcetypeassert // Sys returns this type on every unix
	if owner != uint32(os.Geteuid()) && (user == nil || owner != user.Uid) {
		return fmt.Errorf("%s belongs to another user", path)
	}
	if user != nil {
		if err := os.Chown(path, int(user.Uid), int(user.Gid)); err != nil {
			return err
		}
	}
	return os.Chmod(path, 0o700)
}

// reachable runs a program in dir instead of reading permission bits: the kernel also checks access lists and mounts.
func reachable(ctx context.Context, dir string, b binaries, user *syscall.Credential) bool {
	if user == nil {
		return true
	}
	_, err := version(ctx, b.path("postgres"), dir, user)
	return err == nil
}

// acquire takes the folder's lock. The kernel releases it when this process ends, however it ends.
func (p *instanceDir) acquire() error {
	path := filepath.Join(p.dir, lockName)
	lock, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return fmt.Errorf("lock: %w", err)
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		holder, _ := os.ReadFile(path)
		_ = lock.Close()
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return fmt.Errorf("lock %s: %w", path, err)
		}
		return fmt.Errorf("%w: %s (process %s)", ErrInUse, p.dir, strings.TrimSpace(string(holder)))
	}
	p.lock = lock
	if err := lock.Truncate(0); err != nil {
		p.release()
		return fmt.Errorf("lock: %w", err)
	}
	if _, err := fmt.Fprintf(lock, "%d\n", os.Getpid()); err != nil {
		p.release()
		return fmt.Errorf("lock: %w", err)
	}
	return nil
}

// release unlocks before it closes: a process that another goroutine is starting may briefly hold a copy of the file.
func (p *instanceDir) release() {
	_ = syscall.Flock(int(p.lock.Fd()), syscall.LOCK_UN)
	_ = p.lock.Close()
}

// makeSocketFolder chooses the socket's folder: beside the data, or in /tmp if that path does not work for a socket.
// The path is the same for a data directory, so that crashes do not leave folders with different names behind.
func (p *instanceDir) makeSocketFolder() error {
	p.socket = filepath.Join(p.dir, "run")
	// Clients would parse a path with a comma as a list of hosts.
	if len(p.socket)+len("/")+len(socketName) > maxSocketPath || strings.Contains(p.socket, ",") {
		p.socket = filepath.Join("/tmp", "orgmap-"+shortHash(p.dir))
	}
	if err := ownFolder(p.socket, p.user); err != nil {
		return fmt.Errorf("socket folder: %w", err)
	}
	return nil
}

// shortHash returns twelve hexadecimal digits for a path.
func shortHash(path string) string {
	sum := sha256.Sum256([]byte(path))
	return hex.EncodeToString(sum[:6])
}
