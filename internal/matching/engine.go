package matching

import (
	"slices"
	"strings"

	"github.com/google/uuid"
)

// Engine computes the outcomes for the records of one world. It is not safe for concurrent use.
type Engine struct {
	tables        *Tables
	organizations []Organization // by id
	lists         []List
	records       []record
	names         []recordName
	vocabulary    vocabulary
	frequencies   *Frequencies
	index         index
	edges         map[int32][]edge
	prior         Bits
	withName      map[listOrganization]int
	mappedTo      map[listOrganization]int
	details       map[int32][]details // organization -> details of the records mapped to it
	hostOwners    map[string]int32    // host of a mapped record -> its organization
	listKeys      []map[string]int    // per list: key -> number of records in use
	alikeCache    map[int32][]likeness
	clearMatches  map[int32]int32 // record -> organization whose name it clearly has, -1 if none
}

// record is a Record with its indices in the engine.
type record struct {
	*Record
	list         int32
	name         int32
	organization int32 // the one it is mapped to, -1 if none
}

// recordName is a spelling used by records.
type recordName struct {
	same     string
	outOfUse string
	readings []reading
	text     string
}

type listOrganization struct{ list, organization int32 }

// New reads a world and prepares matching.
func New(world World) *Engine {
	e := &Engine{
		tables: world.Tables, organizations: sortedByID(world.Organizations), lists: world.Lists,
		vocabulary: vocabulary{ids: map[string]wordID{}},
	}
	if e.tables == nil {
		e.tables = DefaultTables()
	}
	e.readOrganizations()
	e.readRecords()
	frequencies := world.Frequencies
	if frequencies == nil {
		frequencies = e.Frequencies()
	}
	e.frequencies = frequencies
	e.prior = -log2(float64(max(1, frequencies.Organizations)))
	e.prepare()
	e.linkUp()
	e.readDetails()
	return e
}

// prepare weighs all words, and indexes the organizations' names.
func (e *Engine) prepare() {
	e.vocabulary.weigh(e.tables, e.frequencies)
	for i := range e.index.names {
		e.index.names[i].reading.weigh(&e.vocabulary)
	}
	for i := range e.names {
		for j := range e.names[i].readings {
			e.names[i].readings[j].weigh(&e.vocabulary)
		}
	}
	e.alikeCache, e.clearMatches = map[int32][]likeness{}, map[int32]int32{}
	e.buildIndex()
	e.countLists()
}

// SetAliases replaces the aliases of all organizations. organizations must be those of the world, in any order. Nothing else is
// read again.
func (e *Engine) SetAliases(organizations []Organization) {
	e.organizations = sortedByID(organizations)
	e.index = index{}
	e.vocabulary.forgetOrganizations()
	e.readOrganizations()
	e.prepare()
}

func sortedByID(organizations []Organization) []Organization {
	sorted := slices.Clone(organizations)
	slices.SortFunc(sorted, func(a, b Organization) int { return slices.Compare(a.ID[:], b.ID[:]) })
	return sorted
}

func (e *Engine) word(id wordID) *wordInfo { return &e.vocabulary.words[id] }

func (e *Engine) readOrganizations() {
	names := make([]string, len(e.organizations))
	for i, organization := range e.organizations {
		names[i] = organization.Name
	}
	reader := NewReader(e.tables, names)
	for i, organization := range e.organizations {
		e.readOrganization(reader, int32(i), organization.Name, false)
		for _, alias := range slices.Sorted(slices.Values(organization.Aliases)) {
			e.readOrganization(reader, int32(i), alias, true)
		}
	}
}

func (e *Engine) readOrganization(reader *Reader, at int32, text string, alias bool) {
	name := reader.Read(text)
	for i := range name.Readings {
		e.index.names = append(e.index.names, nameRef{
			organization: at, alias: alias, same: name.Same, text: text,
			reading: e.vocabulary.reading(&name.Readings[i], e.tables),
		})
	}
}

func (e *Engine) readRecords() {
	seen := map[string]int32{}
	for l := range e.lists {
		list := &e.lists[l]
		names := make([]string, len(list.Records))
		for i, r := range list.Records {
			names[i] = r.Name
		}
		reader := NewReader(e.tables, names)
		for i := range list.Records {
			r := &list.Records[i]
			e.records = append(e.records, record{
				Record: r, list: int32(l), name: e.readName(reader, seen, r.Name), organization: e.organizationAt(r.Organization),
			})
		}
	}
}

