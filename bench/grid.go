package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"time"
)

// serverNames are how the two servers are called, in the order of every pair of theirs.
var serverNames = [2]string{"orgmap", "bare"} //nolint:gochecknoglobals // names

// gridResults are what a page costs.
type gridResults struct {
	Organizations int            `json:"organizations"`
	Integrations  int            `json:"integrations"`
	ExternalOrgs  int            `json:"externalOrgs"`
	Mappings      int            `json:"mappings"`
	Connections   int            `json:"connections"`
	Seconds       float64        `json:"secondsPerRound"`
	Kinds         []kindResults  `json:"kinds"`
	Idle          *float64       `json:"postgresCpuMsPerSecondWithoutRequests"`
	PeakMemory    *serversMemory `json:"peakMemoryBytes"`
}

type serversMemory struct {
	Orgmap int64 `json:"orgmap"`
	Bare   int64 `json:"bare"`
}

// kindResults are those of one kind of page.
type kindResults struct {
	Name    string      `json:"name"`
	Content pageContent `json:"page"`
	Rounds  int         `json:"rounds"`
	Dropped int         `json:"droppedRounds"`
	Steady  bool        `json:"steady"`
	Orgmap  round       `json:"orgmap"`
	Bare    round       `json:"bare"`
	Ratio   round       `json:"ratio"`
	// All holds every round that was kept, orgmap's and the bare handler's.
	All [2][]round `json:"allRounds"`
}

// grid is the two servers side by side.
type grid struct {
	stage   *stage
	options options
	servers [2]*server // orgmap, bare
}

func measureGrid(ctx context.Context, stage *stage, options options) (_ *gridResults, err error) {
	g := &grid{stage: stage, options: options}
	for i, start := range []func(context.Context) (*server, error){stage.serve, stage.serveBare} {
		if g.servers[i], err = start(ctx); err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, g.servers[i].stop()) }()
	}
	size := stage.size
	found := &gridResults{
		Organizations: size.organizations, Integrations: size.integrations,
		ExternalOrgs: size.externalOrgs(), Mappings: size.mappings(),
		Connections: options.connections, Seconds: options.duration.Seconds(),
	}
	if found.Idle, err = g.idle(ctx); err != nil {
		return nil, err
	}
	for _, kind := range []struct {
		name   string
		places []place
	}{{"browse", stage.data.browsing()}, {"search", searching()}} {
		measured, err := g.kind(ctx, kind.name, kind.places)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", kind.name, err)
		}
		found.Kinds = append(found.Kinds, measured)
	}
	orgmap, _, known := peakMemory(g.servers[0].process.PID())
	bare, _, alsoKnown := peakMemory(g.servers[1].process.PID())
	if known && alsoKnown {
		found.PeakMemory = &serversMemory{Orgmap: orgmap, Bare: bare}
	}
	return found, nil
}

// idle measures what Postgres does for a server that nobody asks: it counts into everybody's pages.
func (g *grid) idle(ctx context.Context) (*float64, error) {
	before, known := cpuOfFamily(g.stage.postgres.PID())
	if !sleepUntil(ctx, time.Now().Add(g.options.warmUp)) {
		return nil, ctx.Err()
	}
	after, stillKnown := cpuOfFamily(g.stage.postgres.PID())
	if !known || !stillKnown || g.options.warmUp == 0 {
		return nil, nil
	}
	perSecond := milliseconds(after-before) / g.options.warmUp.Seconds()
	return &perSecond, nil
}

// kind measures one kind of page: both servers in turn, round after round, and the disturbed ones again.
func (g *grid) kind(ctx context.Context, name string, places []place) (kindResults, error) {
	found := kindResults{Name: name}
	loads, content, err := g.loads(ctx, places)
	if err != nil {
		return found, err
	}
	found.Content = content
	say("%s: both servers answer the same rows on %d pages", name, len(places))
	for _, load := range loads {
		if _, _, err := load.run(ctx, g.options.warmUp); err != nil {
			return found, err
		}
	}
	for n := 0; n < g.options.rounds+found.Dropped; n++ {
		if err := g.both(ctx, loads, n, &found); err != nil {
			return found, err
		}
		bad, is := disturbed(found.All[:]...)
		if last := n+1 == g.options.rounds+found.Dropped; is && last && found.Dropped < repeats {
			say("%s: a round was disturbed: another one stands in for it", name)
			found.Dropped++
			for i := range found.All {
				found.All[i] = slices.Delete(found.All[i], bad, bad+1)
			}
		}
	}
	_, unsteady := disturbed(found.All[:]...)
	found.Rounds, found.Steady = len(found.All[0]), !unsteady
	found.Orgmap, found.Bare = summary(found.All[0]), summary(found.All[1])
	found.Ratio = ratio(found.Orgmap, found.Bare)
	return found, nil
}

// loads makes sure that both servers answer alike, and returns what each of them is asked.
func (g *grid) loads(ctx context.Context, places []place) (loads [2]load, content pageContent, err error) {
	for i, server := range g.servers {
		loads[i] = load{address: server.address, connections: g.options.connections}
		for n, one := range places {
			asked := question{request: one.toBare(server.address)}
			if i == 0 {
				asked.request = one.toOrgmap(server.address, g.stage.tokens[n%len(g.stage.tokens)])
			}
			loads[i].questions = append(loads[i].questions, asked)
		}
	}
	content, err = agree(ctx, loads)
	return loads, content, err
}

// both measures the n-th round of each server. Who comes first alternates.
func (g *grid) both(ctx context.Context, loads [2]load, n int, found *kindResults) error {
	for turn := range loads {
		i := (turn + n) % len(loads)
		one, err := g.round(ctx, i, loads[i])
		if err != nil {
			return err
		}
		found.All[i] = append(found.All[i], one)
	}
	last := len(found.All[0]) - 1
	say("%s, round %d: orgmap %.0f requests/s, bare %.0f", found.Name, n+1, found.All[0][last].PerSecond, found.All[1][last].PerSecond)
	return nil
}

// round measures one server for one round.
func (g *grid) round(ctx context.Context, which int, load load) (round, error) {
	before := g.meter(which)
	latencies, elapsed, err := load.run(ctx, g.options.duration)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return round{}, err
	}
	after := g.meter(which)
	count := float64(len(latencies))
	found := round{
		PerSecond: count / elapsed.Seconds(),
		P50:       milliseconds(quantile(latencies, 0.50)), P99: milliseconds(quantile(latencies, 0.99)),
	}
	if before.known && after.known {
		server, postgres := milliseconds(after.server-before.server)/count, milliseconds(after.postgres-before.postgres)/count
		ours := after.server - before.server + after.postgres - before.postgres + after.client - before.client
		elsewhere := max(0, (after.machine-before.machine-ours).Seconds()/elapsed.Seconds()/float64(runtime.NumCPU()))
		found.ServerCPU, found.PostgresCPU, found.Elsewhere = &server, &postgres, &elsewhere
	}
	return found, nil
}

// meter is how much CPU all had used at one moment.
type meter struct {
	server, postgres, client, machine time.Duration
	known                             bool
}

func (g *grid) meter(which int) meter {
	var m meter
	var known [4]bool
	m.server, known[0] = cpuOf(g.servers[which].process.PID())
	m.postgres, known[1] = cpuOfFamily(g.stage.postgres.PID())
	m.client, known[2] = cpuOf(os.Getpid())
	m.machine, known[3] = machineCPU()
	m.known = known == [4]bool{true, true, true, true}
	return m
}

func milliseconds(duration time.Duration) float64 {
	return float64(duration) / float64(time.Millisecond)
}
