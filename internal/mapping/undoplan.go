package mapping

import (
	"errors"
	"io"
	"slices"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/enum"
	"github.com/orgmap/orgmap/internal/journal"
)

// SkipReason is why an undo leaves an edit as it is.
type SkipReason string

// The reasons.
const (
	SkipChangedSince    SkipReason = "CHANGED_SINCE"    // a later change touched the object
	SkipGone            SkipReason = "GONE"             // an object that is needed no longer exists
	SkipNameTaken       SkipReason = "NAME_TAKEN"       // another organization has the name
	SkipQuotaExceeded   SkipReason = "QUOTA_EXCEEDED"   // the account's plan has no free place
	SkipInUse           SkipReason = "IN_USE"           // something else refers to the organization
	SkipAlreadyReverted SkipReason = "ALREADY_REVERTED" // an undo of the same change reverted it
	SkipNotUndoable     SkipReason = "NOT_UNDOABLE"     // edits of this kind, or of older versions, are never undone
)

// MarshalGQL writes the GraphQL enum value.
func (r SkipReason) MarshalGQL(w io.Writer) { enum.Write(w, r) }

// UnmarshalGQL is never called: reasons are output only.
func (r *SkipReason) UnmarshalGQL(any) error { return errors.New("a reason is no input") }

// SkippedEdit is an edit that an undo leaves as it is.
type SkippedEdit struct {
	Edit    journal.Edit
	Reason  SkipReason
	Because int64   // position of the change that is the reason; 0: none is
	Now     *string // what is there now; nil: nothing
}

// undoWorld is the data that an undo is planned on: everything that the edits of the change name.
type undoWorld struct {
	remaining     *int // how many organizations can still become active; nil: unlimited
	externalOrgs  map[uuid.UUID]undoExternalOrg
	organizations map[uuid.UUID]undoOrganization
	names         map[string]uuid.UUID // organizations that have one of the names wanted
	rejections    map[rejectedPair]uuid.UUID
	undoneBy      map[int64][]int64 // the changes that undo a change, by its position

	// These are read only if edits of fields name them.
	details     map[uuid.UUID]undoDetails // by organization
	groups      map[uuid.UUID]undoGroup
	groupNames  map[string]uuid.UUID // groups that have one of the names wanted, by their folded name
	memberships map[groupPair]undoMembership
	people      map[uuid.UUID]undoPerson // by the ID that an edit names
}

// undoExternalOrg is an external organization that exists.
type undoExternalOrg struct {
	name, integration string
	mapping           uuid.UUID // uuid.Nil: it is not mapped
	holderID          uuid.UUID
	holder            string // name of the organization that it is mapped to
	last              int64  // position of the change that mapped it or ended its last mapping
	decided           int64  // position of the last decision about it
	exclusion         *journal.Decision
}

// undoOrganization is an organization, which may no longer exist.
type undoOrganization struct {
	exists   bool
	name     string // if it does not exist: the last one
	active   bool
	last     int64 // position of the last change of the organization itself
	mappings int
	decided  bool  // it is rejected somewhere, or has a pinned alias
	arranged int64 // position of the last change that set its engineer, vCIO or note, or added it to a group, if that still holds
}

// undoPlan is what an undo does.
type undoPlan struct {
	position int64
	reverts  int
	skipped  []SkippedEdit

	deletes   []uuid.UUID // mappings
	restores  []uuid.UUID // external organizations whose mappings, ended by the change, are made again
	freed     []uuid.UUID // external organizations whose mapping is deleted
	emptied   []uuid.UUID // those that are then mapped to nothing
	removes   []uuid.UUID // organizations
	recreates []uuid.UUID // organizations that the change deleted
	updates   []organizationUpdate
	excludes  []journal.DecisionEdit // exclusions to make again
	includes  []uuid.UUID            // external organizations whose exclusions end
	rejects   []journal.DecisionEdit // rejections to make again
	revokes   []uuid.UUID            // rejections
	fields    fieldsPlan             // assignments, notes and groups
	edits     journal.Edits          // of the undo itself
}

