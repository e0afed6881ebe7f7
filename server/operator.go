package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"text/tabwriter"
	"time"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/auth/token"
	"github.com/orgmap/orgmap/internal/embedded"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/integration"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/secret"
	"github.com/orgmap/orgmap/migrations"
)

// withDatabase runs work on the database's URL. Without DATABASE_URL it is the embedded one: a running server's, or one
// that is started for the time of the work.
func (s stores) withDatabase(ctx context.Context, logger *slog.Logger, work func(url string) error) error {
	if s.DatabaseURL != "" {
		return work(s.DatabaseURL)
	}
	postgres, err := startPostgres(ctx, s, logger)
	if errors.Is(err, embedded.ErrInUse) {
		url, readErr := s.runningDatabase()
		if readErr != nil {
			return errors.Join(err, readErr)
		}
		return work(url)
	}
	if err != nil {
		return err
	}
	return errors.Join(work(postgres.URL()), postgres.Stop(context.WithoutCancel(ctx)))
}

// withStore runs work on the migrated store.
func (s stores) withStore(ctx context.Context, logger *slog.Logger, work func(*pg.DB) error) error {
	return s.withDatabase(ctx, logger, func(url string) error {
		db, err := pg.Open(ctx, url, pg.Options{MaxConnections: 2})
		if err != nil {
			return err
		}
		defer db.Close()
		return work(db)
	})
}

// ------------------------------------------------------------------ migrate

type migrateCommand struct {
	Up     migrateUp     `cmd:"" help:"Bring the schema to the newest version."`
	Down   migrateDown   `cmd:"" help:"Take the newest steps away again, with what they hold."`
	Status migrateStatus `cmd:"" help:"Show which steps were applied and when."`
}

type (
	migrateUp   struct{}
	migrateDown struct {
		Yes bool `help:"Do it: what the steps hold is lost."`
	}
	migrateStatus struct{}
)

func (migrateUp) Run(ctx context.Context, t *terminal, s stores) error {
	return s.withDatabase(ctx, t.logger(), func(url string) error {
		if err := migrations.Up(ctx, url); err != nil {
			return err
		}
		return t.printSteps(ctx, url)
	})
}

func (c migrateDown) Run(ctx context.Context, t *terminal, s stores) error {
	if !c.Yes {
		return errors.New("this loses what the newest steps hold; say --yes")
	}
	return s.withDatabase(ctx, t.logger(), func(url string) error {
		if err := migrations.Down(ctx, url); err != nil {
			return err
		}
		return t.printSteps(ctx, url)
	})
}

func (migrateStatus) Run(ctx context.Context, t *terminal, s stores) error {
	return s.withDatabase(ctx, t.logger(), func(url string) error { return t.printSteps(ctx, url) })
}

func (t *terminal) printSteps(ctx context.Context, url string) error {
	steps, err := migrations.Status(ctx, url)
	if err != nil {
		return err
	}
	return t.print(steps, func(w io.Writer) {
		for _, step := range steps {
			applied := "not applied"
			if step.AppliedAt != nil {
				applied = "applied " + step.AppliedAt.Format(time.RFC3339)
			}
			fmt.Fprintln(w, step.Name, applied)
		}
	})
}

// ------------------------------------------------------------------ account

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
		return account.NewOperator(db).SetLimit(ctx, target, c.OrganizationLimit)
	})
}

func parseID(kind id.Kind, text string) (uuid.UUID, error) {
	parsed := id.Of(kind, text)
	if parsed == uuid.Nil {
		return uuid.Nil, fmt.Errorf("%q is no id that begins with %s_", text, kind)
	}
	return parsed, nil
}

// ------------------------------------------------------------------ token

type tokenCommand struct {
	Create tokenCreate `cmd:"" help:"Make an API token; prints it, once."`
	List   tokenList   `cmd:"" help:"List an account's tokens."`
	Revoke tokenRevoke `cmd:"" help:"End a token at once."`
}

type tokenCreate struct {
	Account   string        `required:"" placeholder:"ID" help:"The account it acts for."`
	Role      string        `required:"" enum:"viewer,editor,admin" help:"What it may do: ${enum}."`
	Name      string        `required:"" help:"Shown in the journal as who did it."`
	ExpiresIn time.Duration `placeholder:"720h" help:"How long it lives (default: for good)."`
}

