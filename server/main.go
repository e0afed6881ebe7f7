// Command orgmap maps the organizations of a managed service provider's tools onto its own. See README.md.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/alecthomas/kong"
)

// commands defines the command line.
type commands struct {
	Stores stores  `embed:""`
	JSON   bool    `name:"json" help:"Print results as JSON."`
	Log    logging `embed:"" prefix:"log-"`

	Serve   serveCommand     `cmd:"" help:"Serve the API, subscriptions and pages, and run refreshes."`
	Migrate migrateCommand   `cmd:"" help:"Migrate the database schema, or show its version."`
	Account accountCommand   `cmd:"" help:"Create, list and change accounts."`
	Token   tokenCommand     `cmd:"" help:"Create, list and revoke API tokens."`
	Link    linkCommand      `cmd:"" help:"Print a link that signs in a browser once within 10 minutes."`
	Person  personCommand    `cmd:"" help:"List, block and unblock people who sign in with OpenID Connect."`
	Keys    keysCommand      `cmd:"" help:"Create and rotate the keyset that encrypts vendor credentials."`
	Import  importCSVCommand `cmd:"" name:"import-csv" help:"Create organizations and mappings from a CSV file, or show what it would do."`
	Version versionCommand   `cmd:"" help:"Print the version."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "orgmap:", err)
		os.Exit(1)
	}
}

// run executes a command line. Tests call it with their own streams.
func run(ctx context.Context, arguments []string, stdout, stderr io.Writer) error {
	var line commands
	exited := errors.New("exited")
	parser, err := kong.New(&line,
		kong.Name("orgmap"),
		kong.Description("Maps the organizations of a managed service provider's tools onto its own.\n\nEvery setting is a flag and an environment variable."),
		kong.Writers(stdout, stderr),
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Exit(func(int) { panic(exited) }),
		kong.BindTo(ctx, (*context.Context)(nil)),
	)
	if err != nil {
		return err
	}
	defer func() { // --help calls kong.Exit
		if cause := recover(); cause != nil && cause != any(exited) {
			panic(cause)
		}
	}()
	parsed, err := parser.Parse(arguments)
	if err != nil {
		return err
	}
	return parsed.Run(&terminal{out: stdout, log: stderr, json: line.JSON, logging: line.Log}, line.Stores)
}

// terminal is where a command prints: results to out, everything else to log.
type terminal struct {
	out     io.Writer
	log     io.Writer
	json    bool
	logging logging
}

// print prints a result, as JSON if requested, else as text with plain.
func (t *terminal) print(result any, plain func(io.Writer)) error {
	if !t.json {
		plain(t.out)
		return nil
	}
	encoder := json.NewEncoder(t.out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(result)
}

// nothing prints no text, for commands with nothing to report but success.
func nothing(io.Writer) {}

type versionCommand struct{}

func (versionCommand) Run(t *terminal) error {
	return t.print(map[string]string{"version": version()}, func(w io.Writer) { fmt.Fprintln(w, version()) })
}

// version returns the module's version if it was installed as a module, else the commit it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			return setting.Value
		}
	}
	return "development"
}
