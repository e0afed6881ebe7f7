//go:build unix

package embedded

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/orgmap/orgmap/internal/embedded/process"
)

// characterTypes are tried in this order. The first two handle upper and lower case of all alphabets, but their names
// depend on the system. The last one handles only English letters.
var characterTypes = []string{"C.UTF-8", "en_US.UTF-8", "C"}

// choose returns the binaries that match the cluster's version, or the best ones if there is no cluster yet.
func (p *instanceDir) choose(found []binaries) (binaries, error) {
	content, err := os.ReadFile(filepath.Join(p.data(), "PG_VERSION"))
	if errors.Is(err, os.ErrNotExist) {
		return found[0], nil
	}
	if err != nil {
		return binaries{}, fmt.Errorf("version of the data: %w", err)
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(content)))
	if err != nil {
		return binaries{}, fmt.Errorf("version of the data: %w", err)
	}
	var there []string
	for _, b := range found {
		if b.major == major {
			return b, nil
		}
		there = append(there, fmt.Sprintf("%d in %s", b.major, b.dir))
	}
	return binaries{}, fmt.Errorf("the data in %s was written by PostgreSQL %d, and only %s was found: install PostgreSQL %d, "+
		"or move the data with pg_dump and an empty data directory", p.dir, major, strings.Join(there, ", "), major)
}

// initialize creates the cluster if there is none. It uses a temporary name first, so that an incomplete cluster is
// never used.
func (p *instanceDir) initialize(ctx context.Context, b binaries, pattern string, durable bool) error {
	if _, err := os.Stat(p.data()); err == nil {
		return nil
	}
	fresh := p.data() + ".new"
	var err error
	if pattern == "" {
		err = p.makeCluster(ctx, b, fresh, durable)
	} else {
		err = p.copyCluster(ctx, b, pattern, fresh, durable)
	}
	if err != nil {
		return err
	}
	if err := os.Rename(fresh, p.data()); err != nil {
		return fmt.Errorf("new cluster: %w", err)
	}
	if durable {
		return syncFolder(p.dir)
	}
	return nil
}

// copyCluster copies the cluster in the pattern folder. If the folder has none for these programs, it runs initdb and
// stores a copy. Several orgmaps may do so at once: the first to finish wins, and the others' clusters are just as
// good.
func (p *instanceDir) copyCluster(ctx context.Context, b binaries, pattern, fresh string, durable bool) error {
	kept := filepath.Join(pattern, fmt.Sprintf("postgres-%d-%s", b.major, shortHash(b.dir)))
	if _, err := os.Stat(kept); err != nil {
		if err := p.makeCluster(ctx, b, fresh, durable); err != nil {
			return err
		}
		if err := os.MkdirAll(pattern, 0o700); err != nil {
			return fmt.Errorf("pattern: %w", err)
		}
		half, err := os.MkdirTemp(pattern, "half-")
		if err != nil {
			return fmt.Errorf("pattern: %w", err)
		}
		defer func() { _ = os.RemoveAll(half) }()
		if err := copyFolder(ctx, fresh, filepath.Join(half, "cluster")); err != nil {
			return err
		}
		_ = os.Rename(filepath.Join(half, "cluster"), kept) // fails if another orgmap was faster
		return nil
	}
	if err := os.RemoveAll(fresh); err != nil {
		return fmt.Errorf("half-made cluster: %w", err)
	}
	return copyFolder(ctx, kept, fresh)
}

// copyFolder copies a folder with its owners and modes: PostgreSQL refuses to start on files that are not its own.
func copyFolder(ctx context.Context, from, to string) error {
	if output, err := exec.CommandContext(ctx, "cp", "-Rp", from, to).CombinedOutput(); err != nil {
		return fmt.Errorf("copy the cluster: %w: %s", err, bytes.TrimSpace(output))
	}
	return nil
}

// makeCluster runs initdb with the first of characterTypes that this system supports.
func (p *instanceDir) makeCluster(ctx context.Context, b binaries, fresh string, durable bool) error {
	var err error
	for _, characters := range characterTypes {
		if err := os.RemoveAll(fresh); err != nil {
			return fmt.Errorf("half-made cluster: %w", err)
		}
		if err = p.initdb(ctx, b, fresh, characters, durable); err == nil {
			break
		}
		if ctx.Err() != nil || !strings.Contains(err.Error(), "invalid locale") {
			break
		}
	}
	return err
}

// initdb creates a cluster that sorts by code point. That order is the same on every system and in every version, so no
// index breaks when the operating system's locale data changes.
func (p *instanceDir) initdb(ctx context.Context, b binaries, dir, characters string, durable bool) error {
	args := []string{
		"-D", dir, "-U", role, "--auth=trust", "--encoding=UTF8",
		"--lc-collate=C", "--lc-ctype=" + characters, "--lc-messages=C", "--lc-monetary=C", "--lc-numeric=C", "--lc-time=C",
	}
	if !durable {
		args = append(args, "--no-sync")
	}
	var output bytes.Buffer
	cmd := command(b.path("initdb"), p.dir, p.user, args...)
	cmd.Stdout, cmd.Stderr = &output, &output
	if err := process.Run(ctx, cmd, syscall.SIGTERM); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, bytes.TrimSpace(output.Bytes()))
	}
	return nil
}

func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("new cluster: %w", err)
	}
	defer folder.Close()
	if err := folder.Sync(); err != nil {
		return fmt.Errorf("new cluster: %w", err)
	}
	return nil
}
