package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/name"
)

// sort is the role of a subject in the comparison.
type sort int

const (
	ours  sort = iota
	floor      // the bare handler
	usual      // a peer as it is usually written
	given      // a peer with the bare handler's SQL
)

// subject is a server to measure: orgmap, or one to compare it with. Each runs as its own process, on the same
// database, with the same number of connections.
type subject struct {
	name  string
	about string
	sort  sort
	start func(context.Context, *stage, tenant) (*server, error)
	speak speaker
}

// speaker writes the HTTP requests for a subject.
type speaker interface {
	request(ctx context.Context, server *server, of tenant, kind kind, asked ask) ([]byte, error)
}

// questions returns a server's questions of a kind, in turn. Their responses may have any length until agree has
// checked them.
func questions(ctx context.Context, speak speaker, server *server, of tenant, kind kind) (all []question, err error) {
	for _, asked := range kind.asks(of.size.organizations) {
		request, err := speak.request(ctx, server, of, kind, asked)
		if err != nil {
			return nil, err
		}
		all = append(all, question{request, anyLength})
	}
	return all, nil
}

// withoutCache is the setting that makes orgmap compute every response.
const withoutCache = "ORGMAP_CACHE_BYTES=0"

// subjects returns all servers that the read kinds are measured on.
func subjects() []subject {
	plain := graphql{documents: contract, ids: func(_ id.Kind, node uuid.UUID) string { return node.String() }}
	made := graphql{documents: postgraphileDocuments, ids: plain.ids, account: true}
	return []subject{
		{"orgmap", "the program, with its cache of answers off", ours, startOrgmap(withoutCache), orgmapSpeaker()},
		{"orgmap, cache", "the program as it comes; every question was asked before", ours, startOrgmap(), orgmapSpeaker()},
		{"bare", "net/http and pgx, one SQL statement, JSON by hand; no GraphQL, nobody signed in", floor, startBare, bareSpeaker{}},
		{"yoga", "GraphQL Yoga, graphql-jit, DataLoader", usual, startPeer("yoga"), plain},
		{"mercurius", "Mercurius, its loaders, its just-in-time compiler", usual, startPeer("mercurius"), plain},
		{"postgraphile", "PostGraphile 5, the schema that it makes of the tables", usual, startPeer("postgraphile"), made},
		{"yoga, our SQL", "Yoga and graphql-jit, given the bare handler's statement", given, startPeer("yoga-one-statement"), plain},
	}
}

func orgmapSpeaker() graphql { return graphql{documents: contract, ids: id.Format, signedIn: true} }

func startOrgmap(settings ...string) func(context.Context, *stage, tenant) (*server, error) {
	return func(ctx context.Context, stage *stage, _ tenant) (*server, error) {
		return stage.serve(ctx, settings...)
	}
}

func startBare(ctx context.Context, stage *stage, of tenant) (*server, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return stage.launch(ctx, "bare", func(ctx context.Context, address string) *exec.Cmd {
		return exec.CommandContext(ctx, self, bareCommand, stage.postgres.URL(), of.account.String(), address)
	})
}

// bareSpeaker writes requests for the bare handler, whose cursors are the plain values of the sort key.
type bareSpeaker struct{}

func (bareSpeaker) request(_ context.Context, server *server, of tenant, kind kind, asked ask) ([]byte, error) {
	query := url.Values{"search": {asked.search}}
	switch {
	case kind.document == externalsOf:
		query.Set("integration", of.listing.String())
	case asked.offset > 0:
		query.Set("offset", fmt.Sprint(asked.offset))
	default:
		query.Set("folded", "")
		query.Set("id", uuid.Nil.String())
		if asked.behind > 0 {
			last := of.organizations[asked.behind-1]
			query.Set("folded", name.Fold(last.name))
			query.Set("id", last.id.String())
		}
	}
	return fmt.Appendf(nil, "GET /%s?%s HTTP/1.1\r\nHost: %s\r\nAccept: application/json\r\n\r\n", kind.document, query.Encode(), server.address), nil
}
