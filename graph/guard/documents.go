package guard

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/orgmap/orgmap/internal/lru"
)

const (
	documentsBytes  = 32 << 20  // of all cached documents
	largestDocument = 256 << 10 // of one document
)

// documents is the executor's query cache: it maps texts to checked and validated documents.
type documents struct {
	kept *lru.Cache[string, *ast.QueryDocument]
}

func newDocuments() *documents {
	return &documents{lru.New[string, *ast.QueryDocument](documentsBytes, largestDocument)}
}

// Get returns the document that the guard parsed for the current request, or else the one cached for the text.
func (d *documents) Get(ctx context.Context, text string) (*ast.QueryDocument, bool) {
	if graphql.HasOperationContext(ctx) {
		if read := graphql.GetOperationContext(ctx).Doc; read != nil {
			return read, true
		}
	}
	return d.kept.Get(text)
}

// Add caches a document under its text.
func (d *documents) Add(_ context.Context, text string, document *ast.QueryDocument) {
	d.kept.Add(text, document, int64(len(text)+len(text)/8)+Weigh(document)) // size classes are up to 1/8 apart
}
