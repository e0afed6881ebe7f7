package matching

import (
	"maps"

	"github.com/google/uuid"
)

// Scope is the set of records whose outcomes can have changed since an earlier computation, because mappings, decisions or
// aliases have changed. Organizations, lists, tables and word counts must be the same as then. A scope may hold too many records,
// never too few.
type Scope struct {
	e             *Engine
	organizations map[uuid.UUID]bool // whose mappings or aliases have changed
	inside        []bool             // by record
	all           bool
}

// NewScope returns the scope of changed decisions about some records, and of changed mappings to some organizations.
func (e *Engine) NewScope(records, organizations map[uuid.UUID]bool) *Scope {
	s := &Scope{e: e, organizations: maps.Clone(organizations), inside: make([]bool, len(e.records))}
	hosts := map[string]bool{} // a host counts only while a single organization has it
	for i := range e.records {
		r := &e.records[i]
		if !records[r.ID] && (r.organization < 0 || !organizations[e.organizations[r.organization].ID]) {
			continue
		}
		s.inside[i] = true
		if host := e.tables.hostOf(r.Website); host != "" {
			hosts[host] = true
		}
	}
	for i := range e.records {
		if r := &e.records[i]; len(hosts) > 0 && r.Website != "" && hosts[e.tables.hostOf(r.Website)] {
			s.inside[i] = true
		}
	}
	return s
}

// SetAliases gives the engine other aliases, and adds what that changes to the scope. gained and lost are the organizations that
// have gained or lost an alias.
func (s *Scope) SetAliases(organizations []Organization, gained, lost map[uuid.UUID]bool) {
	s.add(lost)
	before := s.e.index
	s.e.SetAliases(organizations)
	maps.Copy(s.organizations, gained)
	maps.Copy(s.organizations, lost)
	s.all = s.all || commonChanged(before.words, s.e.index.words, before.common, s.e.index.common) ||
		commonChanged(before.joined, s.e.index.joined, before.common, s.e.index.common) ||
		commonChanged(before.runs, s.e.index.runs, before.common, s.e.index.common) ||
		commonChanged(before.acronyms, s.e.index.acronyms, before.common, s.e.index.common)
}

// Records yields the index of each record in the scope, over all lists. It completes the scope.
func (s *Scope) Records(yield func(int) bool) {
	s.add(s.organizations)
	s.addLinked()
	for i, inside := range s.inside {
		if (inside || s.all) && !yield(i) {
			return
		}
	}
}

// namesOf marks the names in the index that belong to the given organizations, and those with the same key as one of them.
func (s *Scope) namesOf(organizations map[uuid.UUID]bool) (ours []bool) {
	x := &s.e.index
	ours = make([]bool, len(x.names))
	for i := range x.names {
		if organizations[s.e.organizations[x.names[i].organization].ID] {
			for _, at := range x.keys[x.names[i].reading.key] {
				ours[at] = true
			}
		}
	}
	return ours
}

// add adds the records whose names have something in common with a name of the given organizations.
func (s *Scope) add(organizations map[uuid.UUID]bool) {
	if len(organizations) == 0 || s.all {
		return
	}
	ours := s.namesOf(organizations)
	meets := make([]bool, len(s.e.names))
	for i := range s.e.names {
		for j := range s.e.names[i].readings {
			r := &s.e.names[i].readings[j]
			visit := func(names []int32, _ Bits) {
				for _, at := range names {
					meets[i] = meets[i] || ours[at]
				}
			}
			s.e.lookUp(r, visit)
			visit(s.e.index.keys[r.key], 0)
		}
	}
	for i := range s.e.records {
		s.inside[i] = s.inside[i] || meets[s.e.records[i].name]
	}
}

// commonChanged reports whether something has become too common to find names by, or is no longer too common. That concerns every
// record that has it.
func commonChanged[K comparable](before, after map[K][]int32, commonBefore, commonAfter int) bool {
	for key, names := range after {
		if len(names) > commonAfter != (len(before[key]) > commonBefore) {
			return true
		}
	}
	for key, names := range before {
		if len(names) > commonBefore != (len(after[key]) > commonAfter) {
			return true
		}
	}
	return false
}

// addLinked adds the records that links connect with the scope. It follows as many links as matching does.
func (s *Scope) addLinked() {
	var frontier []int32
	for i, inside := range s.inside {
		if inside {
			frontier = append(frontier, int32(i)) //nolint:gosec // as many as there are records
		}
	}
	for range longestPath {
		var next []int32
		for _, at := range frontier {
			for _, link := range s.e.edges[at] {
				if !s.inside[link.to] {
					s.inside[link.to] = true
					next = append(next, link.to)
				}
			}
		}
		frontier = next
	}
}
