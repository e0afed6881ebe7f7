package person_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/pg/pgtest"
)

// added is an account to which admins add people before they sign in.
type added struct {
	*server

	t       testing.TB
	db      *pg.DB
	account uuid.UUID
}

func newAdded(t *testing.T) *added {
	t.Helper()
	stores, db := newStores(t, 1)
	return &added{server: stores[0], t: t, db: db, account: newAccount(t, db)}
}

func (a *added) execute(statement string, arguments ...any) {
	a.t.Helper()
	require.NoError(a.t, a.db.Write(context.Background(), a.account, func(ctx context.Context, tx pg.Tx) error {
		_, err := tx.Exec(ctx, statement, arguments...)
		return err
	}))
}

func (a *added) add(called, email string, role *string) uuid.UUID {
	person := id.New()
	a.execute("INSERT INTO people (account_id, id, name, folded, email, assigned_role) VALUES (?, ?, ?, ?, ?, ?)", a.account, person, called, name.Fold(called), email, role)
	return person
}

// claim returns what an issuer says at an hour of the day; email is the verified address.
func (a *added) claim(hour int, subject, called, email string, role auth.Role) auth.Identity {
	return auth.Identity{
		Issuer: "https://login.example.com", Subject: subject, Name: called, Email: email, AccountID: a.account, Role: role, IssuedAt: morning.Add(time.Duration(hour) * time.Hour),
	}
}

func (a *added) see(identity auth.Identity) auth.Actor {
	a.t.Helper()
	actor, err := a.See(a.t.Context(), identity)
	require.NoError(a.t, err)
	return actor
}

func (a *added) summaries() (found []string) {
	a.t.Helper()
	require.NoError(a.t, a.db.Read(context.Background(), a.account, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.NewRaw("SELECT actor || ' ' || summary FROM journal ORDER BY position").Scan(ctx, &found)
	}))
	return found
}

