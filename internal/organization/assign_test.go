package organization_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/organization"
	"github.com/orgmap/orgmap/internal/page"
	"github.com/orgmap/orgmap/internal/pg"
)

// person adds a person who has not signed in.
func (b *bench) person(t require.TestingT, account uuid.UUID, called string) uuid.UUID {
	made := id.New()
	b.write(t, account, func(ctx context.Context, tx pg.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO people (account_id, id, name) VALUES (?, ?, ?)", account, made, called)
		return err
	})
	return made
}

// summaries returns what the journal says of each change.
func (b *bench) summaries(t require.TestingT, account uuid.UUID) (found []string) {
	require.NoError(t, b.db.Read(context.Background(), account, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.NewRaw("SELECT action || ' ' || summary FROM journal ORDER BY position").Scan(ctx, &found)
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

func appoint(person uuid.UUID) organization.Appointment {
	return organization.Appointment{Given: true, Person: &person}
}

func nobody() organization.Appointment { return organization.Appointment{Given: true} }

func TestAssign_SetsAndClears(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, account := b.editor(t)
	acme, beta := b.create(t, ctx, "Acme").ID, b.create(t, ctx, "Beta").ID
	ann, bob := b.person(t, account, "Ann"), b.person(t, account, "Bob")
	assign := func(assignment organization.Assignment) []uuid.UUID {
		t.Helper()
		touched, err := b.service.Assign(ctx, assignment)
		require.NoError(t, err)
		return touched
	}
	both := []uuid.UUID{acme, beta}
	require.Equal(t, both, assign(organization.Assignment{OrganizationIDs: []uuid.UUID{acme, beta, acme}, Engineer: appoint(ann)}))
	require.Equal(t, both[:1], assign(organization.Assignment{OrganizationIDs: both[:1], Engineer: appoint(bob), VCIO: appoint(ann)}))
	require.Equal(t, both[1:], assign(organization.Assignment{OrganizationIDs: both, Engineer: appoint(bob)}), "Acme's engineer is Bob already")
	require.Empty(t, assign(organization.Assignment{OrganizationIDs: both}), "nothing is given")
	require.Equal(t, both[:1], assign(organization.Assignment{OrganizationIDs: both, VCIO: nobody()}))
	details, err := b.service.DetailsOf(as(account, auth.Viewer), append([]uuid.UUID{id.New()}, both...))
	require.NoError(t, err)
	require.Equal(t, map[uuid.UUID]organization.Details{acme: {EngineerID: &bob}, beta: {EngineerID: &bob}}, details)
	require.Equal(t, []string{
		`organizations.assigned changed the engineer of 2 organizations`,
		`organizations.assigned changed the engineer of “Acme” and changed the vCIO of “Acme”`,
		`organizations.assigned changed the engineer of “Beta”`,
		`organizations.assigned changed the vCIO of “Acme”`,
	}, b.summaries(t, account)[2:])
}

func TestAssign_NamesEveryProblem(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, account := b.editor(t)
	other, theirs := b.editor(t)
	acme, foreign := b.create(t, ctx, "Acme").ID, b.create(t, other, "Acme").ID
	merged := b.person(t, account, "Ann")
	b.write(t, account, func(ctx context.Context, tx pg.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE people SET merged_into = ? WHERE id = ?", b.person(t, account, "Ann too"), merged)
		return err
	})
	_, err := b.service.Assign(ctx, organization.Assignment{OrganizationIDs: []uuid.UUID{acme, foreign, id.New()}, Engineer: appoint(b.person(t, theirs, "Eve")), VCIO: appoint(merged)})
	require.Equal(t, []string{"NOT_FOUND input/engineerId", "NOT_FOUND input/vcioId", "NOT_FOUND input/organizationIds/1", "NOT_FOUND input/organizationIds/2"}, codesOf(t, err))
	require.Len(t, b.summaries(t, account), 1)
	_, err = b.service.Assign(ctx, organization.Assignment{OrganizationIDs: make([]uuid.UUID, organization.MaximumAssigned+1)})
	require.Equal(t, apperr.BadUserInput, apperr.CodeOf(err))
}

func TestAssign_TakesAsManyStatementsForManyAsForOne(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, account := b.editor(t)
	names := make([]string, 1_000)
	for i := range names {
		names[i] = fmt.Sprint("Client ", i)
	}
	var all []uuid.UUID
	for _, one := range b.insert(t, account, names...) {
		all = append(all, one.ID)
	}
	taken := func(organizations []uuid.UUID) int64 {
		counted, statements := pg.WithStatementCount(ctx)
		touched, err := b.service.Assign(counted, organization.Assignment{OrganizationIDs: organizations, Engineer: appoint(b.person(t, account, "Ann")), VCIO: appoint(b.person(t, account, "Bob"))})
		require.NoError(t, err)
		require.Len(t, touched, len(organizations))
		return statements.Load()
	}
	require.Equal(t, taken(all[:1]), taken(all))
	counted, statements := pg.WithStatementCount(ctx)
	details, err := b.service.DetailsOf(counted, all)
	require.NoError(t, err)
	require.Len(t, details, 1_000)
	require.EqualValues(t, 3, statements.Load(), "begin, read, end")
}

func TestUpdateMany(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	account := b.account(t, pointer(2))
	ctx := as(account, auth.Editor)
	acme, beta := b.create(t, ctx, "Acme").ID, b.create(t, ctx, "Beta").ID
	both := []uuid.UUID{acme, beta}
	update := func(update organization.UpdateMany) []uuid.UUID {
		t.Helper()
		touched, err := b.service.UpdateMany(ctx, update)
		require.NoError(t, err)
		return touched
	}
	require.Equal(t, both, update(organization.UpdateMany{OrganizationIDs: both, Active: pointer(false), Note: pointer(" Quarterly\r\nreview ")}))
	require.Empty(t, update(organization.UpdateMany{OrganizationIDs: both, Active: pointer(false), Note: pointer("Quarterly\nreview")}))
	details, err := b.service.DetailsOf(ctx, both)
	require.NoError(t, err)
	require.Equal(t, organization.Details{Note: "Quarterly\nreview", NoteSince: 3}, details[acme])
	b.create(t, ctx, "Gamma")
	_, err = b.service.UpdateMany(ctx, organization.UpdateMany{OrganizationIDs: both, Active: pointer(true), Note: pointer("x")})
	require.Equal(t, []string{"QUOTA_EXCEEDED input"}, codesOf(t, err))
	require.Equal(t, both[:1], update(organization.UpdateMany{OrganizationIDs: both[:1], Active: pointer(true), Note: pointer("")}))
	require.Equal(t, []string{
		"organizations.updated deactivated 2 organizations and changed the note of 2 organizations", `organization.created created “Gamma”`,
		`organizations.updated reactivated “Acme” and changed the note of “Acme”`,
	}, b.summaries(t, account)[2:])
	for note, refused := range map[string]bool{
		strings.Repeat("\u00e9", 1_000): false, strings.Repeat("a", 1_001): true, "a\x00": true, "a\u0085b": true, "a\tb\nc": false, "\xff": true,
	} {
		_, err := b.service.UpdateMany(ctx, organization.UpdateMany{OrganizationIDs: both, Note: &note})
		require.Equal(t, refused, codesOf(t, err) != nil, "%q", note)
	}
	_, err = b.service.UpdateMany(ctx, organization.UpdateMany{OrganizationIDs: []uuid.UUID{acme, id.New()}})
	require.Equal(t, []string{"NOT_FOUND input/organizationIds/1"}, codesOf(t, err))
	_, err = b.service.UpdateMany(ctx, organization.UpdateMany{OrganizationIDs: make([]uuid.UUID, organization.MaximumUpdated+1)})
	require.Equal(t, apperr.BadUserInput, apperr.CodeOf(err))
}

// office is an account whose organizations are looked after by people and in groups.
func (b *bench) office(t *testing.T, account uuid.UUID) (people, groups map[string]uuid.UUID) {
	t.Helper()
	ctx := as(account, auth.Editor)
	people, groups = map[string]uuid.UUID{"Ann": b.person(t, account, "Ann"), "Bob": b.person(t, account, "Bob")}, map[string]uuid.UUID{"Gold": id.New(), "East": id.New()}
	of := map[string]uuid.UUID{}
	for _, one := range []string{"Acme", "Beta", "Gamma"} {
		of[one] = b.create(t, ctx, one).ID
	}
	for _, one := range []organization.Assignment{
		{OrganizationIDs: []uuid.UUID{of["Acme"], of["Beta"]}, Engineer: appoint(people["Ann"])},
		{OrganizationIDs: []uuid.UUID{of["Beta"]}, Engineer: appoint(people["Bob"]), VCIO: appoint(people["Ann"])},
	} {
		_, err := b.service.Assign(ctx, one)
		require.NoError(t, err)
	}
	b.write(t, account, func(ctx context.Context, tx pg.Tx) error {
		for called, group := range groups {
			if _, err := tx.Exec(ctx, "INSERT INTO organization_groups (account_id, id, name, folded, color) VALUES (?, ?, ?, ?, 'blue')", account, group, called, strings.ToLower(called)); err != nil {
				return err
			}
		}
		for _, member := range []struct{ group, organization string }{{"Gold", "Acme"}, {"Gold", "Gamma"}, {"East", "Gamma"}} {
			if _, err := tx.Exec(ctx, "INSERT INTO organization_group_members (account_id, group_id, organization_id, member) VALUES (?, ?, ?, true)",
				account, groups[member.group], of[member.organization]); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, "INSERT INTO organization_group_members (account_id, group_id, organization_id, member) VALUES (?, ?, ?, false)", account, groups["East"], of["Beta"])
		return err
	})
	return people, groups
}

func TestList_FilterByPeopleAndGroups(t *testing.T) {
	t.Parallel()
	for sentence, url := range map[string]string{"with row-level security": dbtest.Database(t), "without, where only the statements keep accounts apart": dbtest.WithoutRowSecurity(t)} {
		t.Run(sentence, func(t *testing.T) {
			t.Parallel()
			b := newBenchOn(t, url)
			ctx, account := b.editor(t)
			_, theirs := b.editor(t)
			people, groups := b.office(t, account)
			strangers, foreign := b.office(t, theirs)
			for _, test := range []struct {
				filter organization.Filter
				want   []string
			}{
				{organization.Filter{GroupIDs: []uuid.UUID{groups["Gold"]}}, []string{"Acme", "Gamma"}},
				{organization.Filter{GroupIDs: []uuid.UUID{groups["Gold"], groups["East"]}}, []string{"Acme", "Gamma"}},
				{organization.Filter{GroupIDs: []uuid.UUID{groups["East"]}}, []string{"Gamma"}},
				{organization.Filter{GroupIDs: []uuid.UUID{foreign["Gold"]}}, []string{}},
				{organization.Filter{HasGroup: pointer(false)}, []string{"Beta"}},
				{organization.Filter{HasGroup: pointer(true)}, []string{"Acme", "Gamma"}},
				{organization.Filter{EngineerIDs: []uuid.UUID{people["Ann"]}}, []string{"Acme"}},
				{organization.Filter{EngineerIDs: []uuid.UUID{people["Ann"], people["Bob"]}}, []string{"Acme", "Beta"}},
				{organization.Filter{EngineerIDs: []uuid.UUID{strangers["Ann"], id.New()}}, []string{}},
				{organization.Filter{VCIOIDs: []uuid.UUID{people["Ann"]}}, []string{"Beta"}},
				{organization.Filter{VCIOIDs: []uuid.UUID{people["Bob"]}}, []string{}},
				{organization.Filter{HasEngineer: pointer(false)}, []string{"Gamma"}},
				{organization.Filter{HasVCIO: pointer(true)}, []string{"Beta"}},
				{organization.Filter{HasEngineer: pointer(true), HasVCIO: pointer(false), GroupIDs: []uuid.UUID{groups["Gold"]}}, []string{"Acme"}},
				{organization.Filter{HasEngineer: pointer(true), Active: pointer(false)}, []string{}},
			} {
				for _, order := range orders() {
					listed, err := b.service.List(ctx, organization.Query{Arguments: page.Arguments{}, Filter: test.filter, Order: order})
					require.NoError(t, err)
					require.ElementsMatch(t, test.want, names(listed.Nodes()), "%+v", test.filter)
					total, err := listed.TotalCount(ctx)
					require.NoError(t, err)
					require.Equal(t, len(test.want), total)
				}
				found, err := b.service.List(ctx, organization.Query{Filter: test.filter, Search: "acme"})
				require.NoError(t, err)
				require.Equal(t, strings.Contains(fmt.Sprint(test.want), "Acme"), len(found.Nodes()) == 1, "%+v with a search", test.filter)
			}
		})
	}
}
