package pg

import (
	"context"
	"errors"
	"sync"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/apperr"
)

// Session makes all reads of one answer see one snapshot, whichever fields ask for them. It takes a connection at the
// first read and gives it back at Close. After Close it may be used again and sees a newer moment.
type Session struct {
	db *DB

	// mutex is held for each read: a transaction runs one statement at a time, while fields are resolved side by side.
	mutex sync.Mutex
	open  *transaction // nil: no snapshot is open

	view      *view // of the account, by the last snapshot that was opened; nil: there is no such account
	snapshots int   // that were opened
}

type sessionKey struct{}

// WithSession returns a context whose reads share the session's snapshot. The caller must Close the session.
func (d *DB) WithSession(ctx context.Context) (context.Context, *Session) {
	session := &Session{db: d}
	return context.WithValue(ctx, sessionKey{}, session), session
}

// EndSnapshot gives back the connection that the session of ctx holds, where there is one, before something long that is not
// Postgres' is waited for. What is read later sees a newer moment.
func (d *DB) EndSnapshot(ctx context.Context) {
	if session := sessionFrom(ctx); session != nil {
		session.Close()
	}
}

func sessionFrom(ctx context.Context) *Session {
	session, _ := ctx.Value(sessionKey{}).(*Session)
	return session
}

// Open opens the session's snapshot of the account, unless one is open, and tells the moment that it sees.
func (s *Session) Open(ctx context.Context, account uuid.UUID) (Moment, error) {
	err := s.read(ctx, account, func(context.Context, ReadTx) error { return nil })
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.view == nil {
		return Moment{}, err
	}
	return s.view.moment, err
}

// Saw is the moment that everything was read at through the session; false where there is not one such moment.
func (s *Session) Saw() (Moment, bool) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.view == nil || s.snapshots != 1 {
		return Moment{}, false
	}
	return s.view.moment, true
}

func (s *Session) read(ctx context.Context, account uuid.UUID, work func(context.Context, ReadTx) error) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.open != nil && s.open.account != account {
		s.end()
	}
	if s.open == nil {
		if err := s.begin(ctx, account); err != nil {
			return classify(err)
		}
	}
	err := work(s.open.inside(ctx), ReadTx{s.open})
	var expected *apperr.Error
	if err != nil && !errors.As(err, &expected) {
		s.end() // Postgres takes no more statements in a transaction in which one failed
	}
	return classify(err)
}

// begin opens a snapshot. It is called with mutex held.
func (s *Session) begin(ctx context.Context, account uuid.UUID) error {
	t, err := s.db.open(ctx, account, true)
	if err != nil {
		return err
	}
	if t.view, err = t.openAccount(); err != nil {
		t.close()
		return err
	}
	s.open, s.view = t, t.view
	s.snapshots++
	return nil
}

// end gives the connection back; nothing was written. It is called with mutex held.
func (s *Session) end() {
	if s.open != nil {
		s.open.close()
		s.open = nil
	}
}

// Close gives the connection back.
func (s *Session) Close() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.end()
}
