package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/auth/session"
	"github.com/orgmap/orgmap/internal/auth/token"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/pg"
)

type linkCommand struct {
	Account   string `placeholder:"ID" help:"ID of the account to sign in to (default: the only account)."`
	Role      string `enum:"viewer,editor,admin" default:"viewer" help:"Role of the session: ${enum}."`
	Name      string `help:"Name shown in the journal (default: the role)."`
	PublicURL string `name:"public-url" env:"ORGMAP_PUBLIC_URL" placeholder:"URL" help:"Address that browsers use (default: http:// and the listening address)."`
	Listen    string `env:"ORGMAP_LISTEN" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address that the server listens on."`
}

// linkHolderLifetime is the lifetime of the token created for a link's session: as long as that session can last.
const linkHolderLifetime = session.TokenLifetime + session.CodeLifetime

func (c linkCommand) Run(ctx context.Context, t *terminal, s stores) error {
	name := c.Name
	if name == "" {
		name = strings.ToUpper(c.Role[:1]) + c.Role[1:]
	}
	return s.withOperator(ctx, t.logger(), func(db *pg.Operator) error {
		target, err := c.account(ctx, db)
		if err != nil {
			return err
		}
		holder, err := token.NewStore(db).Named(ctx, target, name, roles[c.Role], linkHolderLifetime)
		if err != nil {
			return err
		}
		var view linkView
		err = db.Run(ctx, func(ctx context.Context, tx pg.Tx) error {
			code, expires, err := session.MintCode(ctx, tx, holder.AccountID, holder.ID)
			view = linkView{Link: signInLink(c.base(), code), Token: id.Format(id.Token, holder.ID), ExpiresAt: expires}
			return err
		})
		if err != nil {
			return err
		}
		return t.print(view, func(w io.Writer) { fmt.Fprintln(w, view.Link) })
	})
}

// account returns the account given on the command line, else the only account.
func (c linkCommand) account(ctx context.Context, db *pg.Operator) (uuid.UUID, error) {
	if c.Account != "" {
		return parseID(id.Account, c.Account)
	}
	all, err := account.NewOperator(db).List(ctx)
	if err != nil {
		return uuid.Nil, err
	}
	if len(all) != 1 {
		return uuid.Nil, fmt.Errorf("there are %d accounts: name one with --account", len(all))
	}
	return all[0].ID, nil
}

type linkView struct {
	Link      string    `json:"link"`
	Token     string    `json:"token"` // ID of the token; revoking it ends the link's sessions
	ExpiresAt time.Time `json:"expiresAt"`
}

// base returns the server's public address, without a trailing slash.
func (c linkCommand) base() string {
	if c.PublicURL == "" {
		return hostPort("http://" + c.Listen)
	}
	return strings.TrimSuffix(c.PublicURL, "/")
}

// signInLink returns the link that signs a browser in with a code. The code is in the fragment: browsers do not send
// fragments to servers, so the code is in no log.
func signInLink(base, code string) string { return base + "/#code=" + code }

// linkCommandLine returns the command that prints another link for the admin of a server with these stores at address.
func (s stores) linkCommandLine(address string) string {
	words := []string{os.Args[0], "link", "--role", "admin"}
	if s.DataDir != "" {
		words = append(words, "--data-dir", s.DataDir)
	}
	words = append(words, "--listen", strings.TrimPrefix(address, "http://"))
	for i, word := range words {
		if strings.ContainsFunc(word, func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_./:[]", r)
		}) {
			words[i] = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
		}
	}
	return strings.Join(words, " ")
}