// organizationUpdate is the state that an undo gives an organization.
type organizationUpdate struct {
	id     uuid.UUID
	name   string
	active bool
}

// planUndo plans the undo of the change at a position. An edit is reverted if the last change of its object is that very
// change. Organizations that the change deleted come back first, so that mappings can return to them; organizations that
// it created go last, when nothing is mapped to them any more.
func planUndo(world undoWorld, position int64, recorded journal.Recorded) undoPlan {
	u := undoing{world: world, undoPlan: undoPlan{position: position}, recreated: map[uuid.UUID]bool{}, leaving: map[uuid.UUID]int{}, updated: map[uuid.UUID]int{}}
	edits := recorded.Edits
	if recorded.Older {
		u.neverUndone(edits)
		return u.undoPlan
	}
	u.eachOrganization(edits, u.recreate, journal.OrganizationDeleted)
	for i := range edits.Mappings {
		u.move(&edits.Mappings[i])
	}
	u.eachOrganization(edits, u.remove, journal.OrganizationCreated)
	u.eachOrganization(edits, u.update, journal.OrganizationRenamed, journal.OrganizationDeactivated, journal.OrganizationReactivated)
	for i := range edits.Decisions {
		u.decide(&edits.Decisions[i])
	}
	for i := range edits.Fields {
		u.field(&edits.Fields[i])
	}
	u.neverUndone(journal.Edits{Integrations: edits.Integrations})
	return u.undoPlan
}

// undoing is an undo being planned.
type undoing struct {
	undoPlan
	world     undoWorld
	used      int // places in the quota that the undo has taken
	recreated map[uuid.UUID]bool
	leaving   map[uuid.UUID]int // how many mappings leave each organization
	updated   map[uuid.UUID]int // index of an organization's update
}

func (u *undoing) neverUndone(edits journal.Edits) {
	for _, edit := range edits.All() {
		u.skip(edit, SkipNotUndoable, 0, nil)
	}
}

func (u *undoing) skip(edit journal.Edit, reason SkipReason, because int64, now *string) {
	u.skipped = append(u.skipped, SkippedEdit{edit, reason, because, now})
}

// touched skips the edit and reports true if a change other than the undone one was the last of its object.
func (u *undoing) touched(edit journal.Edit, last int64, now *string) bool {
	if last == u.position {
		return false
	}
	if slices.Contains(u.world.undoneBy[u.position], last) {
		u.skip(edit, SkipAlreadyReverted, last, now)
	} else {
		u.skip(edit, SkipChangedSince, last, now)
	}
	return true
}

func (u *undoing) eachOrganization(edits journal.Edits, revert func(*journal.OrganizationEdit), kinds ...journal.OrganizationEditKind) {
	for i := range edits.Organizations {
		if slices.Contains(kinds, edits.Organizations[i].Kind) {
			revert(&edits.Organizations[i])
		}
	}
}

func (u *undoing) recreate(edit *journal.OrganizationEdit) {
	one := u.world.organizations[edit.Organization.ID]
	switch holder, taken := u.world.names[one.name]; {
	case u.touched(edit, one.last, nameIf(one.exists, one.name)):
	case taken && holder != edit.Organization.ID:
		u.skip(edit, SkipNameTaken, 0, &one.name)
	case one.active && !u.takePlace():
		u.skip(edit, SkipQuotaExceeded, 0, nil)
	default:
		u.reverts++
		u.recreated[edit.Organization.ID] = true
		u.recreates = append(u.recreates, edit.Organization.ID)
		u.edits.Organizations = append(u.edits.Organizations, journal.OrganizationEdit{
			Kind: journal.OrganizationCreated, Organization: journal.Ref{ID: edit.Organization.ID, Name: one.name},
		})
	}
}

// takePlace takes a place in the quota, and reports false if there is none.
func (u *undoing) takePlace() bool {
	if u.world.remaining != nil && u.used >= *u.world.remaining {
		return false
	}
	u.used++
	return true
}

