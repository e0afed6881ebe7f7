package mapping

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/pg"
)

// createFrom creates organizations and requires success.
func (n *tenant) createFrom(request CreateFrom) []ImportResult {
	n.t.Helper()
	results, err := n.service.CreateFrom(n.editor(), request)
	require.NoError(n.t, err)
	return results
}

// stored returns the number of organizations, mappings and changes.
func (n *tenant) stored() [3]int {
	n.t.Helper()
	return [3]int{query[int](n, "SELECT count(*) FROM organizations"), query[int](n, "SELECT count(*) FROM mappings"), n.changes()}
}

func TestService_CreateFrom(t *testing.T) {
	t.Parallel()
	store := newStore(t)

	t.Run("creates, maps and reports, and writes the journal", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, 5)
		existing, full, similar := n.organization("Existing"), n.organization("Full"), n.organization("Similar")
		old := n.external(n.rmm, "old")
		n.save(Cell{OrganizationID: full, IntegrationID: n.rmm, ExternalOrgIDs: old})
		module := n.integration("BMS of KaseyaOne", "KASEYA_BMS", "KASEYA_ONE")
		chosen := append(n.external(n.rmm, "New", "Existing", "Full", "Similar Ltd", "Similar Inc"), n.external(module, "New")...)
		n.suggest(chosen[3], n.rmm, similar, "STRONG", false)
		n.suggest(chosen[4], n.rmm, similar, "WEAK", false)
		request := CreateFrom{ExternalOrgIDs: append(chosen, old[0]), DespiteSimilar: chosen[4:5]}

		before := n.stored()
		dry := request
		dry.DryRun = true
		planned := n.createFrom(dry)
		require.Equal(t, before, n.stored(), "a dry run changes nothing")

		results := n.createFrom(request)
		made, despite := n.organizationNamed("New"), n.organizationNamed("Similar Inc")
		require.Equal(t, []ImportResult{
			{ExternalOrgID: chosen[0], Outcome: Created, OrganizationID: &made, Replaced: []uuid.UUID{}},
			{ExternalOrgID: chosen[1], Outcome: MappedExisting, OrganizationID: &existing, Replaced: []uuid.UUID{}},
			{ExternalOrgID: chosen[2], Outcome: SimilarExists, OrganizationID: &full, Replaced: []uuid.UUID{}},
			{ExternalOrgID: chosen[3], Outcome: SimilarExists, OrganizationID: &similar, Replaced: []uuid.UUID{}},
			{ExternalOrgID: chosen[4], Outcome: Created, OrganizationID: &despite, Replaced: []uuid.UUID{}},
			{ExternalOrgID: chosen[5], Outcome: MappedExisting, OrganizationID: &made, Replaced: []uuid.UUID{}},
			{ExternalOrgID: old[0], Outcome: SkippedAlreadyImported, Replaced: []uuid.UUID{}},
		}, results)
		for i, result := range results {
			if organization := result.OrganizationID; organization != nil && (*organization == made || *organization == despite) {
				result.OrganizationID = nil
			}
			require.Equal(t, result, planned[i], "a dry run returns the same results, without the created organizations")
		}
		require.Equal(t, old, n.holds(full, n.rmm), "mappings are never replaced")
		require.Empty(t, n.holds(similar, n.rmm))
		require.Equal(t, chosen[5:], n.holds(made, module))
		mappings, err := n.service.ByExternalOrgs(n.editor(), chosen)
		require.NoError(t, err)
		require.Len(t, mappings, 4)
		require.Equal(t, OriginImport, mappings[chosen[0]].Origin)
		require.Equal(t, "Robin", mappings[chosen[0]].CreatedBy)

		change := n.lastChange()
		require.Equal(t, []any{"MAPPINGS", "organization.created_from", "Robin"}, []any{change.Kind, change.Action, change.Actor})
		require.ElementsMatch(t, []uuid.UUID{made, existing, despite}, change.OrganizationIDs)
		require.Equal(t, []string{
			"CREATED New", "CREATED Similar Inc", "New: - > New", "Existing: - > Existing", "Similar Inc: - > Similar Inc", "New: - > New",
		}, change.edits(t))
		n.requireSound()
	})

	t.Run("ignores suggestions that are rejected and decisions without a suggestion", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, -1)
		acme, beta := n.organization("Acme"), n.organization("Beta")
		chosen := n.external(n.rmm, "Acme Ltd", "Beta Ltd", "Gamma")
		n.suggest(chosen[0], n.rmm, acme, "STRONG", false)
		n.suggest(chosen[1], n.rmm, beta, "STRONG", false)
		reject := func(external, organization uuid.UUID) {
			n.execute(`INSERT INTO rejections (account_id, id, external_org_id, organization_id, external_name, organization_name, actor_kind, actor_name)
				VALUES (?, ?, ?, ?, 'a', 'b', 'SYSTEM', 'Orgmap')`, n.id, id.New(), external, organization)
		}
		reject(chosen[0], acme)
		reject(chosen[1], acme) // another pair
		n.execute(`INSERT INTO suggestions (account_id, external_org_id, integration_id, state, automatic, bulk, warnings, because, signals, candidates, digest)
			VALUES (?, ?, ?, 'NEEDS_DECISION', false, false, '{}', 'TWO_FIT', '[]', '[]', 0)`, n.id, chosen[2], n.rmm)
		results := n.createFrom(CreateFrom{ExternalOrgIDs: chosen})
		require.Equal(t, []ImportOutcome{Created, SimilarExists, Created}, []ImportOutcome{results[0].Outcome, results[1].Outcome, results[2].Outcome})
		require.Equal(t, beta, *results[1].OrganizationID)
	})

	t.Run("is refused as a whole if it exceeds the quota", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, 2)
		n.organization("Existing")
		chosen := n.external(n.rmm, "Existing", "A", "B")
		before := n.stored()
		for _, dryRun := range []bool{true, false} {
			_, err := n.service.CreateFrom(n.editor(), CreateFrom{ExternalOrgIDs: chosen, DryRun: dryRun})
			requireUserErrors(t, err, problem{apperr.QuotaExceeded, "input/externalOrgIds", "This would create 2 organizations, and your plan allows 1 more"})
			require.Equal(t, before, n.stored())
		}
		n.createFrom(CreateFrom{ExternalOrgIDs: chosen[:2]})
		n.requireSound()
	})

	t.Run("reports every problem of the selection and changes nothing", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, -1)
		chosen := n.external(n.rmm, "A", "gone", " ", "ours")
		n.execute("UPDATE external_orgs SET removed_at = now() WHERE id = ?", chosen[1])
		n.execute("INSERT INTO exclusions (account_id, external_org_id, external_name, reason, actor_kind, actor_name) VALUES (?, ?, 'ours', 'INTERNAL', 'SYSTEM', 'Orgmap')", n.id, chosen[3])
		for _, dryRun := range []bool{true, false} {
			_, err := n.service.CreateFrom(n.editor(), CreateFrom{ExternalOrgIDs: append(chosen, uuid.Nil, chosen[0]), DespiteSimilar: []uuid.UUID{id.New()}, DryRun: dryRun})
			requireUserErrors(t, err,
				problem{apperr.NotFound, "input/externalOrgIds/1", `no longer lists “gone”`}, problem{apperr.Invalid, "input/externalOrgIds/2", "The name is empty."},
				problem{apperr.Invalid, "input/externalOrgIds/3", `“ours” is excluded`}, problem{apperr.NotFound, "input/externalOrgIds/4", "does not exist"},
				problem{apperr.Invalid, "input/externalOrgIds/5", "given twice"}, problem{apperr.Invalid, "input/createDespiteSimilar/0", ""})
		}
		require.Equal(t, [3]int{}, n.stored())
	})

	t.Run("changes nothing when repeated", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, 1)
		request := CreateFrom{ExternalOrgIDs: n.external(n.rmm, "A")}
		n.createFrom(request)
		require.Equal(t, SkippedAlreadyImported, n.createFrom(request)[0].Outcome)
		require.Equal(t, 1, n.changes())
	})

	t.Run("refuses more than its limit", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, -1)
		for _, request := range []CreateFrom{{ExternalOrgIDs: make([]uuid.UUID, MaximumCreatedFrom+1)}, {DespiteSimilar: make([]uuid.UUID, MaximumCreatedFrom+1)}} {
			_, err := n.service.CreateFrom(n.editor(), request)
			require.Equal(t, apperr.BadUserInput, apperr.CodeOf(err))
		}
	})
}

