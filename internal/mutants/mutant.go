package main

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// mutant breaks one rule of the product by replacing one text in one file.
type mutant struct {
	name  string // in kebab case
	rule  string // what is true without the mutant, as a sentence
	file  string // a Go file or a migration, relative to the module's root
	old   string // occurs exactly once in the file
	new   string
	in    string // package whose tests must notice, relative to the module's root; "" means the file's own
	tests string // top-level tests that must notice, separated by "|"
}

// table returns all mutants.
func table() []mutant {
	return slices.Concat(
		mappingMutants(), importMutants(), createFromMutants(), organizationMutants(),
		refreshMutants(), changeMutants(), verdictMutants(), integrationMutants(),
		journalMutants(), storeMutants(), liveMutants(), directoryMutants(),
		graphMutants(), guardMutants(), callerMutants(), secretMutants(),
		vendorMutants(), historyMutants(), nameMutants(), inboundMutants(), matchingMutants(), suggestionMutants(),
		pushMutants(), peopleMutants(), csvMutants(),
	)
}

// testedIn returns the package whose tests must notice, relative to the module's root.
func (m mutant) testedIn() string {
	if m.in != "" {
		return m.in
	}
	return path.Dir(m.file)
}

// testNames returns the names of the tests that must notice.
func (m mutant) testNames() []string { return strings.Split(m.tests, "|") }

// isSQL reports whether the mutant changes a migration.
func (m mutant) isSQL() bool { return path.Ext(m.file) == ".sql" }

// mutate returns the file's text with the rule broken. It returns an error unless the old text occurs exactly once.
func (m mutant) mutate(root string) (string, error) {
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(m.file)))
	if err != nil {
		return "", err
	}
	if count := strings.Count(string(text), m.old); count != 1 {
		return "", fmt.Errorf("its old text occurs %d times in %s, not once", count, m.file)
	}
	return strings.Replace(string(text), m.old, m.new, 1), nil
}
