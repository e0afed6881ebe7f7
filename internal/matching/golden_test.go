package matching_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/internal/matching"
)

type goldenSet struct {
	ID            string `json:"id"`
	Organizations []struct {
		ID, Name string
		Active   bool
	} `json:"organizations"`
	Applications map[string][]struct {
		ID, RemoteID, Name string
		Hints              []struct{ Application, RemoteID string }
	} `json:"applications"`
	Confirmed map[string]string   `json:"confirmed"`
	Truth     map[string]*string  `json:"truth"`
	Kind      map[string][]string `json:"kind"`
	Hold      []string            `json:"hold"`
}

func readGolden(t testing.TB) (sets []goldenSet) {
	t.Helper()
	file, err := os.Open("testdata/golden.jsonl")
	require.NoError(t, err)
	defer func() { require.NoError(t, file.Close()) }()
	scanner := bufio.NewScanner(file)
	scanner.Buffer(nil, 1<<22)
	for scanner.Scan() {
		var set goldenSet
		require.NoError(t, json.Unmarshal(scanner.Bytes(), &set))
		sets = append(sets, set)
	}
	return sets
}

func idOf(text string) uuid.UUID { return uuid.NewSHA1(uuid.NameSpaceOID, []byte(text)) }

func (s *goldenSet) world(confirmed bool) matching.World {
	var world matching.World
	for _, o := range s.Organizations {
		world.Organizations = append(world.Organizations, matching.Organization{ID: idOf(o.ID), Name: o.Name, Active: o.Active})
	}
	applications := []string{}
	for application := range s.Applications {
		applications = append(applications, application)
	}
	slices.Sort(applications)
	for _, application := range applications {
		list := matching.List{Name: application, Application: application}
		for _, e := range s.Applications[application] {
			r := matching.Record{ID: idOf(e.ID), RemoteID: e.RemoteID, Name: e.Name}
			for _, hint := range e.Hints {
				r.Hints = append(r.Hints, matching.Hint(hint))
			}
			if organization, found := s.Confirmed[e.ID]; confirmed && found {
				r.Organization = idOf(organization)
			}
			list.Records = append(list.Records, r)
		}
		world.Lists = append(world.Lists, list)
	}
	return world
}

// undecided means that a record has no organization, or that a careful person would not decide.
const undecided = ""

// judged compares the outcomes of a run with the truth.
type judged struct {
	records, withOrganization            int
	automatic, falseAutomatic            int
	suggested, right                     int
	queue, queueRight, surer, surerRight int
	reachable, identity                  int
	tiers                                map[matching.Tier]int
	kinds                                map[string]*kindCount
	falseNames                           []string
}

type kindCount struct{ right, wrong, open int }

// judge runs a set and compares it with its truth, as the set's README describes.
func (j *judged) judge(t testing.TB, set *goldenSet, confirmed bool) {
	t.Helper()
	if j.tiers == nil {
		j.tiers, j.kinds = map[matching.Tier]int{}, map[string]*kindCount{}
	}
	world := set.world(confirmed)
	names := map[uuid.UUID]string{}
	for _, o := range set.Organizations {
		names[idOf(o.ID)] = o.ID
	}
	records := map[uuid.UUID]string{}
	spelled := map[uuid.UUID]string{}
	for _, list := range set.Applications {
		for _, e := range list {
			records[idOf(e.ID)], spelled[idOf(e.ID)] = e.ID, e.Name
		}
	}
	for o := range matching.New(world).All {
		id := records[o.Record]
		if o.State == matching.Mapped {
			continue
		}
		addsUp(t, o)
		truth := undecided
		if of := set.Truth[id]; of != nil {
			truth = *of
		}
		j.records++
		if truth != undecided {
			j.withOrganization++
		}
		verdict := "open"
		if s := o.Suggestion; s != nil {
			said := names[s.Organization]
			verdict = "wrong"
			if said == truth {
				verdict = "right"
			}
			j.count(s, verdict == "right")
			if s.Automatic && (verdict == "wrong" || slices.Contains(set.Hold, id)) {
				j.falseAutomatic++
				j.falseNames = append(j.falseNames, fmt.Sprintf("%s %q", set.ID, spelled[o.Record]))
			}
		}
		if confirmed && truth != undecided && set.reaches(id, truth) {
			j.reachable++
			if o.Suggestion != nil && o.Suggestion.Tier == matching.Identity && verdict == "right" {
				j.identity++
			}
		}
		for _, kind := range set.Kind[id] {
			j.kind(kind, verdict)
		}
	}
}

