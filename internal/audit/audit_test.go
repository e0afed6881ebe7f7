package audit_test

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/audit"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/auth/person"
	"github.com/orgmap/orgmap/internal/auth/session"
	"github.com/orgmap/orgmap/internal/auth/token"
	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/page"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/pg/pgtest"
	"github.com/orgmap/orgmap/migrations"
)

func TestMain(m *testing.M) { dbtest.Main(m, migrations.Up) }

// office is an account with everything that appears in its audit trail.
type office struct {
	t        *testing.T
	db       *pg.DB
	owner    *pgx.Conn
	account  uuid.UUID
	trail    *audit.Service
	tokens   *token.Store
	people   *person.Store
	operator *pg.Operator
	sessions *session.Store
	word     time.Time // when the identity provider last issued claims
}

func newOffice(t *testing.T) *office {
	t.Helper()
	url := dbtest.Database(t)
	db, err := pg.Open(t.Context(), url, pg.Options{})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	owner, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, owner.Close(context.Background())) })
	o := &office{
		t: t, db: db, owner: owner, trail: audit.New(db), operator: pgtest.Operator(t, db), people: person.NewStore(db, journalOf(db)), sessions: session.NewStore(db),
		word: time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC),
	}
	o.tokens = token.NewStore(o.operator)
	o.account = o.newAccount()
	return o
}

func (o *office) newAccount() uuid.UUID {
	account := id.New()
	_, err := o.owner.Exec(o.t.Context(), "INSERT INTO accounts (id, name) VALUES ($1, $2)", account, account.String())
	require.NoError(o.t, err)
	return account
}

// see signs Ada in to an account with claims of the identity provider.
func (o *office) see(account uuid.UUID, role auth.Role) (auth.Actor, error) {
	o.word = o.word.Add(time.Minute)
	return o.people.See(o.t.Context(), auth.Identity{
		Issuer: "https://login.example.com", Subject: "ada", Name: "Ada", AccountID: account, Role: role, IssuedAt: o.word,
	})
}

func (o *office) as(account uuid.UUID, role auth.Role) context.Context {
	return auth.WithActor(o.t.Context(), auth.Actor{AccountID: account, ID: id.New(), Kind: auth.PersonActor, Name: "Kim", Role: role})
}

// all returns the account's trail, oldest first.
func (o *office) all(account uuid.UUID) []*audit.Event {
	found, err := o.trail.Trail(o.as(account, auth.Admin), page.Arguments{})
	require.NoError(o.t, err)
	events := found.Nodes()
	for i, j := 0, len(events)-1; i < j; i, j = i+1, j-1 {
		events[i], events[j] = events[j], events[i]
	}
	return events
}

// told returns an event as one line.
func told(event *audit.Event) string {
	text := string(event.Kind) + " " + event.Actor().Name + " > " + event.Subject().Name
	if event.PreviousRole() != nil {
		text += " from " + event.PreviousRole().String()
	}
	if event.Role() != nil {
		text += " to " + event.Role().String()
	}
	if event.Failure != nil {
		text += " because " + string(*event.Failure)
	}
	return text
}

func (o *office) requireTrail(account uuid.UUID, expected ...string) {
	o.t.Helper()
	var lines []string
	for _, event := range o.all(account) {
		lines = append(lines, told(event))
	}
	require.Equal(o.t, expected, lines)
}

func TestTrail_RecordsEachEventOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx := t.Context()
	_, made, err := o.tokens.Create(ctx, o.account, "Script", auth.Editor, 0)
	require.NoError(t, err)
	script := auth.Actor{AccountID: o.account, ID: made.ID, Name: "Script", Role: auth.Editor}
	opened, err := o.sessions.OpenForToken(ctx, script)
	require.NoError(t, err)
	for range 2 { // the second call finds nothing to end
		_, _, err = o.sessions.Close(ctx, opened)
		require.NoError(t, err)
	}
	code, _, err := o.sessions.MintCode(ctx, o.account, made.ID)
	require.NoError(t, err)
	_, err = o.sessions.Redeem(ctx, code)
	require.NoError(t, err)
	_, err = o.sessions.Redeem(ctx, code)
	require.Error(t, err)
	for range 2 {
		require.NoError(t, o.tokens.Revoke(ctx, made.ID))
	}
	o.requireTrail(o.account, "TOKEN_CREATED Operator > Script to EDITOR", "SIGNED_IN Script > Script", "SIGNED_OUT Script > Script",
		"SIGNED_IN Script > Script", "TOKEN_REVOKED Operator > Script to EDITOR")
	first := o.all(o.account)[1]
	require.Equal(t, auth.TokenActor, first.Actor().Kind)
	require.Equal(t, id.Format(id.Token, made.ID), *first.Actor().NodeID())
	require.Nil(t, o.all(o.account)[0].Actor().NodeID())
}

