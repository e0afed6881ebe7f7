package integration_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/integration"
	"github.com/orgmap/orgmap/internal/page"
)

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
	owner, account := b.actor(auth.Admin)
	made := b.connect(owner)
	ids := b.list(made, "Acme", "Bolt")
	other, otherAccount := b.actor(auth.Admin)

	for _, one := range []uuid.UUID{made.ID, uuid.New(), uuid.Nil} {
		_, err := b.Update(other, integration.UpdateInput{IntegrationID: one, Name: new("Mine")})
		requireUserError(t, err, apperr.NotFound, "input", "integrationId")
		requireUserError(t, b.Disconnect(other, one, "IT Glue", false), apperr.NotFound, "input", "integrationId")
	}
	all, err := b.List(other)
	require.NoError(t, err)
	require.Empty(t, all)
	found, err := b.ByIDs(other, []uuid.UUID{made.ID})
	require.NoError(t, err)
	require.Empty(t, found)
	described, err := b.Described(other)
	require.NoError(t, err)
	require.Empty(t, described)
	_, err = b.OpenSource(t.Context(), otherAccount, made.ID)
	require.ErrorIs(t, err, integration.ErrGone)

	listed, err := b.ExternalOrgs(other, made.ID, page.Arguments{}, nil, integration.ExternalOrgFilter{})
	require.NoError(t, err)
	require.Empty(t, listed.Nodes())
	total, err := listed.TotalCount(other)
	require.NoError(t, err)
	require.Zero(t, total)
	byRemoteID, err := b.ExternalOrgByRemoteID(other, made.ID, ids[0].String()) // the test's external organizations have their ID as the vendor's
	require.NoError(t, err)
	require.Nil(t, byRemoteID)
	byRemoteID, err = b.ExternalOrgByRemoteID(owner, made.ID, ids[0].String())
	require.NoError(t, err)
	require.Equal(t, ids[0], byRemoteID.ID)
	byID, err := b.ExternalOrgsByIDs(other, ids)
	require.NoError(t, err)
	require.Empty(t, byID)
	counts, err := b.CountsOf(other, []uuid.UUID{made.ID})
	require.NoError(t, err)
	require.Zero(t, counts[made.ID])

	require.Equal(t, "IT Glue", b.connect(other).Name, "the name is free in this account")
	require.Len(t, b.changes(account), 1, "the owner can connect")
}
