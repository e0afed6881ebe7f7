package mapping

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"hash"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/journal"
)

// MaximumCSVChanges is the maximum number of mappings that one file changes: the account's lock blocks its other writes
// until they are made.
const MaximumCSVChanges = 20_000

// CSVInstead says that a line's external organizations are mapped to an existing organization, whatever the line says.
type CSVInstead struct {
	Line           int
	OrganizationID uuid.UUID
}

// csvChanges is what the chosen lines of a file change.
type csvChanges struct {
	creates []string // names of organizations
	moves   []csvPlacement
	leaves  []cellMapping // mappings that end without another in their place
}

// csvPlacement is an external organization that is mapped to an organization.
type csvPlacement struct {
	external *csvExternal
	existing *csvOrganization // nil: that with the name is created
	name     string
}

// quotaExceeded marks the rows for whose organizations the quota has no place, in the order of the file. Someone who
// chooses other rows can still apply them.
func quotaExceeded(decisions []csvDecision, remaining *int) {
	if remaining == nil {
		return
	}
	places := map[string]bool{}
	for i := range decisions {
		d := &decisions[i]
		if d.outcome != CSVCreates || places[d.creates] {
			continue
		}
		if len(places) >= *remaining {
			d.outcome = CSVCannotApply
			d.refuse(CSVOverQuota, -1, 0, messageOverQuota(*remaining))
			continue
		}
		places[d.creates] = true
	}
}

// applicable reports whether a line can be chosen. Whether the quota suffices depends on all chosen lines together.
func (d *csvDecision) applicable() bool {
	for _, one := range d.problems {
		if one.Code != CSVOverQuota {
			return false
		}
	}
	return true
}

// chooseCSV returns what the chosen lines change, or all problems with the choice.
func chooseCSV(world csvWorld, decisions []csvDecision, lines []int, instead []CSVInstead, remaining *int) (csvChanges, apperr.UserErrors) {
	var problems apperr.Problems
	byLine := make(map[int]*csvDecision, len(decisions))
	for i := range decisions {
		byLine[decisions[i].row.line] = &decisions[i]
	}
	chosen := map[int]bool{}
	check := func(line int, path ...any) {
		d := byLine[line]
		switch {
		case d == nil:
			problems.Add(apperr.NotFound, apperr.InputPath(path...), "The file has no row at line %d.", line)
		case chosen[line]:
			problems.Add(apperr.Invalid, apperr.InputPath(path...), "Line %d is chosen twice.", line)
		case !d.applicable():
			problems.Add(apperr.Invalid, apperr.InputPath(path...), "Line %d cannot be applied: %s", line, d.explainProblems())
		}
		chosen[line] = true
	}
	for i, line := range lines {
		check(line, "lines", i)
	}
	targets := make(map[int]*csvOrganization, len(instead))
	for i, one := range instead {
		check(one.Line, "instead", i, "line")
		if targets[one.Line] = world.organizations[one.OrganizationID]; targets[one.Line] == nil {
			problems.Add(apperr.NotFound, apperr.InputPath("instead", i, "organizationId"), "This organization does not exist.")
		}
	}
	if found := problems.Errors(); len(found) > 0 {
		return csvChanges{}, found
	}
	changes := collectCSV(decisions, chosen, targets)
	return changes, changes.check(remaining)
}

func (c *csvChanges) check(remaining *int) apperr.UserErrors {
	if needed := len(c.creates); remaining != nil && needed > *remaining {
		return apperr.User(apperr.QuotaExceeded, quotaMessage("This file", needed, *remaining), apperr.InputPath("lines")...)
	}
	if count := len(c.moves) + len(c.leaves); count > MaximumCSVChanges {
		return apperr.User(apperr.Invalid, fmt.Sprintf("These lines change %d mappings; at most %d can be changed at once. Choose fewer lines.", count, MaximumCSVChanges), apperr.InputPath("lines")...)
	}
	return nil
}

