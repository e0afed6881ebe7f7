package organization_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/directory"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/organization"
	"github.com/orgmap/orgmap/internal/pg"
)

func TestQuota_HoldsUnderFiftyConcurrentWrites(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const limit, writers = 3, 50
	for _, test := range []struct {
		sentence string
		// prepare uses the whole quota but one and returns what each writer does next.
		prepare func(ctx context.Context) func(writer int) error
	}{
		{"creations", func(ctx context.Context) func(int) error {
			b.create(t, ctx, "first")
			b.create(t, ctx, "second")
			return func(writer int) error { _, err := b.service.Create(ctx, fmt.Sprint("late ", writer)); return err }
		}},
		{"reactivations", func(ctx context.Context) func(int) error {
			closed := make([]uuid.UUID, writers)
			for i := range closed {
				closed[i] = b.create(t, ctx, fmt.Sprint("closed ", i)).ID
				_, err := b.service.Update(ctx, organization.Update{OrganizationID: closed[i], Active: pointer(false)})
				require.NoError(t, err)
			}
			b.create(t, ctx, "first")
			b.create(t, ctx, "second")
			return func(writer int) error {
				_, err := b.service.Update(ctx, organization.Update{OrganizationID: closed[writer], Active: pointer(true)})
				return err
			}
		}},
	} {
		t.Run(test.sentence, func(t *testing.T) {
			t.Parallel()
			account := b.account(t, pointer(limit))
			write := test.prepare(as(account, auth.Editor))
			before := b.books(t, account)
			errs := together(writers, write)
			made := 0
			for _, err := range errs {
				if err == nil {
					made++
					continue
				}
				code, path := userCode(t, err)
				require.Equal(t, apperr.QuotaExceeded, code)
				require.Equal(t, []string{"input"}, path)
			}
			require.Equal(t, 1, made)
			require.Equal(t, books{limit, limit, before.Position + 1, before.Changes + 1}, b.books(t, account))
			require.Len(t, b.announced.of(account), int(before.Position)+1, "refused writes announce nothing")
		})
	}
}

func TestQuota_CountsOnlyActiveOrganizations(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := as(b.account(t, pointer(1)), auth.Editor)
	first := b.create(t, ctx, "First")
	set := func(one *organization.Organization, active bool) error {
		_, err := b.service.Update(ctx, organization.Update{OrganizationID: one.ID, Active: &active})
		return err
	}
	require.NoError(t, set(first, false))
	second := b.create(t, ctx, "Second")
	code, _ := userCode(t, set(first, true))
	require.Equal(t, apperr.QuotaExceeded, code)
	require.NoError(t, set(second, false))
	require.NoError(t, set(first, true))
}

func TestService_Create_OneOfFiftyConcurrentCallsGetsTheName(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, account := b.editor(t)
	made := 0
	for _, err := range together(50, func(int) error { _, err := b.service.Create(ctx, "Acme"); return err }) {
		if err == nil {
			made++
			continue
		}
		code, _ := userCode(t, err)
		require.Equal(t, apperr.NameTaken, code)
	}
	require.Equal(t, 1, made)
	require.Equal(t, books{1, 1, 1, 1}, b.books(t, account))
}

// together runs all writers at once and returns their errors.
func together(writers int, write func(writer int) error) []error {
	errs := make([]error, writers)
	var group sync.WaitGroup
	for writer := range writers {
		group.Go(func() { errs[writer] = write(writer) })
	}
	group.Wait()
	return errs
}

// A creation that took its name before locking the account's row would deadlock with a rename to that name, which locks
// in the opposite order.
func TestService_Create_LocksTheAccountBeforeTakingTheName(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, account := b.editor(t)
	other := b.create(t, ctx, "Other")
	admin, err := pgx.Connect(t.Context(), b.url)
	require.NoError(t, err)
	defer func() { require.NoError(t, admin.Close(context.Background())) }()
	// Postgres detects no deadlock in time, and no retry hides one: deadlocked transactions wait until the lock
	// timeout.
	_, err = admin.Exec(t.Context(), "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET deadlock_timeout = ''1min''', current_database()); END $$")
	require.NoError(t, err)
	db, err := pg.Open(t.Context(), b.url, pg.Options{})
	require.NoError(t, err)
	defer db.Close()
	service := organization.New(db, journal.New(db, b.announced.note, nil), directory.New(directoryBytes))

	created := make(chan error, 1)
	require.NoError(t, db.Write(t.Context(), account, func(writing context.Context, tx pg.Tx) error {
		if _, err := tx.Exec(writing, "SELECT FROM accounts FOR NO KEY UPDATE"); err != nil {
			return err
		}
		go func() {
			_, err := service.Create(ctx, "Acme")
			created <- err
		}()
		require.Eventually(t, func() bool {
			var waits bool
			err := admin.QueryRow(t.Context(),
				"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')").Scan(&waits)
			return err == nil && waits
		}, 10*time.Second, time.Millisecond)
		_, err := tx.Exec(writing, "UPDATE organizations SET name = 'Acme' WHERE id = ?", other.ID)
		return err
	}))
	code, _ := userCode(t, <-created)
	require.Equal(t, apperr.NameTaken, code)
}

