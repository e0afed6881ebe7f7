package mapping

import (
	"io"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/csvfile"
	"github.com/orgmap/orgmap/internal/enum"
	"github.com/orgmap/orgmap/internal/name"
)

// CSVColumnKind is what a column of a CSV file contains.
type CSVColumnKind string

// The kinds. The last three belong to an integration or, if they name none, to the one in the row's CSVIntegration column.
const (
	CSVIgnored          CSVColumnKind = "IGNORED"
	CSVOrganizationID   CSVColumnKind = "ORGANIZATION_ID"
	CSVOrganizationName CSVColumnKind = "ORGANIZATION_NAME"
	CSVIntegration      CSVColumnKind = "INTEGRATION" // its ID or name
	CSVExternalID       CSVColumnKind = "EXTERNAL_ID" // the vendor's
	CSVExternalName     CSVColumnKind = "EXTERNAL_NAME"
	CSVExternalOrg      CSVColumnKind = "EXTERNAL_ORG" // the vendor's ID, or the name
)

// MarshalGQL writes the GraphQL enum value.
func (k CSVColumnKind) MarshalGQL(w io.Writer) { enum.Write(w, k) }

// UnmarshalGQL reads a GraphQL enum value.
func (k *CSVColumnKind) UnmarshalGQL(value any) error {
	return enum.Read(k, value, CSVIgnored, CSVOrganizationID, CSVOrganizationName, CSVIntegration, CSVExternalID, CSVExternalName, CSVExternalOrg)
}

// external reports whether a column contains external organizations.
func (k CSVColumnKind) external() bool {
	return k == CSVExternalID || k == CSVExternalName || k == CSVExternalOrg
}

// CSVColumnChoice says how to read a column, whatever its header says.
type CSVColumnChoice struct {
	Index         int // from 0
	Kind          CSVColumnKind
	IntegrationID *uuid.UUID // for columns of external organizations
}

// CSVColumn is a column of a CSV file.
type CSVColumn struct {
	Index       int
	Header      string
	Kind        CSVColumnKind
	Integration uuid.UUID // uuid.Nil: none
	Samples     []string  // the first values that are not empty
}

// csvReading is how a column may be read.
type csvReading struct {
	kind        CSVColumnKind
	integration uuid.UUID
}

// csvIntegration is an integration as recognizing columns needs it.
type csvIntegration struct {
	ID          uuid.UUID
	Name        string
	Application string
}

// csvHeaders are the headers that need no integration's name, folded. Exports have the first ones.
//
//nolint:gochecknoglobals // a table
var csvHeaders = map[string]CSVColumnKind{
	"organization id": CSVOrganizationID, "org id": CSVOrganizationID, "orgmap id": CSVOrganizationID,
	"organization": CSVOrganizationName, "organization name": CSVOrganizationName, "org": CSVOrganizationName, "org name": CSVOrganizationName,
	"organisation": CSVOrganizationName, "organisation name": CSVOrganizationName, "client": CSVOrganizationName, "client name": CSVOrganizationName,
	"company": CSVOrganizationName, "company name": CSVOrganizationName, "customer": CSVOrganizationName, "customer name": CSVOrganizationName,
	"name":           CSVOrganizationName,
	"integration id": CSVIntegration, "integration": CSVIntegration, "integration name": CSVIntegration, "tool": CSVIntegration,
	"external id": CSVExternalID, "external name": CSVExternalName, "external organization": CSVExternalOrg,
}

// csvSuffixes say what a column whose header begins with an integration's name contains, folded.
//
//nolint:gochecknoglobals // a table
var csvSuffixes = map[string]CSVColumnKind{
	"": CSVExternalOrg, "id": CSVExternalID, "ids": CSVExternalID, "name": CSVExternalName, "names": CSVExternalName,
}

// csvThings are the words for external organizations that may stand between an integration's name and a suffix.
//
//nolint:gochecknoglobals // a table
var csvThings = []string{"organization", "org", "client", "company", "customer", "site", "tenant", "account"}

// recognizeColumns reads the headers of a file. No two columns are read the same way: an organization's name, for
// example, is that in the first column that may contain it.
func recognizeColumns(headers []string, integrations []csvIntegration) []CSVColumn {
	taken := map[csvReading]bool{}
	columns := make([]CSVColumn, len(headers))
	exported := exportedColumns(headers)
	for i, header := range headers {
		columns[i] = CSVColumn{Index: i, Header: header, Kind: CSVIgnored}
		if i < len(exported) {
			columns[i].Kind = exported[i]
			taken[csvReading{kind: exported[i]}] = true
			continue
		}
		for _, reading := range readingsOf(header, integrations) {
			// Exports name an integration by its ID and its name; the row says which one applies.
			if reading.kind == CSVIntegration || !taken[reading] {
				taken[reading] = true
				columns[i].Kind, columns[i].Integration = reading.kind, reading.integration
				break
			}
		}
	}
	return columns
}

