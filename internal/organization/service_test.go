package organization_test

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/directory"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/organization"
	"github.com/orgmap/orgmap/internal/pg"
)

// The same letter as a single character, and as a letter with a combining accent.
const (
	composed   = "Caf\u00e9"
	decomposed = "Cafe\u0301"
)

func TestService_Create(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, test := range []struct {
		sentence string
		existing []string
		name     string
		stored   string               // if it is accepted
		code     apperr.UserErrorCode // if it is rejected
	}{
		{sentence: "accepts a name", name: "Acme", stored: "Acme"},
		{sentence: "trims outer white space", name: "\u2003 Acme Ltd \t\n", stored: "Acme Ltd"},
		{sentence: "keeps inner white space", name: "Acme  Ltd", stored: "Acme  Ltd"},
		{sentence: "stores NFC", name: decomposed, stored: composed},
		{sentence: "accepts 200 multi-byte characters", name: strings.Repeat("\u00e9", 200), stored: strings.Repeat("\u00e9", 200)},
		{sentence: "counts characters after normalizing", name: strings.Repeat("e\u0301", 200), stored: strings.Repeat("\u00e9", 200)},
		{sentence: "accepts SQL in a name", name: `Robert'); DROP TABLE "organizations";-- ?`, stored: `Robert'); DROP TABLE "organizations";-- ?`},
		{sentence: "distinguishes names by case", existing: []string{"Acme"}, name: "ACME", stored: "ACME"},
		{sentence: "distinguishes names by accents", existing: []string{composed}, name: "Cafe", stored: "Cafe"},
		{sentence: "refuses an empty name", name: "", code: apperr.Invalid},
		{sentence: "refuses only white space", name: " \u00a0\t", code: apperr.Invalid},
		{sentence: "refuses 201 characters", name: strings.Repeat("a", 201), code: apperr.Invalid},
		{sentence: "refuses a line break inside", name: "Acme\nLtd", code: apperr.Invalid},
		{sentence: "refuses NUL", name: "Acme\x00", code: apperr.Invalid},
		{sentence: "refuses a control character above ASCII", name: "Acme\u009fLtd", code: apperr.Invalid},
		{sentence: "refuses invalid UTF-8", name: "Acme\xff", code: apperr.Invalid},
		{sentence: "refuses the same name", existing: []string{"Acme"}, name: "Acme", code: apperr.NameTaken},
		{sentence: "refuses the same name with outer white space", existing: []string{"Acme"}, name: " Acme ", code: apperr.NameTaken},
		{sentence: "refuses the same name in another normal form", existing: []string{composed}, name: decomposed, code: apperr.NameTaken},
	} {
		t.Run(test.sentence, func(t *testing.T) {
			t.Parallel()
			ctx, account := b.editor(t)
			for _, one := range test.existing {
				b.create(t, ctx, one)
			}
			before := b.books(t, account)

			created, err := b.service.Create(ctx, test.name)

			if test.code != "" {
				code, path := userCode(t, err)
				require.Equal(t, test.code, code)
				require.Equal(t, []string{"input", "name"}, path)
				require.Nil(t, created)
				require.Equal(t, before, b.books(t, account), "a refused creation stores nothing")
				require.Len(t, b.announced.of(account), len(test.existing))
				return
			}
			require.NoError(t, err)
			require.Equal(t, test.stored, created.Name)
			require.True(t, created.Active)
			require.False(t, created.CreatedAt.IsZero())
			require.Equal(t, created.CreatedAt, created.UpdatedAt)
			require.Equal(t, books{before.Used + 1, before.Active + 1, before.Position + 1, before.Changes + 1}, b.books(t, account))
			read, err := b.service.ByIDs(ctx, []uuid.UUID{created.ID})
			require.NoError(t, err)
			require.Equal(t, test.stored, read[created.ID].Name)
		})
	}
	t.Run("accepts a name that another account uses", func(t *testing.T) {
		t.Parallel()
		ours, _ := b.editor(t)
		theirs, _ := b.editor(t)
		require.NotEqual(t, b.create(t, ours, "Acme").ID, b.create(t, theirs, "Acme").ID)
	})
	t.Run("refuses the name of a deactivated organization", func(t *testing.T) {
		t.Parallel()
		ctx, _ := b.editor(t)
		closed := b.create(t, ctx, "Acme")
		_, err := b.service.Update(ctx, organization.Update{OrganizationID: closed.ID, Active: pointer(false)})
		require.NoError(t, err)
		_, err = b.service.Create(ctx, "Acme")
		code, _ := userCode(t, err)
		require.Equal(t, apperr.NameTaken, code)
	})
}

