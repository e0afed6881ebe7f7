// Package pgtest lets tests work across accounts, as an operator does.
package pgtest

import (
	"context"
	"testing"

	"github.com/orgmap/orgmap/internal/pg"
)

// Operator returns an operator on the same database as db, whose login must be a superuser, as dbtest's is. It is
// closed when the test ends.
func Operator(t testing.TB, db *pg.DB) *pg.Operator {
	t.Helper()
	operator, err := open(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(operator.Close)
	return operator
}

// Run opens an operator, runs work in one transaction, and closes the operator.
func Run(ctx context.Context, db *pg.DB, work func(context.Context, pg.Tx) error) error {
	operator, err := open(ctx, db)
	if err != nil {
		return err
	}
	defer operator.Close()
	return operator.Run(ctx, work)
}

func open(ctx context.Context, db *pg.DB) (*pg.Operator, error) {
	return pg.OpenOperator(ctx, db.Pool().Config().ConnString())
}
