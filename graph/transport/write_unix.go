//go:build unix

package transport

import (
	"errors"
	"net"
	"syscall"
)

// unreadBytes caps what the kernel buffers for a client that does not read, at about twice this size. The default is
// megabytes, which would delay closing such a client.
const unreadBytes = 256 << 10

// rawConn returns the connection for non-blocking writes, or nil if it has none, as with TLS.
func rawConn(connection net.Conn) syscall.RawConn {
	if plain, ok := connection.(*net.TCPConn); ok {
		_ = plain.SetWriteBuffer(unreadBytes)
		if raw, err := plain.SyscallConn(); err == nil {
			return raw
		}
	}
	return nil
}

func writeNow(descriptor uintptr, bytes []byte) (int, error) {
	for {
		n, err := syscall.Write(int(descriptor), bytes) //nolint:gosec // the kernel's own number
		if !errors.Is(err, syscall.EINTR) {
			return n, err
		}
	}
}

func wouldWait(err error) bool { return errors.Is(err, syscall.EAGAIN) }
