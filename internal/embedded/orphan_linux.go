package embedded

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// servesFolder reports whether pid is a postgres that works in data: a postmaster makes that its working directory.
func servesFolder(pid int, data string) bool {
	proc := fmt.Sprintf("/proc/%d/", pid)
	program, err := os.Readlink(proc + "exe")
	if err != nil {
		return false
	}
	// The kernel adds " (deleted)" when the package was upgraded under the running server.
	name := strings.TrimSuffix(filepath.Base(program), " (deleted)")
	folder, err := os.Readlink(proc + "cwd")
	return err == nil && name == "postgres" && folder == data
}