func (u *undoing) move(edit *journal.MappingEdit) {
	external, exists := u.world.externalOrgs[edit.ExternalOrg.ID]
	now := nameIf(external.mapping != uuid.Nil, external.holder)
	switch {
	case !exists:
		u.skip(edit, SkipGone, 0, nil)
	case u.touched(edit, external.last, now):
	case edit.Before != nil && external.exclusion != nil && external.decided > u.position: // somebody has decided that it is no client
		u.skip(edit, SkipChangedSince, external.decided, now)
	case edit.Before != nil && !u.world.organizations[edit.Before.ID].exists && !u.recreated[edit.Before.ID]:
		u.skip(edit, SkipGone, 0, now)
	default:
		u.reverts++
		reverse := journal.MappingEdit{
			ExternalOrg: journal.Ref{ID: edit.ExternalOrg.ID, Name: external.name}, Integration: journal.Ref{ID: edit.Integration.ID, Name: external.integration},
			Before: u.ref(edit.After), After: u.ref(edit.Before),
		}
		if edit.After != nil {
			u.deletes, u.freed = append(u.deletes, external.mapping), append(u.freed, edit.ExternalOrg.ID)
			u.leaving[edit.After.ID]++
		}
		if edit.Before != nil {
			u.restores = append(u.restores, edit.ExternalOrg.ID)
			u.leaving[edit.Before.ID]--
		} else {
			u.emptied = append(u.emptied, edit.ExternalOrg.ID)
		}
		u.edits.Mappings = append(u.edits.Mappings, reverse)
	}
}

// ref returns an organization with its name of today.
func (u *undoing) ref(of *journal.Ref) *journal.Ref {
	if of == nil {
		return nil
	}
	return &journal.Ref{ID: of.ID, Name: u.world.organizations[of.ID].name}
}

func (u *undoing) remove(edit *journal.OrganizationEdit) {
	one := u.world.organizations[edit.Organization.ID]
	switch {
	case u.touched(edit, one.last, nameIf(one.exists, one.name)):
	case one.mappings != u.leaving[edit.Organization.ID] || one.decided || one.arranged > u.position:
		u.skip(edit, SkipInUse, 0, &one.name)
	default:
		u.reverts++
		u.removes = append(u.removes, edit.Organization.ID)
		u.edits.Organizations = append(u.edits.Organizations, journal.OrganizationEdit{
			Kind: journal.OrganizationDeleted, Organization: journal.Ref{ID: edit.Organization.ID, Name: one.name},
		})
	}
}

// update reverts a new name, a deactivation or a reactivation. A change may have made two of these edits.
func (u *undoing) update(edit *journal.OrganizationEdit) {
	key := edit.Organization.ID
	one := u.world.organizations[key]
	if u.touched(edit, one.last, nameIf(one.exists, one.name)) {
		return
	}
	to := organizationUpdate{key, one.name, one.active}
	at, again := u.updated[key]
	if again {
		to = u.updates[at]
	}
	reverse := journal.OrganizationEdit{Organization: journal.Ref{ID: key, Name: to.name}}
	switch edit.Kind {
	case journal.OrganizationRenamed:
		if holder, taken := u.world.names[edit.Previous]; taken && holder != key {
			u.skip(edit, SkipNameTaken, 0, &one.name)
			return
		}
		reverse.Kind, reverse.Previous, reverse.Organization.Name = journal.OrganizationRenamed, to.name, edit.Previous
		to.name = edit.Previous
	case journal.OrganizationDeactivated:
		if !u.takePlace() {
			u.skip(edit, SkipQuotaExceeded, 0, &one.name)
			return
		}
		reverse.Kind, to.active = journal.OrganizationReactivated, true
	default:
		reverse.Kind, to.active = journal.OrganizationDeactivated, false
	}
	if again {
		u.updates[at] = to
	} else {
		u.updated[key] = len(u.updates)
		u.updates = append(u.updates, to)
	}
	u.reverts++
	u.edits.Organizations = append(u.edits.Organizations, reverse)
}

func nameIf(is bool, name string) *string {
	if !is {
		return nil
	}
	return &name
}
