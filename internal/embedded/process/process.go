//go:build unix

// Package process runs a child program that must not outlive this one.
package process

import (
	"context"
	"fmt"
	"os/exec"
	"runtime"
	"syscall"
)

// Process is a child that was started. Its methods may be called from any goroutine.
type Process struct {
	cmd  *exec.Cmd
	done chan struct{}
	// err is written once, before done is closed, and read only afterwards.
	err error
}

// Start starts cmd in its own process group, so that Ctrl-C reaches only this program, which then shuts down the child.
// On Linux the kernel sends death to the child if this program dies, even by kill -9. cmd may have a Credential; Start
// sets the other attributes.
func Start(cmd *exec.Cmd, death syscall.Signal) (*Process, error) {
	p := &Process{cmd: cmd, done: make(chan struct{})}
	prepare(cmd, death)
	started := make(chan error, 1)
	go p.run(started)
	if err := <-started; err != nil {
		<-p.done
		return nil, fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	return p, nil
}

// run stays on one thread for the child's lifetime: the parent-death signal is tied to the thread that forked, and the
// runtime may end an idle thread long before the program exits.
func (p *Process) run(started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer close(p.done)
	if err := p.cmd.Start(); err != nil {
		started <- err
		return
	}
	started <- nil
	p.err = p.cmd.Wait()
}

// Run starts cmd like Start and waits until it exits. If ctx ends first, Run kills it with death.
func Run(ctx context.Context, cmd *exec.Cmd, death syscall.Signal) error {
	p, err := Start(cmd, death)
	if err != nil {
		return err
	}
	select {
	case <-p.Done():
		return p.Err()
	case <-ctx.Done():
		_ = p.Signal(death)
		<-p.Done()
		return ctx.Err()
	}
}

// PID returns the child's process ID.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Done returns a channel that is closed when the child has exited.
func (p *Process) Done() <-chan struct{} { return p.done }

// Err returns how the child exited, nil for exit code 0. Call it only after Done is closed.
func (p *Process) Err() error { return p.err }

// Signal sends a signal to the child. It returns os.ErrProcessDone if the child has exited.
func (p *Process) Signal(signal syscall.Signal) error { return p.cmd.Process.Signal(signal) }

// Stop sends gentle, then hard if ctx ends first, and returns only when the child is gone. It returns ctx's error if
// hard was needed.
func (p *Process) Stop(ctx context.Context, gentle, hard syscall.Signal) error {
	_ = p.Signal(gentle)
	select {
	case <-p.Done():
		return nil
	case <-ctx.Done():
	}
	_ = p.Signal(hard)
	<-p.Done()
	return fmt.Errorf("process %d did not stop by itself: %w", p.PID(), ctx.Err())
}

func attributes(cmd *exec.Cmd) *syscall.SysProcAttr {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
	return cmd.SysProcAttr
}
