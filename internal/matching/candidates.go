package matching

import (
	"cmp"
	"slices"
)

// candidate is an organization that a record may be, with what speaks for and against it. Most candidates are never shown, so
// Engine.signalsOf makes the list of signals only for those that are.
type candidate struct {
	likeness
	rival bool     // another record of the list has the organization's name or is mapped to it
	more  []Signal // links and details
	named Bits     // without more
	total Bits
}

// candidates returns the organizations that a record may be, best first.
func (e *Engine) candidates(r *record) []candidate {
	alike := e.alike(r.name)
	out := make([]candidate, len(alike))
	for i, like := range alike {
		c := &out[i]
		c.likeness = like
		c.rival = e.hasRival(r, c)
		e.add(r, c)
	}
	sortCandidates(out)
	return out
}

// add sums up a candidate's signals.
func (e *Engine) add(r *record, c *candidate) {
	c.named = c.score + e.prior
	if c.rival {
		c.named += rivalWeight
	}
	if e.names[r.name].outOfUse != "" {
		c.named += outOfUseWeight
	}
	c.total = c.named
	for i := range c.more {
		c.total += c.more[i].Weight
	}
}

// signalsOf returns all signals of a candidate.
func (e *Engine) signalsOf(r *record, c *candidate) []Signal {
	signals := append(make([]Signal, 0, len(c.signals)+len(c.more)+3), c.signals...)
	signals = append(signals, Signal{Kind: SignalPrior, Weight: e.prior})
	if c.rival {
		signals = append(signals, Signal{Kind: SignalRival, Weight: rivalWeight})
	}
	if mark := e.names[r.name].outOfUse; mark != "" {
		signals = append(signals, Signal{Kind: SignalOutOfUse, Weight: outOfUseWeight, Left: mark})
	}
	return append(signals, c.more...)
}

func sortCandidates(list []candidate) {
	slices.SortFunc(list, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.rank, a.rank), cmp.Compare(b.total, a.total), cmp.Compare(a.organization, b.organization))
	})
}

// hasRival reports whether another record of the list has the organization's name or is mapped to
// it. A client's site has no rivals.
func (e *Engine) hasRival(r *record, c *candidate) bool {
	if c.tailed {
		return false
	}
	cell := listOrganization{r.list, c.organization}
	others := e.withName[cell]
	if others > 0 && e.names[r.name].outOfUse == "" && e.hasNameOf(r.name, c.organization) {
		others--
	}
	return others > 0 || e.mappedTo[cell] > 0
}

// alike returns the best comparison of a name with each organization. The result does not depend on
// the list.
func (e *Engine) alike(name int32) []likeness {
	if found, known := e.alikeCache[name]; known {
		return found
	}
	read := &e.names[name]
	var found []likeness
	for i := range read.readings {
		x := &read.readings[i]
		for _, at := range e.find(x) {
			like := e.compare(x, read.same, &e.index.names[at])
			if like.alias && e.ambiguousAlias(&e.index.names[at]) {
				continue
			}
			if like.rank == rankSameName && !like.alias && e.organizations[like.organization].Name == read.text {
				like.rank = rankSameCase
			}
			known := slices.IndexFunc(found, func(other likeness) bool { return other.organization == like.organization })
			switch {
			case known < 0:
				found = append(found, like)
			case better(like, found[known]):
				found[known] = like
			}
		}
	}
	e.alikeCache[name] = found
	return found
}

func better(a, b likeness) bool {
	return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.score, b.score)) > 0
}

// ambiguousAlias reports whether the name of another organization has the same key. Such an alias is
// ignored.
func (e *Engine) ambiguousAlias(name *nameRef) bool {
	return slices.ContainsFunc(e.index.keys[name.reading.key], func(at int32) bool {
		return e.index.names[at].organization != name.organization
	})
}

// clearMatch returns the organization whose name is the record's own: the same name or equal words,
// and no other organization matches as well. It reports false if there is none.
func clearMatch(list []candidate) (int32, bool) {
	if len(list) == 0 || list[0].rank < rankEqualWords || list[0].named < normalizedScore {
		return 0, false
	}
	if len(list) > 1 && list[1].rank >= list[0].rank {
		return 0, false
	}
	return list[0].organization, true
}

// clearMatchOf returns the organization whose name a record clearly has. It is cached because
// linked records ask for it often.
func (e *Engine) clearMatchOf(record int32) (organization int32, isClear bool) {
	if known, found := e.clearMatches[record]; found {
		return known, known >= 0
	}
	organization, isClear = clearMatch(e.candidates(&e.records[record]))
	if !isClear {
		organization = -1
	}
	e.clearMatches[record] = organization
	return organization, isClear
}
