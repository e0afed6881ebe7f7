package main

import (
	"bufio"
	"context"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// meter is the resources used so far by the server, Postgres, the client and the whole machine.
type meter struct {
	server, postgres, client, machine time.Duration
	known                             bool
	allocations, allocated            float64
	counted                           bool
}

func (s *stage) meter(ctx context.Context, server *server) meter {
	var m meter
	var known [4]bool
	m.allocations, m.allocated, m.counted = server.allocations(ctx)
	m.server, known[0] = cpuOf(server.process.PID())
	m.postgres, known[1] = cpuOfFamily(s.postgres.PID())
	m.client, known[2] = cpuOf(os.Getpid())
	m.machine, known[3] = machineCPU()
	m.known = known == [4]bool{true, true, true, true}
	return m
}

// measure measures a server under a load for the given time.
func (s *stage) measure(ctx context.Context, server *server, load load, duration time.Duration) (round, error) {
	before := s.meter(ctx, server)
	latencies, elapsed, err := load.run(ctx, duration)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return round{}, err
	}
	return roundOf(latencies, elapsed, before, s.meter(ctx, server)), nil
}

// roundOf returns the round between two meter readings.
func roundOf(latencies []time.Duration, elapsed time.Duration, before, after meter) round {
	count := float64(len(latencies))
	found := round{
		PerSecond: count / elapsed.Seconds(),
		P50:       milliseconds(quantile(latencies, 0.50)), P99: milliseconds(quantile(latencies, 0.99)),
	}
	if before.known && after.known {
		server, postgres := milliseconds(after.server-before.server)/count, milliseconds(after.postgres-before.postgres)/count
		mine := after.server - before.server + after.postgres - before.postgres + after.client - before.client
		elsewhere := max(0, (after.machine-before.machine-mine).Seconds()/elapsed.Seconds()/float64(runtime.NumCPU()))
		found.ServerCPU, found.PostgresCPU, found.Elsewhere = &server, &postgres, &elsewhere
	}
	if before.counted && after.counted {
		allocations, allocated := (after.allocations-before.allocations)/count, (after.allocated-before.allocated)/count
		found.Allocations, found.Allocated = &allocations, &allocated
	}
	return found
}

// allocations reads the memory statistics from the server's metrics, which only orgmap has.
func (s *server) allocations(ctx context.Context) (objects, bytes float64, ok bool) {
	if s.metrics == "" {
		return 0, 0, false
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.metrics+"/metrics", nil)
	if err != nil {
		return 0, 0, false
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, 0, false
	}
	defer response.Body.Close()
	found := 0
	for lines := bufio.NewScanner(response.Body); lines.Scan(); {
		metric, value, _ := strings.Cut(lines.Text(), " ")
		switch metric {
		case "go_memstats_mallocs_total":
			objects, err = strconv.ParseFloat(value, 64)
		case "go_memstats_alloc_bytes_total":
			bytes, err = strconv.ParseFloat(value, 64)
		default:
			continue
		}
		if err == nil {
			found++
		}
	}
	return objects, bytes, found == 2
}

func milliseconds(duration time.Duration) float64 {
	return float64(duration) / float64(time.Millisecond)
}

func seconds(count float64) time.Duration { return time.Duration(count * float64(time.Second)) }
