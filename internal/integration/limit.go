package integration

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/vendors"
)

// maxChecks is how many checks of credentials one account has under way in one process. A vendor that never answers holds each
// for verifyTimeout.
const maxChecks = 5

// usage is an account's limit on integrations and how many it has.
type usage struct {
	IntegrationLimit int
	IntegrationsUsed int
}

// room is how many integrations can still be connected.
func (u usage) room() int { return max(0, u.IntegrationLimit-u.IntegrationsUsed) }

// admit returns an error unless there is room for that many more integrations.
func (u usage) admit(wanted int, descriptor vendors.Descriptor) error {
	if wanted <= u.room() {
		return nil
	}
	const remedy = "Disconnect one that you no longer need, or ask whoever runs Orgmap for a higher limit."
	message := fmt.Sprintf("Your account has %d of at most %d integrations. %s", u.IntegrationsUsed, u.IntegrationLimit, remedy)
	if wanted > 1 {
		message = fmt.Sprintf("%s has %d modules, and each becomes an integration. Your account has %d of at most %d integrations. %s",
			descriptor.Name, wanted, u.IntegrationsUsed, u.IntegrationLimit, remedy)
	}
	return apperr.User(apperr.QuotaExceeded, message, "input", "application")
}

const findUsage = "SELECT integration_limit, integrations_used FROM accounts WHERE id = ?"

// usage is read before the vendor is asked: an account without room makes no call.
func (s *Service) usage(ctx context.Context, account uuid.UUID) (found usage, err error) {
	err = s.db.Read(ctx, account, func(ctx context.Context, tx bun.Tx) error {
		return tx.NewRaw(findUsage, account).Scan(ctx, &found)
	})
	return found, err
}

// lockUsage holds the account's row until the transaction ends, so that two connects do not both take the last of the room. It
// comes after the locks of integrations and connections, as Append does.
func lockUsage(ctx context.Context, tx bun.IDB, account uuid.UUID) (found usage, err error) {
	err = tx.NewRaw(findUsage+" FOR NO KEY UPDATE", account).Scan(ctx, &found)
	return found, err
}

// beginCheck counts a check of credentials until leave is called.
func (s *Service) beginCheck(ctx context.Context) (leave func(), err error) {
	actor, err := auth.Require(ctx, auth.Admin)
	if err != nil {
		return nil, err
	}
	leave, ok := s.checks.Enter(actor.AccountID)
	if !ok {
		return nil, apperr.New(apperr.RateLimited, "Your account is testing %d connections already, which is the most at one time. Try again when one of them has finished.", maxChecks)
	}
	return leave, nil
}
