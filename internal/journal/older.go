package journal

import (
	"encoding/json"
	"strconv"

	"github.com/google/uuid"
)

// older is a change as versions without edits wrote it: with the values before and after, but hardly any names.
type older struct {
	kind                      Kind
	action                    string
	organization, integration uuid.UUID // the first one that the change names
	before, after             []byte    // JSON
}

// olderCell is the content of a cell as older versions wrote it.
type olderCell struct {
	OrganizationID uuid.UUID   `json:"organizationId"`
	IntegrationID  uuid.UUID   `json:"integrationId"`
	ExternalOrgIDs []uuid.UUID `json:"externalOrgIds"`
}

// edits returns what can be told of the change. What cannot be decoded is left out.
func (o older) edits() Edits {
	switch o.kind {
	case Mappings:
		return o.moves()
	case Organizations:
		return o.organizations()
	case Integrations:
		return o.integrations()
	case Decisions:
		return o.decisions()
	case Groups, People, Settings: // no older version wrote them
	}
	return Edits{}
}

// moves returns the differences of the cells' contents. An import also tells which cells it filled for organizations
// that it created.
func (o older) moves() (edits Edits) {
	var before, after []olderCell
	_ = json.Unmarshal(o.before, &before)
	if json.Unmarshal(o.after, &after) != nil {
		var imported struct{ Created, Mapped, Overwrote []olderCell }
		_ = json.Unmarshal(o.after, &imported)
		for _, cell := range imported.Created {
			edits.Organizations = append(edits.Organizations, OrganizationEdit{Kind: OrganizationCreated, Organization: Ref{ID: cell.OrganizationID}})
		}
		after = append(append(imported.Created, imported.Mapped...), imported.Overwrote...)
	}
	type place struct{ organization, integration uuid.UUID }
	from, to, order := map[uuid.UUID]place{}, map[uuid.UUID]place{}, []uuid.UUID{}
	for _, side := range []struct {
		cells []olderCell
		held  map[uuid.UUID]place
	}{{before, from}, {after, to}} {
		for _, cell := range side.cells {
			for _, external := range cell.ExternalOrgIDs {
				side.held[external] = place{cell.OrganizationID, cell.IntegrationID}
				order = append(order, external)
			}
		}
	}
	seen := map[uuid.UUID]bool{}
	for _, external := range order {
		was, before := from[external]
		is, after := to[external]
		if seen[external] || before && after && was == is {
			continue
		}
		seen[external] = true
		edit := MappingEdit{ExternalOrg: Ref{ID: external}, Integration: Ref{ID: is.integration}}
		if before {
			edit.Before, edit.Integration.ID = &Ref{ID: was.organization}, was.integration
		}
		if after {
			edit.After = &Ref{ID: is.organization}
		}
		edits.Mappings = append(edits.Mappings, edit)
	}
	return edits
}

func (o older) organizations() (edits Edits) {
	var before, after *struct {
		Name   string
		Active bool
	}
	_, _ = json.Unmarshal(o.before, &before), json.Unmarshal(o.after, &after)
	if after == nil {
		return Edits{}
	}
	add := func(did bool, kind OrganizationEditKind, beforeName string) {
		if did {
			edits.Organizations = append(edits.Organizations, OrganizationEdit{kind, Ref{o.organization, after.Name}, beforeName})
		}
	}
	if before == nil {
		add(true, OrganizationCreated, "")
		return edits
	}
	add(before.Name != after.Name, OrganizationRenamed, before.Name)
	add(before.Active && !after.Active, OrganizationDeactivated, "")
	add(after.Active && !before.Active, OrganizationReactivated, "")
	return edits
}

func (o older) integrations() Edits {
	var before, after struct {
		Name                    string
		Added, Updated, Removed *int
	}
	_, _ = json.Unmarshal(o.before, &before), json.Unmarshal(o.after, &after)
	edit := IntegrationEdit{Integration: Ref{ID: o.integration, Name: after.Name}, What: "changed"}
	if edit.Integration.Name == "" {
		edit.Integration.Name = before.Name
	}
	switch o.action {
	case "integration.connected":
		edit.What = "connected"
	case "integration.disconnected":
		edit.What = "disconnected"
	case "integration.refreshed":
		edit.What, edit.Added, edit.Updated, edit.Removed = "refreshed", after.Added, after.Updated, after.Removed
	}
	return Edits{Integrations: []IntegrationEdit{edit}}
}

func (o older) decisions() Edits {
	type pair struct {
		ExternalOrgID, OrganizationID  uuid.UUID
		ExternalName, OrganizationName string
	}
	var before, after pair
	_, _ = json.Unmarshal(o.before, &before), json.Unmarshal(o.after, &after)
	edit := DecisionEdit{Kind: DecisionRejection}
	told := after
	if told.ExternalOrgID == uuid.Nil {
		told, edit.Before = before, &Decision{}
	} else {
		edit.After = &Decision{}
	}
	if told.ExternalOrgID == uuid.Nil {
		return Edits{}
	}
	edit.ExternalOrg, edit.Organization = Ref{told.ExternalOrgID, told.ExternalName}, &Ref{told.OrganizationID, told.OrganizationName}
	return Edits{Decisions: []DecisionEdit{edit}}
}

func positionTexts(positions []int64) []string {
	texts := make([]string, len(positions))
	for i, one := range positions {
		texts[i] = strconv.FormatInt(one, 10)
	}
	return texts
}
