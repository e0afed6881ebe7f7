package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const (
	// testTimeout limits a mutant's tests; longestBuild is allowed on top for compiling.
	testTimeout  = 2 * time.Minute
	longestBuild = 10 * time.Minute

	timeoutPanic = "panic: test timed out after"
)

// event is a line of "go test -json", with the fields that mutants need.
type event struct {
	Action string
	Test   string
	Output string
}

// goTest returns a function that runs "go test" in the module at root.
func goTest(root string) func(context.Context, testRun) ([]event, error) {
	return func(ctx context.Context, run testRun) ([]event, error) {
		ctx, cancel := context.WithTimeout(ctx, testTimeout+longestBuild)
		defer cancel()
		arguments := []string{
			"test", "-json", "-count=1", "-vet=off", "-timeout=" + testTimeout.String(),
			"-run=^(" + strings.Join(run.tests, "|") + ")$",
		}
		if run.overlay != "" {
			arguments = append(arguments, "-failfast", "-overlay="+run.overlay)
		}
		arguments = append(arguments, "./"+run.folder)
		if hasProperties(filepath.Join(root, filepath.FromSlash(run.folder))) {
			// The failure is all we need. Shrinking takes time, and the failure file would change the working tree.
			arguments = append(arguments, "-rapid.shrinktime=1ms", "-rapid.nofailfile")
		}
		command := exec.CommandContext(ctx, "go", arguments...)
		command.Dir = root
		command.Env = append(os.Environ(), "CI=true") // makes a test without a store fail
		command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
		command.WaitDelay = testTimeout
		var failure bytes.Buffer
		command.Stderr = &failure
		output, err := command.Output()
		var exited *exec.ExitError
		if err != nil && !errors.As(err, &exited) {
			return nil, fmt.Errorf("go test: %w", err)
		}
		events := parse(output)
		if len(events) == 0 {
			return nil, fmt.Errorf("go test: %s", strings.TrimSpace(failure.String()))
		}
		return events, nil
	}
}

// hasProperties reports whether the package has property tests.
func hasProperties(folder string) bool {
	files, _ := filepath.Glob(filepath.Join(folder, "*_test.go"))
	return slices.ContainsFunc(files, func(file string) bool {
		text, err := os.ReadFile(file)
		return err == nil && bytes.Contains(text, []byte(`"pgregory.net/rapid"`))
	})
}

// parse returns the lines of output that are events.
func parse(output []byte) (events []event) {
	lines := bufio.NewScanner(bytes.NewReader(output))
	lines.Buffer(nil, len(output)+1)
	for lines.Scan() {
		var one event
		if json.Unmarshal(lines.Bytes(), &one) == nil && one.Action != "" {
			events = append(events, one)
		}
	}
	return events
}

// observation is the outcome of a test run.
type observation struct {
	passed      map[string]bool
	firstFailed string // first failed test, or its innermost subtest; "" if none failed
	failed      bool   // the run as a whole failed
	ended       bool
	unbuilt     bool
	timedOut    bool
	output      string // output of what failed, and of what belongs to no test
}

func read(events []event) observation {
	seen := observation{passed: map[string]bool{}}
	failed := map[string]bool{"": true}
	for _, one := range events {
		switch {
		case strings.HasPrefix(one.Output, timeoutPanic):
			seen.timedOut = true
		case one.Action == "build-fail":
			seen.unbuilt = true
		case one.Action == "fail" && one.Test == "":
			seen.ended, seen.failed = true, true
		case one.Action == "pass" && one.Test == "":
			seen.ended = true
		case one.Action == "fail":
			failed[one.Test] = true
			if seen.firstFailed == "" {
				seen.firstFailed = one.Test
			}
		case one.Action == "pass":
			seen.passed[one.Test] = true
		}
	}
	var output strings.Builder
	for _, one := range events {
		if (one.Action == "output" || one.Action == "build-output") && failed[one.Test] {
			output.WriteString(one.Output)
		}
	}
	seen.output = output.String()
	return seen
}
