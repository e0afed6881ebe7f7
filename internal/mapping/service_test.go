package mapping

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/page"
)

func TestService_Reads(t *testing.T) {
	t.Parallel()
	n := newStore(t).newTenant(t, -1)
	acme, beta, empty := n.organization("Acme"), n.organization("Beta"), n.organization("Empty")
	rmm, glue := n.external(n.rmm, "a rmm", "É"), n.external(n.glue, "b", "A", "c")
	n.save(
		Cell{OrganizationID: acme, IntegrationID: n.rmm, ExternalOrgIDs: rmm[:1]},
		Cell{OrganizationID: acme, IntegrationID: n.glue, ExternalOrgIDs: glue[:2]},
		Cell{OrganizationID: beta, IntegrationID: n.rmm, ExternalOrgIDs: rmm[1:]},
	)

	byOrganization, err := n.service.ByOrganizations(n.as(auth.Viewer), []uuid.UUID{beta, acme, empty, uuid.Nil})
	require.NoError(t, err)
	names := map[uuid.UUID][]string{}
	for organization, mappings := range byOrganization {
		for _, one := range mappings {
			require.Equal(t, organization, one.OrganizationID)
			names[organization] = append(names[organization], one.ExternalName)
		}
	}
	require.Equal(t, map[uuid.UUID][]string{acme: {"A", "b", "a rmm"}, beta: {"É"}}, names, "integrations are ordered by creation, then by name")

	byExternal, err := n.service.ByExternalOrgs(n.as(auth.Viewer), append(glue, uuid.Nil))
	require.NoError(t, err)
	require.Len(t, byExternal, 2)
	require.Equal(t, byOrganization[acme][1], byExternal[glue[0]])

	byID, err := n.service.ByIDs(n.as(auth.Viewer), []uuid.UUID{byExternal[glue[1]].ID, uuid.Nil})
	require.NoError(t, err)
	require.Equal(t, map[uuid.UUID]*Mapping{byExternal[glue[1]].ID: byExternal[glue[1]]}, byID)

	none, err := n.service.ByIDs(n.as(auth.Viewer), nil)
	require.NoError(t, err)
	require.Empty(t, none)
}

func TestService_Roles(t *testing.T) {
	t.Parallel()
	n := newStore(t).newTenant(t, -1)
	for title, call := range map[string]func() error{
		"Save":       func() error { _, err := n.service.Save(n.as(auth.Viewer), nil); return err },
		"Clear":      func() error { _, err := n.service.Clear(n.as(auth.Viewer), uuid.Nil); return err },
		"Import":     func() error { _, err := n.service.Import(n.as(auth.Viewer), nil); return err },
		"CreateFrom": func() error { _, err := n.service.CreateFrom(n.as(auth.Viewer), CreateFrom{DryRun: true}); return err },
	} {
		t.Run(title+" needs an editor", func(t *testing.T) {
			t.Parallel()
			require.Equal(t, apperr.Forbidden, apperr.CodeOf(call()))
		})
	}
	for title, call := range map[string]func() error{
		"Save":            func() error { _, err := n.service.Save(t.Context(), nil); return err },
		"Clear":           func() error { _, err := n.service.Clear(t.Context(), uuid.Nil); return err },
		"Import":          func() error { _, err := n.service.Import(t.Context(), nil); return err },
		"CreateFrom":      func() error { _, err := n.service.CreateFrom(t.Context(), CreateFrom{}); return err },
		"Candidates":      func() error { _, err := n.service.Candidates(t.Context(), page.Arguments{}, nil); return err },
		"ByOrganizations": func() error { _, err := n.service.ByOrganizations(t.Context(), nil); return err },
		"ByExternalOrgs":  func() error { _, err := n.service.ByExternalOrgs(t.Context(), nil); return err },
		"ByIDs":           func() error { _, err := n.service.ByIDs(t.Context(), nil); return err },
	} {
		t.Run(title+" requires sign-in", func(t *testing.T) {
			t.Parallel()
			require.Equal(t, apperr.Unauthenticated, apperr.CodeOf(call()))
		})
	}
}

