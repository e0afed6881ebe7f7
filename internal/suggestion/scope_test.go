package suggestion_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/decision"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/mapping"
	"github.com/orgmap/orgmap/internal/matching"
	"github.com/orgmap/orgmap/internal/matching/matchingtest"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/pg"
)

// fill stores a made-up account, and gives its IDs in the order of the world.
func (n *tenant) fill(world *matching.World) {
	var organizations, folded, called []string
	for i := range world.Organizations {
		own := &world.Organizations[i]
		own.ID, own.Name = id.New(), fmt.Sprintf("%s %d", own.Name, i)
		organizations, folded, called = append(organizations, own.ID.String()), append(folded, name.Fold(own.Name)), append(called, own.Name)
	}
	n.execute("INSERT INTO organizations (account_id, id, name, folded) SELECT ?, * FROM unnest(?::uuid[], ?::text[], ?::text[])",
		n.id, pg.List(organizations), pg.List(called), pg.List(folded))
	for l := range world.Lists {
		list := n.integration(world.Lists[l].Name, []string{"IT_GLUE", "DATTO_RMM", "AUTOTASK", "HALO_PSA", "HUDU", "CONNECTWISE_PSA", "NINJA_ONE", "BMS"}[l])
		var externals, remote, folded, called []string
		for i := range world.Lists[l].Records {
			record := &world.Lists[l].Records[i]
			record.ID = id.New()
			externals, remote = append(externals, record.ID.String()), append(remote, record.RemoteID)
			folded, called = append(folded, name.Fold(record.Name)), append(called, record.Name)
		}
		n.execute("INSERT INTO external_orgs (account_id, integration_id, id, remote_id, name, folded) SELECT ?, ?, * FROM unnest(?::uuid[], ?::text[], ?::text[], ?::text[])",
			n.id, list, pg.List(externals), pg.List(remote), pg.List(called), pg.List(folded))
	}
}

// stored returns the digests of all stored suggestions.
func (n *tenant) stored() map[uuid.UUID]int64 {
	n.t.Helper()
	var rows []struct {
		ExternalOrgID uuid.UUID
		Digest        int64
	}
	require.NoError(n.t, n.db.Read(n.t.Context(), n.id, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.NewRaw("SELECT external_org_id, digest FROM suggestions WHERE account_id = ?", n.id).Scan(ctx, &rows)
	}))
	digests := make(map[uuid.UUID]int64, len(rows))
	for _, one := range rows {
		digests[one.ExternalOrgID] = one.Digest
	}
	return digests
}

// After mappings and decisions only what they concern is computed, and that leads to what computing everything would.
func TestUpdater_ComputesWhatAChangeConcernsAndNothingElse(t *testing.T) {
	t.Parallel()
	n := newTenant(t, openDB(t))
	world := matchingtest.World(120, 640)
	n.fill(&world)
	lists := n.listsOf()
	first := world.Lists[0].Records[0].ID
	n.match(first)

	r := rand.New(rand.NewPCG(3, 17)) //nolint:gosec // a test
	var saved mapping.Cell
	for round := range 12 {
		list := &world.Lists[r.IntN(len(world.Lists))]
		record := list.Records[r.IntN(len(list.Records))].ID
		organization := world.Organizations[r.IntN(len(world.Organizations))].ID
		switch round % 4 {
		case 0:
			saved = mapping.Cell{OrganizationID: organization, IntegrationID: lists[record], ExternalOrgIDs: []uuid.UUID{record}}
			_, err := n.mappings.Save(n.as(auth.Editor), []mapping.Cell{saved})
			require.NoError(t, err)
		case 1:
			saved.ExternalOrgIDs = nil
			_, err := n.mappings.Save(n.as(auth.Editor), []mapping.Cell{saved})
			require.NoError(t, err)
		case 2:
			_, err := n.decisions.Exclude(n.as(auth.Editor), []uuid.UUID{record}, decision.Excluding{Reason: decision.Test})
			require.NoError(t, err)
		default:
			_, err := n.decisions.Reject(n.as(auth.Editor), record, organization)
			require.NoError(t, err)
		}
		n.match(first)
		after := n.stored()
		n.execute("UPDATE matchings SET version = 0 WHERE account_id = ?", n.id)
		n.match(first)
		require.Equal(t, n.stored(), after, "round %d", round)
	}

	n.execute("SELECT 1")
	n.match(first)
	far := world.Lists[1].Records[0].ID
	n.quietly("UPDATE suggestions SET digest = 7 WHERE external_org_id = ?", far)
	_, err := n.decisions.Exclude(n.as(auth.Editor), []uuid.UUID{first}, decision.Excluding{Reason: decision.Test})
	require.NoError(t, err)
	n.match(first)
	require.EqualValues(t, 7, n.stored()[far], "what has nothing to do with the change is left alone")
	n.execute("SELECT 1")
	n.match(first)
	require.NotEqualValues(t, 7, n.stored()[far], "a change that the journal does not tell about concerns everything")
}

