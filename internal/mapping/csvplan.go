package mapping

import (
	"errors"
	"io"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/enum"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/name"
)

// CSVOutcome is what a row of a CSV file does.
type CSVOutcome string

// The outcomes. Rows with the first three are applied unless somebody chooses otherwise; CSVReplaces and CSVLooksLike only
// if somebody chooses them.
const (
	CSVCreates     CSVOutcome = "CREATES"      // creates an organization, and maps external organizations that are not mapped
	CSVMaps        CSVOutcome = "MAPS"         // maps external organizations that are not mapped
	CSVClears      CSVOutcome = "CLEARS"       // removes mappings, because the row says so
	CSVReplaces    CSVOutcome = "REPLACES"     // takes mappings from other organizations or replaces what a cell contains
	CSVLooksLike   CSVOutcome = "LOOKS_LIKE"   // would create an organization that is similar to an existing one
	CSVAlreadySo   CSVOutcome = "ALREADY_SO"   // nothing
	CSVCannotApply CSVOutcome = "CANNOT_APPLY" // nothing, because of the row's problems
)

// CSVOutcomes returns all outcomes, in the order in which they are counted.
func CSVOutcomes() []CSVOutcome {
	return []CSVOutcome{CSVCreates, CSVMaps, CSVClears, CSVAlreadySo, CSVLooksLike, CSVReplaces, CSVCannotApply}
}

// Usual reports whether rows with the outcome are applied unless somebody chooses otherwise.
func (o CSVOutcome) Usual() bool { return o == CSVCreates || o == CSVMaps || o == CSVClears }

// MarshalGQL writes the GraphQL enum value.
func (o CSVOutcome) MarshalGQL(w io.Writer) { enum.Write(w, o) }

// UnmarshalGQL reads a GraphQL enum value.
func (o *CSVOutcome) UnmarshalGQL(value any) error { return enum.Read(o, value, CSVOutcomes()...) }

// CSVProblemCode is why a row cannot be applied.
type CSVProblemCode string

// The codes.
const (
	CSVNameInvalid         CSVProblemCode = "NAME_INVALID"         // no organization can have the name, for example because it is empty
	CSVNameDiffers         CSVProblemCode = "NAME_DIFFERS"         // the organization with the row's ID has another name
	CSVDuplicate           CSVProblemCode = "DUPLICATE"            // an earlier line is about the same organization
	CSVUnknownOrganization CSVProblemCode = "UNKNOWN_ORGANIZATION" // no organization has the row's ID
	CSVUnknownIntegration  CSVProblemCode = "UNKNOWN_INTEGRATION"  // no integration has the name or ID
	CSVUnknownExternalOrg  CSVProblemCode = "UNKNOWN_EXTERNAL_ORG" // the integration lists nothing with the ID or name
	CSVAmbiguousName       CSVProblemCode = "AMBIGUOUS_NAME"       // the integration lists several with the name
	CSVNamedTwice          CSVProblemCode = "NAMED_TWICE"          // an earlier line names the same external organization
	CSVRemoved             CSVProblemCode = "REMOVED"              // the vendor no longer lists it
	CSVExcluded            CSVProblemCode = "EXCLUDED"             // somebody decided that it is not a client
	CSVTooManyValues       CSVProblemCode = "TOO_MANY_VALUES"      // the row has more values than the file has columns
	CSVOverQuota           CSVProblemCode = "OVER_QUOTA"           // the account's plan has no license left for the organization
)

// MarshalGQL writes the GraphQL enum value.
func (c CSVProblemCode) MarshalGQL(w io.Writer) { enum.Write(w, c) }

// UnmarshalGQL is never called: codes are output only.
func (c *CSVProblemCode) UnmarshalGQL(any) error { return errors.New("a problem's code is no input") }

// CSVProblem is a reason why a row cannot be applied.
type CSVProblem struct {
	Code    CSVProblemCode
	Column  int // index of the column; -1: the whole row
	Line    int // the earlier line that is the reason; 0: none is
	Message string
}

// csvOrganization is an organization that exists.
type csvOrganization struct {
	id   uuid.UUID
	name string
}

// csvExternal is an external organization that a file names.
type csvExternal struct {
	id, integration uuid.UUID
	remoteID, name  string
	removed         bool
	excluded        bool
	suggested       uuid.UUID   // the organization that is suggested; uuid.Nil: none
	holder          cellMapping // its mapping; zero: none
	mappedBy        string
	mappedAt        time.Time
}

func (e *csvExternal) mapped() bool { return e.holder.ID != uuid.Nil }

// csvText is a text with which a file names an external organization.
type csvText struct {
	integration uuid.UUID
	text        string
}

