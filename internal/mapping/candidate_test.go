package mapping

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/page"
	"github.com/orgmap/orgmap/internal/pg"
)

// walk reads the whole list in pages of size, backward if set, and returns it in the list's order.
func (n *tenant) walk(size int, backward bool, search string) []*Candidate {
	n.t.Helper()
	all := []*Candidate{}
	arguments := page.Arguments{}
	for {
		if backward {
			arguments.Last = &size
		} else {
			arguments.First = &size
		}
		listed, err := n.service.Candidates(n.as(auth.Viewer), arguments, &search)
		require.NoError(n.t, err)
		if backward {
			all = append(listed.Nodes(), all...)
			arguments.Before = listed.PageInfo.StartCursor
		} else {
			all = append(all, listed.Nodes()...)
			arguments.After = listed.PageInfo.EndCursor
		}
		if more := map[bool]bool{true: listed.PageInfo.HasPreviousPage, false: listed.PageInfo.HasNextPage}[backward]; !more {
			total, err := listed.TotalCount(n.as(auth.Viewer))
			require.NoError(n.t, err)
			require.Len(n.t, all, total)
			return all
		}
	}
}

// candidates adds every kind of external organization to the account.
func candidates(n *tenant) {
	full := n.organization("Full")
	n.organization("Existing")
	n.organization("Both")
	mapped := n.external(n.glue, "mapped 1", "mapped 2")
	n.save(Cell{OrganizationID: full, IntegrationID: n.glue, ExternalOrgIDs: mapped})
	removed := n.external(n.glue, "Removed")
	n.execute("UPDATE external_orgs SET removed_at = now() WHERE id = ?", removed[0])
	n.external(n.glue, "Existing", "existing", "Full", "New", "NEW", "New", "Existing", "New", " ", "line\nbreak", "Both", "50% off", "Zoë")
	n.external(n.rmm, "New", "Elsewhere")
	n.external(n.integration("Glue EU", "IT_GLUE", "API"), "New", "Both", "Another", "New")
	n.external(n.integration("Glue of KaseyaOne", "IT_GLUE", "KASEYA_ONE"), "Not offered")
}

