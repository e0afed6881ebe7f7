//go:build unix

package transport

import (
	"errors"
	"net"
	"syscall"
)

// unreadBytes is what the kernel holds for a client that does not read, about twice over. By itself it would take megabytes, and
// that much longer until the client is let go.
const unreadBytes = 256 << 10

// rawConn is the connection's way to write without waiting; nil where it has none, TLS for one.
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
