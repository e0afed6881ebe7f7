package mapping

import (
	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/name"
)

// Cell is the complete new content of one cell.
type Cell struct {
	OrganizationID uuid.UUID
	IntegrationID  uuid.UUID
	ExternalOrgIDs []uuid.UUID  // empty: clears the cell
	Expected       *[]uuid.UUID // what the client saw, in any order; nil: not checked
}

func (c Cell) key() cellKey { return cellKey{c.OrganizationID, c.IntegrationID} }

// externalOrg is an external organization named in a save.
type externalOrg struct {
	ID            uuid.UUID
	IntegrationID uuid.UUID
	Name          string
}

// saveWorld is the data that a save is planned on: the part of the account that its cells touch.
type saveWorld struct {
	organizations map[uuid.UUID]string // names of the cells' organizations that exist
	integrations  map[uuid.UUID]string
	externalOrgs  map[uuid.UUID]externalOrg
	mappings      []cellMapping // the contents of the cells, and the current mappings of the wanted external organizations
}

// savePlan is what a save changes.
type savePlan struct {
	deletes []uuid.UUID // mappings
	inserts []newMapping
	removed []cellMapping // the mappings to delete
	touched []uuid.UUID   // organizations
	edits   []journal.MappingEdit
}

// planSave plans a save. It returns either the changes, or all problems with the save.
func planSave(world saveWorld, cells []Cell) (savePlan, apperr.UserErrors) {
	s := newSaveCheck(world, cells)
	for i, cell := range cells {
		s.check(i, cell)
	}
	if problems := s.problems.Errors(); len(problems) > 0 {
		return savePlan{}, problems
	}
	var plan savePlan
	for _, cell := range cells {
		plan.add(cell, s.content[cell.key()])
	}
	plan.edits = s.edits(plan)
	return plan, nil
}

// saveCheck is a save being checked.
type saveCheck struct {
	world    saveWorld
	content  map[cellKey][]cellMapping
	current  map[uuid.UUID]cellMapping // by external organization
	replaced map[cellKey]bool          // the cells whose contents the save replaces
	checked  map[cellKey]bool
	seen     map[uuid.UUID]bool // external organizations wanted by cells checked so far
	problems apperr.Problems
}

func newSaveCheck(world saveWorld, cells []Cell) *saveCheck {
	s := &saveCheck{
		world: world, content: byCell(world.mappings), current: make(map[uuid.UUID]cellMapping, len(world.mappings)),
		replaced: make(map[cellKey]bool, len(cells)), checked: make(map[cellKey]bool, len(cells)), seen: make(map[uuid.UUID]bool),
	}
	for _, one := range world.mappings {
		s.current[one.ExternalOrgID] = one
	}
	for _, cell := range cells {
		s.replaced[cell.key()] = true
	}
	return s
}

func (s *saveCheck) check(i int, cell Cell) {
	organization, organizationExists := s.world.organizations[cell.OrganizationID]
	if !organizationExists {
		s.problems.Add(apperr.NotFound, apperr.InputPath("cells", i, "organizationId"), "This organization does not exist.")
	}
	integration, integrationExists := s.world.integrations[cell.IntegrationID]
	if !integrationExists {
		s.problems.Add(apperr.NotFound, apperr.InputPath("cells", i, "integrationId"), "This integration does not exist.")
	}
	cellExists := organizationExists && integrationExists
	if cellExists && s.checked[cell.key()] {
		s.problems.Add(apperr.Invalid, apperr.InputPath("cells", i), "The cell of %s in %s is given twice.", name.Quote(organization), name.Quote(integration))
	}
	s.checked[cell.key()] = true
	if content := s.content[cell.key()]; cellExists && cell.Expected != nil && !sameSet(*cell.Expected, externalOrgIDs(content)) {
		s.problems.Add(apperr.Conflict, apperr.InputPath("cells", i, "expectedExternalOrgIds"),
			"Someone else changed this cell first: %s in %s now contains %s.", name.Quote(organization), name.Quote(integration), describe(content))
	}
	for j, wanted := range cell.ExternalOrgIDs {
		s.checkWanted(apperr.InputPath("cells", i, "externalOrgIds", j), cell, wanted)
	}
}

