package transport

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/stretchr/testify/require"
)

// gatheringServer serves handle over gathering connections.
func gatheringServer(t *testing.T, handle http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(handle)
	server.Listener = Gathering(server.Listener)
	server.Config.ConnContext = ConnContext
	server.Start()
	t.Cleanup(server.Close)
	return server
}

func TestGathering_CollectsAllThatNetHTTPWrites(t *testing.T) {
	t.Parallel()
	const last = `,"extensions":{}}`
	large := bytes.Repeat([]byte("large "), 20_000)
	kept := make(chan []byte, 1)
	server := gatheringServer(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", strconv.Itoa(len(large)+len(last)))
		g := gatheringOf(r.Context())
		g.keep(large)
		_, _ = w.Write(large)
		_, _ = io.WriteString(w, last)
		_ = http.NewResponseController(w).Flush()
		kept <- bytes.Join(g.kept, nil)
		if middle := g.kept[len(g.kept)-2]; !sameEnd(middle, large) || len(middle) < len(large)*9/10 {
			t.Error("a large piece was copied")
		}
		if err := g.send(); err != nil {
			t.Error(err)
		}
	})
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", server.Listener.Addr().String())
	require.NoError(t, err)
	_, err = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: us\r\nConnection: close\r\n\r\n")
	require.NoError(t, err)
	got, err := io.ReadAll(conn)
	require.NoError(t, err)
	require.Equal(t, string(<-kept), string(got), "everything must be collected and sent in one write")
	require.True(t, strings.HasSuffix(string(got), string(large)+last))
}

func TestGathering_SequentialResponsesAreComplete(t *testing.T) {
	t.Parallel()
	pieces := func(length int) [][]byte {
		return [][]byte{[]byte(`{"data":`), bytes.Repeat([]byte(strconv.Itoa(length%10)), length), []byte(`}`)}
	}
	server := gatheringServer(t, func(w http.ResponseWriter, r *http.Request) {
		length, _ := strconv.Atoi(r.URL.Query().Get("length"))
		x := exchange{w: w, r: r, media: mediaJSON}
		x.send(http.StatusOK, pieces(length)...)
	})
	client := server.Client()
	for _, length := range []int{1, gatherThreshold - 10, gatherThreshold - 9, gatherThreshold, 4 << 10, 5 << 10, 70 << 10, 3, 1 << 20, 2 << 10} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/?length="+strconv.Itoa(length), nil)
		require.NoError(t, err)
		response, err := client.Do(request)
		require.NoError(t, err)
		got, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		require.Equal(t, string(bytes.Join(pieces(length), nil)), string(got))
	}
}

func TestGathering_ConcurrentResponsesAreNotMixed(t *testing.T) {
	t.Parallel()
	server := gatheringServer(t, func(w http.ResponseWriter, r *http.Request) {
		x := exchange{w: w, r: r, media: mediaJSON}
		x.write(http.StatusOK, &graphql.Response{Data: bytes.Repeat([]byte(r.URL.Query().Get("letter")), 100_000)})
	})
	t.Run("group", func(t *testing.T) {
		t.Parallel()
		for n := range 8 {
			letter := string(rune('a' + n))
			t.Run(letter, func(t *testing.T) {
				t.Parallel()
				for range 50 {
					request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/?letter="+letter, nil)
					require.NoError(t, err)
					response, err := server.Client().Do(request)
					require.NoError(t, err)
					got, err := io.ReadAll(response.Body)
					require.NoError(t, err)
					require.NoError(t, response.Body.Close())
					require.Equal(t, `{"data":`+strings.Repeat(letter, 100_000)+`}`, string(got))
				}
			})
		}
	})
}
