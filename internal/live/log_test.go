package live_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/live"
)

// atOnce is far below the fallback's two seconds: whatever arrives within it came by notification.
const atOnce = 10 * time.Millisecond

func TestLog_Delivers(t *testing.T) {
	t.Parallel()
	tests := map[string]func(b *logBench){
		"announced changes at once": func(b *logBench) {
			reader := b.follow(0)
			synctest.Wait()
			b.commitAndAnnounce(3)
			b.requireNext(reader, 1, 3, atOnce)
			b.commitAndAnnounce(1)
			b.requireNext(reader, 4, 4, atOnce)
			b.requireNothing(reader)
		},
		"changes announced before the reader is admitted": func(b *logBench) {
			reader := b.follow(0)
			b.commitAndAnnounce(1)
			b.requireNext(reader, 1, 1, atOnce)
		},
		"unannounced changes within the fallback interval": func(b *logBench) {
			reader := b.follow(0)
			synctest.Wait()
			b.commit(2)
			b.requireNext(reader, 1, 2, 2*time.Second+atOnce)
		},
		"unannounced changes even if the first comparison fails": func(b *logBench) {
			reader := b.follow(0)
			synctest.Wait()
			b.commit(1)
			b.journal.set(func() { b.journal.faults = 1 })
			b.requireNext(reader, 1, 1, 5*time.Second)
		},
		"changes committed before the reader subscribed": func(b *logBench) {
			b.commit(5)
			b.requireNext(b.follow(2), 3, 5, atOnce)
		},
		"a backlog longer than the window": func(b *logBench) {
			b.commit(100)
			b.requireNext(b.follow(0), 1, 100, atOnce)
		},
		"a burst longer than the window": func(b *logBench) {
			reader := b.follow(0)
			synctest.Wait()
			b.commitAndAnnounce(100)
			b.requireNext(reader, 1, 100, atOnce)
			b.requireNothing(reader)
		},
		"to a later reader with an earlier position": func(b *logBench) {
			b.commit(50)
			first := b.follow(50)
			b.commitAndAnnounce(1)
			b.requireNext(first, 51, 51, atOnce)
			b.requireNext(b.follow(20), 21, 51, atOnce)
		},
		"to a later reader with a later position": func(b *logBench) {
			b.requireNothing(b.follow(0))
			b.commit(3)
			reader := b.follow(2) // the feed has not been notified of any of them
			b.requireNext(reader, 3, 3, atOnce)
		},
		"each change once despite repeated, late or reordered notifications": func(b *logBench) {
			reader := b.follow(0)
			b.commit(3)
			for _, position := range []int64{3, 1, 2, 3, 3, 1} {
				b.hub.Announce(live.Notification{AccountID: b.account, Position: position})
			}
			b.requireNext(reader, 1, 3, atOnce)
			b.hub.Announce(live.Notification{AccountID: b.account, Position: 2})
			b.requireNothing(reader)
		},
		"despite notifications of changes that do not exist": func(b *logBench) {
			reader := b.follow(0)
			b.commit(1)
			b.hub.Announce(live.Notification{AccountID: b.account, Position: 1 << 60})
			b.requireNext(reader, 1, 1, atOnce)
			b.commitAndAnnounce(1)
			b.requireNext(reader, 2, 2, atOnce)
		},
		"changes announced without a position": func(b *logBench) {
			reader := b.follow(0)
			synctest.Wait()
			b.commit(1)
			b.hub.Announce(live.Notification{AccountID: b.account})
			b.requireNext(reader, 1, 1, atOnce)
		},
		"after the source failed for a while": func(b *logBench) {
			reader := b.follow(0)
			synctest.Wait()
			b.journal.set(func() { b.journal.faults = 3 })
			b.commitAndAnnounce(2)
			b.requireNext(reader, 1, 2, time.Second)
		},
		"after the source failed when the reader subscribed": func(b *logBench) {
			b.commit(40)
			b.journal.set(func() { b.journal.faults = 3 })
			b.requireNext(b.follow(0), 1, 40, time.Second)
		},
		"changes announced while the feed reads": func(b *logBench) {
			reader := b.follow(0)
			synctest.Wait()
			b.journal.set(func() { b.journal.during = func() { b.commitAndAnnounce(1) } })
			b.commitAndAnnounce(1)
			b.requireNext(reader, 1, 2, atOnce)
		},
		"to a reader that subscribes while the feed reads": func(b *logBench) {
			reader := b.follow(0)
			synctest.Wait()
			var further *live.LogReader[*change]
			b.journal.set(func() {
				b.journal.during = func() {
					b.commit(3)
					further = b.follow(3) // the feed knows only the first one
				}
			})
			b.commitAndAnnounce(1)
			b.requireNext(reader, 1, 4, atOnce)
			b.requireNext(further, 4, 4, atOnce)
		},
		"to a reader of an account without a journal": func(b *logBench) {
			reader := b.follow(-1)
			b.requireNothing(reader)
			b.commitAndAnnounce(1)
			b.requireNext(reader, 1, 1, atOnce)
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withLog(t, live.LogOptions{Window: 8}, test)
		})
	}
}

