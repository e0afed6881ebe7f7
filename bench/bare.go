package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/page"
)

// bareCommand makes this program be the bare handler: bench bare DATABASE_URL ACCOUNT ADDRESS.
const bareCommand = "bare"

// pageSize is how many organizations a page has.
const pageSize = 50

// The one statement of a page. What every server does well is done here too: a search gathers its hits before it sorts
// them, a list that is browsed is walked along its index, and the count of all comes from the account's own counter.
const (
	pageOfBrowse = `
		WITH page AS (
			SELECT id, name, folded FROM organizations
			WHERE account_id = $1 AND active AND (folded, id) > ($2, $3) ORDER BY folded, id LIMIT $4
		), counted AS (SELECT organizations_used AS total FROM accounts WHERE id = $1)` + rowsOfPage

	pageOfSearch = `
		WITH hits AS MATERIALIZED (
			SELECT id, name, folded FROM organizations WHERE account_id = $1 AND active AND folded LIKE $5
		), page AS (
			SELECT id, name, folded FROM hits WHERE (folded, id) > ($2, $3) ORDER BY folded, id LIMIT $4
		), counted AS (SELECT count(*) AS total FROM hits)` + rowsOfPage

	rowsOfPage = `
		SELECT (SELECT total FROM counted)::bigint, page.id, page.name, page.folded, m.id, x.id, x.name, i.id, i.name
		FROM page
		LEFT JOIN mappings m ON m.account_id = $1 AND m.organization_id = page.id
		LEFT JOIN external_orgs x ON x.account_id = $1 AND x.id = m.external_org_id
		LEFT JOIN integrations i ON i.account_id = $1 AND i.id = m.integration_id
		ORDER BY page.folded, page.id, m.integration_id, x.folded, m.id`
)

// bare answers pages of one account's grid: no GraphQL, no sign-in, one round trip to Postgres.
type bare struct {
	pool    *pgxpool.Pool
	account uuid.UUID
}

// serveBare serves until ctx ends.
func serveBare(ctx context.Context, arguments []string) error {
	if len(arguments) != 3 {
		return errors.New("bare takes the database's URL, an account and an address")
	}
	account, err := uuid.Parse(arguments[1])
	if err != nil {
		return err
	}
	pool, err := openBare(ctx, arguments[0])
	if err != nil {
		return err
	}
	defer pool.Close()
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", arguments[2])
	if err != nil {
		return err
	}
	server := &http.Server{Handler: (&bare{pool: pool, account: account}).routes(), ReadHeaderTimeout: 5 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// openBare opens a pool that works as the role that row-level security binds, as orgmap does.
func openBare(ctx context.Context, url string) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	config.MaxConns = poolSize
	config.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "SET ROLE orgmap_app")
		return err
	}
	return pgxpool.NewWithConfig(ctx, config)
}

func (b *bare) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if err := b.pool.Ping(r.Context()); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
		}
	})
	mux.HandleFunc("GET /page", func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		after, err := uuid.Parse(query.Get("id"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		answer, err := b.page(r.Context(), query.Get("search"), query.Get("folded"), after)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.Header().Set("Content-Length", strconv.Itoa(len(answer)))
		_, _ = w.Write(answer)
	})
	return mux
}

// page writes the organizations behind a place in the list. The account's setting and the statement go out together, and
// are one transaction for it.
func (b *bare) page(ctx context.Context, search, folded string, after uuid.UUID) (answer []byte, err error) {
	batch := &pgx.Batch{}
	one := pageSize + 1 // whether there are more
	if search == "" {
		batch.Queue("SELECT set_config('app.account_id', $1, true)", b.account.String())
		batch.Queue(pageOfBrowse, b.account, folded, after, one)
	} else {
		// A plan made for any word reads every name of the account.
		batch.Queue("SELECT set_config('app.account_id', $1, true), set_config('plan_cache_mode', 'force_custom_plan', true)", b.account.String())
		batch.Queue(pageOfSearch, b.account, folded, after, one, name.Pattern(search))
	}
	results := b.pool.SendBatch(ctx, batch)
	defer func() { err = errors.Join(err, results.Close()) }()
	if _, err := results.Exec(); err != nil {
		return nil, err
	}
	rows, err := results.Query()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	writer := pageWriter{buffer: make([]byte, 0, 96<<10)}
	for rows.Next() {
		var row pageRow
		if err := rows.Scan(&row.total, &row.organization, &row.name, &row.folded,
			&row.mapping, &row.external, &row.externalName, &row.integration, &row.integrationName); err != nil {
			return nil, err
		}
		writer.add(row)
	}
	return writer.end(), rows.Err()
}

// pageRow is a row of the statement: an organization with one of its mappings, or with none.
type pageRow struct {
	total                          int64
	organization                   uuid.UUID
	name, folded                   string
	mapping, external, integration *uuid.UUID
	externalName, integrationName  *string
}

// pageWriter appends the same JSON that GraphQL answers with.
type pageWriter struct {
	buffer  []byte
	total   int64
	count   int // organizations begun, the one too many included
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

// begin ends the organization before and begins the row's.
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

// appendText appends a JSON string. Names have no control characters but those that a vendor sent.
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
