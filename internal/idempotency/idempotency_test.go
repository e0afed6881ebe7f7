package idempotency_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/idempotency"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/pg/pgtest"
	"github.com/orgmap/orgmap/migrations"
)

func TestMain(m *testing.M) { dbtest.Main(m, migrations.Up) }

// bench is the store with its own database, and an editor.
type bench struct {
	t      *testing.T
	db     *pg.DB
	store  *idempotency.Store
	actor  auth.Actor
	editor context.Context //nolint:containedctx // the caller is part of the setup
}

func newBench(t *testing.T) *bench {
	t.Helper()
	db, err := pg.Open(t.Context(), dbtest.Database(t), pg.Options{})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	b := &bench{t: t, db: db, store: idempotency.New(db), actor: auth.Actor{AccountID: id.New(), ID: id.New(), Name: "Pat", Role: auth.Editor}}
	require.NoError(t, pgtest.Run(t.Context(), db, func(ctx context.Context, tx pg.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO accounts (id, name) VALUES (?, ?)", b.actor.AccountID, "Example MSP")
		return err
	}))
	b.editor = auth.WithActor(t.Context(), b.actor)
	return b
}

// creating returns a function that creates an organization with the given name and returns the name as its response.
func (b *bench) creating(name string, keep bool) func(context.Context) ([]byte, bool) {
	return func(ctx context.Context) ([]byte, bool) {
		err := b.db.Write(ctx, b.actor.AccountID, func(ctx context.Context, tx pg.Tx) error {
			_, err := tx.Exec(ctx, "INSERT INTO organizations (account_id, id, name, folded) VALUES (?, ?, ?, ?)", b.actor.AccountID, id.New(), name, name)
			return err
		})
		return []byte(`"` + name + `"`), err == nil && keep
	}
}

func (b *bench) organizations() (count int) {
	b.t.Helper()
	require.NoError(b.t, b.db.Read(b.t.Context(), b.actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.NewRaw("SELECT count(*) FROM organizations").Scan(ctx, &count)
	}))
	return count
}

func TestOnce_FailedRequestsAreRolledBackAndCanBeRetried(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	request := idempotency.Request{Operation: "create", Key: "k", Content: []byte("acme")}
	answer, err := b.store.Once(b.editor, request, b.creating("acme", false))
	require.NoError(t, err)
	require.Nil(t, answer)
	require.Zero(t, b.organizations(), "a failure leaves nothing behind")
	for range 2 {
		answer, err = b.store.Once(b.editor, request, b.creating("acme", true))
		require.NoError(t, err)
		require.Equal(t, `"acme"`, string(answer))
		require.Equal(t, 1, b.organizations())
	}
}

func TestOnce_KeyIsBoundToCallerOperationAndContent(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	request := idempotency.Request{Operation: "create", Key: "k", Content: []byte("acme")}
	_, err := b.store.Once(b.editor, request, b.creating("acme", true))
	require.NoError(t, err)

	performed := errors.New("performed")
	never := func(context.Context) ([]byte, bool) { panic(performed) }
	other := request
	other.Content = []byte("bolt")
	_, err = b.store.Once(b.editor, other, never)
	require.Equal(t, apperr.BadUserInput, apperr.CodeOf(err))
	colleague := b.actor
	colleague.ID = uuid.New()
	_, err = b.store.Once(auth.WithActor(t.Context(), colleague), request, never)
	require.Equal(t, apperr.BadUserInput, apperr.CodeOf(err), "another caller does not get the response")
	other = request
	other.Operation = "rename"
	_, err = b.store.Once(b.editor, other, b.creating("cog", true))
	require.NoError(t, err, "another operation has its own keys")
	require.Equal(t, 2, b.organizations())

	for _, key := range []string{"", " ", "a b", "ü", "\x7f", strings.Repeat("k", 256)} {
		request.Key = key
		_, err = b.store.Once(b.editor, request, never)
		require.Equal(t, apperr.BadUserInput, apperr.CodeOf(err), key)
	}
	_, err = b.store.Once(t.Context(), request, never)
	require.Equal(t, apperr.Unauthenticated, apperr.CodeOf(err))
}

func TestOnce_ResponseExpiresAfterItsRetention(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	request := idempotency.Request{Operation: "create", Key: "k", Content: []byte("acme")}
	_, err := b.store.Once(b.editor, request, b.creating("acme", true))
	require.NoError(t, err)
	age := func(by string) {
		require.NoError(t, b.db.Write(t.Context(), b.actor.AccountID, func(ctx context.Context, tx pg.Tx) error {
			_, err := tx.Exec(ctx, "UPDATE idempotency_keys SET expires_at = expires_at - ?::interval", by)
			return err
		}))
	}
	age("23 hours 59 minutes")
	answer, err := b.store.Once(b.editor, request, b.creating("bolt", true))
	require.NoError(t, err)
	require.Equal(t, `"acme"`, string(answer), "it is returned again for 24 hours")
	age("1 minute")
	answer, err = b.store.Once(b.editor, request, b.creating("bolt", true))
	require.NoError(t, err)
	require.Equal(t, `"bolt"`, string(answer))
	require.Equal(t, 2, b.organizations())
}