// csvWorld is the data that a file is planned on.
type csvWorld struct {
	integrations  map[uuid.UUID]string // names
	organizations map[uuid.UUID]*csvOrganization
	byName        map[string]*csvOrganization
	byRemoteID    map[csvText]*csvExternal
	byMatchName   map[csvText][]*csvExternal
	cells         map[cellKey][]cellMapping // of these organizations in integrations that have a column
	similar       map[string]*csvOrganization
	nearest       map[csvText]string // what somebody may have meant who wrote a text that is unknown
}

// csvMove is an external organization that a row asks to map.
type csvMove struct {
	external *csvExternal
	held     bool // it is mapped to the organization already
}

// csvDecision is what a row does.
type csvDecision struct {
	row      *csvRow
	outcome  CSVOutcome
	existing *csvOrganization // nil: the row creates an organization, or cannot be applied
	creates  string           // name of the organization that the row creates
	moves    []csvMove
	leaves   []cellMapping // what leaves the organization's cells
	similar  *csvOrganization
	problems []CSVProblem
}

// csvPlanner decides about the rows of one file, in their order.
type csvPlanner struct {
	world   csvWorld
	file    *csvFile
	lines   map[uuid.UUID]int // of existing organizations
	created map[string]int    // lines of new ones, by name
	claimed map[uuid.UUID]int // lines of external organizations
}

// planCSV decides what each row does. That does not depend on which rows are applied in the end, so a choice of rows never
// changes what the others do.
func planCSV(world csvWorld, file *csvFile) []csvDecision {
	p := csvPlanner{world: world, file: file, lines: map[uuid.UUID]int{}, created: map[string]int{}, claimed: map[uuid.UUID]int{}}
	decisions := make([]csvDecision, len(file.rows))
	for i := range file.rows {
		decisions[i] = p.decide(&file.rows[i])
	}
	return decisions
}

func (p *csvPlanner) decide(row *csvRow) csvDecision {
	d := csvDecision{row: row}
	p.findOrganization(&d)
	if row.excess {
		d.refuse(CSVTooManyValues, -1, 0, "The row has more values than the file has columns. Is a quotation mark missing?")
	}
	for _, cell := range row.cells {
		p.readCell(&d, cell)
	}
	d.outcome = d.conclude(p.world)
	return d
}

func (d *csvDecision) refuse(code CSVProblemCode, column, line int, message string) {
	d.problems = append(d.problems, CSVProblem{code, column, line, message})
}

// findOrganization decides which organization the row is about: that with its ID, else that with its name, else a new one.
func (p *csvPlanner) findOrganization(d *csvDecision) {
	row := d.row
	normal, invalid := name.Normalize(row.name)
	blank := strings.TrimSpace(row.name) == ""
	switch {
	case row.id != "":
		kind, node, ok := id.Parse(row.id)
		if ok && kind == id.Organization {
			d.existing = p.world.organizations[node]
		}
		switch {
		case d.existing == nil:
			d.refuse(CSVUnknownOrganization, p.column(CSVOrganizationID), 0, messageUnknownOrganization(row.id))
		case !blank && normal != d.existing.name:
			d.refuse(CSVNameDiffers, p.column(CSVOrganizationName), 0, messageNameDiffers(d.existing.name))
		}
	case blank:
		d.refuse(CSVNameInvalid, p.column(CSVOrganizationName), 0, "The organization's name is empty.")
	case invalid != nil:
		d.refuse(CSVNameInvalid, p.column(CSVOrganizationName), 0, invalid.Error())
	default:
		if d.existing = p.world.byName[normal]; d.existing == nil {
			d.creates = normal
		}
	}
	if d.existing != nil || d.creates != "" {
		p.checkDuplicate(d)
	}
}

// checkDuplicate refuses a second row about an organization, unless rows are about one mapping each.
func (p *csvPlanner) checkDuplicate(d *csvDecision) {
	var earlier int
	if d.existing != nil {
		earlier = p.lines[d.existing.id]
	} else {
		earlier = p.created[d.creates]
	}
	switch {
	case earlier == 0 && d.existing != nil:
		p.lines[d.existing.id] = d.row.line
	case earlier == 0:
		p.created[d.creates] = d.row.line
	case p.column(CSVIntegration) < 0:
		column := p.column(CSVOrganizationName)
		if column < 0 || d.row.id != "" {
			column = p.column(CSVOrganizationID)
		}
		d.refuse(CSVDuplicate, column, earlier, messageDuplicate(d, earlier))
	}
}

// column returns the index of the file's first column of a kind, or -1.
func (p *csvPlanner) column(kind CSVColumnKind) int {
	for i := range p.file.columns {
		if p.file.columns[i].Kind == kind {
			return i
		}
	}
	return -1
}

