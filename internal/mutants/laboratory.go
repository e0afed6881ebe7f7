package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// fate is the outcome of a mutant.
type fate string

const (
	killed   fate = "killed"    // a test that passes without the mutant failed
	survived fate = "SURVIVED"  // all its tests passed
	timedOut fate = "TIMED OUT" // its tests did not end, which proves nothing on a busy machine
	broken   fate = "BROKEN"    // the mutant was not really tested
)

// result is a mutant with its outcome.
type result struct {
	mutant
	fate   fate
	detail string // the test that failed, or why the mutant was not tested
	output string // output of a run whose fate needs an explanation
	took   time.Duration
}

// String returns the progress line for the mutant.
func (r result) String() string {
	line := fmt.Sprintf("%-40s %s", r.name, r.fate)
	switch r.fate {
	case killed:
		line += " by " + r.detail
	case broken:
		line += ": " + r.detail
	case survived, timedOut:
	}
	return fmt.Sprintf("%s (%.1f s)", line, r.took.Seconds())
}

// explain describes a mutant that was not killed.
func (r result) explain() string {
	text := fmt.Sprintf("%s %s\n  rule:  %s\n  file:  %s\n  tests: %s in %s", r.fate, r.name, r.rule, r.file, r.tests, r.testedIn())
	if r.detail != "" {
		text += "\n  why:   " + r.detail
	}
	if r.output != "" {
		text += "\n" + indented(r.output)
	}
	return text
}

// indented returns the last lines of a test's output, indented.
func indented(output string) string {
	const most = 20
	lines := strings.Split(strings.TrimSpace(output), "\n")
	return "    " + strings.Join(lines[max(0, len(lines)-most):], "\n    ")
}

// laboratory tests mutants.
type laboratory struct {
	root    string // root of the module
	scratch string // folder for mutated files
	test    func(ctx context.Context, run testRun) (events []event, err error)
}

// testRun is one call of "go test".
type testRun struct {
	folder  string // folder of the package, relative to the module's root
	tests   []string
	overlay string // a file; "" means none
}

// examine runs the group's tests without a mutant and returns those that pass. Only they can detect one.
func (l laboratory) examine(ctx context.Context, group []mutant) (passed map[string]bool, err error) {
	var names []string
	for _, one := range group {
		names = append(names, one.testNames()...)
	}
	slices.Sort(names)
	events, err := l.test(ctx, testRun{folder: group[0].testedIn(), tests: slices.Compact(names)})
	if err != nil {
		return nil, err
	}
	return read(events).passed, nil
}

// try applies the mutant and runs the tests that must detect it.
func (l laboratory) try(ctx context.Context, one mutant) result {
	began := time.Now()
	outcome := result{mutant: one, fate: broken}
	overlay, err := l.overlay(one)
	if err != nil {
		outcome.detail = err.Error()
		return outcome
	}
	events, err := l.test(ctx, testRun{folder: one.testedIn(), tests: one.testNames(), overlay: overlay})
	outcome.took = time.Since(began)
	if err != nil {
		outcome.detail = err.Error()
		return outcome
	}
	return judge(outcome, read(events))
}

// overlay writes the mutated file, and the overlay file that tells the compiler to use it instead of the original.
func (l laboratory) overlay(one mutant) (string, error) {
	text, err := one.mutate(l.root)
	if err != nil {
		return "", err
	}
	mutated := filepath.Join(l.scratch, one.name+filepath.Ext(one.file))
	if err := os.WriteFile(mutated, []byte(text), 0o600); err != nil {
		return "", err
	}
	original := filepath.Join(l.root, filepath.FromSlash(one.file))
	content, err := json.Marshal(map[string]map[string]string{"Replace": {original: mutated}})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(l.scratch, one.name+".json")
	return overlay, os.WriteFile(overlay, content, 0o600)
}

// templateFailure is what internal/dbtest prints if a migration fails. Then no test has checked the rule.
const templateFailure = "migrate the test template"

// sqlState finds Postgres error codes of the class "syntax error or access rule violation". All of them but the
// violation itself mean that a statement cannot run.
var sqlState = regexp.MustCompile(`SQLSTATE (42\w{3})`)

const insufficientPrivilege = "42501"

func isBrokenSQL(output string) bool {
	return slices.ContainsFunc(sqlState.FindAllStringSubmatch(output, -1), func(found []string) bool { return found[1] != insufficientPrivilege })
}

// judge decides the fate of a mutant.
func judge(outcome result, seen observation) result {
	outcome.fate, outcome.output = broken, seen.output
	switch {
	case seen.unbuilt:
		outcome.detail = "it does not compile"
	case seen.timedOut:
		outcome.fate = timedOut
	case !seen.ended:
		outcome.detail = "its tests did not run"
	case !seen.failed:
		outcome.fate, outcome.output = survived, ""
	case seen.firstFailed == "":
		outcome.detail = "its tests ended without one that failed"
	case strings.Contains(seen.output, templateFailure):
		outcome.detail = "its migration fails"
	case isBrokenSQL(seen.output):
		outcome.detail = "Postgres does not understand its SQL"
	default:
		outcome.fate, outcome.detail, outcome.output = killed, seen.firstFailed, ""
	}
	return outcome
}
