package sim

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"github.com/orgmap/orgmap/internal/vendors"
)

// demoClients is how many clients the provider of the demonstration has: a middling one.
const demoClients = 400

// DemoClients gives the provider's own names for its clients, the same ones every time, without repetition.
func DemoClients() []string {
	names := make([]string, 0, demoClients)
	for _, client := range demoList() {
		names = append(names, client.name())
	}
	return names
}

// DemoOrganizations gives the list of one tool as years of typing leave it: most of the clients under much the same names, some spelt
// otherwise, some missing, some twice, and a few that no other tool knows. It is the same every time, ids included, and sorted by id.
func DemoOrganizations(application vendors.Application) []vendors.Organization {
	var list []vendors.Organization
	for _, client := range demoList() {
		if client.missing(application) {
			continue
		}
		organization := vendors.Organization{
			RemoteID: demoID(application, client.key), Name: client.spelling(application), Hints: client.hints(application),
		}
		list = append(list, organization)
		if client.chance(application, "twin", 2) {
			organization.RemoteID = demoID(application, client.key+" twin")
			organization.Hints = nil
			list = append(list, organization)
		}
	}
	for _, name := range demoStrays {
		if draw(100, string(application), name) < 40 {
			list = append(list, vendors.Organization{RemoteID: demoID(application, name), Name: name})
		}
	}
	slices.SortFunc(list, func(a, b vendors.Organization) int { return compareIDs(a.RemoteID, b.RemoteID) })
	return list
}

// demoClient is one client of the demonstration: "Cedar Ridge Dental", and the legal form some tools put after it.
type demoClient struct {
	key  string // the bare name
	form string // "LLC", or ""
}

func (c demoClient) name() string {
	if c.form == "" {
		return c.key
	}
	return c.key + " " + c.form
}

func demoList() []demoClient {
	seen := map[string]bool{}
	var clients []demoClient
	for n := 0; len(clients) < demoClients; n++ {
		turn := strconv.Itoa(n)
		stem := demoStems[draw(len(demoStems), "stem", turn)]
		trade := demoTrades[draw(len(demoTrades), "trade", turn)]
		key := fmt.Sprintf(trade, stem)
		if seen[key] {
			continue
		}
		seen[key] = true
		client := demoClient{key: key}
		if !public(trade) {
			client.form = demoForms[draw(len(demoForms), "form", key)]
		}
		clients = append(clients, client)
	}
	return clients
}

// public tells the trades that no one founds as a company.
func public(trade string) bool {
	return slices.ContainsFunc([]string{"City", "Library", "Church", "School", "Academy", "Foundation", "Credit Union"}, func(word string) bool {
		return strings.Contains(trade, word)
	})
}

// chance is true for so many in a hundred clients, by what it is about.
func (c demoClient) chance(application vendors.Application, about string, percent int) bool {
	return draw(100, string(application), about, c.key) < percent
}

// missing: documentation covers nearly everyone, other tools leave out the clients who did not buy their service.
func (c demoClient) missing(application vendors.Application) bool {
	if application == vendors.ApplicationITGlue {
		return c.chance(application, "missing", 4)
	}
	return c.chance(application, "missing", 14)
}

// hints: a linked client knows what it is in some other tools.
func (c demoClient) hints(application vendors.Application) []vendors.Hint {
	if c.chance(application, "unlinked", 30) {
		return nil
	}
	var hints []vendors.Hint
	for _, other := range demoLinks(application) {
		if !c.missing(other) {
			hints = append(hints, vendors.Hint{Application: other, RemoteID: demoID(other, c.key)})
		}
	}
	return hints
}

// demoLinks are the tools of which another keeps the ids.
func demoLinks(application vendors.Application) []vendors.Application {
	switch application {
	case vendors.ApplicationDattoRMM, vendors.ApplicationITGlue:
		return []vendors.Application{vendors.ApplicationAutotask}
	case vendors.ApplicationHaloPSA:
		return []vendors.Application{vendors.ApplicationITGlue, vendors.ApplicationNinjaOne}
	default:
		return nil
	}
}

// spelling is the client's name as this tool has it: two in three alike.
func (c demoClient) spelling(application vendors.Application) string {
	if !c.chance(application, "variant", 34) {
		return c.name()
	}
	variants := []func(demoClient) string{
		func(c demoClient) string { return c.key },
		func(c demoClient) string { return joinForm(c.key, ", ", c.form) },
		func(c demoClient) string { return strings.TrimSuffix(c.name(), ".") + "." },
		func(c demoClient) string { return strings.ToUpper(c.name()) },
		func(c demoClient) string { return demoAbbreviations().Replace(c.name()) },
		func(c demoClient) string { return strings.ReplaceAll(c.name(), "&", "and") },
		func(c demoClient) string { return strings.TrimPrefix(c.name(), "The ") },
		func(c demoClient) string { return strings.ReplaceAll(c.name(), " ", "  ") },
		func(c demoClient) string { return c.name() + " " },
		func(c demoClient) string { return strings.ReplaceAll(c.key, "'", "") },
	}
	return variants[draw(len(variants), string(application), "which", c.key)](c)
}

func joinForm(key, by, form string) string {
	if form == "" {
		return key
	}
	return key + by + form
}

// demoID gives a key the same id every time, in the form the vendor's ids have.
func demoID(application vendors.Application, key string) string {
	high, low := digest(string(application), "id", key), digest(key, "id", string(application))
	switch application {
	case vendors.ApplicationITGlue:
		return strconv.FormatUint(1_000_000_000+high%9_000_000_000_000_000, 10)
	case vendors.ApplicationDattoRMM, vendors.ApplicationKaseyaOne, vendors.ApplicationKaseyaModule:
		return fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", high>>32, high>>16&0xffff, high&0xfff, low>>52, low&0xffffffffffff)
	default:
		// 31 bits: several vendors count in int32.
		return strconv.FormatUint(1+high%2_000_000_000, 10)
	}
}

// compareIDs orders numbers by value and anything else as text.
func compareIDs(a, b string) int {
	if _, err := strconv.ParseUint(a, 10, 64); err == nil && len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}

// draw picks a number below n by what is asked, so that no choice moves when another is added.
func draw(n int, about ...string) int {
	return int(digest(about...) % uint64(n)) //nolint:gosec // n is a small positive length
}

func digest(about ...string) uint64 {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(strings.Join(about, "\x00")))
	sum := hash.Sum64()
	// FNV leaves the low bits of like inputs alike; the finalizer of MurmurHash3 spreads them.
	sum = (sum ^ sum>>33) * 0xff51afd7ed558ccd
	sum = (sum ^ sum>>33) * 0xc4ceb9fe1a85ec53
	return sum ^ sum>>33
}
