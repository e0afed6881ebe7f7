//go:build !unix

package transport

import (
	"errors"
	"net"
	"syscall"
)

// rawConn returns nil: non-blocking writes are not supported here, so no subscription is ever parked.
func rawConn(net.Conn) syscall.RawConn { return nil }

func writeNow(uintptr, []byte) (int, error) { return 0, errors.ErrUnsupported }

func wouldWait(error) bool { return false }
