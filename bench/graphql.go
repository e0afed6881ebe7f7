package main

import (
	"context"
	"encoding/json"
	"fmt"
	"sync/atomic"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/id"
)

// graphql sends requests to a GraphQL server.
type graphql struct {
	documents map[document]string
	ids       func(id.Kind, uuid.UUID) string // formats an id for the server
	account   bool                            // the documents take the account as a variable
	signedIn  bool
}

func (g graphql) request(ctx context.Context, server *server, of tenant, kind kind, asked ask) ([]byte, error) {
	variables := map[string]any{}
	if g.account {
		variables["account"] = of.account.String()
	}
	if kind.document == externalsOf {
		variables["integration"] = g.ids(id.Integration, of.listing)
	}
	if asked.search != "" {
		variables["search"] = asked.search
	}
	if asked.offset > 0 {
		variables["offset"] = asked.offset
	}
	if asked.behind > 0 {
		cursor, err := g.cursor(ctx, server, of, kind, asked.behind)
		if err != nil {
			return nil, err
		}
		variables["after"] = cursor
	}
	return g.post(server, of, g.documents[kind.document], variables), nil
}

// cursor asks the server for its cursor after the given number of organizations; cursors are opaque.
func (g graphql) cursor(ctx context.Context, server *server, of tenant, kind kind, behind int) (string, error) {
	before, err := g.request(ctx, server, of, kind, ask{offset: behind - pageSize})
	if err != nil {
		return "", err
	}
	one := client{address: server.address}
	defer one.close()
	body, err := one.ask(ctx, before)
	if err != nil {
		return "", err
	}
	var answer struct {
		Data struct {
			Organizations struct{ PageInfo struct{ EndCursor string } }
		}
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return "", err
	}
	cursor := answer.Data.Organizations.PageInfo.EndCursor
	if cursor == "" {
		return "", fmt.Errorf("there is no cursor behind organization %d: %.300s", behind, body)
	}
	return cursor, nil
}

// nextUser gives each question the next user's token: users do not share one.
var nextUser atomic.Int64 //nolint:gochecknoglobals // a counter

// post returns the request as sent over the wire.
func (g graphql) post(server *server, of tenant, query string, variables map[string]any) []byte {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		panic("bench: strings and numbers always encode: " + err.Error())
	}
	authorization := ""
	if g.signedIn {
		authorization = "Authorization: Bearer " + of.tokens[int(nextUser.Add(1))%len(of.tokens)] + "\r\n"
	}
	head := fmt.Sprintf("POST /graphql HTTP/1.1\r\nHost: %s\r\n%sContent-Type: application/json\r\nAccept: application/json\r\nContent-Length: %d\r\n\r\n",
		server.address, authorization, len(body))
	return append([]byte(head), body...)
}
