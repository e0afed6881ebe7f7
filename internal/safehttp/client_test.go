package safehttp_test

import (
	"compress/gzip"
	"context"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/orgmap/orgmap/internal/safehttp"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// short is a time that a test waits for on purpose.
const short = 300 * time.Millisecond

func loopback() []netip.Prefix {
	return []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
}

func serve(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server
}

func newClient(t *testing.T, options safehttp.Options) *http.Client {
	t.Helper()
	client := safehttp.New(options)
	t.Cleanup(client.CloseIdleConnections)
	return client
}

func get(t *testing.T, client *http.Client, address string) (string, error) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	require.NoError(t, err)
	response, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer func() { require.NoError(t, response.Body.Close()) }()
	body, err := io.ReadAll(response.Body)
	return string(body), err
}

// requireSafe checks that an error does not contain what people must not see.
func requireSafe(t *testing.T, err error) {
	t.Helper()
	var failure *safehttp.Error
	require.ErrorAs(t, err, &failure)
	for _, detail := range []string{"127.0.0.1", "::1", "dial", "lookup", "10.0.0.53"} {
		require.NotContains(t, failure.Error(), detail)
	}
	require.Error(t, errors.Unwrap(failure), "the detail stays for logs")
}

func TestClient_RefusesPrivateAddressesUnlessAllowed(t *testing.T) {
	t.Parallel()
	var called atomic.Int32
	handler := func(w http.ResponseWriter, _ *http.Request) { called.Add(1); _, _ = io.WriteString(w, "inside") }
	plain := serve(t, handler)
	secure := httptest.NewTLSServer(http.HandlerFunc(handler))
	t.Cleanup(secure.Close)
	port := strings.TrimPrefix(plain.URL, "http://127.0.0.1:")

	closed := newClient(t, safehttp.Options{})
	for _, address := range []string{
		plain.URL, secure.URL, "http://localhost:" + port, "http://0.0.0.0:" + port, "http://[::ffff:127.0.0.1]:" + port, "http://127.1:" + port,
		"http://2130706433:" + port, "http://0x7f000001:" + port, "http://[::]:" + port,
	} {
		_, err := get(t, closed, address)
		require.Error(t, err, address)
		requireSafe(t, err)
	}
	require.Zero(t, called.Load())

	open := newClient(t, safehttp.Options{AllowPrivate: loopback()})
	body, err := get(t, open, plain.URL)
	require.NoError(t, err)
	require.Equal(t, "inside", body)
}

func TestClient_VerifiesCertificates(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "secure") }))
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // or it would log the refused handshake
	server.StartTLS()
	t.Cleanup(server.Close)

	_, err := get(t, newClient(t, safehttp.Options{AllowPrivate: loopback()}), server.URL)
	require.ErrorIs(t, err, safehttp.ErrCertificate)
	requireSafe(t, err)

	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	body, err := get(t, newClient(t, safehttp.Options{AllowPrivate: loopback(), RootCAs: roots}), server.URL)
	require.NoError(t, err)
	require.Equal(t, "secure", body)
}

func TestClient_RefusesPlainHTTPToPublicAddresses(t *testing.T) {
	t.Parallel()
	client := newClient(t, safehttp.Options{AllowPrivate: loopback()})
	_, err := get(t, client, "http://8.8.8.8/")
	require.ErrorIs(t, err, safehttp.ErrRefused)
	requireSafe(t, err)
}

func TestClient_RefusesOtherSchemes(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"ftp://8.8.8.8/", "file:///etc/passwd"} {
		_, err := get(t, newClient(t, safehttp.Options{}), address)
		require.ErrorIs(t, err, safehttp.ErrRefused)
	}
}

func TestClient_RefusesDNSRebinding(t *testing.T) {
	t.Parallel()
	var called atomic.Int32
	server := serve(t, func(http.ResponseWriter, *http.Request) { called.Add(1) })
	port := strings.TrimPrefix(server.URL, "http://127.0.0.1:")

	var asked atomic.Int32
	resolver := rebinding(t, func() netip.Addr {
		if asked.Add(1) == 1 {
			return netip.MustParseAddr("127.0.0.2") // stands for an allowed host: the first answer is harmless
		}
		return netip.MustParseAddr("127.0.0.1")
	})
	client := newClient(t, safehttp.Options{
		AllowPrivate: []netip.Prefix{netip.MustParsePrefix("127.0.0.2/32")},
		Resolver:     resolver, ConnectTimeout: 5 * time.Second,
	})
	_, err := get(t, client, "http://rebind.example:"+port)
	require.Error(t, err)
	require.NotErrorIs(t, err, safehttp.ErrRefused, "the first address passes the check, but nothing listens there")
	_, err = get(t, client, "http://rebind.example:"+port)
	require.ErrorIs(t, err, safehttp.ErrRefused)
	requireSafe(t, err)
	require.Zero(t, called.Load())
	require.GreaterOrEqual(t, asked.Load(), int32(2))
}