func (j *judged) count(s *matching.Suggestion, right bool) {
	one := 0
	if right {
		one = 1
	}
	j.suggested++
	j.right += one
	j.tiers[s.Tier]++
	if s.Automatic {
		j.automatic++
		return
	}
	j.queue++
	j.queueRight += one
	if s.Tier != matching.Weak {
		j.surer++
		j.surerRight += one
	}
}

func (j *judged) kind(kind, verdict string) {
	if j.kinds[kind] == nil {
		j.kinds[kind] = &kindCount{}
	}
	switch verdict {
	case "right":
		j.kinds[kind].right++
	case "wrong":
		j.kinds[kind].wrong++
	default:
		j.kinds[kind].open++
	}
}

// addsUp checks that scores are the sums of their signals and that the largest signal is first.
func addsUp(t testing.TB, o matching.Outcome) {
	t.Helper()
	candidates := o.Candidates
	if o.Suggestion != nil {
		candidates = append(slices.Clone(candidates), o.Suggestion.Candidate)
	}
	for _, c := range candidates {
		sum := 0.0
		for i, s := range c.Signals {
			sum += s.Weight.Float()
			require.False(t, i > 0 && s.Weight > c.Signals[i-1].Weight, "signals are not sorted")
		}
		require.Equal(t, c.Score.Float(), sum) //nolint:testifylint // quarters are exact
	}
}

// reaches reports whether at most three links lead from a record to a mapping of the organization,
// and none to a mapping of another.
func (s *goldenSet) reaches(id, organization string) bool {
	type place struct{ application, remoteID string }
	at, edges := map[place]string{}, map[string][]string{}
	for application, list := range s.Applications {
		for _, e := range list {
			at[place{application, e.RemoteID}] = e.ID
		}
	}
	for _, list := range s.Applications {
		for _, e := range list {
			for _, hint := range e.Hints {
				if to, found := at[place{hint.Application, hint.RemoteID}]; found && to != e.ID {
					edges[e.ID], edges[to] = append(edges[e.ID], to), append(edges[to], e.ID)
				}
			}
		}
	}
	met, front, found := map[string]bool{id: true}, []string{id}, map[string]bool{}
	for range 3 {
		var next []string
		for _, x := range front {
			for _, y := range edges[x] {
				if met[y] {
					continue
				}
				met[y] = true
				if mapped := s.Confirmed[y]; mapped != "" {
					found[mapped] = true
				} else {
					next = append(next, y)
				}
			}
		}
		front = next
	}
	return len(found) == 1 && found[organization]
}

func share(of, all int) float64 {
	if all == 0 {
		return 1
	}
	return float64(of) / float64(all)
}

// String returns the figures as make match prints them.
func (j *judged) String() string {
	var out strings.Builder
	line := func(what, format string, values ...any) {
		fmt.Fprintf(&out, "%-34s"+format+"\n", append([]any{what}, values...)...)
	}
	line("records", "%d, %d of them with an organization", j.records, j.withOrganization)
	line("automatic", "%d, false %d %v", j.automatic, j.falseAutomatic, j.falseNames)
	line("precision, recall", "%.3f, %.3f of %d suggested", share(j.right, j.suggested), share(j.right, j.withOrganization), j.suggested)
	line("queue precision, without WEAK", "%.3f of %d, %.3f of %d", share(j.queueRight, j.queue), j.queue, share(j.surerRight, j.surer), j.surer)
	if j.reachable > 0 {
		line("right IDENTITY of those reachable", "%d of %d", j.identity, j.reachable)
	}
	for _, tier := range []matching.Tier{matching.Identity, matching.Exact, matching.Normalized, matching.Strong, matching.Weak} {
		line("  "+string(tier), "%d", j.tiers[tier])
	}
	kinds := []string{}
	for kind, count := range j.kinds {
		if count.wrong+count.open > 0 {
			kinds = append(kinds, kind)
		}
	}
	slices.Sort(kinds)
	for _, kind := range kinds {
		line("  "+kind, "%d right, %d wrong, %d open", j.kinds[kind].right, j.kinds[kind].wrong, j.kinds[kind].open)
	}
	return out.String()
}

