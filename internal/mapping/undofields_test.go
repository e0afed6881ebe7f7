package mapping

import (
	"context"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	groups "github.com/orgmap/orgmap/internal/group"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	organizations "github.com/orgmap/orgmap/internal/organization"
)

// arranged is the part of the state that people arrange: of organizations that exist and of groups that were not removed.
// Objects that are not organizations get IDs of their own, derived from the organization's.
const arranged = `
	SELECT uuid_in(md5('engineer' || d.organization_id)::cstring), 'engineer ' || d.engineer_id FROM organization_details AS d JOIN organizations USING (account_id) WHERE organizations.id = d.organization_id AND d.engineer_id IS NOT NULL
	UNION ALL
	SELECT uuid_in(md5('vcio' || d.organization_id)::cstring), 'vcio ' || d.vcio_id FROM organization_details AS d JOIN organizations USING (account_id) WHERE organizations.id = d.organization_id AND d.vcio_id IS NOT NULL
	UNION ALL
	SELECT uuid_in(md5('note' || d.organization_id)::cstring), 'note ' || d.note FROM organization_details AS d JOIN organizations USING (account_id) WHERE organizations.id = d.organization_id AND d.note <> ''
	UNION ALL
	SELECT uuid_in(md5(m.group_id::text || m.organization_id)::cstring), 'member' FROM organization_group_members AS m JOIN organizations USING (account_id) JOIN organization_groups AS g ON g.id = m.group_id
		WHERE organizations.id = m.organization_id AND m.member AND NOT g.removed
	UNION ALL
	SELECT id, concat_ws('|', lower(name), concat_ws(', ', name, color, archived, created_at)) FROM organization_groups WHERE NOT removed`

// staff is what people, groups and notes are changed with.
type staff struct {
	organizations *organizations.Service
	groups        *groups.Service
	people        []uuid.UUID
}

func newStaff(n *tenant) staff {
	news := journal.New(n.db, func(context.Context, uuid.UUID, int64) {}, nil)
	made := staff{organizations: organizations.New(n.db, news, nil), groups: groups.New(n.db, news)}
	for _, called := range []string{"Ann", "Bob"} {
		person := id.New()
		made.people = append(made.people, person)
		n.execute("INSERT INTO people (account_id, id, name) VALUES (?, ?, ?)", n.id, person, called)
	}
	return made
}

// arrange makes a random change of people, notes or groups. It may fail or change nothing.
func (h *history) arrange(t *rapid.T, organization uuid.UUID) {
	one := []uuid.UUID{organization}
	named := rapid.SampledFrom([]string{"Gold", "East", "gold"}).Draw(t, "group name")
	all, err := h.staff.groups.List(h.editor(), nil)
	require.NoError(t, err)
	choice := rapid.IntRange(0, 5).Draw(t, "arrangement")
	if len(all) == 0 && choice > 2 {
		choice = 2
	}
	switch choice {
	case 0:
		appointed := func(label string) organizations.Appointment {
			appointment := organizations.Appointment{Given: rapid.Bool().Draw(t, label+" given")}
			if rapid.Bool().Draw(t, label) {
				appointment.Person = &h.staff.people[rapid.IntRange(0, 1).Draw(t, label+" is")]
			}
			return appointment
		}
		_, _ = h.staff.organizations.Assign(h.editor(), organizations.Assignment{OrganizationIDs: one, Engineer: appointed("engineer"), VCIO: appointed("vCIO")})
	case 1:
		note, active := rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "note"), rapid.Bool().Draw(t, "active")
		_, _ = h.staff.organizations.UpdateMany(h.editor(), organizations.UpdateMany{OrganizationIDs: one, Note: &note, Active: &active})
	case 2:
		_, _ = h.staff.groups.Save(h.editor(), groups.Saving{Name: &named})
	case 3:
		group := rapid.SampledFrom(all).Draw(t, "group")
		color, archived := rapid.SampledFrom(groups.Colors()).Draw(t, "color"), rapid.Bool().Draw(t, "archived")
		_, _ = h.staff.groups.Save(h.editor(), groups.Saving{GroupID: &group.ID, Name: &named, Color: &color, Archived: &archived})
	case 4:
		_, _, _ = h.staff.groups.SetMembers(h.editor(), groups.Members{GroupID: rapid.SampledFrom(all).Draw(t, "group").ID, Add: one})
	case 5:
		_, _, _ = h.staff.groups.SetMembers(h.editor(), groups.Members{GroupID: rapid.SampledFrom(all).Draw(t, "group").ID, Remove: one})
	}
}

