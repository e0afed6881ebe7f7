package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/auth/token"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/secret"
)

// embeddedLimit is the quota of the account created with embedded stores.
const embeddedLimit = 500

// welcome is what the first start prints: the server's address, a sign-in link, a token, and a query to paste.
type welcome struct {
	address string
	token   string
	link    string // signs in a browser once
	again   string // the command that prints another link
	admin   auth.Actor
}

// welcome creates the account and its admin's token on the first start, and finds both later. The database stores only
// the token's hash, so the token is kept in the data directory, readable only by its owner.
func (s stores) welcome(ctx context.Context, app *App, address string) (*welcome, error) {
	dir, err := s.dataDir()
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, "admin-token")
	if kept, err := os.ReadFile(path); err == nil {
		text := strings.TrimSpace(string(kept))
		if holder, err := app.holders.Holder(ctx, text); err == nil {
			return s.greet(ctx, app, address, text, holder.Actor)
		}
	}
	text, err := app.firstToken(ctx)
	if err != nil {
		return nil, err
	}
	if err := secret.WriteFile(path, []byte(text+"\n")); err != nil {
		return nil, fmt.Errorf("keep the admin's token: %w", err)
	}
	holder, err := app.holders.Holder(ctx, text)
	if err != nil {
		return nil, err
	}
	return s.greet(ctx, app, address, text, holder.Actor)
}

// greet returns the admin's welcome with a new sign-in link.
func (s stores) greet(ctx context.Context, app *App, address, token string, admin auth.Actor) (*welcome, error) {
	code, _, err := app.sessions.MintCode(ctx, admin.AccountID, admin.ID)
	if err != nil {
		return nil, err
	}
	shown := hostPort(address)
	return &welcome{address: shown, token: token, link: signInLink(shown, code), again: s.linkCommandLine(shown), admin: admin}, nil
}

// firstToken creates an admin token for the first account, and the account if there is none.
func (a *App) firstToken(ctx context.Context) (string, error) {
	db, err := pg.OpenOperator(ctx, a.settings.migrationURL)
	if err != nil {
		return "", err
	}
	defer db.Close()
	operator := account.NewOperator(db)
	all, err := operator.List(ctx)
	if err != nil {
		return "", err
	}
	if len(all) == 0 {
		limit := embeddedLimit
		first, err := operator.Create(ctx, "My MSP", &limit)
		if err != nil {
			return "", err
		}
		all = append(all, first)
	}
	text, _, err := token.NewStore(db).Create(ctx, all[0].ID, "Admin", auth.Admin, 0)
	return text, err
}

func (w *welcome) print(out io.Writer) {
	fmt.Fprintf(out, `
Orgmap is at %[1]s, its API at %[1]s/graphql

Sign in:      %[3]s
              (works once, within 10 minutes; for another: %[4]s)
Admin token:  %[2]s

A first query to paste:

  curl -s %[1]s/graphql -H 'Authorization: Bearer %[2]s' -H 'Content-Type: application/json' \
    -d '{"query":"{ viewer { account { name quota { used limit remaining } } role } integrations { id name counts { total mapped unmapped } lastRefresh { state fetched } } }"}'

`, w.address, w.token, w.link, w.again)
}
