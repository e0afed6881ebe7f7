package group_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/group"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/pg/pgtest"
	"github.com/orgmap/orgmap/migrations"
)

func TestMain(m *testing.M) { dbtest.Main(m, migrations.Up) }

// bench is the service with its own database.
type bench struct {
	t       testing.TB
	db      *pg.DB
	service *group.Service
}

func newBench(t testing.TB) *bench {
	t.Helper()
	return newBenchOn(t, dbtest.Database(t))
}

func newBenchOn(t testing.TB, url string) *bench {
	t.Helper()
	db, err := pg.Open(t.Context(), url, pg.Options{})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	return &bench{t, db, group.New(db, journal.New(db, func(context.Context, uuid.UUID, int64) {}, nil))}
}

// account is an account with organizations.
type account struct {
	*bench

	id            uuid.UUID
	organizations []uuid.UUID
}

func (b *bench) account(t testing.TB, organizations int) *account {
	t.Helper()
	made := &account{bench: b, id: id.New()}
	require.NoError(t, pgtest.Run(t.Context(), b.db, func(ctx context.Context, tx pg.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO accounts (id, name) VALUES (?, ?)", made.id, made.id.String())
		return err
	}))
	for i := range organizations {
		made.organizations = append(made.organizations, id.New())
		made.execute("INSERT INTO organizations (account_id, id, name, folded) VALUES (?, ?, ?, ?)", made.id, made.organizations[i], fmt.Sprint("Client ", i), fmt.Sprint("client ", i))
	}
	return made
}

func (a *account) execute(statement string, arguments ...any) {
	a.t.Helper()
	require.NoError(a.t, a.db.Write(context.Background(), a.id, func(ctx context.Context, tx pg.Tx) error {
		_, err := tx.Exec(ctx, statement, arguments...)
		return err
	}))
}

func (a *account) as(role auth.Role) context.Context {
	return auth.WithActor(context.Background(), auth.Actor{AccountID: a.id, ID: id.New(), Kind: auth.PersonActor, Name: "Kim", Role: role})
}

func (a *account) editor() context.Context { return a.as(auth.Editor) }

func (a *account) save(saving group.Saving) *group.Group {
	a.t.Helper()
	saved, err := a.service.Save(a.editor(), saving)
	require.NoError(a.t, err)
	return saved
}

func (a *account) create(called string) *group.Group {
	a.t.Helper()
	return a.save(group.Saving{Name: &called})
}

func (a *account) set(of *group.Group, add, remove []uuid.UUID) []uuid.UUID {
	a.t.Helper()
	_, touched, err := a.service.SetMembers(a.editor(), group.Members{GroupID: of.ID, Add: add, Remove: remove})
	require.NoError(a.t, err)
	return touched
}

// summaries returns what the journal says of each change.
func (a *account) summaries() (found []string) {
	a.t.Helper()
	require.NoError(a.t, a.db.Read(context.Background(), a.id, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.NewRaw("SELECT kind || ' ' || action || ' ' || summary FROM journal ORDER BY position").Scan(ctx, &found)
	}))
	return found
}

func codesOf(t *testing.T, err error) (found []string) {
	t.Helper()
	expected, failure := apperr.Split(err)
	require.NoError(t, failure)
	for _, one := range expected {
		found = append(found, fmt.Sprint(one.Code, " ", strings.Join(one.Path, "/")))
	}
	return found
}

// names returns the groups of each organization, by name.
func names(of map[uuid.UUID][]*group.Group) map[uuid.UUID][]string {
	found := map[uuid.UUID][]string{}
	for organization, groups := range of {
		for _, one := range groups {
			found[organization] = append(found[organization], one.Name)
		}
	}
	return found
}

func pointer[T any](value T) *T { return &value }

