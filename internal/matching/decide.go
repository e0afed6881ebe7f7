package matching

import "slices"

const (
	// margin is the minimum lead of a suggestion over the next candidate.
	margin = 3 * perBit
	// strongScore, normalizedScore and weakScore are the minimum scores of the tiers.
	strongScore     = 7 * perBit
	normalizedScore = 5 * perBit
	weakScore       = 3 * perBit
	// minNameWeight is the minimum weight of a name that is matched by its words.
	minNameWeight = 7 * perBit
	// automaticName is the minimum weight of a name that is mapped without a person.
	automaticName = 13 * perBit
	// maxCandidates is how many candidates a record that needs a decision is shown with.
	maxCandidates = 3

	linkWeight     = 15 * perBit
	linkStep       = 1 * perBit
	otherName      = -6 * perBit
	namesakeWeight = 6 * perBit
	rivalWeight    = -3 * perBit
	outOfUseWeight = -1 * perBit
)

// Outcome returns the outcome of a record, given its index over all lists.
func (e *Engine) Outcome(at int) Outcome {
	r := &e.records[at]
	out := Outcome{Record: r.ID}
	switch {
	case r.organization >= 0:
		out.State = Mapped
	case r.Removed:
		out.State = Removed
	case r.Excluded:
		out.State = Excluded
	default:
		e.decide(int32(at), &out)
	}
	return out
}

func (e *Engine) decide(at int32, out *Outcome) {
	own := e.detailsOf(&e.records[at])
	e.decideBy(at, own, out)
	if s := out.Suggestion; s != nil && s.Automatic && !own.empty() {
		s.Automatic = e.automaticWithoutDetails(at, s)
	}
}

// decideBy decides with the given details of the record.
func (e *Engine) decideBy(at int32, own details, out *Outcome) {
	r := &e.records[at]
	all := e.candidates(r)
	rejected := func(organization int32) bool {
		return slices.Contains(r.Rejected, e.organizations[organization].ID)
	}
	open := slices.DeleteFunc(slices.Clone(all), func(c candidate) bool { return rejected(c.organization) })
	links := e.walk(at)
	d := decision{e: e, r: r, own: own, out: out, open: open, hadRejected: len(open) < len(all)}
	d.dropRejectedLinks(&links, rejected)
	if d.byLinks(links) {
		return
	}
	d.byName()
}

// decision is the state of deciding one outcome.
type decision struct {
	e           *Engine
	r           *record
	own         details // of the record
	out         *Outcome
	open        []candidate // not rejected, best first
	hadRejected bool
	warnings    []Warning
	linked      bool // a linked record supports the name
}

func (d *decision) dropRejectedLinks(links *found, rejected func(int32) bool) {
	for i := 0; i < len(links.organizations); {
		if !rejected(links.organizations[i]) {
			i++
			continue
		}
		links.organizations = slices.Delete(links.organizations, i, i+1)
		links.paths = slices.Delete(links.paths, i, i+1)
		d.warnings = append(d.warnings, WarnLinkRejected)
	}
}

// byLinks decides by links, and reports whether they decide anything.
func (d *decision) byLinks(links found) (decided bool) {
	switch len(links.organizations) {
	case 0:
		return d.byNamesakes(links)
	case 1:
		return d.byIdentity(links.organizations[0], links.paths[0])
	}
	for i, organization := range links.organizations {
		d.support(organization, links.paths[i], SignalLink)
	}
	d.conflict(BecauseLinksDiffer, links.organizations)
	return true
}

// byIdentity suggests the only organization that links lead to, unless the record's name is clearly
// another organization's.
func (d *decision) byIdentity(organization int32, route path) bool {
	own, isClear := clearMatch(d.open)
	contradicted := isClear && own != organization
	if !contradicted && len(d.open) > 0 && d.open[0].organization != organization {
		linked := Bits(-1 << 20)
		if at := d.find(organization); at >= 0 {
			linked = d.open[at].named
		}
		next := Bits(-1 << 20)
		if len(d.open) > 1 {
			next = d.open[1].named
		}
		best := d.open[0]
		contradicted = !best.acronym && best.named >= strongScore && best.named-next >= margin && best.named-linked >= margin
	}
	other := int32(-1)
	if contradicted {
		other = d.open[0].organization
	}
	d.support(organization, route, SignalLink)
	if contradicted {
		d.conflict(BecauseLinkAgainst, []int32{organization, other})
		return true
	}
	d.addDetails()
	at := d.find(organization)
	chosen := d.open[at]
	d.open = slices.Insert(slices.Delete(d.open, at, at+1), 0, chosen)
	if chosen.disjoint {
		d.warnings = append(d.warnings, WarnOtherName)
	}
	d.suggest(Identity)
	return true
}

