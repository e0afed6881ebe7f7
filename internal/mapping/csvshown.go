package mapping

import (
	"time"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/csvfile"
	"github.com/orgmap/orgmap/internal/id"
)

// CSVPlan is what applying a file would do.
type CSVPlan struct {
	Hash      string // of what each row would do; ApplyCSV compares it
	Encoding  csvfile.Encoding
	Delimiter string
	Columns   []CSVColumn
	Rows      []CSVRow
	Creates   int  // how many organizations the rows with the outcome CSVCreates create together
	Remaining *int // how many organizations can be created; nil: unlimited
}

// CSVRow is what one row would do.
type CSVRow struct {
	Line             int
	OrganizationName string    // as the file has it, or that of the existing organization
	Organization     uuid.UUID // uuid.Nil: it does not exist
	Outcome          CSVOutcome
	Explanation      string
	Similar          uuid.UUID // the organization that CSVLooksLike is about
	SimilarName      *string
	Moves            []*CSVMove
	Problems         []*CSVProblem

	text      string
	delimiter byte
}

// Values returns the values of the row, as the file has them.
func (r *CSVRow) Values() []string {
	values := csvfile.Parse(r.text, r.delimiter)
	for i := range values {
		values[i] = csvfile.Original(values[i])
	}
	return values
}

// OrganizationID returns the public ID of the row's organization; nil: it does not exist.
func (r *CSVRow) OrganizationID() *string { return publicID(id.Organization, r.Organization) }

// SimilarID returns the public ID of the organization that is similar; nil: there is none.
func (r *CSVRow) SimilarID() *string { return publicID(id.Organization, r.Similar) }

// CSVMove is what a row does with an external organization.
type CSVMove struct {
	External        uuid.UUID
	ExternalName    string
	Integration     uuid.UUID
	IntegrationName string
	From            uuid.UUID // the organization that it is mapped to now; uuid.Nil: none
	FromName        *string
	MappedBy        *string // who mapped it to that organization
	MappedAt        *time.Time
	Leaves          bool // it leaves the row's organization; otherwise it is mapped to that
}

// ExternalOrgID returns the public ID of the external organization.
func (m *CSVMove) ExternalOrgID() string { return id.Format(id.ExternalOrg, m.External) }

// IntegrationID returns the public ID of the integration.
func (m *CSVMove) IntegrationID() string { return id.Format(id.Integration, m.Integration) }

// FromID returns the public ID of the organization that it is mapped to now; nil: there is none.
func (m *CSVMove) FromID() *string { return publicID(id.Organization, m.From) }

// IntegrationID returns the public ID of the column's integration; nil: it has none.
func (c *CSVColumn) IntegrationID() *string { return publicID(id.Integration, c.Integration) }

// AtColumn returns the index of the column; nil: the problem concerns the whole row.
func (p *CSVProblem) AtColumn() *int {
	if p.Column < 0 {
		return nil
	}
	return &p.Column
}

// EarlierLine returns the earlier line that is the reason; nil: none is.
func (p *CSVProblem) EarlierLine() *int {
	if p.Line == 0 {
		return nil
	}
	return &p.Line
}

func publicID(kind id.Kind, node uuid.UUID) *string {
	if node == uuid.Nil {
		return nil
	}
	text := id.Format(kind, node)
	return &text
}

// shown returns the decision as a plan shows it.
func (d *csvDecision) shown(world csvWorld) CSVRow {
	row := CSVRow{
		Line: d.row.line, text: d.row.text, OrganizationName: d.row.name, Outcome: d.outcome, Explanation: d.explain(world),
		Moves: []*CSVMove{}, Problems: make([]*CSVProblem, len(d.problems)),
	}
	for i := range d.problems {
		row.Problems[i] = &d.problems[i]
	}
	if d.existing != nil {
		row.Organization, row.OrganizationName = d.existing.id, d.existing.name
	}
	if d.similar != nil {
		row.Similar, row.SimilarName = d.similar.id, &d.similar.name
	}
	for _, one := range d.moves {
		if one.held {
			continue
		}
		external := one.external
		move := CSVMove{External: external.id, ExternalName: external.name, Integration: external.integration, IntegrationName: world.integrations[external.integration]}
		if external.mapped() {
			move.From, move.FromName = external.holder.OrganizationID, &external.holder.OrganizationName
			move.MappedBy, move.MappedAt = &external.mappedBy, &external.mappedAt
		}
		row.Moves = append(row.Moves, &move)
	}
	for i := range d.leaves {
		one := &d.leaves[i]
		row.Moves = append(row.Moves, &CSVMove{
			External: one.ExternalOrgID, ExternalName: one.ExternalName, Integration: one.IntegrationID, IntegrationName: world.integrations[one.IntegrationID],
			From: one.OrganizationID, FromName: &one.OrganizationName, Leaves: true,
		})
	}
	return row
}
