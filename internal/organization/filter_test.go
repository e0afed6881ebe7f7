package organization_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/directory"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/matching"
	"github.com/orgmap/orgmap/internal/organization"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/suggestion"
)

// matched is an external organization with a stored result of matching.
type matched struct {
	integration uuid.UUID
	state       matching.State
	of          []*organization.Organization // the suggested one, or the candidates
	hidden      string                       // SQL that makes the stored state not the current one, with the external organization's ID as ?0; "": none
}

// match stores results of matching.
func (b *bench) match(t require.TestingT, account uuid.UUID, all ...matched) {
	b.write(t, account, func(ctx context.Context, tx pg.Tx) error {
		for _, one := range all {
			external := id.New()
			if _, err := tx.Exec(ctx, "INSERT INTO external_orgs (account_id, id, integration_id, remote_id, name, folded) VALUES (?, ?, ?, ?, 'x', 'x')", account, external, one.integration, external.String()); err != nil {
				return err
			}
			var suggested *uuid.UUID
			var tier *string
			var score *int
			candidates, because := []map[string]any{}, "CLOSE"
			if one.state == matching.Suggested {
				suggested, tier, score, because = &one.of[0].ID, pointer("WEAK"), pointer(9), ""
			} else {
				for _, candidate := range one.of {
					candidates = append(candidates, map[string]any{"o": candidate.ID, "s": 9, "g": []string{}})
				}
			}
			text, err := json.Marshal(candidates)
			if err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `INSERT INTO suggestions (account_id, external_org_id, integration_id, state, organization_id, tier, score, automatic, bulk, warnings, because, signals, candidates, digest)
				VALUES (?, ?, ?, ?, ?, ?, ?, false, false, '{}', ?, '[]', ?::jsonb, 1)`, account, external, one.integration, string(one.state), suggested, tier, score, because, string(text)); err != nil {
				return err
			}
			if one.hidden != "" {
				if _, err := tx.Exec(ctx, one.hidden, external); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

const (
	removes  = "UPDATE external_orgs SET removed_at = now() WHERE id = ?0"
	excludes = "INSERT INTO exclusions (account_id, external_org_id, external_name, reason, actor_kind, actor_name) SELECT account_id, id, name, 'TEST', 'SYSTEM', 'Kim' FROM external_orgs WHERE id = ?0"
	// maps maps the external organization to the organization named "elsewhere".
	maps = `INSERT INTO mappings (account_id, id, organization_id, integration_id, external_org_id, origin, created_by)
		SELECT x.account_id, x.id, o.id, x.integration_id, x.id, 'MANUAL', 'Kim' FROM external_orgs AS x JOIN organizations AS o ON o.account_id = x.account_id AND o.name = 'elsewhere' WHERE x.id = ?0`
)

func TestList_FilterBySuggestions(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, account := b.editor(t)
	made := map[string]*organization.Organization{}
	for _, one := range b.insert(t, account, "excluded", "removed", "taken", "filled", "suggested", "both", "second", "candidate", "torn", "closed", "none", "elsewhere") {
		made[one.Name] = one
	}
	first, second := b.integration(t, account), b.integration(t, account)
	b.mapTo(t, account, first, made["filled"])
	suggested := func(integration uuid.UUID, organization, hidden string) matched {
		return matched{integration, matching.Suggested, []*organizationOf{made[organization]}, hidden}
	}
	undecided := func(state matching.State, hidden string, organizations ...string) matched {
		one := matched{integration: first, state: state, hidden: hidden}
		for _, candidate := range organizations {
			one.of = append(one.of, made[candidate])
		}
		return one
	}
	b.match(t, account,
		suggested(first, "suggested", ""), suggested(first, "suggested", ""), suggested(first, "both", ""), suggested(second, "both", ""), suggested(second, "second", ""),
		suggested(first, "excluded", excludes), suggested(first, "removed", removes), suggested(first, "taken", maps), suggested(first, "filled", ""), suggested(first, "closed", ""),
		undecided(matching.NeedsDecision, "", "candidate", "both", "filled"), undecided(matching.NeedsDecision, ""), undecided(matching.Conflict, "", "torn", "closed"),
		undecided(matching.Conflict, excludes, "excluded"), undecided(matching.NeedsDecision, removes, "removed"), undecided(matching.NeedsDecision, maps, "taken"))
	_, err := b.service.Update(ctx, organization.Update{OrganizationID: made["closed"].ID, Active: pointer(false)})
	require.NoError(t, err)

	for _, test := range []struct {
		sentence string
		filter   organization.Filter
		search   string
		found    []string
	}{
		{sentence: "suggested in one", filter: organization.Filter{SuggestedIn: []uuid.UUID{first}}, found: []string{"both", "suggested"}},
		{sentence: "suggested in at least one", filter: organization.Filter{SuggestedIn: []uuid.UUID{first, second, first}}, found: []string{"both", "second", "suggested"}},
		{sentence: "suggested in each of two, by the filter for unmapped", filter: organization.Filter{SuggestedIn: []uuid.UUID{second}, UnmappedIn: []uuid.UUID{first}}, found: []string{"both", "second"}},
		{sentence: "deactivated and suggested", filter: organization.Filter{SuggestedIn: []uuid.UUID{first}, Active: pointer(false)}, found: []string{"closed"}},
		{sentence: "suggested, with a search", filter: organization.Filter{SuggestedIn: []uuid.UUID{first, second}}, search: "S", found: []string{"second", "suggested"}},
		{sentence: "suggested in an unknown integration", filter: organization.Filter{SuggestedIn: []uuid.UUID{id.New()}}, found: []string{}},
		{sentence: "candidates in one", filter: organization.Filter{NeedsDecisionIn: []uuid.UUID{first}}, found: []string{"both", "candidate", "torn"}},
		{sentence: "candidates in another", filter: organization.Filter{NeedsDecisionIn: []uuid.UUID{second}}, found: []string{}},
		{sentence: "candidates and suggested", filter: organization.Filter{NeedsDecisionIn: []uuid.UUID{first}, SuggestedIn: []uuid.UUID{second}}, found: []string{"both"}},
		{sentence: "deactivated candidates", filter: organization.Filter{NeedsDecisionIn: []uuid.UUID{first}, Active: pointer(false)}, found: []string{"closed"}},
		{sentence: "candidates, with a search", filter: organization.Filter{NeedsDecisionIn: []uuid.UUID{first}}, search: "or", found: []string{"torn"}},
	} {
		t.Run(test.sentence, func(t *testing.T) {
			t.Parallel()
			listed := b.list(t, ctx, organization.Query{Filter: test.filter, Search: test.search, Order: organization.Order{Field: organization.ByName}})
			require.Equal(t, test.found, names(listed.Nodes()))
			total, err := listed.TotalCount(ctx)
			require.NoError(t, err)
			require.Equal(t, len(test.found), total)
		})
	}
}

type organizationOf = organization.Organization

// The filter and the suggestions and candidates that the API shows must never disagree.
func TestList_FilterBySuggestionsAgreesWithTheSuggestions(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	shown := suggestion.New(b.db, directory.New(0), nil)
	rapid.Check(t, func(t *rapid.T) {
		account := b.account(t, nil)
		ctx := as(account, auth.Viewer)
		made := b.insert(t, account, "a", "b", "c", "elsewhere")
		integrations := []uuid.UUID{b.integration(t, account), b.integration(t, account)}
		states := []matching.State{matching.Suggested, matching.NeedsDecision, matching.Conflict}
		var all []matched
		for range rapid.IntRange(0, 8).Draw(t, "results") {
			one := matched{
				integration: rapid.SampledFrom(integrations).Draw(t, "integration"), state: rapid.SampledFrom(states).Draw(t, "state"),
				of: rapid.SliceOfNDistinct(rapid.SampledFrom(made), 1, 3, rapid.ID).Draw(t, "organizations"), hidden: rapid.SampledFrom([]string{"", "", "", removes, excludes, maps}).Draw(t, "hidden"),
			}
			all = append(all, one)
		}
		b.match(t, account, all...)
		filled := map[string]bool{} // integration and organization
		for range rapid.IntRange(0, 2).Draw(t, "mappings") {
			integration, holder := rapid.SampledFrom(integrations).Draw(t, "filled in"), rapid.SampledFrom(made).Draw(t, "filled")
			b.mapTo(t, account, integration, holder)
		}
		externals := b.externals(t, account, filled)
		matches, err := shown.ByExternalOrgs(ctx, externals)
		require.NoError(t, err)
		var ids []uuid.UUID
		for _, one := range made {
			ids = append(ids, one.ID)
		}
		suggestions, err := shown.ByOrganizations(ctx, ids)
		require.NoError(t, err)

		asked := rapid.SliceOfN(rapid.SampledFrom(integrations), 1, 2).Draw(t, "asked")
		var suggested, candidates []string
		for _, one := range made {
			if slices.ContainsFunc(suggestions[one.ID], func(s *suggestion.Suggestion) bool {
				return slices.Contains(asked, s.IntegrationID) && !filled[fmt.Sprint(s.IntegrationID, one.ID)]
			}) {
				suggested = append(suggested, one.Name)
			}
			for external, match := range matches {
				integration := b.listOf(t, account, external)
				if slices.Contains(asked, integration) && (match.State == matching.NeedsDecision || match.State == matching.Conflict) && !filled[fmt.Sprint(integration, one.ID)] &&
					slices.ContainsFunc(match.Candidates, func(c matching.Candidate) bool { return c.Organization == one.ID }) && !slices.Contains(candidates, one.Name) {
					candidates = append(candidates, one.Name)
				}
			}
		}
		byName := organization.Order{Field: organization.ByName}
		require.ElementsMatch(t, suggested, names(b.list(t, ctx, organization.Query{Filter: organization.Filter{SuggestedIn: asked}, Order: byName}).Nodes()))
		require.ElementsMatch(t, candidates, names(b.list(t, ctx, organization.Query{Filter: organization.Filter{NeedsDecisionIn: asked}, Order: byName}).Nodes()))
	})
}

// externals returns all external organizations of the account, and notes which cells are filled.
func (b *bench) externals(t require.TestingT, account uuid.UUID, filled map[string]bool) (externals []uuid.UUID) {
	var cells []struct{ IntegrationID, OrganizationID uuid.UUID }
	require.NoError(t, b.db.Read(context.Background(), account, func(ctx context.Context, tx pg.ReadTx) error {
		if err := tx.NewRaw("SELECT integration_id, organization_id FROM mappings WHERE account_id = ?", account).Scan(ctx, &cells); err != nil {
			return err
		}
		return tx.NewRaw("SELECT id FROM external_orgs WHERE account_id = ?", account).Scan(ctx, &externals)
	}))
	for _, cell := range cells {
		filled[fmt.Sprint(cell.IntegrationID, cell.OrganizationID)] = true
	}
	return externals
}

func (b *bench) listOf(t require.TestingT, account, external uuid.UUID) (integration uuid.UUID) {
	require.NoError(t, b.db.Read(context.Background(), account, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.NewRaw("SELECT integration_id FROM external_orgs WHERE account_id = ? AND id = ?", account, external).Scan(ctx, &integration)
	}))
	return integration
}

// Organizations of two accounts may have the same ID; what another account suggests or maps for it must not matter.
func TestList_OtherAccountsSuggestionsAndMappingsDoNotMatter(t *testing.T) {
	t.Parallel()
	for title, database := range map[string]func(testing.TB) string{"with row-level security": dbtest.Database, "without row-level security": dbtest.WithoutRowSecurity} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			b := newBenchOn(t, database(t))
			ctx, account := b.editor(t)
			_, theirs := b.editor(t)
			mine := b.insert(t, account, "Acme")[0]
			b.write(t, theirs, func(ctx context.Context, tx pg.Tx) error {
				_, err := tx.Exec(ctx, "INSERT INTO organizations (account_id, id, name, folded) VALUES (?, ?, 'Foreign', 'foreign')", theirs, mine.ID)
				return err
			})
			integration := b.integration(t, theirs)
			b.match(t, theirs,
				matched{integration, matching.Suggested, []*organizationOf{mine}, ""}, matched{integration, matching.Conflict, []*organizationOf{mine}, ""})
			for _, filter := range []organization.Filter{{SuggestedIn: []uuid.UUID{integration}}, {NeedsDecisionIn: []uuid.UUID{integration}}} {
				require.Empty(t, b.list(t, ctx, organization.Query{Filter: filter}).Nodes())
			}
			b.mapNames(t, theirs, integration, mine, "Halvorsen")
			require.Empty(t, b.list(t, ctx, organization.Query{Search: "halvorsen", Order: organization.Order{Field: organization.ByName}}).Nodes())
		})
	}
}
