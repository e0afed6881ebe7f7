package integration

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/vendors"
)

// maxChecks is the maximum number of concurrent credential checks per account and process. A check of a vendor that
// never answers lasts for verifyTimeout.
const maxChecks = 5

// admit returns an error unless the account has room for the wanted number of integrations.
func admit(used account.Limit, wanted int, descriptor vendors.Descriptor) error {
	if wanted <= used.Remaining() {
		return nil
	}
	const remedy = "Disconnect one that you no longer need, or ask the operator of Orgmap for a higher limit."
	message := fmt.Sprintf("Your account has %d of at most %d integrations. %s", used.Used, used.Limit, remedy)
	if wanted > 1 {
		message = fmt.Sprintf("%s has %d modules, and each becomes an integration. Your account has %d of at most %d integrations. %s",
			descriptor.Name, wanted, used.Used, used.Limit, remedy)
	}
	return apperr.User(apperr.QuotaExceeded, message, "input", "application")
}

// usage reads how many integrations the account has and may have. Connect checks it before calling the vendor, so that
// an account without room makes no call.
func (s *Service) usage(ctx context.Context, accountID uuid.UUID) (used account.Limit, err error) {
	err = s.db.Read(ctx, accountID, func(ctx context.Context, tx pg.ReadTx) error {
		usage, err := account.UsageOf(ctx, tx, accountID)
		used = usage.Integrations
		return err
	})
	return used, err
}

// beginCheck counts a credential check as running until leave is called.
func (s *Service) beginCheck(ctx context.Context) (leave func(), err error) {
	actor, err := auth.Require(ctx, auth.Admin)
	if err != nil {
		return nil, err
	}
	leave, ok := s.checks.Enter(actor.AccountID)
	if !ok {
		return nil, apperr.New(apperr.RateLimited, "Your account is already testing %d connections, the maximum at a time. Try again when one of them has finished.", maxChecks)
	}
	return leave, nil
}
