package mapping

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/pg"
)

func (n *tenant) planCSV(text string) CSVPlan {
	n.t.Helper()
	plan, err := n.service.PlanCSV(n.as(auth.Viewer), CSVInput{Content: []byte(text)})
	require.NoError(n.t, err)
	return plan
}

// usual returns the lines that are applied unless somebody chooses otherwise.
func usual(plan CSVPlan) (lines []int) {
	for _, row := range plan.Rows {
		if row.Outcome.Usual() {
			lines = append(lines, row.Line)
		}
	}
	return lines
}

func (n *tenant) applyCSV(text, hash string, lines []int, instead ...CSVInstead) (CSVApplied, error) {
	n.t.Helper()
	return n.service.ApplyCSV(n.editor(), CSVInput{Content: []byte(text)}, hash, lines, instead)
}

func organizationID(organization uuid.UUID) string { return id.Format(id.Organization, organization) }

func integrationID(integration uuid.UUID) string { return id.Format(id.Integration, integration) }

// storedObjects returns the number of organizations and mappings.
func (n *tenant) storedObjects() []int {
	all := n.stored()
	return all[:2]
}

//nolint:gochecknoglobals // tables
var (
	surnames = strings.Fields("Abernathy Barlow Castellan Dunmore Eastfield Fairbanks Granger Halvorsen Ingram Jennings Kessler Lindqvist Marlow Northwind Ostrander Pemberton Quimby Rutherford Sandoval Tidewater Umstead Vanderbilt Whitcomb Yarrow Zimmer")
	trades   = strings.Fields("Dental Logistics Plumbing Insurance Veterinary Roofing Architects Bakery Printing Freight Orthodontics Surveyors Brewing Legal Optical Marina Nursery Masonry Realty Pharmacy")
)

func outcomesOf(plan CSVPlan) (texts []string) {
	for _, row := range plan.Rows {
		texts = append(texts, fmt.Sprintf("%d %s: %s", row.Line, row.Outcome, row.Explanation))
	}
	return texts
}

