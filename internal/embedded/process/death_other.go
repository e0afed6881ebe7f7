//go:build unix && !linux

package process

import (
	"os/exec"
	"syscall"
)

// prepare cannot tie the child to this program's life here: only Linux has a parent-death signal.
// Whoever starts the next child must look for the orphan of the last one.
func prepare(cmd *exec.Cmd, _ syscall.Signal) { attributes(cmd) }