func TestService_CreateFrom_OfAThousandTakesFewStatements(t *testing.T) {
	t.Parallel()
	n := newStore(t).newTenant(t, MaximumCreatedFrom)
	request := CreateFrom{ExternalOrgIDs: n.external(n.rmm, numbered("Client", MaximumCreatedFrom)...), DryRun: true}
	ctx, statements := pg.WithStatementCount(n.editor())
	_, err := n.service.CreateFrom(ctx, request)
	require.NoError(t, err)
	require.EqualValues(t, 7, statements.Load(), "begin, usage, 4 reads, commit")
	request.DryRun = false
	ctx, statements = pg.WithStatementCount(n.editor())
	_, err = n.service.CreateFrom(ctx, request)
	require.NoError(t, err)
	require.EqualValues(t, 9, statements.Load(), "begin, lock, 4 reads, organizations, together mappings and journal, commit")
	require.Equal(t, MaximumCreatedFrom, query[int](n, "SELECT organizations_used FROM accounts"))
	n.requireSound()
}

// Imports and creations share the quota, and each of them is done as a whole or not at all.
func TestService_CreateFrom_ConcurrentCreationsStayWithinTheQuota(t *testing.T) {
	t.Parallel()
	const limit = 12
	n := newStore(t).newTenant(t, limit)
	listed, imported := n.external(n.rmm, numbered("Client", 48)...), n.external(n.glue, numbered("Company", 24)...)
	outcomes := atOnce(24, func(i int) (err error) {
		if i%3 == 0 {
			_, err = n.service.Import(n.editor(), imported[i:i+1])
		} else {
			_, err = n.service.CreateFrom(n.editor(), CreateFrom{ExternalOrgIDs: listed[2*i : 2*i+2]})
		}
		return err
	})
	used := 0
	for i, err := range outcomes {
		created := query[int](n, "SELECT count(*) FROM mappings WHERE external_org_id = ANY (?::uuid[])", pg.List(append(imported[i:i+1:i+1], listed[2*i:2*i+2]...)))
		used += created
		switch {
		case err != nil:
			requireUserErrors(t, err, problem{apperr.QuotaExceeded, "input/externalOrgIds", "your plan allows"})
			require.Zero(t, created)
		case i%3 == 0:
			require.Equal(t, 1, created)
		default:
			require.Equal(t, 2, created)
		}
	}
	require.Equal(t, used, query[int](n, "SELECT organizations_used FROM accounts"))
	require.GreaterOrEqual(t, used, limit-1, "at most one license is left, which is too few for two organizations")
	n.requireSound()
}

func TestService_CreateFrom_ConcurrentIdenticalRequestsCreateOnce(t *testing.T) {
	t.Parallel()
	n := newStore(t).newTenant(t, -1)
	chosen := n.external(n.rmm, numbered("Client", 20)...)
	for _, err := range atOnce(10, func(int) error {
		_, err := n.service.CreateFrom(n.editor(), CreateFrom{ExternalOrgIDs: chosen})
		return err
	}) {
		require.NoError(t, err)
	}
	require.Equal(t, [3]int{len(chosen), len(chosen), 1}, n.stored())
	n.requireSound()
}