func (s *saveCheck) checkWanted(path []string, cell Cell, wanted uuid.UUID) {
	external, exists := s.world.externalOrgs[wanted]
	if !exists {
		s.problems.Add(apperr.NotFound, path, "This external organization does not exist.")
		return
	}
	if s.seen[wanted] {
		s.problems.Add(apperr.Invalid, path, "%s is given twice. An external organization can be mapped to only one organization.", name.Quote(external.Name))
		return
	}
	s.seen[wanted] = true
	if integration, exists := s.world.integrations[cell.IntegrationID]; exists && external.IntegrationID != cell.IntegrationID {
		s.problems.Add(apperr.Invalid, path, "%s is not an external organization of %s.", name.Quote(external.Name), name.Quote(integration))
		return
	}
	// If another cell of this save holds it now, the save either removes it there or names it twice, which is reported.
	if current, mapped := s.current[wanted]; mapped && !s.replaced[current.cell()] {
		s.problems.Add(apperr.AlreadyMapped, path, "%s is already mapped to %s.", name.Quote(external.Name), name.Quote(current.OrganizationName))
	}
}

// add adds the changes of one cell to the plan. A mapping that stays is left alone and keeps its ID and creator.
func (p *savePlan) add(cell Cell, content []cellMapping) {
	wanted := setOf(cell.ExternalOrgIDs)
	stays := make(map[uuid.UUID]bool, len(content))
	deletes, inserts := len(p.deletes), len(p.inserts)
	for _, one := range content {
		if wanted[one.ExternalOrgID] {
			stays[one.ExternalOrgID] = true
		} else {
			p.deletes, p.removed = append(p.deletes, one.ID), append(p.removed, one)
		}
	}
	for _, external := range cell.ExternalOrgIDs {
		if !stays[external] {
			p.inserts = append(p.inserts, newMapping{cell: cell.key(), externalOrgID: external})
		}
	}
	if len(p.deletes) > deletes || len(p.inserts) > inserts {
		p.touched = append(p.touched, cell.OrganizationID)
	}
}

// edits returns the plan as moves of external organizations.
func (s *saveCheck) edits(plan savePlan) []journal.MappingEdit {
	from := make(map[uuid.UUID]*journal.Ref, len(plan.removed))
	for i := range plan.removed {
		from[plan.removed[i].ExternalOrgID] = plan.removed[i].organization()
	}
	edits := make([]journal.MappingEdit, 0, max(len(plan.inserts), len(plan.removed)))
	arrived := make(map[uuid.UUID]bool, len(plan.inserts))
	for _, one := range plan.inserts {
		arrived[one.externalOrgID] = true
		edits = append(edits, journal.MappingEdit{
			ExternalOrg: journal.Ref{ID: one.externalOrgID, Name: s.world.externalOrgs[one.externalOrgID].Name},
			Integration: s.integration(one.cell.IntegrationID), Before: from[one.externalOrgID],
			After: &journal.Ref{ID: one.cell.OrganizationID, Name: s.world.organizations[one.cell.OrganizationID]},
		})
	}
	for _, one := range plan.removed {
		if !arrived[one.ExternalOrgID] {
			edits = append(edits, journal.MappingEdit{
				ExternalOrg: one.external(), Integration: s.integration(one.IntegrationID), Before: one.organization(),
			})
		}
	}
	return edits
}

func (s *saveCheck) integration(integrationID uuid.UUID) journal.Ref {
	return journal.Ref{ID: integrationID, Name: s.world.integrations[integrationID]}
}

func setOf(ids []uuid.UUID) map[uuid.UUID]bool {
	set := make(map[uuid.UUID]bool, len(ids))
	for _, id := range ids {
		set[id] = true
	}
	return set
}

// sameSet compares ignoring order and duplicates.
func sameSet(left, right []uuid.UUID) bool {
	leftSet, rightSet := setOf(left), setOf(right)
	for id := range leftSet {
		if !rightSet[id] {
			return false
		}
	}
	return len(leftSet) == len(rightSet)
}
