package refresh

import (
	"context"
	"fmt"

	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/pg"
)

// overLimit is the constraint that a commit violates if the account would exceed its limit on external organizations.
const overLimit = "accounts_external_organizations_check"

// admit returns nil if the account has room for added more external organizations. The limit covers all integrations
// and includes organizations that are gone.
func admit(used account.Limit, added int) error {
	if added <= used.Remaining() {
		return nil
	}
	return exceeded(used, added)
}

// exceeded returns the failure of a run whose list does not fit.
func exceeded(used account.Limit, added int) *runError {
	return &runError{code: QuotaExceeded, message: fmt.Sprintf(
		"The vendor's list has %d organizations that Orgmap does not store yet. Your account has %d of at most %d external organizations, "+
			"including those that are no longer listed. The old list is kept. Disconnect an integration that you no longer need, "+
			"or ask the operator of Orgmap for a higher limit.", added, used.Used, used.Limit)}
}

// explainLimit replaces the database error of a commit over the limit with a message. It happens if another run of
// the account used up the room after this one had checked.
func (w *Worker) explainLimit(ctx context.Context, run *Run, added int, err error) error {
	if !pg.Violates(err, overLimit) {
		return err
	}
	return w.store.db.Read(ctx, run.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		usage, err := account.UsageOf(ctx, tx, run.AccountID)
		if err != nil {
			return err
		}
		return exceeded(usage.ExternalOrganizations, added)
	})
}
