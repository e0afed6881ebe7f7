package matching

import (
	"cmp"
	"slices"
)

const (
	longestPath = 3
	// minCatchAll is how many records of one list must point to a target before it is checked for being a
	// catch-all.
	minCatchAll = 4
)

// edge is a link from one record to another, and the list whose record has the hint.
type edge struct{ to, says int32 }

// path is a path of links: the records without the first, each with the list that links to it.
type path []edge

// linkUp creates edges from the hints that lead to a record that is currently listed.
func (e *Engine) linkUp() {
	type target struct{ application, remoteID string }
	at := map[target]int32{}
	for i := range e.records {
		r := &e.records[i]
		if r.Removed {
			continue
		}
		key := target{e.lists[r.list].Application, r.RemoteID}
		if _, exists := at[key]; exists {
			at[key] = -1 // two integrations of one tool: ambiguous
			continue
		}
		at[key] = int32(i)
	}
	pointing := map[int32][]int32{}
	for i := range e.records {
		r := &e.records[i]
		if r.Removed {
			continue
		}
		for _, hint := range r.Hints {
			to, listed := at[target{hint.Application, hint.RemoteID}]
			if !listed || to < 0 || to == int32(i) || hint.RemoteID == "0" || hint.RemoteID == "" {
				continue
			}
			if !slices.Contains(pointing[to], int32(i)) {
				pointing[to] = append(pointing[to], int32(i))
			}
		}
	}
	e.edges = map[int32][]edge{}
	for i := range e.records {
		to := int32(i)
		for _, from := range pointing[to] {
			if e.unassigned(to, from, pointing[to]) {
				continue
			}
			e.edges[from] = append(e.edges[from], edge{to, e.records[from].list})
			e.edges[to] = append(e.edges[to], edge{from, e.records[from].list})
		}
	}
	for i := range e.records { // by id, so the order of lists does not matter
		slices.SortFunc(e.edges[int32(i)], func(a, b edge) int {
			return cmp.Or(slices.Compare(e.records[a.to].ID[:], e.records[b.to].ID[:]), cmp.Compare(a.says, b.says))
		})
	}
}

// unassigned reports whether a list uses a target as a catch-all for unassigned records: several of
// its records point to it, and most of their names share no word with the target's.
func (e *Engine) unassigned(to, from int32, pointing []int32) bool {
	total, unrelated := 0, 0
	for _, other := range pointing {
		if e.records[other].list == e.records[from].list {
			total++
			if !e.shareWord(other, to) {
				unrelated++
			}
		}
	}
	return total >= minCatchAll && 2*unrelated > total
}

// shareWord reports whether two records have a word in common.
func (e *Engine) shareWord(a, b int32) bool {
	for _, x := range e.names[e.records[a].name].readings {
		for _, y := range e.names[e.records[b].name].readings {
			for _, id := range x.words {
				if slices.Contains(y.words, id) {
					return true
				}
			}
		}
	}
	return false
}

// found holds what the paths from a record lead to.
type found struct {
	organizations []int32 // organizations of mapped records, each with the shortest path to it
	paths         []path
	unmapped      []int32 // unmapped records on the paths
	unmappedPaths []path
}

// walk follows links from a record, breadth first, and stops at mapped records.
func (e *Engine) walk(from int32) (f found) {
	if len(e.edges[from]) == 0 {
		return f
	}
	type node struct {
		at   int32
		path path
	}
	met := map[int32]bool{from: true}
	frontier := []node{{at: from}}
	for range longestPath {
		var next []node
		for _, p := range frontier {
			for _, one := range e.edges[p.at] {
				if met[one.to] {
					continue
				}
				met[one.to] = true
				route := append(slices.Clone(p.path), one)
				organization := e.records[one.to].organization
				switch {
				case organization < 0:
					next = append(next, node{one.to, route})
					f.unmapped = append(f.unmapped, one.to)
					f.unmappedPaths = append(f.unmappedPaths, route)
				case !slices.Contains(f.organizations, organization):
					f.organizations = append(f.organizations, organization)
					f.paths = append(f.paths, route)
				}
			}
		}
		frontier = next
	}
	return f
}

// steps returns a path as people see it.
func (e *Engine) steps(p path) []Step {
	steps := make([]Step, len(p))
	for i, one := range p {
		steps[i] = Step{Record: e.records[one.to].ID, SaysSo: e.lists[one.says].Name}
	}
	return steps
}