func TestTrail_FollowsAPerson(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx := t.Context()
	ada, err := o.see(o.account, auth.Viewer)
	require.NoError(t, err)
	_, err = o.see(o.account, auth.Viewer) // changes nothing
	require.NoError(t, err)
	_, err = o.see(o.account, auth.Admin)
	require.NoError(t, err)
	_, err = o.sessions.OpenForPerson(ctx, ada)
	require.NoError(t, err)
	for range 2 {
		require.NoError(t, person.NewOperator(o.operator).Block(ctx, o.account, "ada", true))
	}
	servers := []*person.Store{o.people, person.NewStore(o.db, journalOf(o.db)), person.NewStore(o.db, journalOf(o.db))}
	for i := range 3 * len(servers) {
		o.people = servers[i%len(servers)]
		_, err = o.see(o.account, auth.Admin)
		require.Equal(t, apperr.Unauthenticated, apperr.CodeOf(err))
	}
	require.NoError(t, person.NewOperator(o.operator).Block(ctx, o.account, "ada", false))
	other := o.newAccount()
	_, err = o.see(other, auth.Editor)
	require.NoError(t, err)
	o.requireTrail(o.account, "PERSON_ADDED Identity provider > Ada to VIEWER", "ROLE_CHANGED Identity provider > Ada from VIEWER to ADMIN",
		"SIGNED_IN Ada > Ada", "PERSON_BLOCKED Operator > Ada", "SIGN_IN_FAILED Ada > Ada because BLOCKED",
		"PERSON_UNBLOCKED Operator > Ada", "SESSION_ENDED Identity provider > Ada")
	o.requireTrail(other, "PERSON_ADDED Identity provider > Ada to EDITOR")
}

func TestTrail_OmitsRolledBackWritesAndExpiredSessions(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx := t.Context()
	_, made, err := o.tokens.Create(ctx, o.account, "Script", auth.Editor, 0)
	require.NoError(t, err)
	failing := errors.New("no")
	require.ErrorIs(t, o.db.Write(ctx, o.account, func(ctx context.Context, tx pg.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO sessions (account_id, id, token_id, hash, expires_at) VALUES (?, ?, ?, '\\x00', now() + interval '1 hour')",
			o.account, id.New(), made.ID)
		require.NoError(t, err)
		return failing
	}), failing)
	_, err = o.owner.Exec(ctx, "INSERT INTO sessions (account_id, id, token_id, hash, expires_at) VALUES ($1, $2, $3, '\\x01', now() - interval '1 hour')",
		o.account, id.New(), made.ID)
	require.NoError(t, err)
	_, err = o.sessions.Prune(ctx)
	require.NoError(t, err)
	o.requireTrail(o.account, "TOKEN_CREATED Operator > Script to EDITOR")
}

func TestTrail_IsReadableOnlyByTheAccountsAdmins(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for n := range 5 {
		_, _, err := o.tokens.Create(t.Context(), o.account, "Token "+strconv.Itoa(n), auth.Viewer, 0)
		require.NoError(t, err)
	}
	for _, role := range []auth.Role{auth.Viewer, auth.Editor} {
		_, err := o.trail.Trail(o.as(o.account, role), page.Arguments{})
		require.Equal(t, apperr.Forbidden, apperr.CodeOf(err), role)
	}
	_, err := o.trail.Trail(t.Context(), page.Arguments{})
	require.Equal(t, apperr.Unauthenticated, apperr.CodeOf(err))
	require.Empty(t, o.all(o.newAccount()))

	two := 2
	var names []string
	arguments := page.Arguments{First: &two}
	for more := true; more; {
		found, err := o.trail.Trail(o.as(o.account, auth.Admin), arguments)
		require.NoError(t, err)
		total, err := found.TotalCount(o.as(o.account, auth.Admin))
		require.NoError(t, err)
		require.Equal(t, 5, total)
		for _, event := range found.Nodes() {
			names = append(names, event.Subject().Name)
		}
		arguments.After, more = found.PageInfo.EndCursor, found.PageInfo.HasNextPage
	}
	require.Equal(t, []string{"Token 4", "Token 3", "Token 2", "Token 1", "Token 0"}, names)
	for _, cursor := range []page.Cursor{{"now", uuid.NewString()}, {o.word.Format(time.RFC3339Nano), "x"}} {
		text := cursor.String()
		_, err := o.trail.Trail(o.as(o.account, auth.Admin), page.Arguments{After: &text})
		require.Equal(t, apperr.BadUserInput, apperr.CodeOf(err))
	}
}

func TestTrail_IsReadOnlyForServers(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	_, _, err := o.tokens.Create(t.Context(), o.account, "Script", auth.Editor, 0)
	require.NoError(t, err)
	for _, statement := range []string{
		"UPDATE audit_events SET actor_name = 'Nobody'", "DELETE FROM audit_events", "TRUNCATE audit_events",
		"INSERT INTO audit_events SELECT * FROM audit_events",
	} {
		refused := func(ctx context.Context, tx pg.Tx) error {
			_, err := tx.Exec(ctx, statement)
			return err
		}
		require.ErrorContains(t, o.db.Write(t.Context(), o.account, refused), "permission denied", statement)
		require.ErrorContains(t, o.operator.Run(t.Context(), refused), "permission denied", statement)
	}
	_, err = o.owner.Exec(t.Context(), "UPDATE audit_events SET at = now() - interval '399 days'")
	require.NoError(t, err)
	store := audit.NewStore(o.db)
	pruned, err := store.Prune(t.Context())
	require.NoError(t, err)
	require.Zero(t, pruned)
	_, err = o.owner.Exec(t.Context(), "UPDATE audit_events SET at = now() - interval '401 days'")
	require.NoError(t, err)
	pruned, err = store.Prune(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 1, pruned)
}

func journalOf(db *pg.DB) *journal.Journal {
	return journal.New(db, func(context.Context, uuid.UUID, int64) {}, nil)
}
