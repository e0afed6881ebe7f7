// Package archtest checks the project's own rules: which package may import which, and how the code
// is written. It has only tests; start with the table in rules_test.go.
package archtest
