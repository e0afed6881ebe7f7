package pg

import (
	"context"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/apperr"
)

// shareWait is how long a request waits for a connection of its account's share: half of the request timeout.
const shareWait = 5 * time.Second

// shares keeps one account from taking all connections: its requests use a limited number at once, and the rest queue.
// Workers are limited by their own number and do not wait here.
type shares struct {
	limit int // connections per account at once; 0: no limit

	mutex    sync.Mutex // protects accounts
	accounts map[uuid.UUID]*share
}

// share is one account's share. It is dropped when no request uses it or waits for it.
type share struct {
	slots chan struct{}
	users int
}

var errShare = apperr.New(apperr.RateLimited, "Too many requests of your account are waiting. Send fewer at a time.")

// acquire waits for a connection of the account's share.
func (s *shares) acquire(ctx context.Context, account uuid.UUID) (release func(), err error) {
	if s.limit == 0 || account == uuid.Nil {
		return func() {}, nil
	}
	one := s.join(account)
	select {
	case one.slots <- struct{}{}:
		return func() { <-one.slots; s.leave(account, one) }, nil
	default:
	}
	timer := time.NewTimer(shareWait)
	defer timer.Stop()
	select {
	case one.slots <- struct{}{}:
		return func() { <-one.slots; s.leave(account, one) }, nil
	case <-timer.C:
		err = errShare
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	s.leave(account, one)
	return nil, err
}

func (s *shares) join(account uuid.UUID) *share {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	one := s.accounts[account]
	if one == nil {
		one = &share{slots: make(chan struct{}, s.limit)}
		s.accounts[account] = one
	}
	one.users++
	return one
}

func (s *shares) leave(account uuid.UUID, one *share) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if one.users--; one.users == 0 {
		delete(s.accounts, account)
	}
}
