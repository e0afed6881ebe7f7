// Command bench measures what a page of the grid and a refresh cost: the real program in a process of its own, on a
// private Postgres, beside a bare Go handler that answers the same page with one SQL statement.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// options are what the command line says.
type options struct {
	short       bool
	json        string // file for the results; "": none
	program     string // an orgmap that was built already; "": build it
	only        string // "grid", "refresh" or "" for both
	connections int
	rounds      int
	duration    time.Duration // of one measurement
	warmUp      time.Duration // before the first measurement of each server and kind of page
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, arguments []string) error {
	if len(arguments) > 0 && arguments[0] == bareCommand {
		return serveBare(ctx, arguments[1:])
	}
	options, err := parse(arguments)
	if err != nil {
		return err
	}
	found, err := measure(ctx, options)
	if err != nil {
		return err
	}
	if err := found.print(os.Stdout); err != nil {
		return err
	}
	if options.json == "" {
		return nil
	}
	return found.write(options.json)
}

func parse(arguments []string) (options, error) {
	var o options
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.BoolVar(&o.short, "short", false, "a tenth of the data, one brief round: shows that everything runs, not how fast it is")
	flags.StringVar(&o.json, "json", "", "write the results to this `file` too")
	flags.StringVar(&o.program, "orgmap", "", "measure this `program` instead of building one")
	flags.StringVar(&o.only, "only", "", "measure the `part` grid or refresh alone")
	flags.IntVar(&o.connections, "connections", 16, "connections that ask for pages at once")
	flags.IntVar(&o.rounds, "rounds", 3, "rounds, of which the medians are taken")
	flags.DurationVar(&o.duration, "duration", 5*time.Second, "length of one measurement")
	flags.DurationVar(&o.warmUp, "warm-up", 2*time.Second, "length of the run before the measurements")
	if err := flags.Parse(arguments); err != nil {
		return options{}, err
	}
	if o.short {
		o.rounds, o.duration, o.warmUp = 1, 2*time.Second, time.Second
	}
	switch {
	case flags.NArg() > 0:
		return options{}, fmt.Errorf("%q is no flag", flags.Arg(0))
	case o.connections < 1 || o.rounds < 1 || o.duration <= 0 || o.warmUp < 0:
		return options{}, errors.New("connections, rounds and duration must be above 0")
	case o.only != "" && o.only != "grid" && o.only != "refresh":
		return options{}, fmt.Errorf("-only takes grid or refresh, not %q", o.only)
	}
	return o, nil
}

func (o options) size() size {
	if o.short {
		return size{organizations: 1_000, integrations: 8, mapped: 6, refreshed: 10_000}
	}
	return size{organizations: 10_000, integrations: 8, mapped: 6, refreshed: 100_000}
}

// measure sets everything up, measures, and takes everything down again.
func measure(ctx context.Context, options options) (found *results, err error) {
	stage, err := newStage(ctx, options)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, stage.close()) }()
	found = &results{Machine: describeMachine(ctx, stage), Short: options.short}
	if options.only != "refresh" {
		if found.Grid, err = measureGrid(ctx, stage, options); err != nil {
			return nil, fmt.Errorf("the grid page: %w", err)
		}
	}
	if options.only != "grid" {
		if found.Refresh, err = measureRefresh(ctx, stage, options); err != nil {
			return nil, fmt.Errorf("the refresh: %w", err)
		}
	}
	return found, nil
}

// say tells whoever waits what is being done.
func say(format string, values ...any) { fmt.Fprintf(os.Stderr, format+"\n", values...) }
