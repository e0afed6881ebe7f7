package pg

import (
	"context"
	"errors"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/orgmap/orgmap/internal/apperr"
)

// Violates reports whether err is a violation of the named constraint or unique index.
func Violates(err error, constraint string) bool {
	var refused *pgconn.PgError
	return errors.As(err, &refused) && strings.HasPrefix(refused.Code, "23") && refused.ConstraintName == constraint
}

// LockTimedOut reports whether err says that a lock held by another transaction was not released within the lock
// timeout.
func LockTimedOut(err error) bool {
	var refused *pgconn.PgError
	return errors.As(err, &refused) && refused.Code == "55P03"
}

// isConflict reports whether Postgres aborted a transaction because of another one, so that it can be retried.
func isConflict(err error) bool {
	var refused *pgconn.PgError
	if !errors.As(err, &refused) {
		return false
	}
	switch refused.Code {
	case "40001", "40P01": // serialization failure, deadlock
		return true
	}
	return false
}

// classify turns failures of the database itself into UNAVAILABLE errors and returns other errors unchanged.
func classify(err error) error {
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	var known *apperr.Error
	var expected apperr.UserErrors
	if errors.As(err, &known) || errors.As(err, &expected) {
		return err
	}
	if isConflict(err) || isOutage(err) {
		return &apperr.Error{Code: apperr.Unavailable, Message: "The database is not responding. Try again in a moment.", Cause: err}
	}
	return err
}

func isOutage(err error) bool {
	var connect *pgconn.ConnectError
	var network net.Error
	if errors.As(err, &connect) || errors.As(err, &network) || errors.Is(err, context.DeadlineExceeded) {
		return true
	}
	var refused *pgconn.PgError
	if !errors.As(err, &refused) {
		return pgconn.SafeToRetry(err) || strings.Contains(err.Error(), "conn closed") || strings.Contains(err.Error(), "unexpected EOF")
	}
	switch refused.Code {
	case "55P03", "57014": // lock timeout, statement timeout
		return true
	}
	switch refused.Code[:2] {
	case "08", "53", "57", "58": // connection, resources, operator intervention, system
		return true
	}
	return refused.Code == "25P03" || refused.Code == "25006" // idle in transaction; read-only standby
}