func TestSave(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, test := range []struct {
		sentence string
		saving   group.Saving
		name     string // if it is accepted
		refused  []string
	}{
		{sentence: "trims a name and stores NFC", saving: group.Saving{Name: pointer("  Cafe\u0301 ")}, name: "Caf\u00e9"},
		{sentence: "accepts 100 characters", saving: group.Saving{Name: pointer(strings.Repeat("\u00e9", 100))}, name: strings.Repeat("\u00e9", 100)},
		{sentence: "accepts every color", saving: group.Saving{Name: pointer("a"), Color: pointer("clay")}, name: "a"},
		{sentence: "refuses 101 characters", saving: group.Saving{Name: pointer(strings.Repeat("a", 101))}, refused: []string{"INVALID input/name"}},
		{sentence: "refuses no name", saving: group.Saving{}, refused: []string{"INVALID input/name"}},
		{sentence: "refuses an invisible name and an unknown color", saving: group.Saving{Name: pointer("\u200b"), Color: pointer("#ff0000")}, refused: []string{"INVALID input/name", "INVALID input/color"}},
		{sentence: "refuses a name that differs in case and accents only", saving: group.Saving{Name: pointer("GOLD")}, refused: []string{"NAME_TAKEN input/name"}},
		{sentence: "refuses an unknown group", saving: group.Saving{GroupID: pointer(id.New()), Name: pointer("a")}, refused: []string{"NOT_FOUND input/groupId"}},
	} {
		t.Run(test.sentence, func(t *testing.T) {
			t.Parallel()
			a := b.account(t, 0)
			a.create("G\u00f6ld")
			saved, err := a.service.Save(a.editor(), test.saving)
			if test.refused != nil {
				require.Equal(t, test.refused, codesOf(t, err))
				require.Len(t, a.summaries(), 1, "a refused group stores nothing")
				return
			}
			require.NoError(t, err)
			require.Equal(t, test.name, saved.Name)
			require.Len(t, a.summaries(), 2)
			found, err := a.service.ByIDs(a.as(auth.Viewer), []uuid.UUID{saved.ID})
			require.NoError(t, err)
			require.Equal(t, saved, found[saved.ID])
		})
	}
	t.Run("changes what is given, and records nothing if nothing changes", func(t *testing.T) {
		t.Parallel()
		a := b.account(t, 0)
		gold := a.create("Gold")
		require.Equal(t, "slate", gold.Color)
		a.save(group.Saving{GroupID: &gold.ID, Color: pointer("gold")})
		a.save(group.Saving{GroupID: &gold.ID, Color: pointer("gold"), Name: pointer(" Gold ")})
		a.save(group.Saving{GroupID: &gold.ID, Name: pointer("Platinum"), Archived: pointer(true)})
		after := a.save(group.Saving{GroupID: &gold.ID, Archived: pointer(false)})
		require.Equal(t, []any{"Platinum", "platinum", "gold", false}, []any{after.Name, after.Folded, after.Color, after.Archived})
		require.Equal(t, []string{
			`GROUPS group.created created the group “Gold”`,
			`GROUPS group.updated changed the color of the group “Gold”`,
			`GROUPS group.updated renamed the group “Platinum”, formerly “Gold” and archived the group “Platinum”`,
			`GROUPS group.updated restored the group “Platinum”`,
		}, a.summaries())
	})
	t.Run("refuses the 501st group", func(t *testing.T) {
		t.Parallel()
		a := b.account(t, 0)
		a.execute("INSERT INTO organization_groups (account_id, id, name, folded, color) SELECT ?, gen_random_uuid(), n::text, n::text, 'blue' FROM generate_series(1, 500) AS n", a.id)
		_, err := a.service.Save(a.editor(), group.Saving{Name: pointer("One more")})
		require.Equal(t, []string{"QUOTA_EXCEEDED input"}, codesOf(t, err))
	})
}

