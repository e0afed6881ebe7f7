package transport

import (
	"context"
	"net"
)

// net/http sends a long answer in three writes: as much as fits beside the header into its buffer, the rest, and what is written
// last. Each costs a call of the kernel, and wakes the client up for nothing. Connections from a gathering listener send it in one.

// Gathering makes a listener's connections such that HTTP sends long answers in one write. The server's ConnContext must be ConnContext.
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

// ConnContext lets the answers to a connection's requests find it.
func ConnContext(ctx context.Context, connection net.Conn) context.Context {
	if g := below(connection); g != nil {
		return context.WithValue(ctx, gatheringKey{}, g)
	}
	return ctx
}

// below returns the gathering connection that connection is, or that others were put around; nil if there is none.
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

// gathering is a connection that keeps what is written to it while it is told to. One goroutine at a time writes to it: net/http's
// that serves the request.
type gathering struct {
	*net.TCPConn

	keeping bool
	lasts   []byte // stays as it is until all is sent; all else is copied
	small   []byte
	kept    net.Buffers
}

// longAnswer is from how many bytes on an answer is gathered: a shorter one net/http sends in one write by itself.
const longAnswer = 2 << 10

// gatheringOf is the connection that the answer goes to, where it can gather; nil: it cannot.
func gatheringOf(ctx context.Context) *gathering {
	g, _ := ctx.Value(gatheringKey{}).(*gathering)
	return g
}

// keep begins to keep what is written. lasts is a part that must not change until send returns.
func (g *gathering) keep(lasts []byte) { g.keeping, g.lasts = true, lasts }

// Write writes, or keeps for later.
func (g *gathering) Write(text []byte) (int, error) {
	switch {
	case !g.keeping:
		return g.TCPConn.Write(text)
	case endsAlike(text, g.lasts):
		g.kept = append(g.kept, text)
	default:
		start := len(g.small)
		g.small = append(g.small, text...) // where it grows, what was kept before stays where it is
		g.kept = append(g.kept, g.small[start:])
	}
	return len(text), nil
}

// endsAlike tells whether a text is the end of another one, in the same memory.
func endsAlike(text, of []byte) bool {
	return len(text) > 0 && len(text) <= len(of) && &text[len(text)-1] == &of[len(of)-1]
}

// send sends what was kept, in one write.
func (g *gathering) send() error {
	g.keeping, g.lasts = false, nil
	sending := g.kept
	_, err := sending.WriteTo(g.TCPConn)
	clear(g.kept)
	g.kept = g.kept[:0]
	g.small = g.small[:0]
	return err
}

// plainly is the connection itself, for whoever takes it over.
func plainly(connection net.Conn) net.Conn {
	if g := below(connection); g != nil {
		return g.TCPConn
	}
	return connection
}
