package mapping

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	decisions "github.com/orgmap/orgmap/internal/decision"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/pg"
)

// state is the account at a moment, by object: everything that people see of organizations and mappings.
func (n *tenant) state() map[uuid.UUID]string {
	n.t.Helper()
	found := map[uuid.UUID]string{}
	var rows []struct {
		ID   uuid.UUID
		Text string
	}
	require.NoError(n.t, n.db.Read(n.t.Context(), n.id, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.NewRaw(`
			SELECT id, concat_ws('|', name, active, created_at) AS text FROM organizations
			UNION ALL
			SELECT external_org_id, concat_ws('|', id, organization_id, external_name, origin, created_at, created_by, creator_kind, creator_id) FROM mappings
			UNION ALL
			SELECT external_org_id, concat_ws('|', 'excluded', reason, note, created_at, actor_name) FROM exclusions
			UNION ALL
			SELECT id, concat_ws('|', external_org_id, organization_id, created_at, actor_name) FROM rejections
			UNION ALL
			`+arranged).Scan(ctx, &rows)
	}))
	for _, row := range rows {
		found[row.ID] = row.Text
	}
	return found
}

// update renames, deactivates or reactivates an organization as package organization does.
func (n *tenant) update(organization uuid.UUID, newName string, active bool) error {
	return n.db.Write(n.t.Context(), n.id, func(ctx context.Context, tx pg.Tx) error {
		var before struct {
			Name   string
			Active bool
		}
		if err := tx.NewRaw("SELECT name, active FROM organizations WHERE id = ? FOR UPDATE", organization).Scan(ctx, &before); err != nil {
			return err
		}
		if before.Name == newName && before.Active == active {
			return nil
		}
		if _, err := tx.Exec(ctx, "UPDATE organizations SET name = ?, folded = ?, active = ? WHERE id = ?", newName, name.Fold(newName), active, organization); err != nil {
			return err
		}
		actor, _ := auth.ActorFrom(n.editor())
		change := journal.Made(actor, journal.Organizations, "organization.updated")
		change.OrganizationIDs = []uuid.UUID{organization}
		ref := journal.Ref{ID: organization, Name: newName}
		if before.Name != newName {
			change.Edits.Organizations = append(change.Edits.Organizations, journal.OrganizationEdit{Kind: journal.OrganizationRenamed, Organization: ref, Previous: before.Name})
		}
		switch {
		case before.Active && !active:
			change.Edits.Organizations = append(change.Edits.Organizations, journal.OrganizationEdit{Kind: journal.OrganizationDeactivated, Organization: ref})
		case active && !before.Active:
			change.Edits.Organizations = append(change.Edits.Organizations, journal.OrganizationEdit{Kind: journal.OrganizationReactivated, Organization: ref})
		}
		return tx.Send(ctx, n.service.journal.AppendStatement(ctx, tx, change))
	})
}

// preview returns what undoing the change at a position would do.
func (n *tenant) undoPreview(position int64) *UndoPreview {
	n.t.Helper()
	previews, err := n.service.PreviewUndos(n.as(auth.Viewer), []int64{position})
	require.NoError(n.t, err)
	require.Contains(n.t, previews, position)
	return previews[position]
}

// undo undoes the change at a position after a preview, and requires that the result is what the preview announced.
func (n *tenant) undo(position int64) Undone {
	n.t.Helper()
	preview := n.undoPreview(position)
	undone, err := n.service.Undo(n.editor(), journal.NodeOf(n.id, position), &preview.Cursor)
	require.NoError(n.t, err)
	require.False(n.t, undone.Conflict)
	require.Equal(n.t, *preview, undone.UndoPreview)
	require.Equal(n.t, preview.Reverts > 0, undone.Change > 0)
	return undone
}

func (n *tenant) head() int64 { return int64(n.changes()) }

// history is a random history of one account.
type history struct {
	*tenant
	decisions     *decisions.Service
	staff         staff
	glue          []uuid.UUID // external organizations of IT Glue
	rmm           []uuid.UUID
	organizations []uuid.UUID
	touched       map[int64][]uuid.UUID          // objects and names, by position
	holders       map[int64][]uuid.UUID          // organizations that a touched mapping had or has, by position
	states        map[int64]map[uuid.UUID]string // after each position
}

