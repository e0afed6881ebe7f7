package integration_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"
	"golang.org/x/sync/errgroup"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/integration"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/vendors"
)

// requireUserError requires err to be the only user error, with the given code and path.
func requireUserError(t *testing.T, err error, code apperr.UserErrorCode, path ...string) {
	t.Helper()
	found, failure := apperr.Split(err)
	require.NoError(t, failure)
	require.Len(t, found, 1, "user errors: %v", err)
	require.Equal(t, code, found[0].Code)
	require.Equal(t, path, found[0].Path)
	require.NotEmpty(t, found[0].Message)
}

func TestService_Connect(t *testing.T) {
	t.Parallel()
	b := newBench(t)

	t.Run("connects the first region under the vendor's name and journals it", func(t *testing.T) {
		t.Parallel()
		ctx, account := b.actor(auth.Admin)
		made := b.connect(ctx)
		require.Equal(t, "IT Glue", made.Name)
		require.Equal(t, "https://api.itglue.example", made.BaseURL)
		require.Equal(t, integration.SourceAPI, made.Source)
		require.Equal(t, integration.StateConnected, made.State)
		require.True(t, made.CanImport())
		require.False(t, made.CreatedAt.IsZero())

		all, err := b.List(ctx)
		require.NoError(t, err)
		require.Len(t, all, 1)
		require.Empty(t, cmp.Diff(made, all[0], cmp.Comparer(func(one, other bun.BaseModel) bool { return true })))
		changes := b.changes(account)
		require.Len(t, changes, 1)
		require.Equal(t, journal.Integrations, changes[0].Kind)
		require.Equal(t, "integration.connected", changes[0].Action)
		require.Equal(t, []uuid.UUID{made.ID}, changes[0].IntegrationIDs)
	})
	t.Run("numbers further integrations of the same vendor", func(t *testing.T) {
		t.Parallel()
		ctx, _ := b.actor(auth.Admin)
		require.Equal(t, "IT Glue", b.connect(ctx).Name)
		require.Equal(t, "IT Glue 2", b.connect(ctx).Name)
		require.Equal(t, "IT Glue 3", b.connect(ctx).Name)
	})
	t.Run("gives concurrent connections distinct names", func(t *testing.T) {
		t.Parallel()
		ctx, account := b.actor(auth.Admin)
		var group errgroup.Group
		for range 5 {
			group.Go(func() error {
				_, err := b.Connect(ctx, integration.ConnectInput{Application: vendors.ApplicationITGlue, Credentials: key("good")})
				return err
			})
		}
		require.NoError(t, group.Wait())
		require.Equal(t, 5, b.count(account, "SELECT count(DISTINCT name) FROM integrations"))
	})
	t.Run("refuses a taken name and stores no connection", func(t *testing.T) {
		t.Parallel()
		ctx, account := b.actor(auth.Admin)
		b.connect(ctx)
		taken := " IT Glue "
		_, err := b.Connect(ctx, integration.ConnectInput{Application: vendors.ApplicationITGlue, Name: &taken, Credentials: key("good")})
		requireUserError(t, err, apperr.NameTaken, "input", "name")
		require.Equal(t, 1, b.count(account, "SELECT count(*) FROM connections"))
	})
	t.Run("requires an address if the vendor has no regions", func(t *testing.T) {
		t.Parallel()
		ctx, _ := b.actor(auth.Admin)
		_, err := b.Connect(ctx, integration.ConnectInput{Application: vendors.ApplicationHudu, Credentials: key("good")})
		requireUserError(t, err, apperr.Invalid, "input", "baseUrl")
		require.ErrorContains(t, err, "such as https://acme.hudu.example.")
		unsafe := "http://docs.example"
		_, err = b.Connect(ctx, integration.ConnectInput{Application: vendors.ApplicationHudu, BaseURL: &unsafe, Credentials: key("good")})
		require.ErrorContains(t, err, "The address must begin with https://. Enter it like https://acme.hudu.example.")
		address := "https://docs.example/"
		made, err := b.Connect(ctx, integration.ConnectInput{Application: vendors.ApplicationHudu, BaseURL: &address, Credentials: key("good")})
		require.NoError(t, err)
		require.Equal(t, "https://docs.example", made[0].BaseURL)
		require.False(t, made[0].CanImport())
	})
	t.Run("reports a rejected key with the vendor's message", func(t *testing.T) {
		t.Parallel()
		ctx, account := b.actor(auth.Admin)
		_, err := b.Connect(ctx, integration.ConnectInput{Application: vendors.ApplicationITGlue, Credentials: key("bad")})
		requireUserError(t, err, apperr.CredentialsRejected, "input", "credentials")
		require.ErrorContains(t, err, "Make a new one.")
		require.Zero(t, b.count(account, "SELECT count(*) FROM connections"))
		require.Empty(t, b.changes(account))
	})
	for _, role := range []auth.Role{auth.Viewer, auth.Editor} {
		t.Run("refuses the role "+role.String(), func(t *testing.T) {
			t.Parallel()
			ctx, _ := b.actor(role)
			_, err := b.Connect(ctx, integration.ConnectInput{})
			require.Equal(t, apperr.Forbidden, apperr.CodeOf(err))
			_, err = b.Update(ctx, integration.UpdateInput{})
			require.Equal(t, apperr.Forbidden, apperr.CodeOf(err))
			require.Equal(t, apperr.Forbidden, apperr.CodeOf(b.Disconnect(ctx, uuid.New(), "", false)))
			_, err = b.List(ctx)
			require.NoError(t, err)
		})
	}
}

