//go:build unix

package dbtest

import (
	"os"
	"os/exec"
	"syscall"
)

// sweep waits for the end of its input, which comes when the test binary ends in any way, then
// stops the postgres of $2 if it is still running and removes both folders.
const sweep = `
cat > /dev/null
while pid=$(head -n 1 "$2/data/postmaster.pid" 2> /dev/null); do
	kill -QUIT "$pid" 2> /dev/null || break
	sleep 0.1
done
rm -rf -- "$1" "$2"
`

// sweeper is a shell that outlives a test binary that was killed or timed out and could not run
// deferred calls.
type sweeper struct {
	cmd *exec.Cmd
	// input stays open as long as this program lives.
	input *os.File
}

// startSweeper makes sure that the folders are removed and the server in cluster is stopped after
// this program ends.
func startSweeper(folder, cluster string) (*sweeper, error) {
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer read.Close()
	cmd := exec.Command("/bin/sh", "-c", sweep, "sweep", folder, cluster)
	cmd.Dir = "/"
	// No output: go test waits until every process has closed the test's output.
	cmd.Stdin = read
	// Ctrl-C in the terminal ends the tests but must not end the sweeper.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		_ = write.Close()
		return nil, err
	}
	return &sweeper{cmd: cmd, input: write}, nil
}

// finish tells the sweeper to sweep now and waits for it.
func (s *sweeper) finish() {
	_ = s.input.Close()
	_ = s.cmd.Wait()
}
