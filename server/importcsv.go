package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/csvfile"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/mapping"
	"github.com/orgmap/orgmap/internal/pg"
)

type importCSVCommand struct {
	Account string            `required:"" placeholder:"ID" help:"ID of the account."`
	File    string            `arg:"" help:"CSV file with organizations and mappings, or - for the standard input."`
	Apply   bool              `help:"Apply the rows that create, map and clear. Without it, the command only says what each row would do."`
	Lines   []int             `placeholder:"LINE" help:"Apply these lines instead, also ones that replace mappings or look like an existing organization."`
	Instead map[int]string    `placeholder:"LINE=ID" help:"Apply a line to the organization with this ID."`
	Column  map[int]csvColumn `placeholder:"INDEX=KIND[:ID]" help:"Read a column, counted from 0, as this kind, and as belonging to the integration with this ID."`
	Name    string            `default:"Operator" help:"Name shown in the journal."`
}

// csvColumn is how to read a column, as the command line says it.
type csvColumn struct {
	kind        mapping.CSVColumnKind
	integration *uuid.UUID
}

// UnmarshalText parses a kind of column and, after a colon, the ID of its integration.
func (c *csvColumn) UnmarshalText(text []byte) error {
	kind, integration, belongs := strings.Cut(string(text), ":")
	if err := c.kind.UnmarshalGQL(strings.ToUpper(kind)); err != nil {
		return err
	}
	if !belongs {
		return nil
	}
	node, err := parseID(id.Integration, integration)
	c.integration = &node
	return err
}

func (c importCSVCommand) Run(ctx context.Context, t *terminal, s stores) error {
	target, err := parseID(id.Account, c.Account)
	if err != nil {
		return err
	}
	input, err := c.input()
	if err != nil {
		return err
	}
	ctx = auth.WithActor(ctx, auth.Actor{AccountID: target, Kind: auth.SystemActor, Name: c.Name, Role: auth.Editor})
	return s.withDatabase(ctx, t.logger(), func(url string) error {
		db, err := pg.Open(ctx, url, pg.Options{MaxConnections: 2, StatementTimeout: time.Minute})
		if err != nil {
			return err
		}
		defer db.Close()
		if err := mustExist(ctx, db, target); err != nil {
			return err
		}
		// Servers notice the change when they compare their position with the database's.
		service := mapping.New(db, journal.New(db, func(context.Context, uuid.UUID, int64) {}, nil))
		plan, err := service.PlanCSV(ctx, input)
		if err != nil {
			return inWords(err)
		}
		result := csvResult{Rows: make([]csvResultRow, len(plan.Rows)), Creates: plan.Creates}
		for i := range plan.Rows {
			result.Rows[i] = viewCSVRow(&plan.Rows[i], plan.Columns)
		}
		if c.Apply {
			if result.Applied, err = c.apply(ctx, service, input, plan); err != nil {
				return err
			}
		}
		return t.print(result, result.plain)
	})
}

// mustExist returns an error if there is no such account.
func mustExist(ctx context.Context, db *pg.DB, account uuid.UUID) error {
	exists := false
	err := db.Read(ctx, account, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.Send(ctx, pg.Statement{
			SQL: "SELECT FROM accounts WHERE id = $1", Arguments: []pg.Argument{pg.UUID(account)}, Take: func(pg.Row) { exists = true },
		})
	})
	if err == nil && !exists {
		err = errors.New("this account does not exist")
	}
	return err
}

func (c importCSVCommand) input() (input mapping.CSVInput, err error) {
	file := io.Reader(os.Stdin)
	if c.File != "-" {
		opened, err := os.Open(c.File)
		if err != nil {
			return input, err
		}
		defer func() { _ = opened.Close() }()
		file = opened
	}
	input.Content, err = io.ReadAll(io.LimitReader(file, csvfile.MaximumBytes+1)) // one more byte shows that there are too many
	for index, column := range c.Column {
		input.Columns = append(input.Columns, mapping.CSVColumnChoice{Index: index, Kind: column.kind, IntegrationID: column.integration})
	}
	return input, err
}

