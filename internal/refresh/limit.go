package refresh

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/pg"
)

// overLimit is the constraint that a commit violates if the account would have more external organizations than it may.
const overLimit = "accounts_external_organizations_check"

// usage is how many external organizations an account may have and has over all its integrations, with those that are gone.
type usage struct {
	ExternalOrganizationLimit int
	ExternalOrganizationsUsed int
}

func usageOf(ctx context.Context, tx bun.IDB, account uuid.UUID) (found usage, err error) {
	err = tx.NewRaw("SELECT external_organization_limit, external_organizations_used FROM accounts WHERE id = ?", account).Scan(ctx, &found)
	return found, err
}

// admit returns nil if the account has room for that many more external organizations.
func (u usage) admit(added int) error {
	if added <= u.ExternalOrganizationLimit-u.ExternalOrganizationsUsed {
		return nil
	}
	return u.exceeded(added)
}

// exceeded is how a run ends whose list does not fit.
func (u usage) exceeded(added int) *stop {
	return &stop{code: QuotaExceeded, message: fmt.Sprintf(
		"The vendor's list has %d organizations that Orgmap does not store yet. Your account has %d of at most %d external organizations, "+
			"including those that are no longer listed. The old list stays. Disconnect an integration that you no longer need, "+
			"or ask whoever runs Orgmap for a higher limit.", added, u.ExternalOrganizationsUsed, u.ExternalOrganizationLimit)}
}

// explainLimit turns the refusal of a commit into words. Another run of the account took the room after this one had looked.
func (w *Worker) explainLimit(ctx context.Context, run *Run, added int, err error) error {
	if !pg.Violates(err, overLimit) {
		return err
	}
	var found usage
	if err := w.store.db.Read(ctx, run.AccountID, func(ctx context.Context, tx bun.Tx) (err error) {
		found, err = usageOf(ctx, tx, run.AccountID)
		return err
	}); err != nil {
		return err
	}
	return found.exceeded(added)
}