func TestService_Update(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, test := range []struct {
		sentence string
		update   organization.Update // of Acme
		name     string
		active   bool
		code     apperr.UserErrorCode
		quiet    bool // nothing is added to the journal
	}{
		{sentence: "renames", update: organization.Update{Name: pointer(" Acme Ltd ")}, name: "Acme Ltd", active: true},
		{sentence: "renames to another case of its own name", update: organization.Update{Name: pointer("ACME")}, name: "ACME", active: true},
		{sentence: "deactivates", update: organization.Update{Active: pointer(false)}, name: "Acme"},
		{sentence: "renames and deactivates at once", update: organization.Update{Name: pointer("Old Acme"), Active: pointer(false)}, name: "Old Acme"},
		{sentence: "changes nothing without input", name: "Acme", active: true, quiet: true},
		{sentence: "changes nothing if the values are the same", update: organization.Update{Name: pointer("Acme "), Active: pointer(true)}, name: "Acme", active: true, quiet: true},
		{sentence: "refuses an invalid name", update: organization.Update{Name: pointer("\t")}, code: apperr.Invalid},
		{sentence: "refuses another organization's name", update: organization.Update{Name: pointer(decomposed)}, code: apperr.NameTaken},
		{sentence: "refuses the whole update if the name is taken", update: organization.Update{Name: pointer(composed), Active: pointer(false)}, code: apperr.NameTaken},
	} {
		t.Run(test.sentence, func(t *testing.T) {
			t.Parallel()
			ctx, account := b.editor(t)
			b.create(t, ctx, composed)
			acme := b.create(t, ctx, "Acme")
			before := b.books(t, account)
			test.update.OrganizationID = acme.ID

			updated, err := b.service.Update(ctx, test.update)

			if test.code != "" {
				code, path := userCode(t, err)
				require.Equal(t, test.code, code)
				require.Equal(t, []string{"input", "name"}, path)
				require.Equal(t, before, b.books(t, account))
				return
			}
			require.NoError(t, err)
			require.Equal(t, test.name, updated.Name)
			require.Equal(t, test.active, updated.Active)
			require.Equal(t, acme.CreatedAt, updated.CreatedAt)
			after := b.books(t, account)
			if test.quiet {
				require.Equal(t, before, after)
				require.Equal(t, acme.UpdatedAt, updated.UpdatedAt)
				require.Len(t, b.announced.of(account), 2)
				return
			}
			require.Equal(t, name.Fold(test.name), updated.Folded, "lists are sorted and searched by the folded name")
			read, err := b.service.ByIDs(ctx, []uuid.UUID{acme.ID})
			require.NoError(t, err)
			require.Equal(t, updated, read[acme.ID])
			require.True(t, updated.UpdatedAt.After(acme.UpdatedAt))
			require.Equal(t, before.Position+1, after.Position)
			require.Equal(t, []int64{1, 2, 3}, b.announced.of(account))
			require.Equal(t, after.Active, after.Used)
		})
	}
	t.Run("returns NOT_FOUND for an unknown id", func(t *testing.T) {
		t.Parallel()
		ctx, _ := b.editor(t)
		for _, nothing := range []uuid.UUID{uuid.Nil, id.New()} {
			_, err := b.service.Update(ctx, organization.Update{OrganizationID: nothing, Name: pointer("Acme")})
			code, path := userCode(t, err)
			require.Equal(t, apperr.NotFound, code)
			require.Equal(t, []string{"input", "organizationId"}, path)
		}
	})
}

func TestService_JournalsItsWrites(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, account := b.editor(t)
	acme := b.create(t, ctx, "Acme")
	_, err := b.service.Update(ctx, organization.Update{OrganizationID: acme.ID, Name: pointer(`"Acme" \ Söhne`), Active: pointer(false)})
	require.NoError(t, err)

	changes := b.changes(t, account)
	require.Len(t, changes, 2)
	for i, action := range []string{"organization.created", "organization.updated"} {
		require.Equal(t, "ORGANIZATIONS", changes[i].Kind)
		require.Equal(t, action, changes[i].Action)
		require.Equal(t, "Kim", changes[i].Actor)
		require.Equal(t, []uuid.UUID{acme.ID}, changes[i].OrganizationIDs)
	}
	made, renamed := map[string]any{"name": "Acme", "active": true}, map[string]any{"name": `"Acme" \ Söhne`, "active": false}
	require.Empty(t, changes[0].Before)
	require.Subset(t, decoded(t, changes[0].After), made)
	require.Subset(t, decoded(t, changes[1].Before), made)
	require.Subset(t, decoded(t, changes[1].After), renamed)
}

func decoded(t *testing.T, text string) (record map[string]any) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(text), &record), text)
	return record
}

// The journal has every field that an update can change, before and after.
func TestService_JournalsEveryFieldOfAnUpdate(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, account := b.editor(t)
	update := organization.Update{OrganizationID: b.create(t, ctx, "Acme").ID}
	fields := reflect.ValueOf(&update).Elem()
	var names []string
	for i := range fields.NumField() {
		name := fields.Type().Field(i).Name
		switch field := fields.Field(i).Addr().Interface().(type) {
		case *uuid.UUID:
			continue
		case **string:
			*field = pointer("Another " + name)
		case **bool:
			*field = pointer(false)
		default:
			t.Fatalf("add another value for the type of %s", name)
		}
		names = append(names, strings.ToLower(name[:1])+name[1:])
	}
	_, err := b.service.Update(ctx, update)
	require.NoError(t, err)

	changes := b.changes(t, account)
	before, after := decoded(t, changes[1].Before), decoded(t, changes[1].After)
	for _, name := range names {
		require.Contains(t, before, name, "state leaves it out")
		require.NotEqual(t, before[name], after[name], name)
	}
}

