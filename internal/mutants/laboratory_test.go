package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// Sample output of "go test -json".
const (
	passes = `{"Action":"start"}
{"Action":"run","Test":"TestA"}
{"Action":"output","Test":"TestA","Output":"ERROR: no rows (SQLSTATE 42P01)\n"}
{"Action":"pass","Test":"TestA"}
{"Action":"output","Output":"ok  \tp\t1.2s\n"}
{"Action":"pass"}`
	fails = `{"Action":"run","Test":"TestA"}
{"Action":"run","Test":"TestA/one"}
{"Action":"output","Test":"TestA/one","Output":"not equal\n"}
{"Action":"fail","Test":"TestA/one"}
{"Action":"fail","Test":"TestA"}
{"Action":"fail"}`
	skips = `{"Action":"skip","Test":"TestA"}
{"Action":"pass"}`
	unbuilt = `{"Action":"build-output","Output":"a.go:1:2: undefined: b\n"}
{"Action":"build-fail"}
{"Action":"fail"}`
	hangs = `{"Action":"output","Test":"TestA","Output":"panic: test timed out after 2m0s\n"}
{"Action":"fail"}`
	dies = `{"Action":"output","Output":"exit status 3\n"}
{"Action":"fail"}`
	unmigrated = `{"Action":"output","Test":"TestA","Output":"migrate the test template: syntax error\n"}
{"Action":"fail","Test":"TestA"}
{"Action":"fail"}`
	unreadable = `{"Action":"output","Test":"TestA","Output":"ERROR: syntax error (SQLSTATE 42601)\n"}
{"Action":"fail","Test":"TestA"}
{"Action":"fail"}`
	refused = `{"Action":"output","Test":"TestA","Output":"new row violates row-level security policy (SQLSTATE 42501)\n"}
{"Action":"fail","Test":"TestA"}
{"Action":"fail"}`
	cutOff = `{"Action":"start"}
{"Action":"run","Test":"TestA"}`
)

func TestJudge(t *testing.T) {
	t.Parallel()
	for _, one := range []struct {
		events string
		fate   fate
		detail string
	}{
		{fails, killed, "TestA/one"},
		{refused, killed, "TestA"},
		{passes, survived, ""},
		{skips, survived, ""},
		{hangs, timedOut, ""},
		{unbuilt, broken, "it does not compile"},
		{dies, broken, "its tests ended without one that failed"},
		{unmigrated, broken, "its migration fails"},
		{unreadable, broken, "Postgres does not understand its SQL"},
		{cutOff, broken, "its tests did not run"},
	} {
		judged := judge(result{}, read(parse([]byte(one.events))))
		require.Equal(t, one.fate, judged.fate, one.events)
		if one.detail != "" {
			require.Equal(t, one.detail, judged.detail, one.events)
		}
	}
}

// bench returns a laboratory with the file a.go. Its tests print without when run without a mutant, then each of with.
func bench(t *testing.T, without string, with ...string) laboratory {
	t.Helper()
	root := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(root, "p"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(root, "p", "a.go"), []byte("package p // rule"), 0o600))
	return laboratory{root: root, scratch: t.TempDir(), test: func(_ context.Context, run testRun) ([]event, error) {
		require.Equal(t, "p", run.folder)
		if run.overlay == "" {
			return parse([]byte(without)), nil
		}
		overlay, err := os.ReadFile(run.overlay)
		require.NoError(t, err)
		require.Contains(t, string(overlay), filepath.Join(root, "p", "a.go"))
		next := with[0]
		with = with[1:]
		if next == "" {
			return nil, errors.New("no go")
		}
		return parse([]byte(next)), nil
	}}
}

func breaks(name, old string) mutant {
	return mutant{name: name, rule: "It holds.", file: "p/a.go", old: old, new: "x", tests: "TestA"}
}

func TestTry_FailsUnlessAllAreKilled(t *testing.T) {
	t.Parallel()
	var output bytes.Buffer
	first, second := breaks("first-rule", "rule"), breaks("second-rule", "rule")
	require.NoError(t, try(t.Context(), bench(t, passes, fails, fails), []mutant{first, second}, &output))
	require.Contains(t, output.String(), "2 of 2 killed")

	output.Reset()
	err := try(t.Context(), bench(t, passes, fails, passes), []mutant{first, second}, &output)
	require.EqualError(t, err, "1 of 2 mutants were not killed")
	require.Contains(t, output.String(), "1 of 2 killed")
	require.Contains(t, output.String(), "SURVIVED second-rule\n  rule:  It holds.")

	output.Reset()
	require.Error(t, try(t.Context(), bench(t, passes), []mutant{breaks("third-rule", "absent")}, &output))
	require.Contains(t, output.String(), "BROKEN: its old text occurs 0 times")

	output.Reset()
	require.Error(t, try(t.Context(), bench(t, passes, ""), []mutant{first}, &output))
	require.Contains(t, output.String(), "BROKEN: no go")
}

func TestTry_RejectsTestsThatFailWithoutTheMutant(t *testing.T) {
	t.Parallel()
	for _, without := range []string{fails, skips, unbuilt} {
		var output bytes.Buffer
		require.Error(t, try(t.Context(), bench(t, without), []mutant{breaks("first-rule", "rule")}, &output))
		require.Contains(t, output.String(), "BROKEN: TestA does not pass without the mutant")
	}
}

func TestChoose(t *testing.T) {
	t.Parallel()
	all := []mutant{{name: "b-two", file: "q/b.go"}, {name: "a-one", file: "p/a.go"}, {name: "a-two", file: "p/b.sql", in: "q"}}
	for only, names := range map[string][]string{
		"": {"a-one", "a-two", "b-two"}, "a-two": {"a-two"}, "a-*": {"a-one", "a-two"}, "a-*,?-two": {"a-one", "a-two", "b-two"},
	} {
		chosen, err := choose(all, only)
		require.NoError(t, err)
		found := []string{}
		for _, one := range chosen {
			found = append(found, one.name)
		}
		require.Equal(t, names, found, only)
	}
	_, err := choose(all, "a-one,c-*")
	require.EqualError(t, err, `no mutant is named "c-*"`)
}
