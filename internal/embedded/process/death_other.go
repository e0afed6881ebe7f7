//go:build unix && !linux

package process

import (
	"os/exec"
	"syscall"
)

// prepare cannot make the child die with this program: only Linux has a parent-death signal. Before starting another
// child, the caller must look for an orphan of the previous one.
func prepare(cmd *exec.Cmd, _ syscall.Signal) { attributes(cmd) }
