package access

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/auth/bearer"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/journal"
	names "github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/pg"
)

// secretText matches a token's secret in a JSON text.
var secretText = regexp.MustCompile(`"` + bearer.TokenPrefix + `[a-z2-7]{52}"`)

// HideSecrets replaces secrets in a JSON text by null.
func HideSecrets(text []byte) []byte { return secretText.ReplaceAll(text, []byte("null")) }

// maximumTokens is the maximum number of valid tokens of an account.
const maximumTokens = 200

// Token is what is stored about an API token, except its hash.
type Token struct {
	bun.BaseModel `bun:"table:api_tokens,alias:t"`

	AccountID   uuid.UUID `bun:",pk"`
	ID          uuid.UUID `bun:",pk"`
	Name        string
	RoleName    string `bun:"role"`
	CreatedAt   time.Time
	ExpiresAt   *time.Time // nil: never
	LastUsedAt  *time.Time // to the hour; nil: never
	RevokedAt   *time.Time // nil: not revoked
	CreatorKind *auth.ActorKind
	CreatorID   uuid.NullUUID
	CreatorName *string
}

// NodeID returns the public ID of the token.
func (t *Token) NodeID() string { return id.Format(id.Token, t.ID) }

// AppendNodeID appends NodeID to the given slice.
func (t *Token) AppendNodeID(to []byte) []byte { return id.Append(to, id.Token, t.ID) }

// Role returns the role of the token.
func (t *Token) Role() auth.Role {
	parsed, _ := auth.ParseRole(t.RoleName)
	return parsed
}

// CreatedBy returns who created the token; nil: an operator, or an older version.
func (t *Token) CreatedBy() *auth.Author {
	if t.CreatorKind == nil || t.CreatorName == nil {
		return nil
	}
	return &auth.Author{Kind: *t.CreatorKind, Name: *t.CreatorName, ID: t.CreatorID}
}

// Creating describes a token to create.
type Creating struct {
	Name      string
	Role      auth.Role
	ExpiresAt *time.Time // nil: never
}

// check returns all problems with the description. Nobody can create a token above their own role.
func (c *Creating) check(own auth.Role, now time.Time) apperr.UserErrors {
	var problems apperr.Problems
	normal, err := names.Normalize(c.Name)
	if err != nil {
		problems.Add(apperr.Invalid, apperr.InputPath("name"), "%s", err.Error())
	}
	c.Name = normal
	if c.Role > own {
		problems.Add(apperr.Invalid, apperr.InputPath("role"), "You cannot create a token with a higher role than your own, %s.", own)
	}
	if c.ExpiresAt != nil && !c.ExpiresAt.After(now) {
		problems.Add(apperr.Invalid, apperr.InputPath("expiresAt"), "The token would have expired already.")
	}
	return problems.Errors()
}

// Tokens returns the account's tokens, the newest first.
func (s *Service) Tokens(ctx context.Context) ([]*Token, error) {
	actor, err := auth.Require(ctx, auth.Admin)
	if err != nil {
		return nil, err
	}
	var found []*Token
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		found = nil
		return tx.NewSelect().Model(&found).Where("t.account_id = ?", actor.AccountID).OrderExpr("t.created_at DESC, t.id DESC").Scan(ctx)
	})
	return found, err
}

// TokensByIDs returns the account's tokens with these IDs. For callers who are no admins there are none.
func (s *Service) TokensByIDs(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*Token, error) {
	actor, err := auth.Require(ctx, auth.Viewer)
	if err != nil {
		return nil, err
	}
	byID := map[uuid.UUID]*Token{}
	if actor.Role < auth.Admin {
		return byID, nil
	}
	err = s.db.Read(ctx, actor.AccountID, func(ctx context.Context, tx pg.ReadTx) error {
		var found []*Token
		err := tx.NewSelect().Model(&found).Where("t.account_id = ?", actor.AccountID).Where("t.id IN (?)", bun.List(ids)).Scan(ctx)
		for _, one := range found {
			byID[one.ID] = one
		}
		return err
	})
	return byID, err
}

// valid selects the tokens that can be used.
const valid = "t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now())"

