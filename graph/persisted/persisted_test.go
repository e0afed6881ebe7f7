package persisted

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/auth"
)

func as(account uuid.UUID, role auth.Role) context.Context {
	return auth.WithActor(context.Background(), auth.Actor{AccountID: account, Role: role})
}

// ask sends a text, a hash or both, and returns the text to execute or the error code.
func ask(d *Documents, ctx context.Context, text, hash string) (executed, code string) {
	request := &graphql.RawParams{Query: text}
	if hash != "" {
		request.Extensions = map[string]any{"persistedQuery": map[string]any{"version": json.Number("1"), "sha256Hash": hash}}
	}
	if err := d.MutateOperationParameters(ctx, request); err != nil {
		return "", fmt.Sprint(err.Extensions["code"])
	}
	return request.Query, ""
}

const text = "{ quota { used } }"

func TestAutomatic_StoresDocumentsPerAccount(t *testing.T) {
	t.Parallel()
	d := New(nil, false)
	ours, theirs := as(uuid.New(), auth.Viewer), as(uuid.New(), auth.Viewer)
	_, code := ask(d, ours, "", hashOf(text))
	require.Equal(t, "PERSISTED_QUERY_NOT_FOUND", code)
	executed, _ := ask(d, ours, text, hashOf(text))
	require.Equal(t, text, executed)
	executed, _ = ask(d, ours, "", hashOf(text))
	require.Equal(t, text, executed)
	_, code = ask(d, theirs, "", hashOf(text))
	require.Equal(t, "PERSISTED_QUERY_NOT_FOUND", code)
	executed, code = ask(d, ours, text, "")
	require.Equal(t, text+"", executed+code, "a text without a hash is executed as usual")
}

func TestAutomatic_RefusesInvalidHashesAndExtensions(t *testing.T) {
	t.Parallel()
	d := New(nil, false)
	ctx := as(uuid.New(), auth.Viewer)
	_, code := ask(d, ctx, text, hashOf("another"))
	require.Equal(t, "BAD_USER_INPUT", code)
	long := text + strings.Repeat(" ", MaxDocument)
	_, code = ask(d, ctx, long, hashOf(long))
	require.Equal(t, "BAD_USER_INPUT", code)
	for _, extension := range []any{
		nil, "x", 1,
		[]any{},
		map[string]any{},
		map[string]any{"version": json.Number("2"), "sha256Hash": hashOf(text)},
		map[string]any{"sha256Hash": hashOf(text)},
		map[string]any{"version": json.Number("1"), "sha256Hash": 7},
		map[string]any{"version": json.Number("1"), "sha256Hash": strings.Repeat("a", 1000)},
	} {
		err := d.MutateOperationParameters(ctx, &graphql.RawParams{Query: text, Extensions: map[string]any{"persistedQuery": extension}})
		require.NotNil(t, err, extension)
		require.Equal(t, "BAD_USER_INPUT", err.Extensions["code"])
	}
}

func TestTexts_AreBoundedByBytes(t *testing.T) {
	t.Parallel()
	kept := newTexts()
	ours := uuid.New()
	put := func(account uuid.UUID, n int) {
		kept.put(account, fmt.Sprintf("%064d", n), strings.Repeat("x", MaxDocument))
	}
	put(ours, 0)
	for n := range 1000 {
		_, found := kept.get(ours, fmt.Sprintf("%064d", 0)) // stays because it is used all the time
		require.True(t, found, n)
		put(ours, n)
		require.LessOrEqual(t, kept.accounts.Bytes(), int64(maxAccountBytes+2*accountBytes))
	}
	_, found := kept.get(ours, fmt.Sprintf("%064d", 500))
	require.False(t, found)
	for range 500 { // eventually, other accounts evict whole accounts that are not used
		other := uuid.New()
		for n := range 40 {
			put(other, n)
		}
		require.LessOrEqual(t, kept.accounts.Bytes(), int64(maxBytes))
	}
	_, found = kept.get(ours, fmt.Sprintf("%064d", 999))
	require.False(t, found, "they are the least recently used")
}

func TestTrusted_RunByIDAndExclusivelyIfConfigured(t *testing.T) {
	t.Parallel()
	for _, manifest := range []string{
		`{"quota-1": "{ quota { used } }"}`,
		`{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [{"id": "quota-1", "name": "Q", "type": "query", "body": "{ quota { used } }"}]}`,
	} {
		trusted, err := ReadManifest(strings.NewReader(manifest))
		require.NoError(t, err)
		editor, admin := as(uuid.New(), auth.Editor), as(uuid.New(), auth.Admin)
		for _, only := range []bool{false, true} {
			d := New(trusted, only)
			for _, ctx := range []context.Context{editor, admin, context.Background()} {
				executed, _ := ask(d, ctx, "", "quota-1")
				require.Equal(t, text, executed)
				executed, _ = ask(d, ctx, text, "")
				require.Equal(t, text, executed)
				_, code := ask(d, ctx, "", hashOf("unknown"))
				require.Equal(t, "PERSISTED_QUERY_NOT_FOUND", code)
			}
			executed, _ := ask(d, admin, "{ viewer { name } }", "")
			require.Equal(t, "{ viewer { name } }", executed)
			_, code := ask(d, editor, "{ viewer { name } }", "")
			_, named := ask(d, editor, "{ viewer { name } }", hashOf("{ viewer { name } }"))
			_, disguised := ask(d, editor, "{ viewer { name } }", "quota-1")
			if only {
				require.Equal(t, []string{"FORBIDDEN", "FORBIDDEN", "FORBIDDEN"}, []string{code, named, disguised})
			} else {
				require.Equal(t, []string{"", "", "BAD_USER_INPUT"}, []string{code, named, disguised})
			}
		}
	}
}

func TestReadManifest_RefusesInvalidManifests(t *testing.T) {
	t.Parallel()
	for _, content := range []string{"", "[]", "{}", `{"a": 1}`, `{"": "{ a }"}`, `{"a": ""}`, `{"format": "apollo-persisted-query-manifest", "operations": []}`, `{"format":"apollo-persisted-query-manifest","operations":{}}`} {
		_, err := ReadManifest(strings.NewReader(content))
		require.Error(t, err, content)
	}
}
