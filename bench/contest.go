package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// contest is several servers side by side, asked the same.
type contest struct {
	stage    *stage
	pace     pace
	of       tenant
	subjects []subject
	servers  []*server
}

// pace is how long and how often is measured.
type pace struct {
	connections int
	rounds      int
	seconds     float64 // of a round
	warmUp      float64 // seconds before the first round of each server and kind
	repeats     int     // how many disturbed rounds are measured again
}

// newContest starts the subjects for an account. Their end is close.
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

// kindResults are those of one kind of question.
type kindResults struct {
	Kind     string   `json:"kind"`
	Subjects []result `json:"servers"`
}

// result is what one server did.
type result struct {
	Name    string  `json:"server"`
	Sort    sort    `json:"-"`
	Bytes   float64 `json:"bytesPerAnswer"`
	Median  round   `json:"median"`
	Rounds  []round `json:"rounds"`
	Dropped int     `json:"droppedRounds"`
}

// measure measures one kind on everybody who is asked it.
func (c *contest) measure(ctx context.Context, kind kind) (kindResults, error) {
	places, loads, err := c.loads(ctx, kind)
	if err != nil {
		return kindResults{}, fmt.Errorf("%s: %w", kind.name, err)
	}
	return c.compare(ctx, kind.name, places, loads)
}

// compare puts its load on each of some servers, named by their places: one after the other, round after round, and
// those that were disturbed again.
func (c *contest) compare(ctx context.Context, name string, places []int, loads []load) (kindResults, error) {
	found := kindResults{Kind: name}
	for n, place := range places {
		if _, _, err := loads[n].run(ctx, seconds(c.pace.warmUp)); err != nil {
			return found, fmt.Errorf("%s: %s: %w", name, c.subjects[place].name, err)
		}
		found.Subjects = append(found.Subjects, result{
			Name: c.subjects[place].name, Sort: c.subjects[place].sort, Bytes: meanLength(loads[n].questions),
		})
	}
	for number := range c.pace.rounds + c.pace.repeats {
		for turn := range loads {
			n := (turn + number) % len(loads) // who comes first alternates
			if err := c.round(ctx, number, c.servers[places[n]], loads[n], &found.Subjects[n]); err != nil {
				return found, fmt.Errorf("%s: %s: %w", name, found.Subjects[n].Name, err)
			}
		}
	}
	for n := range found.Subjects {
		found.Subjects[n].Median = summary(found.Subjects[n].Rounds)
	}
	return found, nil
}

// round measures one server once more, where it still lacks rounds or one of its own was disturbed.
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

// loads makes sure that all who are asked answer alike, and returns what each is asked and its place among the subjects.
func (c *contest) loads(ctx context.Context, kind kind) (places []int, loads []load, err error) {
	var names []string
	for place, one := range c.subjects {
		if kind.only != nil && *kind.only != one.sort {
			continue
		}
		asked := load{name: kind.name, address: c.servers[place].address, connections: c.pace.connections}
		if asked.questions, err = questions(ctx, one.speak, c.servers[place], c.of, kind); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", one.name, err)
		}
		places, loads, names = append(places, place), append(loads, asked), append(names, one.name)
	}
	return places, loads, agree(ctx, names, loads)
}
