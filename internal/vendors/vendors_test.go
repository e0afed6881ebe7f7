package vendors_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/vendors"
)

func TestCredentials_PrintOnlyTheirNames(t *testing.T) {
	t.Parallel()
	const secret = "do-not-print-me"
	credentials := vendors.Credentials{"api_key": secret, "api_secret": secret}
	config := vendors.Config{BaseURL: "https://acme.example", Credentials: credentials}

	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("opened", "credentials", credentials, "config", config)
	slog.New(slog.NewTextHandler(&log, nil)).Info("opened", "credentials", credentials, "config", config)
	encoded, err := json.Marshal(map[string]any{"credentials": credentials})
	require.NoError(t, err)
	printed := fmt.Sprintf("%v %+v %#v %s %q %d %x", credentials, credentials, credentials, credentials, credentials, credentials, credentials)
	nested := fmt.Sprintf("%v %+v %#v %d", config, config, config, []any{config})

	for _, text := range []string{log.String(), string(encoded), printed, nested, credentials.String(), credentials.GoString()} {
		require.NotContains(t, text, secret)
		require.Contains(t, text, "Credentials(api_key, api_secret)")
	}
}

func TestCredentials_Require_ChecksTheFields(t *testing.T) {
	t.Parallel()
	fields := []vendors.CredentialField{
		{Name: "key", Label: "API key", Secret: true}, {Name: "user", Label: "User name"}, {Name: "tenant", Label: "Tenant", Optional: true},
	}
	full := vendors.Credentials{"key": " k3y ", "user": "me"}
	require.NoError(t, full.Require(fields))
	require.Equal(t, "k3y", full.Get("key"))
	require.Equal(t, []string{"k3y"}, full.Secrets(fields))
	require.ElementsMatch(t, []string{"k3y", "me"}, vendors.Credentials{"key": " k3y ", "user": "me", "tenant": " "}.Values())

	var failure *vendors.Error
	require.ErrorAs(t, vendors.Credentials{"key": " \n", "user": "me"}.Require(fields), &failure)
	require.Equal(t, vendors.CredentialsRejected, failure.Class)
	require.Equal(t, "Enter the API key.", failure.Message)
	require.Error(t, vendors.Credentials(nil).Require(fields))
}

func TestError_ContainsItsDetail(t *testing.T) {
	t.Parallel()
	cause := errors.New("status 503")
	err := error(&vendors.Error{Class: vendors.Unavailable, Message: "Try again.", Err: cause})
	require.EqualError(t, err, "Try again. (status 503)")
	require.ErrorIs(t, err, cause)
	require.EqualError(t, &vendors.Error{Message: "Try again."}, "Try again.")
}

func TestApplication_RoundTripsAsGraphQLEnum(t *testing.T) {
	t.Parallel()
	for _, application := range vendors.Applications() {
		var written bytes.Buffer
		application.MarshalGQL(&written)
		require.Equal(t, `"`+string(application)+`"`, written.String())
		var read vendors.Application
		require.NoError(t, read.UnmarshalGQL(string(application)))
		require.Equal(t, application, read)
	}
	for _, value := range []any{"it_glue", "", 7, nil} {
		var read vendors.Application
		require.Error(t, read.UnmarshalGQL(value))
		require.Empty(t, read)
	}
}

func TestCatalog_KeepsItsOrder(t *testing.T) {
	t.Parallel()
	catalog := vendors.NewCatalog(vendors.Descriptor{Application: vendors.ApplicationHudu, Name: "Hudu"}, vendors.Descriptor{Application: vendors.ApplicationITGlue})
	all := catalog.All()
	require.Len(t, all, 2)
	require.Equal(t, vendors.ApplicationHudu, all[0].Application)
	all[0].Name = "changed by the caller"
	found, ok := catalog.Lookup(vendors.ApplicationHudu)
	require.True(t, ok)
	require.Equal(t, "Hudu", found.Name)
	_, ok = catalog.Lookup(vendors.ApplicationAutotask)
	require.False(t, ok)
}
