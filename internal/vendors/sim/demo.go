package sim

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"github.com/orgmap/orgmap/internal/vendors"
)

// demoClients is the number of clients in the demo: a medium-sized provider.
const demoClients = 400

// DemoClients returns the provider's own names for its clients, always the same and without
// duplicates.
func DemoClients() []string {
	names := make([]string, 0, demoClients)
	for _, client := range demoList() {
		names = append(names, client.name())
	}
	return names
}

// DemoOrganizations returns one tool's list as years of typing leave it: most clients under almost
// the same names, some spelled differently, some missing, some twice, and a few that no other tool
// has. It is always the same, ids included, and sorted by id.
func DemoOrganizations(application vendors.Application) []vendors.Organization {
	var list []vendors.Organization
	for _, client := range demoList() {
		if client.missing(application) {
			continue
		}
		organization := vendors.Organization{
			RemoteID: demoID(application, client.key), Name: client.spelling(application), Hints: client.hints(application),
			Website: client.website(application), City: client.city(application),
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

// demoClient is one client of the demo: "Cedar Ridge Dental", and the legal form that some tools
// append.
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

// public reports whether a trade is never a company.
func public(trade string) bool {
	return slices.ContainsFunc([]string{"City", "Library", "Church", "School", "Academy", "Foundation", "Credit Union"}, func(word string) bool {
		return strings.Contains(trade, word)
	})
}

// chance returns true for the given percentage of clients, depending on the application and the
// subject.
func (c demoClient) chance(application vendors.Application, about string, percent int) bool {
	return draw(100, string(application), about, c.key) < percent
}

// missing reports whether the client is not in the tool: documentation has almost all, other tools
// lack clients that did not buy their service.
func (c demoClient) missing(application vendors.Application) bool {
	if application == vendors.ApplicationITGlue {
		return c.chance(application, "missing", 4)
	}
	return c.chance(application, "missing", 14)
}

// hints returns the ids of a linked client in some other tools.
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

// demoLinks returns the tools whose ids an application stores.
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

// website returns the client's website if people entered it in the tool: a few clients only have a
// page at Facebook.
func (c demoClient) website(application vendors.Application) string {
	listed := application == vendors.ApplicationHaloPSA || listsCities(application)
	if !listed || c.chance(application, "website", 25) {
		return ""
	}
	label := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(c.key))
	if draw(100, "page", c.key) < 5 {
		return "https://www.facebook.com/" + label
	}
	return "https://www." + label + ".example"
}

// city returns the client's city if people entered it in the tool.
func (c demoClient) city(application vendors.Application) string {
	if !listsCities(application) || c.chance(application, "city", 15) {
		return ""
	}
	return demoCities[draw(len(demoCities), "city", c.key)]
}

// listsCities reports whether a tool's list has cities; those that have them have websites too.
func listsCities(application vendors.Application) bool {
	switch application {
	case vendors.ApplicationAutotask, vendors.ApplicationConnectWise, vendors.ApplicationHudu:
		return true
	default:
		return false
	}
}

// spelling returns the client's name in this tool: two of three are the same.
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

// demoID returns the same id for a key every time, in the format of the vendor's ids.
func demoID(application vendors.Application, key string) string {
	high, low := digest(string(application), "id", key), digest(key, "id", string(application))
	switch application {
	case vendors.ApplicationITGlue:
		return strconv.FormatUint(1_000_000_000+high%9_000_000_000_000_000, 10)
	case vendors.ApplicationDattoRMM, vendors.ApplicationKaseyaOne, vendors.ApplicationKaseyaModule:
		return fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", high>>32, high>>16&0xffff, high&0xfff, low>>52, low&0xffffffffffff)
	default:
		// 31 bits: several vendors use int32.
		return strconv.FormatUint(1+high%2_000_000_000, 10)
	}
}

// compareIDs orders numbers by value and everything else as text.
func compareIDs(a, b string) int {
	if _, err := strconv.ParseUint(a, 10, 64); err == nil && len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}

// draw returns a number below n that depends only on what it is about, so adding a choice changes
// no other.
func draw(n int, about ...string) int {
	return int(digest(about...) % uint64(n)) //nolint:gosec // n is a small positive length
}

func digest(about ...string) uint64 {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(strings.Join(about, "\x00")))
	sum := hash.Sum64()
	// FNV gives similar inputs similar low bits; the finalizer of MurmurHash3 spreads them.
	sum = (sum ^ sum>>33) * 0xff51afd7ed558ccd
	sum = (sum ^ sum>>33) * 0xc4ceb9fe1a85ec53
	return sum ^ sum>>33
}
