package mapping

import (
	"fmt"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/name"
)

// undoDetails is what an account keeps beside an organization.
type undoDetails struct {
	engineer, vcio undoPerson
	note           string

	engineerSince, vcioSince, noteSince int64 // positions of the last changes
}

// undoPerson is a person with their name of today; uuid.Nil: nobody.
type undoPerson struct {
	id   uuid.UUID
	name string
}

func (p undoPerson) nameOrNil() *string { return nameIf(p.id != uuid.Nil, p.name) }

// groupPair is an organization and a group that it may be in.
type groupPair struct{ organizationID, groupID uuid.UUID }

// undoMembership says whether an organization is in a group.
type undoMembership struct {
	member bool
	last   int64
}

// undoGroup is a group, whose creation may have been undone.
type undoGroup struct {
	exists   bool
	name     string
	color    string
	archived bool
	last     int64 // position of the last change of the group itself
	joined   int64 // position of the last change by which an organization joined that is still in it
}

// fieldsPlan is what an undo does with assignments, notes and groups.
type fieldsPlan struct {
	assigns     []detailUpdate
	memberships []membershipUpdate
	groups      []groupUpdate
}

// detailUpdate is the value that an undo gives a field of an organization.
type detailUpdate struct {
	organization uuid.UUID
	field        journal.Field
	person       uuid.UUID // of an engineer or vCIO; uuid.Nil: nobody
	note         string
}

// membershipUpdate says that an undo adds an organization to a group, or removes it.
type membershipUpdate struct {
	groupPair

	member bool
}

// groupUpdate is the state that an undo gives a group.
type groupUpdate struct {
	id       uuid.UUID
	name     string
	color    string
	archived bool
	removed  bool
}

// field reverts an assignment, a note, a membership, or what was done to a group. Edits of people, API tokens and settings
// are never undone.
func (u *undoing) field(edit *journal.FieldEdit) {
	switch {
	case edit.Of == id.Organization && edit.Field == journal.FieldGroups:
		u.membership(edit)
	case edit.Of == id.Organization:
		u.detail(edit)
	case edit.Of == id.Group:
		u.group(edit)
	default:
		u.skip(edit, SkipNotUndoable, 0, nil)
	}
}

// detail reverts an assignment or a note.
func (u *undoing) detail(edit *journal.FieldEdit) {
	details := u.world.details[edit.Subject.ID]
	var last int64
	var now *string
	switch edit.Field {
	case journal.FieldEngineer:
		last, now = details.engineerSince, details.engineer.nameOrNil()
	case journal.FieldVCIO:
		last, now = details.vcioSince, details.vcio.nameOrNil()
	case journal.FieldNote:
		last, now = details.noteSince, nameIf(details.note != "", details.note)
	default: // of a newer version
		u.skip(edit, SkipNotUndoable, 0, nil)
		return
	}
	switch {
	case !u.there(edit.Subject.ID):
		u.skip(edit, SkipGone, 0, nil)
	case u.touched(edit, last, now):
	case edit.BeforeID != uuid.Nil && u.world.people[edit.BeforeID].id == uuid.Nil:
		u.skip(edit, SkipGone, 0, now)
	default:
		to := detailUpdate{organization: edit.Subject.ID, field: edit.Field}
		reverse := u.reverseField(edit)
		if edit.Field == journal.FieldNote {
			to.note = textOf(edit.Before)
		} else if edit.Before != nil {
			before := u.world.people[edit.BeforeID] // who a person turned out to be, with the name of today
			to.person, reverse.AfterID, reverse.After = before.id, before.id, &before.name
		}
		u.fields.assigns = append(u.fields.assigns, to)
		u.edits.Fields = append(u.edits.Fields, reverse)
		u.reverts++
	}
}

// there reports whether an organization exists, or will when the undo is done.
func (u *undoing) there(organization uuid.UUID) bool {
	return u.world.organizations[organization].exists || u.recreated[organization]
}

