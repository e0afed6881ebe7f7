//go:build unix && !linux

package embedded

import (
	"os/exec"
	"strconv"
	"strings"
)

// servesFolder reports whether pid is a postgres that was started with `-D data`.
func servesFolder(pid int, data string) bool {
	out, err := exec.Command("ps", "-ww", "-o", "command=", "-p", strconv.Itoa(pid)).Output()
	command := strings.TrimSpace(string(out))
	return err == nil && strings.Contains(command, "postgres") && strings.Contains(command, " -D "+data+" ")
}