func TestLog_SeparatesAccounts(t *testing.T) {
	t.Parallel()
	withLog(t, live.LogOptions{}, func(b *logBench) {
		reader := b.follow(0)
		other := uuid.New()
		b.hub.Announce(live.Notification{AccountID: other, Position: b.journal.append(other, 5)})
		b.requireNothing(reader)
		b.commitAndAnnounce(1)
		b.requireNext(reader, 1, 1, atOnce)
	})
}

func TestLog_QueriesTheSourceOnce(t *testing.T) {
	t.Parallel()

	t.Run("for all readers of a notification", func(t *testing.T) {
		t.Parallel()
		withLog(t, live.LogOptions{}, func(b *logBench) {
			readers := make([]*live.LogReader[*change], 100)
			for i := range readers {
				readers[i] = b.follow(0)
			}
			synctest.Wait()
			before, _ := b.journal.calls()
			b.commitAndAnnounce(3)
			for _, reader := range readers {
				b.requireNext(reader, 1, 3, atOnce)
			}
			after, _ := b.journal.calls()
			require.Equal(b.t, 1, after-before)
		})
	})

	t.Run("for all readers that resume slightly behind", func(t *testing.T) {
		t.Parallel()
		withLog(t, live.LogOptions{}, func(b *logBench) {
			b.commit(200)
			readers := make([]*live.LogReader[*change], 100)
			for i := range readers {
				readers[i] = b.follow(100 + int64(i))
			}
			for i, reader := range readers {
				b.requireNext(reader, 101+int64(i), 200, atOnce)
			}
			reads, asks := b.journal.calls()
			require.Equal(b.t, 1, reads)
			require.Equal(b.t, 1, asks)
		})
	})

	t.Run("for all accounts per tick, and for none without readers", func(t *testing.T) {
		t.Parallel()
		withLog(t, live.LogOptions{}, func(b *logBench) {
			var readers []*live.LogReader[*change]
			for range 50 {
				readers = append(readers, b.log.Follow(uuid.New(), 0))
			}
			synctest.Wait()
			_, before := b.journal.calls()
			time.Sleep(10*time.Second + atOnce)
			synctest.Wait()
			reads, after := b.journal.calls()
			require.Equal(b.t, 5, after-before)
			require.Zero(b.t, reads)

			for _, reader := range readers {
				reader.Close()
			}
			time.Sleep(time.Minute)
			_, idle := b.journal.calls()
			require.Equal(b.t, after, idle)
		})
	})

	t.Run("and not again for an echo of its notification", func(t *testing.T) {
		t.Parallel()
		withLog(t, live.LogOptions{}, func(b *logBench) {
			reader := b.follow(0)
			position := b.commitAndAnnounce(1)
			b.requireNext(reader, 1, 1, atOnce)
			before, _ := b.journal.calls()
			b.hub.Announce(live.Notification{AccountID: b.account, Position: position})
			synctest.Wait()
			after, _ := b.journal.calls()
			require.Equal(b.t, before, after)
		})
	})
}

func TestLog_SlowReaderGetsEveryChange(t *testing.T) {
	t.Parallel()
	withLog(t, live.LogOptions{Window: 8}, func(b *logBench) {
		slow, fast := b.follow(0), b.follow(0)
		for position := int64(1); position <= 1000; position++ {
			b.commitAndAnnounce(1)
			b.requireNext(fast, position, position, atOnce)
		}
		b.requireNext(slow, 1, 1000, atOnce)
		b.requireNothing(slow)
	})
}

