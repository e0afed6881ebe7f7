package matching

import (
	"net/url"
	"strings"
	"unicode"
)

const (
	sameWebsiteWeight   = 6 * perBit
	sameCityWeight      = 1 * perBit
	differentCityWeight = -1 * perBit
)

// details are what a record says about its client besides the name. Each is "" if it says nothing.
type details struct {
	list  int32
	host  string // of the website, unless many companies share the host
	city  string // for comparison
	typed string // the city as people typed it
}

func (d *details) empty() bool { return d.host == "" && d.city == "" }

// severalOwners stands for more than one organization in Engine.hostOwners.
const severalOwners int32 = -1

// readDetails collects, by organization, the details of mapped records that the vendor still lists.
func (e *Engine) readDetails() {
	e.details, e.hostOwners = map[int32][]details{}, map[string]int32{}
	for i := range e.records {
		r := &e.records[i]
		if r.organization < 0 || r.Removed {
			continue
		}
		own := e.detailsOf(r)
		if own.empty() {
			continue
		}
		e.details[r.organization] = append(e.details[r.organization], own)
		if owner, known := e.hostOwners[own.host]; known && owner != r.organization {
			e.hostOwners[own.host] = severalOwners
			continue
		}
		e.hostOwners[own.host] = r.organization
	}
}

func (e *Engine) detailsOf(r *record) details {
	return details{list: r.list, host: e.tables.hostOf(r.Website), city: e.tables.cityOf(r.City), typed: r.City}
}

// hostOf returns the host of a website without www. It returns "" if there is none, or if many
// companies share it.
func (t *Tables) hostOf(website string) string {
	parsed, err := url.Parse(website)
	if err != nil {
		return ""
	}
	host := strings.TrimPrefix(strings.ToLower(parsed.Hostname()), "www.")
	for domain := host; domain != ""; {
		if t.sharedHosts[domain] {
			return ""
		}
		_, domain, _ = strings.Cut(domain, ".")
	}
	return host
}

// cityOf returns a city in the form in which cities are compared: "Saint Paul" and "St. Paul" are
// one.
func (t *Tables) cityOf(typed string) string {
	words := strings.FieldsFunc(fold(typed), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for i, word := range words {
		words[i] = t.canonical(word)
	}
	return strings.Join(words, " ")
}

// detailSignals compares a record's details with those of records in other lists that are mapped to
// an organization. A host counts only if a single organization has it, and a city only if all of
// these records agree on theirs.
func (e *Engine) detailSignals(own details, organization int32) (signals []Signal) {
	var sameHost, disagree bool
	var city, typed string
	for _, other := range e.details[organization] {
		if other.list == own.list {
			continue
		}
		sameHost = sameHost || other.host == own.host
		if other.city == "" {
			continue
		}
		disagree = disagree || city != "" && other.city != city
		if city == "" || other.typed < typed { // the order of records must not matter
			typed = other.typed
		}
		city = other.city
	}
	if own.host != "" && sameHost && e.hostOwners[own.host] == organization {
		signals = append(signals, Signal{Kind: SignalSameWebsite, Weight: sameWebsiteWeight, Left: own.host, Right: own.host})
	}
	switch {
	case own.city == "" || city == "" || disagree:
	case own.city == city:
		signals = append(signals, Signal{Kind: SignalSameCity, Weight: sameCityWeight, Left: own.typed, Right: typed})
	default:
		signals = append(signals, Signal{Kind: SignalDifferentCity, Weight: differentCityWeight, Left: own.typed, Right: typed})
	}
	return signals
}

// addDetails weighs the details of the candidates that the name found. It adds no candidate, and
// runs after links are followed, which details must not influence.
func (d *decision) addDetails() {
	if d.own.empty() {
		return
	}
	for i := range d.open {
		c := &d.open[i]
		if c.disjoint {
			continue
		}
		c.more = append(c.more, d.e.detailSignals(d.own, c.organization)...)
		d.e.add(d.r, c)
	}
	sortCandidates(d.open)
}

// automaticWithoutDetails reports whether a record's suggestion would be automatic if nothing was
// known but names and links.
func (e *Engine) automaticWithoutDetails(at int32, suggested *Suggestion) bool {
	var out Outcome
	e.decideBy(at, details{}, &out)
	return out.Suggestion != nil && out.Suggestion.Automatic && out.Suggestion.Organization == suggested.Organization
}
