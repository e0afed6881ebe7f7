// Package persisted lets clients send the hash of a document instead of its text, for documents that they sent before
// (automatic persisted queries), or that the operator trusts, from a manifest generated when the client was built.
package persisted

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/google/uuid"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
)

// MaxDocument is the largest document stored for a client, in bytes.
const MaxDocument = 8 << 10

// Documents adds the text to a request that names its document by a hash. It must run before any check of texts.
type Documents struct {
	trusted *Manifest
	only    bool
	kept    *texts
}

// New returns Documents. trusted may be nil; if only is set, only admins may send documents that are not in it.
func New(trusted *Manifest, only bool) *Documents {
	return &Documents{trusted: trusted, only: only, kept: newTexts()}
}

// ExtensionName returns the name in the executor.
func (*Documents) ExtensionName() string { return "PersistedDocuments" }

// Validate does nothing.
func (*Documents) Validate(graphql.ExecutableSchema) error { return nil }

var (
	errNotFound = refusal("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound") // clients look for exactly these words
	errForm     = refusal(string(apperr.BadUserInput), "extensions.persistedQuery must be {version: 1, sha256Hash: ...}.")
	errHash     = refusal(string(apperr.BadUserInput), "sha256Hash is not the hash of the query.")
	errTooLong  = refusal(string(apperr.BadUserInput), "The document is too long to be persisted. Send it without persistedQuery.")
	errForeign  = refusal(string(apperr.Forbidden), "Only trusted documents may be executed here.")
)

func refusal(code, message string) *gqlerror.Error {
	err := &gqlerror.Error{Message: message}
	errcode.Set(err, code)
	return err
}

// MutateOperationParameters looks up the text that a request names, and stores the text that it sends with a hash.
func (d *Documents) MutateOperationParameters(ctx context.Context, request *graphql.RawParams) *gqlerror.Error {
	extension, named := request.Extensions["persistedQuery"]
	hash := ""
	if named {
		var ok bool
		if hash, ok = readHash(extension); !ok {
			return errForm
		}
	}
	if text, found := d.trusted.text(hash); named && found && (request.Query == "" || request.Query == text) {
		request.Query = text
		return nil
	}
	if d.only && !d.trusted.holds(request.Query) {
		if request.Query == "" {
			return errNotFound
		}
		if _, err := auth.Require(ctx, auth.Admin); err != nil {
			return errForeign
		}
	}
	if !named {
		return nil
	}
	return d.automatic(ctx, hash, request)
}

// automatic implements automatic persisted queries: a hash alone asks for a stored text; a hash with a text stores it.
func (d *Documents) automatic(ctx context.Context, hash string, request *graphql.RawParams) *gqlerror.Error {
	actor, known := auth.ActorFrom(ctx)
	account := uuid.Nil
	if known {
		account = actor.AccountID
	}
	switch {
	case request.Query == "":
		text, found := d.kept.get(account, hash)
		if !found {
			return errNotFound
		}
		request.Query = text
	case len(request.Query) > MaxDocument:
		return errTooLong
	case hashOf(request.Query) != hash:
		return errHash
	default:
		d.kept.put(account, hash, request.Query)
	}
	return nil
}

// readHash reads {version: 1, sha256Hash: "..."}.
func readHash(extension any) (hash string, ok bool) {
	fields, isObject := extension.(map[string]any)
	if !isObject {
		return "", false
	}
	version, _ := fields["version"].(interface{ String() string }) // a json.Number
	hash, isText := fields["sha256Hash"].(string)
	return hash, isText && hash != "" && len(hash) <= maxIdentifier && version != nil && version.String() == "1"
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
