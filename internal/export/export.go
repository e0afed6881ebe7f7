// Package export writes an account's data as CSV files. A file is read from one snapshot through a cursor of Postgres, so
// it is consistent and takes constant memory, however long it is.
package export

import (
	"context"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/csvfile"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/pg"
)

// Service writes files.
type Service struct{ db *pg.DB }

// New returns the service.
func New(db *pg.DB) *Service { return &Service{db: db} }

// fetched is how many rows are fetched at once. Between two fetches the reader of the file is waited for, and Postgres
// ends a transaction that is idle too long.
const fetched = "FETCH FORWARD 200 FROM exported"

// stream runs a query and takes its rows, a few at a time. It stops if the file cannot be written.
func stream(ctx context.Context, tx pg.ReadTx, file *csvfile.Writer, query string, arguments []pg.Argument, take func(pg.Row)) error {
	if err := tx.Send(ctx, pg.Statement{SQL: "DECLARE exported NO SCROLL CURSOR FOR " + query, Arguments: arguments}); err != nil {
		return err
	}
	for {
		some := false
		err := tx.Send(ctx, pg.Statement{SQL: fetched, Take: func(row pg.Row) {
			some = true
			take(row)
		}})
		if err != nil || !some {
			return err
		}
		if err := file.Err(); err != nil {
			return err
		}
	}
}

// timed formats a time in UTC.
func timed(at time.Time) string { return at.UTC().Format(time.RFC3339Nano) }

// capitalized returns a sentence with its first letter in upper case.
func capitalized(text string) string {
	if text == "" {
		return ""
	}
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

// worded returns a constant such as NEEDS_DECISION as words: Needs decision.
func worded(constant string) string {
	return capitalized(strings.ToLower(strings.ReplaceAll(constant, "_", " ")))
}

// groupSeparator separates the names of groups in a row from the database. No name contains it.
const groupSeparator = "\x1f"

// selectOrganizations returns a row for each mapping, or one for an organization without. Only the first row of an
// organization has its details: they need not be looked up and sent with each of its mappings.
const selectOrganizations = `
	SELECT s.id, s.name, s.active, s.integration_id, s.remote_id,
		CASE WHEN s.begins THEN (
			SELECT string_agg(g.name, $2::text ORDER BY g.folded, g.id) FROM organization_group_members AS b
			JOIN organization_groups AS g ON g.account_id = b.account_id AND g.id = b.group_id AND NOT g.removed
			WHERE b.account_id = $1 AND b.organization_id = s.id AND b.member
		) END, e.name, v.name, d.note
	FROM (
		SELECT o.id, o.folded, o.name, o.active, m.id AS mapping_id, m.integration_id, m.external_folded, x.remote_id,
			row_number() OVER (PARTITION BY o.folded, o.id ORDER BY m.integration_id, m.external_folded, m.id) = 1 AS begins
		FROM organizations AS o
		LEFT JOIN mappings AS m ON m.account_id = o.account_id AND m.organization_id = o.id
		LEFT JOIN external_orgs AS x ON x.account_id = m.account_id AND x.id = m.external_org_id
		WHERE o.account_id = $1
	) AS s
	LEFT JOIN organization_details AS d ON s.begins AND d.account_id = $1 AND d.organization_id = s.id
	LEFT JOIN people AS e ON e.account_id = $1 AND e.id = d.engineer_id
	LEFT JOIN people AS v ON v.account_id = $1 AND v.id = d.vcio_id
	ORDER BY s.folded, s.id, s.integration_id, s.external_folded, s.mapping_id`

// Organizations writes a row for each organization, by name, with a column for each integration: the vendor's IDs of the
// external organizations that are mapped. Groups, archived ones included, and the other details follow. Importing the file
// changes nothing.
func (s *Service) Organizations(ctx context.Context, file *csvfile.Writer) error {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return err
	}
	return s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		columns := csvfile.OrganizationColumns()
		row := organizationRow{first: len(columns), columns: map[uuid.UUID]int{}}
		err := tx.Send(ctx, pg.Statement{
			SQL: "SELECT id, name FROM integrations WHERE account_id = $1 ORDER BY id", Arguments: []pg.Argument{pg.UUID(actor.AccountID)},
			Take: func(found pg.Row) {
				row.columns[found.UUID(0)] = len(columns) - row.first
				columns = append(columns, csvfile.IntegrationColumn(found.Text(1)))
			},
		})
		if err != nil {
			return err
		}
		row.ids, row.details = make([][]string, len(columns)-row.first), len(columns)
		columns = append(columns, csvfile.DetailColumns()...)
		file.Row(columns...)
		row.fields = make([]string, len(columns))
		err = stream(ctx, tx, file, selectOrganizations, []pg.Argument{pg.UUID(actor.AccountID), pg.Text(groupSeparator)}, func(found pg.Row) { row.take(found, file) })
		if err != nil {
			return err
		}
		row.write(file)
		return file.Flush()
	})
}

