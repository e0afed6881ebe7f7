package person_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/auth/person"
	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/migrations"
)

func TestMain(m *testing.M) { dbtest.Main(m, migrations.Up) }

// newStore is the store over a database of its own, with an account.
func newStore(t *testing.T) (*person.Store, uuid.UUID) {
	t.Helper()
	db, err := pg.Open(t.Context(), dbtest.Database(t), pg.Options{})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	account := id.New()
	require.NoError(t, db.Operator(t.Context(), func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO accounts (id, name) VALUES (?, ?)", account, account.String())
		return err
	}))
	return person.NewStore(db), account
}

func TestSee_TheNewestWordOfTheIssuerHolds(t *testing.T) {
	t.Parallel()
	store, account := newStore(t)
	morning := time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)
	word := func(hour int, role auth.Role, name string) auth.Identity {
		return auth.Identity{Issuer: "https://login.example.com", Subject: "ada", Name: name, AccountID: account, Role: role, IssuedAt: morning.Add(time.Duration(hour) * time.Hour)}
	}
	var ids []uuid.UUID
	for _, test := range []struct {
		said auth.Identity
		role auth.Role
		name string
	}{
		{word(1, auth.Editor, "Ada"), auth.Editor, "Ada"},
		{word(0, auth.Admin, "Adah"), auth.Editor, "Ada"}, // an older token raises nobody
		{word(2, auth.Viewer, "Ada Lovelace"), auth.Viewer, "Ada Lovelace"},
		{word(1, auth.Editor, "Ada"), auth.Viewer, "Ada Lovelace"}, // nor does the one from before
		{word(3, auth.Viewer, "Ada\x00\n"), auth.Viewer, "Ada"},
		{word(4, auth.Viewer, strings.Repeat("long", 100)), auth.Viewer, "Person ada"},
	} {
		actor, err := store.See(t.Context(), test.said)
		require.NoError(t, err)
		require.Equal(t, test.role, actor.Role)
		require.Equal(t, test.name, actor.Name)
		ids = append(ids, actor.ID)
	}
	for _, one := range ids {
		require.Equal(t, ids[0], one, "they are one person throughout")
	}
	elsewhere := word(5, auth.Admin, "Ada")
	elsewhere.Issuer = "https://another.example.com"
	other, err := store.See(t.Context(), elsewhere)
	require.NoError(t, err)
	require.NotEqual(t, ids[0], other.ID, "a subject is its issuer's")
	nowhere := word(5, auth.Admin, "Ada")
	nowhere.AccountID = id.New()
	_, err = store.See(t.Context(), nowhere)
	require.Equal(t, apperr.Unauthenticated, apperr.CodeOf(err))
}

func TestSee_ManyFirstSightsAtOnceAreOnePerson(t *testing.T) {
	t.Parallel()
	store, account := newStore(t)
	identity := auth.Identity{Issuer: "https://login.example.com", Subject: "ada", AccountID: account, Role: auth.Viewer, IssuedAt: time.Now()}
	var group sync.WaitGroup
	for range 12 {
		group.Go(func() {
			if _, err := store.See(t.Context(), identity); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	all, err := store.List(t.Context(), account)
	require.NoError(t, err)
	require.Len(t, all, 1)
}

func TestBlock_EndsSessionsAndTokensUntilItIsTakenBack(t *testing.T) {
	t.Parallel()
	store, account := newStore(t)
	identity := auth.Identity{Issuer: "https://login.example.com", Subject: "ada", AccountID: account, Role: auth.Viewer, IssuedAt: time.Now()}
	ada, err := store.See(t.Context(), identity)
	require.NoError(t, err)
	session, err := store.OpenSession(t.Context(), ada)
	require.NoError(t, err)
	holder, err := store.Session(t.Context(), session)
	require.NoError(t, err)
	require.Equal(t, ada, holder)

	require.NoError(t, store.Block(t.Context(), account, "ada", true))
	_, err = store.Session(t.Context(), session)
	require.Equal(t, apperr.Unauthenticated, apperr.CodeOf(err))
	identity.IssuedAt, identity.Role = time.Now().Add(time.Minute), auth.Admin
	_, err = store.See(t.Context(), identity)
	require.Equal(t, apperr.Unauthenticated, apperr.CodeOf(err), "no newer token lets them in")
	require.NoError(t, store.Block(t.Context(), account, "ada", false))
	_, err = store.Session(t.Context(), session)
	require.NoError(t, err)
	require.ErrorContains(t, store.Block(t.Context(), account, "nobody", true), "nobody")

	require.NoError(t, store.CloseSession(t.Context(), session))
	require.NoError(t, store.CloseSession(t.Context(), session), "twice is once")
	for _, text := range []string{session, "", person.SessionPrefix, "orgmap_token"} {
		_, err = store.Session(t.Context(), text)
		require.Equal(t, apperr.Unauthenticated, apperr.CodeOf(err), text)
	}
}
