package mapping

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orgmap/orgmap/internal/csvfile"
)

// drawCSV draws a world with few names and IDs, so that rows meet, and a file about it.
func drawCSV(t *rapid.T) (csvWorld, string) {
	world := csvWorld{
		integrations: map[uuid.UUID]string{called("RMM"): "RMM", called("PSA"): "PSA"}, organizations: map[uuid.UUID]*csvOrganization{},
		byName: map[string]*csvOrganization{}, byRemoteID: map[csvText]*csvExternal{}, byMatchName: map[csvText][]*csvExternal{},
		cells: map[cellKey][]cellMapping{}, similar: map[string]*csvOrganization{}, nearest: map[csvText]string{},
	}
	organizations := []string{"A", "B", "C"}
	for _, one := range organizations {
		world.organization(called(one), one)
	}
	if rapid.Bool().Draw(t, "similar") {
		world.similar["N"] = world.byName["A"]
	}
	for _, integration := range []string{"RMM", "PSA"} {
		for i := range 5 {
			one := &csvExternal{
				id: called(fmt.Sprint(integration, i)), integration: called(integration), remoteID: fmt.Sprint(i), name: string(rune('v' + i%4)),
				removed: rapid.IntRange(0, 9).Draw(t, "removed") == 0, excluded: rapid.IntRange(0, 9).Draw(t, "excluded") == 0,
			}
			if holder := rapid.SampledFrom(append(organizations, "", "")).Draw(t, "holder"); holder != "" {
				one.excluded = false
				one.holder = cellMapping{called("mapping " + integration + one.remoteID), called(holder), one.integration, one.id, one.name, holder}
				world.cells[one.holder.cell()] = append(world.cells[one.holder.cell()], one.holder)
			}
			world.byRemoteID[csvText{one.integration, one.remoteID}] = one
			if !one.removed {
				key := csvText{one.integration, one.name}
				world.byMatchName[key] = append(world.byMatchName[key], one)
			}
		}
	}
	name := rapid.SampledFrom(append(organizations, "N", "O", ""))
	value := rapid.SampledFrom([]string{"", "", "0", "1", "2", "3", "4", "5", "v", "w", "none", "0;1", "x; 2"})
	var file strings.Builder
	long := rapid.Bool().Draw(t, "a row for each mapping")
	file.WriteString(map[bool]string{true: "Client,Integration,External organization\n", false: "Client,RMM,PSA\n"}[long])
	for range rapid.IntRange(1, 8).Draw(t, "rows") {
		second := value
		if long {
			second = rapid.SampledFrom([]string{"RMM", "PSA", "XYZ"})
		}
		fmt.Fprintf(&file, "%s,%s,%s\n", name.Draw(t, "name"), second.Draw(t, "second"), value.Draw(t, "third"))
	}
	return world, file.String()
}

// applied returns the world after the changes.
func (c *csvChanges) applied(before csvWorld) csvWorld {
	after := before
	after.organizations, after.byName, after.cells = map[uuid.UUID]*csvOrganization{}, map[string]*csvOrganization{}, map[cellKey][]cellMapping{}
	for node, one := range before.organizations {
		after.organization(node, one.name)
	}
	for _, created := range c.creates {
		after.organization(called(created), created)
	}
	moved := map[uuid.UUID]*csvExternal{}
	for _, one := range before.byRemoteID {
		external := *one
		moved[one.id] = &external
	}
	for _, one := range c.leaves {
		moved[one.ExternalOrgID].holder = cellMapping{}
	}
	for _, one := range c.moves {
		to := one.name
		if one.existing != nil {
			to = one.existing.name
		}
		moved[one.external.id].holder = cellMapping{called("new " + one.external.id.String()), called(to), one.external.integration, one.external.id, one.external.name, to}
	}
	after.byRemoteID, after.byMatchName = map[csvText]*csvExternal{}, map[csvText][]*csvExternal{}
	for key, one := range before.byRemoteID {
		after.byRemoteID[key] = moved[one.id]
		if moved[one.id].mapped() {
			cell := moved[one.id].holder.cell()
			after.cells[cell] = append(after.cells[cell], moved[one.id].holder)
		}
	}
	for key, same := range before.byMatchName {
		for _, one := range same {
			after.byMatchName[key] = append(after.byMatchName[key], moved[one.id])
		}
	}
	return after
}