func TestUpdater_ComputesEverythingAfterOtherChanges(t *testing.T) {
	t.Parallel()
	n := newTenant(t, openDB(t))
	organization := n.organization("Halvorsen Dental Clinic")
	external := n.external(n.list, "1", "Cedar Steel Works", "[]")
	require.Equal(t, matching.NeedsDecision, n.match(external).State)
	n.quietly("UPDATE organizations SET name = 'Cedar Steel Works', folded = 'cedar steel works' WHERE id = ?", organization)
	require.NoError(t, n.db.Write(t.Context(), n.id, func(ctx context.Context, tx pg.Tx) error {
		return n.changes.Append(ctx, tx, journal.Change{AccountID: n.id, Kind: journal.Organizations, Action: "organization.renamed", Actor: "Robin"})
	}))
	require.Equal(t, matching.Suggested, n.match(external).State)
}

// quietly writes without advancing the journal.
func (n *tenant) quietly(statement string, arguments ...any) {
	n.t.Helper()
	require.NoError(n.t, n.db.Write(n.t.Context(), n.id, func(ctx context.Context, tx pg.Tx) error {
		_, err := tx.Exec(ctx, statement, arguments...)
		return err
	}))
}

// listsOf returns the integration of each external organization.
func (n *tenant) listsOf() map[uuid.UUID]uuid.UUID {
	n.t.Helper()
	var rows []struct{ ID, IntegrationID uuid.UUID }
	require.NoError(n.t, n.db.Read(n.t.Context(), n.id, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.NewRaw("SELECT id, integration_id FROM external_orgs WHERE account_id = ?", n.id).Scan(ctx, &rows)
	}))
	lists := make(map[uuid.UUID]uuid.UUID, len(rows))
	for _, one := range rows {
		lists[one.ID] = one.IntegrationID
	}
	return lists
}

// Limit for the suggestions of 80,000 external organizations and 10,000 organizations after a mapping was saved, on two cores:
// make match-large enforces it.
const largeMapping = 2 * time.Second

func BenchmarkLarge(b *testing.B) {
	n := newTenant(b, openDB(b))
	world := matchingtest.World(10_000, 80_000)
	n.fill(&world)
	lists := n.listsOf()
	for range b.N {
		began := time.Now()
		n.match(world.Lists[0].Records[0].ID)
		b.Logf("everything in %v", time.Since(began))
		for i := range 3 {
			record := world.Lists[2].Records[i].ID
			_, err := n.mappings.Save(n.as(auth.Editor), []mapping.Cell{{OrganizationID: world.Organizations[i].ID, IntegrationID: lists[record], ExternalOrgIDs: []uuid.UUID{record}}})
			require.NoError(b, err)
			began = time.Now()
			n.match(record)
			took := time.Since(began)
			b.Logf("after a mapping in %v", took)
			if took > largeMapping {
				b.Errorf("took %v; at most %v", took, largeMapping)
			}
		}
	}
}