// CreateToken creates a token and returns it with its secret, which cannot be retrieved later. User errors: INVALID, and
// QUOTA_EXCEEDED.
func (s *Service) CreateToken(ctx context.Context, creating Creating) (created *Token, secret string, err error) {
	actor, err := auth.Require(ctx, auth.Admin)
	if err != nil {
		return nil, "", err
	}
	err = s.write(ctx, actor, journal.Settings, func(ctx context.Context, tx pg.Tx) (*journal.Change, error) {
		var now time.Time
		if err := tx.NewRaw("SELECT now()").Scan(ctx, &now); err != nil {
			return nil, err
		}
		if problems := creating.check(actor.Role, now); len(problems) > 0 {
			return nil, problems
		}
		count, err := tx.NewSelect().Model((*Token)(nil)).Where("t.account_id = ?", actor.AccountID).Where(valid).Count(ctx)
		if err != nil {
			return nil, err
		}
		if count >= maximumTokens {
			return nil, apperr.User(apperr.QuotaExceeded, fmt.Sprintf("An account can have at most %d valid tokens. Revoke one that is no longer used.", maximumTokens), "input")
		}
		tokenID := id.New()
		secret = bearer.Make(bearer.TokenPrefix)
		var made bool
		err = tx.NewRaw("SELECT create_api_token(?, ?, ?, ?, ?)", tokenID, creating.Name, creating.Role.String(), bearer.Hash(secret), creating.ExpiresAt).Scan(ctx, &made)
		if err == nil && !made {
			err = errNoLongerAdmin
		}
		if err != nil {
			return nil, err
		}
		created = new(Token)
		if err := tx.NewSelect().Model(created).Where("t.account_id = ?", actor.AccountID).Where("t.id = ?", tokenID).Scan(ctx); err != nil {
			return nil, err
		}
		return tokenChange("token.created", created, journal.FieldName, created.Name), nil
	})
	if err != nil {
		return nil, "", err
	}
	return created, secret, nil
}

func tokenChange(action string, token *Token, field journal.Field, after string) *journal.Change {
	edit := journal.FieldEdit{Subject: journal.Ref{ID: token.ID, Name: token.Name}, Of: id.Token, Field: field, After: &after}
	return &journal.Change{Action: action, SubjectIDs: []uuid.UUID{token.ID}, Edits: journal.Edits{Fields: []journal.FieldEdit{edit}}}
}

// leavesNoAccess reports whether an account would have no admin left once a token is revoked: neither a person nor another
// valid admin token.
func leavesNoAccess(admins, adminTokens []uuid.UUID, revoked uuid.UUID) bool {
	return len(admins) == 0 && leavesNoAdmin(adminTokens, revoked)
}

var errLastToken = apperr.User(apperr.Invalid, "This is the last token with the role ADMIN, and no person has that role. Create another one first.", apperr.InputPath("tokenId")...)

// RevokeToken revokes a token at once. Revoking it again changes nothing. User errors: NOT_FOUND, and INVALID if the account
// would have no admin left.
func (s *Service) RevokeToken(ctx context.Context, token uuid.UUID) (*Token, error) {
	actor, err := auth.Require(ctx, auth.Admin)
	if err != nil {
		return nil, err
	}
	var found *Token
	err = s.write(ctx, actor, journal.Settings, func(ctx context.Context, tx pg.Tx) (*journal.Change, error) {
		if found, err = tokenOf(ctx, tx, actor.AccountID, token); err != nil || found.RevokedAt != nil {
			return nil, err
		}
		people, err := admins(ctx, tx, actor.AccountID)
		if err != nil {
			return nil, err
		}
		var tokens []uuid.UUID
		err = tx.NewRaw("SELECT t.id FROM api_tokens AS t WHERE t.account_id = ? AND t.role = 'ADMIN' AND "+valid, actor.AccountID).Scan(ctx, &tokens)
		if err != nil {
			return nil, err
		}
		if leavesNoAccess(people, tokens, token) {
			return nil, errLastToken
		}
		var changed bool
		if err := tx.NewRaw("SELECT revoke_api_token(?)", token).Scan(ctx, &changed); err != nil {
			return nil, err
		}
		if !changed {
			return nil, errNoLongerAdmin
		}
		if found, err = tokenOf(ctx, tx, actor.AccountID, token); err != nil {
			return nil, err
		}
		return tokenChange("token.revoked", found, journal.FieldRevoked, "true"), nil
	})
	if pg.Violates(err, "api_tokens_last_admin") {
		err = errLastToken
	}
	if err != nil {
		return nil, err
	}
	return found, nil
}

func tokenOf(ctx context.Context, tx pg.Tx, account, token uuid.UUID) (*Token, error) {
	found := new(Token)
	err := tx.NewSelect().Model(found).Where("t.account_id = ?", account).Where("t.id = ?", token).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, apperr.User(apperr.NotFound, "This token does not exist.", apperr.InputPath("tokenId")...)
	}
	return found, err
}
