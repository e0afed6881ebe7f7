package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/dbtest"
	"github.com/orgmap/orgmap/internal/secret"
)

// everyCommand lists all commands except serve, which has its own tests.
var everyCommand = [][]string{
	{"migrate", "up"},
	{"migrate", "down"},
	{"migrate", "status"},
	{"account", "create"},
	{"account", "list"},
	{"account", "set-limit"},
	{"token", "create"},
	{"token", "list"},
	{"token", "revoke"},
	{"link"},
	{"person", "list"},
	{"person", "block"},
	{"person", "unblock"},
	{"person", "forget"},
	{"keys", "new"},
	{"keys", "rotate"},
	{"import-csv"},
	{"version"},
}

// cli runs commands on one database with one keyset.
type cli struct {
	t        *testing.T
	settings []string
}

func newCLI(t *testing.T, database string) cli {
	t.Helper()
	return cli{t: t, settings: []string{"--database-url", database, "--keyset-file", newKeyset(t)}}
}

// ok runs a command that must succeed and returns its output.
func (c cli) ok(arguments ...string) string {
	c.t.Helper()
	var out, log bytes.Buffer
	require.NoError(c.t, run(c.t.Context(), append(arguments, c.settings...), &out, &log), arguments)
	require.Empty(c.t, log.String(), arguments)
	return out.String()
}

// json runs a command with --json and decodes its output.
func (c cli) json(into any, arguments ...string) {
	c.t.Helper()
	require.NoError(c.t, json.Unmarshal([]byte(c.ok(append(arguments, "--json")...)), into), arguments)
}

// fails runs a command that must fail, checks that it prints no result, and returns the error.
func (c cli) fails(arguments ...string) string {
	c.t.Helper()
	var out, log bytes.Buffer
	err := run(c.t.Context(), append(arguments, c.settings...), &out, &log)
	require.Error(c.t, err, arguments)
	require.Empty(c.t, out.String(), arguments)
	return err.Error()
}

func TestCommands_PrintHelp(t *testing.T) {
	t.Parallel()
	for _, command := range append(everyCommand, []string{"serve"}, []string{"migrate"}, []string{"account"}, []string{"token"}, []string{"keys"}, nil) {
		var out, log bytes.Buffer
		require.NoError(t, run(t.Context(), append(command, "--help"), &out, &log))
		require.Contains(t, out.String(), strings.TrimSpace("Usage: orgmap "+strings.Join(command, " ")))
		require.Contains(t, out.String(), "--json")
		require.Empty(t, log.String())
	}
}

func TestCommands_Accounts(t *testing.T) {
	t.Parallel()
	c := newCLI(t, dbtest.Database(t))
	id := strings.TrimSpace(c.ok("account", "create", "--name", "Example MSP", "--organization-limit", "5"))
	require.Regexp(t, "^acct_[0-9a-z]{26}$", id, "create prints only the id")
	var unlimited, changed accountView
	c.json(&unlimited, "account", "create", "--name", "Unlimited MSP")
	require.Nil(t, unlimited.OrganizationLimit)
	require.Empty(t, c.ok("account", "set-limit", "--account", id, "--organization-limit", "7"))
	c.json(&changed, "account", "set-limit", "--account", id, "--organization-limit", "8")
	require.Equal(t, 8, *changed.OrganizationLimit)
	c.json(&changed, "account", "set-limit", "--account", id, "--integrations", "20", "--external-organizations", "3000")
	require.Equal(t, 8, *changed.OrganizationLimit, "the limit is unchanged")
	require.Equal(t, []int{20, 3000}, []int{changed.IntegrationLimit, changed.ExternalOrganizationLimit})
	changed = accountView{}
	c.json(&changed, "account", "set-limit", "--account", id)
	require.Nil(t, changed.OrganizationLimit)
	require.Equal(t, []int{20, 3000}, []int{changed.IntegrationLimit, changed.ExternalOrganizationLimit})
	var all []accountView
	c.json(&all, "account", "list")
	require.Len(t, all, 2)
	require.Contains(t, c.ok("account", "list"), "Example MSP")
	require.Contains(t, c.ok("account", "list"), "0 of 3000")

	require.Contains(t, c.fails("account", "create"), "--name")
	require.Contains(t, c.fails("account", "set-limit", "--account", "org_1"), "acct_")
	require.Contains(t, c.fails("account", "set-limit", "--account", "acct_01m84x2rc3exa80s57b37bth72", "--organization-limit", "1"), "acct_01m84x2rc3exa80s57b37bth72")
	require.Contains(t, c.fails("account", "make"), "make")
}

