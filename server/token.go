package main

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/auth/token"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/pg"
)

type tokenCommand struct {
	Create tokenCreate `cmd:"" help:"Create an API token and print it. It cannot be shown again."`
	List   tokenList   `cmd:"" help:"List the tokens of an account."`
	Revoke tokenRevoke `cmd:"" help:"Revoke a token immediately."`
}

type tokenCreate struct {
	Account   string   `required:"" placeholder:"ID" help:"ID of the token's account."`
	Role      string   `required:"" enum:"viewer,editor,admin" help:"Role: ${enum}."`
	Name      string   `required:"" help:"Name shown in the journal."`
	ExpiresIn lifetime `default:"8760h" placeholder:"720h" help:"Lifetime of the token, or 'never' (default: one year)."`
}

// lifetime is how long a token is valid; 0 means forever.
type lifetime time.Duration

// never is the value for a token that does not expire.
const never = "never"

// UnmarshalText parses a lifetime from the command line.
func (l *lifetime) UnmarshalText(text []byte) error {
	if string(text) == never {
		*l = 0
		return nil
	}
	parsed, err := time.ParseDuration(string(text))
	if err != nil || parsed <= 0 {
		return fmt.Errorf("%q is not a lifetime: give one such as 720h, or %q", text, never)
	}
	*l = lifetime(parsed)
	return nil
}

var roles = map[string]auth.Role{"viewer": auth.Viewer, "editor": auth.Editor, "admin": auth.Admin}

func (c tokenCreate) Run(ctx context.Context, t *terminal, s stores) error {
	target, err := parseID(id.Account, c.Account)
	if err != nil {
		return err
	}
	return s.withOperator(ctx, t.logger(), func(db *pg.Operator) error {
		text, created, err := token.NewStore(db).Create(ctx, target, c.Name, roles[c.Role], time.Duration(c.ExpiresIn))
		if err != nil {
			return err
		}
		view := viewToken(created)
		view.Token = text
		return t.print(view, func(w io.Writer) { fmt.Fprintln(w, text) })
	})
}

type tokenList struct {
	Account string `required:"" placeholder:"ID" help:"ID of the account."`
}

func (c tokenList) Run(ctx context.Context, t *terminal, s stores) error {
	target, err := parseID(id.Account, c.Account)
	if err != nil {
		return err
	}
	return s.withOperator(ctx, t.logger(), func(db *pg.Operator) error {
		all, err := token.NewStore(db).List(ctx, target)
		if err != nil {
			return err
		}
		views := make([]tokenView, len(all))
		for i, one := range all {
			views[i] = viewToken(one)
		}
		return t.print(views, func(w io.Writer) {
			table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
			fmt.Fprintln(table, "ID\tNAME\tROLE\tCREATED\tEXPIRES\tLAST USED\tREVOKED")
			for _, view := range views {
				fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", view.ID, view.Name, view.Role, view.CreatedAt.Format(time.RFC3339),
					expiry(view.ExpiresAt), formatTime(view.LastUsedAt), formatTime(view.RevokedAt))
			}
			_ = table.Flush()
		})
	})
}

func formatTime(at *time.Time) string {
	if at == nil {
		return "-"
	}
	return at.Format(time.RFC3339)
}

// expiry formats the time a token expires.
func expiry(at *time.Time) string {
	if at == nil {
		return never
	}
	return formatTime(at)
}

type tokenView struct {
	ID         string     `json:"id"`
	Name       string     `json:"name"`
	Role       string     `json:"role"`
	CreatedAt  time.Time  `json:"createdAt"`
	ExpiresAt  *time.Time `json:"expiresAt"`  // null means never
	LastUsedAt *time.Time `json:"lastUsedAt"` // to the hour
	RevokedAt  *time.Time `json:"revokedAt"`
	Token      string     `json:"token,omitempty"`
}

func viewToken(one *token.Token) tokenView {
	return tokenView{
		ID: id.Format(id.Token, one.ID), Name: one.Name, Role: one.Role,
		CreatedAt: one.CreatedAt, ExpiresAt: one.ExpiresAt, LastUsedAt: one.LastUsedAt, RevokedAt: one.RevokedAt,
	}
}

type tokenRevoke struct {
	ID string `arg:"" help:"ID of the token, as shown by 'token list'."`
}

func (c tokenRevoke) Run(ctx context.Context, t *terminal, s stores) error {
	target, err := parseID(id.Token, c.ID)
	if err != nil {
		return err
	}
	return s.withOperator(ctx, t.logger(), func(db *pg.Operator) error {
		if err := token.NewStore(db).Revoke(ctx, target); err != nil {
			return err
		}
		return t.print(map[string]any{"id": c.ID, "revoked": true}, nothing)
	})
}
