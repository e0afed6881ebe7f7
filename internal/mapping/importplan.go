package mapping

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
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
	SimilarExists          ImportOutcome = "SIMILAR_EXISTS"           // nothing: see Service.CreateFrom. Imports never have this outcome
)

// MarshalGQL writes the outcome as a GraphQL enum value.
func (o ImportOutcome) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(string(o))) }

// UnmarshalGQL is never called: outcomes are output only.
func (o *ImportOutcome) UnmarshalGQL(any) error { return errors.New("an import's outcome is no input") }

// importable is an external organization as imports need it.
type importable struct {
	ID              uuid.UUID
	IntegrationID   uuid.UUID
	IntegrationName string
	RemoteID        string
	Name            string  // as the vendor sent it
	MatchName       *string // the organization's name; nil: no organization can have this name
	Folded          string
	Removed         bool
	Mapped          bool
	Excluded        bool       // loaded for Service.CreateFrom only, because an import ignores exclusions
	Suggested       *uuid.UUID // the organization that is suggested; loaded for Service.CreateFrom only, for the same reason
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
	similar     uuid.UUID     // the organization that SimilarExists reports
}

// maps reports whether the import maps the external organization.
func (d decision) maps() bool {
	return d.outcome == Created || d.outcome == MappedExisting || d.outcome == OverwroteMapping
}

// planImport plans an import from IT Glue. It returns either the outcome of each chosen external organization, or all
// problems with the choice.
func planImport(world importWorld, chosen []uuid.UUID) (importPlan, apperr.UserErrors) {
	if len(world.integrations) == 0 {
		return importPlan{}, apperr.User(apperr.NotImportable, "Connect IT Glue with an API key first. Organizations that come through KaseyaOne cannot be imported.", apperr.InputPath("externalOrgIds")...)
	}
	if problems := checkChosen(world, chosen, world.refuseImport).Errors(); len(problems) > 0 {
		return importPlan{}, problems
	}
	return world.decideAll(chosen, nil).withinQuota(world, "This import")
}

// decideAll decides about the chosen external organizations, none of which has a problem. It processes the integrations
// in order, so that an organization created for one exists for the next. Those that have a similar organization are
// neither imported nor counted as duplicates.
func (w *importWorld) decideAll(chosen []uuid.UUID, similar map[uuid.UUID]uuid.UUID) importPlan {
	plan := importPlan{decisions: make([]decision, len(chosen))}
	first := lowestRemoteIDs(w, chosen, similar)
	created := make(map[string]bool)
	for _, integration := range w.integrations {
		for i, chosenID := range chosen {
			external := w.externalOrgs[chosenID]
			if external.IntegrationID != integration {
				continue
			}
			if organization, exists := similar[chosenID]; exists {
				plan.decisions[i] = decision{externalOrg: external, outcome: SimilarExists, similar: organization}
				continue
			}
			plan.decisions[i] = w.decide(external, first, created)
			if plan.decisions[i].outcome == Created {
				created[*external.MatchName] = true
				plan.creates = append(plan.creates, *external.MatchName)
			}
		}
	}
	return plan
}

// withinQuota returns the plan, or a problem if it creates more organizations than the quota allows.
func (p importPlan) withinQuota(world importWorld, subject string) (importPlan, apperr.UserErrors) {
	if needed := len(p.creates); needed > 0 && world.remaining != nil && needed > *world.remaining {
		return importPlan{}, apperr.User(apperr.QuotaExceeded, quotaMessage(subject, needed, *world.remaining), apperr.InputPath("externalOrgIds")...)
	}
	return p, nil
}

func quotaMessage(subject string, needed, left int) string {
	created := strconv.Itoa(needed) + " organizations"
	if needed == 1 {
		created = "1 organization"
	}
	return fmt.Sprintf("%s would create %s, and your plan allows %d more. Choose fewer, deactivate organizations, or upgrade your plan.", subject, created, left)
}

// unknownExternalOrg is the message for external organizations that are not in the account.
const unknownExternalOrg = "This external organization does not exist."

// checkChosen returns the problems with the chosen external organizations. refuse returns why one that exists cannot be
// among them, or "".
func checkChosen(world importWorld, chosen []uuid.UUID, refuse func(importable) (apperr.UserErrorCode, string)) *apperr.Problems {
	found := new(apperr.Problems)
	seen := make(map[uuid.UUID]bool, len(chosen))
	for i, chosenID := range chosen {
		path := apperr.InputPath("externalOrgIds", i)
		external, exists := world.externalOrgs[chosenID]
		switch {
		case !exists:
			found.Add(apperr.NotFound, path, unknownExternalOrg)
		case seen[chosenID] && !external.Removed:
			found.Add(apperr.Invalid, path, "%s is given twice.", name.Quote(external.Name))
		default:
			if code, message := refuse(external); message != "" {
				found.Add(code, path, "%s", message)
			}
		}
		seen[chosenID] = true
	}
	return found
}

// refuseImport returns why an external organization cannot be imported from IT Glue, or "".
func (w *importWorld) refuseImport(external importable) (apperr.UserErrorCode, string) {
	switch {
	case external.Removed:
		return apperr.NotFound, unknownExternalOrg
	case !slices.Contains(w.integrations, external.IntegrationID):
		return apperr.NotImportable, fmt.Sprintf("%s does not belong to an IT Glue integration with an API key.", name.Quote(external.Name))
	}
	return refuseNameless(external)
}

// refuseNameless returns why no organization can be created for an external organization, or "".
func refuseNameless(external importable) (apperr.UserErrorCode, string) {
	if external.MatchName == nil && !external.Mapped {
		return apperr.Invalid, whyNotNameable(external.Name)
	}
	return "", ""
}

// whyNotNameable says why no organization can have the name that the vendor sent.
func whyNotNameable(sent string) string {
	if _, err := name.Normalize(sent); err != nil {
		return err.Error()
	}
	return "An organization cannot have this name."
}

// lowestRemoteIDs returns which external organization is imported for each name. It ignores those that are mapped
// already, and those that have a similar organization.
func lowestRemoteIDs(world *importWorld, chosen []uuid.UUID, similar map[uuid.UUID]uuid.UUID) map[namesake]uuid.UUID {
	lowest := make(map[namesake]uuid.UUID, len(chosen))
	for _, chosenID := range chosen {
		external := world.externalOrgs[chosenID]
		if _, exists := similar[chosenID]; exists || external.Mapped {
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
