package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// The parts of the bench, in order: the largest account comes last.
const (
	partPages     = "pages"
	partDay       = "day"
	partWrites    = "writes"
	partRefresh   = "refresh"
	partGrowth    = "growth"
	partStrangers = "strangers"
)

func partNames() []string {
	return []string{partPages, partDay, partWrites, partRefresh, partStrangers, partGrowth}
}

// measure sets everything up, measures, and cleans up. If a part fails, the others are still measured.
func measure(ctx context.Context, options options) (found *results, err error) {
	if !options.onlyStrangers() {
		if err := installPeers(ctx); err != nil {
			return nil, err
		}
	}
	stage, err := newStage(ctx, options)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, stage.close()) }()
	of, err := stage.account(ctx, "Measured MSP", options.size())
	if err != nil {
		return nil, err
	}
	found = &results{Machine: describeMachine(ctx, stage), Short: options.short, Size: of.size, Pace: options.pace}
	// Writes go to a second account, so that the account whose pages are read never changes.
	written := sync.OnceValues(func() (tenant, error) { return stage.account(ctx, "Written MSP", options.size()) })
	onWritten := func(run func(tenant) error) func() error {
		return func() error {
			of, err := written()
			if err != nil {
				return err
			}
			return run(of)
		}
	}
	for _, part := range []struct {
		name string
		run  func() error
	}{
		{partPages, func() error { return found.measurePages(ctx, stage, options, of) }},
		{partDay, onWritten(func(of tenant) error { return found.measureDay(ctx, stage, options, of) })},
		{partWrites, onWritten(func(of tenant) error { return found.measureWrites(ctx, stage, options, of) })},
		{partRefresh, onWritten(func(of tenant) (err error) {
			found.Refresh, err = measureRefresh(ctx, stage, options, of)
			return err
		})},
		{partStrangers, func() error { return found.measureStrangers(ctx, stage, options) }},
		{partGrowth, func() error { return found.measureGrowth(ctx, stage, options, of) }},
	} {
		if !options.wants(part.name) && (part.name != partPages || len(options.kinds()) == 0) {
			continue
		}
		if failed := part.run(); failed != nil {
			say("%s: %v", part.name, failed)
			err = errors.Join(err, fmt.Errorf("%s: %w", part.name, failed))
		}
		if ctx.Err() != nil {
			break
		}
	}
	return found, err
}

// measurePages measures every kind of page on every server.
func (r *results) measurePages(ctx context.Context, stage *stage, options options, of tenant) (err error) {
	c, err := newContest(ctx, stage, options.pace, of, subjects())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	for _, kind := range options.kinds() {
		found, err := c.measure(ctx, kind)
		if err != nil {
			return err
		}
		r.Pages = append(r.Pages, found)
		where, err := c.profile(ctx, kind, options.profiles)
		if err != nil {
			return fmt.Errorf("%s: profile: %w", kind.name, err)
		}
		r.Profiles = append(r.Profiles, where)
	}
	for i, one := range c.servers {
		if peak, _, known := peakMemory(one.process.PID()); known {
			r.Memory = append(r.Memory, memory{c.subjects[i].name, peak})
		}
	}
	return nil
}