// What a preview says of the chosen lines is what happens: they are so afterwards, nothing else has changed, and applying
// them again changes nothing.
func TestPlanCSV_SaysWhatApplyingDoes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		world, text := drawCSV(t)
		file, err := readCSV(CSVInput{Content: []byte(text)}, csvSampleIntegrations())
		require.NoError(t, err)
		decisions := planCSV(world, &file)
		before := hashCSV(CSVInput{}, decisions)
		var lines []int
		var instead []CSVInstead
		chosen := map[int]*csvDecision{}
		for i := range decisions {
			d := &decisions[i]
			if !d.applicable() || rapid.Bool().Draw(t, "left out") {
				continue
			}
			chosen[d.row.line] = d
			if rapid.IntRange(0, 4).Draw(t, "instead") == 0 {
				instead = append(instead, CSVInstead{d.row.line, called(rapid.SampledFrom([]string{"A", "B", "C"}).Draw(t, "organization"))})
			} else {
				lines = append(lines, d.row.line)
			}
		}
		changes, problems := chooseCSV(world, decisions, lines, instead, nil)
		require.Empty(t, problems)
		require.Equal(t, before, hashCSV(CSVInput{}, decisions), "choosing changes no decision")
		after := changes.applied(world)

		target := map[int]string{}
		for _, one := range instead {
			target[one.Line] = world.organizations[one.OrganizationID].name
		}
		told := map[uuid.UUID]bool{} // external organizations that a chosen line is about
		for line, d := range chosen {
			organization, other := target[line]
			if !other {
				organization = d.creates
				if d.existing != nil {
					organization = d.existing.name
				}
				require.NotNil(t, after.byName[organization], "line %d\n%s", line, text)
			}
			for _, one := range d.moves {
				told[one.external.id] = true
				now := after.byRemoteID[csvText{one.external.integration, one.external.remoteID}]
				require.Equal(t, organization, now.holder.OrganizationName, "line %d\n%s", line, text)
			}
			for _, one := range d.leaves {
				if !other {
					told[one.ExternalOrgID] = true
				}
			}
		}
		for key, one := range world.byRemoteID {
			if !told[one.id] {
				require.Equal(t, one.holder, after.byRemoteID[key].holder, "%s in no chosen line\n%s", one.remoteID, text)
			}
		}
		again := planCSV(after, &file)
		for i := range again {
			d := &again[i]
			if chosen[d.row.line] != nil && target[d.row.line] == "" && len(instead) == 0 {
				require.Equal(t, CSVAlreadySo, d.outcome, "line %d: %s\n%s", d.row.line, d.explain(after), text)
			}
		}
		if len(instead) == 0 {
			repeated, problems := chooseCSV(after, again, lines, nil, nil)
			require.Empty(t, problems)
			require.Empty(t, slices.Concat(repeated.creates))
			require.Empty(t, repeated.moves)
			require.Empty(t, repeated.leaves)
		}
	})
}

// FuzzCSV plans any file.
func FuzzCSV(f *testing.F) {
	for _, seed := range []string{
		"Client,RMM,PSA\nNew,3,\nAcme,none,7", "Organization,Integration,External ID\nAcme,RMM,3", "\xff\xfeC\x00", "Client;RMM ID\n'=A;1\\;2",
		strings.Join(csvfile.OrganizationColumns(), ",") + ",RMM ID\norg_01h455vb4pex5vsknk084sn02q,Acme,Active,1;2", "Name\tRMM name\n\"A\nB\"\tTwin",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		world := csvSample()
		file, err := readCSV(CSVInput{Content: content}, csvSampleIntegrations())
		if err != nil {
			return
		}
		wantedBy(&file, nil)
		decisions := planCSV(world, &file)
		var lines []int
		for i := range decisions {
			d := &decisions[i]
			row := d.shown(world)
			row.delimiter = file.delimiter
			if row.Values() == nil || row.Explanation == "" {
				t.Fatalf("line %d: %q has the values %q and the explanation %q", row.Line, row.text, row.Values(), row.Explanation)
			}
			if d.applicable() {
				lines = append(lines, d.row.line)
			}
		}
		if _, problems := chooseCSV(world, decisions, lines, nil, nil); len(problems) > 0 {
			t.Fatalf("%v cannot be chosen: %v", lines, problems)
		}
	})
}
