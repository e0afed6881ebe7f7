// Package archtest holds the house to its own rules: who may import whom, and what code here looks like. It has tests
// alone; rules_test.go is the table to read.
package archtest