func TestService_CSV(t *testing.T) {
	t.Parallel()
	store := newStore(t)

	t.Run("plans and applies every kind of row", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, 10)
		acme, beta, gamma := n.organization("Acme Dental Group"), n.organization("Beta Logistics"), n.organization("Gamma")
		rmm := n.external(n.rmm, "One", "Two", "Three", "Four", "Five", "Six", "Gone", "Office", "Seven")
		glue := n.external(n.glue, "Alpha", "Omega")
		n.save(Cell{OrganizationID: acme, IntegrationID: n.rmm, ExternalOrgIDs: rmm[:1]}, Cell{OrganizationID: beta, IntegrationID: n.rmm, ExternalOrgIDs: rmm[1:2]},
			Cell{OrganizationID: beta, IntegrationID: n.glue, ExternalOrgIDs: glue[1:]})
		n.execute("UPDATE external_orgs SET removed_at = now() WHERE id = ?", rmm[6])
		n.execute("INSERT INTO exclusions (account_id, external_org_id, external_name, reason, actor_kind, actor_name) VALUES (?, ?, 'Office', 'INTERNAL', 'SYSTEM', 'Orgmap')", n.id, rmm[7])
		n.suggest(rmm[8], n.rmm, gamma, "STRONG", false)
		names := map[uuid.UUID]string{n.rmm: query[string](n, "SELECT name FROM integrations WHERE id = ?", n.rmm), n.glue: query[string](n, "SELECT name FROM integrations WHERE id = ?", n.glue)}
		r, g := names[n.rmm], names[n.glue]
		file := strings.Join([]string{
			"Client," + r + "," + g, "New,3,Alpha", "Acme Dental Group,1,", "Gamma,Four,", "Acme Dental Grp,5,", "Delta,2,",
			"Epsilon,7,", "Zeta,8,", "Eta,13,", "Beta Logistics,,none", "Theta,9,", "New,,", "Iota,Trhee,",
		}, "\r\n")
		plan := n.planCSV(file)
		require.Equal(t, []string{
			`2 CREATES: Creates it, maps “Three” in ` + r + `, maps “Alpha” in ` + g + `.`, "3 ALREADY_SO: Nothing to do.", `4 MAPS: Maps “Four” in ` + r + `.`,
			`5 LOOKS_LIKE: Like your “Acme Dental Group”.`, `6 REPLACES: “Two” in ` + r + ` moves here from “Beta Logistics”.`,
			`7 CANNOT_APPLY: ` + r + ` no longer lists “Gone”.`, `8 CANNOT_APPLY: “Office” in ` + r + ` is excluded. Include it first.`,
			`9 CANNOT_APPLY: ` + r + ` lists nothing with the ID or name “13”. Did you mean “1”?`, `10 CLEARS: Removes “Omega” in ` + g + `.`,
			`11 LOOKS_LIKE: Like your “Gamma”.`, `12 CANNOT_APPLY: “New” is also on line 2.`, `13 CANNOT_APPLY: ` + r + ` lists nothing with the ID or name “Trhee”.`,
		}, outcomesOf(plan))
		require.Equal(t, 1, plan.Creates)
		require.Equal(t, 7, *plan.Remaining)
		before := n.stored()

		applied, err := n.applyCSV(file, plan.Hash, append(usual(plan), 6), CSVInstead{5, acme})
		require.NoError(t, err)
		require.Equal(t, CSVApplied{Created: 2, Mapped: 4, Moved: 1, Cleared: 1}, applied)
		require.Equal(t, [3]int{before[0] + 2, before[1] + 3, before[2] + 1}, n.stored())
		change := n.lastChange()
		require.Equal(t, []string{"MAPPINGS", "csv.applied"}, []string{change.Kind, change.Action})
		require.Equal(t, []string{
			"CREATED New", "CREATED Delta", "Three: - > New", "Alpha: - > New", "Four: - > Gamma", "Five: - > Acme Dental Group",
			"Two: Beta Logistics > Delta", "Omega: Beta Logistics > -",
		}, change.edits(t))
		n.requireSound()
		again := n.planCSV(file)
		for _, row := range again.Rows {
			require.Contains(t, []CSVOutcome{CSVAlreadySo, CSVCannotApply, CSVLooksLike, CSVReplaces}, row.Outcome, "line %d has been applied", row.Line)
		}

		undone, err := n.service.Undo(n.editor(), journal.NodeOf(n.id, int64(n.changes())), nil)
		require.NoError(t, err)
		require.Equal(t, 8, undone.Reverts)
		require.Empty(t, undone.Skipped)
		require.Equal(t, before[:2], n.storedObjects())
		require.Equal(t, rmm[1:2], n.holds(beta, n.rmm))
		require.Equal(t, glue[1:], n.holds(beta, n.glue))
		require.Equal(t, outcomesOf(plan), outcomesOf(n.planCSV(file)), "after the undo everything is as it was")
		n.requireSound()
	})

	t.Run("changes nothing if a row would do something else by now", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, 10)
		acme, rmm := n.organization("Acme"), n.external(n.rmm, "One", "Two")
		file := "Client," + query[string](n, "SELECT name FROM integrations WHERE id = ?", n.rmm) + "\nNew,1\nOther,2\n"
		plan := n.planCSV(file)
		n.save(Cell{OrganizationID: acme, IntegrationID: n.rmm, ExternalOrgIDs: rmm[1:]})
		before := n.stored()
		for title, hash := range map[string]string{"the data changed": plan.Hash, "no hash": "", "another file": n.planCSV(file + "\n").Hash} {
			_, err := n.applyCSV(file, hash, []int{2})
			requireUserErrors(t, err, problem{apperr.Conflict, "input/hash", "Preview the file again."})
			require.Equal(t, before, n.stored(), title)
		}
		_, err := n.applyCSV(file, n.planCSV(file).Hash, []int{2})
		require.NoError(t, err)
		n.requireSound()
	})

	t.Run("stays within the quota", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, 3)
		n.organization("Acme")
		file := "Client\nA\nB\nC\n"
		plan := n.planCSV(file)
		require.Equal(t, []int{2, 3}, usual(plan))
		require.Equal(t, CSVOverQuota, plan.Rows[2].Problems[0].Code)
		before := n.stored()
		_, err := n.applyCSV(file, plan.Hash, []int{2, 3, 4})
		requireUserErrors(t, err, problem{apperr.QuotaExceeded, "input/lines", "This file would create 3 organizations, and your plan allows 2 more"})
		require.Equal(t, before, n.stored())
		applied, err := n.applyCSV(file, plan.Hash, []int{2, 4})
		require.NoError(t, err, "other lines than the first ones")
		require.Equal(t, 2, applied.Created)
		require.Equal(t, "ORGANIZATIONS", n.lastChange().Kind)
		n.requireSound()
	})

	t.Run("changes nothing without lines to apply", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, 3)
		acme := n.organization("Acme")
		file := "Client\nAcme\nNew\n"
		applied, err := n.applyCSV(file, n.planCSV(file).Hash, []int{2}, CSVInstead{3, acme})
		require.NoError(t, err)
		require.Zero(t, applied)
		require.Zero(t, n.changes())
	})

	t.Run("needs the role", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, 3)
		_, err := n.service.ApplyCSV(n.as(auth.Viewer), CSVInput{Content: []byte("Client\nA")}, "", nil, nil)
		require.Equal(t, apperr.Forbidden, apperr.CodeOf(err))
		_, err = n.service.PlanCSV(t.Context(), CSVInput{Content: []byte("Client\nA")})
		require.Equal(t, apperr.Unauthenticated, apperr.CodeOf(err))
	})

	t.Run("sees nothing of other accounts", func(t *testing.T) {
		t.Parallel()
		n, other := store.newTenant(t, 3), store.newTenant(t, 3)
		other.external(other.rmm, "One")
		organization := other.organization("Acme")
		plan := n.planCSV("Organization ID,Client,Integration,External ID\n" + organizationID(organization) + ",,,\n,Acme," + integrationID(other.rmm) + ",1\n")
		require.Equal(t, CSVUnknownOrganization, plan.Rows[0].Problems[0].Code)
		require.Equal(t, CSVUnknownIntegration, plan.Rows[1].Problems[0].Code)
	})

	t.Run("shows the columns of a file that lacks one", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, 3)
		plan, err := n.service.PlanCSV(n.editor(), CSVInput{Content: []byte("Kunde;Ort\nA;B\n")})
		requireUserErrors(t, err, problem{apperr.Invalid, "input/file/columns", "Choose the column that does."})
		require.Equal(t, []CSVColumn{{0, "Kunde", CSVIgnored, uuid.Nil, []string{"A"}}, {1, "Ort", CSVIgnored, uuid.Nil, []string{"B"}}}, plan.Columns)
		require.Equal(t, ";", plan.Delimiter)
	})
}

