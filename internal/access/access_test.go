package access_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/access"
	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/auth/bearer"
	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/page"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/pg/pgtest"
	"github.com/orgmap/orgmap/migrations"
)

func TestMain(m *testing.M) { dbtest.Main(m, migrations.Up) }

// bench is the service with its own database.
type bench struct {
	t       testing.TB
	db      *pg.DB
	service *access.Service
}

func newBench(t testing.TB) *bench {
	t.Helper()
	return newBenchOn(t, dbtest.Database(t))
}

func newBenchOn(t testing.TB, url string) *bench {
	t.Helper()
	db, err := pg.Open(t.Context(), url, pg.Options{MaxConnections: 8})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	return &bench{t, db, access.New(db, journal.New(db, func(context.Context, uuid.UUID, int64) {}, nil))}
}

// account is an account with people who have signed in.
type account struct {
	*bench

	id     uuid.UUID
	people map[string]uuid.UUID
}

func (b *bench) account(roles map[string]auth.Role) *account {
	b.t.Helper()
	made := &account{bench: b, id: id.New(), people: map[string]uuid.UUID{}}
	require.NoError(b.t, pgtest.Run(context.Background(), b.db, func(ctx context.Context, tx pg.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO accounts (id, name) VALUES (?, ?)", made.id, made.id.String())
		return err
	}))
	for called, role := range roles {
		made.people[called] = id.New()
		made.execute(`INSERT INTO people (account_id, id, issuer, subject, name, folded, email, role, claimed_at) VALUES (?, ?, 'https://login.example.com', ?, ?, ?, ?, ?, now())`,
			made.id, made.people[called], called+made.id.String(), called, name.Fold(called), strings.ToLower(called)+"@example.com", role.String())
	}
	return made
}

func (a *account) execute(statement string, arguments ...any) {
	a.t.Helper()
	require.NoError(a.t, a.try(statement, arguments...))
}

func (a *account) try(statement string, arguments ...any) error {
	return a.db.Write(context.Background(), a.id, func(ctx context.Context, tx pg.Tx) error {
		_, err := tx.Exec(ctx, statement, arguments...)
		return err
	})
}

// as returns the context of a person with the role that they have by now.
func (a *account) as(called string) context.Context {
	role := auth.Role(query[int](a, "SELECT array_position(ARRAY['VIEWER', 'EDITOR', 'ADMIN'], coalesce(assigned_role, role)) FROM people WHERE id = ?", a.people[called]))
	return auth.WithActor(context.Background(), auth.Actor{AccountID: a.id, ID: a.people[called], Kind: auth.PersonActor, Name: called, Role: role})
}

func query[T any](a *account, statement string, arguments ...any) (value T) {
	a.t.Helper()
	require.NoError(a.t, a.db.Read(context.Background(), a.id, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.NewRaw(statement, arguments...).Scan(ctx, &value)
	}))
	return value
}

func (a *account) summaries() []string {
	return query[[]string](a, "SELECT kind || ' ' || action || ' ' || summary FROM journal ORDER BY position")
}

// trail returns what the audit trail says, without sign-ins.
func (a *account) trail() []string {
	return query[[]string](a, `SELECT concat_ws(' ', actor_name, kind, subject_name, previous_role, role) FROM audit_events WHERE actor_name <> 'Identity provider' ORDER BY at, id`)
}

func codesOf(t testing.TB, err error) (found []string) {
	t.Helper()
	expected, failure := apperr.Split(err)
	require.NoError(t, failure)
	for _, one := range expected {
		found = append(found, fmt.Sprint(one.Code, " ", strings.Join(one.Path, "/")))
	}
	return found
}

func pointer[T any](value T) *T { return &value }

func given[T any](value T) access.Optional[T] { return access.Optional[T]{Given: true, Value: &value} }