func newHistory(n *tenant) *history {
	h := &history{tenant: n, decisions: decisionsOf(n), staff: newStaff(n), touched: map[int64][]uuid.UUID{}, holders: map[int64][]uuid.UUID{}, states: map[int64]map[uuid.UUID]string{}}
	h.glue = n.external(n.glue, "Acme", "Beta", "Gamma", "Delta")
	h.rmm = n.external(n.rmm, "r1", "r2", "r3", "r4", "r5")
	h.organizations = []uuid.UUID{n.organization("One"), n.organization("Two"), n.organization("Acme")}
	h.states[0] = n.state()
	return h
}

func decisionsOf(n *tenant) *decisions.Service {
	return decisions.New(n.db, journal.New(n.db, func(context.Context, uuid.UUID, int64) {}, nil))
}

// step makes a random change. It may fail or change nothing.
func (h *history) step(t *rapid.T) {
	before, head := h.state(), h.head()
	all := query[[]uuid.UUID](h.tenant, "SELECT id FROM organizations ORDER BY id")
	organization := rapid.SampledFrom(h.organizationsOf(all)).Draw(t, "organization")
	switch rapid.IntRange(0, 11).Draw(t, "kind") {
	case 0, 1:
		wanted := rapid.SliceOfNDistinct(rapid.SampledFrom(h.rmm), 0, 3, rapid.ID[uuid.UUID]).Draw(t, "wanted")
		other := rapid.SampledFrom(h.organizationsOf(all)).Draw(t, "other")
		cells := []Cell{{OrganizationID: organization, IntegrationID: h.tenant.rmm, ExternalOrgIDs: wanted}}
		if other != organization { // what the first cell takes must leave the second
			cells = append(cells, Cell{OrganizationID: other, IntegrationID: h.tenant.rmm, ExternalOrgIDs: []uuid.UUID{}})
		}
		_, _ = h.service.Save(h.editor(), cells)
	case 2:
		_, _ = h.service.Import(h.editor(), rapid.SliceOfNDistinct(rapid.SampledFrom(h.glue), 1, 4, rapid.ID[uuid.UUID]).Draw(t, "imported"))
	case 3:
		_ = h.update(organization, rapid.SampledFrom([]string{"One", "Two", "Three", "Acme", "Beta"}).Draw(t, "name"), rapid.Bool().Draw(t, "active"))
	case 4:
		for _, external := range append(slices.Clone(h.glue), h.rmm...) {
			mappings, err := h.service.ByExternalOrgs(h.editor(), []uuid.UUID{external})
			require.NoError(t, err)
			if one := mappings[external]; one != nil && rapid.Bool().Draw(t, "clear") {
				_, err := h.service.Clear(h.editor(), one.ID)
				require.NoError(t, err)
				break
			}
		}
	case 5:
		_, _ = h.decisions.Exclude(h.editor(), rapid.SliceOfNDistinct(rapid.SampledFrom(h.rmm), 1, 2, rapid.ID[uuid.UUID]).Draw(t, "excluded"), decisions.Excluding{Reason: decisions.Test})
	case 6:
		_, _ = h.decisions.Reject(h.editor(), rapid.SampledFrom(h.rmm).Draw(t, "rejected"), organization)
	case 7, 8, 9:
		h.arrange(t, organization)
	default:
		if head > 0 {
			h.undo(rapid.Int64Range(1, head).Draw(t, "undone"))
		}
	}
	h.note(before, head)
}

func (h *history) organizationsOf(all []uuid.UUID) []uuid.UUID {
	if len(all) == 0 {
		return h.organizations
	}
	return all
}

// note records what the changes since a position did. A step makes at most one change.
func (h *history) note(before map[uuid.UUID]string, since int64) {
	after := h.state()
	for position := since + 1; position <= h.head(); position++ {
		h.states[position] = after
		for _, states := range []map[uuid.UUID]string{before, after} {
			for object := range states {
				if before[object] == after[object] {
					continue
				}
				h.touched[position] = append(h.touched[position], object)
				switch fields := strings.Split(states[object], "|"); {
				case len(fields) > 3: // a mapping or a rejection: another ID, then its organization's
					if holder, err := uuid.Parse(fields[1]); err == nil {
						h.holders[position] = append(h.holders[position], holder)
						h.touched[position] = append(h.touched[position], uuid.MustParse(fields[0])) // a rejection's external organization
					}
				case len(fields) > 1: // an organization or a group, whose name no other can have
					h.touched[position] = append(h.touched[position], uuid.NewSHA1(uuid.Nil, fmt.Append(nil, len(fields), fields[0])))
				}
			}
		}
	}
}

