package pg

import (
	"context"
	"errors"
	"sync"

	"github.com/google/uuid"
)

// Enclosure runs all writes under a context in one transaction and keeps the transaction open until its owner commits
// or rolls back. This allows storing the response to a request together with the request's changes, or neither. The
// transaction begins with the first write, so a request that waits for another one before that holds no connection and
// no lock.
type Enclosure struct {
	db      *DB
	ctx     context.Context // the transaction's: a write's own context may end before the enclosure does
	account uuid.UUID
	first   func(context.Context, Tx) error

	// mutex is held during each read and write: a transaction runs one statement at a time, but fields are resolved
	// concurrently. It protects the fields below.
	mutex  sync.Mutex
	open   *transaction // nil: no transaction is open
	closed error        // why no transaction can be opened any more
}

// part is a write inside an open transaction.
type part func(context.Context, *transaction) error

type enclosureKey struct{}

// WithEnclosure returns a context whose writes join the enclosure. first runs at the beginning of the transaction; if
// it fails, every write fails. The caller must end the enclosure with Commit or Rollback.
func (d *DB) WithEnclosure(ctx context.Context, account uuid.UUID, first func(context.Context, Tx) error) (context.Context, *Enclosure) {
	enclosure := &Enclosure{db: d, ctx: ctx, account: account, first: first}
	return context.WithValue(ctx, enclosureKey{}, enclosure), enclosure
}

func enclosureFrom(ctx context.Context) *Enclosure {
	enclosure, _ := ctx.Value(enclosureKey{}).(*Enclosure)
	return enclosure
}

// Enclosed reports whether the writes under ctx are part of an enclosure, so that none is visible to others until all
// are.
func Enclosed(ctx context.Context) bool { return enclosureFrom(ctx) != nil }

var (
	errForeignEnclosure = errors.New("pg: an enclosure belongs to one account")
	errEnclosureEnded   = errors.New("pg: the enclosure has ended")
)

// write runs a write in the enclosure. If the write fails, only its own changes are rolled back.
func (e *Enclosure) write(ctx context.Context, account uuid.UUID, work part) (err error) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	if account != e.account {
		return errForeignEnclosure
	}
	if err := e.begin(); err != nil {
		return classify(err)
	}
	err = e.part(ctx, work)
	for try := 1; try <= conflictRetries && isConflict(err); try++ {
		pause(ctx, try)
		err = e.part(ctx, work)
	}
	return classify(err)
}

// part runs the work inside a savepoint.
func (e *Enclosure) part(ctx context.Context, work part) error {
	conn, announced := e.open.native, len(e.open.afterCommit)
	if _, err := conn.Exec(ctx, "SAVEPOINT part"); err != nil {
		return err
	}
	if err := work(e.open.inside(ctx), e.open); err != nil {
		e.open.afterCommit = e.open.afterCommit[:announced]
		_, undone := conn.Exec(e.ctx, "ROLLBACK TO SAVEPOINT part")
		return errors.Join(err, undone)
	}
	_, err := conn.Exec(ctx, "RELEASE SAVEPOINT part")
	return err
}

// read reads in the enclosure's transaction, so it sees the enclosure's writes. It returns false if nothing was
// written.
func (e *Enclosure) read(ctx context.Context, account uuid.UUID, work func(context.Context, ReadTx) error) (inside bool, err error) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	if e.open == nil || account != e.account {
		return false, nil
	}
	return true, classify(work(e.open.inside(ctx), ReadTx{e.open}))
}

// begin opens the transaction if it is not open. Call it with mutex held.
func (e *Enclosure) begin() (err error) {
	if e.open != nil || e.closed != nil {
		return e.closed
	}
	t, err := e.db.open(e.ctx, e.account, true)
	if err != nil {
		return err
	}
	if err = t.begin(beginWrite); err != nil {
		t.close()
		return err
	}
	e.open = t
	if err = e.first(t.inside(e.ctx), Tx{ReadTx{t}}); err != nil {
		e.end(err)
	}
	return err
}

// Commit runs last and commits everything.
func (e *Enclosure) Commit(last func(context.Context, Tx) error) error {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	err := e.begin()
	if err == nil {
		err = last(e.open.inside(e.ctx), Tx{ReadTx{e.open}})
	}
	if err == nil {
		err = e.open.commit()
	}
	if err != nil {
		e.end(err)
		return classify(err)
	}
	done := e.open
	e.end(errEnclosureEnded)
	done.committed()
	return nil
}

// Rollback discards everything that was not committed.
func (e *Enclosure) Rollback() {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	e.end(errEnclosureEnded)
}

// end releases the connection. Call it with mutex held.
func (e *Enclosure) end(why error) {
	if e.closed == nil {
		e.closed = why
	}
	if e.open != nil {
		e.open.close()
		e.open = nil
	}
}