func TestService_Candidates(t *testing.T) {
	t.Parallel()
	store := newStore(t)

	t.Run("lists each candidate with its outcome for any page size", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, -1)
		candidates(n)
		all := n.walk(200, false, "")
		listed := []string{}
		for _, one := range all {
			listed = append(listed, query[string](n, "SELECT name FROM external_orgs WHERE id = ?", one.ExternalOrgID)+" "+string(one.Outcome))
		}
		// Candidates with the same name are sorted by ID.
		require.Equal(t, []string{
			"50% off CREATED", "Another CREATED", "Both MAPPED_EXISTING", "Both MAPPED_EXISTING",
			"Existing MAPPED_EXISTING", "existing CREATED", "Existing SKIPPED_DUPLICATE_NAME", "Full OVERWROTE_MAPPING",
			"New CREATED", "NEW CREATED", "New SKIPPED_DUPLICATE_NAME", "New SKIPPED_DUPLICATE_NAME", "New MAPPED_EXISTING", "New SKIPPED_DUPLICATE_NAME",
			"Zoë CREATED",
		}, listed)
		for _, size := range []int{1, 2, 7} {
			require.Equal(t, all, n.walk(size, false, ""))
			require.Equal(t, all, n.walk(size, true, ""))
		}
	})

	t.Run("predicts the import of all candidates", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, -1)
		candidates(n)
		listed := n.walk(3, false, "")
		chosen := make([]uuid.UUID, len(listed))
		for i, one := range listed {
			chosen[i] = one.ExternalOrgID
		}
		results, err := n.service.Import(n.editor(), chosen)
		require.NoError(t, err)
		for i, result := range results {
			require.Equal(t, listed[i].Outcome, result.Outcome)
			if listed[i].OrganizationID != nil {
				require.Equal(t, listed[i].OrganizationID, result.OrganizationID)
			}
		}
		left := n.walk(50, false, "")
		require.NotEmpty(t, left, "duplicates and replaced organizations become candidates")
		for _, one := range left {
			at := slices.IndexFunc(results, func(result ImportResult) bool { return result.ExternalOrgID == one.ExternalOrgID })
			require.True(t, at < 0 || results[at].Outcome == SkippedDuplicateName)
		}
	})

	t.Run("searches a part of the name, ignoring case", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, -1)
		candidates(n)
		for search, want := range map[string]int{"EXIST": 3, "new": 6, "  New ": 6, "0%": 1, "%": 1, "_": 0, "zoË": 1, "zoe": 1, "off 50%": 1, "off new": 0, "nothing": 0, "  ": 15, "a\x00\xff": 0, "'": 0, "?": 0} {
			require.Len(t, n.walk(4, false, search), want, "%q", search)
			require.Len(t, n.walk(4, true, search), want, "%q", search)
		}
		twin := n.walk(1, false, "new")[2]
		require.Equal(t, SkippedDuplicateName, twin.Outcome, "a search does not change the outcomes")
	})

	t.Run("is empty without an importable integration", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, -1)
		n.external(n.rmm, "A")
		require.Empty(t, n.walk(50, false, ""))
		n.execute("DELETE FROM integrations WHERE id = ?", n.glue)
		require.Empty(t, n.walk(50, false, ""))
		require.Empty(t, n.walk(50, false, "a"))
	})

	t.Run("does not show other accounts' candidates", func(t *testing.T) {
		t.Parallel()
		theirs, ours := store.newTenant(t, -1), store.newTenant(t, -1)
		candidates(theirs)
		require.Empty(t, ours.walk(50, false, ""))
	})

	t.Run("refuses a foreign cursor", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, -1)
		for _, cursor := range []string{"", "x", page.Cursor{"a"}.String(), page.Cursor{"a", "not an id"}.String(), page.Cursor{"a", "b", "c"}.String()} {
			_, err := n.service.Candidates(n.as(auth.Viewer), page.Arguments{After: &cursor}, nil)
			require.Equal(t, apperr.BadUserInput, apperr.CodeOf(err), "%q", cursor)
		}
		hostile := page.Cursor{"a'); ? $1", uuid.Nil.String()}.String()
		_, err := n.service.Candidates(n.as(auth.Viewer), page.Arguments{Before: &hostile}, nil)
		require.NoError(t, err)
	})

	t.Run("needs the same number of statements for any page, and one more for the count", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, -1)
		n.external(n.glue, numbered("Client", 300)...)
		for _, size := range []int{1, 200} {
			ctx, statements := pg.WithStatementCount(n.as(auth.Viewer))
			listed, err := n.service.Candidates(ctx, page.Arguments{First: &size}, nil)
			require.NoError(t, err)
			require.EqualValues(t, 7, statements.Load(), "begin, integrations, page, namesakes, organizations, cells, end")
			total, err := listed.TotalCount(ctx)
			require.NoError(t, err)
			require.Equal(t, 300, total)
			require.EqualValues(t, 10, statements.Load())
		}
	})

	t.Run("walks the index without a search, and collects the hits first with one", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, -1)
		n.external(n.glue, numbered("Client", 5_000)...)
		list := candidateList{account: n.id, integrations: []uuid.UUID{n.glue}}
		plan := explained(n, list, page.Window{Order: byName, Size: 50})
		require.Contains(t, plan, "external_orgs_folded_idx")
		require.NotContains(t, plan, "Sort", plan)
		list.search = "client"
		require.Contains(t, explained(n, list, page.Window{Order: byName, Size: 50}), "CTE Scan on hits")
	})
}

// explained returns Postgres' plan for a page.
func explained(n *tenant, list candidateList, window page.Window) string {
	n.t.Helper()
	var lines []string
	err := n.db.Read(n.t.Context(), n.id, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.NewRaw("EXPLAIN ?", list.page(tx, window)).Scan(ctx, &lines)
	})
	require.NoError(n.t, err)
	return strings.Join(lines, "\n")
}