func TestGolden_MeetsTheThresholds(t *testing.T) {
	t.Parallel()
	for _, confirmed := range []bool{false, true} {
		t.Run(fmt.Sprintf("one column mapped %v", confirmed), func(t *testing.T) {
			t.Parallel()
			var j judged
			for _, set := range readGolden(t) {
				j.judge(t, &set, confirmed)
			}
			t.Logf("\n%s", j.String())
			require.Zero(t, j.falseAutomatic, j.falseNames)
			require.GreaterOrEqual(t, share(j.queueRight, j.queue), 0.85)
			require.GreaterOrEqual(t, share(j.surerRight, j.surer), 0.9)
			require.GreaterOrEqual(t, share(j.right, j.withOrganization), 0.97)
			require.GreaterOrEqual(t, share(j.automatic, j.withOrganization), 0.75)
			require.GreaterOrEqual(t, share(j.identity, j.reachable), 0.99)
		})
	}
}

// A record of an organization that Orgmap does not know may resemble another one. It must never be
// mapped without a person.
func TestGolden_NeverMapsUnknownOrganizationsAutomatically(t *testing.T) {
	t.Parallel()
	for seed := range uint64(12) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(seed, 7))
			for _, set := range readGolden(t) {
				gone := map[string]bool{}
				for _, o := range set.Organizations {
					gone[o.ID] = r.IntN(4) == 0
				}
				records := map[uuid.UUID]bool{}
				for id, organization := range set.Truth {
					records[idOf(id)] = organization != nil && gone[*organization]
				}
				set.leaveOut(gone)
				for o := range matching.New(set.world(seed%2 == 1)).All {
					if records[o.Record] && o.Suggestion != nil {
						require.False(t, o.Suggestion.Automatic, "%+v", o.Suggestion)
					}
				}
			}
		})
	}
}

// leaveOut removes organizations and their mappings.
func (s *goldenSet) leaveOut(gone map[string]bool) {
	s.Organizations = slices.DeleteFunc(s.Organizations, func(o struct {
		ID, Name string
		Active   bool
	},
	) bool {
		return gone[o.ID]
	})
	for id, organization := range s.Confirmed {
		if gone[organization] {
			delete(s.Confirmed, id)
		}
	}
}

func TestOutcomes_DoNotDependOnOrder(t *testing.T) {
	t.Parallel()
	for _, set := range readGolden(t) {
		t.Run(set.ID, func(t *testing.T) {
			t.Parallel()
			want := outcomesByRecord(t, set.world(true))
			for seed := range uint64(3) {
				r := rand.New(rand.NewPCG(seed, 9))
				world := set.world(true)
				r.Shuffle(len(world.Organizations), func(i, j int) {
					world.Organizations[i], world.Organizations[j] = world.Organizations[j], world.Organizations[i]
				})
				r.Shuffle(len(world.Lists), func(i, j int) { world.Lists[i], world.Lists[j] = world.Lists[j], world.Lists[i] })
				for _, list := range world.Lists {
					r.Shuffle(len(list.Records), func(i, j int) { list.Records[i], list.Records[j] = list.Records[j], list.Records[i] })
				}
				require.Equal(t, want, outcomesByRecord(t, world))
			}
		})
	}
}

func outcomesByRecord(t *testing.T, world matching.World) map[uuid.UUID]string {
	t.Helper()
	all := map[uuid.UUID]string{}
	for o := range matching.New(world).All {
		text, err := json.Marshal(o)
		require.NoError(t, err)
		all[o.Record] = string(text)
	}
	return all
}
