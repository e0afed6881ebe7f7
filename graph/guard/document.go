package guard

import (
	"errors"
	"math"
)

var errUnfinished = errors.New("Unexpected <EOF>") // in the parser's words

// definition holds what must be known about an operation or a fragment to add it up.
type definition struct {
	fragment  string // name; empty for an operation
	mutation  bool
	roots     int // fields of its outermost selection set
	depth     int // of fields outside introspection
	metaDepth int // of fields under __schema and __type
	spreads   []spread
	opened    bool
}

// spread is a fragment spread inside a definition.
type spread struct {
	name   string
	within int // number of fields around it
	meta   bool
}

// keyword takes a name outside selection sets, where each definition begins with a keyword.
func (s *scan) keyword(expected expectation, name string) {
	if pending := s.pending(); pending != nil {
		if expected == fragmentName {
			pending.fragment = name
		}
		s.expect = header
		return
	}
	switch name {
	case "query", "subscription":
		s.definitions = append(s.definitions, definition{})
	case "mutation":
		s.definitions = append(s.definitions, definition{mutation: true})
	case "fragment":
		s.definitions = append(s.definitions, definition{})
		s.expect = fragmentName
		s.count(&s.fragments, s.limits.Fragments, "fragments")
		return
	default:
		s.unexpected()
		return
	}
	s.expect = header
}

// pending returns the definition whose selection set has not begun, or nil.
func (s *scan) pending() *definition {
	if n := len(s.definitions); n > 0 && !s.definitions[n-1].opened {
		return &s.definitions[n-1]
	}
	return nil
}

func (s *scan) current() *definition { return &s.definitions[len(s.definitions)-1] }

// open starts a selection set: of a definition, a field, or an inline fragment.
func (s *scan) open() {
	expected := s.expect
	s.expect = nothing
	if len(s.sets) == 0 {
		if s.pending() == nil {
			s.definitions = append(s.definitions, definition{}) // a query without a keyword
		}
		s.current().opened = true
		s.sets = append(s.sets, set{depth: 1})
		return
	}
	inner := s.sets[len(s.sets)-1]
	if expected == spreadName || s.field == "" {
		inner.inline++
		s.inline = max(s.inline, inner.inline)
	} else {
		inner.meta = inner.meta || inner.depth == 1 && s.current().fragment == "" && (s.field == "__schema" || s.field == "__type")
		inner.depth++
		inner.inline = 0
	}
	s.field = ""
	s.sets = append(s.sets, inner)
}

// begin takes a field, given its name or alias.
func (s *scan) begin(name string) {
	s.field = name
	in, definition := s.sets[len(s.sets)-1], s.current()
	if in.depth == 1 {
		definition.roots++
	}
	if in.meta {
		definition.metaDepth = max(definition.metaDepth, in.depth)
	} else {
		definition.depth = max(definition.depth, in.depth)
	}
	s.names = append(s.names, name)
}

func (s *scan) spread(name string) {
	s.count(&s.fragments, s.limits.Fragments, "fragments")
	in, definition := s.sets[len(s.sets)-1], s.current()
	definition.spreads = append(definition.spreads, spread{name: name, within: in.depth - 1, meta: in.meta})
}

// finish checks what is known only at the end.
func (s *scan) finish() {
	if len(s.sets) > 0 || s.parentheses != 0 || s.nesting != 0 || s.pending() != nil {
		s.err = unreadable(errUnfinished)
		return
	}
	if s.comparisons() > s.limits.Comparisons {
		s.err = tooComplex("The document repeats the same fields too often.")
		return
	}
	sizes := sizes{byName: map[string]*definition{}, known: map[*definition]size{}}
	for i := range s.definitions {
		if d := &s.definitions[i]; d.fragment != "" && sizes.byName[d.fragment] == nil {
			sizes.byName[d.fragment] = d
		}
	}
	for i := range s.definitions {
		if d := &s.definitions[i]; d.fragment == "" && s.err == nil {
			s.operation(d, sizes.of(d))
		}
	}
}

func (s *scan) operation(d *definition, size size) {
	roots := s.limits.RootFields
	if d.mutation {
		roots = s.limits.Mutations
	}
	switch {
	case size.depth > s.limits.Depth:
		s.err = exceeds(s.limits.Depth, "levels of fields")
	case size.metaDepth > s.limits.Introspection:
		s.err = exceeds(s.limits.Introspection, "levels of fields under __schema")
	case size.roots > roots:
		s.err = exceeds(roots, "root fields in one operation")
	}
}

// comparisons returns an upper bound on the pairs of fields that validation compares: fields with the same response
// name, once for each selection set that reaches both without a field between them (nested inline fragments add such
// sets), and all of that for every operation.
func (s *scan) comparisons() int {
	operations := 0
	for _, d := range s.definitions {
		if d.fragment == "" {
			operations++
		}
	}
	times := (s.inline + 1) * max(operations, 1)
	if most := len(s.names) * len(s.names) / 2 * times; most <= s.limits.Comparisons {
		return most // even if all had the same name; most documents stop here
	}
	pairs := 0
	seen := make(map[string]int, len(s.names))
	for _, name := range s.names {
		pairs += seen[name]
		seen[name]++
	}
	return pairs * times
}

// size is the size of a definition including the fragments that it spreads.
type size struct{ roots, depth, metaDepth int }

// sizes adds up each definition once, so nested fragment spreads do not make it slow.
type sizes struct {
	byName map[string]*definition
	known  map[*definition]size
}

func (s sizes) of(d *definition) size {
	if size, known := s.known[d]; known {
		return size
	}
	// Ends the recursion if a fragment spreads itself; validation refuses that with a better message.
	s.known[d] = size{}
	total := size{roots: d.roots, depth: d.depth, metaDepth: d.metaDepth}
	for _, spread := range d.spreads {
		fragment := s.byName[spread.name]
		if fragment == nil {
			continue
		}
		inner := s.of(fragment)
		if spread.within == 0 {
			total.roots = min(total.roots+inner.roots, math.MaxInt32)
		}
		if spread.meta {
			total.metaDepth = max(total.metaDepth, spread.within+inner.depth)
		} else {
			total.depth = max(total.depth, spread.within+inner.depth)
		}
	}
	s.known[d] = total
	return total
}
