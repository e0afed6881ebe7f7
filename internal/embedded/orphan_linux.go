package embedded

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// servesFolder reports whether pid is a postgres on data: a postmaster makes it its working directory.
func servesFolder(pid int, data string) bool {
	proc := fmt.Sprintf("/proc/%d/", pid)
	program, err := os.Readlink(proc + "exe")
	if err != nil {
		return false
	}
	// The kernel appends " (deleted)" if the package was upgraded while the server ran.
	name := strings.TrimSuffix(filepath.Base(program), " (deleted)")
	folder, err := os.Readlink(proc + "cwd")
	return err == nil && name == "postgres" && folder == data
}
