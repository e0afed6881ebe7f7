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
	Create   accountCreate   `cmd:"" help:"Create an account and print its ID."`
	List     accountList     `cmd:"" help:"List all accounts."`
	SetLimit accountSetLimit `cmd:"" help:"Change the limits of an account."`
}

type accountCreate struct {
	Name              string `required:"" help:"Name of the provider."`
	OrganizationLimit *int   `placeholder:"N" help:"Maximum number of active organizations (default: unlimited)."`
}

func (c accountCreate) Run(ctx context.Context, t *terminal, s stores) error {
	return s.withOperator(ctx, t.logger(), func(db *pg.Operator) error {
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
	return s.withOperator(ctx, t.logger(), func(db *pg.Operator) error {
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
			fmt.Fprintln(table, "ID\tNAME\tUSED\tLIMIT\tINTEGRATIONS\tEXTERNAL ORGANIZATIONS")
			for _, view := range views {
				limit := "unlimited"
				if view.OrganizationLimit != nil {
					limit = fmt.Sprint(*view.OrganizationLimit)
				}
				fmt.Fprintf(table, "%s\t%s\t%d\t%s\t%d of %d\t%d of %d\n", view.ID, view.Name, view.OrganizationsUsed, limit,
					view.IntegrationsUsed, view.IntegrationLimit, view.ExternalOrganizationsUsed, view.ExternalOrganizationLimit)
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

	IntegrationLimit          int `json:"integrationLimit"`
	IntegrationsUsed          int `json:"integrationsUsed"`
	ExternalOrganizationLimit int `json:"externalOrganizationLimit"`
	ExternalOrganizationsUsed int `json:"externalOrganizationsUsed"`
}

func viewAccount(a *account.Account) accountView {
	return accountView{
		ID: id.Format(id.Account, a.ID), Name: a.Name, OrganizationLimit: a.OrganizationLimit, OrganizationsUsed: a.OrganizationsUsed, CreatedAt: a.CreatedAt,
		IntegrationLimit: a.IntegrationLimit, IntegrationsUsed: a.IntegrationsUsed,
		ExternalOrganizationLimit: a.ExternalOrganizationLimit, ExternalOrganizationsUsed: a.ExternalOrganizationsUsed,
	}
}

type accountSetLimit struct {
	Account               string `required:"" placeholder:"ID" help:"ID of the account."`
	OrganizationLimit     *int   `placeholder:"N" help:"Maximum number of active organizations (default: unlimited, or unchanged if another limit is given)."`
	Integrations          *int   `placeholder:"N" help:"Maximum number of integrations (default: unchanged; 100 for a new account)."`
	ExternalOrganizations *int   `placeholder:"N" help:"Maximum number of external organizations in all integrations (default: unchanged; 1000000 for a new account)."`
}

// change returns the requested change. It keeps the organization limit if only other limits are given.
func (c accountSetLimit) change() account.LimitChange {
	return account.LimitChange{
		KeepOrganizations: c.OrganizationLimit == nil && (c.Integrations != nil || c.ExternalOrganizations != nil),
		Organizations:     c.OrganizationLimit, Integrations: c.Integrations, ExternalOrganizations: c.ExternalOrganizations,
	}
}

func (c accountSetLimit) Run(ctx context.Context, t *terminal, s stores) error {
	target, err := parseID(id.Account, c.Account)
	if err != nil {
		return err
	}
	return s.withOperator(ctx, t.logger(), func(db *pg.Operator) error {
		changed, err := account.NewOperator(db).SetLimits(ctx, target, c.change())
		if err != nil {
			return err
		}
		return t.print(viewAccount(changed), nothing)
	})
}

func parseID(kind id.Kind, text string) (uuid.UUID, error) {
	parsed := id.Of(kind, text)
	if parsed == uuid.Nil {
		return uuid.Nil, fmt.Errorf("%q is no id that begins with %s_", text, kind)
	}
	return parsed, nil
}
