// Package graph is the GraphQL layer: each resolver decodes its arguments, calls one service, and encodes the result.
// Business rules live in the services.
package graph

import (
	"github.com/orgmap/orgmap/graph/loader"
	"github.com/orgmap/orgmap/internal/clock"
	"github.com/orgmap/orgmap/internal/journal"
)

// Resolver resolves every field that is not a plain value.
type Resolver struct {
	loader.Sources
	Journal *journal.Journal
	Clock   clock.Clock
	// HistoryRetention is how many months of history are kept; 0: all.
	HistoryRetention int
}
