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
)

// bareCommand runs this program as the bare handler: bench bare DATABASE_URL ACCOUNT ADDRESS.
const bareCommand = "bare"

// bare serves pages of one account's grid: no GraphQL, no sign-in, one round trip to Postgres.
type bare struct {
	pool    *pgxpool.Pool
	account uuid.UUID
}

// serveBare serves requests until ctx ends.
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

// openBare opens a pool whose connections use the role subject to row-level security, as orgmap does.
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
	mux.HandleFunc("GET /"+string(pageOf), answering(func(r *http.Request) ([]byte, error) { return b.page(r.Context(), r.URL.Query()) }))
	mux.HandleFunc("GET /"+string(externalsOf), answering(func(r *http.Request) ([]byte, error) { return b.externals(r.Context(), r.URL.Query()) }))
	mux.HandleFunc("POST /save", answering(b.save))
	return mux
}

func answering(answer func(*http.Request) ([]byte, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := answer(r)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body)
	}
}

// rows runs a statement for the account and passes each row to add. The account setting and the statement are sent
// together and form one transaction. custom forces a custom plan: a generic one reads every name of the account.
func (b *bare) rows(ctx context.Context, custom bool, add func(pgx.Rows) error, statement string, values ...any) (err error) {
	batch := &pgx.Batch{}
	if custom {
		batch.Queue("SELECT set_config('app.account_id', $1, true), set_config('plan_cache_mode', 'force_custom_plan', true)", b.account.String())
	} else {
		batch.Queue("SELECT set_config('app.account_id', $1, true)", b.account.String())
	}
	batch.Queue(statement, values...)
	results := b.pool.SendBatch(ctx, batch)
	defer func() { err = errors.Join(err, results.Close()) }()
	if _, err := results.Exec(); err != nil {
		return err
	}
	rows, err := results.Query()
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := add(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
