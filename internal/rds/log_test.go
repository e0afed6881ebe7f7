package rds

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestClientLog_LimitsTheRateOfMessages(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := &clientLog{logger: slog.New(slog.NewJSONHandler(&out, nil)), every: time.Hour}
	read := func() (line map[string]any) {
		require.NoError(t, json.Unmarshal(out.Bytes(), &line))
		out.Reset()
		return line
	}
	log.Printf(t.Context(), "redis: connection pool: failed to dial after %d attempts: %v\n", 1, "refused")
	line := read()
	require.Equal(t, "WARN", line["level"])
	require.Equal(t, "redis: connection pool: failed to dial after 1 attempts: refused", line["detail"])
	require.EqualValues(t, 0, line["left_out"])

	log.Printf(t.Context(), "again")
	log.Printf(t.Context(), "and again")
	require.Zero(t, out.Len(), "repeated messages are suppressed")

	log.last = log.last.Add(-2 * time.Hour)
	log.Printf(t.Context(), "still")
	line = read()
	require.Equal(t, "still", line["detail"])
	require.EqualValues(t, 2, line["left_out"])
}
