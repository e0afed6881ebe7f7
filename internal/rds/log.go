package rds

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// saidAgain is the shortest time between two log lines: while Redis is down, the client complains on every try.
const saidAgain = 10 * time.Second

// LogTo logs the Redis client's own messages as warnings, at most one per ten seconds. It applies to all clients of
// the process.
func LogTo(logger *slog.Logger) { redis.SetLogger(&clientLog{logger: logger, every: saidAgain}) }

// clientLog implements go-redis's logger.
type clientLog struct {
	logger *slog.Logger
	every  time.Duration

	mutex   sync.Mutex // protects the fields below
	last    time.Time
	leftOut int
}

// Printf implements go-redis's logging interface.
func (l *clientLog) Printf(ctx context.Context, format string, values ...any) {
	leftOut, heard := l.hear(time.Now())
	if !heard {
		return
	}
	l.logger.WarnContext(ctx, "error from the Redis client", "detail", strings.TrimSpace(fmt.Sprintf(format, values...)), "left_out", leftOut)
}

// hear reports whether to log a message, and how many were left out since the last one.
func (l *clientLog) hear(now time.Time) (leftOut int, heard bool) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if !l.last.IsZero() && now.Sub(l.last) < l.every {
		l.leftOut++
		return 0, false
	}
	leftOut, l.leftOut, l.last = l.leftOut, 0, now
	return leftOut, true
}