// brokenJournal rejects every change.
type brokenJournal struct{}

var errBroken = errors.New("the journal is broken")

func (brokenJournal) Append(context.Context, pg.Writer, journal.Change) error { return errBroken }

func TestService_WritesNothingWithoutTheJournal(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, account := b.editor(t)
	acme := b.create(t, ctx, "Acme")
	before := b.books(t, account)
	broken := organization.New(b.db, brokenJournal{}, directory.New(directoryBytes))

	_, err := broken.Create(ctx, "Other")
	require.ErrorIs(t, err, errBroken)
	_, err = broken.Update(ctx, organization.Update{OrganizationID: acme.ID, Active: pointer(false)})
	require.ErrorIs(t, err, errBroken)

	require.Equal(t, before, b.books(t, account))
	read, err := b.service.ByIDs(ctx, []uuid.UUID{acme.ID})
	require.NoError(t, err)
	require.True(t, read[acme.ID].Active)
}

func TestService_OtherAccountsDataIsNotFound(t *testing.T) {
	t.Parallel()
	for title, database := range map[string]func(testing.TB) string{"with row-level security": dbtest.Database, "without row-level security": dbtest.WithoutRowSecurity} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			findsNothingOfOthers(t, newBenchOn(t, database(t)))
		})
	}
}

func findsNothingOfOthers(t *testing.T, b *bench) {
	t.Helper()
	ours, account := b.editor(t)
	theirs, theirAccount := b.editor(t)
	mine, foreign := b.create(t, ours, "Mine"), b.create(t, theirs, "Foreign")
	before := b.books(t, theirAccount)

	_, err := b.service.Update(ours, organization.Update{OrganizationID: foreign.ID, Name: pointer("Stolen")})
	code, _ := userCode(t, err)
	require.Equal(t, apperr.NotFound, code)

	read, err := b.service.ByIDs(ours, []uuid.UUID{foreign.ID, mine.ID, uuid.Nil})
	require.NoError(t, err)
	require.Len(t, read, 1)
	require.Equal(t, "Mine", read[mine.ID].Name)

	listed, err := b.service.List(ours, organization.Query{})
	require.NoError(t, err)
	require.Equal(t, []string{"Mine"}, names(listed.Nodes()))
	total, err := listed.TotalCount(ours)
	require.NoError(t, err)
	require.Equal(t, 1, total)
	found, err := b.service.List(ours, organization.Query{Search: "n"})
	require.NoError(t, err)
	require.Equal(t, []string{"Mine"}, names(found.Nodes()))

	require.Equal(t, before, b.books(t, theirAccount))
	require.Equal(t, books{1, 1, 1, 1}, b.books(t, account))
}

func TestService_ByIDs_OfNoIDsIsEmpty(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, _ := b.editor(t)
	read, err := b.service.ByIDs(ctx, nil)
	require.NoError(t, err)
	require.Empty(t, read)
}

func TestService_ChecksTheCallersRole(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, account := b.editor(t)
	reads := map[string]func(context.Context) error{
		"List":  func(ctx context.Context) error { _, err := b.service.List(ctx, organization.Query{}); return err },
		"ByIDs": func(ctx context.Context) error { _, err := b.service.ByIDs(ctx, []uuid.UUID{id.New()}); return err },
		"DetailsOf": func(ctx context.Context) error {
			_, err := b.service.DetailsOf(ctx, []uuid.UUID{id.New()})
			return err
		},
	}
	writes := map[string]func(context.Context) error{
		"Create": func(ctx context.Context) error { _, err := b.service.Create(ctx, id.New().String()); return err },
		"Update": func(ctx context.Context) error {
			_, err := b.service.Update(ctx, organization.Update{OrganizationID: id.New(), Name: pointer("")})
			return err
		},
		"Assign": func(ctx context.Context) error {
			_, err := b.service.Assign(ctx, organization.Assignment{})
			return err
		},
		"UpdateMany": func(ctx context.Context) error {
			_, err := b.service.UpdateMany(ctx, organization.UpdateMany{})
			return err
		},
	}
	for method, call := range reads {
		require.Equal(t, apperr.Unauthenticated, apperr.CodeOf(call(context.Background())), method)
		require.NoError(t, call(as(account, auth.Viewer)), method)
	}
	for method, call := range writes {
		require.Equal(t, apperr.Unauthenticated, apperr.CodeOf(call(context.Background())), method)
		require.Equal(t, apperr.Forbidden, apperr.CodeOf(call(as(account, auth.Viewer))), "%s: the role is checked first", method)
		_, failure := apperr.Split(call(as(account, auth.Editor)))
		require.NoError(t, failure, method)
	}
}