// collectCSV adds up what the chosen lines change. An external organization that leaves one cell and is named for another
// moves.
func collectCSV(decisions []csvDecision, chosen map[int]bool, instead map[int]*csvOrganization) (changes csvChanges) {
	created, placed, left := map[string]bool{}, map[uuid.UUID]bool{}, map[uuid.UUID]bool{}
	for i := range decisions {
		d := &decisions[i]
		if !chosen[d.row.line] {
			continue
		}
		target, isInstead := instead[d.row.line]
		if !isInstead {
			target = d.existing
		}
		if target == nil && !created[d.creates] {
			created[d.creates] = true
			changes.creates = append(changes.creates, d.creates)
		}
		for _, one := range d.moves {
			placed[one.external.id] = true
			if target == nil || !one.external.mapped() || one.external.holder.OrganizationID != target.id {
				changes.moves = append(changes.moves, csvPlacement{one.external, target, d.creates})
			}
		}
	}
	for i := range decisions {
		d := &decisions[i]
		if _, isInstead := instead[d.row.line]; isInstead || !chosen[d.row.line] {
			continue
		}
		for _, one := range d.leaves {
			if !placed[one.ExternalOrgID] && !left[one.ID] {
				left[one.ID] = true
				changes.leaves = append(changes.leaves, one)
			}
		}
	}
	return changes
}

// executed returns the changes as the mappings to delete and to insert, and as edits. ids are those of the organizations
// to create.
func (c *csvChanges) executed(world csvWorld, ids map[string]uuid.UUID) (deletes []uuid.UUID, inserts []newMapping, edits journal.Edits) {
	for _, created := range c.creates {
		edits.Organizations = append(edits.Organizations, journal.OrganizationEdit{
			Kind: journal.OrganizationCreated, Organization: journal.Ref{ID: ids[created], Name: created},
		})
	}
	for _, one := range c.moves {
		after := &journal.Ref{ID: ids[one.name], Name: one.name}
		if one.existing != nil {
			after = &journal.Ref{ID: one.existing.id, Name: one.existing.name}
		}
		edit := journal.MappingEdit{
			ExternalOrg: journal.Ref{ID: one.external.id, Name: one.external.name},
			Integration: journal.Ref{ID: one.external.integration, Name: world.integrations[one.external.integration]}, After: after,
		}
		if one.external.mapped() {
			edit.Before = one.external.holder.organization()
			deletes = append(deletes, one.external.holder.ID)
		}
		inserts = append(inserts, newMapping{cell: cellKey{after.ID, one.external.integration}, externalOrgID: one.external.id})
		edits.Mappings = append(edits.Mappings, edit)
	}
	for _, one := range c.leaves {
		deletes = append(deletes, one.ID)
		edits.Mappings = append(edits.Mappings, journal.MappingEdit{
			ExternalOrg: one.external(), Integration: journal.Ref{ID: one.IntegrationID, Name: world.integrations[one.IntegrationID]}, Before: one.organization(),
		})
	}
	return deletes, inserts, edits
}

// hashCSV returns a text that differs whenever a row of the file would do something else. The quota is left out: whether
// it suffices depends on the lines that are chosen.
func hashCSV(input CSVInput, decisions []csvDecision) string {
	digest := sha256.New()
	_, _ = digest.Write(input.Content)
	for i := range decisions {
		decisions[i].addTo(digest)
	}
	return base64.RawURLEncoding.EncodeToString(digest.Sum(nil)[:digestSize])
}

func (d *csvDecision) addTo(digest hash.Hash) {
	organization, similar := uuid.Nil, uuid.Nil
	if d.existing != nil {
		organization = d.existing.id
	}
	if d.similar != nil {
		similar = d.similar.id
	}
	_, _ = fmt.Fprintf(digest, "\n%d %s %s %q %s", d.row.line, d.outcome, organization, d.creates, similar)
	for _, one := range d.moves {
		_, _ = fmt.Fprintf(digest, " +%s %s", one.external.id, one.external.holder.ID)
	}
	for _, one := range d.leaves {
		_, _ = fmt.Fprintf(digest, " -%s", one.ID)
	}
	for _, one := range d.problems {
		_, _ = fmt.Fprintf(digest, " !%s %d %d", one.Code, one.Column, one.Line)
	}
}
