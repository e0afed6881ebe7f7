// Package account holds the account, which is one MSP and the boundary that nothing crosses, and its quota.
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

	IntegrationLimit          int
	IntegrationsUsed          int
	ExternalOrganizationLimit int
	ExternalOrganizationsUsed int // over all integrations, with those that are no longer listed
}

// columns are those of Account.
var columns = pg.ColumnsOf[Account]()

// Limits are what the account may store of what all accounts share, beside its plan's quota.
type Limits struct {
	Integrations          Limit
	ExternalOrganizations Limit
}

// Limit is how many of something there may be, and how many there are.
type Limit struct {
	Used  int
	Limit int
}

// Room is how many more there may be.
func (l Limit) Room() int { return max(0, l.Limit-l.Used) }

// Limits returns what the account may store and stores.
func (a *Account) Limits() *Limits {
	return &Limits{
		Integrations:          Limit{Used: a.IntegrationsUsed, Limit: a.IntegrationLimit},
		ExternalOrganizations: Limit{Used: a.ExternalOrganizationsUsed, Limit: a.ExternalOrganizationLimit},
	}
}

// Quota is how many active organizations the account's plan allows, and how many there are.
type Quota struct {
	Limit    *int // nil: unlimited
	Used     int
	Plan     string
	RenewsAt *time.Time
}

// Quota tells where the account stands.
func (a *Account) Quota() *Quota {
	return &Quota{Limit: a.OrganizationLimit, Used: a.OrganizationsUsed, Plan: a.Plan, RenewsAt: a.RenewsAt}
}

// Remaining is how many more organizations may become active, nil where there is no limit.
func (q *Quota) Remaining() *int {
	if q.Limit == nil {
		return nil
	}
	left := *q.Limit - q.Used
	return &left
}

// NodeID is the account's outside id.
func (a *Account) NodeID() string { return id.Format(id.Account, a.ID) }

// AppendNodeID appends what NodeID gives.
func (a *Account) AppendNodeID(to []byte) []byte { return id.Append(to, id.Account, a.ID) }