// rebinding returns a resolver whose name server answers every A query with answer(), and has no
// AAAA records.
func rebinding(t *testing.T, answer func() netip.Addr) *net.Resolver {
	t.Helper()
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		near, far := net.Pipe()
		go func() {
			defer func() { _ = far.Close() }()
			for {
				if err := answerDNS(far, answer); err != nil {
					return
				}
			}
		}()
		return near, nil
	}}
}

// answerDNS answers one DNS query over TCP: two bytes of length, a header of twelve, the question,
// the answer.
func answerDNS(connection net.Conn, answer func() netip.Addr) error {
	var length [2]byte
	if _, err := io.ReadFull(connection, length[:]); err != nil {
		return err
	}
	question := make([]byte, binary.BigEndian.Uint16(length[:]))
	if _, err := io.ReadFull(connection, question); err != nil {
		return err
	}
	end := 12
	for question[end] != 0 {
		end += int(question[end]) + 1
	}
	kind := binary.BigEndian.Uint16(question[end+1:])
	end += 5
	reply := append([]byte(nil), question[:end]...)
	binary.BigEndian.PutUint16(reply[2:], 0x8180) // a response, recursion available, no error
	copy(reply[6:12], make([]byte, 6))
	if kind == 1 {
		reply[7] = 1
		reply = append(reply, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4) // the same name, A, IN, no caching, four bytes
		address := answer().As4()
		reply = append(reply, address[:]...)
	}
	binary.BigEndian.PutUint16(length[:], uint16(len(reply)))
	_, err := connection.Write(append(length[:], reply...))
	return err
}

func TestClient_UnknownHostErrorRevealsNoResolver(t *testing.T) {
	t.Parallel()
	resolver := &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, errors.New("dial udp 10.0.0.53:53: no route")
	}}
	_, err := get(t, newClient(t, safehttp.Options{Resolver: resolver}), "https://unknown.example")
	requireSafe(t, err)
}

func TestClient_DoesNotFollowRedirects(t *testing.T) {
	t.Parallel()
	var called atomic.Int32
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if called.Add(1) == 1 {
			http.Redirect(w, r, "/again", http.StatusFound)
		}
	})
	_, err := get(t, newClient(t, safehttp.Options{AllowPrivate: loopback()}), server.URL)
	require.NoError(t, err)
	require.Equal(t, int32(1), called.Load())
}

func TestClient_IgnoresProxyVariables(t *testing.T) {
	// The environment belongs to the process, so this test does not run in parallel.
	var proxied atomic.Int32
	proxy := serve(t, func(http.ResponseWriter, *http.Request) { proxied.Add(1) })
	t.Setenv("HTTP_PROXY", proxy.URL)
	t.Setenv("HTTPS_PROXY", proxy.URL)
	_, err := get(t, newClient(t, safehttp.Options{AllowPrivate: loopback()}), "http://192.168.255.254/")
	require.ErrorIs(t, err, safehttp.ErrRefused)
	require.Zero(t, proxied.Load())
}

func TestClient_LimitsTheDecompressedBody(t *testing.T) {
	t.Parallel()
	const limit = 10_000
	for name, test := range map[string]struct {
		size int
		zip  bool
		want error
	}{
		"exactly the limit":             {limit, false, nil},
		"exactly the limit, compressed": {limit, true, nil},
		"too large":                     {limit + 1, false, safehttp.ErrTooLarge},
		"a compression bomb":            {1000 * limit, true, safehttp.ErrTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				body := io.Writer(w)
				if test.zip {
					w.Header().Set("Content-Encoding", "gzip")
					packed := gzip.NewWriter(w)
					defer func() { _ = packed.Close() }()
					body = packed
				}
				_, _ = io.WriteString(body, strings.Repeat("x", test.size))
			})
			client := newClient(t, safehttp.Options{AllowPrivate: loopback(), MaxBody: limit})
			body, err := get(t, client, server.URL)
			require.ErrorIs(t, err, test.want)
			require.LessOrEqual(t, len(body), limit)
			if test.want == nil {
				require.Len(t, body, test.size)
			}
		})
	}
}

func TestClient_TimesOut(t *testing.T) {
	t.Parallel()
	stall := func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/drip" {
			_, _ = io.WriteString(w, "x")
			_ = http.NewResponseController(w).Flush()
		}
		<-r.Context().Done()
	}
	for path, options := range map[string]safehttp.Options{
		"/header": {HeaderTimeout: short},
		"/page":   {PageTimeout: short},
		"/drip":   {PageTimeout: short},
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			options.AllowPrivate = loopback()
			_, err := get(t, newClient(t, options), serve(t, stall).URL+path)
			var timeout net.Error
			require.ErrorAs(t, err, &timeout)
			require.True(t, timeout.Timeout())
			requireSafe(t, err)
		})
	}
}

func TestClient_StopsWhenTheContextIsCanceled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	server := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL, nil)
	require.NoError(t, err)
	_, err = newClient(t, safehttp.Options{AllowPrivate: loopback()}).Do(request)
	require.ErrorIs(t, err, context.Canceled)
}