func TestLog_ReturnsErrPruned(t *testing.T) {
	t.Parallel()
	tests := map[string]func(b *logBench){
		"if the next event was pruned before the reader subscribed": func(b *logBench) {
			b.commit(30)
			b.journal.set(func() { b.journal.pruned[b.account] = 10 })
			b.requirePruned(b.follow(9))
			b.requireNext(b.follow(10), 11, 30, atOnce)
		},
		"if every event was pruned": func(b *logBench) {
			b.commit(30)
			b.journal.set(func() { b.journal.pruned[b.account] = 30 })
			b.requirePruned(b.follow(0))
			b.requirePruned(b.follow(29))
			b.requireNothing(b.follow(30))
		},
		"if events were pruned before they were read": func(b *logBench) {
			reader := b.follow(0)
			b.commitAndAnnounce(5)
			b.requireNext(reader, 1, 5, atOnce)
			b.journal.set(func() { b.journal.heads[b.account], b.journal.pruned[b.account] = 12, 9 })
			b.hub.Announce(live.Notification{AccountID: b.account, Position: 12})
			b.requirePruned(reader)
			b.requireNext(b.follow(9), 10, 12, atOnce)
		},
		"if one event is missing": func(b *logBench) {
			b.commit(20)
			b.journal.set(func() { b.journal.hole = 15 })
			late, early := b.follow(12), b.follow(1) // one reads with the feed, the other for itself
			b.requireNext(late, 13, 14, atOnce)
			b.requirePruned(late)
			b.requireNext(early, 2, 14, atOnce)
			b.requirePruned(early)
			b.requireNext(b.follow(15), 16, 20, atOnce)
		},
		"if a reader was idle too long": func(b *logBench) {
			slow, fast := b.follow(0), b.follow(0)
			for position := int64(1); position <= 100; position++ {
				b.commitAndAnnounce(1)
				b.requireNext(fast, position, position, atOnce)
			}
			b.journal.set(func() { b.journal.pruned[b.account] = 50 })
			b.requirePruned(slow)
			b.commitAndAnnounce(1)
			b.requireNext(fast, 101, 101, atOnce)
		},
		"if the reader's position is past the end": func(b *logBench) {
			b.commit(10)
			b.requirePruned(b.follow(11))
			present := b.follow(10)
			b.requirePruned(b.follow(1000))
			b.commitAndAnnounce(1)
			b.requireNext(present, 11, 11, atOnce)
		},
		"if the database lost its newest commits": func(b *logBench) {
			b.commit(10)
			reader := b.follow(5)
			b.requireNext(reader, 6, 10, atOnce)
			b.journal.set(func() { b.journal.heads[b.account] = 8 })
			b.requirePruned(reader)
			b.commit(2)
			b.requireNext(b.follow(8), 9, 10, atOnce)
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withLog(t, live.LogOptions{Window: 8}, test)
		})
	}
}

func TestLogReader_Next_Ends(t *testing.T) {
	t.Parallel()

	t.Run("with its context", func(t *testing.T) {
		t.Parallel()
		withLog(t, live.LogOptions{}, func(b *logBench) {
			reader := b.follow(0)
			ctx, cancel := context.WithCancel(b.ctx)
			cancel()
			_, err := reader.Next(ctx)
			require.ErrorIs(b.t, err, context.Canceled)
			b.commitAndAnnounce(1)
			b.requireNext(reader, 1, 1, atOnce)
		})
	})

	t.Run("with Close, permanently", func(t *testing.T) {
		t.Parallel()
		withLog(t, live.LogOptions{}, func(b *logBench) {
			reader := b.follow(0)
			time.AfterFunc(time.Hour, reader.Close)
			_, err := reader.Next(b.ctx)
			require.ErrorIs(b.t, err, live.ErrClosed)
			reader.Close()
			b.commitAndAnnounce(1)
			_, err = reader.Next(b.ctx)
			require.ErrorIs(b.t, err, live.ErrClosed)
		})
	})

	t.Run("with Close while the source fails", func(t *testing.T) {
		t.Parallel()
		withLog(t, live.LogOptions{Window: 1}, func(b *logBench) {
			b.commit(5)
			reader := b.follow(0)
			b.requireNext(reader, 1, 1, atOnce)
			b.journal.set(func() { b.journal.faults = 1 << 30 })
			time.AfterFunc(time.Hour, reader.Close)
			_, err := reader.Next(b.ctx)
			require.ErrorIs(b.t, err, live.ErrClosed)
		})
	})

	t.Run("with the log", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			log := live.NewLog(live.NewHub(nil, quiet()), newJournal(), changePosition, live.LogOptions{})
			reader := log.Follow(uuid.New(), 0)
			defer reader.Close()
			time.AfterFunc(time.Hour, cancel)
			require.NoError(t, log.Run(ctx))
			_, err := reader.Next(t.Context())
			require.ErrorIs(t, err, live.ErrClosed)
		})
	})
}
