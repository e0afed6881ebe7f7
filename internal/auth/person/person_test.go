package person_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/auth/bearer"
	"github.com/orgmap/orgmap/internal/auth/person"
	"github.com/orgmap/orgmap/internal/auth/session"
	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/pg/pgtest"
	"github.com/orgmap/orgmap/migrations"
)

func TestMain(m *testing.M) { dbtest.Main(m, migrations.Up) }

// server is what one server uses for people and their sessions.
type server struct {
	*person.Store
	*person.Operator

	sessions *session.Store
	holders  *bearer.Holders
}

func (s *server) OpenSession(ctx context.Context, actor auth.Actor) (string, error) {
	return s.sessions.OpenForPerson(ctx, actor)
}

func (s *server) Session(ctx context.Context, text string) (auth.Actor, error) {
	holder, err := s.holders.Holder(ctx, text)
	return holder.Actor, err
}

// newStores returns the stores of several servers that share one database.
func newStores(t *testing.T, servers int) ([]*server, *pg.DB) {
	t.Helper()
	url := dbtest.Database(t)
	stores := make([]*server, servers)
	var db *pg.DB
	for i := range stores {
		var err error
		db, err = pg.Open(t.Context(), url, pg.Options{})
		require.NoError(t, err)
		t.Cleanup(db.Close)
		stores[i] = &server{person.NewStore(db, journal.New(db, func(context.Context, uuid.UUID, int64) {}, nil)), person.NewOperator(pgtest.Operator(t, db)), session.NewStore(db), bearer.New(db)}
	}
	return stores, db
}

func newAccount(t *testing.T, db *pg.DB) uuid.UUID {
	t.Helper()
	account := id.New()
	require.NoError(t, pgtest.Run(t.Context(), db, func(ctx context.Context, tx pg.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO accounts (id, name) VALUES (?, ?)", account, account.String())
		return err
	}))
	return account
}

// newStore returns a store with its own database, and an account in it.
func newStore(t *testing.T) (*server, uuid.UUID) {
	t.Helper()
	stores, db := newStores(t, 1)
	return stores[0], newAccount(t, db)
}

var morning = time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC) //nolint:gochecknoglobals // a constant

func TestSee_LatestClaimsWin(t *testing.T) {
	t.Parallel()
	store, account := newStore(t)
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
		{word(0, auth.Admin, "Adah"), auth.Editor, "Ada"}, // an older token raises no role
		{word(2, auth.Viewer, "Ada Lovelace"), auth.Viewer, "Ada Lovelace"},
		{word(1, auth.Editor, "Ada"), auth.Viewer, "Ada Lovelace"}, // nor does the previous one
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
		require.Equal(t, ids[0], one, "all claims belong to one person")
	}
	elsewhere := word(5, auth.Admin, "Ada")
	elsewhere.Issuer = "https://another.example.com"
	other, err := store.See(t.Context(), elsewhere)
	require.NoError(t, err)
	require.NotEqual(t, ids[0], other.ID, "the same subject of another issuer is another person")
	nowhere := word(5, auth.Admin, "Ada")
	nowhere.AccountID = id.New()
	_, err = store.See(t.Context(), nowhere)
	require.Equal(t, apperr.Unauthenticated, apperr.CodeOf(err))
}

func TestSee_ConcurrentFirstSignInsCreateOnePerson(t *testing.T) {
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

func TestBlock_RefusesSessionsAndTokensUntilUnblocked(t *testing.T) {
	t.Parallel()
	store, account := newStore(t)
	identity := auth.Identity{Issuer: "https://login.example.com", Subject: "ada", AccountID: account, Role: auth.Viewer, IssuedAt: time.Now()}
	ada, err := store.See(t.Context(), identity)
	require.NoError(t, err)
	opened, err := store.OpenSession(t.Context(), ada)
	require.NoError(t, err)
	holder, err := store.Session(t.Context(), opened)
	require.NoError(t, err)
	require.Equal(t, ada, holder)

	require.NoError(t, store.Block(t.Context(), account, "ada", true))
	_, err = store.Session(t.Context(), opened)
	require.Equal(t, apperr.Unauthenticated, apperr.CodeOf(err))
	identity.IssuedAt, identity.Role = time.Now().Add(time.Minute), auth.Admin
	_, err = store.See(t.Context(), identity)
	require.Equal(t, apperr.Unauthenticated, apperr.CodeOf(err), "newer claims do not lift a block")
	require.NoError(t, store.Block(t.Context(), account, "ada", false))
	require.Eventually(t, func() bool { // bad secrets are remembered briefly
		_, err = store.Session(t.Context(), opened)
		return err == nil
	}, 10*time.Second, 10*time.Millisecond)
	require.ErrorContains(t, store.Block(t.Context(), account, "nobody", true), "nobody")

	for _, open := range []bool{true, false} { // opening twice has the same effect as once
		_, ended, err := store.sessions.Close(t.Context(), opened)
		require.NoError(t, err)
		require.Equal(t, open, ended)
	}
	for _, text := range []string{opened, "", bearer.SessionPrefix, "orgmap_token"} {
		_, err = store.Session(t.Context(), text)
		require.Equal(t, apperr.Unauthenticated, apperr.CodeOf(err), text)
	}
}

// lastWord returns which of an issuer's claims count, in any order: the newest, of one second the
// lowest role, then the first name. It is the rule in its simplest form.
func lastWord(said []auth.Identity) auth.Identity {
	return slices.MinFunc(said, func(a, b auth.Identity) int {
		return cmp.Or(b.IssuedAt.Compare(a.IssuedAt), cmp.Compare(a.Role, b.Role), cmp.Compare(a.Name, b.Name))
	})
}

func TestSee_ResultDoesNotDependOnTheOrderOfClaims(t *testing.T) {
	t.Parallel()
	servers, db := newStores(t, 3)
	account := newAccount(t, db)
	number := 0
	rapid.Check(t, func(t *rapid.T) {
		number++
		subject := fmt.Sprint("person ", number)
		said := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) auth.Identity {
			second := time.Duration(rapid.IntRange(0, 3).Draw(t, "second")) * time.Second
			fraction := time.Duration(rapid.IntRange(0, 999).Draw(t, "milliseconds")) * time.Millisecond
			return auth.Identity{
				Issuer: "https://login.example.com", Subject: subject, AccountID: account, IssuedAt: morning.Add(second + fraction).Truncate(time.Second),
				Role: auth.Role(rapid.IntRange(1, 3).Draw(t, "role")), Name: rapid.SampledFrom([]string{"Ada", "Bob", "ada", "Äda"}).Draw(t, "name"),
			}
		}), 1, 8).Draw(t, "said")
		want := lastWord(said)
		together := rapid.Bool().Draw(t, "together")
		var group sync.WaitGroup
		for i, one := range said {
			see := func() {
				if _, err := servers[i%len(servers)].See(context.Background(), one); err != nil {
					t.Errorf("%v", err)
				}
			}
			if together {
				group.Go(see)
			} else {
				see()
			}
		}
		group.Wait()
		for _, one := range said { // no matter which token they present from now on
			actor, err := servers[0].See(context.Background(), one)
			if err != nil || actor.Role != want.Role || actor.Name != want.Name {
				t.Fatalf("%v said: got %v %q, %v; want %v %q", said, actor.Role, actor.Name, err, want.Role, want.Name)
			}
		}
	})
}

