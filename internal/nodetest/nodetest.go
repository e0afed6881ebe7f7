// Package nodetest runs the protocols' reference clients against a server, and an OpenID provider
// that the server uses as a client. They run on Node and are pinned by the lock file in
// graph/transport/testdata/node. Without Node their tests are skipped, except in CI.
package nodetest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// waitTimeout is the timeout of a script, including the start of Node on a busy machine.
const waitTimeout = 3 * time.Minute

// Verdict is the result of one check in a script, which prints it as a line of JSON.
type Verdict struct {
	Name   string
	OK     bool
	Detail string
}

// Folder returns the folder of the scripts and clients. A test starts in its package's folder,
// below the module's.
func Folder() string {
	folder, err := os.Getwd()
	if err != nil {
		panic(err)
	}
	for at := folder; ; at = filepath.Dir(at) {
		if _, err := os.Stat(filepath.Join(at, "go.mod")); err == nil {
			return filepath.Join(at, "graph", "transport", "testdata", "node")
		}
		if at == filepath.Dir(at) {
			panic("no go.mod above " + folder)
		}
	}
}

// install installs the clients if that has not been done for this lock file. Packages are tested in
// parallel processes: one installs, the others wait for it.
var install = sync.OnceValue(func() (err error) {
	lock, err := os.OpenFile(filepath.Join(Folder(), "package-lock.json"), os.O_RDONLY, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return err
	}
	wanted, err := os.ReadFile(filepath.Join(Folder(), "package-lock.json"))
	if err != nil {
		return err
	}
	stamp := filepath.Join(Folder(), "node_modules", ".installed")
	if installed, err := os.ReadFile(stamp); err == nil && bytes.Equal(installed, wanted) {
		return nil
	}
	command := exec.Command("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
	command.Dir = Folder()
	if output, err := command.CombinedOutput(); err != nil {
		return errors.Join(err, errors.New(string(output)))
	}
	return os.WriteFile(stamp, wanted, 0o600)
})

// need skips the test if Node is missing, and otherwise installs the clients.
func need(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("node"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("node is needed for the protocol tests")
		}
		t.Skip("node is not installed: the tests against the reference implementations are skipped")
	}
	require.NoError(t, install())
}

// Start runs a script as a server until the test ends, and returns an encoder and a decoder for
// lines of JSON to and from it. The script must exit successfully when its input ends.
func Start(t *testing.T, script string) (*json.Encoder, *json.Decoder) {
	t.Helper()
	need(t)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), waitTimeout)
	command := exec.CommandContext(ctx, "node", script)
	command.Dir, command.Stderr = Folder(), t.Output()
	input, err := command.StdinPipe()
	require.NoError(t, err)
	output, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	t.Cleanup(func() {
		defer cancel()
		require.NoError(t, input.Close())
		require.NoError(t, command.Wait())
	})
	return json.NewEncoder(input), json.NewDecoder(output)
}

// Run runs a script with arguments and requires that it made count checks and all of them passed.
func Run(t *testing.T, count int, script string, arguments ...string) {
	t.Helper()
	need(t)
	ctx, cancel := context.WithTimeout(t.Context(), waitTimeout)
	defer cancel()
	command := exec.CommandContext(ctx, "node", append([]string{script}, arguments...)...)
	command.Dir = Folder()
	var failure bytes.Buffer
	command.Stderr = &failure
	output, err := command.Output()
	require.NoError(t, err, "%s%s", failure.String(), output)
	found := 0
	for decoder := json.NewDecoder(bytes.NewReader(output)); decoder.More(); found++ {
		var one Verdict
		require.NoError(t, decoder.Decode(&one), string(output))
		if !one.OK {
			t.Errorf("%s: %s", one.Name, one.Detail)
		}
	}
	require.Equal(t, count, found, string(output))
}
