package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/auth/bearer"
	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/id"
)

// mint creates a code for the client's token.
func (c *client) mint() string {
	c.t.Helper()
	code, _, err := c.app.sessions.MintCode(c.t.Context(), c.account, c.tokenID())
	require.NoError(c.t, err)
	return code
}

// tokenID returns the ID of the client's token.
func (c *client) tokenID() uuid.UUID {
	c.t.Helper()
	holder, err := c.app.holders.Holder(c.t.Context(), c.token)
	require.NoError(c.t, err)
	return holder.ID
}

// postJSON sends JSON to a path below /session.
func (w *world) postJSON(path string, body object, header ...string) reply {
	w.t.Helper()
	encoded, err := json.Marshal(body)
	require.NoError(w.t, err)
	return w.send(http.MethodPost, path, string(encoded), append(header, "Content-Type", "application/json")...)
}

// previewed returns the preview for a secret, which must be valid.
func (w *world) previewed(secret object, header ...string) (previewed object) {
	w.t.Helper()
	got := w.postJSON("/session/preview", secret, header...)
	require.Equal(w.t, http.StatusOK, got.StatusCode, got.body)
	require.Contains(w.t, got.Header.Get("Cache-Control"), "no-store")
	require.Empty(w.t, got.Cookies())
	require.NoError(w.t, json.Unmarshal([]byte(got.body), &previewed))
	return previewed
}

func (w *world) accountName(account uuid.UUID) (name string) {
	w.t.Helper()
	require.NoError(w.t, w.connection().QueryRow(w.t.Context(), "SELECT name FROM accounts WHERE id = $1", account).Scan(&name))
	return name
}

// requireBadCode requires that a code is refused with the one message, in a preview and when redeemed.
func (w *world) requireBadCode(code string) {
	w.t.Helper()
	for _, path := range []string{"/session/preview", "/session"} {
		got := w.postJSON(path, object{"code": code})
		require.Equal(w.t, http.StatusUnauthorized, got.StatusCode, got.body)
		require.JSONEq(w.t, `{"errors":[{"message":"This sign-in link is invalid, expired or already used. Ask for a new one.",
			"extensions":{"code":"UNAUTHENTICATED"}}]}`, got.body)
		require.Empty(w.t, got.Cookies())
	}
}

func TestCode_CanBePreviewedRepeatedlyAndRedeemedOnce(t *testing.T) {
	t.Parallel()
	admin := newWorld(t).newAccount(20)
	other := admin.newAccount(20)
	viewer := admin.newClient(admin.account, auth.Viewer)
	code := admin.mint()
	ours := object{"account": admin.accountName(admin.account), "name": "the ADMIN", "role": "ADMIN", "current": nil}
	require.Equal(t, ours, admin.previewed(object{"code": code}))
	require.Equal(t, ours, admin.previewed(object{"token": admin.token}))

	theirs, seen := other.signedIn(), viewer.signedIn()
	ours["current"] = object{"account": admin.accountName(other.account), "name": "the ADMIN", "role": "ADMIN", "same": false}
	kept := theirs.Name + "=" + theirs.Value
	require.Equal(t, ours, admin.previewed(object{"code": code}, "Cookie", kept), "of another account")
	ours["current"] = object{"account": ours["account"], "name": "the VIEWER", "role": "VIEWER", "same": false}
	require.Equal(t, ours, admin.previewed(object{"code": code}, "Cookie", seen.Name+"="+seen.Value), "the same account, another holder")
	require.Equal(t, true, other.described(kept)["signedIn"], "a preview ends no session")

	got := admin.postJSON("/session", object{"code": code}, "Cookie", kept)
	require.Equal(t, http.StatusNoContent, got.StatusCode, got.body)
	require.Len(t, got.Cookies(), 1)
	opened := got.Cookies()[0].Name + "=" + got.Cookies()[0].Value
	require.Equal(t, "the ADMIN", admin.described(opened)["name"])
	require.Equal(t, false, other.described(kept)["signedIn"], "the previous session was ended, not only replaced")
	admin.requireBadCode(code)

	again := admin.mint()
	same := admin.previewed(object{"code": again}, "Cookie", opened)["current"].(object)
	require.Equal(t, true, same["same"])
	require.Zero(t, admin.count("SELECT count(*) FROM sign_in_codes WHERE hash = $1", []byte(again)), "the text of the session is not stored")

	require.NoError(t, admin.tokens().Revoke(t.Context(), admin.tokenID()))
	require.Equal(t, false, admin.described(opened)["signedIn"], "the session ends with its token")
	admin.requireBadCode(again)
}

func TestCode_ConcurrentRedemptionOpensOneSession(t *testing.T) {
	t.Parallel()
	stores := worldStores{database: dbtest.Database(t), redis: dbtest.Redis(t), keyset: newKeyset(t)}
	admin := bootWorld(t, stores).newAccount(20)
	servers := []*world{admin.world, bootWorld(t, stores)}
	const rounds, clients = 3, 6 // rounds: as many codes as may be valid, and fewer
	for range rounds {
		code := admin.mint()
		var group sync.WaitGroup
		var opened atomic.Int64
		for n := range clients {
			group.Go(func() {
				switch got := servers[n%len(servers)].postJSON("/session", object{"code": code}); got.StatusCode {
				case http.StatusNoContent:
					opened.Add(1)
				case http.StatusUnauthorized:
				default:
					t.Errorf("%d %s", got.StatusCode, got.body)
				}
			})
		}
		group.Wait()
		require.Equal(t, int64(1), opened.Load())
	}
	require.Equal(t, rounds, admin.count("SELECT count(*) FROM sessions"))
}

