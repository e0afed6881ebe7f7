package history

import (
	"time"

	"github.com/orgmap/orgmap/internal/apperr"
)

// Why a snapshot cannot be shown, for programs.
const (
	reasonKey = "reason"
	inFuture  = "IN_FUTURE"
	tooEarly  = "BEFORE_HISTORY"
)

// beforeHistory returns the error for a moment before history begins, which says when that is.
func beforeHistory(begins time.Time) *apperr.Error {
	begins = begins.UTC()
	return apperr.New(apperr.BadUserInput, "History begins at %s.", begins.Format(time.RFC3339)).
		With(reasonKey, tooEarly).With("historyBegins", begins.Format(time.RFC3339Nano))
}
