// Package refresh pulls an integration's list from its vendor: it walks the whole list, judges it, and swaps it in
// with one transaction.
//
// A run is a row. Its worker holds a lease and an attempt number, and every write of the run names the attempt. So a
// worker that was presumed dead but is still alive can write nothing.
//
// Reading order: run.go and service.go; request.go, list.go and watch.go are what people do; worker.go works a run with
// fairqueue.go, timeout.go, lease.go, walk.go (retrypolicy.go), difference.go, verdict.go, swap.go and write.go;
// sweep.go finds runs that lost their worker; runner.go runs everything.
package refresh

import (
	"io"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/enum"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/pg"
)

// Run is one refresh of one integration.
type Run struct {
	bun.BaseModel `bun:"table:refresh_runs,alias:r"`

	AccountID      uuid.UUID
	ID             uuid.UUID
	IntegrationID  uuid.UUID
	State          State
	Fetched        int  // external organizations read so far
	Total          *int // as announced by the vendor; nil if not announced
	Added          int
	Updated        int
	Removed        int
	Skipped        int           // unusable rows of the vendor's list
	SkippedRows    []SkippedRow  `bun:"type:jsonb"` // a sample
	ReviewedFor    *ReviewReason `bun:"review_reason"`
	Attempt        int           // 1 for the first worker, 2 for the worker that took over, and so on
	Sequence       int64         // rises with every visible change of the run
	FailureCode    *FailureCode
	FailureMessage *string
	RetryAt        *time.Time
	RequestedBy    string          // name of the requester
	RequesterKind  *auth.ActorKind // nil: not recorded
	RequesterID    *uuid.UUID
	QueuedAt       time.Time
	StartedAt      *time.Time
	FinishedAt     *time.Time
	TraceParent    *string `bun:",scanonly"` // the requester's trace; read only to create jobs
}

// runColumns are the columns of Run, for statements that return runs.
var runColumns = pg.ColumnsOf[Run]().Names()

// Failure returns why the run failed or, while it is running, what it is waiting for; nil if neither.
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

// RequestedByActor returns who requested the run.
func (r *Run) RequestedByActor() *auth.Author {
	author := auth.Unrecorded(r.RequestedBy)
	if r.RequesterKind != nil {
		author.Kind = *r.RequesterKind
	}
	if r.RequesterID != nil {
		author.ID = uuid.NullUUID{UUID: *r.RequesterID, Valid: true}
	}
	return &author
}

// change returns a change that the run makes, in the name of its requester.
func (r *Run) change(action string) journal.Change {
	author := r.RequestedByActor()
	return journal.Change{
		AccountID: r.AccountID, Kind: journal.Integrations, Action: action, Actor: author.Name, ActorKind: &author.Kind, ActorID: author.ID,
		IntegrationIDs: []uuid.UUID{r.IntegrationID},
	}
}

// Finished reports whether the run has reached its final state.
func (r *Run) Finished() bool { return r.State != StateQueued && r.State != StateRunning }

// Failure is what went wrong with a run.
type Failure struct {
	Code    FailureCode
	Message string     // one or two sentences for people
	RetryAt *time.Time // when to ask the vendor again; nil: unknown
}

// State is the state of a run.
type State string

// The states of a run. The last four are final.
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

// ReviewReason is why a run needs a person's decision.
type ReviewReason string

// The reasons for a review.
const (
	ReviewShrunk        ReviewReason = "SHRUNK"         // many organizations are missing at once
	ReviewTotalMismatch ReviewReason = "TOTAL_MISMATCH" // two equal walks differ from the announced total
)

// MarshalGQL writes GraphQL's enum value.
func (r ReviewReason) MarshalGQL(w io.Writer) { enum.Write(w, r) }

// UnmarshalGQL reads GraphQL's enum value.
func (r *ReviewReason) UnmarshalGQL(value any) error {
	return enum.Read(r, value, ReviewShrunk, ReviewTotalMismatch)
}

// ReviewReason returns why the run needs review; nil if it does not. Older versions knew only one reason and did not
// store it.
func (r *Run) ReviewReason() *ReviewReason {
	if r.State != StateNeedsReview || r.ReviewedFor != nil {
		return r.ReviewedFor
	}
	shrunk := ReviewShrunk
	return &shrunk
}

// FailureCode is the kind of failure that a run met.
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
