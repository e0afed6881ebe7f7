package main

import (
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/nodetest"
)

// newProviderWorld returns a server that trusts a third-party OpenID provider, with two people in the admin's account.
func newProviderWorld(t *testing.T) (issuer string, admin *client) {
	t.Helper()
	tell, told := nodetest.Start(t, "oidc.mjs")
	require.NoError(t, told.Decode(&issuer))
	admin = newWorldWith(t, func(s *serving) {
		s.OIDCIssuer, s.OIDCClientID, s.OIDCClientSecret = issuer, oidcClient, oidcSecret
		s.OIDCAccountClaim, s.OIDCRoleClaim = "orgmap_account", "orgmap_role"
	}).newAccount(20)
	account := id.Format(id.Account, admin.account)
	require.NoError(t, tell.Encode(object{
		"client": object{
			"client_id": oidcClient, "client_secret": oidcSecret,
			"redirect_uris": []string{admin.url + "/auth/callback"}, "post_logout_redirect_uris": []string{admin.url + "/"},
		},
		"people": object{
			"ada": object{"name": "Ada Lovelace", "orgmap_account": account, "orgmap_role": "editor"},
			"bob": object{"name": "Bob", "orgmap_account": account, "orgmap_role": []string{"viewer", "admin"}},
		},
		"resources": object{"https://orgmap.example.com": oidcClient, "https://other.example.com": "another-client"},
	}))
	var ready string
	require.NoError(t, told.Decode(&ready))
	return issuer, admin
}

// browser keeps cookies, follows redirects and fills in forms.
type browser struct {
	t *testing.T
	http.Client
}

func newBrowser(t *testing.T) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	return &browser{t: t, Client: http.Client{Jar: jar, Timeout: waitTimeout}}
}

// read reads a response, which must be a page or the redirect that the browser was told not to follow.
func (b *browser) read(response *http.Response, err error) reply {
	b.t.Helper()
	require.NoError(b.t, err)
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	require.NoError(b.t, err)
	require.Less(b.t, response.StatusCode, http.StatusBadRequest, "%s: %s", response.Request.URL, content)
	return reply{response, string(content)}
}

