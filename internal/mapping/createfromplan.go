package mapping

import (
	"fmt"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/name"
)

// planCreateFrom plans creating organizations from external organizations. It returns either the outcome of each chosen
// external organization, or all problems with the choice.
func planCreateFrom(world importWorld, request CreateFrom) (importPlan, apperr.UserErrors) {
	found := checkChosen(world, request.ExternalOrgIDs, refuseCreateFrom)
	chosen := setOf(request.ExternalOrgIDs)
	for i, confirmed := range request.DespiteSimilar {
		if !chosen[confirmed] {
			found.Add(apperr.Invalid, apperr.InputPath("createDespiteSimilar", i), "This external organization is not in externalOrgIds.")
		}
	}
	if problems := found.Errors(); len(problems) > 0 {
		return importPlan{}, problems
	}
	return world.decideAll(request.ExternalOrgIDs, world.similarTo(request)).withinQuota(world, "This")
}

// refuseCreateFrom returns why an organization cannot be created from an external organization, or "".
func refuseCreateFrom(external importable) (apperr.UserErrorCode, string) {
	switch {
	case external.Removed:
		return apperr.NotFound, fmt.Sprintf("The vendor no longer lists %s.", name.Quote(external.Name))
	case external.Excluded && !external.Mapped:
		return apperr.Invalid, fmt.Sprintf("%s is excluded. Include it first.", name.Quote(external.Name))
	}
	return refuseNameless(external)
}

// similarTo returns the organizations that SimilarExists reports, by external organization: the suggested one, unless the
// request ignores the suggestion; otherwise the one of the same name if its cell is not empty. A person may have filled the
// cell, and creating organizations must not undo that.
func (w *importWorld) similarTo(request CreateFrom) map[uuid.UUID]uuid.UUID {
	ignored, similar := setOf(request.DespiteSimilar), map[uuid.UUID]uuid.UUID{}
	for _, chosenID := range request.ExternalOrgIDs {
		external := w.externalOrgs[chosenID]
		if external.Mapped {
			continue
		}
		existing, exists := w.organizations[*external.MatchName]
		switch {
		case external.Suggested != nil && !ignored[chosenID]:
			similar[chosenID] = *external.Suggested
		case exists && len(w.cells[cellKey{existing, external.IntegrationID}]) > 0:
			similar[chosenID] = existing
		}
	}
	return similar
}