func TestSetMembers(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	t.Run("adds and removes, and records only what changes", func(t *testing.T) {
		t.Parallel()
		a := b.account(t, 4)
		gold, east := a.create("Gold"), a.create("East")
		require.Equal(t, a.organizations[:2], a.set(gold, a.organizations[:2], a.organizations[3:]))
		require.Equal(t, []uuid.UUID{a.organizations[2], a.organizations[0]}, a.set(gold, a.organizations[1:3], a.organizations[:1]))
		require.Empty(t, a.set(gold, a.organizations[1:3], a.organizations[:1]))
		a.set(east, a.organizations[2:3], nil)
		require.Equal(t, []string{
			`GROUPS group.members_changed added 2 organizations to the group “Gold”`,
			`GROUPS group.members_changed added “Client 2” to the group “Gold” and removed “Client 0” from the group “Gold”`,
			`GROUPS group.members_changed added “Client 2” to the group “East”`,
		}, a.summaries()[2:])
		of, err := a.service.Of(a.as(auth.Viewer), a.organizations)
		require.NoError(t, err)
		require.Equal(t, map[uuid.UUID][]string{a.organizations[1]: {"Gold"}, a.organizations[2]: {"East", "Gold"}}, names(of))

		a.execute("UPDATE organizations SET active = false WHERE id = ?", a.organizations[1])
		counts, err := a.service.CountsOf(a.as(auth.Viewer), []uuid.UUID{gold.ID, east.ID})
		require.NoError(t, err)
		require.Equal(t, map[uuid.UUID]int{gold.ID: 1, east.ID: 1}, counts, "deactivated organizations do not count")
		a.execute("DELETE FROM organizations WHERE id = ?", a.organizations[2])
		counts, err = a.service.CountsOf(a.as(auth.Viewer), []uuid.UUID{gold.ID, east.ID})
		require.NoError(t, err)
		require.Empty(t, counts, "deleted organizations do not count")
	})
	t.Run("names every problem and changes nothing", func(t *testing.T) {
		t.Parallel()
		a, other := b.account(t, 2), b.account(t, 1)
		gold := a.create("Gold")
		_, _, err := a.service.SetMembers(a.editor(), group.Members{
			GroupID: gold.ID, Add: []uuid.UUID{a.organizations[0], other.organizations[0]}, Remove: []uuid.UUID{a.organizations[0], id.New()},
		})
		require.Equal(t, []string{"NOT_FOUND input/addOrganizationIds/1", "INVALID input/removeOrganizationIds/0", "NOT_FOUND input/removeOrganizationIds/1"}, codesOf(t, err))
		a.save(group.Saving{GroupID: &gold.ID, Archived: pointer(true)})
		_, _, err = a.service.SetMembers(a.editor(), group.Members{GroupID: gold.ID, Add: a.organizations})
		require.Equal(t, []string{"INVALID input/groupId"}, codesOf(t, err), "nothing joins an archived group")
		_, _, err = a.service.SetMembers(other.editor(), group.Members{GroupID: gold.ID, Add: other.organizations})
		require.Equal(t, []string{"NOT_FOUND input/groupId"}, codesOf(t, err), "a group of another account is unknown")
		require.Len(t, a.summaries(), 2)
	})
	t.Run("takes as many statements for 1,000 organizations as for one", func(t *testing.T) {
		t.Parallel()
		a := b.account(t, 0)
		a.execute("INSERT INTO organizations (account_id, id, name, folded) SELECT ?, gen_random_uuid(), n::text, n::text FROM generate_series(1, 1000) AS n", a.id)
		var all []uuid.UUID
		require.NoError(t, a.db.Read(t.Context(), a.id, func(ctx context.Context, tx pg.ReadTx) error {
			return tx.NewRaw("SELECT id FROM organizations ORDER BY folded").Scan(ctx, &all)
		}))
		taken := func(add []uuid.UUID) int64 {
			gold := a.create(fmt.Sprint("Gold ", len(add)))
			ctx, statements := pg.WithStatementCount(a.editor())
			_, touched, err := a.service.SetMembers(ctx, group.Members{GroupID: gold.ID, Add: add})
			require.NoError(t, err)
			require.Len(t, touched, len(add))
			return statements.Load()
		}
		require.Equal(t, taken(all[:1]), taken(all))
		_, _, err := a.service.SetMembers(a.editor(), group.Members{GroupID: id.New(), Add: make([]uuid.UUID, group.MaximumMembers+1)})
		require.Equal(t, apperr.BadUserInput, apperr.CodeOf(err))
	})
}