func TestService_AnotherAccountsIDsAreNotFound(t *testing.T) {
	t.Parallel()
	for title, database := range map[string]func(testing.TB) string{"with row-level security": dbtest.Database, "without row-level security": dbtest.WithoutRowSecurity} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			findsNothingOfOthers(t, newStoreOn(t, database(t)))
		})
	}
}

func findsNothingOfOthers(t *testing.T, store *store) {
	t.Helper()
	theirs, ours := store.newTenant(t, -1), store.newTenant(t, -1)
	acme, externals := theirs.organization("Acme"), theirs.external(theirs.glue, "a", "b")
	theirs.save(Cell{OrganizationID: acme, IntegrationID: theirs.glue, ExternalOrgIDs: externals[:1]})
	mappings, err := theirs.service.ByExternalOrgs(theirs.editor(), externals)
	require.NoError(t, err)
	mapping := mappings[externals[0]].ID
	beta, own := ours.organization("Beta"), ours.external(ours.glue, "c")

	_, err = ours.service.Save(ours.editor(), []Cell{{OrganizationID: acme, IntegrationID: theirs.glue, ExternalOrgIDs: own}})
	requireUserErrors(t, err, problem{apperr.NotFound, "input/cells/0/organizationId", ""}, problem{apperr.NotFound, "input/cells/0/integrationId", ""})
	_, err = ours.service.Save(ours.editor(), []Cell{{OrganizationID: beta, IntegrationID: ours.glue, ExternalOrgIDs: externals}})
	requireUserErrors(t, err, problem{apperr.NotFound, "input/cells/0/externalOrgIds/0", ""}, problem{apperr.NotFound, "input/cells/0/externalOrgIds/1", ""})
	_, err = ours.service.Clear(ours.editor(), mapping)
	requireUserErrors(t, err, problem{apperr.NotFound, "input/mappingId", ""})
	_, err = ours.service.Import(ours.editor(), externals)
	requireUserErrors(t, err, problem{apperr.NotFound, "input/externalOrgIds/0", ""}, problem{apperr.NotFound, "input/externalOrgIds/1", ""})
	_, err = ours.service.CreateFrom(ours.editor(), CreateFrom{ExternalOrgIDs: externals, DespiteSimilar: externals})
	requireUserErrors(t, err, problem{apperr.NotFound, "input/externalOrgIds/0", ""}, problem{apperr.NotFound, "input/externalOrgIds/1", ""})

	byID, err := ours.service.ByIDs(ours.editor(), []uuid.UUID{mapping})
	require.NoError(t, err)
	require.Empty(t, byID)
	byExternal, err := ours.service.ByExternalOrgs(ours.editor(), externals)
	require.NoError(t, err)
	require.Empty(t, byExternal)
	byOrganization, err := ours.service.ByOrganizations(ours.editor(), []uuid.UUID{acme})
	require.NoError(t, err)
	require.Empty(t, byOrganization)
	candidates, err := ours.service.Candidates(ours.editor(), page.Arguments{}, nil)
	require.NoError(t, err)
	require.Len(t, candidates.Nodes(), len(own))
	require.Equal(t, own[0], candidates.Nodes()[0].ExternalOrgID)
	require.Equal(t, externals[:1], theirs.holds(acme, theirs.glue))
	require.Zero(t, ours.changes())

	theirs.organization("c")
	imported, err := ours.service.Import(ours.editor(), own)
	require.NoError(t, err)
	require.Equal(t, Created, imported[0].Outcome, "only another account has an organization of this name")
	theirs.organization("d")
	created := ours.createFrom(CreateFrom{ExternalOrgIDs: ours.external(ours.rmm, "d")})
	require.Equal(t, Created, created[0].Outcome, "only another account has an organization of this name")
}