// The figures in the log are those of a machine that runs other tests.
func TestService_CSV_OfManyRowsTakesAsManyStatementsAsOne(t *testing.T) {
	t.Parallel()
	const rows = 2_000
	n := newStore(t).newTenant(t, -1)
	n.external(n.rmm, numbered("Client", rows)...)
	n.external(n.glue, numbered("Client", rows)...)
	var file strings.Builder
	fmt.Fprintf(&file, "Client,%s,%s\n", query[string](n, "SELECT name FROM integrations WHERE id = ?", n.rmm), query[string](n, "SELECT name FROM integrations WHERE id = ?", n.glue))
	for i := range rows {
		fmt.Fprintf(&file, "%s %s %d,%d,\n", surnames[i%len(surnames)], trades[i/len(surnames)%len(trades)], i, i+1)
	}
	count := func(text string) (planned, applied int64, took [2]time.Duration) {
		ctx, statements := pg.WithStatementCount(n.editor())
		began := time.Now()
		plan, err := n.service.PlanCSV(ctx, CSVInput{Content: []byte(text)})
		require.NoError(t, err)
		took[0] = time.Since(began)
		planned = statements.Load()
		ctx, statements = pg.WithStatementCount(n.editor())
		began = time.Now()
		_, err = n.service.ApplyCSV(ctx, CSVInput{Content: []byte(text)}, plan.Hash, usual(plan), nil)
		require.NoError(t, err)
		took[1] = time.Since(began)
		return planned, statements.Load(), took
	}
	head, _, _ := strings.Cut(file.String(), "\n")
	plannedOne, appliedOne, _ := count(head + "\nSingle,,1\n")
	plannedMany, appliedMany, took := count(file.String())
	require.Equal(t, plannedOne, plannedMany)
	require.Equal(t, appliedOne, appliedMany)
	t.Logf("planned in %v with %d statements, applied in %v with %d", took[0], plannedMany, took[1], appliedMany)
	require.Equal(t, rows+1, query[int](n, "SELECT organizations_used FROM accounts"))
	again, _, _ := count(file.String())
	require.Equal(t, plannedOne, again+1, "nothing is created, so no names are compared")
	_, _, took = count(strings.ReplaceAll(regexp.MustCompile(`,\d*`).ReplaceAllString(file.String(), ","), " ", " of "))
	t.Logf("beside as many organizations: planned in %v, applied in %v", took[0], took[1])
	n.requireSound()
}
