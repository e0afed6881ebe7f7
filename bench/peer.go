package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// peersFolder holds the peers' sources, from where the bench is run: the repository's root.
const peersFolder = "bench/peers"

// errNoPeers says that this machine cannot run the peers.
var errNoPeers = errors.New("the peers cannot be installed")

// installPeers installs what the lock names, the Node.js that runs them included, unless that was done before.
func installPeers(ctx context.Context) error {
	lock, err := os.ReadFile(filepath.Join(peersFolder, "package-lock.json"))
	if err != nil {
		return fmt.Errorf("%w: run the bench in the repository's root: %w", errNoPeers, err)
	}
	note := filepath.Join(peersFolder, "node_modules", ".installed") // the lock that was installed
	if installed, err := os.ReadFile(note); err == nil && bytes.Equal(installed, lock) {
		return nil
	}
	say("installing the peers with npm ci")
	npm := exec.CommandContext(ctx, "npm", "ci", "--no-audit", "--no-fund", "--loglevel=error")
	npm.Dir, npm.Stderr = peersFolder, os.Stderr
	if err := npm.Run(); err != nil {
		return fmt.Errorf("%w: npm ci: %w", errNoPeers, err)
	}
	return os.WriteFile(note, lock, 0o644)
}

// nodeProgram is the Node.js that the lock names: the one of the machine may be older than a peer takes.
func nodeProgram() (string, error) {
	program, err := filepath.Abs(filepath.Join(peersFolder, "node_modules", ".bin", "node"))
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(program); err != nil {
		return "", fmt.Errorf("there is no Node.js for %s/%s among the packages: %w", runtime.GOOS, runtime.GOARCH, err)
	}
	return program, nil
}

func startPeer(name string) func(context.Context, *stage, tenant) (*server, error) {
	return func(ctx context.Context, stage *stage, of tenant) (*server, error) {
		node, err := nodeProgram()
		if err != nil {
			return nil, err
		}
		return stage.launch(ctx, name, func(ctx context.Context, address string) *exec.Cmd {
			cmd := exec.CommandContext(ctx, node, filepath.Join(peersFolder, "main.js"), name, stage.postgres.URL(), of.account.String(), address)
			cmd.Env = append(os.Environ(), "NODE_ENV=production", "GRAPHILE_ENV=production")
			return cmd
		})
	}
}