// model is the expected state of the account.
type model struct {
	limit   *int
	ids     []uuid.UUID // in the order of creation
	names   map[uuid.UUID]string
	active  map[uuid.UUID]bool
	changes int64
}

func (m *model) used() (used int) {
	for _, active := range m.active {
		if active {
			used++
		}
	}
	return used
}

// verdict returns the expected error code for an organization with this name; empty if it is valid.
func (m *model) verdict(self uuid.UUID, rawName string, takesPlace bool) apperr.UserErrorCode {
	normal, err := name.Normalize(rawName)
	if err != nil {
		return apperr.Invalid
	}
	for other, taken := range m.names {
		if other != self && taken == normal {
			return apperr.NameTaken
		}
	}
	if takesPlace && m.limit != nil && m.used() >= *m.limit {
		return apperr.QuotaExceeded
	}
	return ""
}

func (m *model) set(organizationID uuid.UUID, rawName string, active bool) {
	normal, _ := name.Normalize(rawName)
	m.names[organizationID], m.active[organizationID] = normal, active
	m.changes++
}

func TestQuota_HoldsUnderRandomWrites(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	limits := rapid.Ptr(rapid.IntRange(0, 4), true)
	rawNames := rapid.SampledFrom([]string{"Acme", "ACME", " Acme ", composed, decomposed, "Zo\u00eb", "%_\\", "", strings.Repeat("x", 201)})
	rapid.Check(t, func(t *rapid.T) {
		m := &model{limit: limits.Draw(t, "limit"), names: map[uuid.UUID]string{}, active: map[uuid.UUID]bool{}}
		account := b.account(t, m.limit)
		ctx := as(account, auth.Editor)
		for range rapid.IntRange(1, 15).Draw(t, "steps") {
			if len(m.ids) == 0 || rapid.Bool().Draw(t, "create") {
				stepCreate(t, b, ctx, m, rawNames.Draw(t, "name"))
			} else {
				stepUpdate(t, b, ctx, m, organization.Update{
					OrganizationID: rapid.SampledFrom(m.ids).Draw(t, "which"),
					Name:           rapid.Ptr(rawNames, true).Draw(t, "new name"),
					Active:         rapid.Ptr(rapid.Bool(), true).Draw(t, "active"),
				})
			}
			require.Equal(t, books{m.used(), m.used(), m.changes, m.changes}, b.books(t, account))
			if m.limit != nil {
				require.LessOrEqual(t, m.used(), *m.limit)
			}
		}
	})
}

func stepCreate(t *rapid.T, b *bench, ctx context.Context, m *model, rawName string) {
	want := m.verdict(uuid.Nil, rawName, true)
	created, err := b.service.Create(ctx, rawName)
	requireVerdict(t, want, err)
	if want == "" {
		m.ids = append(m.ids, created.ID)
		m.set(created.ID, rawName, true)
		require.Equal(t, m.names[created.ID], created.Name)
	}
}

func stepUpdate(t *rapid.T, b *bench, ctx context.Context, m *model, update organization.Update) {
	organizationID := update.OrganizationID
	newName, active := m.names[organizationID], m.active[organizationID]
	if update.Name != nil {
		newName = *update.Name
	}
	if update.Active != nil {
		active = *update.Active
	}
	want := m.verdict(organizationID, newName, active && !m.active[organizationID])
	updated, err := b.service.Update(ctx, update)
	requireVerdict(t, want, err)
	if want != "" {
		return
	}
	if normal, _ := name.Normalize(newName); normal != m.names[organizationID] || active != m.active[organizationID] {
		m.set(organizationID, newName, active)
	}
	require.Equal(t, m.names[organizationID], updated.Name)
	require.Equal(t, m.active[organizationID], updated.Active)
}

func requireVerdict(t *rapid.T, want apperr.UserErrorCode, err error) {
	if want == "" {
		require.NoError(t, err)
		return
	}
	code, _ := userCode(t, err)
	require.Equal(t, want, code)
}