func TestList_ByNameAndArchived(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	a, other := b.account(t, 0), b.account(t, 0)
	other.create("Theirs")
	east := a.create("\u00c9ast")
	a.create("Alpha")
	zeta := a.create("zeta")
	a.save(group.Saving{GroupID: &east.ID, Archived: pointer(true)})
	names := func(archived *bool) (found []string) {
		listed, err := a.service.List(a.as(auth.Viewer), archived)
		require.NoError(t, err)
		for _, one := range listed {
			found = append(found, one.Name)
		}
		return found
	}
	require.Equal(t, []string{"Alpha", "zeta"}, names(pointer(false)))
	require.Equal(t, []string{"\u00c9ast"}, names(pointer(true)))
	require.Equal(t, []string{"Alpha", "\u00c9ast", "zeta"}, names(nil))
	require.True(t, slices.IsSorted([]string{name.Fold("Alpha"), east.Folded, zeta.Folded}))
}

func TestService_ChecksTheCallersRole(t *testing.T) {
	t.Parallel()
	a := newBench(t).account(t, 1)
	gold := a.create("Gold")
	_, err := a.service.Save(a.as(auth.Viewer), group.Saving{Name: pointer("Silver")})
	require.Equal(t, apperr.Forbidden, apperr.CodeOf(err))
	_, _, err = a.service.SetMembers(a.as(auth.Viewer), group.Members{GroupID: gold.ID, Add: a.organizations})
	require.Equal(t, apperr.Forbidden, apperr.CodeOf(err))
	_, err = a.service.List(t.Context(), nil)
	require.Equal(t, apperr.Unauthenticated, apperr.CodeOf(err))
}

// The account filters of statements hold without row-level security too.
func TestService_OtherAccountsDoNotMatter(t *testing.T) {
	t.Parallel()
	b := newBenchOn(t, dbtest.WithoutRowSecurity(t))
	ours, theirs := b.account(t, 1), b.account(t, 1)
	gold, foreign := ours.create("Gold"), theirs.create("Gold")
	ours.set(gold, ours.organizations, nil)
	theirs.set(foreign, theirs.organizations, nil)
	of, err := ours.service.Of(ours.as(auth.Viewer), append(slices.Clone(ours.organizations), theirs.organizations...))
	require.NoError(t, err)
	require.Len(t, of, 1)
	require.Equal(t, gold.ID, of[ours.organizations[0]][0].ID)
	counts, err := ours.service.CountsOf(ours.as(auth.Viewer), []uuid.UUID{gold.ID, foreign.ID})
	require.NoError(t, err)
	require.Equal(t, map[uuid.UUID]int{gold.ID: 1}, counts)
	found, err := ours.service.ByIDs(ours.as(auth.Viewer), []uuid.UUID{foreign.ID})
	require.NoError(t, err)
	require.Empty(t, found)
	listed, err := ours.service.List(ours.as(auth.Viewer), nil)
	require.NoError(t, err)
	require.Len(t, listed, 1)
	require.Equal(t, gold.ID, listed[0].ID)
	_, err = ours.service.Save(ours.editor(), group.Saving{GroupID: &foreign.ID, Name: pointer("Stolen")})
	require.Equal(t, []string{"NOT_FOUND input/groupId"}, codesOf(t, err))
	_, _, err = ours.service.SetMembers(ours.editor(), group.Members{GroupID: gold.ID, Add: theirs.organizations})
	require.Equal(t, []string{"NOT_FOUND input/addOrganizationIds/0"}, codesOf(t, err))
}