// readCell adds what a cell says to the decision.
func (p *csvPlanner) readCell(d *csvDecision, cell csvCell) {
	integration, known := p.world.integrations[cell.integration]
	if !known {
		d.refuse(CSVUnknownIntegration, p.column(CSVIntegration), 0, messageUnknownIntegration(cell.named))
		return
	}
	stays := map[uuid.UUID]bool{}
	if cell.none && (cell.whole() || p.world.byRemoteID[csvText{cell.integration, cell.values[0]}] == nil) {
		cell.values = nil
	} else {
		cell.none = false
	}
	for _, value := range p.valuesOf(cell, integration) {
		external, code, message := p.find(cell, value, integration)
		if external == nil {
			d.refuse(code, cell.column, 0, message)
			continue
		}
		if !stays[external.id] {
			stays[external.id] = true
			p.claim(d, cell, external, integration)
		}
	}
	if d.existing == nil || !cell.whole() && !cell.none {
		return
	}
	for _, one := range p.world.cells[cellKey{d.existing.id, cell.integration}] {
		if !stays[one.ExternalOrgID] {
			d.leaves = append(d.leaves, one)
		}
	}
}

// valuesOf returns the texts that a cell consists of. A name that contains the separator of lists is one text.
func (p *csvPlanner) valuesOf(cell csvCell, integration string) []string {
	if cell.unsplit == "" {
		return cell.values
	}
	for _, value := range cell.values {
		if one, _, _ := p.find(cell, value, integration); one == nil {
			if whole, _, _ := p.find(cell, cell.unsplit, integration); whole != nil {
				return []string{cell.unsplit}
			}
			break
		}
	}
	return cell.values
}

// find returns the external organization that a text means, or why there is none.
func (p *csvPlanner) find(cell csvCell, value, integration string) (*csvExternal, CSVProblemCode, string) {
	if cell.kind != CSVExternalName {
		for _, text := range idsIn(value) {
			if one := p.world.byRemoteID[csvText{cell.integration, text}]; one != nil {
				return one, "", ""
			}
		}
	}
	if cell.kind != CSVExternalID {
		if normal, err := name.Normalize(value); err == nil {
			switch same := p.world.byMatchName[csvText{cell.integration, normal}]; len(same) {
			case 0:
			case 1:
				return same[0], "", ""
			default:
				return nil, CSVAmbiguousName, messageAmbiguous(integration, same)
			}
		}
	}
	return nil, CSVUnknownExternalOrg, messageUnknownExternal(cell.kind, integration, value, p.world.nearest[csvText{cell.integration, value}])
}

// idsIn returns the vendor's IDs that a text can be: exactly as it is, else without white space around it.
func idsIn(value string) []string {
	if trimmed := strings.TrimSpace(value); trimmed != value {
		return []string{value, trimmed}
	}
	return []string{value}
}

// claim maps an external organization to the row's organization, unless something speaks against it.
func (p *csvPlanner) claim(d *csvDecision, cell csvCell, external *csvExternal, integration string) {
	held := d.existing != nil && external.mapped() && external.holder.OrganizationID == d.existing.id
	earlier := p.claimed[external.id]
	if earlier == 0 {
		p.claimed[external.id] = d.row.line
	}
	switch {
	case earlier != 0:
		d.refuse(CSVNamedTwice, cell.column, earlier, messageNamedTwice(external, integration, earlier))
	case external.removed && !held:
		d.refuse(CSVRemoved, cell.column, 0, messageRemoved(external, integration))
	case external.excluded && !external.mapped():
		d.refuse(CSVExcluded, cell.column, 0, messageExcluded(external, integration))
	default:
		d.moves = append(d.moves, csvMove{external, held})
	}
}

// conclude returns the outcome of everything that was decided about a row.
func (d *csvDecision) conclude(world csvWorld) CSVOutcome {
	adds, takes := false, false
	for _, one := range d.moves {
		adds = adds || !one.held
		takes = takes || !one.held && one.external.mapped()
	}
	switch {
	case len(d.problems) > 0:
		return CSVCannotApply
	case d.creates != "" && d.findSimilar(world):
		return CSVLooksLike
	case takes || len(d.leaves) > 0 && d.fills():
		return CSVReplaces
	case d.creates != "":
		return CSVCreates
	case adds:
		return CSVMaps
	case len(d.leaves) > 0:
		return CSVClears
	}
	return CSVAlreadySo
}

// fills reports whether the row replaces the content of a cell, rather than only clearing cells.
func (d *csvDecision) fills() bool {
	for _, cell := range d.row.cells {
		for _, one := range d.leaves {
			if cell.integration == one.IntegrationID && !cell.none {
				return true
			}
		}
	}
	return false
}

// findSimilar reports whether an existing organization is similar to the one that the row would create: because of its
// name, or because it is suggested for an external organization of the row.
func (d *csvDecision) findSimilar(world csvWorld) bool {
	d.similar = world.similar[d.creates]
	for i := 0; i < len(d.moves) && d.similar == nil; i++ {
		if external := d.moves[i].external; !external.mapped() {
			d.similar = world.organizations[external.suggested]
		}
	}
	return d.similar != nil
}
