//go:build unix

package embedded

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

const (
	// orphanPatience is how long an orphan may take for an orderly stop before it is told to drop everything.
	orphanPatience = 10 * time.Second
	// pollEvery is the pause between two looks at a state that nothing announces.
	pollEvery = 10 * time.Millisecond
)

// endOrphan stops a postmaster that outlived the orgmap which started it. The folder's lock is held, so no living
// orgmap owns that postmaster.
func (p *place) endOrphan(ctx context.Context, logger *slog.Logger) error {
	pidFile := filepath.Join(p.data(), "postmaster.pid")
	content, err := os.ReadFile(pidFile)
	if errors.Is(err, os.ErrNotExist) {
		return p.removeSocket()
	}
	if err != nil {
		return fmt.Errorf("postmaster.pid: %w", err)
	}
	line, _, _ := bytes.Cut(content, []byte("\n"))
	pid, err := strconv.Atoi(string(bytes.TrimSpace(line)))
	if err != nil || pid <= 1 {
		return fmt.Errorf("%s is damaged: remove it when no postgres runs on this folder", pidFile)
	}
	if !alive(pid) {
		return p.removeSocket() // postgres itself clears up after a postmaster that is gone
	}
	if !servesFolder(pid, p.data()) {
		// The number now belongs to a stranger, but postgres would take any living process for a postmaster.
		if err := os.Remove(pidFile); err != nil {
			return fmt.Errorf("stale postmaster.pid: %w", err)
		}
		return p.removeSocket()
	}
	logger.Warn("stopping a PostgreSQL server that a killed orgmap left behind", "pid", pid, "data_directory", p.dir)
	if err := end(ctx, pid, p.data()); err != nil {
		return err
	}
	return p.removeSocket()
}

func end(ctx context.Context, pid int, data string) error {
	patience, cancel := context.WithTimeout(ctx, orphanPatience)
	defer cancel()
	for signal, limit := syscall.SIGINT, patience; ; signal, limit = syscall.SIGQUIT, ctx {
		if err := syscall.Kill(pid, signal); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("stop the postgres with process id %d: %w", pid, err)
		}
		if waitUntil(limit, func() bool { return !alive(pid) || !servesFolder(pid, data) }) {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("the postgres with process id %d does not stop: %w", pid, err)
		}
	}
}

// removeSocket clears what a killed postmaster left: its socket's lock file names a process id that may be reused.
func (p *place) removeSocket() error {
	for _, name := range []string{socketName, socketName + ".lock"} {
		if err := os.Remove(filepath.Join(p.socket, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("old socket: %w", err)
		}
	}
	return nil
}

// alive also counts a process of another user, which may not be signalled.
func alive(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}

// waitUntil reports whether done came true before ctx ended.
func waitUntil(ctx context.Context, done func() bool) bool {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for !done() {
		select {
		case <-ctx.Done():
			return false
		case <-tick.C:
		}
	}
	return true
}
