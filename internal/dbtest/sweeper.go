//go:build unix

package dbtest

import (
	"os"
	"os/exec"
	"syscall"
)

// sweep waits for the end of its input, which comes when the test binary ends in whatever way, then ends the postgres
// of $2 if it still runs and removes both folders.
const sweep = `
cat > /dev/null
while pid=$(head -n 1 "$2/data/postmaster.pid" 2> /dev/null); do
	kill -QUIT "$pid" 2> /dev/null || break
	sleep 0.1
done
rm -rf -- "$1" "$2"
`

// sweeper is a shell that outlives a killed or timed-out test binary, for which no deferred call runs.
type sweeper struct {
	cmd *exec.Cmd
	// input is held open for as long as this program lives.
	input *os.File
}

// startSweeper has folder and cluster removed, and the server in cluster ended, after this program.
func startSweeper(folder, cluster string) (*sweeper, error) {
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer read.Close()
	cmd := exec.Command("/bin/sh", "-c", sweep, "sweep", folder, cluster)
	cmd.Dir = "/"
	// No output: `go test` waits until nobody holds the test's own any more.
	cmd.Stdin = read
	// Ctrl-C in the terminal ends the tests and must not end this.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		_ = write.Close()
		return nil, err
	}
	return &sweeper{cmd: cmd, input: write}, nil
}

// finish has it sweep now and waits for it.
func (s *sweeper) finish() {
	_ = s.input.Close()
	_ = s.cmd.Wait()
}
