package person

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/pg/pgtest"
)

func TestSupersedes_LatestClaimsWin(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)
	known := &Person{Name: "Bo", Role: auth.Editor.String(), ClaimedAt: at}
	for _, test := range []struct {
		sentence string
		said     auth.Identity
		counts   bool
	}{
		{"newer claims", auth.Identity{Name: "Bo", Role: auth.Admin, IssuedAt: at.Add(time.Second)}, true},
		{"older claims", auth.Identity{Name: "Bo", Role: auth.Viewer, IssuedAt: at.Add(-time.Second)}, false},
		{"a lower role in the same second", auth.Identity{Name: "Bo", Role: auth.Viewer, IssuedAt: at}, true},
		{"a higher role in the same second", auth.Identity{Name: "Bo", Role: auth.Admin, IssuedAt: at}, false},
		{"an alphabetically earlier name in the same second", auth.Identity{Name: "Al", Role: auth.Editor, IssuedAt: at}, true},
		{"an alphabetically later name in the same second", auth.Identity{Name: "Cy", Role: auth.Editor, IssuedAt: at}, false},
		{"the same claims", auth.Identity{Name: "Bo", Role: auth.Editor, IssuedAt: at}, false},
	} {
		require.Equal(t, test.counts, supersedes(test.said, known), test.sentence)
	}
}

// Another server may write newer claims after this one has read what is stored.
func TestNote_KeepsTheLatestClaims(t *testing.T) {
	t.Parallel()
	db, err := pg.Open(t.Context(), dbtest.Database(t), pg.Options{})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	account := id.New()
	require.NoError(t, pgtest.Run(t.Context(), db, func(ctx context.Context, tx pg.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO accounts (id, name) VALUES (?, 'Example MSP')", account)
		return err
	}))
	store := NewStore(db, journal.New(db, func(context.Context, uuid.UUID, int64) {}, nil))
	at := time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		role  auth.Role
		at    time.Time
		holds auth.Role
	}{
		{auth.Viewer, at, auth.Viewer},
		{auth.Admin, at.Add(-time.Second), auth.Viewer},
		{auth.Admin, at, auth.Viewer},
		{auth.Editor, at.Add(time.Second), auth.Editor},
	} {
		said := auth.Identity{Issuer: "https://login.example.com", Subject: "ada", Name: "Ada", AccountID: account, Role: test.role, IssuedAt: test.at}
		known, err := store.note(t.Context(), said)
		require.NoError(t, err)
		require.Equal(t, test.holds.String(), known.Role)
	}
}
