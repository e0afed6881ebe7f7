package transport

import (
	"context"
	"net"
)

// net/http sends a long response in three writes: what fits into its buffer beside the header, the rest, and the last
// write. Each costs a system call, and wakes up the client for nothing. Connections from a gathering listener send the
// response in one write.

// Gathering returns a listener on whose connections long HTTP responses are sent in one write. The server must use
// ConnContext as its ConnContext.
func Gathering(listener net.Listener) net.Listener { return gatheringListener{listener} }

type gatheringListener struct{ net.Listener }

// Accept waits for the next connection.
func (l gatheringListener) Accept() (net.Conn, error) {
	accepted, err := l.Listener.Accept()
	if plain, ok := accepted.(*net.TCPConn); ok && err == nil {
		return &gathering{TCPConn: plain}, nil
	}
	return accepted, err
}

type gatheringKey struct{}

// ConnContext stores the connection in ctx, so that responses to its requests can find it.
func ConnContext(ctx context.Context, connection net.Conn) context.Context {
	if g := below(connection); g != nil {
		return context.WithValue(ctx, gatheringKey{}, g)
	}
	return ctx
}

// below returns the gathering connection that connection is or wraps, or nil if there is none.
func below(connection net.Conn) *gathering {
	for {
		switch this := connection.(type) {
		case *gathering:
			return this
		case interface{ NetConn() net.Conn }:
			connection = this.NetConn()
		default:
			return nil
		}
	}
}

// gathering is a connection that can hold back what is written to it. Only one goroutine at a time writes to it: the
// one in which net/http serves the request.
type gathering struct {
	*net.TCPConn

	keeping bool
	stable  []byte // not copied, so it must not change until it is sent
	small   []byte
	kept    net.Buffers
}

// gatherThreshold is the size from which responses are gathered; net/http sends shorter ones in one write anyway.
const gatherThreshold = 2 << 10

// gatheringOf returns the connection of the response, or nil if it cannot gather.
func gatheringOf(ctx context.Context) *gathering {
	g, _ := ctx.Value(gatheringKey{}).(*gathering)
	return g
}

// keep starts to hold back what is written. stable is a part that must not change until send returns.
func (g *gathering) keep(stable []byte) { g.keeping, g.stable = true, stable }

// Write writes text, or holds it back.
func (g *gathering) Write(text []byte) (int, error) {
	switch {
	case !g.keeping:
		return g.TCPConn.Write(text)
	case sameEnd(text, g.stable):
		g.kept = append(g.kept, text)
	default:
		start := len(g.small)
		g.small = append(g.small, text...) // may reallocate; kept then points at the old array
		g.kept = append(g.kept, g.small[start:])
	}
	return len(text), nil
}

// sameEnd reports whether text is the end of another slice, in the same memory.
func sameEnd(text, of []byte) bool {
	return len(text) > 0 && len(text) <= len(of) && &text[len(text)-1] == &of[len(of)-1]
}

// send sends what was held back, in one write.
func (g *gathering) send() error {
	g.keeping, g.stable = false, nil
	sending := g.kept
	_, err := sending.WriteTo(g.TCPConn)
	clear(g.kept)
	g.kept = g.kept[:0]
	g.small = g.small[:0]
	return err
}

// plainly returns the underlying TCP connection, for callers that take it over.
func plainly(connection net.Conn) net.Conn {
	if g := below(connection); g != nil {
		return g.TCPConn
	}
	return connection
}
