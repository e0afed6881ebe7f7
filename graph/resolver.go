// Package graph is the GraphQL edge: each resolver decodes its arguments, calls one service, and encodes what came of
// it. The rules are the services'.
package graph

import (
	"github.com/orgmap/orgmap/graph/loader"
	"github.com/orgmap/orgmap/internal/clock"
	"github.com/orgmap/orgmap/internal/journal"
)

// Resolver answers every field that is not a plain value.
type Resolver struct {
	loader.Sources
	Journal *journal.Journal
	Clock   clock.Clock
}
