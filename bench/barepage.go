package main

import (
	"context"
	"net/url"
	"strconv"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/page"
)

// The single statement of a page. It does what a good server does: a search collects its matches before sorting them,
// browsing walks an index, and the total comes from the account's own counter.
const (
	pageOfBrowse = `
		WITH page AS (
			SELECT id, name, folded FROM organizations
			WHERE account_id = $1 AND active AND (folded, id) > ($2, $3) ORDER BY folded, id LIMIT $4
		), counted AS (SELECT organizations_used AS total FROM accounts WHERE id = $1)` + rowsOfPage

	pageOfSearch = `
		WITH hits AS MATERIALIZED (
			SELECT id, name, folded FROM organizations WHERE account_id = $1 AND active AND (folded LIKE ALL ($5::text[])
				OR id IN (SELECT organization_id FROM mappings WHERE account_id = $1 AND external_folded LIKE ALL ($5::text[])))
		), page AS (
			SELECT id, name, folded FROM hits WHERE (folded, id) > ($2, $3) ORDER BY folded, id LIMIT $4
		), counted AS (SELECT count(*) AS total FROM hits)` + rowsOfPage

	pageOfOffset = `
		WITH places AS (
			SELECT id FROM organizations WHERE account_id = $1 AND active ORDER BY folded, id LIMIT $2 OFFSET $3
		), page AS (SELECT id, name, folded FROM organizations JOIN places USING (id) WHERE account_id = $1),
		counted AS (SELECT organizations_used AS total FROM accounts WHERE id = $1)` + rowsOfPage

	rowsOfPage = `
		SELECT (SELECT total FROM counted)::bigint, page.id, page.name, page.folded, m.id, m.external_org_id, m.external_name, i.id, i.name
		FROM page
		LEFT JOIN mappings m ON m.account_id = $1 AND m.organization_id = page.id
		LEFT JOIN integrations i ON i.account_id = $1 AND i.id = m.integration_id
		ORDER BY page.folded, page.id, m.integration_id, m.external_folded, m.id`
)

// page writes the organizations after a sort key or an offset.
func (b *bare) page(ctx context.Context, query url.Values) ([]byte, error) {
	writer := pageWriter{buffer: make([]byte, 0, 96<<10)}
	add := func(rows pgx.Rows) error {
		var row pageRow
		if err := rows.Scan(&row.total, &row.organization, &row.name, &row.folded,
			&row.mapping, &row.external, &row.externalName, &row.integration, &row.integrationName); err != nil {
			return err
		}
		writer.add(row)
		return nil
	}
	const one = pageSize + 1 // one extra row shows whether there is a next page
	if query.Has("offset") {
		offset, err := strconv.Atoi(query.Get("offset"))
		if err != nil {
			return nil, err
		}
		return writer.after(b.rows(ctx, false, add, pageOfOffset, b.account, one, offset))
	}
	after, err := uuid.Parse(query.Get("id"))
	if err != nil {
		return nil, err
	}
	if search := query.Get("search"); search != "" {
		return writer.after(b.rows(ctx, true, add, pageOfSearch, b.account, query.Get("folded"), after, one, name.Patterns(search)))
	}
	return writer.after(b.rows(ctx, false, add, pageOfBrowse, b.account, query.Get("folded"), after, one))
}

// pageRow is a row of the statement: an organization with one of its mappings, or with none.
type pageRow struct {
	total                          int64
	organization                   uuid.UUID
	name, folded                   string
	mapping, external, integration *uuid.UUID
	externalName, integrationName  *string
}

// pageWriter appends the same JSON as a GraphQL response.
type pageWriter struct {
	buffer  []byte
	total   int64
	count   int // organizations begun, including the extra one
	current uuid.UUID
	cursor  string
	inner   bool // the current organization has a mapping
}

func (w *pageWriter) add(row pageRow) {
	if w.count == 0 || row.organization != w.current {
		w.begin(row)
	}
	if w.count > pageSize || row.mapping == nil {
		return
	}
	if w.inner {
		w.buffer = append(w.buffer, ',')
	}
	w.inner = true
	w.buffer = append(w.buffer, `{"id":"`...)
	w.buffer = append(w.buffer, id.Format(id.Mapping, *row.mapping)...)
	w.buffer = append(w.buffer, `","integration":{"id":"`...)
	w.buffer = append(w.buffer, id.Format(id.Integration, *row.integration)...)
	w.buffer = append(w.buffer, `","name":`...)
	w.buffer = appendText(w.buffer, *row.integrationName)
	w.buffer = append(w.buffer, `},"externalOrg":{"id":"`...)
	w.buffer = append(w.buffer, id.Format(id.ExternalOrg, *row.external)...)
	w.buffer = append(w.buffer, `","name":`...)
	w.buffer = appendText(w.buffer, *row.externalName)
	w.buffer = append(w.buffer, `}}`...)
}

// begin closes the previous organization and opens the row's.
func (w *pageWriter) begin(row pageRow) {
	switch w.count++; {
	case w.count == 1:
		w.total = row.total
		w.buffer = append(w.buffer, `{"data":{"organizations":{"edges":[`...)
	case w.count > pageSize:
		w.current = row.organization
		return
	default:
		w.buffer = append(w.buffer, `]}},`...)
	}
	w.current, w.inner = row.organization, false
	w.cursor = page.Cursor{"folded", row.folded, row.organization.String()}.String()
	w.buffer = append(w.buffer, `{"cursor":"`...)
	w.buffer = append(w.buffer, w.cursor...)
	w.buffer = append(w.buffer, `","node":{"id":"`...)
	w.buffer = append(w.buffer, id.Format(id.Organization, row.organization)...)
	w.buffer = append(w.buffer, `","name":`...)
	w.buffer = appendText(w.buffer, row.name)
	w.buffer = append(w.buffer, `,"mappings":[`...)
}

// after closes the page unless err is set.
func (w *pageWriter) after(err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	return w.end(), nil
}

func (w *pageWriter) end() []byte {
	if w.count == 0 {
		return []byte(`{"data":{"organizations":{"edges":[],"pageInfo":{"hasNextPage":false,"endCursor":null},"totalCount":0}}}`)
	}
	w.buffer = append(w.buffer, `]}}],"pageInfo":{"hasNextPage":`...)
	w.buffer = strconv.AppendBool(w.buffer, w.count > pageSize)
	w.buffer = append(w.buffer, `,"endCursor":"`...)
	w.buffer = append(w.buffer, w.cursor...)
	w.buffer = append(w.buffer, `"},"totalCount":`...)
	w.buffer = strconv.AppendInt(w.buffer, w.total, 10)
	return append(w.buffer, `}}}`...)
}

// appendText appends a JSON string. Control characters occur in a name only if a vendor sent them.
func appendText(buffer []byte, text string) []byte {
	const digits = "0123456789abcdef"
	buffer = append(buffer, '"')
	from := 0
	for at := range len(text) {
		char := text[at]
		if char >= ' ' && char != '"' && char != '\\' {
			continue
		}
		buffer = append(buffer, text[from:at]...)
		from = at + 1
		if char < ' ' {
			buffer = append(buffer, '\\', 'u', '0', '0', digits[char>>4], digits[char&0xf])
		} else {
			buffer = append(buffer, '\\', char)
		}
	}
	return append(append(buffer, text[from:]...), '"')
}
