// Command bench compares Orgmap with the alternatives: a bare Go handler without GraphQL, and the GraphQL servers that
// a team would pick instead. Each runs as its own process on the same private Postgres and gets the same requests.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
)

// options are the command-line options.
type options struct {
	short    bool
	json     string   // file for the results; "": none
	profiles string   // folder for profiles; "": keep none
	program  string   // an orgmap binary; "": build one
	only     []string // parts, kinds and servers to measure; none: all
	pace     pace
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
	// Print what was measured even after a failure: it took minutes.
	if found != nil {
		err = errors.Join(err, found.print(os.Stdout))
		if options.json != "" {
			err = errors.Join(err, found.write(options.json))
		}
	}
	return err
}

func parse(arguments []string) (options, error) {
	var o options
	var only string
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.BoolVar(&o.short, "short", false, "a tenth of the data, one brief round: shows that everything runs, not how fast it is")
	flags.StringVar(&o.json, "json", "", "write the results to this `file` too")
	flags.StringVar(&o.profiles, "profiles", "", "keep the CPU profiles of pages in this `folder`, for go tool pprof")
	flags.StringVar(&o.program, "orgmap", "", "measure this `program` instead of building one")
	flags.StringVar(&only, "only", "", "measure these alone, separated by commas: parts ("+strings.Join(partNames(), ", ")+"), or kinds of page ("+strings.Join(kindNames(), ", ")+")")
	flags.IntVar(&o.pace.connections, "connections", 16, "connections that ask for pages at once")
	flags.IntVar(&o.pace.rounds, "rounds", 3, "rounds, of which the medians are taken")
	flags.Float64Var(&o.pace.seconds, "seconds", 2, "length of a round")
	flags.Float64Var(&o.pace.warmUp, "warm-up", 1, "seconds before the first round of each server and kind of page")
	flags.IntVar(&o.pace.repeats, "repeats", 2, "rounds that are measured again for each server and kind of page where they were disturbed: a machine that is busy does not become quiet")
	if err := flags.Parse(arguments); err != nil {
		return options{}, err
	}
	if o.short {
		o.pace = pace{connections: o.pace.connections, rounds: 1, seconds: 1, warmUp: 0.5}
	}
	if only != "" {
		o.only = strings.Split(only, ",")
	}
	switch {
	case flags.NArg() > 0:
		return options{}, fmt.Errorf("%q is no flag", flags.Arg(0))
	case o.pace.connections < 1 || o.pace.rounds < 1 || o.pace.seconds <= 0 || o.pace.warmUp < 0 || o.pace.repeats < 0:
		return options{}, errors.New("connections, rounds and seconds must be above 0, warm-up and repeats not below it")
	}
	for _, one := range o.only {
		if !slices.Contains(partNames(), one) && !slices.Contains(kindNames(), one) {
			return options{}, fmt.Errorf("-only takes %s or %s, not %q", strings.Join(partNames(), ", "), strings.Join(kindNames(), ", "), one)
		}
	}
	return o, nil
}

// wants reports whether to measure a part.
func (o options) wants(part string) bool { return len(o.only) == 0 || slices.Contains(o.only, part) }

// kinds returns the kinds of page to measure.
func (o options) kinds() []kind {
	if o.wants(partPages) {
		return readKinds()
	}
	return slices.DeleteFunc(readKinds(), func(one kind) bool { return !slices.Contains(o.only, one.slug()) })
}

// onlyStrangers reports whether the run needs neither data nor other servers.
func (o options) onlyStrangers() bool { return slices.Equal(o.only, []string{partStrangers}) }

func kindNames() (names []string) {
	for _, one := range readKinds() {
		names = append(names, one.slug())
	}
	return names
}

// size returns the size of the account whose pages are read.
func (o options) size() size {
	if o.onlyStrangers() {
		return o.scaled(100, 100)
	}
	return o.scaled(10_000, 80_000)
}

func (o options) scaled(organizations, listed int) size {
	if o.short {
		organizations, listed = max(100, organizations/10), max(100, listed/10)
	}
	return size{organizations: organizations, integrations: 8, mapped: 6, listed: listed}
}

// say reports progress on stderr.
func say(format string, values ...any) { fmt.Fprintf(os.Stderr, format+"\n", values...) }