func TestSave_AddsAndChangesPeople(t *testing.T) {
	t.Parallel()
	a := newBench(t).account(map[string]auth.Role{"Dana": auth.Admin, "Sam": auth.Editor})
	ann, err := a.service.Save(a.as("Dana"), access.Saving{Name: pointer(" Ann "), Email: given("Ann@Example.com"), Role: given(auth.Editor)})
	require.NoError(t, err)
	require.Equal(t, []any{"Ann", "ann@example.com", auth.Editor, false}, []any{ann.Name, *ann.Address, *ann.Role(), ann.Blocked()})
	require.Nil(t, ann.ClaimedAt)
	saved, err := a.service.Save(a.as("Dana"), access.Saving{PersonID: &ann.ID, Name: pointer("Ann Ruiz"), Email: access.Optional[string]{Given: true}, Role: access.Optional[auth.Role]{Given: true}})
	require.NoError(t, err)
	require.Equal(t, "Ann Ruiz", saved.Name)
	require.Nil(t, saved.Address)
	require.Nil(t, saved.Role())
	_, err = a.service.Save(a.as("Dana"), access.Saving{PersonID: &ann.ID, Name: pointer("Ann Ruiz")})
	require.NoError(t, err)
	_, err = a.service.Save(a.as("Dana"), access.Saving{PersonID: pointer(a.people["Sam"]), Role: given(auth.Viewer)})
	require.NoError(t, err)
	require.Equal(t, []string{
		"PEOPLE person.added added a person",
		"PEOPLE person.updated changed the name of a person, changed the email of a person and changed the assigned role of a person",
		"PEOPLE person.updated changed the assigned role of a person",
	}, a.summaries())
	require.Equal(t, []string{"Dana PERSON_ADDED Ann EDITOR", "Dana ROLE_CHANGED Ann Ruiz EDITOR", "Dana ROLE_CHANGED Sam EDITOR VIEWER"}, a.trail())

	for sentence, test := range map[string]struct {
		saving access.Saving
		want   []string
	}{
		"no name":                         {access.Saving{}, []string{"INVALID input/name"}},
		"no address":                      {access.Saving{Name: pointer("A"), Email: given("nobody")}, []string{"INVALID input/email"}},
		"an address that somebody has":    {access.Saving{Name: pointer("A"), Email: given("SAM@example.com")}, []string{"NAME_TAKEN input/email"}},
		"the identity provider's name":    {access.Saving{PersonID: pointer(a.people["Sam"]), Name: pointer("Samuel")}, []string{"INVALID input/name"}},
		"the identity provider's address": {access.Saving{PersonID: pointer(a.people["Sam"]), Email: given("a@b")}, []string{"INVALID input/email"}},
		"an unknown person":               {access.Saving{PersonID: pointer(id.New())}, []string{"NOT_FOUND input/personId"}},
	} {
		_, err := a.service.Save(a.as("Dana"), test.saving)
		require.Equal(t, test.want, codesOf(t, err), sentence)
	}
	require.Len(t, a.summaries(), 3)
}

