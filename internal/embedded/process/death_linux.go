package process

import (
	"os/exec"
	"syscall"
)

func prepare(cmd *exec.Cmd, death syscall.Signal) { attributes(cmd).Pdeathsig = death }
