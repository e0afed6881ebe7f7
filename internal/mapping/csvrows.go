package mapping

import (
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/csvfile"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/name"
)

// maximumCSVValues is the maximum number of external organizations that a file names: that of 10,000 organizations in 20
// integrations.
const maximumCSVValues = 200_000

// csvSamples is how many values of a column are shown as samples.
const csvSamples = 3

// csvFile is a file whose columns are known.
type csvFile struct {
	encoding  csvfile.Encoding
	delimiter byte
	columns   []CSVColumn
	rows      []csvRow
}

// csvRow is a row as the file has it.
type csvRow struct {
	line   int
	text   string
	id     string // of the organization
	name   string
	cells  []csvCell // that are not empty
	excess bool      // it has more values than the file has columns
}

// csvCell is what a row says about an organization in an integration.
type csvCell struct {
	column      int
	integration uuid.UUID // uuid.Nil: the row names one that does not exist
	named       string    // the text with which the row names its integration; "": the column does
	kind        CSVColumnKind
	values      []string
	unsplit     string // the value, if it was taken for a list
	none        bool   // the cell is to be cleared
}

// unnamedIntegration stands for the integration of a row that names none.
const unnamedIntegration = "?"

// whole reports whether the row states the whole content of the cell. A row that names its integration adds to the cell,
// because the same organization can have another such row.
func (c csvCell) whole() bool { return c.named == "" }

// readCSV reads a file. The error is a user error at path input.file.
func readCSV(input CSVInput, integrations []csvIntegration) (csvFile, error) {
	text, encoding, err := csvfile.Decode(input.Content)
	if err != nil {
		return csvFile{}, invalidFile(err)
	}
	reader := csvfile.NewReader(text)
	file := csvFile{encoding: encoding, delimiter: reader.Delimiter}
	head, err := reader.Next()
	if errors.Is(err, io.EOF) {
		return file, invalidFile(errors.New("The file is empty."))
	}
	if err != nil {
		return file, invalidFile(err)
	}
	headers := make([]string, len(head.Fields))
	for i, field := range head.Fields {
		headers[i] = strings.TrimSpace(csvfile.Original(field))
	}
	file.columns = recognizeColumns(headers, integrations)
	if problems := choose(file.columns, input.Columns, integrations); len(problems) > 0 {
		return file, problems
	}
	return file, file.readRows(reader, integrationsByText(integrations))
}

func invalidFile(err error) error {
	return apperr.User(apperr.Invalid, err.Error(), apperr.InputPath("file")...)
}

func (f *csvFile) readRows(reader *csvfile.Reader, integrations func(string) uuid.UUID) error {
	values := 0
	for {
		next, err := reader.Next()
		switch {
		case errors.Is(err, io.EOF):
			if why := whyUnreadable(f.columns); why != "" {
				f.rows = nil
				return apperr.User(apperr.Invalid, why, apperr.InputPath("file", "columns")...)
			}
			return nil
		case err != nil:
			return invalidFile(err)
		case len(f.rows) == csvfile.MaximumRows:
			return apperr.User(apperr.Invalid, "The file has more than 10,000 rows. Divide it into several files.", apperr.InputPath("file")...)
		}
		row := f.readRow(next, integrations)
		for _, cell := range row.cells {
			values += len(cell.values)
		}
		if values > maximumCSVValues {
			return apperr.User(apperr.Invalid, "The file names more than 200,000 external organizations. Divide it into several files.", apperr.InputPath("file")...)
		}
		f.rows = append(f.rows, row)
	}
}

func (f *csvFile) readRow(next csvfile.Row, integrations func(string) uuid.UUID) csvRow {
	row := csvRow{line: next.Line, text: next.Text}
	field := func(i int) string {
		if i >= len(next.Fields) {
			return ""
		}
		return csvfile.Original(next.Fields[i])
	}
	named := ""
	for i := range f.columns {
		column := &f.columns[i]
		value := field(i)
		trimmed := strings.TrimSpace(value)
		if trimmed != "" && len(column.Samples) < csvSamples {
			column.Samples = append(column.Samples, trimmed)
		}
		switch {
		case column.Kind == CSVOrganizationID && row.id == "":
			row.id = trimmed
		case column.Kind == CSVOrganizationName && strings.TrimSpace(row.name) == "":
			row.name = value
		case column.Kind == CSVIntegration && named == "":
			named = trimmed
		}
	}
	for i, column := range f.columns {
		if value := field(i); column.Kind.external() && strings.TrimSpace(value) != "" {
			row.add(readValue(column, value, named, integrations))
		}
	}
	row.excess = slices.ContainsFunc(next.Fields[min(len(next.Fields), len(f.columns)):], func(value string) bool { return strings.TrimSpace(value) != "" })
	return row
}

// readValue reads a value that is not blank. In a column of an integration, it is a list; in a row that names its
// integration, it is one value, unchanged.
func readValue(column CSVColumn, value, named string, integrations func(string) uuid.UUID) csvCell {
	cell := csvCell{column: column.Index, integration: column.Integration, kind: column.Kind}
	if column.Integration == uuid.Nil {
		cell.named = named
		if named == "" {
			cell.named = unnamedIntegration
		}
		cell.integration = integrations(named)
		cell.values = []string{value}
		cell.none = csvfile.IsNone(value)
		return cell
	}
	if cell.none = csvfile.IsNone(value); !cell.none {
		cell.values = csvfile.SplitList(value)
		if len(cell.values) > 1 {
			cell.unsplit = strings.TrimSpace(value)
		}
	}
	return cell
}

// precedence orders the columns of one integration: an ID says more than a name.
func (k CSVColumnKind) precedence() int {
	return slices.Index([]CSVColumnKind{CSVExternalID, CSVExternalOrg, CSVExternalName}, k)
}

// add adds a cell. If several columns say something about it, the one that says most counts.
func (r *csvRow) add(cell csvCell) {
	if !cell.none && len(cell.values) == 0 {
		return
	}
	same := func(other csvCell) bool {
		return other.integration == cell.integration && other.whole() == cell.whole()
	}
	at := slices.IndexFunc(r.cells, same)
	switch {
	case at < 0:
		r.cells = append(r.cells, cell)
	case cell.kind.precedence() < r.cells[at].kind.precedence():
		r.cells[at] = cell
	}
}

// integrationsByText returns a function that finds an integration by its ID or name, or returns uuid.Nil. It remembers what
// it found, because many rows name the same integration.
func integrationsByText(integrations []csvIntegration) func(string) uuid.UUID {
	found := map[string]uuid.UUID{}
	return func(text string) uuid.UUID {
		node, known := found[text]
		if !known {
			node = integrationCalled(text, integrations)
			found[text] = node
		}
		return node
	}
}

func integrationCalled(text string, integrations []csvIntegration) uuid.UUID {
	if kind, node, ok := id.Parse(text); ok && kind == id.Integration && slices.ContainsFunc(integrations, func(one csvIntegration) bool { return one.ID == node }) {
		return node
	}
	folded := name.Fold(text)
	for _, fits := range []func(string) bool{
		func(one string) bool { return one == text },
		func(one string) bool { return folded != "" && name.Fold(one) == folded },
	} {
		if at := slices.IndexFunc(integrations, func(one csvIntegration) bool { return fits(one.Name) }); at >= 0 {
			return integrations[at].ID
		}
	}
	return uuid.Nil
}