var roles = map[string]auth.Role{"viewer": auth.Viewer, "editor": auth.Editor, "admin": auth.Admin}

func (c tokenCreate) Run(ctx context.Context, t *terminal, s stores) error {
	target, err := parseID(id.Account, c.Account)
	if err != nil {
		return err
	}
	return s.withStore(ctx, t.logger(), func(db *pg.DB) error {
		text, created, err := token.NewStore(db).Create(ctx, target, c.Name, roles[c.Role], c.ExpiresIn)
		if err != nil {
			return err
		}
		view := viewToken(created)
		view.Token = text
		return t.print(view, func(w io.Writer) { fmt.Fprintln(w, text) })
	})
}

type tokenList struct {
	Account string `required:"" placeholder:"ID" help:"The account."`
}

func (c tokenList) Run(ctx context.Context, t *terminal, s stores) error {
	target, err := parseID(id.Account, c.Account)
	if err != nil {
		return err
	}
	return s.withStore(ctx, t.logger(), func(db *pg.DB) error {
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
			fmt.Fprintln(table, "ID\tNAME\tROLE\tCREATED\tEXPIRES\tREVOKED")
			for _, view := range views {
				fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", view.ID, view.Name, view.Role, view.CreatedAt.Format(time.RFC3339), moment(view.ExpiresAt), moment(view.RevokedAt))
			}
			_ = table.Flush()
		})
	})
}

func moment(at *time.Time) string {
	if at == nil {
		return "-"
	}
	return at.Format(time.RFC3339)
}

type tokenView struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	Role      string     `json:"role"`
	CreatedAt time.Time  `json:"createdAt"`
	ExpiresAt *time.Time `json:"expiresAt"`
	RevokedAt *time.Time `json:"revokedAt"`
	Token     string     `json:"token,omitempty"`
}

func viewToken(one *token.Token) tokenView {
	return tokenView{ID: id.Format(id.Token, one.ID), Name: one.Name, Role: one.Role, CreatedAt: one.CreatedAt, ExpiresAt: one.ExpiresAt, RevokedAt: one.RevokedAt}
}

type tokenRevoke struct {
	ID string `arg:"" help:"The token's id, as 'token list' shows it."`
}

func (c tokenRevoke) Run(ctx context.Context, t *terminal, s stores) error {
	target, err := parseID(id.Token, c.ID)
	if err != nil {
		return err
	}
	return s.withStore(ctx, t.logger(), func(db *pg.DB) error { return token.NewStore(db).Revoke(ctx, target) })
}

// ------------------------------------------------------------------ keys

type keysCommand struct {
	New    keysNew    `cmd:"" help:"Make a keyset: print it, or write the keyset file where there is none."`
	Rotate keysRotate `cmd:"" help:"Give the keyset file a new primary key and seal every credential with it. Old keys stay."`
}

type keysNew struct{}

func (keysNew) Run(t *terminal, s stores) error {
	keyset, err := secret.NewKeyset()
	if err != nil {
		return err
	}
	if s.KeysetFile == "" {
		_, err = fmt.Fprintln(t.out, string(keyset))
		return err
	}
	if err := refuseExisting(s.KeysetFile); err != nil {
		return err
	}
	return secret.WriteKeyset(s.KeysetFile, keyset)
}

type keysRotate struct{}

func (keysRotate) Run(ctx context.Context, t *terminal, s stores) error {
	if s.KeysetFile == "" {
		return errors.New("name the keyset with --keyset-file or ORGMAP_KEYSET_FILE")
	}
	keyset, err := secret.ReadKeyset(s.KeysetFile)
	if err != nil {
		return err
	}
	if keyset, err = secret.Rotate(keyset); err != nil {
		return err
	}
	if err := secret.WriteKeyset(s.KeysetFile, keyset); err != nil {
		return err
	}
	sealer, err := secret.NewSealer(keyset)
	if err != nil {
		return err
	}
	return s.withStore(ctx, t.logger(), func(db *pg.DB) error {
		resealed, err := integration.RotateCredentials(ctx, db, sealer)
		if err != nil {
			return err
		}
		return t.print(map[string]int{"resealed": resealed}, func(w io.Writer) { fmt.Fprintf(w, "%d credentials sealed with the new key\n", resealed) })
	})
}
