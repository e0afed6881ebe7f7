package mapping

import (
	"time"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/journal"
)

// rejectedPair is an external organization and an organization that it is not.
type rejectedPair struct{ externalOrgID, organizationID uuid.UUID }

// decide reverts an exclusion or a rejection, or the end of one. What has no intervals is compared by value: it must be
// exactly as the change left it.
func (u *undoing) decide(edit *journal.DecisionEdit) {
	external, exists := u.world.externalOrgs[edit.ExternalOrg.ID]
	switch {
	case edit.Kind == journal.DecisionAlias:
		u.skip(edit, SkipNotUndoable, 0, nil)
	case !exists || edit.Organization != nil && !u.world.organizations[edit.Organization.ID].exists:
		u.skip(edit, SkipGone, 0, nil)
	case edit.Kind == journal.DecisionExclusion:
		u.exclusion(edit, external)
	default:
		u.rejection(edit, external)
	}
}

func (u *undoing) exclusion(edit *journal.DecisionEdit, external undoExternalOrg) {
	switch {
	case !sameExclusion(external.exclusion, edit.After):
		u.touched(edit, max(external.decided, u.position+1), nameIf(external.exclusion != nil, "excluded"))
		return
	case edit.Before != nil && external.mapping != uuid.Nil: // it is a client after all
		u.skip(edit, SkipChangedSince, external.last, &external.holder)
		return
	}
	if edit.Before == nil {
		u.includes = append(u.includes, edit.ExternalOrg.ID)
	} else {
		u.excludes = append(u.excludes, *edit)
	}
	u.reverse(edit, external)
}

func sameExclusion(left, right *journal.Decision) bool {
	if left == nil || right == nil {
		return left == right
	}
	return left.Reason == right.Reason && left.Note == right.Note && left.At.Equal(right.At) && sameTime(left.Until, right.Until)
}

func sameTime(left, right *time.Time) bool {
	if left == nil || right == nil {
		return left == right
	}
	return left.Equal(*right)
}

func (u *undoing) rejection(edit *journal.DecisionEdit, external undoExternalOrg) {
	present, rejected := u.world.rejections[rejectedPair{edit.ExternalOrg.ID, edit.Organization.ID}]
	intact := !rejected
	if edit.After != nil {
		intact = present == edit.After.ID
	}
	switch {
	case !intact:
		u.touched(edit, max(external.decided, u.position+1), nameIf(rejected, "rejected"))
		return
	case edit.Before != nil && external.mapping != uuid.Nil && external.holderID == edit.Organization.ID:
		u.skip(edit, SkipChangedSince, external.last, &external.holder)
		return
	}
	if edit.After != nil {
		u.revokes = append(u.revokes, edit.After.ID)
	} else {
		u.rejects = append(u.rejects, *edit)
	}
	u.reverse(edit, external)
}

// reverse records that the undo reverts a decision.
func (u *undoing) reverse(edit *journal.DecisionEdit, external undoExternalOrg) {
	u.reverts++
	u.edits.Decisions = append(u.edits.Decisions, journal.DecisionEdit{
		Kind: edit.Kind, ExternalOrg: journal.Ref{ID: edit.ExternalOrg.ID, Name: external.name}, Organization: u.ref(edit.Organization),
		Before: edit.After, After: edit.Before,
	})
}
