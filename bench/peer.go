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

// peersFolder holds the peers' sources, relative to the repository's root, where the bench runs.
const peersFolder = "bench/peers"

// errNoPeers means that this machine cannot run the peers.
var errNoPeers = errors.New("the peers cannot be installed")

// installPeers installs the packages in the lock file, including Node.js, unless they are installed already.
func installPeers(ctx context.Context) error {
	lock, err := os.ReadFile(filepath.Join(peersFolder, "package-lock.json"))
	if err != nil {
		return fmt.Errorf("%w: run the bench in the repository's root: %w", errNoPeers, err)
	}
	note := filepath.Join(peersFolder, "node_modules", ".installed") // a copy of the installed lock file
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

// nodeProgram returns the path of the Node.js in the lock file: the machine's own may be too old for a peer.
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
