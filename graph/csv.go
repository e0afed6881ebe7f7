package graph

import (
	"encoding/base64"

	"github.com/orgmap/orgmap/graph/model"
	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/mapping"
)

// The number of rows of a CSV file in a response.
const (
	usualCSVRows   = 100
	maximumCSVRows = 2_000
)

// csvInput decodes a CSV file.
func csvInput(file *model.CSVFileInput) (mapping.CSVInput, error) {
	input := mapping.CSVInput{Columns: make([]mapping.CSVColumnChoice, len(file.Columns))}
	for i, one := range file.Columns {
		input.Columns[i] = mapping.CSVColumnChoice{Index: one.Index, Kind: one.Kind, IntegrationID: optionalID(id.Integration, one.IntegrationID)}
	}
	switch {
	case (file.Text == nil) == (file.Base64 == nil):
		return input, apperr.New(apperr.BadUserInput, "Give the file either as text or as base64.")
	case file.Text != nil:
		input.Content = []byte(*file.Text)
		return input, nil
	}
	content, err := base64.StdEncoding.DecodeString(*file.Base64)
	if err != nil {
		return input, apperr.New(apperr.BadUserInput, "The file is not in base64.")
	}
	input.Content = content
	return input, nil
}

func csvInstead(inputs []*model.CSVInsteadInput) []mapping.CSVInstead {
	instead := make([]mapping.CSVInstead, len(inputs))
	for i, one := range inputs {
		instead[i] = mapping.CSVInstead{Line: one.Line, OrganizationID: id.Of(id.Organization, one.OrganizationID)}
	}
	return instead
}

// checkCSVRows returns an error if more rows are asked for than a response may have.
func checkCSVRows(first *int) (int, error) {
	count := valueOr(first, usualCSVRows)
	if count < 0 || count > maximumCSVRows {
		return 0, apperr.New(apperr.BadUserInput, "first must be between 0 and %d.", maximumCSVRows)
	}
	return count, nil
}

// csvPlan returns the plan with the first rows of those that are asked for. A file that cannot be read has no plan.
func csvPlan(plan mapping.CSVPlan, input model.PlanCSVInput, first int) *model.CSVPlan {
	if plan.Encoding == "" {
		return nil
	}
	shown := &model.CSVPlan{
		Hash: plan.Hash, Encoding: string(plan.Encoding), Delimiter: plan.Delimiter, Columns: pointers(plan.Columns), RowCount: len(plan.Rows),
		Creates: plan.Creates, Remaining: plan.Remaining, Rows: []*mapping.CSVRow{},
	}
	wanted, counts := map[mapping.CSVOutcome]bool{}, map[mapping.CSVOutcome]int{}
	for _, one := range input.Outcomes {
		wanted[one] = true
	}
	for i := range plan.Rows {
		row := &plan.Rows[i]
		counts[row.Outcome]++
		if row.Line <= valueOr(input.AfterLine, 0) || input.Outcomes != nil && !wanted[row.Outcome] {
			continue
		}
		if len(shown.Rows) == first {
			shown.MoreRows = true
			continue
		}
		shown.Rows = append(shown.Rows, row)
	}
	for _, outcome := range mapping.CSVOutcomes() {
		shown.Counts = append(shown.Counts, &model.CSVOutcomeCount{Outcome: outcome, Count: counts[outcome]})
	}
	return shown
}
