package embedded_test

import (
	"errors"
	"net/url"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/embedded"
	"github.com/orgmap/orgmap/internal/rds"
)

func TestStartRedis(t *testing.T) {
	t.Parallel()
	server, err := embedded.StartRedis()
	require.NoError(t, err)
	defer server.Close()
	client, err := rds.Open(t.Context(), server.URL())
	require.NoError(t, err)
	defer client.Close()

	t.Run("a key expires after its time to live", func(t *testing.T) {
		const life = 50 * time.Millisecond
		require.NoError(t, client.Set(t.Context(), "key", "value", life).Err())
		require.Equal(t, "value", client.Get(t.Context(), "key").Val())
		require.Eventually(t, func() bool { return errors.Is(client.Get(t.Context(), "key").Err(), redis.Nil) }, 10*time.Second, life)
	})
	t.Run("a message reaches a subscriber", func(t *testing.T) {
		subscription := client.Subscribe(t.Context(), "news")
		defer subscription.Close()
		_, err := subscription.Receive(t.Context())
		require.NoError(t, err)
		require.NoError(t, client.Publish(t.Context(), "news", "hello").Err())
		message, err := subscription.ReceiveMessage(t.Context())
		require.NoError(t, err)
		require.Equal(t, "hello", message.Payload)
	})
	t.Run("connections need the password", func(t *testing.T) {
		address, err := url.Parse(server.URL())
		require.NoError(t, err)
		address.User = nil
		_, err = rds.Open(t.Context(), address.String())
		require.ErrorContains(t, err, "NOAUTH")
	})
}
