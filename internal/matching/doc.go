// Package matching suggests which organization an external organization is, and says why.
//
// It is a pure function from a [World] (the account's organizations, its tools' lists, and what people decided) to an [Outcome] for
// each record: a suggestion whose score is the sum of named signals, or an honest "needs decision". It knows no database and no clock,
// and it depends on no order: the same world gives the same outcomes to the byte.
//
// Reading order: name.go, fold.go, marks.go and words.go make the words of a name; tables.go reads what is known of names in general
// from the files in data; vocabulary.go weighs words; index.go finds organizations worth comparing; compare.go weighs two names;
// links.go follows the references that one tool keeps to another; decide.go turns all of that into outcomes.
package matching
