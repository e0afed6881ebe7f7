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
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/vendors"
)

// verifyTimeout is how long a person waits for the vendor's response before getting an error.
const verifyTimeout = 20 * time.Second

// ErrGone says that an integration no longer exists.
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

// connectionOf returns an integration's connection, without its credentials.
func connectionOf(i *Integration) connection {
	return connection{AccountID: i.AccountID, ID: i.ConnectionID, Application: i.Connected, BaseURL: i.BaseURL}
}

// feed is what an integration is refreshed from.
type feed struct {
	connection `bun:",extend"`

	ModuleID *string
}

// feedOf returns the feed of an integration, and its credentials.
func (s *Service) feedOf(ctx context.Context, account, integration uuid.UUID) (feed, vendors.Credentials, error) {
	var found feed
	err := s.db.Read(ctx, account, func(ctx context.Context, tx pg.ReadTx) error {
		return tx.NewRaw(`
			SELECT c.account_id, c.id, c.application, c.base_url, c.sealed_credentials, i.module_id
			FROM integrations AS i JOIN connections AS c ON c.account_id = i.account_id AND c.id = i.connection_id
			WHERE i.account_id = ? AND i.id = ?`, account, integration).Scan(ctx, &found)
	})
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrGone
	}
	if err != nil {
		return feed{}, vendors.Credentials{}, err
	}
	content, err := unseal(s.sealer, found.SealedCredentials, account, found.ID)
	return found, content.credentials, err
}

// VendorKey returns a key that is equal for integrations whose calls the vendor counts together: those with the same
// host and credentials, in any account. It is for workers and does not check a role. Errors: ErrGone; secret.ErrSealed.
func (s *Service) VendorKey(ctx context.Context, account, integration uuid.UUID) (string, error) {
	feed, credentials, err := s.feedOf(ctx, account, integration)
	if err != nil || s.vendors.Key == nil {
		return "", err
	}
	return string(s.vendors.Key(feed.BaseURL, credentials)), nil
}

// OpenSource returns the Source that an integration is refreshed from, without calling the vendor. It is for workers
// and does not check a role. Errors: ErrGone; secret.ErrSealed; the vendor's own.
func (s *Service) OpenSource(ctx context.Context, account, integration uuid.UUID) (vendors.Source, error) {
	feed, credentials, err := s.feedOf(ctx, account, integration)
	if err != nil {
		return nil, err
	}
	descriptor, known := s.vendors.Catalog.Lookup(feed.Application)
	if !known {
		return nil, fmt.Errorf("no connector for %s", feed.Application)
	}
	source, err := s.vendors.Open(descriptor, feed.BaseURL, credentials)
	if err != nil || feed.ModuleID == nil {
		return source, err
	}
	whole, is := source.(vendors.ModuleSource)
	if !is {
		return nil, fmt.Errorf("%s has no modules", feed.Application)
	}
	return moduleFeed{
		Source: whole.Module(*feed.ModuleID), service: s, whole: whole, feed: feed.connection, vendor: descriptor.Name, module: *feed.ModuleID,
	}, nil
}

// verify asks the vendor whether it accepts the credentials, and returns its modules, or nil if it has a single list.
// No transaction may be open during the call, because the vendor decides how long it takes. It returns an error with
// the code RATE_LIMITED if the account already has maxChecks of these calls running.
func (s *Service) verify(ctx context.Context, descriptor vendors.Descriptor, baseURL string, credentials vendors.Credentials) (modules []vendors.Module, err error) {
	leave, err := s.beginCheck(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	s.db.EndSnapshot(ctx)
	limited, cancel := context.WithTimeout(ctx, verifyTimeout)
	defer cancel()
	source, err := s.vendors.Open(descriptor, baseURL, credentials)
	if err == nil {
		err = source.Verify(limited)
	}
	if err == nil {
		modules, err = modulesOf(limited, source)
	}
	if err == nil {
		return modules, nil
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return nil, unverified(descriptor, err)
}

// unverified turns a failed check into an error for people: why the vendor could not be reached, or what it said.
func unverified(descriptor vendors.Descriptor, err error) error {
	var refused *vendors.Error
	switch {
	case errors.As(err, &refused) && refused.Class == vendors.CredentialsRejected:
		return apperr.User(apperr.CredentialsRejected, refused.Message, "input", "credentials")
	case errors.As(err, &refused):
		return &apperr.Error{Code: apperr.Unavailable, Message: refused.Message, Cause: err}
	case errors.Is(err, context.DeadlineExceeded):
		return &apperr.Error{Code: apperr.Unavailable, Message: descriptor.Name + " does not answer. Check the address, or try again later.", Cause: err}
	}
	return fmt.Errorf("verify the credentials of %s: %w", descriptor.Application, err)
}

// sentence turns an error's text into a sentence.
func sentence(err error) string {
	text := err.Error()
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:] + "."
}