func TestLastAdmin_KeepsAccess(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	t.Run("the last admin can be neither blocked nor given another role", func(t *testing.T) {
		t.Parallel()
		a := b.account(map[string]auth.Role{"Dana": auth.Admin, "Sam": auth.Editor})
		_, err := a.service.Block(a.as("Dana"), a.people["Dana"], true)
		require.Equal(t, []string{"INVALID input/personId"}, codesOf(t, err))
		_, err = a.service.Save(a.as("Dana"), access.Saving{PersonID: pointer(a.people["Dana"]), Role: given(auth.Editor)})
		require.Equal(t, []string{"INVALID input/role"}, codesOf(t, err))
		_, err = a.service.Save(a.as("Dana"), access.Saving{Name: pointer("Invited"), Role: given(auth.Admin)})
		require.NoError(t, err)
		_, err = a.service.Block(a.as("Dana"), a.people["Dana"], true)
		require.Equal(t, []string{"INVALID input/personId"}, codesOf(t, err), "who has never signed in does not count")
		_, err = a.service.Save(a.as("Dana"), access.Saving{PersonID: pointer(a.people["Sam"]), Role: given(auth.Admin)})
		require.NoError(t, err)
		blocked, err := a.service.Block(a.as("Dana"), a.people["Dana"], true)
		require.NoError(t, err)
		require.True(t, blocked.Blocked())
		unblocked, err := a.service.Block(a.as("Sam"), a.people["Dana"], false)
		require.NoError(t, err)
		require.False(t, unblocked.Blocked())
		require.Equal(t, []string{
			"Dana PERSON_ADDED Invited ADMIN", "Dana ROLE_CHANGED Sam EDITOR ADMIN", "Dana PERSON_BLOCKED Dana", "Sam PERSON_UNBLOCKED Dana",
		}, a.trail())
	})
	t.Run("Postgres refuses it too", func(t *testing.T) {
		t.Parallel()
		a := b.account(map[string]auth.Role{"Dana": auth.Admin, "Sam": auth.Editor})
		require.True(t, pg.Violates(a.try("UPDATE people SET assigned_role = 'VIEWER' WHERE id = ?", a.people["Dana"]), "people_last_admin"))
		blocking := func(actor string) error {
			return a.db.Write(t.Context(), a.id, func(ctx context.Context, tx pg.Tx) error {
				if _, err := tx.Exec(ctx, "SELECT set_config('app.actor', json_build_object('kind', 'PERSON', 'id', ?::text, 'name', 'x')::text, true)", a.people[actor].String()); err != nil {
					return err
				}
				_, err := tx.Exec(ctx, "SELECT block_person(?, true)", a.people["Dana"])
				return err
			})
		}
		require.True(t, pg.Violates(blocking("Dana"), "people_last_admin"))
		require.NoError(t, blocking("Sam"))
		require.False(t, query[bool](a, "SELECT blocked_at IS NOT NULL FROM people WHERE id = ?", a.people["Dana"]), "an editor blocks nobody, whatever the program says")
	})
	t.Run("two admins who block each other at once", func(t *testing.T) {
		t.Parallel()
		for range 5 {
			a := b.account(map[string]auth.Role{"Dana": auth.Admin, "Sam": auth.Admin})
			contexts := map[string]context.Context{"Dana": a.as("Dana"), "Sam": a.as("Sam")}
			var group sync.WaitGroup
			for by, whom := range map[string]string{"Dana": "Sam", "Sam": "Dana"} {
				group.Go(func() { _, _ = a.service.Block(contexts[by], a.people[whom], true) })
			}
			group.Wait()
			require.Equal(t, 1, query[int](a, "SELECT count(*) FROM people WHERE blocked_at IS NULL"))
		}
	})
	t.Run("the last admin token of an account without admins", func(t *testing.T) {
		t.Parallel()
		a := b.account(map[string]auth.Role{"Dana": auth.Admin})
		first, secret, err := a.service.CreateToken(a.as("Dana"), access.Creating{Name: "first", Role: auth.Admin})
		require.NoError(t, err)
		require.NotEmpty(t, secret)
		require.NoError(t, pgtest.Run(t.Context(), b.db, func(ctx context.Context, tx pg.Tx) error { // an operator may
			_, err := tx.Exec(ctx, "UPDATE people SET blocked_at = now() WHERE account_id = ?", a.id)
			return err
		}))
		bot := auth.WithActor(t.Context(), auth.Actor{AccountID: a.id, ID: first.ID, Kind: auth.TokenActor, Name: "first", Role: auth.Admin})
		_, err = a.service.RevokeToken(bot, first.ID)
		require.Equal(t, []string{"INVALID input/tokenId"}, codesOf(t, err))
		err = a.db.Write(t.Context(), a.id, func(ctx context.Context, tx pg.Tx) error { // Postgres refuses it too
			if _, err := tx.Exec(ctx, "SELECT set_config('app.actor', json_build_object('kind', 'TOKEN', 'id', ?::text, 'name', 'x')::text, true)", first.ID.String()); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, "SELECT revoke_api_token(?)", first.ID)
			return err
		})
		require.True(t, pg.Violates(err, "api_tokens_last_admin"), err)
		_, _, err = a.service.CreateToken(bot, access.Creating{Name: "second", Role: auth.Admin})
		require.NoError(t, err)
		_, err = a.service.RevokeToken(bot, first.ID)
		require.NoError(t, err)
	})
}

