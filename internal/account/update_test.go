package account_test

import (
	"context"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/pg/pgtest"
)

func TestUpdate(t *testing.T) {
	t.Parallel()
	db := open(t)
	operator := account.NewOperator(pgtest.Operator(t, db))
	ours, err := operator.Create(t.Context(), "Ours", nil)
	require.NoError(t, err)
	_, err = operator.Create(t.Context(), "Theirs", nil)
	require.NoError(t, err)
	service := account.New(db, journal.New(db, func(context.Context, uuid.UUID, int64) {}, nil))
	caller := func(role auth.Role) context.Context {
		return auth.WithActor(t.Context(), auth.Actor{AccountID: ours.ID, ID: uuid.New(), Kind: auth.PersonActor, Name: "Dana", Role: role})
	}
	text := func(text string) *string { return &text }

	updated, err := service.Update(caller(auth.Admin), account.Update{Name: text(" Harborlight IT "), TimeZone: text("America/New_York")})
	require.NoError(t, err)
	require.Equal(t, []string{"Harborlight IT", "America/New_York"}, []string{updated.Name, updated.TimeZone})
	_, err = service.Update(caller(auth.Admin), account.Update{Name: text("Harborlight IT")})
	require.NoError(t, err)
	for field, update := range map[string]account.Update{"name": {Name: text(" ")}, "timeZone": {TimeZone: text("Mars/Olympus")}} {
		_, err := service.Update(caller(auth.Admin), update)
		expected, failure := apperr.Split(err)
		require.NoError(t, failure)
		require.Equal(t, []string{"input", field}, expected[0].Path)
		require.Equal(t, apperr.Invalid, expected[0].Code)
	}
	for _, zone := range []string{"", "Local", "../etc/passwd", "/etc/localtime"} {
		_, err := service.Update(caller(auth.Admin), account.Update{TimeZone: &zone})
		expected, failure := apperr.Split(err)
		require.NoError(t, failure)
		require.Len(t, expected, 1, zone)
	}
	_, err = service.Update(caller(auth.Admin), account.Update{Name: text("Theirs")})
	expected, failure := apperr.Split(err)
	require.NoError(t, failure)
	require.Equal(t, apperr.NameTaken, expected[0].Code)
	require.NotContains(t, expected[0].Message, "Theirs", "nobody learns who else there is")
	_, err = service.Update(caller(auth.Editor), account.Update{})
	require.Equal(t, apperr.Forbidden, apperr.CodeOf(err))

	var summaries []string
	require.NoError(t, db.Read(t.Context(), ours.ID, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.NewRaw("SELECT kind || ' ' || action || ' ' || summary FROM journal").Scan(ctx, &summaries)
	}))
	require.Equal(t, []string{"SETTINGS account.updated changed name, timeZone of account"}, summaries)
}
