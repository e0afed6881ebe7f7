package mapping

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/csvfile"
	"github.com/orgmap/orgmap/internal/id"
)

func orgID(organization string) string { return id.Format(id.Organization, called(organization)) }

// readAs returns the columns as text.
func readAs(columns []CSVColumn, integrations []csvIntegration) string {
	texts := make([]string, len(columns))
	for i, column := range columns {
		texts[i] = string(column.Kind)
		for _, one := range integrations {
			if one.ID == column.Integration {
				texts[i] += " " + one.Name
			}
		}
	}
	return strings.Join(texts, ", ")
}

func TestRecognizeColumns(t *testing.T) {
	t.Parallel()
	usual := []csvIntegration{{called("RMM"), "Datto RMM", "DATTO_RMM"}, {called("PSA"), "Our PSA", "AUTOTASK"}, {called("B1"), "BMS East", "KASEYA_BMS"}, {called("B2"), "BMS West", "KASEYA_BMS"}}
	odd := []csvIntegration{{called("O"), "Organization", "HUDU"}, {called("S"), "Status", "HALOPSA"}, {called("A"), "A site", "VSA"}, {called("B"), "A", "NINJA"}, {called("P"), "Application", "X"}}
	for title, c := range map[string]struct {
		headers      []string
		integrations []csvIntegration
		want         string
	}{
		"the file of organizations": {
			append(csvfile.OrganizationColumns(), "Datto RMM ID", "Our PSA ID", "Gone ID"), usual,
			"ORGANIZATION_ID, ORGANIZATION_NAME, IGNORED, EXTERNAL_ID Datto RMM, EXTERNAL_ID Our PSA, IGNORED",
		},
		"the file of organizations with odd names": {
			append(csvfile.OrganizationColumns(), "A ID", "A site ID", "Organization ID", "Status ID"), odd,
			"ORGANIZATION_ID, ORGANIZATION_NAME, IGNORED, EXTERNAL_ID A, EXTERNAL_ID A site, EXTERNAL_ID Organization, EXTERNAL_ID Status",
		},
		"the details in the file of organizations, whatever integrations are called": {
			append(append(csvfile.OrganizationColumns(), "Groups ID", "Note ID"), csvfile.DetailColumns()...),
			[]csvIntegration{{called("G"), "Groups", "HUDU"}, {called("N"), "Note", "HALOPSA"}},
			"ORGANIZATION_ID, ORGANIZATION_NAME, IGNORED, EXTERNAL_ID Groups, EXTERNAL_ID Note, IGNORED, IGNORED, IGNORED, IGNORED",
		},
		"details in a file by hand": {
			[]string{"Client", "groups", "ENGINEER", "Note"},
			[]csvIntegration{{called("E"), "Engineer", "HUDU"}},
			"ORGANIZATION_NAME, IGNORED, IGNORED, IGNORED",
		},
		"the file of mappings, whatever integrations are called": {
			csvfile.MappingColumns(), odd,
			"ORGANIZATION_ID, ORGANIZATION_NAME, INTEGRATION, INTEGRATION, IGNORED, EXTERNAL_ID, EXTERNAL_NAME, IGNORED, IGNORED, IGNORED",
		},
		"a file by hand": {
			[]string{" CLIENT ", "datto rmm", "Our  PSA company id", "Notes"},
			usual,
			"ORGANIZATION_NAME, EXTERNAL_ORG Datto RMM, EXTERNAL_ID Our PSA, IGNORED",
		},
		"applications":           {[]string{"Name", "Autotask name", "Kaseya BMS"}, usual, "ORGANIZATION_NAME, EXTERNAL_NAME Our PSA, IGNORED"},
		"the first of two names": {[]string{"Organization", "Name", "Client"}, usual, "ORGANIZATION_NAME, IGNORED, IGNORED"},
		"no part of a word":      {[]string{"Datto RMMs", "My Datto RMM", ""}, usual, "IGNORED, IGNORED, IGNORED"},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, readAs(recognizeColumns(c.headers, c.integrations), c.integrations))
		})
	}
}