func TestUndo_Properties(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	rapid.Check(t, func(r *rapid.T) {
		n := store.newTenant(t, rapid.IntRange(3, 8).Draw(r, "quota"))
		h := newHistory(n)
		for range rapid.IntRange(1, 12).Draw(r, "steps") {
			h.step(r)
			n.requireSound()
		}
		head := h.head()
		if head == 0 {
			return
		}
		// 1 and 3: undoing the newest change restores the state before it exactly, and undoing that is the identity.
		newest, before := h.states[head], h.states[head-1]
		undone := n.undo(head)
		if len(undone.Skipped) == 0 {
			require.Equal(r, before, n.state(), "the newest change is undone exactly")
			again := n.undo(undone.Change)
			require.Empty(r, again.Skipped)
			require.Equal(r, newest, n.state(), "undoing the undo is the identity")
		}
		n.requireSound()
	})
}

// Undoing changes that share no object with later ones gives what a replay without them gives, in any order.
func TestUndo_EqualsAReplayWithoutTheChanges(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	rapid.Check(t, func(r *rapid.T) {
		n := store.newTenant(t, -1)
		h := newHistory(n)
		for range rapid.IntRange(2, 12).Draw(r, "steps") {
			h.step(r)
		}
		head := h.head()
		want := map[uuid.UUID]string{}
		for object, text := range n.state() {
			want[object] = text
		}
		var chosen []int64
		later := map[uuid.UUID]bool{}
		for position := head; position >= 1; position-- {
			alone := !slices.ContainsFunc(h.touched[position], func(object uuid.UUID) bool { return later[object] })
			preview := n.undoPreview(position)
			if alone && len(preview.Skipped) == 0 && preview.Reverts > 0 && rapid.Bool().Draw(r, "chosen") {
				chosen = append(chosen, position)
				for _, object := range h.touched[position] {
					delete(want, object)
					if text, was := h.states[position-1][object]; was {
						want[object] = text
					}
				}
			}
			for _, object := range slices.Concat(h.touched[position], h.holders[position]) {
				later[object] = true
			}
		}
		for _, position := range rapid.Permutation(chosen).Draw(r, "order") {
			n.undo(position)
		}
		require.Equal(r, want, n.state())
		n.requireSound()
	})
}

func TestUndo_TwentyPeopleAtOnceKeepTheQuota(t *testing.T) {
	t.Parallel()
	n := newStore(t).newTenant(t, 12)
	names := make([]string, 10)
	for i := range names {
		names[i] = fmt.Sprint("Client ", i)
	}
	externals := n.external(n.glue, names...)
	for _, one := range externals {
		_, err := n.service.Import(n.editor(), []uuid.UUID{one})
		require.NoError(t, err)
	}
	var group sync.WaitGroup
	for person := range 20 {
		group.Go(func() {
			for round := range 6 {
				position := int64((person*7+round*5)%20 + 1)
				_, err := n.service.Undo(n.editor(), journal.NodeOf(n.id, position), nil)
				var none apperr.UserErrors // the change is not there yet
				if err != nil && apperr.CodeOf(err) != apperr.Unavailable && (!errors.As(err, &none) || none[0].Code != apperr.NotFound) {
					t.Errorf("undo %d: %v", position, err)
				}
			}
		})
	}
	group.Wait()
	n.requireSound()
	require.LessOrEqual(t, query[int](n, "SELECT max(many) FROM (SELECT count(*) AS many FROM mappings GROUP BY external_org_id UNION SELECT 0) AS m"), 1)
}

