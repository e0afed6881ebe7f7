package main

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/pg"
)

type accountCommand struct {
	Create   accountCreate   `cmd:"" help:"Make an account; prints its id."`
	List     accountList     `cmd:"" help:"List the accounts."`
	SetLimit accountSetLimit `cmd:"" help:"Change how many active organizations an account may have."`
}

type accountCreate struct {
	Name              string `required:"" help:"The provider's name."`
	OrganizationLimit *int   `placeholder:"N" help:"Active organizations at most (default: unlimited)."`
}

func (c accountCreate) Run(ctx context.Context, t *terminal, s stores) error {
	return s.withStore(ctx, t.logger(), func(db *pg.DB) error {
		created, err := account.NewOperator(db).Create(ctx, c.Name, c.OrganizationLimit)
		if err != nil {
			return err
		}
		view := viewAccount(created)
		return t.print(view, func(w io.Writer) { fmt.Fprintln(w, view.ID) })
	})
}

type accountList struct{}

func (accountList) Run(ctx context.Context, t *terminal, s stores) error {
	return s.withStore(ctx, t.logger(), func(db *pg.DB) error {
		all, err := account.NewOperator(db).List(ctx)
		if err != nil {
			return err
		}
		views := make([]accountView, len(all))
		for i, one := range all {
			views[i] = viewAccount(one)
		}
		return t.print(views, func(w io.Writer) {
			table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
			fmt.Fprintln(table, "ID\tNAME\tUSED\tLIMIT")
			for _, view := range views {
				limit := "unlimited"
				if view.OrganizationLimit != nil {
					limit = fmt.Sprint(*view.OrganizationLimit)
				}
				fmt.Fprintf(table, "%s\t%s\t%d\t%s\n", view.ID, view.Name, view.OrganizationsUsed, limit)
			}
			_ = table.Flush()
		})
	})
}

type accountView struct {
	ID                string    `json:"id"`
	Name              string    `json:"name"`
	OrganizationLimit *int      `json:"organizationLimit"`
	OrganizationsUsed int       `json:"organizationsUsed"`
	CreatedAt         time.Time `json:"createdAt"`
}

func viewAccount(a *account.Account) accountView {
	return accountView{ID: id.Format(id.Account, a.ID), Name: a.Name, OrganizationLimit: a.OrganizationLimit, OrganizationsUsed: a.OrganizationsUsed, CreatedAt: a.CreatedAt}
}

type accountSetLimit struct {
	Account           string `required:"" placeholder:"ID" help:"The account."`
	OrganizationLimit *int   `placeholder:"N" help:"Active organizations at most (default: unlimited)."`
}

func (c accountSetLimit) Run(ctx context.Context, t *terminal, s stores) error {
	target, err := parseID(id.Account, c.Account)
	if err != nil {
		return err
	}
	return s.withStore(ctx, t.logger(), func(db *pg.DB) error {
		if err := account.NewOperator(db).SetLimit(ctx, target, c.OrganizationLimit); err != nil {
			return err
		}
		return t.print(map[string]any{"id": c.Account, "organizationLimit": c.OrganizationLimit}, nothing)
	})
}

func parseID(kind id.Kind, text string) (uuid.UUID, error) {
	parsed := id.Of(kind, text)
	if parsed == uuid.Nil {
		return uuid.Nil, fmt.Errorf("%q is no id that begins with %s_", text, kind)
	}
	return parsed, nil
}
