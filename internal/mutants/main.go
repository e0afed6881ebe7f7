// Command mutants breaks the product on purpose, one rule at a time, and checks that a test notices.
//
// Each mutant replaces one short text in one file. The command compiles it with "go test -overlay", which leaves the
// working tree unchanged, and runs the tests that must fail. If no test notices a mutant, anyone can break its rule by
// accident.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
}

// run tests the mutants that the arguments name and prints the fate of each. It returns an error unless all were
// killed.
func run(ctx context.Context, arguments []string, output io.Writer) error {
	flags := flag.NewFlagSet("mutants", flag.ContinueOnError)
	only := flags.String("only", "", "names of mutants to try, separated by commas; * and ? stand for any text and any character")
	list := flags.Bool("list", false, "print the rules that mutants break, and try none")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	chosen, err := choose(table(), *only)
	if err != nil {
		return err
	}
	if *list {
		for _, one := range chosen {
			fmt.Fprintf(output, "%s\t%s\n", one.name, one.rule)
		}
		return nil
	}
	root, err := moduleRoot(ctx)
	if err != nil {
		return err
	}
	scratch, err := os.MkdirTemp("", "orgmap-mutants-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(scratch) }()
	return try(ctx, laboratory{root: root, scratch: scratch, test: goTest(root)}, chosen, output)
}

// choose returns the mutants whose names match one of the patterns, ordered by package so that the build cache helps.
func choose(all []mutant, only string) ([]mutant, error) {
	chosen := slices.Clone(all)
	if only != "" {
		chosen = nil
		for pattern := range strings.SplitSeq(only, ",") {
			found := false
			for _, one := range all {
				matches, err := path.Match(pattern, one.name)
				if err != nil {
					return nil, err
				}
				found = found || matches
				if matches && !slices.ContainsFunc(chosen, func(other mutant) bool { return other.name == one.name }) {
					chosen = append(chosen, one)
				}
			}
			if !found {
				return nil, fmt.Errorf("no mutant is named %q", pattern)
			}
		}
	}
	slices.SortStableFunc(chosen, func(a, b mutant) int {
		if order := strings.Compare(a.testedIn(), b.testedIn()); order != 0 {
			return order
		}
		return strings.Compare(a.file, b.file)
	})
	return chosen, nil
}

// moduleRoot returns the folder of go.mod.
func moduleRoot(ctx context.Context) (string, error) {
	found, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("go env GOMOD: %w", err)
	}
	file := strings.TrimSpace(string(found))
	if filepath.Base(file) != "go.mod" {
		return "", errors.New("run this inside the module")
	}
	return filepath.Dir(file), nil
}

// try tests the mutants, one package after the other.
func try(ctx context.Context, lab laboratory, mutants []mutant, output io.Writer) error {
	began, tried := time.Now(), 0
	var unkilled []result
	for group := range byPackage(mutants) {
		passed, err := lab.examine(ctx, group)
		for _, one := range group {
			tried++
			outcome := result{mutant: one, fate: broken}
			switch sick := slices.IndexFunc(one.testNames(), func(name string) bool { return !passed[name] }); {
			case err != nil:
				outcome.detail = err.Error()
			case sick >= 0:
				outcome.detail = one.testNames()[sick] + " does not pass without the mutant"
			default:
				outcome = lab.try(ctx, one)
			}
			if ctx.Err() != nil {
				return ctx.Err()
			}
			fmt.Fprintf(output, "%4d/%d  %s\n", tried, len(mutants), outcome)
			if outcome.fate != killed {
				unkilled = append(unkilled, outcome)
			}
		}
	}
	fmt.Fprintf(output, "\n%d of %d killed in %s\n", tried-len(unkilled), tried, time.Since(began).Round(time.Second))
	for _, one := range unkilled {
		fmt.Fprintf(output, "\n%s\n", one.explain())
	}
	if len(unkilled) > 0 {
		return fmt.Errorf("%d of %d mutants were not killed", len(unkilled), tried)
	}
	return nil
}

// byPackage yields runs of neighboring mutants that are tested in the same package.
func byPackage(mutants []mutant) func(func([]mutant) bool) {
	return func(yield func([]mutant) bool) {
		for start, end := 0, 1; end <= len(mutants); end++ {
			if end < len(mutants) && mutants[end].testedIn() == mutants[start].testedIn() {
				continue
			}
			if !yield(mutants[start:end]) {
				return
			}
			start = end
		}
	}
}