func TestSee_MakesSomeoneWhoWasAddedThePersonThatSignsIn(t *testing.T) {
	t.Parallel()
	admin := auth.Admin.String()
	t.Run("whose verified address it is, with the assigned role", func(t *testing.T) {
		t.Parallel()
		a := newAdded(t)
		ann := a.add("Ann", "ann@example.com", &admin)
		actor := a.see(a.claim(1, "s1", "Ann Ruiz", "Ann@Example.COM", auth.Viewer))
		require.Equal(t, auth.Actor{AccountID: a.account, Kind: auth.PersonActor, ID: ann, Name: "Ann Ruiz", Role: auth.Admin}, actor)
		require.Equal(t, actor, a.see(a.claim(2, "s1", "Ann Ruiz", "", auth.Editor)), "from now on the subject counts, and the assigned role still")
		opened, err := a.OpenSession(t.Context(), actor)
		require.NoError(t, err)
		holder, err := a.Session(t.Context(), opened)
		require.NoError(t, err)
		require.Equal(t, auth.Admin, holder.Role, "sessions have the assigned role")
		a.see(a.claim(2, "s2", "Another admin", "", auth.Admin))
		a.execute("UPDATE people SET assigned_role = NULL WHERE id = ?", ann)
		holder, err = a.Session(t.Context(), opened)
		require.NoError(t, err)
		require.Equal(t, auth.Editor, holder.Role, "at once")
		require.Equal(t, []string{
			"Identity provider changed the name of a person and changed the role of a person", "Identity provider changed the role of a person",
			"Identity provider added a person",
		}, a.summaries())
	})
	t.Run("but not with an unverified or another address", func(t *testing.T) {
		t.Parallel()
		a := newAdded(t)
		ann := a.add("Ann", "ann@example.com", &admin)
		require.NotEqual(t, ann, a.see(a.claim(1, "s1", "Ann", "", auth.Viewer)).ID)
		require.NotEqual(t, ann, a.see(a.claim(1, "s2", "Ann", "\u212a@example.com", auth.Viewer)).ID)
		other := newAccount(t, a.db)
		elsewhere := a.claim(1, "s3", "Ann", "ann@example.com", auth.Viewer)
		elsewhere.AccountID = other
		require.NotEqual(t, ann, a.see(elsewhere).ID, "an account adds people for itself")
	})
	t.Run("and not who is blocked", func(t *testing.T) {
		t.Parallel()
		a := newAdded(t)
		ann := a.add("Ann", "ann@example.com", &admin)
		require.NoError(t, pgtest.Run(t.Context(), a.db, func(ctx context.Context, tx pg.Tx) error {
			_, err := tx.Exec(ctx, "UPDATE people SET blocked_at = now() WHERE id = ?", ann)
			return err
		}))
		actor := a.see(a.claim(1, "s1", "Ann", "ann@example.com", auth.Viewer))
		require.NotEqual(t, ann, actor.ID)
		require.Equal(t, auth.Viewer, actor.Role)
	})
	t.Run("of two people with the address, the first to sign in", func(t *testing.T) {
		t.Parallel()
		a := newAdded(t)
		ann := a.add("Ann", "ann@example.com", nil)
		first, second := a.see(a.claim(1, "s1", "Ann", "ann@example.com", auth.Viewer)), a.see(a.claim(1, "s2", "Ann", "ann@example.com", auth.Viewer))
		require.Equal(t, ann, first.ID)
		require.NotEqual(t, ann, second.ID)
	})
	t.Run("who had signed in before they were added, with what the added one was assigned to", func(t *testing.T) {
		t.Parallel()
		a := newAdded(t)
		before := a.see(a.claim(1, "s1", "Ann", "", auth.Viewer))
		ann := a.add("Ann too", "ann@example.com", &admin)
		organization := id.New()
		a.execute("INSERT INTO organization_details (account_id, organization_id, engineer_id, vcio_id) VALUES (?, ?, ?, ?)", a.account, organization, ann, before.ID)
		after := a.see(a.claim(2, "s1", "Ann", "ann@example.com", auth.Viewer))
		require.Equal(t, before.ID, after.ID)
		require.Equal(t, auth.Admin, after.Role)
		var same bool
		require.NoError(t, a.db.Read(t.Context(), a.account, func(ctx context.Context, tx pg.ReadTx) error {
			return tx.NewRaw("SELECT engineer_id = ?0 AND vcio_id = ?0 FROM organization_details", before.ID).Scan(ctx, &same)
		}))
		require.True(t, same)
		require.Equal(t, "Identity provider changed the email of a person and found that a person had signed in before", a.summaries()[1])
	})
	t.Run("who is the last admin and keeps that role", func(t *testing.T) {
		t.Parallel()
		a := newAdded(t)
		a.see(a.claim(1, "s1", "Ann", "", auth.Admin))
		viewer := auth.Viewer.String()
		a.add("Ann too", "ann@example.com", &viewer)
		require.Equal(t, auth.Admin, a.see(a.claim(2, "s1", "Ann", "ann@example.com", auth.Admin)).Role)
	})
}

func TestSee_RecordsOnlyWhatOthersSee(t *testing.T) {
	t.Parallel()
	a := newAdded(t)
	for hour := range 3 {
		a.see(a.claim(hour, "s1", "Ann", "ann@example.com", auth.Editor))
	}
	require.Equal(t, []string{"Identity provider added a person"}, a.summaries(), "signing in again is no change")
	require.NoError(t, a.Block(t.Context(), a.account, "s1", true))
	_, err := a.See(t.Context(), a.claim(4, "s1", "Ann", "ann@example.com", auth.Editor))
	require.Equal(t, apperr.Unauthenticated, apperr.CodeOf(err))
}

func TestList_ShowsPeopleWhoHaveNotSignedIn(t *testing.T) {
	t.Parallel()
	a := newAdded(t)
	a.add("Ann", "ann@example.com", nil)
	all, err := a.List(t.Context(), a.account)
	require.NoError(t, err)
	require.Len(t, all, 1)
	require.Equal(t, []string{"Ann", "", "", ""}, []string{all[0].Name, all[0].Issuer, all[0].Subject, all[0].Role})
}
