package journal

import (
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/name"
)

// summarize returns what the change did, as the end of a sentence that begins with the name of its actor.
func (c *Change) summarize() string {
	switch {
	case c.Summary != nil:
		return *c.Summary
	case c.Action == "organization.imported":
		return c.Edits.imported("imported")
	case c.Action == "organization.created_from":
		return c.Edits.imported("created organizations from")
	case c.Action == "suggestions.accepted":
		return "accepted " + c.Edits.suggestions()
	case c.Action == "suggestions.applied":
		return "applied " + c.Edits.suggestions()
	case c.Action == "csv.applied":
		return "applied a CSV file: " + c.Edits.Sentence()
	}
	return c.Edits.Sentence()
}

// Sentence says what the edits did: "mapped 12 external organizations in 3 integrations".
func (e *Edits) Sentence() string {
	var parts []string
	for _, part := range [][]string{e.organizationParts(), e.mappingParts(), e.integrationParts(), e.decisionParts(), e.fieldParts()} {
		parts = append(parts, part...)
	}
	if len(parts) == 0 {
		return "changed nothing"
	}
	last := len(parts) - 1
	if last == 0 {
		return parts[0]
	}
	return strings.Join(parts[:last], ", ") + " and " + parts[last]
}

func (e *Edits) organizationParts() (parts []string) {
	byKind := map[OrganizationEditKind][]OrganizationEdit{}
	for _, one := range e.Organizations {
		byKind[one.Kind] = append(byKind[one.Kind], one)
	}
	for _, kind := range []struct {
		kind OrganizationEditKind
		verb string
	}{
		{OrganizationCreated, "created"},
		{OrganizationRenamed, "renamed"},
		{OrganizationDeactivated, "deactivated"},
		{OrganizationReactivated, "reactivated"},
		{OrganizationDeleted, "deleted"},
	} {
		found := byKind[kind.kind]
		switch {
		case len(found) == 0:
		case len(found) > 1:
			parts = append(parts, fmt.Sprintf("%s %d organizations", kind.verb, len(found)))
		case kind.kind == OrganizationRenamed:
			parts = append(parts, fmt.Sprintf("renamed %s to %s", name.Quote(found[0].Previous), name.Quote(found[0].Organization.Name)))
		default:
			parts = append(parts, kind.verb+" "+name.Quote(found[0].Organization.Name))
		}
	}
	return parts
}

// mappingParts counts what was mapped, moved and cleared; a single one is named.
func (e *Edits) mappingParts() (parts []string) {
	var mapped, moved, cleared []MappingEdit
	for _, one := range e.Mappings {
		switch {
		case one.After == nil:
			cleared = append(cleared, one)
		case one.Before == nil:
			mapped = append(mapped, one)
		default:
			moved = append(moved, one)
		}
	}
	for _, kind := range []struct {
		verb  string
		found []MappingEdit
	}{{"mapped", mapped}, {"moved", moved}, {"cleared", cleared}} {
		switch len(kind.found) {
		case 0:
		case 1:
			parts = append(parts, kind.found[0].part(kind.verb))
		default:
			parts = append(parts, fmt.Sprintf("%s %d external organizations in %s", kind.verb, len(kind.found), columns(kind.found)))
		}
	}
	return parts
}

func (e *MappingEdit) part(verb string) string {
	switch {
	case e.After == nil:
		return fmt.Sprintf("cleared %s in %s from %s", name.Quote(e.ExternalOrg.Name), name.Quote(e.Integration.Name), name.Quote(e.Before.Name))
	case e.Before == nil:
		return fmt.Sprintf("%s %s in %s to %s", verb, name.Quote(e.ExternalOrg.Name), name.Quote(e.Integration.Name), name.Quote(e.After.Name))
	}
	return fmt.Sprintf("%s %s in %s from %s to %s", verb, name.Quote(e.ExternalOrg.Name), name.Quote(e.Integration.Name), name.Quote(e.Before.Name), name.Quote(e.After.Name))
}

// columns names the integration of the edits, or counts the integrations if there are several.
func columns(edits []MappingEdit) string {
	found := map[uuid.UUID]bool{}
	for _, one := range edits {
		found[one.Integration.ID] = true
	}
	if len(found) == 1 {
		return name.Quote(edits[0].Integration.Name)
	}
	return fmt.Sprintf("%d integrations", len(found))
}

func (e *Edits) integrationParts() (parts []string) {
	if len(e.Integrations) > 1 {
		return []string{fmt.Sprintf("%s %d integrations", e.Integrations[0].What, len(e.Integrations))}
	}
	for _, one := range e.Integrations {
		part := one.What + " " + name.Quote(one.Integration.Name)
		if one.Added != nil {
			part += fmt.Sprintf(": %d added, %d updated, %d removed", *one.Added, *one.Updated, *one.Removed)
		}
		parts = append(parts, part)
	}
	return parts
}

func (e *Edits) decisionParts() []string {
	switch len(e.Decisions) {
	case 0:
		return nil
	case 1:
		return []string{e.Decisions[0].Sentence()}
	}
	return []string{fmt.Sprintf("%s %d external organizations", e.Decisions[0].verb(), len(e.Decisions))}
}

func (d *DecisionEdit) verb() string {
	switch {
	case d.Kind == DecisionExclusion && d.After != nil:
		return "excluded"
	case d.Kind == DecisionExclusion:
		return "included"
	case d.Kind == DecisionRejection && d.After != nil:
		return "rejected suggestions for"
	case d.Kind == DecisionRejection:
		return "revoked the rejections of"
	}
	return "changed the aliases of"
}

// Sentence says what was decided: "excluded Acme".
func (d *DecisionEdit) Sentence() string {
	organization := ""
	if d.Organization != nil {
		organization = name.Quote(d.Organization.Name)
	}
	external := name.Quote(d.ExternalOrg.Name)
	switch {
	case d.Kind == DecisionExclusion:
		return d.verb() + " " + external
	case d.Kind == DecisionRejection && d.After != nil:
		return fmt.Sprintf("rejected %s for %s", organization, external)
	case d.Kind == DecisionRejection:
		return fmt.Sprintf("revoked the rejection of %s for %s", organization, external)
	case d.After != nil && d.After.Reason == "PINNED":
		return fmt.Sprintf("pinned the alias %s of %s", external, organization)
	}
	return fmt.Sprintf("revoked the alias %s of %s", external, organization)
}

func (e *Edits) imported(verb string) string {
	created := fmt.Sprintf("created %d", len(e.Organizations))
	return fmt.Sprintf("%s %s in %s: %s", verb, counted(len(e.Mappings)), columns(e.Mappings), created)
}

func (e *Edits) suggestions() string {
	if len(e.Mappings) == 1 {
		return "a suggestion: " + e.Mappings[0].part("mapped")
	}
	return fmt.Sprintf("suggestions for %s in %s", counted(len(e.Mappings)), columns(e.Mappings))
}

func counted(externals int) string {
	if externals == 1 {
		return "1 external organization"
	}
	return fmt.Sprintf("%d external organizations", externals)
}
