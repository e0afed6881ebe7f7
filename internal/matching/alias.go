package matching

import (
	"slices"

	"github.com/google/uuid"
)

// Learned is a name that an organization goes by in a tool.
type Learned struct {
	Organization uuid.UUID
	Record       uuid.UUID
	Name         string
}

// Aliases yields the names of mapped records that have other words than the names of their organizations. It leaves out
// the names of records out of use and names too common to decide by.
func (e *Engine) Aliases(yield func(Learned) bool) {
	for i := range e.records {
		r := &e.records[i]
		if r.organization < 0 || !e.distinctive(r.name) || e.hasNameOf(r.name, r.organization) {
			continue
		}
		if !yield(Learned{Organization: e.organizations[r.organization].ID, Record: r.ID, Name: r.Name}) {
			return
		}
	}
}

// distinctive reports whether a name is in use and heavy enough to be matched by its words.
func (e *Engine) distinctive(name int32) bool {
	read := &e.names[name]
	return read.outOfUse == "" && slices.ContainsFunc(read.readings, func(r reading) bool { return r.bits >= minNameWeight })
}

// SameWords reports whether two names have the same words. A rename that keeps the words does not change which organization a
// record is.
func (t *Tables) SameWords(one, other string) bool {
	if one == other {
		return true
	}
	reader := NewReader(t, nil)
	left, right := reader.Read(one), reader.Read(other)
	return slices.EqualFunc(left.Readings, right.Readings, func(a, b Reading) bool { return a.Key == b.Key })
}