func TestService_Connect_RefusesInvalidInput(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	text := func(value string) *string { return &value }
	cases := map[string]struct {
		input integration.ConnectInput
		path  []string
	}{
		"an application that cannot be connected": {integration.ConnectInput{Application: vendors.ApplicationKaseyaModule}, []string{"input", "application"}},
		"an empty name":                 {integration.ConnectInput{Application: vendors.ApplicationITGlue, Name: text(" "), Credentials: key("good")}, []string{"input", "name"}},
		"an unencrypted address":        {integration.ConnectInput{Application: vendors.ApplicationITGlue, BaseURL: text("http://api.example"), Credentials: key("good")}, []string{"input", "baseUrl"}},
		"a missing credential":          {integration.ConnectInput{Application: vendors.ApplicationITGlue}, []string{"input", "credentials"}},
		"an empty credential":           {integration.ConnectInput{Application: vendors.ApplicationITGlue, Credentials: key(" ")}, []string{"input", "credentials", "0", "value"}},
		"a credential that is too long": {integration.ConnectInput{Application: vendors.ApplicationITGlue, Credentials: key(strings.Repeat("x", 10_000))}, []string{"input", "credentials", "0", "value"}},
		"a credential given twice":      {integration.ConnectInput{Application: vendors.ApplicationITGlue, Credentials: append(key("good"), key("good")...)}, []string{"input", "credentials", "1", "name"}},
		"an unknown credential": {
			integration.ConnectInput{Application: vendors.ApplicationITGlue, Credentials: append(key("good"), integration.Credential{Name: "colour"})},
			[]string{"input", "credentials", "1", "name"},
		},
	}
	for name, one := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, _ := b.actor(auth.Admin)
			_, err := b.Connect(ctx, one.input)
			requireUserError(t, err, apperr.Invalid, one.path...)
		})
	}
	t.Run("reports all problems at once", func(t *testing.T) {
		t.Parallel()
		ctx, _ := b.actor(auth.Admin)
		_, err := b.Connect(ctx, integration.ConnectInput{Application: vendors.ApplicationHudu, Name: text("")})
		found, failure := apperr.Split(err)
		require.NoError(t, failure)
		require.Len(t, found, 3, "name, address, key: %v", err)
	})
}

func TestService_Connect_ReportsAnUnavailableVendor(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, account := b.actor(auth.Admin)
	b.vendor.fail(&vendors.Error{Class: vendors.Unavailable, Message: "IT Glue is down for maintenance."})
	_, err := b.Connect(ctx, integration.ConnectInput{Application: vendors.ApplicationITGlue, Credentials: key("good")})
	require.Equal(t, apperr.Unavailable, apperr.CodeOf(err))
	require.ErrorContains(t, err, "IT Glue is down for maintenance.")
	b.vendor.fail(fmt.Errorf("read: %w", context.DeadlineExceeded))
	_, err = b.Connect(ctx, integration.ConnectInput{Application: vendors.ApplicationITGlue, Credentials: key("good")})
	require.Equal(t, apperr.Unavailable, apperr.CodeOf(err))
	require.Zero(t, b.count(account, "SELECT count(*) FROM connections"))
}

func TestCredentials_AtRest(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, account := b.actor(auth.Admin)
	connected, err := b.Connect(ctx, integration.ConnectInput{Application: vendors.ApplicationITGlue, Credentials: key("good-sesame")})
	require.NoError(t, err)

	t.Run("are sealed", func(t *testing.T) {
		require.Zero(t, b.count(account, "SELECT count(*) FROM connections WHERE position('good-sesame'::bytea IN sealed_credentials) > 0"))
		require.Equal(t, 1, b.count(account, "SELECT count(*) FROM connections WHERE length(sealed_credentials) > 20"))
	})
	t.Run("can be opened by workers", func(t *testing.T) {
		_, err := b.OpenSource(t.Context(), account, connected[0].ID)
		require.NoError(t, err)
		require.Equal(t, "good-sesame", b.vendor.opened[len(b.vendor.opened)-1].Get("apiKey"))
		_, err = b.OpenSource(t.Context(), account, uuid.New())
		require.ErrorIs(t, err, integration.ErrGone)
	})
	t.Run("cannot be opened in another connection's row", func(t *testing.T) {
		other := b.connect(ctx)
		b.write(account, "UPDATE connections SET sealed_credentials = (SELECT sealed_credentials FROM connections WHERE id = ?) WHERE id = ?",
			connected[0].ConnectionID, other.ConnectionID)
		_, err := b.OpenSource(t.Context(), account, other.ID)
		require.Error(t, err)
	})
	t.Run("are not printed as input", func(t *testing.T) {
		one := integration.Credential{Name: "apiKey", Value: "good-sesame"}
		encoded, err := json.Marshal(map[string]any{"input": one})
		require.NoError(t, err)
		for _, text := range []string{fmt.Sprint(one), fmt.Sprintf("%v %+v %#v %s %q %x", one, one, one, one, one, &one), string(encoded), slog.AnyValue(one).Resolve().String()} {
			require.NotContains(t, text, "sesame")
			require.NotContains(t, text, "676f6f642d736573616d65")
		}
	})
}