func TestTokens(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	a := b.account(map[string]auth.Role{"Dana": auth.Admin, "Sam": auth.Editor})
	holders := bearer.New(b.db)
	until := time.Now().Add(time.Hour).Truncate(time.Microsecond)
	created, secret, err := a.service.CreateToken(a.as("Dana"), access.Creating{Name: " billing ", Role: auth.Editor, ExpiresAt: &until})
	require.NoError(t, err)
	require.Equal(t, []any{"billing", auth.Editor, "Dana"}, []any{created.Name, created.Role(), created.CreatedBy().Name})
	require.WithinDuration(t, until, *created.ExpiresAt, 0)
	holder, err := holders.Holder(t.Context(), secret)
	require.NoError(t, err)
	require.Equal(t, auth.Actor{AccountID: a.id, Kind: auth.TokenActor, ID: created.ID, Name: "billing", Role: auth.Editor}, holder.Actor)
	listed, err := a.service.Tokens(a.as("Dana"))
	require.NoError(t, err)
	require.Len(t, listed, 1)
	require.NotContains(t, query[string](a, "SELECT jsonb_agg(to_jsonb(t))::text FROM api_tokens AS t"), secret, "only a digest is stored")

	for sentence, test := range map[string]struct {
		creating access.Creating
		want     []string
	}{
		"no name":         {access.Creating{Name: " ", Role: auth.Viewer}, []string{"INVALID input/name"}},
		"an expired one":  {access.Creating{Name: "a", Role: auth.Viewer, ExpiresAt: pointer(time.Now().Add(-time.Second))}, []string{"INVALID input/expiresAt"}},
		"one above ADMIN": {access.Creating{Name: "a", Role: auth.Admin + 1}, []string{"INVALID input/role"}},
	} {
		_, none, err := a.service.CreateToken(a.as("Dana"), test.creating)
		require.Equal(t, test.want, codesOf(t, err), sentence)
		require.Empty(t, none)
	}
	for range 2 { // the second time changes nothing
		revoked, err := a.service.RevokeToken(a.as("Dana"), created.ID)
		require.NoError(t, err)
		require.NotNil(t, revoked.RevokedAt)
	}
	require.Eventually(t, func() bool {
		_, err := holders.Holder(t.Context(), secret)
		return apperr.CodeOf(err) == apperr.Unauthenticated
	}, 10*time.Second, time.Millisecond)
	_, err = a.service.RevokeToken(a.as("Dana"), id.New())
	require.Equal(t, []string{"NOT_FOUND input/tokenId"}, codesOf(t, err))
	require.Equal(t, []string{`SETTINGS token.created created the API token “billing”`, `SETTINGS token.revoked revoked the API token “billing”`}, a.summaries())
	require.Equal(t, []string{"Dana TOKEN_CREATED billing EDITOR", "Dana TOKEN_REVOKED billing EDITOR"}, a.trail())

	former := auth.WithActor(t.Context(), auth.Actor{AccountID: a.id, ID: a.people["Sam"], Kind: auth.PersonActor, Name: "Sam", Role: auth.Admin})
	_, _, err = a.service.CreateToken(former, access.Creating{Name: "a", Role: auth.Viewer})
	require.Equal(t, apperr.Forbidden, apperr.CodeOf(err), "the role may have changed since the request began")
	require.Equal(t, `{"a":null,"b":"orgmap_short"}`, string(access.HideSecrets([]byte(`{"a":"`+secret+`","b":"orgmap_short"}`))))
}

func TestPeople_ListsAndCounts(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	a, other := b.account(map[string]auth.Role{"Dana": auth.Admin, "\u00c9va": auth.Editor, "Zed": auth.Viewer}), b.account(map[string]auth.Role{"Eve": auth.Admin})
	a.execute("UPDATE people SET email = 'chief@example.com' WHERE name = 'Zed'")
	invited, err := a.service.Save(a.as("Dana"), access.Saving{Name: pointer("Invited"), Email: given("new@example.com")})
	require.NoError(t, err)
	merged, err := a.service.Save(a.as("Dana"), access.Saving{Name: pointer("Also Zed")})
	require.NoError(t, err)
	a.execute("UPDATE people SET merged_into = ? WHERE id = ?", a.people["Zed"], merged.ID)
	list := func(by, search string) (names []string) {
		t.Helper()
		after := (*string)(nil)
		for {
			listed, err := a.service.People(a.as(by), page.Arguments{First: pointer(2), After: after}, search)
			require.NoError(t, err)
			for _, one := range listed.Nodes() {
				names = append(names, one.Name)
			}
			total, err := listed.TotalCount(t.Context())
			require.NoError(t, err)
			if after = listed.PageInfo.EndCursor; !listed.PageInfo.HasNextPage {
				require.Len(t, names, total)
				return names
			}
		}
	}
	require.Equal(t, []string{"Dana", "\u00c9va", "Invited", "Zed"}, list("Zed", ""))
	require.Equal(t, []string{"\u00c9va"}, list("Zed", "eva"))
	require.Equal(t, []string{"Zed"}, list("Dana", "chief"))
	require.Empty(t, list("Zed", "chief"), "only admins search email addresses")
	found, err := a.service.PeopleByIDs(a.as("Zed"), []uuid.UUID{merged.ID, invited.ID, other.people["Eve"]})
	require.NoError(t, err)
	require.Len(t, found, 2)
	require.Equal(t, a.people["Zed"], found[merged.ID].ID, "who turned out to be another person is that person")

	for _, one := range []bool{true, true, false} {
		organization := id.New()
		a.execute("INSERT INTO organizations (account_id, id, name, folded, active) VALUES (?, ?, ?, ?, ?)", a.id, organization, organization.String(), organization.String(), one)
		a.execute("INSERT INTO organization_details (account_id, organization_id, engineer_id, vcio_id) VALUES (?, ?, ?, ?)", a.id, organization, a.people["Zed"], a.people["Dana"])
	}
	ctx, statements := pg.WithStatementCount(a.as("Zed"))
	counts, err := a.service.CountsOf(ctx, []uuid.UUID{a.people["Zed"], a.people["Dana"], invited.ID})
	require.NoError(t, err)
	require.Equal(t, map[uuid.UUID]access.Counts{a.people["Zed"]: {Engineer: 2}, a.people["Dana"]: {VCIO: 2}, invited.ID: {}}, counts)
	require.EqualValues(t, 3, statements.Load())
}