// readName reads a spelling once for all lists that read it the same way.
func (e *Engine) readName(reader *Reader, seen map[string]int32, text string) int32 {
	key := text
	if code := len(reader.codes); code > 0 {
		if folded := fold(text); reader.withoutCode(folded) != folded {
			key = "code\x00" + text
		}
	}
	if at, known := seen[key]; known {
		return at
	}
	name := reader.Read(text)
	read := recordName{same: name.Same, outOfUse: name.OutOfUse, text: text}
	for i := range name.Readings {
		read.readings = append(read.readings, e.vocabulary.reading(&name.Readings[i], e.tables))
	}
	at := int32(len(e.names))
	e.names = append(e.names, read)
	seen[key] = at
	return at
}

// organizationAt returns the index of an organization, or -1 if there is none.
func (e *Engine) organizationAt(id uuid.UUID) int32 {
	if id == uuid.Nil {
		return -1
	}
	at, found := slices.BinarySearchFunc(e.organizations, id, func(o Organization, id uuid.UUID) int {
		return slices.Compare(o.ID[:], id[:])
	})
	if !found {
		return -1
	}
	return int32(at)
}

// Frequencies returns the word counts of the world's names.
func (e *Engine) Frequencies() *Frequencies {
	f := &Frequencies{Organizations: len(e.organizations), Words: map[string]int{}, Tables: e.tables.Version()}
	count := func(readings []reading) {
		f.Names++
		var met []wordID
		for _, r := range readings {
			for _, id := range r.words {
				if !slices.Contains(met, id) {
					met = append(met, id)
					f.Words[e.word(id).text]++
				}
			}
		}
	}
	for i := range e.records {
		count(e.names[e.records[i].name].readings)
	}
	for i := 0; i < len(e.index.names); {
		organization, from := e.index.names[i].organization, i
		var readings []reading
		for ; i < len(e.index.names) && e.index.names[i].organization == organization; i++ {
			readings = append(readings, e.index.names[i].reading)
		}
		if from < i {
			count(readings)
		}
	}
	return f
}

// countLists counts, per list, the records that have an organization's name, those that are mapped
// to it, and the records with each key.
func (e *Engine) countLists() {
	e.withName, e.mappedTo = map[listOrganization]int{}, map[listOrganization]int{}
	e.listKeys = make([]map[string]int, len(e.lists))
	for l := range e.listKeys {
		e.listKeys[l] = map[string]int{}
	}
	for i := range e.records {
		r := &e.records[i]
		if r.Removed {
			continue
		}
		if r.organization >= 0 {
			e.mappedTo[listOrganization{r.list, r.organization}]++
		}
		if e.names[r.name].outOfUse != "" {
			continue
		}
		for key := range e.keysOf(r.name) {
			e.listKeys[r.list][key]++
		}
		for organization := range e.organizationsNamed(r.name) {
			e.withName[listOrganization{r.list, organization}]++
		}
	}
}

// keysOf returns the distinct keys of a name.
func (e *Engine) keysOf(name int32) map[string]bool {
	keys := map[string]bool{}
	for _, r := range e.names[name].readings {
		keys[r.key] = true
	}
	return keys
}

// organizationsNamed returns the organizations whose own name has the words of this name.
func (e *Engine) organizationsNamed(name int32) map[int32]bool {
	organizations := map[int32]bool{}
	for _, r := range e.names[name].readings {
		for _, at := range e.index.keys[r.key] {
			if !e.index.names[at].alias {
				organizations[e.index.names[at].organization] = true
			}
		}
	}
	return organizations
}

// hasNameOf reports whether a name has the words of an organization's own name.
func (e *Engine) hasNameOf(name, organization int32) bool {
	for i := range e.names[name].readings {
		for _, at := range e.index.keys[e.names[name].readings[i].key] {
			if own := &e.index.names[at]; !own.alias && own.organization == organization {
				return true
			}
		}
	}
	return false
}

// Count returns the number of records.
func (e *Engine) Count() int { return len(e.records) }

// Records yields the index of each record, over all lists.
func (e *Engine) Records(yield func(int) bool) {
	for i := range e.records {
		if !yield(i) {
			return
		}
	}
}

// All yields the outcome of every record, in the order of lists and records.
func (e *Engine) All(yield func(Outcome) bool) {
	for i := range e.records {
		if !yield(e.Outcome(i)) {
			return
		}
	}
}

// title returns folded words as a text spells them, or unchanged if they cannot be found in it.
func title(text, words string) string {
	if words == "" {
		return ""
	}
	folded := strings.ToLower(text)
	if at := strings.Index(folded, words); at >= 0 && len(folded) == len(text) {
		return text[at : at+len(words)]
	}
	return words
}