func TestSee_LatestClaimsDetermineTheAccount(t *testing.T) {
	t.Parallel()
	stores, db := newStores(t, 1)
	store, here, there := stores[0], newAccount(t, db), newAccount(t, db)
	word := func(second int, account uuid.UUID) auth.Identity {
		return auth.Identity{Issuer: "https://login.example.com", Subject: "ada", AccountID: account, Role: auth.Admin, IssuedAt: morning.Add(time.Duration(second) * time.Second)}
	}
	see := func(second int, account uuid.UUID) (string, error) {
		actor, err := store.See(t.Context(), word(second, account))
		if err != nil {
			return "", err
		}
		require.Equal(t, account, actor.AccountID)
		return store.OpenSession(t.Context(), actor)
	}
	first, err := see(1, here)
	require.NoError(t, err)
	second, err := see(2, there)
	require.NoError(t, err)
	_, err = store.Session(t.Context(), first)
	require.Equal(t, apperr.Unauthenticated, apperr.CodeOf(err), "sessions in the previous account end")
	_, err = store.Session(t.Context(), second)
	require.NoError(t, err)
	_, err = see(1, here)
	require.Equal(t, apperr.Unauthenticated, apperr.CodeOf(err), "an older token does not restore access")
	third, err := see(3, here)
	require.NoError(t, err, "a newer token restores access")
	_, err = store.Session(t.Context(), second)
	require.Equal(t, apperr.Unauthenticated, apperr.CodeOf(err))
	_, err = store.Session(t.Context(), first)
	require.Equal(t, apperr.Unauthenticated, apperr.CodeOf(err), "an ended session stays ended")
	_, err = store.Session(t.Context(), third)
	require.NoError(t, err)
}

func TestSee_OlderClaimsDoNotMoveAPersonBack(t *testing.T) {
	t.Parallel()
	stores, db := newStores(t, 1)
	store, here, there := stores[0], newAccount(t, db), newAccount(t, db)
	identity := auth.Identity{Issuer: "https://login.example.com", Subject: "ada", AccountID: there, Role: auth.Admin, IssuedAt: morning.Add(time.Minute)}
	_, err := store.See(t.Context(), identity)
	require.NoError(t, err)
	identity.AccountID, identity.IssuedAt = here, morning
	_, err = store.See(t.Context(), identity)
	require.Equal(t, apperr.Unauthenticated, apperr.CodeOf(err), "older claims on a server that has not seen the person")
	other := identity
	other.Subject = "bob"
	_, err = store.See(t.Context(), other)
	require.NoError(t, err, "another person is not affected")
}

func TestClose_EndsTheSessionOfABlockedPerson(t *testing.T) {
	t.Parallel()
	store, account := newStore(t)
	identity := auth.Identity{Issuer: "https://login.example.com", Subject: "ada", AccountID: account, Role: auth.Viewer, IssuedAt: morning}
	ada, err := store.See(t.Context(), identity)
	require.NoError(t, err)
	opened, err := store.OpenSession(t.Context(), ada)
	require.NoError(t, err)
	require.NoError(t, store.Block(t.Context(), account, "ada", true))
	_, ended, err := store.sessions.Close(t.Context(), opened)
	require.NoError(t, err)
	require.True(t, ended)
	require.NoError(t, store.Block(t.Context(), account, "ada", false))
	_, err = store.Session(t.Context(), opened)
	require.Equal(t, apperr.Unauthenticated, apperr.CodeOf(err), "a closed session stays closed after unblocking")
}