func TestService_ChecksTheCallersRole(t *testing.T) {
	t.Parallel()
	a := newBench(t).account(map[string]auth.Role{"Dana": auth.Admin, "Sam": auth.Editor})
	for method, call := range map[string]func(context.Context) error{
		"Save":   func(ctx context.Context) error { _, err := a.service.Save(ctx, access.Saving{}); return err },
		"Block":  func(ctx context.Context) error { _, err := a.service.Block(ctx, id.New(), true); return err },
		"Tokens": func(ctx context.Context) error { _, err := a.service.Tokens(ctx); return err },
		"CreateToken": func(ctx context.Context) error {
			_, _, err := a.service.CreateToken(ctx, access.Creating{})
			return err
		},
		"RevokeToken": func(ctx context.Context) error { _, err := a.service.RevokeToken(ctx, id.New()); return err },
	} {
		require.Equal(t, apperr.Unauthenticated, apperr.CodeOf(call(t.Context())), method)
		require.Equal(t, apperr.Forbidden, apperr.CodeOf(call(a.as("Sam"))), method)
		_, failure := apperr.Split(call(a.as("Dana")))
		require.NoError(t, failure, method)
	}
	token, _, err := a.service.CreateToken(a.as("Dana"), access.Creating{Name: "a", Role: auth.Viewer})
	require.NoError(t, err)
	for called, want := range map[string]int{"Dana": 1, "Sam": 0} {
		found, err := a.service.TokensByIDs(a.as(called), []uuid.UUID{token.ID})
		require.NoError(t, err)
		require.Len(t, found, want)
	}
}

// The account filters of statements hold without row-level security too.
func TestService_OtherAccountsDoNotMatter(t *testing.T) {
	t.Parallel()
	b := newBenchOn(t, dbtest.WithoutRowSecurity(t))
	ours, theirs := b.account(map[string]auth.Role{"Dana": auth.Admin}), b.account(map[string]auth.Role{"Eve": auth.Admin, "Mallory": auth.Admin})
	token, _, err := theirs.service.CreateToken(theirs.as("Eve"), access.Creating{Name: "theirs", Role: auth.Viewer})
	require.NoError(t, err)
	listed, err := ours.service.People(ours.as("Dana"), page.Arguments{}, "")
	require.NoError(t, err)
	require.Len(t, listed.Nodes(), 1)
	tokens, err := ours.service.Tokens(ours.as("Dana"))
	require.NoError(t, err)
	require.Empty(t, tokens)
	found, err := ours.service.PeopleByIDs(ours.as("Dana"), []uuid.UUID{theirs.people["Eve"]})
	require.NoError(t, err)
	require.Empty(t, found)
	_, err = ours.service.Block(ours.as("Dana"), theirs.people["Eve"], true)
	require.Equal(t, []string{"NOT_FOUND input/personId"}, codesOf(t, err))
	_, err = ours.service.Save(ours.as("Dana"), access.Saving{PersonID: pointer(theirs.people["Eve"]), Role: given(auth.Viewer)})
	require.Equal(t, []string{"NOT_FOUND input/personId"}, codesOf(t, err))
	_, err = ours.service.RevokeToken(ours.as("Dana"), token.ID)
	require.Equal(t, []string{"NOT_FOUND input/tokenId"}, codesOf(t, err))
	_, err = ours.service.Block(ours.as("Dana"), ours.people["Dana"], true)
	require.Equal(t, []string{"INVALID input/personId"}, codesOf(t, err), "admins of other accounts do not count")
}
