package matching

import (
	"cmp"
	"slices"
)

// tier returns how much the best candidate can be trusted.
func (d *decision) tier() Tier {
	best := d.open[0]
	switch {
	case best.rank >= rankSameName && !best.alias:
		return Exact
	case best.rank >= rankEqualWords && best.total >= normalizedScore && !d.e.cutShort(&best):
		return Normalized
	case best.acronym, best.total < strongScore:
		return Weak
	}
	return Strong
}

// suggest makes the best candidate the suggestion.
func (d *decision) suggest(tier Tier) {
	best := d.open[0]
	s := &Suggestion{Candidate: d.display(best), Tier: tier}
	if len(d.open) > 1 {
		ahead := best.total - d.nextTotal()
		s.Margin = &ahead
	}
	s.Warnings = d.warn(&best)
	s.Automatic = d.automatic(tier, &best, s.Warnings)
	s.Bulk = tier != Weak && !slices.Contains(s.Warnings, WarnOtherName)
	d.out.State, d.out.Suggestion = Suggested, s
}

// warn returns what a person should know before accepting a suggestion.
func (d *decision) warn(best *candidate) []Warning {
	warnings := slices.Compact(d.warnings)
	if d.e.names[d.r.name].outOfUse != "" {
		warnings = append(warnings, WarnOutOfUse)
	}
	if !d.e.organizations[best.organization].Active {
		warnings = append(warnings, WarnInactive)
	}
	if d.e.hasTwin(d.r) {
		warnings = append(warnings, WarnTwin)
	}
	if d.e.mappedTo[listOrganization{d.r.list, best.organization}] > 0 {
		warnings = append(warnings, WarnTaken)
	}
	return warnings
}

// hasTwin reports whether another record of the list shares a key with this one's name.
func (e *Engine) hasTwin(r *record) bool {
	own := 1
	if e.names[r.name].outOfUse != "" {
		own = 0
	}
	for key := range e.keysOf(r.name) {
		if e.listKeys[r.list][key] > own {
			return true
		}
	}
	return false
}

// automatic reports whether a suggestion may be applied without a person.
func (d *decision) automatic(tier Tier, best *candidate, warnings []Warning) bool {
	if tier != Identity && tier != Exact && tier != Normalized || len(warnings) > 0 {
		return false
	}
	if tier == Identity && best.named < strongScore {
		return false
	}
	return best.rank >= rankEqualWords && !best.alias && best.bits >= automaticName && d.e.keyIsUnique(best) &&
		!d.e.cutShort(best)
}

// cutShort reports whether names are equal only without a legal form while another organization's
// name continues from there.
func (e *Engine) cutShort(c *candidate) bool {
	return c.formDropped && e.index.extended[c.key] > 0
}

// keyIsUnique reports whether no other organization has the key.
func (e *Engine) keyIsUnique(c *candidate) bool {
	return !slices.ContainsFunc(e.index.keys[c.key], func(at int32) bool { return e.index.names[at].organization != c.organization })
}

func (d *decision) conflict(because Because, organizations []int32) {
	d.addDetails()
	d.out.State, d.out.Because = Conflict, because
	var list []candidate
	for _, c := range d.open {
		if slices.Contains(organizations, c.organization) {
			list = append(list, c)
		}
	}
	d.show(list)
}

// worthShowing returns the candidates that a person may want to choose from.
func (d *decision) worthShowing() []candidate {
	return slices.DeleteFunc(slices.Clone(d.open), func(c candidate) bool { return c.total < -2*perBit || c.disjoint && !d.linked })
}

func (d *decision) show(list []candidate) {
	for _, c := range list[:min(len(list), maxCandidates)] {
		d.out.Candidates = append(d.out.Candidates, d.display(c))
	}
}

// display returns a candidate as people see it: largest signals first, with the names' own spellings.
func (d *decision) display(c candidate) Candidate {
	signals := d.e.signalsOf(d.r, &c)
	for i := range signals {
		signals[i].Left = title(d.r.Name, signals[i].Left)
		signals[i].Right = title(d.e.organizations[c.organization].Name, signals[i].Right)
	}
	slices.SortStableFunc(signals, func(a, b Signal) int { return cmp.Compare(b.Weight, a.Weight) })
	return Candidate{Organization: d.e.organizations[c.organization].ID, Score: c.total, Signals: signals}
}
