package mapping

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/name"
)

// ImportOutcome is what an import does, or did, with one external organization.
type ImportOutcome string

// The outcomes.
const (
	Created                ImportOutcome = "CREATED"                  // an organization was created and mapped
	MappedExisting         ImportOutcome = "MAPPED_EXISTING"          // the organization with this name was mapped
	OverwroteMapping       ImportOutcome = "OVERWROTE_MAPPING"        // as MappedExisting, replacing the cell's content
	SkippedAlreadyImported ImportOutcome = "SKIPPED_ALREADY_IMPORTED" // it is already mapped
	SkippedDuplicateName   ImportOutcome = "SKIPPED_DUPLICATE_NAME"   // another one with this name has a lower remote ID
)

// MarshalGQL writes the outcome as a GraphQL enum value.
func (o ImportOutcome) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(string(o))) }

// UnmarshalGQL is never called: outcomes are output only.
func (o *ImportOutcome) UnmarshalGQL(any) error { return errors.New("an import's outcome is no input") }

// importable is an external organization as imports need it.
type importable struct {
	ID            uuid.UUID
	IntegrationID uuid.UUID
	RemoteID      string
	Name          string  // as the vendor sent it
	MatchName     *string // the organization's name; nil: no organization can have this name
	Folded        string
	Removed       bool
	Mapped        bool
}

// namesake identifies the external organizations of one integration that an import would map to the same organization.
type namesake struct {
	integrationID uuid.UUID
	name          string
}

func (e importable) namesake() namesake { return namesake{e.IntegrationID, *e.MatchName} }

// importWorld is the data that an import is planned on.
type importWorld struct {
	integrations  []uuid.UUID // importable ones, in the order in which they were connected
	externalOrgs  map[uuid.UUID]importable
	organizations map[string]uuid.UUID      // existing ones with the external organizations' names, active or not
	cells         map[cellKey][]cellMapping // of these organizations in these integrations
	remaining     *int                      // how many organizations can still be created; nil: unlimited
}

// importPlan is what an import does.
type importPlan struct {
	decisions []decision // one for each chosen external organization, in their order
	creates   []string   // names of the organizations to create, without duplicates
}

// decision is what an import does with one external organization.
type decision struct {
	externalOrg importable
	outcome     ImportOutcome
	existing    uuid.UUID     // the organization that it is mapped to; uuid.Nil if the import creates it or maps nothing
	replaced    []cellMapping // what OverwroteMapping removes from the cell
}

// maps reports whether the import maps the external organization.
func (d decision) maps() bool {
	return d.outcome == Created || d.outcome == MappedExisting || d.outcome == OverwroteMapping
}

// planImport plans an import. It returns either the outcome of each chosen external organization, or all problems with
// the choice. It processes the integrations in order, so that an organization created for one exists for the next.
func planImport(world importWorld, chosen []uuid.UUID) (importPlan, apperr.UserErrors) {
	if len(world.integrations) == 0 {
		return importPlan{}, apperr.User(apperr.NotImportable, "Connect IT Glue with an API key first. Organizations that come through KaseyaOne cannot be imported.", input("externalOrgIds")...)
	}
	if problems := checkChosen(world, chosen); len(problems) > 0 {
		return importPlan{}, problems
	}
	plan := importPlan{decisions: make([]decision, len(chosen))}
	first := lowestRemoteIDs(world, chosen)
	created := make(map[string]bool)
	for _, integration := range world.integrations {
		for i, chosenID := range chosen {
			external := world.externalOrgs[chosenID]
			if external.IntegrationID != integration {
				continue
			}
			plan.decisions[i] = world.decide(external, first, created)
			if plan.decisions[i].outcome == Created {
				created[*external.MatchName] = true
				plan.creates = append(plan.creates, *external.MatchName)
			}
		}
	}
	if needed := len(plan.creates); needed > 0 && world.remaining != nil && needed > *world.remaining {
		return importPlan{}, apperr.User(apperr.QuotaExceeded, quotaMessage(needed, *world.remaining), input("externalOrgIds")...)
	}
	return plan, nil
}

func quotaMessage(needed, left int) string {
	created := strconv.Itoa(needed) + " organizations"
	if needed == 1 {
		created = "1 organization"
	}
	return fmt.Sprintf("This import would create %s, and your plan allows %d more. Choose fewer, deactivate organizations, or upgrade your plan.", created, left)
}

// checkChosen returns the problems that prevent the import.
func checkChosen(world importWorld, chosen []uuid.UUID) apperr.UserErrors {
	var found apperr.Problems
	offered, seen := setOf(world.integrations), make(map[uuid.UUID]bool, len(chosen))
	for i, chosenID := range chosen {
		path := input("externalOrgIds", i)
		external, exists := world.externalOrgs[chosenID]
		switch {
		case !exists || external.Removed:
			found.Add(apperr.NotFound, path, "This external organization does not exist.")
		case seen[chosenID]:
			found.Add(apperr.Invalid, path, "%s is given twice.", quote(external.Name))
		case !offered[external.IntegrationID]:
			found.Add(apperr.NotImportable, path, "%s does not belong to an IT Glue integration with an API key.", quote(external.Name))
		case external.MatchName == nil && !external.Mapped:
			found.Add(apperr.Invalid, path, "%s", whyNotNameable(external.Name))
		}
		seen[chosenID] = true
	}
	return found.Errors()
}

// whyNotNameable says why no organization can have the name that the vendor sent.
func whyNotNameable(sent string) string {
	if _, err := name.Normalize(sent); err != nil {
		return err.Error()
	}
	return "An organization cannot have this name."
}

// lowestRemoteIDs returns which external organization is imported for each name. It ignores those that are mapped
// already.
func lowestRemoteIDs(world importWorld, chosen []uuid.UUID) map[namesake]uuid.UUID {
	lowest := make(map[namesake]uuid.UUID, len(chosen))
	for _, chosenID := range chosen {
		external := world.externalOrgs[chosenID]
		if external.Mapped {
			continue
		}
		best, twins := lowest[external.namesake()]
		if !twins || compareRemoteIDs(external.RemoteID, world.externalOrgs[best].RemoteID) < 0 {
			lowest[external.namesake()] = chosenID
		}
	}
	return lowest
}

func (w *importWorld) decide(external importable, first map[namesake]uuid.UUID, created map[string]bool) decision {
	decided := decision{externalOrg: external}
	if external.Mapped {
		decided.outcome = SkippedAlreadyImported
		return decided
	}
	if first[external.namesake()] != external.ID {
		decided.outcome = SkippedDuplicateName
		return decided
	}
	existing, exists := w.organizations[*external.MatchName]
	if !exists && !created[*external.MatchName] {
		decided.outcome = Created
		return decided
	}
	decided.outcome, decided.existing = MappedExisting, existing
	if decided.replaced = w.cells[cellKey{existing, external.IntegrationID}]; len(decided.replaced) > 0 {
		decided.outcome = OverwroteMapping
	}
	return decided
}

// compareRemoteIDs orders the vendors' IDs: numbers by value, whatever their length, before other texts.
func compareRemoteIDs(left, right string) int {
	leftNumber, rightNumber := isNumber(left), isNumber(right)
	switch {
	case leftNumber && rightNumber:
		leftDigits, rightDigits := strings.TrimLeft(left, "0"), strings.TrimLeft(right, "0")
		return cmp.Or(cmp.Compare(len(leftDigits), len(rightDigits)), strings.Compare(leftDigits, rightDigits), strings.Compare(left, right))
	case leftNumber:
		return -1
	case rightNumber:
		return 1
	}
	return strings.Compare(left, right)
}

func isNumber(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}
