//go:build unix

package dbtest_test

import (
	"bufio"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/dbtest"
)

func TestRedis(t *testing.T) {
	t.Parallel()
	require.NotEqual(t, dbtest.Redis(t), dbtest.Redis(t), "each call starts its own server")
}

func TestRedisServer(t *testing.T) {
	t.Parallel()
	server := dbtest.NewRedisServer(t)
	session := dial(t, server)
	require.Equal(t, "+OK", session("SET key value", time.Minute))

	server.Flush()
	require.Equal(t, ":0", session("EXISTS key", time.Minute))

	server.Pause()
	require.Empty(t, session("PING", 100*time.Millisecond), "a frozen server keeps the connection open and does not answer")
	server.Resume()
	require.Equal(t, "+PONG", session("", time.Minute), "the answer to the earlier command")

	require.Equal(t, "+OK", session("SET key value", time.Minute))
	url := server.URL()
	server.Stop()
	_, err := net.Dial("tcp", server.Addr())
	require.Error(t, err)
	server.Start()
	require.Equal(t, url, server.URL())
	require.Equal(t, ":0", dial(t, server)("EXISTS key", time.Minute), "a restart loses the data")
}

func TestRedisServer_DropSubscribers(t *testing.T) {
	t.Parallel()
	server := dbtest.NewRedisServer(t)
	subscriber, err := net.Dial("tcp", server.Addr())
	require.NoError(t, err)
	defer subscriber.Close()
	require.NoError(t, subscriber.SetDeadline(time.Now().Add(time.Minute)))
	_, err = subscriber.Write([]byte("SUBSCRIBE news\r\n"))
	require.NoError(t, err)
	answers := bufio.NewScanner(subscriber)
	require.True(t, answers.Scan())
	server.DropSubscribers()
	for answers.Scan() { // what was already sent
	}
	require.NoError(t, answers.Err(), "the server closed the connection")
}

// dial returns a function that sends a command, or nothing if empty, and returns a line of the
// response, or "" after limit.
func dial(t *testing.T, server *dbtest.RedisServer) func(command string, limit time.Duration) string {
	t.Helper()
	connection, err := net.Dial("tcp", server.Addr())
	require.NoError(t, err)
	t.Cleanup(func() { _ = connection.Close() })
	reader := bufio.NewReader(connection)
	return func(command string, limit time.Duration) string {
		t.Helper()
		require.NoError(t, connection.SetDeadline(time.Now().Add(limit)))
		if command != "" {
			_, err := connection.Write([]byte(command + "\r\n"))
			require.NoError(t, err)
		}
		line, err := reader.ReadString('\n')
		if err != nil {
			return ""
		}
		return strings.TrimSpace(line)
	}
}