// byNamesakes lets an unmapped linked record support the organization whose name it clearly has.
func (d *decision) byNamesakes(links found) bool {
	named, routes := []int32{}, []path{}
	for i, other := range links.unmapped {
		if organization, isClear := d.e.clearMatchOf(other); isClear && !slices.Contains(named, organization) &&
			!slices.Contains(d.r.Rejected, d.e.organizations[organization].ID) {
			named, routes = append(named, organization), append(routes, links.unmappedPaths[i])
		}
	}
	if len(named) == 0 {
		return false
	}
	own, isClear := clearMatch(d.open)
	if isClear && !slices.Contains(named, own) {
		d.supportAll(named, routes)
		d.conflict(BecauseLinkAgainst, append([]int32{own}, named...))
		return true
	}
	if len(named) > 1 && !isClear {
		d.supportAll(named, routes)
		d.conflict(BecauseLinksDiffer, named)
		return true
	}
	if len(named) > 1 { // its own name decides, and a link agrees
		at := slices.Index(named, own)
		named, routes = named[at:at+1], routes[at:at+1]
	}
	d.support(named[0], routes[0], SignalLinkedNamesake)
	d.linked = true
	return false
}

func (d *decision) supportAll(organizations []int32, routes []path) {
	for i, organization := range organizations {
		d.support(organization, routes[i], SignalLinkedNamesake)
	}
}

// find returns the index of an organization among the candidates, or -1.
func (d *decision) find(organization int32) int {
	return slices.IndexFunc(d.open, func(c candidate) bool { return c.organization == organization })
}

// support adds a link's signal to an organization, and makes it a candidate if it is not one yet.
func (d *decision) support(organization int32, route path, kind string) {
	at := d.find(organization)
	if at < 0 {
		d.open = append(d.open, candidate{likeness: likeness{organization: organization, disjoint: true}})
		at = len(d.open) - 1
	}
	c := &d.open[at]
	weight := Bits(namesakeWeight)
	if kind == SignalLink {
		weight = linkWeight - Bits(len(route)-1)*linkStep
	}
	c.more = append(c.more, Signal{Kind: kind, Weight: weight, Path: d.e.steps(route)})
	if kind == SignalLink && (c.disjoint || c.score < otherName) { // caps the cost of different names
		c.signals, c.score = nil, 0
		c.more = append(c.more, Signal{Kind: SignalOtherName, Weight: otherName})
		c.disjoint = true
	}
	d.e.add(d.r, c)
	sortCandidates(d.open)
}

// byName decides by the names only, and by linked namesakes.
func (d *decision) byName() {
	d.addDetails()
	d.out.State = NeedsDecision
	switch because := d.undecided(); because {
	case "":
		d.suggest(d.tier())
	case BecauseNothingAlike:
		d.out.Because = because
		if d.hadRejected {
			d.out.Because = BecauseRejected
		}
		d.show(d.worthShowing())
	default:
		d.out.Because = because
		d.show(d.worthShowing())
	}
}

// undecided returns why nothing can be suggested, or "" if something can.
func (d *decision) undecided() Because {
	if len(d.open) == 0 {
		return BecauseNothingAlike
	}
	best := d.open[0]
	if best.rank < rankSameName && best.bits < minNameWeight && !d.linked && !best.acronym {
		return BecauseTooLittle
	}
	if best.rank == rankAlike && !d.linked && d.sharedBySeveral() {
		return BecauseShared
	}
	if best.total < weakScore && best.rank < rankSameName {
		return BecauseNothingAlike
	}
	if len(d.open) > 1 {
		next := d.open[1]
		if next.rank >= best.rank && best.total-next.total < margin || best.rank == rankAlike && best.total-d.nextTotal() < margin {
			return BecauseTwoFit
		}
	}
	return ""
}

func (d *decision) nextTotal() Bits {
	most := d.open[1].total
	for _, c := range d.open[1:] {
		most = max(most, c.total)
	}
	return most
}

// sharedBySeveral reports whether several organizations have all words of the name and more: words
// that several have in common decide nothing, no matter how different the rest is.
func (d *decision) sharedBySeveral() bool {
	several := 0
	for _, c := range d.open {
		if c.shared {
			several++
		}
	}
	return several > 1 && d.open[0].shared
}