func TestUndo_SkipsWhatHasChangedSince(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	reasons := func(preview *UndoPreview) (found []SkipReason) {
		for _, one := range preview.Skipped {
			found = append(found, one.Reason)
		}
		return found
	}
	t.Run("a moved external organization", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, -1)
		acme, beta, externals := n.organization("Acme"), n.organization("Beta"), n.external(n.rmm, "a", "b")
		n.save(Cell{OrganizationID: acme, IntegrationID: n.rmm, ExternalOrgIDs: externals})
		n.save(Cell{OrganizationID: acme, IntegrationID: n.rmm, ExternalOrgIDs: externals[:1]}, Cell{OrganizationID: beta, IntegrationID: n.rmm, ExternalOrgIDs: externals[1:]})
		preview := n.undoPreview(1)
		require.Equal(t, 1, preview.Reverts)
		require.Equal(t, []SkipReason{SkipChangedSince}, reasons(preview))
		require.EqualValues(t, 2, preview.Skipped[0].Because)
		require.Equal(t, "Beta", *preview.Skipped[0].Now)
		n.undo(1)
		require.Empty(t, n.holds(acme, n.rmm))
		require.Equal(t, externals[1:], n.holds(beta, n.rmm))
		again := n.undoPreview(1)
		require.Equal(t, []SkipReason{SkipAlreadyReverted, SkipChangedSince}, reasons(again))
		require.EqualValues(t, 3, again.Skipped[0].Because)
	})
	t.Run("a created organization that something refers to, and one whose external organization is excluded", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, -1)
		externals, other := n.external(n.glue, "Acme", "Beta"), n.external(n.rmm, "r")
		_, err := n.service.Import(n.editor(), externals)
		require.NoError(t, err)
		acme := query[uuid.UUID](n, "SELECT id FROM organizations WHERE name = 'Acme'")
		n.save(Cell{OrganizationID: acme, IntegrationID: n.rmm, ExternalOrgIDs: other})
		require.Equal(t, []SkipReason{SkipInUse}, reasons(n.undoPreview(1)))
		n.undo(1)
		require.Equal(t, 1, query[int](n, "SELECT count(*) FROM organizations"))
		_, err = decisionsOf(n).Exclude(n.editor(), externals[1:], decisions.Excluding{Reason: decisions.Test})
		require.NoError(t, err)
		require.Equal(t, []SkipReason{SkipChangedSince}, reasons(n.undoPreview(3)), "the redo leaves what somebody has excluded")
	})
	t.Run("a taken name, a full plan, and an organization that is gone", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, 2)
		one := n.organization("One")
		require.NoError(t, n.update(one, "Renamed", true))
		two := n.organization("One")
		require.Equal(t, []SkipReason{SkipNameTaken}, reasons(n.undoPreview(1)))
		require.NoError(t, n.update(two, "One", false))
		n.organization("Three")
		require.Equal(t, []SkipReason{SkipQuotaExceeded}, reasons(n.undoPreview(2)))
		externals := n.external(n.rmm, "r")
		n.save(Cell{OrganizationID: two, IntegrationID: n.rmm, ExternalOrgIDs: externals})
		n.save(Cell{OrganizationID: two, IntegrationID: n.rmm})
		n.execute("DELETE FROM organizations WHERE id = ?", two)
		require.Equal(t, []SkipReason{SkipGone}, reasons(n.undoPreview(4)))
	})
}

func TestUndo_ChecksThePreviewsCursor(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	n, other := store.newTenant(t, -1), store.newTenant(t, -1)
	for _, one := range []*tenant{n, other} {
		acme, externals := one.organization("Acme"), one.external(one.rmm, "a", "b")
		one.save(Cell{OrganizationID: acme, IntegrationID: one.rmm, ExternalOrgIDs: externals[:1]})
		one.save(Cell{OrganizationID: acme, IntegrationID: one.rmm, ExternalOrgIDs: externals})
	}
	first := n.undoPreview(1)
	undo := func(cursor string) (Undone, error) {
		return n.service.Undo(n.editor(), journal.NodeOf(n.id, 1), &cursor)
	}
	for _, wrong := range []string{"", "garbage", journal.FormatCursor(1), n.undoPreview(2).Cursor, other.undoPreview(1).Cursor} {
		_, err := undo(wrong)
		require.Equal(t, apperr.BadUserInput, apperr.CodeOf(err), wrong)
	}
	mappings, err := n.service.ByExternalOrgs(n.editor(), query[[]uuid.UUID](n, "SELECT id FROM external_orgs WHERE name = 'a'"))
	require.NoError(t, err)
	for _, one := range mappings {
		_, err := n.service.Clear(n.editor(), one.ID)
		require.NoError(t, err)
	}
	before := n.state()
	undone, err := undo(first.Cursor)
	require.NoError(t, err)
	require.True(t, undone.Conflict)
	require.Len(t, undone.Skipped, 1)
	require.Equal(t, before, n.state())
	_, err = n.service.Undo(n.editor(), journal.NodeOf(other.id, 1), nil)
	requireUserErrors(t, err, problem{apperr.NotFound, "input/changeId", "does not exist"})
	_, err = n.service.Undo(n.editor(), id.New(), nil)
	requireUserErrors(t, err, problem{apperr.NotFound, "input/changeId", "does not exist"})
}
