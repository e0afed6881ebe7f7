package journal

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/enum"
	"github.com/orgmap/orgmap/internal/pg"
)

// Ref is an object as a change saw it.
type Ref struct {
	ID   uuid.UUID `json:"id"`
	Name string    `json:"name"` // at that time; "" if an older version did not record it
}

// Edits are what a change did. Each element is an edit: the smallest part that can be undone on its own.
type Edits struct {
	Organizations []OrganizationEdit
	Mappings      []MappingEdit
	Integrations  []IntegrationEdit
	Decisions     []DecisionEdit
	Fields        []FieldEdit
}

// OrganizationEditKind is what happened to an organization.
type OrganizationEditKind string

// The kinds.
const (
	OrganizationCreated     OrganizationEditKind = "CREATED"
	OrganizationRenamed     OrganizationEditKind = "RENAMED"
	OrganizationDeactivated OrganizationEditKind = "DEACTIVATED"
	OrganizationReactivated OrganizationEditKind = "REACTIVATED"
	OrganizationDeleted     OrganizationEditKind = "DELETED"
)

// MarshalGQL writes the GraphQL enum value.
func (k OrganizationEditKind) MarshalGQL(w io.Writer) { enum.Write(w, k) }

// UnmarshalGQL is never called: kinds are output only.
func (k *OrganizationEditKind) UnmarshalGQL(any) error {
	return errors.New("a kind of edit is no input")
}

// OrganizationEdit says that an organization was created, renamed, deactivated, reactivated or deleted.
type OrganizationEdit struct {
	Kind         OrganizationEditKind
	Organization Ref    // with its name afterwards or, if it was deleted, before
	Previous     string // the name before, if it was renamed
}

// Name returns the organization's name.
func (e *OrganizationEdit) Name() string { return e.Organization.Name }

// BeforeName returns the name before; nil unless it was renamed.
func (e *OrganizationEdit) BeforeName() *string {
	if e.Previous == "" {
		return nil
	}
	return &e.Previous
}

// MappingEdit says that an external organization moved: from an organization or none to another or none.
type MappingEdit struct {
	ExternalOrg Ref
	Integration Ref
	Before      *Ref // nil: it was not mapped
	After       *Ref // nil: it is not mapped any more
}

// IntegrationName returns the name of the integration.
func (e *MappingEdit) IntegrationName() string { return e.Integration.Name }

// ExternalName returns the name of the external organization.
func (e *MappingEdit) ExternalName() string { return e.ExternalOrg.Name }

// BeforeName returns the name of the organization before; nil: there was none.
func (e *MappingEdit) BeforeName() *string { return e.Before.name() }

// AfterName returns the name of the organization afterwards; nil: there is none.
func (e *MappingEdit) AfterName() *string { return e.After.name() }

func (r *Ref) name() *string {
	if r == nil {
		return nil
	}
	return &r.Name
}

// IntegrationEdit says what happened to an integration. It is never undone.
type IntegrationEdit struct {
	Integration Ref    `json:"integration"`
	What        string `json:"what"`            // for people
	Added       *int   `json:"added,omitempty"` // these three: of a list that was refreshed
	Updated     *int   `json:"updated,omitempty"`
	Removed     *int   `json:"removed,omitempty"`
}

// Name returns the name of the integration.
func (e *IntegrationEdit) Name() string { return e.Integration.Name }

// DecisionEdit says what people decided about an external organization or an alias.
type DecisionEdit struct {
	Kind         DecisionKind `json:"kind"`
	ExternalOrg  Ref          `json:"externalOrg"` // for an alias without one, the ID is uuid.Nil and the name is the alias's
	Organization *Ref         `json:"organization,omitempty"`
	Before       *Decision    `json:"before,omitempty"` // nil: there was no exclusion or rejection
	After        *Decision    `json:"after,omitempty"`  // nil: there is none
}

// ExternalName returns the name of the external organization, or the alias.
func (d *DecisionEdit) ExternalName() string { return d.ExternalOrg.Name }

// DecisionKind is the kind of decision that an edit changes.
type DecisionKind string

// The kinds.
const (
	DecisionExclusion DecisionKind = "EXCLUSION"
	DecisionRejection DecisionKind = "REJECTION"
	DecisionAlias     DecisionKind = "ALIAS"
)

// Decision is an exclusion, a rejection, or what was done with an alias.
type Decision struct {
	ID     uuid.UUID  `json:"id,omitzero"`     // of a rejection
	Reason string     `json:"reason,omitzero"` // of an exclusion; of an alias: REVOKED or PINNED
	Note   string     `json:"note,omitzero"`
	Until  *time.Time `json:"until,omitempty"`
	At     time.Time  `json:"at,omitzero"`

	Author auth.Author `json:"author,omitzero"`
}

// Count returns the number of edits.
func (e *Edits) Count() int {
	return len(e.Organizations) + len(e.Mappings) + len(e.Integrations) + len(e.Decisions) + len(e.Fields)
}

// Edit is a pointer to one of the types of edit.
type Edit interface{ isEdit() }

