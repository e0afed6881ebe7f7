package pg

import (
	"context"
	"errors"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/orgmap/orgmap/internal/apperr"
)

// Violates tells whether err is a violation of the constraint or unique index of that name.
func Violates(err error, constraint string) bool {
	var refused *pgconn.PgError
	return errors.As(err, &refused) && strings.HasPrefix(refused.Code, "23") && refused.ConstraintName == constraint
}

// LockTimedOut tells whether err says that another transaction held what was waited for longer than the lock timeout.
func LockTimedOut(err error) bool {
	var refused *pgconn.PgError
	return errors.As(err, &refused) && refused.Code == "55P03"
}

// isConflict tells whether Postgres ended a transaction because of another one, so that it may be tried again.
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

// classify gives the failures of the store itself the code UNAVAILABLE; what a statement did wrong stays as it is.
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
	case "55P03", "57014": // lock not available in time, statement timeout
		return true
	}
	switch refused.Code[:2] {
	case "08", "53", "57", "58": // connection, resources, operator's intervention, system
		return true
	}
	return refused.Code == "25P03" || refused.Code == "25006" // idle in transaction; a standby that is read-only
}
