package mapping

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// grid is an account in memory: the mapping of each external organization.
type grid struct {
	world saveWorld // all of the account
}

func drawGrid(t *rapid.T) grid {
	world := saveWorld{organizations: map[uuid.UUID]string{}, integrations: map[uuid.UUID]string{}, externalOrgs: map[uuid.UUID]externalOrg{}}
	organizations := rapid.IntRange(1, 4).Draw(t, "organizations")
	for i := range organizations {
		world.organizations[called(fmt.Sprint("o", i))] = fmt.Sprint("o", i)
	}
	for _, integration := range []string{"i0", "i1"} {
		world.integrations[called(integration)] = integration
		for e := range rapid.IntRange(0, 5).Draw(t, "external organizations") {
			text := fmt.Sprint(integration, "e", e)
			world.externalOrgs[called(text)] = externalOrg{called(text), called(integration), text}
			if holder := rapid.IntRange(-2, organizations-1).Draw(t, "holder of "+text); holder >= 0 {
				world.mappings = append(world.mappings, cellMapping{
					ID: called("mapping of " + text), OrganizationID: called(fmt.Sprint("o", holder)), IntegrationID: called(integration),
					ExternalOrgID: called(text), ExternalName: text, OrganizationName: fmt.Sprint("o", holder),
				})
			}
		}
	}
	return grid{world}
}

func drawCells(t *rapid.T) []Cell {
	external := rapid.Custom(func(t *rapid.T) uuid.UUID {
		return called(fmt.Sprint("i", rapid.IntRange(0, 1).Draw(t, "i"), "e", rapid.IntRange(0, 5).Draw(t, "e")))
	})
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Cell {
		cell := Cell{
			OrganizationID: called(fmt.Sprint("o", rapid.IntRange(0, 4).Draw(t, "o"))),
			IntegrationID:  called(fmt.Sprint("i", rapid.IntRange(0, 1).Draw(t, "i"))),
			ExternalOrgIDs: rapid.SliceOfN(external, 0, 3).Draw(t, "externals"),
		}
		if rapid.IntRange(0, 4).Draw(t, "expects") == 0 {
			expected := rapid.SliceOfN(external, 0, 2).Draw(t, "expected")
			cell.Expected = &expected
		}
		return cell
	}), 0, 4).Draw(t, "cells")
}

// seenBy returns the part of the account that a save reads.
func (g grid) seenBy(cells []Cell) saveWorld {
	named, wanted := map[cellKey]bool{}, map[uuid.UUID]bool{}
	world := saveWorld{organizations: map[uuid.UUID]string{}, integrations: map[uuid.UUID]string{}, externalOrgs: map[uuid.UUID]externalOrg{}}
	for _, cell := range cells {
		named[cell.key()] = true
		if text, exists := g.world.organizations[cell.OrganizationID]; exists {
			world.organizations[cell.OrganizationID] = text
		}
		if text, exists := g.world.integrations[cell.IntegrationID]; exists {
			world.integrations[cell.IntegrationID] = text
		}
		for _, external := range cell.ExternalOrgIDs {
			wanted[external] = true
			if found, exists := g.world.externalOrgs[external]; exists {
				world.externalOrgs[external] = found
			}
		}
	}
	for _, one := range g.world.mappings {
		if named[one.cell()] || wanted[one.ExternalOrgID] {
			world.mappings = append(world.mappings, one)
		}
	}
	return world
}

// saved returns the expected mappings after the save, or false if the save is invalid, computed the simple way: it
// empties the named cells and fills them again.
func (g grid) saved(cells []Cell) (map[uuid.UUID]cellKey, bool) {
	holder := map[uuid.UUID]cellKey{}
	for _, one := range g.world.mappings {
		holder[one.ExternalOrgID] = one.cell()
	}
	seen := map[cellKey]bool{}
	for _, cell := range cells {
		if g.world.organizations[cell.OrganizationID] == "" || g.world.integrations[cell.IntegrationID] == "" || seen[cell.key()] {
			return nil, false
		}
		seen[cell.key()] = true
		content := []uuid.UUID{}
		for _, one := range g.world.mappings {
			if one.cell() == cell.key() {
				content = append(content, one.ExternalOrgID)
				delete(holder, one.ExternalOrgID)
			}
		}
		if cell.Expected != nil && !sameSet(*cell.Expected, content) {
			return nil, false
		}
	}
	for _, cell := range cells {
		for _, external := range cell.ExternalOrgIDs {
			_, taken := holder[external]
			if taken || g.world.externalOrgs[external].IntegrationID != cell.IntegrationID {
				return nil, false
			}
			holder[external] = cell.key()
		}
	}
	return holder, true
}

func TestPlanSave_EqualsEmptyingAndFillingTheCells(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		grid, cells := drawGrid(t), drawCells(t)
		want, legal := grid.saved(cells)
		plan, problems := planSave(grid.seenBy(cells), cells)
		require.Equal(t, legal, len(problems) == 0, "%v", problems)
		if !legal {
			return
		}
		got := map[uuid.UUID]cellKey{}
		for _, one := range grid.world.mappings {
			if !slices.Contains(plan.deletes, one.ID) {
				got[one.ExternalOrgID] = one.cell()
			} else {
				require.NotEqual(t, one.cell(), want[one.ExternalOrgID], "a mapping that stays must keep its row")
			}
		}
		for _, one := range plan.inserts {
			require.NotContains(t, got, one.externalOrgID, "an external organization is mapped at most once")
			got[one.externalOrgID] = one.cell
		}
		require.Equal(t, want, got)
		require.Equal(t, len(plan.deletes)+len(plan.inserts) == 0, len(plan.edits) == 0)
	})
}
