package transport_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// These tests hold the transports to the reference implementations, which are written for Node. They are skipped where
// there is no Node, except in CI.

const nodeFolder = "testdata/node"

// installNode installs the reference implementations, pinned by the lock file, where that has not been done.
var installNode = sync.OnceValue(func() error {
	if _, err := os.Stat(filepath.Join(nodeFolder, "node_modules", ".package-lock.json")); err == nil {
		return nil
	}
	command := exec.Command("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
	command.Dir = nodeFolder
	if output, err := command.CombinedOutput(); err != nil {
		return errors.Join(err, errors.New(string(output)))
	}
	return nil
})

type verdict struct {
	Name   string
	OK     bool
	Detail string
}

// runNode runs a script against a server and returns what it found.
func runNode(t *testing.T, script string, s *server) []verdict {
	t.Helper()
	if _, err := exec.LookPath("node"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("node is needed for the protocol tests")
		}
		t.Skip("node is not installed: the tests against the reference implementations are skipped")
	}
	require.NoError(t, installNode())
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, "node", script, s.url())
	command.Dir = nodeFolder
	var failure bytes.Buffer
	command.Stderr = &failure
	output, err := command.Output()
	require.NoError(t, err, failure.String())
	var verdicts []verdict
	for decoder := json.NewDecoder(bytes.NewReader(output)); decoder.More(); {
		var one verdict
		require.NoError(t, decoder.Decode(&one), string(output))
		verdicts = append(verdicts, one)
	}
	return verdicts
}

func requireAll(t *testing.T, count int, verdicts []verdict) {
	t.Helper()
	for _, one := range verdicts {
		if !one.OK {
			t.Errorf("%s: %s", one.Name, one.Detail)
		}
	}
	require.Len(t, verdicts, count)
}

func onlyGoodTokens(o *options) {
	o.websocket.Init = func(ctx context.Context, payload map[string]any) (context.Context, map[string]any, error) {
		if payload["authorization"] == "bad" {
			return nil, nil, errors.New("no such token")
		}
		return ctx, nil, nil
	}
}

func TestAuditsOfGraphQLHTTP(t *testing.T) {
	t.Parallel()
	requireAll(t, 61, runNode(t, "audits.mjs", newServer(t)))
}

func TestEdgeCasesOfGraphQLTransportWS(t *testing.T) {
	t.Parallel()
	s := newServer(t, onlyGoodTokens, func(o *options) {
		o.websocket.InitTimeout, o.websocket.PingInterval = time.Second, 700*time.Millisecond
	})
	requireAll(t, 27, runNode(t, "edges.mjs", s))
}

func TestClientGraphQLWS(t *testing.T) {
	t.Parallel()
	s := newServer(t, onlyGoodTokens)
	requireAll(t, 19, runNode(t, "graphql-ws.mjs", s))
	require.EqualValues(t, 2, s.schema.attempts.Load(), "the client has not reconnected")
}

func TestClientGraphQLSSE(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	requireAll(t, 9, runNode(t, "graphql-sse.mjs", s))
	require.EqualValues(t, 2, s.schema.attempts.Load(), "the client has not reconnected")
}
