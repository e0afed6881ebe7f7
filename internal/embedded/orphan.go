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
	// orphanTimeout is how long an orphan may take to shut down before it is told to quit immediately.
	orphanTimeout = 10 * time.Second
	// pollEvery is the pause between two checks of a state that sends no notification.
	pollEvery = 10 * time.Millisecond
)

// endOrphan stops a postmaster that outlived the orgmap that started it. The caller holds the folder's lock, so no
// running orgmap owns that postmaster.
func (p *instanceDir) endOrphan(ctx context.Context, logger *slog.Logger) error {
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
		return p.removeSocket() // postgres cleans up after a dead postmaster
	}
	if !servesFolder(pid, p.data()) {
		// The process ID now belongs to an unrelated process, but postgres would take any running process for a
		// postmaster.
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
	gentle, cancel := context.WithTimeout(ctx, orphanTimeout)
	defer cancel()
	for signal, limit := syscall.SIGINT, gentle; ; signal, limit = syscall.SIGQUIT, ctx {
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

// removeSocket removes what a killed postmaster left: its socket's lock file names a process ID that may be reused.
func (p *instanceDir) removeSocket() error {
	for _, name := range []string{socketName, socketName + ".lock"} {
		if err := os.Remove(filepath.Join(p.socket, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("old socket: %w", err)
		}
	}
	return nil
}

// alive reports whether a process exists, even one of another user, which we may not signal.
func alive(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}

// waitUntil reports whether done returned true before ctx ended.
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
