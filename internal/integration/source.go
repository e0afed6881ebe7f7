package integration

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/vendors"
)

// verifyTimeout is how long a person waits for a vendor to answer before being told that it does not.
const verifyTimeout = 20 * time.Second

// ErrGone says that an integration does not stand any more.
var ErrGone = errors.New("integration: it does not stand any more")

// connection is a row of connections.
type connection struct {
	bun.BaseModel `bun:"table:connections"`

	AccountID         uuid.UUID
	ID                uuid.UUID
	Application       vendors.Application
	BaseURL           string
	SealedCredentials []byte
}

// OpenSource makes the Source that an integration is refreshed from, without a call to the vendor. It is for the
// workers and asks nobody's role. Errors: ErrGone; secret.ErrSealed; those of the vendor's own.
func (s *Service) OpenSource(ctx context.Context, account, integration uuid.UUID) (vendors.Source, error) {
	var feed connection
	err := s.db.Read(ctx, account, func(ctx context.Context, tx bun.Tx) error {
		return tx.NewRaw(`
			SELECT c.account_id, c.id, c.application, c.base_url, c.sealed_credentials
			FROM integrations AS i JOIN connections AS c ON c.account_id = i.account_id AND c.id = i.connection_id
			WHERE i.account_id = ? AND i.id = ?`, account, integration).Scan(ctx, &feed)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrGone
	}
	if err != nil {
		return nil, err
	}
	descriptor, known := s.vendors.Catalog.Lookup(feed.Application)
	if !known {
		return nil, fmt.Errorf("no connector for %s", feed.Application)
	}
	credentials, err := unseal(s.sealer, feed.SealedCredentials, account, feed.ID)
	if err != nil {
		return nil, err
	}
	return s.vendors.Open(descriptor, feed.BaseURL, credentials)
}

// verify asks the vendor whether it takes the credentials. No transaction may be open meanwhile: the vendor decides how
// long this takes.
func (s *Service) verify(ctx context.Context, descriptor vendors.Descriptor, baseURL string, credentials vendors.Credentials) error {
	source, err := s.vendors.Open(descriptor, baseURL, credentials)
	if err == nil {
		limited, cancel := context.WithTimeout(ctx, verifyTimeout)
		defer cancel()
		err = source.Verify(limited)
	}
	var refused *vendors.Error
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &refused) && refused.Class == vendors.CredentialsRejected:
		return apperr.User(apperr.CredentialsRejected, refused.Message, "input", "credentials")
	case errors.As(err, &refused):
		return &apperr.Error{Code: apperr.Unavailable, Message: refused.Message, Cause: err}
	case errors.Is(err, context.DeadlineExceeded):
		return &apperr.Error{Code: apperr.Unavailable, Message: descriptor.Name + " does not answer. Check the address, or try again later.", Cause: err}
	}
	return fmt.Errorf("verify the credentials of %s: %w", descriptor.Application, err)
}

// sentence makes a complete one of an error's text.
func sentence(err error) string {
	text := err.Error()
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:] + "."
}