// reverseField returns the edit that reverts another, with the names of today.
func (u *undoing) reverseField(edit *journal.FieldEdit) journal.FieldEdit {
	subject := journal.Ref{ID: edit.Subject.ID, Name: u.world.organizations[edit.Subject.ID].name}
	return journal.FieldEdit{Subject: subject, Of: edit.Of, Field: edit.Field, Before: edit.After, BeforeID: edit.AfterID, After: edit.Before, AfterID: edit.BeforeID}
}

func textOf(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

func (u *undoing) membership(edit *journal.FieldEdit) {
	pair := groupPair{edit.Subject.ID, edit.AfterID}
	joined := edit.After != nil
	if !joined {
		pair.groupID = edit.BeforeID
	}
	present, group := u.world.memberships[pair], u.world.groups[pair.groupID]
	switch {
	case !u.there(pair.organizationID) || !group.exists:
		u.skip(edit, SkipGone, 0, nil)
	case u.touched(edit, present.last, nameIf(present.member, group.name)):
	default:
		reverse := u.reverseField(edit)
		reverse.Before, reverse.After = nameIf(joined, group.name), nameIf(!joined, group.name)
		u.fields.memberships = append(u.fields.memberships, membershipUpdate{pair, !joined})
		u.edits.Fields = append(u.edits.Fields, reverse)
		u.reverts++
	}
}

// group reverts what was done to a group: a creation removes it, unless organizations have joined it since.
func (u *undoing) group(edit *journal.FieldEdit) {
	one := u.world.groups[edit.Subject.ID]
	if u.touched(edit, one.last, nameIf(one.exists, one.name)) {
		return
	}
	to, at := u.groupUpdate(edit.Subject.ID)
	reverse := journal.FieldEdit{Subject: journal.Ref{ID: edit.Subject.ID}, Of: edit.Of, Field: edit.Field, Before: edit.After, After: edit.Before}
	taken := func(wanted string) bool {
		holder, is := u.world.groupNames[name.Fold(wanted)]
		return is && holder != edit.Subject.ID
	}
	switch {
	case edit.Field == journal.FieldName && edit.Before == nil && one.joined > u.position:
		u.skip(edit, SkipInUse, 0, &one.name)
		return
	case edit.Field == journal.FieldName && edit.Before == nil:
		to.removed = true
	case edit.Field == journal.FieldName && taken(*edit.Before):
		u.skip(edit, SkipNameTaken, 0, nameIf(one.exists, one.name))
		return
	case edit.Field == journal.FieldName:
		to.name, to.removed = *edit.Before, false
	case edit.Field == journal.FieldColor && edit.Before != nil:
		to.color = *edit.Before
	case edit.Field == journal.FieldArchived && edit.Before != nil:
		to.archived = *edit.Before == fmt.Sprint(true)
	default: // of a newer version
		u.skip(edit, SkipNotUndoable, 0, nil)
		return
	}
	reverse.Subject.Name = to.name
	if at < 0 {
		u.fields.groups = append(u.fields.groups, to)
	} else {
		u.fields.groups[at] = to
	}
	u.edits.Fields = append(u.edits.Fields, reverse)
	u.reverts++
}

// groupUpdate returns the state that the undo gives the group so far, and its index; -1: none yet. A change may have made
// several edits of one group.
func (u *undoing) groupUpdate(group uuid.UUID) (groupUpdate, int) {
	for i, one := range u.fields.groups {
		if one.id == group {
			return one, i
		}
	}
	one := u.world.groups[group]
	return groupUpdate{id: group, name: one.name, color: one.color, archived: one.archived, removed: !one.exists}, -1
}

// touchedGroups returns the groups that the undo changes or whose members it changes, and those that it removes.
func (f *fieldsPlan) touchedGroups() (changed, removed []uuid.UUID) {
	for _, one := range f.groups {
		if one.removed {
			removed = append(removed, one.id)
		} else {
			changed = append(changed, one.id)
		}
	}
	for _, one := range f.memberships {
		changed = append(changed, one.groupID)
	}
	return id.Unique(changed), removed
}