func TestCommands_Tokens(t *testing.T) {
	t.Parallel()
	c := newCLI(t, dbtest.Database(t))
	account := strings.TrimSpace(c.ok("account", "create", "--name", "Example MSP"))
	text := strings.TrimSpace(c.ok("token", "create", "--account", account, "--role", "editor", "--name", "Pat", "--expires-in", "720h"))
	require.Regexp(t, "^orgmap_[0-9a-z]+$", text, "create prints only the token")
	var second tokenView
	c.json(&second, "token", "create", "--account", account, "--role", "viewer", "--name", "Sam")
	require.Regexp(t, "^orgmap_", second.Token)
	require.WithinDuration(t, second.CreatedAt.Add(365*24*time.Hour), *second.ExpiresAt, 0, "one year by default")
	var lasting tokenView
	c.json(&lasting, "token", "create", "--account", account, "--role", "viewer", "--name", "Lasting", "--expires-in", "never")
	require.Nil(t, lasting.ExpiresAt)
	for _, wrong := range []string{"0", "0s", "-1h", "soon", "", "1y"} {
		require.Contains(t, c.fails("token", "create", "--account", account, "--role", "viewer", "--name", "x", "--expires-in="+wrong), "720h", wrong)
	}

	var revoked struct{ Revoked bool }
	c.json(&revoked, "token", "revoke", second.ID)
	require.True(t, revoked.Revoked)
	require.Empty(t, c.ok("token", "revoke", second.ID), "revoking twice has no further effect")
	var all []tokenView
	c.json(&all, "token", "list", "--account", account)
	require.Len(t, all, 3)
	for _, one := range all {
		require.Empty(t, one.Token, "only its hash is stored")
		require.Equal(t, one.Name == "Sam", one.RevokedAt != nil)
		require.Equal(t, one.Name != "Lasting", one.ExpiresAt != nil)
		require.Nil(t, one.LastUsedAt)
	}
	listed := c.ok("token", "list", "--account", account)
	require.NotContains(t, listed, text)
	require.Contains(t, listed, "LAST USED")
	require.Contains(t, listed, "never")

	require.Contains(t, c.fails("token", "create", "--account", account, "--role", "owner", "--name", "x"), "--role")
	require.Contains(t, c.fails("token", "revoke", "tok_01m84x2rc3exa80s57b37bth72"), "tok_01m84x2rc3exa80s57b37bth72")
}

func TestCommands_Schema(t *testing.T) {
	t.Parallel()
	c := newCLI(t, dbtest.Empty(t))
	var steps []struct {
		Name      string
		AppliedAt *string
	}
	c.json(&steps, "migrate", "status")
	require.NotEmpty(t, steps)
	require.Nil(t, steps[0].AppliedAt)
	c.json(&steps, "migrate", "up")
	require.NotNil(t, steps[len(steps)-1].AppliedAt)
	require.Contains(t, c.fails("migrate", "down"), "--yes")
	require.NotContains(t, c.ok("migrate", "status"), "not applied")
	require.Contains(t, c.ok("migrate", "down", "--yes"), "not applied")
	require.NotContains(t, c.ok("migrate", "up"), "not applied", "migrated up again after down")
}

func TestCommands_Keys(t *testing.T) {
	t.Parallel()
	var out, log bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"keys", "new"}, &out, &log))
	_, err := secret.NewSealer(out.Bytes())
	require.NoError(t, err, "it prints a keyset")

	file := filepath.Join(t.TempDir(), "keyset.json")
	out.Reset()
	require.NoError(t, run(t.Context(), []string{"keys", "new", "--keyset-file", file, "--json"}, &out, &log))
	require.JSONEq(t, `{"keysetFile":"`+file+`"}`, out.String())
	require.ErrorContains(t, run(t.Context(), []string{"keys", "new", "--keyset-file", file}, &out, &log), "exists already")
	information, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), information.Mode().Perm())

	var rotated struct{ Resealed *int }
	c := newCLI(t, dbtest.Database(t))
	c.json(&rotated, "keys", "rotate")
	require.Zero(t, *rotated.Resealed)
	require.Contains(t, c.ok("keys", "rotate"), "0 credentials")
}

func TestCommands_FindTheKeysetThatServeCreated(t *testing.T) {
	t.Parallel()
	embedded := stores{DataDir: t.TempDir()}
	_, err := embedded.openKeyset(true)
	require.NoError(t, err)
	path, err := embedded.keysetFile(true)
	require.NoError(t, err)
	_, err = secret.ReadKeyset(path)
	require.NoError(t, err)
	_, err = embedded.keysetFile(false)
	require.ErrorContains(t, err, "ORGMAP_KEYSET_FILE")
}

// Output is meant for pipes: errors go to stderr, and the exit code shows failure.
func TestCommands_FailWithAnExitCode(t *testing.T) {
	t.Parallel()
	migrated, keyset := dbtest.Database(t), newKeyset(t)
	for _, arguments := range [][]string{
		{"bogus"},
		{"account"},
		{"token", "revoke", "x"},
		{"serve", "--role", "none"},
		{"serve", "--listen", "127.0.0.1:0", "--database-url", migrated, "--redis-url", "bad://x", "--keyset-file", keyset},
		{"account", "list", "--database-url", "postgres://postgres@127.0.0.1:1/none"},
	} {
		process := exec.Command(os.Args[0], arguments...)
		process.Env = append(os.Environ(), programVariable+"=1", "ORGMAP_DATA_DIR="+t.TempDir())
		var out, log bytes.Buffer
		process.Stdout, process.Stderr = &out, &log
		var exit *exec.ExitError
		require.ErrorAs(t, process.Run(), &exit, arguments)
		require.Equal(t, 1, exit.ExitCode(), arguments)
		require.Empty(t, out.String(), arguments)
		require.True(t, strings.HasPrefix(log.String(), "orgmap: "), log.String())
	}
}
