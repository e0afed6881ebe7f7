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

// pageOfExternals collects all matches of a search, then counts and sorts them.
const pageOfExternals = `
	WITH hits AS MATERIALIZED (
		SELECT id, folded FROM external_orgs
		WHERE account_id = $1 AND integration_id = $2 AND removed_at IS NULL AND folded LIKE ALL ($4::text[])
	), places AS (SELECT id FROM hits ORDER BY folded, id LIMIT $3),
	page AS (SELECT id, name, folded FROM external_orgs JOIN places USING (id) WHERE account_id = $1)
	SELECT (SELECT count(*) FROM hits), page.id, page.name, page.folded, m.id, o.id, o.name
	FROM page
	LEFT JOIN mappings m ON m.account_id = $1 AND m.external_org_id = page.id
	LEFT JOIN organizations o ON o.account_id = $1 AND o.id = m.organization_id
	ORDER BY page.folded, page.id`

// externals writes the options that a drop-down shows for part of a name.
func (b *bare) externals(ctx context.Context, query url.Values) ([]byte, error) {
	integration, err := uuid.Parse(query.Get("integration"))
	if err != nil {
		return nil, err
	}
	buffer := append(make([]byte, 0, 16<<10), `{"data":{"node":{"externalOrgs":{"nodes":[`...)
	var total int64
	var count int
	var cursor string
	add := func(rows pgx.Rows) error {
		var external uuid.UUID
		var externalName, folded string
		var mapping, organization *uuid.UUID
		var organizationName *string
		if err := rows.Scan(&total, &external, &externalName, &folded, &mapping, &organization, &organizationName); err != nil {
			return err
		}
		if count++; count > pageSize {
			return nil
		}
		if count > 1 {
			buffer = append(buffer, ',')
		}
		buffer = append(buffer, `{"id":"`...)
		buffer = append(buffer, id.Format(id.ExternalOrg, external)...)
		buffer = append(buffer, `","name":`...)
		buffer = appendText(buffer, externalName)
		if mapping == nil {
			buffer = append(buffer, `,"mapping":null}`...)
		} else {
			buffer = append(buffer, `,"mapping":{"id":"`...)
			buffer = append(buffer, id.Format(id.Mapping, *mapping)...)
			buffer = append(buffer, `","organization":{"id":"`...)
			buffer = append(buffer, id.Format(id.Organization, *organization)...)
			buffer = append(buffer, `","name":`...)
			buffer = appendText(buffer, *organizationName)
			buffer = append(buffer, `}}}`...)
		}
		cursor = page.Cursor{folded, external.String()}.String()
		return nil
	}
	if err := b.rows(ctx, true, add, pageOfExternals, b.account, integration, pageSize+1, name.Patterns(query.Get("search"))); err != nil {
		return nil, err
	}
	buffer = append(buffer, `],"pageInfo":{"hasNextPage":`...)
	buffer = strconv.AppendBool(buffer, count > pageSize)
	if count == 0 {
		buffer = append(buffer, `,"endCursor":null`...)
	} else {
		buffer = append(append(append(buffer, `,"endCursor":"`...), cursor...), '"')
	}
	buffer = append(buffer, `},"totalCount":`...)
	buffer = strconv.AppendInt(buffer, total, 10)
	return append(buffer, `}}}}`...), nil
}
