package guard

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/vektah/gqlparser/v2/ast"
)

const (
	cachedDocuments   = 1000
	maxCachedDocument = 8 << 10 // bytes of text; parsed, it takes ten to twenty times as much
)

// documents is the executor's query cache: documents that were checked and validated. It holds only small ones, because the
// cache below counts entries and not bytes.
type documents struct {
	graphql.Cache[*ast.QueryDocument]
}

func newDocuments() *documents { return &documents{lru.New[*ast.QueryDocument](cachedDocuments)} }

// Get returns the document of the request at hand, which the guard has read, or else one that is kept under its text.
func (d *documents) Get(ctx context.Context, text string) (*ast.QueryDocument, bool) {
	if graphql.HasOperationContext(ctx) {
		if read := graphql.GetOperationContext(ctx).Doc; read != nil {
			return read, true
		}
	}
	return d.Cache.Get(ctx, text)
}

// Add keeps a document under its text.
func (d *documents) Add(ctx context.Context, text string, document *ast.QueryDocument) {
	if len(text) <= maxCachedDocument {
		d.Cache.Add(ctx, text, document)
	}
}
