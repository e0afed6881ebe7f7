package graph

import (
	"context"

	"github.com/orgmap/orgmap/internal/audit"
	"github.com/orgmap/orgmap/internal/page"
)

func (r *queryResolver) AuditTrail(ctx context.Context, first *int, after *string) (*page.Connection[*audit.Event], error) {
	return r.Audit.Trail(ctx, page.Arguments{First: first, After: after})
}
