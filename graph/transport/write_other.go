//go:build !unix

package transport

import (
	"errors"
	"net"
	"syscall"
)

// rawConn: nothing is written without waiting here, so that every subscription goes on by itself.
func rawConn(net.Conn) syscall.RawConn { return nil }

func writeNow(uintptr, []byte) (int, error) { return 0, errors.ErrUnsupported }

func wouldWait(error) bool { return false }
