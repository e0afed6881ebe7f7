package pg

import (
	"context"
	"errors"
	"sync"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Enclosure makes all writes under a context parts of one transaction, and holds it open until its owner has seen what came
// of them: what answers a request can then be kept together with what the request changed, or both are taken back. The
// transaction begins with the first write, so that nothing is held while a request waits for somebody else before it.
type Enclosure struct {
	db      *DB
	ctx     context.Context // the transaction's: a write's own may end before the enclosure is decided on
	account uuid.UUID
	first   Work

	// mutex is held for each read and write: a transaction runs one statement at a time, while fields are resolved side by
	// side. It protects what follows.
	mutex  sync.Mutex
	conn   bun.Conn
	state  *transaction // nil: no transaction is open
	closed error        // why there will be none any more

	giveBack func() // the account's share, while a transaction is open
}

type enclosureKey struct{}

// WithEnclosure returns a context whose writes are parts of the enclosure. first is done at the beginning of its transaction;
// where it fails, so does every write. The caller must end the enclosure with Commit or Rollback.
func (d *DB) WithEnclosure(ctx context.Context, account uuid.UUID, first Work) (context.Context, *Enclosure) {
	enclosure := &Enclosure{db: d, ctx: ctx, account: account, first: first}
	return context.WithValue(ctx, enclosureKey{}, enclosure), enclosure
}

func enclosureFrom(ctx context.Context) *Enclosure {
	enclosure, _ := ctx.Value(enclosureKey{}).(*Enclosure)
	return enclosure
}

// Enclosed says whether the writes under ctx are parts of an enclosure, so that none is seen by others before all are.
func Enclosed(ctx context.Context) bool { return enclosureFrom(ctx) != nil }

var (
	errForeignEnclosure = errors.New("pg: an enclosure belongs to one account")
	errEnclosureEnded   = errors.New("pg: the enclosure has ended")
)

// write is a write in the enclosure: where it fails, it alone is taken back.
func (e *Enclosure) write(ctx context.Context, account uuid.UUID, work Work) (err error) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	if account != e.account {
		return errForeignEnclosure
	}
	if err := e.begin(); err != nil {
		return classify(err)
	}
	for try := range conflictRetries + 1 {
		if try > 0 {
			pause(ctx, try)
		}
		if err = e.part(ctx, work); !isConflict(err) {
			break
		}
	}
	return classify(err)
}

// part does the work inside a savepoint.
func (e *Enclosure) part(ctx context.Context, work Work) error {
	tx, announced := e.state.tx, len(e.state.afterCommit)
	if _, err := tx.ExecContext(ctx, "SAVEPOINT part"); err != nil {
		return err
	}
	if err := work(context.WithValue(ctx, transactionKey{}, e.state), tx); err != nil {
		e.state.afterCommit = e.state.afterCommit[:announced]
		_, undone := tx.ExecContext(e.ctx, "ROLLBACK TO SAVEPOINT part")
		return errors.Join(err, undone)
	}
	_, err := tx.ExecContext(ctx, "RELEASE SAVEPOINT part")
	return err
}

// read reads in the enclosure's transaction, so that it sees what was written there. It reports false where nothing was.
func (e *Enclosure) read(ctx context.Context, account uuid.UUID, work Work) (inside bool, err error) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	if e.state == nil || account != e.account {
		return false, nil
	}
	return true, classify(work(context.WithValue(ctx, transactionKey{}, e.state), e.state.tx))
}

// begin begins the transaction unless it is open. It is called with mutex held.
func (e *Enclosure) begin() error {
	if e.state != nil || e.closed != nil {
		return e.closed
	}
	giveBack, err := e.db.shares.take(e.ctx, e.account)
	if err != nil {
		return err
	}
	conn, err := e.db.acquire(e.ctx)
	if err != nil {
		giveBack()
		return err
	}
	state := &transaction{account: e.account, writes: true}
	if state.conn, err = nativeConn(conn); err == nil {
		state.tx, err = conn.BeginTx(withSetUp(e.ctx, forAccount(e.account)), nil)
	}
	if err != nil {
		_ = conn.Close()
		giveBack()
		return err
	}
	e.conn, e.state, e.giveBack = conn, state, giveBack
	if err = e.first(context.WithValue(e.ctx, transactionKey{}, state), state.tx); err != nil {
		e.end(err)
	}
	return err
}

// Commit does the last of the work and makes all of it durable.
func (e *Enclosure) Commit(last Work) error {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	err := e.begin()
	if err == nil {
		err = last(context.WithValue(e.ctx, transactionKey{}, e.state), e.state.tx)
	}
	if err == nil {
		err = e.state.tx.Commit()
	}
	if err != nil {
		e.end(err)
		return classify(err)
	}
	done := e.state.afterCommit
	e.end(errEnclosureEnded)
	for _, then := range done {
		then()
	}
	return nil
}

// Rollback takes back everything that was not committed.
func (e *Enclosure) Rollback() {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	e.end(errEnclosureEnded)
}

// end gives the connection back. It is called with mutex held.
func (e *Enclosure) end(why error) {
	if e.closed == nil {
		e.closed = why
	}
	if e.state == nil {
		return
	}
	_ = e.state.tx.Rollback() // nothing to take back after a commit
	_ = e.conn.Close()
	e.state = nil
	e.giveBack()
}