func TestCode_InvalidCodesGetTheSameErrorAndWriteNothing(t *testing.T) {
	t.Parallel()
	admin := newWorld(t).newAccount(20)
	expired := admin.mint()
	_, err := admin.connection().Exec(t.Context(), "UPDATE sign_in_codes SET expires_at = now() - interval '1 microsecond'")
	require.NoError(t, err)
	good := admin.mint()
	for _, bad := range []string{
		expired, bearer.Make(bearer.CodePrefix), bearer.CodePrefix, good + "a", good[:len(good)-1], strings.ToUpper(good),
		admin.token, strings.Replace(good, bearer.CodePrefix, bearer.TokenPrefix, 1), "x",
	} {
		admin.requireBadCode(bad)
	}
	for _, body := range []object{{}, {"code": ""}, {"token": good}, {"code": good, "token": admin.token}, {"code": 1}} {
		for _, path := range []string{"/session/preview", "/session"} {
			require.Equal(t, http.StatusUnauthorized, admin.postJSON(path, body).StatusCode, body)
		}
	}
	require.Equal(t, http.StatusForbidden, admin.send(http.MethodPost, "/session/preview", `{"code":"`+good+`"}`, "Content-Type", "text/plain").StatusCode)
	require.Equal(t, http.StatusForbidden, admin.postJSON("/session/preview", object{"code": good}, "Origin", foreign).StatusCode)
	require.Equal(t, "UNAUTHENTICATED", admin.with(good).ask(viewerQuery, nil).Errors[0].Extensions["code"], "a code cannot be used as a token")
	require.Zero(t, admin.count("SELECT count(*) FROM sessions"))
	require.Equal(t, http.StatusNoContent, admin.postJSON("/session", object{"code": good}).StatusCode, "none of these attempts used up the code")
}

func TestCode_LimitsValidCodesPerToken(t *testing.T) {
	t.Parallel()
	admin := newWorld(t).newAccount(20)
	viewer := admin.newClient(admin.account, auth.Viewer)
	others := viewer.mint()
	var codes []string
	for range 6 {
		codes = append(codes, admin.mint())
	}
	admin.requireBadCode(codes[0])
	for _, code := range append(codes[1:], others) {
		admin.previewed(object{"code": code})
	}
	_, err := admin.connection().Exec(t.Context(), "UPDATE sign_in_codes SET expires_at = now() - interval '1 microsecond'")
	require.NoError(t, err)
	_, err = admin.app.sessions.PruneCodes(t.Context())
	require.NoError(t, err)
	require.Zero(t, admin.count("SELECT count(*) FROM sign_in_codes"))

	require.NoError(t, admin.tokens().Revoke(t.Context(), viewer.tokenID()))
	for _, token := range []uuid.UUID{id.New(), admin.revokedToken()} {
		_, _, err = admin.app.sessions.MintCode(t.Context(), admin.account, token)
		require.Error(t, err)
	}
}

// revokedToken returns the ID of a revoked token of the account.
func (c *client) revokedToken() uuid.UUID {
	c.t.Helper()
	all, err := c.tokens().List(c.t.Context(), c.account)
	require.NoError(c.t, err)
	for _, one := range all {
		if one.RevokedAt != nil {
			return one.ID
		}
	}
	require.Fail(c.t, "no token was revoked")
	return uuid.Nil
}

func TestCommands_LinkSignsInOnce(t *testing.T) {
	t.Parallel()
	stores := worldStores{database: dbtest.Database(t), redis: dbtest.Redis(t), keyset: newKeyset(t)}
	w := bootWorld(t, stores)
	account := w.newAccount(20).account
	c := newCLI(t, stores.database)
	link := strings.TrimSpace(c.ok("link", "--account", id.Format(id.Account, account)))
	require.Regexp(t, "^http://127.0.0.1:8080/#code=orgcode_[a-z2-7]{52}$", link)
	var first, second linkView
	named := []string{"link", "--account", id.Format(id.Account, account), "--role", "editor", "--name", "Pat", "--public-url", "https://orgmap.example.com/"}
	c.json(&first, named...)
	c.json(&second, named...)
	require.Equal(t, first.Token, second.Token, "links with the same name and role share a token")
	require.NotEqual(t, first.Link, second.Link)
	base, code, _ := strings.Cut(first.Link, "#code=")
	require.Equal(t, "https://orgmap.example.com/", base)
	require.Equal(t, object{"account": w.accountName(account), "name": "Pat", "role": "EDITOR", "current": nil}, w.previewed(object{"code": code}))
	require.Equal(t, http.StatusNoContent, w.postJSON("/session", object{"code": code}).StatusCode)
	w.requireBadCode(code)
	require.Empty(t, c.ok("token", "revoke", first.Token))
	_, code, _ = strings.Cut(second.Link, "#code=")
	w.requireBadCode(code)
	var third linkView
	c.json(&third, named...)
	require.NotEqual(t, first.Token, third.Token, "a revoked token is not used again")
	require.Regexp(t, "^http://127.0.0.1:8080/#code=", c.ok("link"), "the only account need not be named")
	w.newAccount(20)
	require.Contains(t, c.fails("link"), "name one with --account")
	require.Contains(t, c.fails("link", "--account", id.Format(id.Account, id.New())), "there is no account")
	require.Contains(t, c.fails("link", "--account", id.Format(id.Account, account), "--role", "owner"), "--role")
}
