package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// contest is a set of servers running side by side that are sent the same requests.
type contest struct {
	stage    *stage
	pace     pace
	of       tenant
	subjects []subject
	servers  []*server
}

// pace sets how long and how often to measure.
type pace struct {
	connections int
	rounds      int
	seconds     float64 // length of a round
	warmUp      float64 // seconds before the first round of each server and kind
	repeats     int     // how many disturbed rounds may be repeated
}

// newContest starts the subjects for an account. Call close to stop them.
func newContest(ctx context.Context, stage *stage, pace pace, of tenant, subjects []subject) (*contest, error) {
	c := &contest{stage: stage, pace: pace, of: of, subjects: subjects}
	for _, one := range subjects {
		started, err := one.start(ctx, stage, of)
		if err != nil {
			return nil, errors.Join(err, c.close())
		}
		c.servers = append(c.servers, started)
	}
	return c, nil
}

func (c *contest) close() error {
	var failures []error
	for _, one := range c.servers {
		failures = append(failures, one.stop())
	}
	c.servers = nil
	return errors.Join(failures...)
}

// kindResults are the results for one kind of question.
type kindResults struct {
	Kind     string   `json:"kind"`
	Subjects []result `json:"servers"`
}

// result is the result of one server.
type result struct {
	Name    string  `json:"server"`
	Sort    sort    `json:"-"`
	Bytes   float64 `json:"bytesPerAnswer"`
	Median  round   `json:"median"`
	Rounds  []round `json:"rounds"`
	Dropped int     `json:"droppedRounds"`
}

// measure measures one kind on every server that supports it.
func (c *contest) measure(ctx context.Context, kind kind) (kindResults, error) {
	if kind.prepare != nil {
		if err := kind.prepare(ctx, c.stage, c.of); err != nil {
			return kindResults{}, fmt.Errorf("%s: %w", kind.name, err)
		}
	}
	indexes, loads, err := c.loads(ctx, kind)
	if err != nil {
		return kindResults{}, fmt.Errorf("%s: %w", kind.name, err)
	}
	return c.compare(ctx, kind.name, indexes, loads)
}

// compare measures the servers with the given indexes, each under its own load. They take turns, round after round;
// disturbed rounds are repeated.
func (c *contest) compare(ctx context.Context, name string, indexes []int, loads []load) (kindResults, error) {
	found := kindResults{Kind: name}
	for n, index := range indexes {
		if _, _, err := loads[n].run(ctx, seconds(c.pace.warmUp)); err != nil {
			return found, fmt.Errorf("%s: %s: %w", name, c.subjects[index].name, err)
		}
		found.Subjects = append(found.Subjects, result{
			Name: c.subjects[index].name, Sort: c.subjects[index].sort, Bytes: meanLength(loads[n].questions),
		})
	}
	for number := range c.pace.rounds + c.pace.repeats {
		for offset := range loads {
			n := (offset + number) % len(loads) // alternate which server goes first
			if err := c.round(ctx, number, c.servers[indexes[n]], loads[n], &found.Subjects[n]); err != nil {
				return found, fmt.Errorf("%s: %s: %w", name, found.Subjects[n].Name, err)
			}
		}
	}
	for n := range found.Subjects {
		found.Subjects[n].Median = summary(found.Subjects[n].Rounds)
	}
	return found, nil
}

// round measures one server once if it needs more rounds or has a disturbed one, which it drops.
func (c *contest) round(ctx context.Context, number int, server *server, load load, found *result) error {
	if number >= c.pace.rounds {
		bad, is := disturbed(found.Rounds)
		if !is {
			return nil
		}
		found.Rounds, found.Dropped = slices.Delete(found.Rounds, bad, bad+1), found.Dropped+1
	}
	one, err := c.stage.measure(ctx, server, load, seconds(c.pace.seconds))
	if err != nil {
		return err
	}
	found.Rounds = append(found.Rounds, one)
	say("%-18s %-15s round %d: %7.0f requests/s", load.name, found.Name, number+1, one.PerSecond)
	return nil
}

// loads returns the load of each server that supports kind, with its index among the subjects. It fails if their
// responses differ.
func (c *contest) loads(ctx context.Context, kind kind) (indexes []int, loads []load, err error) {
	var names []string
	for index, one := range c.subjects {
		if kind.only != nil && *kind.only != one.sort {
			continue
		}
		asked := load{name: kind.name, address: c.servers[index].address, connections: c.pace.connections}
		if asked.questions, err = questions(ctx, one.speak, c.servers[index], c.of, kind); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", one.name, err)
		}
		indexes, loads, names = append(indexes, index), append(loads, asked), append(names, one.name)
	}
	return indexes, loads, agree(ctx, names, loads)
}