func TestUndo_OfAssignmentsAndGroups(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	reasons := func(preview *UndoPreview) (found []SkipReason) {
		for _, one := range preview.Skipped {
			found = append(found, one.Reason)
		}
		return found
	}
	appoint := func(person uuid.UUID) organizations.Appointment {
		return organizations.Appointment{Given: true, Person: &person}
	}
	t.Run("an engineer who changed since stays, others get the previous one back", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, -1)
		s := newStaff(n)
		acme, beta := n.organization("Acme"), n.organization("Beta")
		for _, one := range []organizations.Assignment{
			{OrganizationIDs: []uuid.UUID{acme, beta}, Engineer: appoint(s.people[0])},
			{OrganizationIDs: []uuid.UUID{acme, beta}, Engineer: appoint(s.people[1])},
			{OrganizationIDs: []uuid.UUID{beta}, Engineer: organizations.Appointment{Given: true}},
			{OrganizationIDs: []uuid.UUID{acme}, VCIO: appoint(s.people[0])}, // another field
		} {
			_, err := s.organizations.Assign(n.editor(), one)
			require.NoError(t, err)
		}
		preview := n.undoPreview(2)
		require.Equal(t, []SkipReason{SkipChangedSince}, reasons(preview))
		require.EqualValues(t, 3, preview.Skipped[0].Because)
		require.Nil(t, preview.Skipped[0].Now)
		n.undo(2)
		details, err := s.organizations.DetailsOf(n.editor(), []uuid.UUID{acme, beta})
		require.NoError(t, err)
		require.Equal(t, s.people[0], *details[acme].EngineerID)
		require.Nil(t, details[beta].EngineerID)
		require.Equal(t, `undid a change: changed the engineer of “Acme”`, query[string](n, "SELECT summary FROM journal ORDER BY position DESC LIMIT 1"))
		require.Equal(t, []SkipReason{SkipAlreadyReverted, SkipChangedSince}, reasons(n.undoPreview(2)))
	})
	t.Run("a person who was added is by now another one", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, -1)
		s := newStaff(n)
		acme := n.organization("Acme")
		for _, one := range []organizations.Appointment{appoint(s.people[0]), {Given: true}} {
			_, err := s.organizations.Assign(n.editor(), organizations.Assignment{OrganizationIDs: []uuid.UUID{acme}, Engineer: one})
			require.NoError(t, err)
		}
		n.execute("UPDATE people SET merged_into = ? WHERE id = ?", s.people[1], s.people[0])
		n.undo(2)
		details, err := s.organizations.DetailsOf(n.editor(), []uuid.UUID{acme})
		require.NoError(t, err)
		require.Equal(t, s.people[1], *details[acme].EngineerID)
	})
	t.Run("a group with organizations stays, and a taken name is not given back", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, -1)
		s := newStaff(n)
		acme := n.organization("Acme")
		gold, renamed := "Gold", "Platinum"
		group, err := s.groups.Save(n.editor(), groups.Saving{Name: &gold})
		require.NoError(t, err)
		_, _, err = s.groups.SetMembers(n.editor(), groups.Members{GroupID: group.ID, Add: []uuid.UUID{acme}})
		require.NoError(t, err)
		require.Equal(t, []SkipReason{SkipInUse}, reasons(n.undoPreview(1)))
		_, err = s.groups.Save(n.editor(), groups.Saving{GroupID: &group.ID, Name: &renamed})
		require.NoError(t, err)
		_, err = s.groups.Save(n.editor(), groups.Saving{Name: &gold})
		require.NoError(t, err)
		require.Equal(t, []SkipReason{SkipNameTaken}, reasons(n.undoPreview(3)))
		n.undo(4)
		n.undo(3)
		n.undo(2)
		n.undo(7) // the undo of the membership
		require.Equal(t, []SkipReason{SkipChangedSince}, reasons(n.undoPreview(1)), "the name has changed since, and back")
		listed, err := s.groups.Of(n.editor(), []uuid.UUID{acme})
		require.NoError(t, err)
		require.Equal(t, "Gold", listed[acme][0].Name)
	})
	t.Run("a created organization that has an engineer or is in a group is in use", func(t *testing.T) {
		t.Parallel()
		n := store.newTenant(t, -1)
		s := newStaff(n)
		for _, one := range []string{"Acme", "Beta", "Gamma"} {
			_, err := s.organizations.Create(n.editor(), one)
			require.NoError(t, err)
		}
		ids := query[[]uuid.UUID](n, "SELECT id FROM organizations ORDER BY name")
		_, err := s.organizations.Assign(n.editor(), organizations.Assignment{OrganizationIDs: ids[:1], Engineer: appoint(s.people[0])})
		require.NoError(t, err)
		gold := "Gold"
		group, err := s.groups.Save(n.editor(), groups.Saving{Name: &gold})
		require.NoError(t, err)
		_, _, err = s.groups.SetMembers(n.editor(), groups.Members{GroupID: group.ID, Add: ids[1:2]})
		require.NoError(t, err)
		require.Equal(t, []SkipReason{SkipInUse}, reasons(n.undoPreview(1)))
		require.Equal(t, []SkipReason{SkipInUse}, reasons(n.undoPreview(2)))
		require.True(t, n.undoPreview(3).Possible())
		// Deleting an organization and undoing that brings back who looks after it.
		require.NoError(t, s.organizations.Delete(n.editor(), ids[:1], false))
		n.undo(7)
		details, err := s.organizations.DetailsOf(n.editor(), ids[:1])
		require.NoError(t, err)
		require.Equal(t, s.people[0], *details[ids[0]].EngineerID)
		n.undo(8)
		require.Equal(t, 2, query[int](n, "SELECT count(*) FROM organizations"), "the redo deletes it again, with all that it had before")
	})
}