// apply applies the chosen lines or, if none is chosen, those that need no confirmation.
func (c importCSVCommand) apply(ctx context.Context, service *mapping.Service, input mapping.CSVInput, plan mapping.CSVPlan) (*mapping.CSVApplied, error) {
	var instead []mapping.CSVInstead
	for line, text := range c.Instead {
		organization, err := parseID(id.Organization, text)
		if err != nil {
			return nil, err
		}
		instead = append(instead, mapping.CSVInstead{Line: line, OrganizationID: organization})
	}
	lines := c.Lines
	if lines == nil {
		for i := range plan.Rows {
			row := &plan.Rows[i]
			if _, other := c.Instead[row.Line]; !other && row.Outcome.Usual() {
				lines = append(lines, row.Line)
			}
		}
	}
	applied, err := service.ApplyCSV(ctx, input, plan.Hash, lines, instead)
	return &applied, inWords(err)
}

// inWords returns user errors as one error with all their messages.
func inWords(err error) error {
	known, failure := apperr.Split(err)
	if failure != nil {
		return failure
	}
	all := make([]error, len(known))
	for i, one := range known {
		all[i] = errors.New(one.Message)
	}
	return errors.Join(all...)
}

// csvResult is what the command prints.
type csvResult struct {
	Rows    []csvResultRow      `json:"rows"`
	Creates int                 `json:"creates"`
	Applied *mapping.CSVApplied `json:"applied"` // null: nothing was to be applied
}

type csvResultRow struct {
	Line         int                `json:"line"`
	Organization string             `json:"organization"`
	Outcome      mapping.CSVOutcome `json:"outcome"`
	Explanation  string             `json:"explanation"`
	Problems     []string           `json:"problems"`
}

func viewCSVRow(row *mapping.CSVRow, columns []mapping.CSVColumn) csvResultRow {
	view := csvResultRow{Line: row.Line, Organization: strings.TrimSpace(row.OrganizationName), Outcome: row.Outcome, Explanation: row.Explanation, Problems: []string{}}
	for _, one := range row.Problems {
		place := "line " + strconv.Itoa(row.Line)
		if at := one.AtColumn(); at != nil {
			place += fmt.Sprintf(", column %q", columns[*at].Header)
		}
		view.Problems = append(view.Problems, place+": "+one.Message)
	}
	return view
}

// plain prints a line for each row that does something, the problems by line, and the sums.
func (r csvResult) plain(w io.Writer) {
	counts := map[mapping.CSVOutcome]int{}
	for _, row := range r.Rows {
		counts[row.Outcome]++
		switch row.Outcome {
		case mapping.CSVAlreadySo:
		case mapping.CSVCannotApply:
			for _, problem := range row.Problems {
				fmt.Fprintf(w, "%s\n", problem)
			}
		case mapping.CSVCreates, mapping.CSVMaps, mapping.CSVClears, mapping.CSVReplaces, mapping.CSVLooksLike:
			fmt.Fprintf(w, "line %d: %s: %s\n", row.Line, row.Organization, row.Explanation)
		}
	}
	fmt.Fprintf(w, "%d rows: %d create (%d organizations), %d map, %d clear, %d are so already, %d look like another, %d replace, %d cannot be applied.\n",
		len(r.Rows), counts[mapping.CSVCreates], r.Creates, counts[mapping.CSVMaps], counts[mapping.CSVClears], counts[mapping.CSVAlreadySo],
		counts[mapping.CSVLooksLike], counts[mapping.CSVReplaces], counts[mapping.CSVCannotApply])
	if r.Applied == nil {
		fmt.Fprintln(w, "Nothing was changed. Use --apply to apply the rows that create, map and clear.")
		return
	}
	fmt.Fprintf(w, "Created %d organizations; mapped %d, moved %d and cleared %d external organizations.\n", r.Applied.Created, r.Applied.Mapped, r.Applied.Moved, r.Applied.Cleared)
}
