// Package matching suggests which organization an external organization is, and explains why.
//
// It is a pure function from a [World] (the account's organizations, its tools' lists, and what
// people decided) to an [Outcome] for each record: a suggestion whose score is the sum of named
// signals, or "needs decision". It uses no database, no clock and no order: the same world gives
// byte-identical outcomes.
//
// Reading order: name.go, fold.go, marks.go and words.go split a name into words; tables.go loads
// general knowledge about names from the files in data; vocabulary.go weighs words; index.go finds
// organizations worth comparing; compare.go weighs two names; links.go follows the references from
// one tool to another; details.go compares websites and cities; candidates.go collects what a record
// may be; decide.go turns all of this into outcomes.
package matching
