package matching

import (
	"cmp"
	"slices"
)

// candidate is an organization that a record may be, with all signals for and against it.
type candidate struct {
	likeness
	total Bits // with prior, rivals and links
	named Bits // without links and details
}

// candidates returns the organizations that a record may be, best first.
func (e *Engine) candidates(r *record) []candidate {
	alike := e.alike(r.name)
	out := make([]candidate, 0, len(alike))
	for _, like := range alike {
		c := candidate{likeness: like}
		c.signals = append(slices.Clone(like.signals), Signal{Kind: SignalPrior, Weight: e.prior})
		if e.hasRival(r, &c) {
			c.signals = append(c.signals, Signal{Kind: SignalRival, Weight: rivalWeight})
		}
		if mark := e.names[r.name].outOfUse; mark != "" {
			c.signals = append(c.signals, Signal{Kind: SignalOutOfUse, Weight: outOfUseWeight, Left: mark})
		}
		c.add()
		out = append(out, c)
	}
	sortCandidates(out)
	return out
}

// add sums up the signals.
func (c *candidate) add() {
	c.total = 0
	c.named = 0
	for _, signal := range c.signals {
		c.total += signal.Weight
		if signal.Kind != SignalLink && signal.Kind != SignalLinkedNamesake && signal.Kind != SignalOtherName && !isDetail(signal.Kind) {
			c.named += signal.Weight
		}
	}
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
