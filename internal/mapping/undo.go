package mapping

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/pg"
)

// MaximumPreviewed is the maximum number of edits whose undo is previewed together.
const MaximumPreviewed = 50_000

// UndoPreview is what undoing a change does or did.
type UndoPreview struct {
	Position int64  // of the change to undo
	Cursor   string // for Undo: what the preview rests on
	Reverts  int    // edits
	Skipped  []SkippedEdit
}

// Possible reports whether undoing reverts anything.
func (p *UndoPreview) Possible() bool { return p.Reverts > 0 }

// SkippedCount returns the number of edits that are left as they are.
func (p *UndoPreview) SkippedCount() int { return len(p.Skipped) }

// Undone is the result of an undo.
type Undone struct {
	UndoPreview
	Change   int64 // position of the change that the undo made; 0: nothing was reverted
	Conflict bool  // the preview would be another one by now, so nothing was reverted
}

// PreviewUndos returns what undoing each of the changes at the positions would do now, in a fixed number of statements.
// A position that history does not have gets no entry. The error is BAD_USER_INPUT if several changes have more
// than MaximumPreviewed edits together.
func (s *Service) PreviewUndos(ctx context.Context, positions []int64) (map[int64]*UndoPreview, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	previews := make(map[int64]*UndoPreview, len(positions))
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		usage, err := account.UsageOf(ctx, tx, actor.AccountID)
		if err != nil {
			return err
		}
		plans, err := readUndos(ctx, tx, actor.AccountID, usage, positions)
		for _, plan := range plans {
			preview := plan.preview(actor.AccountID)
			previews[plan.position] = &preview
		}
		return err
	})
	return previews, err
}

// sender is what reading needs of a transaction of either kind.
type sender interface {
	Send(ctx context.Context, statements ...pg.Statement) error
}

// readUndos reads the changes at the positions and plans the undo of each by itself.
func readUndos(ctx context.Context, tx sender, accountID uuid.UUID, usage account.Usage, positions []int64) ([]undoPlan, error) {
	recorded := journal.RecordedEdits{}
	if err := tx.Send(ctx, recorded.Reading(accountID, positions)); err != nil {
		return nil, err
	}
	return planUndos(ctx, tx, accountID, usage, recorded)
}

func planUndos(ctx context.Context, tx sender, accountID uuid.UUID, usage account.Usage, recorded journal.RecordedEdits) ([]undoPlan, error) {
	if err := recorded.Err(); err != nil {
		return nil, err
	}
	count, texts := 0, make([]string, 0, len(recorded))
	for position, edits := range recorded {
		count += edits.Count()
		texts = append(texts, strconv.FormatInt(position, 10))
	}
	if count > MaximumPreviewed && len(recorded) > 1 {
		return nil, apperr.New(apperr.BadUserInput, "The undo of at most %d edits can be previewed at once, not %d. Ask for fewer changes.", MaximumPreviewed, count)
	}
	world := undoWorld{remaining: usage.Organizations.Remaining()}
	if err := tx.Send(ctx, world.reading(accountID, texts, recorded)...); err != nil {
		return nil, err
	}
	plans := make([]undoPlan, 0, len(recorded))
	for position, edits := range recorded {
		plans = append(plans, planUndo(world, position, edits))
	}
	return plans, nil
}

// Undo reverts the edits of a change, as far as nobody has touched their objects since, and records that as a change.
// previewCursor is that of a preview; nil: revert whatever can be reverted. If the preview would be another one by now,
// Conflict is set and nothing is reverted. User error: NOT_FOUND.
func (s *Service) Undo(ctx context.Context, change uuid.UUID, previewCursor *string) (Undone, error) {
	actor, err := auth.Require(ctx, auth.Editor)
	if err != nil {
		return Undone{}, err
	}
	position := journal.PositionOf(actor.AccountID, change)
	if previewCursor != nil {
		if err := checkUndoCursor(*previewCursor, actor.AccountID, position); err != nil {
			return Undone{}, err
		}
	}
	var undone Undone
	// Not a batch, whose plans suit the few rows of a save: an undo may touch tens of thousands.
	err = s.db.Write(ctx, actor.AccountID, func(ctx context.Context, tx pg.Tx) error {
		undone = Undone{}
		usage, recorded := account.Usage{}, journal.RecordedEdits{}
		if err := tx.Send(ctx, account.LockStatement(actor.AccountID, &usage), recorded.Reading(actor.AccountID, []int64{position})); err != nil {
			return err
		}
		plans, err := planUndos(ctx, tx, actor.AccountID, usage, recorded)
		if err != nil {
			return err
		}
		if len(plans) == 0 {
			return apperr.User(apperr.NotFound, "This change does not exist, or history does not reach back to it.", apperr.InputPath("changeId")...)
		}
		plan := plans[0]
		undone.UndoPreview = plan.preview(actor.AccountID)
		if previewCursor != nil && *previewCursor != undone.Cursor {
			undone.Conflict = true
			return nil
		}
		if plan.reverts == 0 {
			return nil
		}
		made := plan.change(actor)
		appended := s.journal.AppendStatement(ctx, tx, made)
		take := appended.Take
		appended.Take = func(row pg.Row) {
			undone.Change = int64(row.Int(0))
			take(row)
		}
		return tx.Send(ctx, append(plan.statements(actor.AccountID), appended)...)
	})
	if err != nil {
		return Undone{}, userError(err, apperr.InputPath("changeId")...)
	}
	return undone, nil
}

