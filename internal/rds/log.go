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

// saidAgain is how long the client is not heard after a word: while Redis is away it complains with every try.
const saidAgain = 10 * time.Second

// LogTo sends what the Redis client says by itself to the logger, as warnings, one in ten seconds at most. It is for all clients of
// the process.
func LogTo(logger *slog.Logger) { redis.SetLogger(&clientLog{logger: logger, every: saidAgain}) }

// clientLog is go-redis's logger.
type clientLog struct {
	logger *slog.Logger
	every  time.Duration

	mutex   sync.Mutex // protects what follows
	last    time.Time
	leftOut int
}

// Printf implements go-redis's interface.
func (l *clientLog) Printf(ctx context.Context, format string, values ...any) {
	leftOut, heard := l.hear(time.Now())
	if !heard {
		return
	}
	l.logger.WarnContext(ctx, "Redis client reported an error", "detail", strings.TrimSpace(fmt.Sprintf(format, values...)), "left_out", leftOut)
}

// hear tells whether a word is passed on, and how many were not since the last one.
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
