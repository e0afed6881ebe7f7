package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	profileSeconds = 5
	profileLines   = 12
)

// profile shows where a server spent its CPU while one kind of page was read.
type profile struct {
	Kind   string         `json:"kind"`
	Server string         `json:"server"`
	Spent  []functionCost `json:"functions"` // the functions with the most CPU of their own
}

// functionCost is a function's share of the CPU: its own, and including the functions it calls.
type functionCost struct {
	Function string `json:"function"`
	Own      string `json:"own"`
	Within   string `json:"within"`
}

// profile profiles orgmap without its cache under the load of a kind. Nothing is measured meanwhile, because profiling
// adds overhead.
func (c *contest) profile(ctx context.Context, kind kind, keep string) (profile, error) {
	for index, one := range c.subjects {
		if one.sort != ours || c.servers[index].profiles == "" {
			continue
		}
		asked := load{name: kind.name, address: c.servers[index].address, connections: c.pace.connections}
		var err error
		if asked.questions, err = questions(ctx, one.speak, c.servers[index], c.of, kind); err != nil {
			return profile{}, err
		}
		if keep == "" {
			keep = c.stage.dir
		}
		path := filepath.Join(keep, "cpu-"+kind.slug()+".pprof")
		if err := c.servers[index].profileUnder(ctx, asked, path); err != nil {
			return profile{}, err
		}
		spent, err := mostExpensive(ctx, path)
		return profile{kind.name, one.name, spent}, err
	}
	return profile{}, errors.New("nobody has profiles")
}

// profileUnder writes a CPU profile of the server under a load.
func (s *server) profileUnder(ctx context.Context, asked load, path string) error {
	loading, done := context.WithCancel(ctx)
	defer done()
	var group errgroup.Group
	group.Go(func() error {
		_, _, err := asked.run(loading, 0)
		return err
	})
	err := download(ctx, fmt.Sprintf("http://%s/debug/pprof/profile?seconds=%d", s.profiles, profileSeconds), path)
	done()
	return errors.Join(err, group.Wait())
}

func download(ctx context.Context, address, path string) error {
	ctx, cancel := context.WithTimeout(ctx, profileSeconds*time.Second+answerLimit)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s is answered %s", address, response.Status)
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, response.Body)
	return errors.Join(err, file.Close())
}

// mostExpensive reads a profile with go tool pprof.
func mostExpensive(ctx context.Context, path string) ([]functionCost, error) {
	output, err := exec.CommandContext(ctx, "go", "tool", "pprof", "-top", fmt.Sprintf("-nodecount=%d", profileLines), path).Output()
	if err != nil {
		return nil, fmt.Errorf("go tool pprof: %w", err)
	}
	return functionCosts(string(output)), nil
}

// functionCosts parses the output of 'go tool pprof -top': flat, flat %, sum %, cumulative, cumulative %, function.
func functionCosts(top string) (costs []functionCost) {
	_, table, _ := strings.Cut(top, "flat%")
	lines := bufio.NewScanner(strings.NewReader(table))
	lines.Scan() // the rest of the header
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) < 6 {
			continue
		}
		costs = append(costs, functionCost{Function: fields[5], Own: fields[1], Within: fields[4]})
	}
	return costs
}
