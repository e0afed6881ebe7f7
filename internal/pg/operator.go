package pg

import (
	"context"

	"github.com/google/uuid"
)

// operatorConnections is enough for one command.
const operatorConnections = 2

// Operator works across accounts: on accounts, tokens, people and connections. Only the command line uses it. Its login
// must be a member of orgmap_operator, as the database owner is; a login that the server uses must not be.
type Operator struct{ db *DB }

// OpenOperator connects to the migrated database at url. If the login may only serve, the error says which one to use.
func OpenOperator(ctx context.Context, url string) (*Operator, error) {
	db, err := open(ctx, url, operatorRole, Options{MaxConnections: operatorConnections})
	if err != nil {
		return nil, err
	}
	return &Operator{db: db}, nil
}

// Run runs work in a transaction and commits it unless work fails.
func (o *Operator) Run(ctx context.Context, work func(context.Context, Tx) error) error {
	return o.db.Write(ctx, uuid.Nil, work)
}

// Close closes all connections.
func (o *Operator) Close() { o.db.Close() }
