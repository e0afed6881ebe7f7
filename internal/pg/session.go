package pg

import (
	"context"
	"errors"
	"sync"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/apperr"
)

// Session makes all reads for one response use one snapshot, whichever fields trigger them. It takes a connection at
// the first read and releases it at Close. After Close it can be used again and sees a newer snapshot.
type Session struct {
	db *DB

	// mutex is held during each read: a transaction runs one statement at a time, but fields are resolved concurrently.
	mutex sync.Mutex
	open  *transaction // nil: no snapshot is open

	view      *view // of the account, in the last snapshot opened; nil: no such account
	snapshots int   // how many were opened
}

type sessionKey struct{}

// WithSession returns a context whose reads share the session's snapshot. The caller must Close the session.
func (d *DB) WithSession(ctx context.Context) (context.Context, *Session) {
	session := &Session{db: d}
	return context.WithValue(ctx, sessionKey{}, session), session
}

// EndSnapshot releases the connection of ctx's session, if any. Call it before a long wait for something other than
// Postgres. Later reads see a newer snapshot.
func (d *DB) EndSnapshot(ctx context.Context) {
	if session := sessionFrom(ctx); session != nil {
		session.Close()
	}
}

func sessionFrom(ctx context.Context) *Session {
	session, _ := ctx.Value(sessionKey{}).(*Session)
	return session
}

// Open opens the session's snapshot of the account if none is open, and returns the version that it sees.
func (s *Session) Open(ctx context.Context, account uuid.UUID) (AccountVersion, error) {
	err := s.read(ctx, account, func(context.Context, ReadTx) error { return nil })
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.view == nil {
		return AccountVersion{}, err
	}
	return s.view.version, err
}

// Version returns the version of everything read through the session, or false if there was not exactly one snapshot.
func (s *Session) Version() (AccountVersion, bool) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.view == nil || s.snapshots != 1 {
		return AccountVersion{}, false
	}
	return s.view.version, true
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
		s.end() // Postgres accepts no more statements in a transaction after one failed
	}
	return classify(err)
}

// begin opens a snapshot. Call it with mutex held.
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

// end releases the connection; nothing was written. Call it with mutex held.
func (s *Session) end() {
	if s.open != nil {
		s.open.close()
		s.open = nil
	}
}

// Close releases the connection.
func (s *Session) Close() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.end()
}