// exportedColumns returns the kinds of the first columns of a file that Orgmap has written, whatever integrations are called.
func exportedColumns(headers []string) []CSVColumnKind {
	switch first := csvfile.OrganizationColumns(); {
	case slices.Equal(headers, csvfile.MappingColumns()):
		return []CSVColumnKind{
			CSVOrganizationID, CSVOrganizationName, CSVIntegration, CSVIntegration, CSVIgnored, CSVExternalID, CSVExternalName, CSVIgnored, CSVIgnored, CSVIgnored,
		}
	case len(headers) >= len(first) && slices.Equal(headers[:len(first)], first):
		return []CSVColumnKind{CSVOrganizationID, CSVOrganizationName, CSVIgnored}
	}
	return nil
}

// readingsOf returns the ways in which a header can be understood, the best first.
func readingsOf(header string, integrations []csvIntegration) (readings []csvReading) {
	folded := strings.Join(strings.Fields(name.Fold(header)), " ")
	if folded == "" || isDetail(folded) {
		return nil
	}
	if kind, known := csvHeaders[folded]; known {
		readings = append(readings, csvReading{kind: kind})
	}
	add := func(ofHeader, ofIntegration string, integration csvIntegration) {
		if kind, fits := suffixOf(ofHeader, ofIntegration); fits {
			readings = append(readings, csvReading{kind, integration.ID})
		}
	}
	for _, one := range integrations { // as exports write it
		if header == csvfile.IntegrationColumn(one.Name) {
			readings = append(readings, csvReading{CSVExternalID, one.ID})
		}
	}
	for _, one := range integrations {
		add(strings.TrimSpace(header), one.Name, one)
	}
	for _, one := range integrations {
		add(folded, strings.Join(strings.Fields(name.Fold(one.Name)), " "), one)
	}
	for i, one := range integrations { // by the application, if only one integration has it
		same := func(other csvIntegration) bool { return other.Application == one.Application }
		if slices.IndexFunc(integrations, same) == i && !slices.ContainsFunc(integrations[i+1:], same) {
			add(folded, strings.ToLower(strings.ReplaceAll(one.Application, "_", " ")), one)
		}
	}
	return readings
}

// isDetail reports whether a folded header is that of a column that exports have and imports do not read. Such a column is
// never taken for an integration of the same name.
func isDetail(folded string) bool {
	return slices.ContainsFunc(csvfile.DetailColumns(), func(one string) bool { return name.Fold(one) == folded })
}

// suffixOf returns what a column contains whose header begins with an integration's name.
func suffixOf(header, integration string) (CSVColumnKind, bool) {
	rest, found := strings.CutPrefix(header, integration)
	if !found || integration == "" || rest != "" && rest[0] != ' ' {
		return "", false
	}
	rest = strings.ToLower(strings.TrimSpace(rest))
	for _, thing := range csvThings {
		if after, found := strings.CutPrefix(rest, thing); found && (after == "" || after[0] == ' ') {
			rest = strings.TrimSpace(after)
			break
		}
	}
	kind, fits := csvSuffixes[rest]
	return kind, fits
}

// choose applies the choices to recognized columns. A choice takes its reading away from another column that was only
// recognized.
func choose(columns []CSVColumn, choices []CSVColumnChoice, integrations []csvIntegration) apperr.UserErrors {
	var problems apperr.Problems
	chosen := map[int]bool{}
	for i, choice := range choices {
		path := func(field string) []string { return apperr.InputPath("file", "columns", i, field) }
		switch {
		case choice.Index < 0 || choice.Index >= len(columns):
			problems.Add(apperr.NotFound, path("index"), "The file has no column %d; it has %d columns, counted from 0.", choice.Index, len(columns))
			continue
		case chosen[choice.Index]:
			problems.Add(apperr.Invalid, path("index"), "Column %d is chosen twice.", choice.Index)
			continue
		case choice.IntegrationID != nil && !choice.Kind.external():
			problems.Add(apperr.Invalid, path("integrationId"), "Only columns of external organizations belong to an integration.")
			continue
		case choice.IntegrationID != nil && !slices.ContainsFunc(integrations, func(one csvIntegration) bool { return one.ID == *choice.IntegrationID }):
			problems.Add(apperr.NotFound, path("integrationId"), "This integration does not exist.")
			continue
		}
		chosen[choice.Index] = true
		column := &columns[choice.Index]
		column.Kind, column.Integration = choice.Kind, uuid.Nil
		if choice.IntegrationID != nil {
			column.Integration = *choice.IntegrationID
		}
		for j := range columns {
			if !chosen[j] && columns[j].Kind == column.Kind && columns[j].Integration == column.Integration && column.Kind != CSVIntegration {
				columns[j].Kind, columns[j].Integration = CSVIgnored, uuid.Nil
			}
		}
	}
	return problems.Errors()
}

// whyUnreadable says what the columns lack, or returns "".
func whyUnreadable(columns []CSVColumn) string {
	has := func(fits func(CSVColumn) bool) bool { return slices.ContainsFunc(columns, fits) }
	switch {
	case !has(func(one CSVColumn) bool { return one.Kind == CSVOrganizationID || one.Kind == CSVOrganizationName }):
		return "No column contains the names of organizations. Choose the column that does."
	case has(func(one CSVColumn) bool { return one.Kind.external() && one.Integration == uuid.Nil }) &&
		!has(func(one CSVColumn) bool { return one.Kind == CSVIntegration }):
		return "A column contains external organizations, but nothing says of which integration. Choose the integration for that column."
	}
	return ""
}