func TestChoose(t *testing.T) {
	t.Parallel()
	integrations := csvSampleIntegrations()
	rmm, unknown := called("RMM"), called("unknown")
	columns := recognizeColumns([]string{"Client", "RMM", "Other", "Name"}, integrations)
	require.Empty(t, choose(columns, []CSVColumnChoice{{Index: 2, Kind: CSVExternalOrg, IntegrationID: &rmm}, {Index: 3, Kind: CSVOrganizationName}}, integrations))
	require.Equal(t, "IGNORED, IGNORED, EXTERNAL_ORG RMM, ORGANIZATION_NAME", readAs(columns, integrations), "a choice counts instead of what was recognized")

	problems := choose(columns, []CSVColumnChoice{
		{Index: 4, Kind: CSVIgnored},
		{Index: -1, Kind: CSVIgnored},
		{Index: 0, Kind: CSVIgnored},
		{Index: 0, Kind: CSVIgnored},
		{Index: 1, Kind: CSVOrganizationName, IntegrationID: &rmm},
		{Index: 1, Kind: CSVExternalID, IntegrationID: &unknown},
	}, integrations)
	requireProblems(t, []problem{
		{apperr.NotFound, "input/file/columns/0/index", "no column 4"},
		{apperr.NotFound, "input/file/columns/1/index", "no column -1"},
		{apperr.Invalid, "input/file/columns/3/index", "chosen twice"},
		{apperr.Invalid, "input/file/columns/4/integrationId", ""},
		{apperr.NotFound, "input/file/columns/5/integrationId", ""},
	}, problems)
}

func TestReadCSV_Refuses(t *testing.T) {
	t.Parallel()
	for title, c := range map[string]struct{ file, path, message string }{
		"an empty file":            {"\n\n", "input/file", "The file is empty."},
		"broken quotation marks":   {"Client\n\"A", "input/file", "Line 2, column 1: The quotation mark is never closed."},
		"no names":                 {"RMM\n1", "input/file/columns", "No column contains the names of organizations."},
		"no integration":           {"Client,External ID\nA,1", "input/file/columns", "Choose the integration for that column."},
		"too many rows":            {"Client\n" + strings.Repeat("A\n", csvfile.MaximumRows+1), "input/file", "more than 10,000 rows"},
		"too many values":          {"Client,RMM\nA," + strings.Repeat("1;", maximumCSVValues+1), "input/file", "more than 200,000"},
		"too many bytes":           {strings.Repeat("a", csvfile.MaximumBytes+1), "input/file", "the maximum is 5242880"},
		"something that is no CSV": {"PK\x03\x04\x00\x00", "input/file", "This is not a CSV file"},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			_, err := readCSV(CSVInput{Content: []byte(c.file)}, csvSampleIntegrations())
			requireUserErrors(t, err, problem{apperr.Invalid, c.path, c.message})
		})
	}
	file, err := readCSV(CSVInput{Content: []byte("RMM,Client,X\n 1 ,'=A,x\n,,\n2,'s A,y,z\n3\n4")}, csvSampleIntegrations())
	require.NoError(t, err)
	require.Equal(t, []string{"1", "2", "3"}, file.columns[0].Samples)
	require.Equal(t, []string{"x", "y"}, file.columns[2].Samples)
	first := CSVRow{text: file.rows[0].text, delimiter: file.delimiter}
	require.Equal(t, []string{" 1 ", "=A", "x"}, first.Values(), "an apostrophe before a formula is not part of the value")
	require.Equal(t, "'s A", file.rows[1].name)
	require.Equal(t, []int{2, 4, 5, 6}, []int{file.rows[0].line, file.rows[1].line, file.rows[2].line, file.rows[3].line})
	require.Equal(t, uuid.Nil, integrationCalled("", csvSampleIntegrations()))
}