var (
	formAction  = regexp.MustCompile(`<form [^>]*action="([^"]+)"`)
	hiddenField = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`)
)

// submit submits a page's form with pairs of names and values, and with its hidden fields.
func (b *browser) submit(page reply, fields ...string) reply {
	b.t.Helper()
	action := formAction.FindStringSubmatch(page.body)
	require.NotNil(b.t, action, page.body)
	address, err := page.Request.URL.Parse(html.UnescapeString(action[1]))
	require.NoError(b.t, err)
	filled := url.Values{}
	for _, hidden := range hiddenField.FindAllStringSubmatch(page.body, -1) {
		filled.Set(hidden[1], html.UnescapeString(hidden[2]))
	}
	for i := 0; i < len(fields); i += 2 {
		filled.Set(fields[i], fields[i+1])
	}
	return b.read(b.PostForm(address.String(), filled))
}

// enter opens a page that leads to the provider, signs in there, and grants what is asked for.
func (b *browser) enter(address, login string) reply {
	b.t.Helper()
	return b.submit(b.submit(b.read(b.Get(address)), "login", login, "password", "of no matter"))
}

// viewer returns who the server says is signed in in the browser.
func (b *browser) viewer(admin *client) string {
	b.t.Helper()
	response, err := b.Post(admin.url+"/graphql", "application/json", strings.NewReader(`{"query":"{ viewer { name role } }"}`))
	require.NoError(b.t, err)
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	require.NoError(b.t, err)
	return string(content)
}

func TestOIDC_RealProviderSignsInAndOut(t *testing.T) {
	t.Parallel()
	issuer, admin := newProviderWorld(t)
	ada := newBrowser(t)
	last := ada.enter(admin.url+"/auth/login?return=/integrations", "ada")
	require.Equal(t, admin.url+"/integrations", last.Request.URL.String())
	require.Contains(t, ada.viewer(admin), `"data":{"viewer":{"name":"Ada Lovelace","role":"EDITOR"}}`)
	again := ada.read(ada.Get(admin.url + "/auth/login?return=/sync"))
	require.Equal(t, admin.url+"/sync", again.Request.URL.String(), "the provider has a session for her and does not prompt")
	require.Equal(t, 1, admin.count("SELECT count(*) FROM people"))

	here, err := url.Parse(admin.url)
	require.NoError(t, err)
	kept := ada.Jar.Cookies(here)
	var out struct{ Next string }
	require.NoError(t, json.Unmarshal([]byte(ada.read(ada.Post(admin.url+"/auth/logout", "", nil)).body), &out))
	require.True(t, strings.HasPrefix(out.Next, issuer+"/session/end?"), out.Next)
	require.Contains(t, ada.viewer(admin), "UNAUTHENTICATED")
	ada.Jar.SetCookies(here, kept)
	require.Contains(t, ada.viewer(admin), "UNAUTHENTICATED", "the session has ended, even for a copy of its cookie")
	home := ada.submit(ada.read(ada.Get(out.Next)), "logout", "yes")
	require.Equal(t, admin.url+"/", home.Request.URL.String(), "the provider redirects back")
	asked := ada.read(ada.Get(admin.url + "/auth/login"))
	require.Contains(t, asked.body, `name="password"`, "the provider's session has ended too")
}

func TestOIDC_RealProviderSignsTokens(t *testing.T) {
	t.Parallel()
	issuer, admin := newProviderWorld(t)
	config := oauth2.Config{
		ClientID: oidcClient, ClientSecret: oidcSecret, RedirectURL: admin.url + "/auth/callback", Scopes: []string{"openid", "profile"},
		Endpoint: oauth2.Endpoint{AuthURL: issuer + "/auth", TokenURL: issuer + "/token"},
	}
	// tokens gets tokens for a resource like a program of Bob's would: it takes the code from the redirect.
	tokens := func(resource string) *oauth2.Token {
		bob, verifier := newBrowser(t), oauth2.GenerateVerifier()
		bob.CheckRedirect = func(next *http.Request, _ []*http.Request) error {
			if strings.HasPrefix(next.URL.String(), config.RedirectURL) {
				return http.ErrUseLastResponse
			}
			return nil
		}
		wanted := oauth2.SetAuthURLParam("resource", resource)
		back, err := bob.enter(config.AuthCodeURL("a-state", oauth2.S256ChallengeOption(verifier), wanted), "bob").Location()
		require.NoError(t, err)
		require.Equal(t, issuer, back.Query().Get("iss"))
		got, err := config.Exchange(t.Context(), back.Query().Get("code"), oauth2.VerifierOption(verifier), wanted)
		require.NoError(t, err)
		return got
	}
	ours, others := tokens("https://orgmap.example.com"), tokens("https://other.example.com")
	require.NotEmpty(t, ours.Extra("id_token"))
	for name, token := range map[string]any{"an ID token": ours.Extra("id_token"), "an access token": ours.AccessToken} {
		viewer := at(admin.with(token.(string)).do(viewerQuery, nil), "viewer")
		require.Equal(t, "ADMIN", at(viewer, "role"), name)
		require.Equal(t, id.Format(id.Account, admin.account), at(viewer, "account", "id"), name)
	}
	require.Equal(t, 1, admin.count("SELECT count(*) FROM people WHERE name = 'Bob'"))
	require.Equal(t, 2, strings.Count(others.AccessToken, "."), "a JWT")
	refused := admin.with(others.AccessToken).ask(viewerQuery, nil)
	require.Len(t, refused.Errors, 1, "an access token for another audience")
	require.Equal(t, "UNAUTHENTICATED", at(refused.Errors[0].Extensions, "code"))
	require.Equal(t, 1, admin.count("SELECT count(*) FROM people"))
}