func (*OrganizationEdit) isEdit() {}
func (*MappingEdit) isEdit()      {}
func (*IntegrationEdit) isEdit()  {}
func (*DecisionEdit) isEdit()     {}
func (*FieldEdit) isEdit()        {}

// All returns all edits, in the order in which they are shown.
func (e *Edits) All() []Edit {
	all := make([]Edit, 0, e.Count())
	for i := range e.Organizations {
		all = append(all, &e.Organizations[i])
	}
	for i := range e.Mappings {
		all = append(all, &e.Mappings[i])
	}
	for i := range e.Integrations {
		all = append(all, &e.Integrations[i])
	}
	for i := range e.Decisions {
		all = append(all, &e.Decisions[i])
	}
	for i := range e.Fields {
		all = append(all, &e.Fields[i])
	}
	return all
}

// stored is the form in which edits are stored. An import has 10,000 edits that name twice as many objects, so objects
// are written once and named by their index.
type stored struct {
	Refs          []storedRef          `json:"refs,omitempty"`
	Organizations []storedOrganization `json:"organizations,omitempty"`
	Mappings      []storedMapping      `json:"mappings,omitempty"`
	Integrations  []IntegrationEdit    `json:"integrations,omitempty"`
	Decisions     []DecisionEdit       `json:"decisions,omitempty"`
	Fields        []FieldEdit          `json:"fields,omitempty"`
}

type storedRef [2]string // ID and name

type storedOrganization struct {
	Kind         OrganizationEditKind `json:"kind"`
	Organization int                  `json:"organization"`
	BeforeName   string               `json:"beforeName,omitempty"`
}

type storedMapping [4]int // external organization, integration, organization before and after; -1: none

// encode returns the edits as they are stored.
func (e *Edits) encode() pg.Argument {
	kept := stored{Integrations: e.Integrations, Decisions: e.Decisions, Fields: e.Fields}
	indexes := make(map[Ref]int, 2*len(e.Mappings)+len(e.Organizations))
	index := func(one *Ref) int {
		if one == nil {
			return -1
		}
		at, known := indexes[*one]
		if !known {
			at = len(kept.Refs)
			indexes[*one] = at
			kept.Refs = append(kept.Refs, storedRef{one.ID.String(), one.Name})
		}
		return at
	}
	for _, one := range e.Organizations {
		kept.Organizations = append(kept.Organizations, storedOrganization{one.Kind, index(&one.Organization), one.Previous})
	}
	for _, one := range e.Mappings {
		kept.Mappings = append(kept.Mappings, storedMapping{index(&one.ExternalOrg), index(&one.Integration), index(one.Before), index(one.After)})
	}
	encoded, err := json.Marshal(kept)
	if err != nil {
		panic("journal: edits are plain values: " + err.Error())
	}
	return encoded
}

// DecodeEdits reads what a change's row stores.
func DecodeEdits(encoded []byte) (Edits, error) {
	var kept stored
	if err := json.Unmarshal(encoded, &kept); err != nil {
		return Edits{}, fmt.Errorf("decode edits: %w", err)
	}
	refs := make([]Ref, len(kept.Refs))
	for i, one := range kept.Refs {
		id, err := uuid.Parse(one[0])
		if err != nil {
			return Edits{}, fmt.Errorf("decode edits: %w", err)
		}
		refs[i] = Ref{id, one[1]}
	}
	at := func(index int) *Ref {
		if index < 0 {
			return nil
		}
		return &refs[index]
	}
	edits := Edits{Integrations: kept.Integrations, Decisions: kept.Decisions, Fields: kept.Fields}
	for _, one := range kept.Organizations {
		edits.Organizations = append(edits.Organizations, OrganizationEdit{one.Kind, refs[one.Organization], one.BeforeName})
	}
	for _, one := range kept.Mappings {
		edits.Mappings = append(edits.Mappings, MappingEdit{refs[one[0]], refs[one[1]], at(one[2]), at(one[3])})
	}
	return edits, nil
}

// subjects returns the objects by which the change is found, besides the organizations and external organizations whose
// intervals begin or end with it.
func (c *Change) subjects() []uuid.UUID {
	seen := make(map[uuid.UUID]bool)
	add := func(nodes ...uuid.UUID) {
		for _, one := range nodes {
			if one != uuid.Nil {
				seen[one] = true
			}
		}
	}
	add(c.IntegrationIDs...)
	add(c.RemovedIntegrationIDs...)
	if c.Kind == Decisions {
		add(c.OrganizationIDs...)
		add(c.ExternalOrgIDs...)
	}
	for i := range c.Edits.Mappings {
		seen[c.Edits.Mappings[i].Integration.ID] = true
	}
	for _, one := range c.Edits.Decisions {
		add(one.ExternalOrg.ID)
		if one.Organization != nil {
			add(one.Organization.ID)
		}
	}
	for _, one := range c.Edits.Integrations {
		add(one.Integration.ID)
	}
	for i := range c.Edits.Fields {
		add(c.Edits.Fields[i].Subject.ID)
	}
	subjects := make([]uuid.UUID, 0, len(seen))
	for one := range seen {
		subjects = append(subjects, one)
	}
	return subjects
}
