// Package refresh pulls an integration's list from its vendor: it walks the whole list, judges it, and swaps it in with
// one transaction.
//
// A run is a row. Whoever works on it holds a lease and an attempt number, which every write of the run names: a worker
// that was taken for dead and lives can write nothing more.
//
// Reading order: run.go and service.go; request.go, list.go and watch.go are what people do; worker.go works a run with
// crowd.go, bound.go, lease.go, walk.go (patience.go), difference.go, verdict.go, swap.go and write.go; sweep.go finds runs whose worker is
// gone; runner.go runs it all.
package refresh

import (
	"io"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/enum"
	"github.com/orgmap/orgmap/internal/pg"
)

// Run is one pull of one integration's list.
type Run struct {
	bun.BaseModel `bun:"table:refresh_runs,alias:r"`

	AccountID      uuid.UUID
	ID             uuid.UUID
	IntegrationID  uuid.UUID
	State          State
	Fetched        int  // external organizations read so far
	Total          *int // as the vendor announced it; nil where it does not
	Added          int
	Updated        int
	Removed        int
	Skipped        int           // rows of the vendor's list that could not be used
	SkippedRows    []SkippedRow  `bun:"type:jsonb"` // some of them
	ReviewedFor    *ReviewReason `bun:"review_reason"`
	Attempt        int           // 1 for the first worker, 2 for the one that took over from it, and so on
	Sequence       int64         // rises with all that people can see of the run
	FailureCode    *FailureCode
	FailureMessage *string
	RetryAt        *time.Time
	RequestedBy    string // by name
	QueuedAt       time.Time
	StartedAt      *time.Time
	FinishedAt     *time.Time
	TraceParent    *string `bun:",scanonly"` // of who asked for it, for its jobs; read where those are made
}

// runColumns are those of Run, for statements that return it.
var runColumns = pg.ColumnsOf[Run]().Names()

// Failure is why the run failed or, while it is running, what it waits for; nil where there is nothing of the kind.
func (r *Run) Failure() *Failure {
	if r.FailureCode == nil {
		return nil
	}
	failure := &Failure{Code: *r.FailureCode, RetryAt: r.RetryAt}
	if r.FailureMessage != nil {
		failure.Message = *r.FailureMessage
	}
	return failure
}

// Finished tells whether the run has reached its last state.
func (r *Run) Finished() bool { return r.State != StateQueued && r.State != StateRunning }

// Failure is what went wrong with a run.
type Failure struct {
	Code    FailureCode
	Message string     // one or two sentences for people
	RetryAt *time.Time // when it makes sense to ask the vendor again; nil: unknown
}

// State is where a run stands.
type State string

// The states. A run ends in one of the last four.
const (
	StateQueued      State = "QUEUED"
	StateRunning     State = "RUNNING"
	StateSucceeded   State = "SUCCEEDED"
	StateFailed      State = "FAILED"
	StateCancelled   State = "CANCELLED"
	StateNeedsReview State = "NEEDS_REVIEW" // the list looks wrong: nothing was changed, a person decides
)

// MarshalGQL writes GraphQL's enum value.
func (s State) MarshalGQL(w io.Writer) { enum.Write(w, s) }

// UnmarshalGQL reads GraphQL's enum value.
func (s *State) UnmarshalGQL(value any) error {
	return enum.Read(s, value, StateQueued, StateRunning, StateSucceeded, StateFailed, StateCancelled, StateNeedsReview)
}

// ReviewReason says why a run needs a person's decision.
type ReviewReason string

// The reasons.
const (
	ReviewShrunk        ReviewReason = "SHRUNK"         // many organizations are missing at once
	ReviewTotalMismatch ReviewReason = "TOTAL_MISMATCH" // the vendor announces another number than it lists, twice in the same way
)

// MarshalGQL writes GraphQL's enum value.
func (r ReviewReason) MarshalGQL(w io.Writer) { enum.Write(w, r) }

// UnmarshalGQL reads GraphQL's enum value.
func (r *ReviewReason) UnmarshalGQL(value any) error {
	return enum.Read(r, value, ReviewShrunk, ReviewTotalMismatch)
}

// ReviewReason returns why the run needs review; nil if it does not. Runs of versions that knew one reason only do not name it.
func (r *Run) ReviewReason() *ReviewReason {
	if r.State != StateNeedsReview || r.ReviewedFor != nil {
		return r.ReviewedFor
	}
	shrunk := ReviewShrunk
	return &shrunk
}

// FailureCode says what kind of failure a run met.
type FailureCode string

// The failure codes.
const (
	CredentialsRejected FailureCode = "CREDENTIALS_REJECTED"
	RateLimited         FailureCode = "RATE_LIMITED"
	VendorUnavailable   FailureCode = "VENDOR_UNAVAILABLE"
	VendorTimeout       FailureCode = "VENDOR_TIMEOUT"
	BadResponse         FailureCode = "BAD_RESPONSE"
	QuotaExceeded       FailureCode = "QUOTA_EXCEEDED"
	Internal            FailureCode = "INTERNAL"
)

// MarshalGQL writes GraphQL's enum value.
func (c FailureCode) MarshalGQL(w io.Writer) { enum.Write(w, c) }

// UnmarshalGQL reads GraphQL's enum value.
func (c *FailureCode) UnmarshalGQL(value any) error {
	return enum.Read(c, value, CredentialsRejected, RateLimited, VendorUnavailable, VendorTimeout, BadResponse, QuotaExceeded, Internal)
}