// change returns the change that the undo makes.
func (p *undoPlan) change(actor auth.Actor) journal.Change {
	kind := journal.Decisions
	switch {
	case len(p.edits.Mappings) > 0 || len(p.removes) > 0:
		kind = journal.Mappings
	case len(p.fields.groups)+len(p.fields.memberships) > 0:
		kind = journal.Groups
	case len(p.edits.Organizations)+len(p.edits.Fields) > 0:
		kind = journal.Organizations
	}
	made := journal.Made(actor, kind, "change.undone")
	made.Undoes, made.Edits, made.RemovedOrganizationIDs = &p.position, p.edits, p.removes
	summary := "undid a change: " + p.edits.Sentence()
	made.Summary = &summary
	named := map[uuid.UUID]bool{}
	for _, removed := range p.removes {
		named[removed] = true
	}
	touch := func(one *journal.Ref) {
		if one != nil && !named[one.ID] {
			named[one.ID] = true
			made.OrganizationIDs = append(made.OrganizationIDs, one.ID)
		}
	}
	for i := range p.edits.Organizations {
		touch(&p.edits.Organizations[i].Organization)
	}
	for i := range p.edits.Mappings {
		touch(p.edits.Mappings[i].Before)
		touch(p.edits.Mappings[i].After)
	}
	for i := range p.edits.Decisions {
		touch(p.edits.Decisions[i].Organization)
		made.ExternalOrgIDs = append(made.ExternalOrgIDs, p.edits.Decisions[i].ExternalOrg.ID)
	}
	for i := range p.edits.Fields {
		if p.edits.Fields[i].Of == id.Organization {
			touch(&p.edits.Fields[i].Subject)
		}
	}
	made.SubjectIDs, made.RemovedSubjectIDs = p.fields.touchedGroups()
	return made
}

func (p *undoPlan) preview(accountID uuid.UUID) UndoPreview {
	return UndoPreview{Position: p.position, Cursor: p.cursor(accountID), Reverts: p.reverts, Skipped: p.skipped}
}

// undoCursorPrefix distinguishes the cursor of a preview from other cursors.
const undoCursorPrefix = "u1:"

// cursor returns a text that names the change and differs whenever the preview says something else.
func (p *undoPlan) cursor(accountID uuid.UUID) string {
	digest := sha256.New()
	_, _ = fmt.Fprintf(digest, "%d", p.reverts)
	for _, one := range p.skipped {
		now := ""
		if one.Now != nil {
			now = strconv.Quote(*one.Now)
		}
		_, _ = fmt.Fprintf(digest, "\n%s %s %d %s", one.subject(), one.Reason, one.Because, now)
	}
	return base64.RawURLEncoding.EncodeToString(append([]byte(cursorHead(accountID, p.position)), digest.Sum(nil)[:digestSize]...))
}

// subject identifies the edit within its change.
func (e SkippedEdit) subject() string {
	switch edit := e.Edit.(type) {
	case *journal.MappingEdit:
		return edit.ExternalOrg.ID.String()
	case *journal.OrganizationEdit:
		return edit.Organization.ID.String() + string(edit.Kind)
	case *journal.DecisionEdit:
		return edit.ExternalOrg.ID.String() + string(edit.Kind)
	case *journal.FieldEdit:
		return edit.Subject.ID.String() + edit.Field + edit.BeforeID.String() + edit.AfterID.String()
	}
	return ""
}

func cursorHead(accountID uuid.UUID, position int64) string {
	return undoCursorPrefix + journal.NodeOf(accountID, position).String() + ":"
}

// checkUndoCursor returns an error with code BAD_USER_INPUT unless the text is the cursor of a preview of the change.
func checkUndoCursor(text string, accountID uuid.UUID, position int64) error {
	decoded, err := base64.RawURLEncoding.DecodeString(text)
	head := cursorHead(accountID, position)
	switch {
	case err != nil || !strings.HasPrefix(string(decoded), undoCursorPrefix) || len(decoded) != len(head)+digestSize:
		return apperr.New(apperr.BadUserInput, "previewCursor is not the cursor of a preview: take it from Change.undo.")
	case !strings.HasPrefix(string(decoded), head):
		return apperr.New(apperr.BadUserInput, "previewCursor is the cursor of another change's preview.")
	}
	return nil
}
