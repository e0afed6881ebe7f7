package live_test

import (
	"io"
	"net"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// firewall forwards connections to a server and can drop the open ones silently: both ends keep them, but nothing
// gets through.
type firewall struct {
	listener net.Listener
	target   string

	mu    sync.Mutex // protects the fields below
	links []*link
}

type link struct {
	ends   [2]net.Conn
	forgot chan struct{}
}

func newFirewall(t *testing.T, target string) *firewall {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	f := &firewall{listener: listener, target: target}
	var all sync.WaitGroup
	all.Go(func() { f.accept(&all) })
	t.Cleanup(func() {
		_ = listener.Close()
		f.mu.Lock()
		for _, l := range f.links {
			_ = l.ends[0].Close()
			_ = l.ends[1].Close()
		}
		f.mu.Unlock()
		all.Wait()
	})
	return f
}

func (f *firewall) addr() string { return f.listener.Addr().String() }

func (f *firewall) accept(all *sync.WaitGroup) {
	for {
		client, err := f.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", f.target)
		if err != nil {
			_ = client.Close()
			continue
		}
		l := &link{ends: [2]net.Conn{client, server}, forgot: make(chan struct{})}
		f.mu.Lock()
		f.links = append(f.links, l)
		f.mu.Unlock()
		all.Go(func() { l.pass(client, server) })
		all.Go(func() { l.pass(server, client) })
	}
}

func (l *link) pass(from, to net.Conn) {
	buffer := make([]byte, 4096)
	for {
		count, err := from.Read(buffer)
		select {
		case <-l.forgot:
			_, _ = io.Copy(io.Discard, from)
			return
		default:
		}
		if err == nil {
			_, err = to.Write(buffer[:count])
		}
		if err != nil {
			_ = from.Close()
			_ = to.Close()
			return
		}
	}
}

func (f *firewall) forgetConnections() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, l := range f.links {
		select {
		case <-l.forgot:
		default:
			close(l.forgot)
		}
	}
}
