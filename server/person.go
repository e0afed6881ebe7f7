package main

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/orgmap/orgmap/internal/auth/person"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/pg"
)

type personCommand struct {
	List    personList    `cmd:"" help:"List the people of an account."`
	Block   personBlock   `cmd:"" help:"End a person's access immediately, until they are unblocked."`
	Unblock personUnblock `cmd:"" help:"Restore a person's access."`
	Forget  personForget  `cmd:"" help:"Replace a person's name in history and everywhere else."`
}

type personList struct {
	Account string `required:"" placeholder:"ID" help:"ID of the account."`
}

type personView struct {
	Subject   string     `json:"subject"`
	Issuer    string     `json:"issuer"`
	Name      string     `json:"name"`
	Role      string     `json:"role"`
	CreatedAt time.Time  `json:"createdAt"`
	BlockedAt *time.Time `json:"blockedAt"`
}

func (c personList) Run(ctx context.Context, t *terminal, s stores) error {
	target, err := parseID(id.Account, c.Account)
	if err != nil {
		return err
	}
	return s.withOperator(ctx, t.logger(), func(db *pg.Operator) error {
		all, err := person.NewOperator(db).List(ctx, target)
		if err != nil {
			return err
		}
		views := make([]personView, len(all))
		for i, one := range all {
			views[i] = personView{Subject: one.Subject, Issuer: one.Issuer, Name: one.Name, Role: one.Role, CreatedAt: one.CreatedAt, BlockedAt: one.BlockedAt}
		}
		return t.print(views, func(w io.Writer) {
			table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
			fmt.Fprintln(table, "SUBJECT\tNAME\tROLE\tFIRST SEEN\tBLOCKED")
			for _, view := range views {
				fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", view.Subject, view.Name, view.Role, view.CreatedAt.Format(time.RFC3339), formatTime(view.BlockedAt))
			}
			_ = table.Flush()
		})
	})
}

type personTarget struct {
	Account string `required:"" placeholder:"ID" help:"ID of the account."`
	Subject string `arg:"" help:"Subject of the person, as shown by 'person list'."`
}

func (c personTarget) set(ctx context.Context, t *terminal, s stores, blocked bool) error {
	target, err := parseID(id.Account, c.Account)
	if err != nil {
		return err
	}
	return s.withOperator(ctx, t.logger(), func(db *pg.Operator) error {
		if err := person.NewOperator(db).Block(ctx, target, c.Subject, blocked); err != nil {
			return err
		}
		return t.print(map[string]any{"subject": c.Subject, "blocked": blocked}, nothing)
	})
}

type personBlock struct{ personTarget }

func (c personBlock) Run(ctx context.Context, t *terminal, s stores) error {
	return c.set(ctx, t, s, true)
}

type personUnblock struct{ personTarget }

func (c personUnblock) Run(ctx context.Context, t *terminal, s stores) error {
	return c.set(ctx, t, s, false)
}

type personForget struct{ personTarget }

func (c personForget) Run(ctx context.Context, t *terminal, s stores) error {
	target, err := parseID(id.Account, c.Account)
	if err != nil {
		return err
	}
	return s.withOperator(ctx, t.logger(), func(db *pg.Operator) error {
		rows, err := person.NewOperator(db).Forget(ctx, target, c.Subject)
		if err != nil {
			return err
		}
		return t.print(map[string]any{"subject": c.Subject, "rows": rows}, func(w io.Writer) {
			fmt.Fprintf(w, "The name was replaced in %d rows.\n", rows)
		})
	})
}
