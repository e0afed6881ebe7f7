package pg

import "context"

// operatorConnections are enough for one command.
const operatorConnections = 2

// Operator works across accounts: on accounts, tokens, people and connections. It is the command line's, and takes a login that is a
// member of orgmap_operator, such as the one that owns the database. No login that serves is.
type Operator struct{ db *DB }

// OpenOperator connects to the migrated database at url. Where the login may only serve, the error says which one is needed.
func OpenOperator(ctx context.Context, url string) (*Operator, error) {
	db, err := open(ctx, url, operatorRole, Options{MaxConnections: operatorConnections})
	if err != nil {
		return nil, err
	}
	return &Operator{db: db}, nil
}

// Run runs work in a transaction, and commits it unless work fails.
func (o *Operator) Run(ctx context.Context, work Work) error { return o.db.Across(ctx, work) }

// Close ends every connection.
func (o *Operator) Close() { o.db.Close() }