// organizationRow is the row of one organization, as long as more of its mappings may come.
type organizationRow struct {
	first   int               // how many columns come before those of integrations
	columns map[uuid.UUID]int // of integrations
	details int               // how many columns come before those of details
	node    uuid.UUID
	ids     [][]string // by column
	fields  []string
}

func (r *organizationRow) take(found pg.Row, file *csvfile.Writer) {
	if node := found.UUID(0); node != r.node {
		r.write(file)
		r.node = node
		r.fields[0], r.fields[1], r.fields[2] = id.Format(id.Organization, node), found.Text(1), "Inactive"
		if found.Boolean(2) {
			r.fields[2] = "Active"
		}
		var groups []string
		if !found.Null(5) {
			groups = strings.Split(found.Text(5), groupSeparator)
		}
		copy(r.fields[r.details:], []string{csvfile.JoinList(groups), found.Text(6), found.Text(7), found.Text(8)})
	}
	if !found.Null(3) {
		column := r.columns[found.UUID(3)]
		r.ids[column] = append(r.ids[column], found.Text(4))
	}
}

// write writes the row, if there is one, and begins the next.
func (r *organizationRow) write(file *csvfile.Writer) {
	if r.node == uuid.Nil {
		return
	}
	for i := range r.ids {
		r.fields[r.first+i] = csvfile.JoinList(r.ids[i])
		r.ids[i] = r.ids[i][:0]
	}
	file.Row(r.fields...)
}

const selectMappings = `
	SELECT o.id, o.name, i.id, i.name, i.application, x.remote_id, x.name, m.created_by, m.created_at, m.origin FROM mappings AS m
	JOIN organizations AS o ON o.account_id = m.account_id AND o.id = m.organization_id
	JOIN integrations AS i ON i.account_id = m.account_id AND i.id = m.integration_id
	JOIN external_orgs AS x ON x.account_id = m.account_id AND x.id = m.external_org_id
	WHERE m.account_id = $1 ORDER BY o.folded, o.id, m.integration_id, m.external_folded, m.id`

// Mappings writes a row for each mapping, by the organization's name. Importing the file changes nothing.
func (s *Service) Mappings(ctx context.Context, file *csvfile.Writer) error {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return err
	}
	return s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		file.Row(csvfile.MappingColumns()...)
		err := stream(ctx, tx, file, selectMappings, []pg.Argument{pg.UUID(actor.AccountID)}, func(row pg.Row) {
			file.Row(id.Format(id.Organization, row.UUID(0)), row.Text(1), id.Format(id.Integration, row.UUID(2)), row.Text(3), row.Text(4),
				row.Text(5), row.Text(6), row.Text(7), timed(row.Time(8)), worded(row.Text(9)))
		})
		if err != nil {
			return err
		}
		return file.Flush()
	})
}

// Integration returns the name of the caller's integration; the error has the code BAD_USER_INPUT if there is none.
func (s *Service) Integration(ctx context.Context, integration uuid.UUID) (called string, err error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return "", err
	}
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.Send(ctx, pg.Statement{
			SQL: "SELECT name FROM integrations WHERE account_id = $1 AND id = $2", Arguments: []pg.Argument{pg.UUID(actor.AccountID), pg.UUID(integration)},
			Take: func(row pg.Row) { called = row.Text(0) },
		})
	})
	if err == nil && called == "" {
		err = apperr.New(apperr.BadUserInput, "This integration does not exist.")
	}
	return called, err
}
