// Package account manages the account and its quota. An account is one MSP: nothing crosses from one account to
// another.
package account

import (
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/pg"
)

// Account is one MSP.
type Account struct {
	bun.BaseModel `bun:"table:accounts"`

	ID                uuid.UUID `bun:",pk"`
	Name              string
	Plan              string
	OrganizationLimit *int // nil: unlimited
	OrganizationsUsed int
	RenewsAt          *time.Time
	CreatedAt         time.Time
	HistoryAt         *time.Time // nil: history begins with the account
	TimeZone          string     // an IANA name

	IntegrationLimit          int
	IntegrationsUsed          int
	ExternalOrganizationLimit int
	ExternalOrganizationsUsed int // over all integrations, including those no longer listed
}

// HistoryBegins returns when the account's history begins.
func (a *Account) HistoryBegins() time.Time {
	if a.HistoryAt == nil {
		return a.CreatedAt
	}
	return *a.HistoryAt
}

// columns lists the columns of Account.
var columns = pg.ColumnsOf[Account]()

// Limits holds how much of the shared storage the account may use, besides its plan's quota.
type Limits struct {
	Integrations          Limit
	ExternalOrganizations Limit
}

// Limit holds how many of something are allowed and how many exist.
type Limit struct {
	Used  int
	Limit int
}

// Remaining returns how many more are allowed.
func (l Limit) Remaining() int { return max(0, l.Limit-l.Used) }

// Limits returns the account's limits and usage.
func (a *Account) Limits() *Limits {
	return &Limits{
		Integrations:          Limit{Used: a.IntegrationsUsed, Limit: a.IntegrationLimit},
		ExternalOrganizations: Limit{Used: a.ExternalOrganizationsUsed, Limit: a.ExternalOrganizationLimit},
	}
}

// Quota holds how many active organizations the account's plan allows and how many exist.
type Quota struct {
	Limit    *int // nil: unlimited
	Used     int
	Plan     string
	RenewsAt *time.Time
}

// Quota returns the account's quota and usage.
func (a *Account) Quota() *Quota {
	return &Quota{Limit: a.OrganizationLimit, Used: a.OrganizationsUsed, Plan: a.Plan, RenewsAt: a.RenewsAt}
}

// Remaining returns how many more organizations may become active, or nil if there is no limit.
func (q *Quota) Remaining() *int {
	if q.Limit == nil {
		return nil
	}
	left := *q.Limit - q.Used
	return &left
}

// NodeID returns the account's public ID.
func (a *Account) NodeID() string { return id.Format(id.Account, a.ID) }

// AppendNodeID appends NodeID to the given slice.
func (a *Account) AppendNodeID(to []byte) []byte { return id.Append(to, id.Account, a.ID) }
