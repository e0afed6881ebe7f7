package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// logPosition returns how many bytes of write-ahead log have been written.
func (r *refresher) logPosition(ctx context.Context) (bytes int64, err error) {
	err = r.stage.conn.QueryRow(ctx, "SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint").Scan(&bytes)
	return bytes, err
}

// rowsWritten returns how many rows of external_orgs were inserted and updated since the last call. Postgres publishes
// its counts late, so rowsWritten waits until they include the rows the run reports, which one transaction wrote.
func (r *refresher) rowsWritten(ctx context.Context, atLeast int64) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, statisticsLimit)
	defer cancel()
	for {
		now, err := r.writtenSoFar(ctx)
		if err != nil {
			return 0, err
		}
		if wrote := now - r.written; wrote >= atLeast {
			r.written = now
			return wrote, nil
		}
		if !sleepUntil(ctx, time.Now().Add(100*time.Millisecond)) {
			return 0, fmt.Errorf("the run speaks of %d rows, Postgres of %d: %w", atLeast, now-r.written, ctx.Err())
		}
	}
}

func (r *refresher) writtenSoFar(ctx context.Context) (count int64, err error) {
	err = r.stage.conn.QueryRow(ctx, "SELECT n_tup_ins + n_tup_upd FROM pg_stat_user_tables WHERE relname = 'external_orgs'").Scan(&count)
	return count, err
}

// call sends a query to the API and decodes its data into answer.
func (r *refresher) call(ctx context.Context, document string, variables map[string]any, answer any) error {
	body, err := json.Marshal(map[string]any{"query": document, "variables": variables})
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+r.server.address+"/graphql", bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+r.of.tokens[0])
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	var decoded struct {
		Data   json.RawMessage
		Errors []struct{ Message string }
	}
	if err := json.NewDecoder(response.Body).Decode(&decoded); err != nil {
		return err
	}
	if len(decoded.Errors) > 0 {
		return fmt.Errorf("the API answers: %s", decoded.Errors[0].Message)
	}
	return json.Unmarshal(decoded.Data, answer)
}
