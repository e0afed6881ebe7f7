package refresh

import (
	"context"
	"fmt"

	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/pg"
)

// overLimit is the constraint that a commit violates if the account would have more external organizations than it may.
const overLimit = "accounts_external_organizations_check"

// admit returns nil if there is room for that many more external organizations, over all the account's integrations and with those
// that are gone.
func admit(used account.Limit, added int) error {
	if added <= used.Room() {
		return nil
	}
	return exceeded(used, added)
}

// exceeded is how a run ends whose list does not fit.
func exceeded(used account.Limit, added int) *stop {
	return &stop{code: QuotaExceeded, message: fmt.Sprintf(
		"The vendor's list has %d organizations that Orgmap does not store yet. Your account has %d of at most %d external organizations, "+
			"including those that are no longer listed. The old list is kept. Disconnect an integration that you no longer need, "+
			"or ask the operator of Orgmap for a higher limit.", added, used.Used, used.Limit)}
}

// explainLimit turns the refusal of a commit into words. Another run of the account took the room after this one had looked.
func (w *Worker) explainLimit(ctx context.Context, run *Run, added int, err error) error {
	if !pg.Violates(err, overLimit) {
		return err
	}
	return w.store.db.Read(ctx, run.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		standing, err := account.StandingOf(ctx, tx, run.AccountID)
		if err != nil {
			return err
		}
		return exceeded(standing.ExternalOrganizations, added)
	})
}
