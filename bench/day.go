package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/orgmap/orgmap/internal/id"
)

// The mixed day: readers send the next request as soon as they have a response, a few people save, and everyone
// watches.
const (
	watchers      = 200
	dayWriters    = 2
	dayInterval   = 100 * time.Millisecond // between two saves of one writer
	daySeconds    = 10
	stragglerTime = 5 * time.Second // how long to wait for the last events
)

const watchDocument = `subscription { accountChanges { ... on MappingsChanged { organizations { id } } } }`

// dayResults are one server's results for a mixed day.
type dayResults struct {
	Name       string  `json:"server"`
	Watchers   int     `json:"watchers"`
	Reads      round   `json:"reads"`
	Saves      int     `json:"saves"`
	SaveP50    float64 `json:"saveP50Ms"`
	SaveP99    float64 `json:"saveP99Ms"`
	Deliveries int     `json:"deliveries"`
	Lost       int     `json:"lost"`
	EventP50   float64 `json:"eventP50Ms"` // from sending a save until a watcher receives it
	EventP99   float64 `json:"eventP99Ms"`
}

func (r *results) measureDay(ctx context.Context, stage *stage, options options, of tenant) error {
	for _, one := range subjects() {
		if one.sort != ours {
			continue
		}
		found, err := measureDayOf(ctx, stage, options, of, one)
		if err != nil {
			return fmt.Errorf("%s: %w", one.name, err)
		}
		r.Day = append(r.Day, found)
	}
	return nil
}

func measureDayOf(ctx context.Context, stage *stage, options options, of tenant, one subject) (_ dayResults, err error) {
	found := dayResults{Name: one.name, Watchers: watchers}
	server, err := one.start(ctx, stage, of)
	if err != nil {
		return found, err
	}
	defer func() { err = errors.Join(err, server.stop()) }()
	reads := load{name: "mixed day", address: server.address, connections: options.pace.connections}
	for _, kind := range readKinds()[:2] {
		asked, err := questions(ctx, one.speak, server, of, kind)
		if err != nil {
			return found, err
		}
		reads.questions = append(reads.questions, asked...)
	}
	day := &day{sent: make(map[string]time.Time)}
	if err := day.watch(ctx, server, of); err != nil {
		return found, err
	}
	defer func() { err = errors.Join(err, day.end()) }()
	saving := &saver{day: day, server: server, of: of, questions: saves(server, of, true, 1, min(manyCells, of.size.organizations/2))}
	if err := saving.untilAllWatch(ctx); err != nil {
		return found, err
	}
	if _, _, err := reads.run(ctx, seconds(options.pace.warmUp)); err != nil {
		return found, err
	}
	day.begin()
	length := daySeconds * time.Second
	if options.short {
		length = time.Second
	}
	var group errgroup.Group
	var saved []time.Duration
	group.Go(func() (err error) { saved, err = saving.run(ctx, length); return err })
	found.Reads, err = stage.measure(ctx, server, reads, length)
	if err = errors.Join(err, group.Wait()); err != nil {
		return found, err
	}
	delivered := day.collect(ctx, len(saved)*watchers)
	found.Saves, found.SaveP50, found.SaveP99 = len(saved), milliseconds(quantile(saved, 0.5)), milliseconds(quantile(saved, 0.99))
	found.Deliveries, found.Lost = len(delivered), len(saved)*watchers-len(delivered)
	found.EventP50, found.EventP99 = milliseconds(quantile(delivered, 0.5)), milliseconds(quantile(delivered, 0.99))
	say("mixed day, %s: %.0f reads/s, %d deliveries", one.name, found.Reads.PerSecond, found.Deliveries)
	return found, nil
}

// day tracks the watchers and the events they have received.
type day struct {
	mu        sync.Mutex
	sent      map[string]time.Time // when each organization's save was sent
	seen      int                  // watchers that have received any event
	delivered []time.Duration
	conns     []net.Conn
	watching  errgroup.Group
	ended     bool
}

// watch opens the event streams.
func (d *day) watch(ctx context.Context, server *server, of tenant) error {
	for range watchers {
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", server.address)
		if err != nil {
			return err
		}
		d.conns = append(d.conns, conn)
		request := bytes.Replace(orgmapSpeaker().post(server, of, watchDocument, nil), []byte("Accept: application/json"), []byte("Accept: text/event-stream"), 1)
		if _, err := conn.Write(request); err != nil {
			return err
		}
		d.watching.Go(func() error { return d.read(conn) })
	}
	return nil
}

// read reads one watcher's events until the stream ends.
func (d *day) read(conn net.Conn) error {
	reader := bufio.NewReader(conn)
	response, err := http.ReadResponse(reader, nil)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("a watcher is answered %s", response.Status)
	}
	if err != nil {
		return d.unlessEnded(err)
	}
	defer response.Body.Close()
	first := true
	lines := bufio.NewScanner(response.Body)
	for lines.Scan() {
		if organization, ok := organizationIn(lines.Bytes()); ok {
			d.see(organization, first)
			first = false
		}
	}
	return d.unlessEnded(errors.Join(lines.Err(), errors.New("a watcher's stream ended")))
}

// organizationIn returns the id of the organization that an event is about.
func organizationIn(line []byte) (string, bool) {
	const length = len("org_") + 26
	at := bytes.Index(line, []byte(`"org_`))
	if at < 0 || len(line) < at+1+length {
		return "", false
	}
	return string(line[at+1 : at+1+length]), true
}

func (d *day) see(organization string, first bool) {
	now := time.Now()
	d.mu.Lock()
	defer d.mu.Unlock()
	if first {
		d.seen++
	}
	if sent, ok := d.sent[organization]; ok {
		d.delivered = append(d.delivered, now.Sub(sent))
	}
}

func (d *day) unlessEnded(err error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ended {
		return nil
	}
	return err
}

// begin forgets all saves and events so far.
func (d *day) begin() {
	d.mu.Lock()
	defer d.mu.Unlock()
	clear(d.sent)
	d.delivered = nil
}

// collect waits until the expected number of events has arrived, or until stragglerTime is over, and returns their
// latencies, sorted.
func (d *day) collect(ctx context.Context, expected int) []time.Duration {
	ctx, cancel := context.WithTimeout(ctx, stragglerTime)
	defer cancel()
	for d.arrived() < expected && sleepUntil(ctx, time.Now().Add(20*time.Millisecond)) {
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	sorted := slices.Clone(d.delivered)
	slices.Sort(sorted)
	return sorted
}

func (d *day) arrived() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.delivered)
}

func (d *day) end() error {
	d.mu.Lock()
	d.ended = true
	d.mu.Unlock()
	for _, conn := range d.conns {
		_ = conn.Close()
	}
	return d.watching.Wait()
}

// saver saves one cell after another.
type saver struct {
	day       *day
	server    *server
	of        tenant
	questions []question
	next      int
	mu        sync.Mutex
}

// save saves the next cell and records when it was sent.
func (s *saver) save(ctx context.Context, one *client) error {
	s.mu.Lock()
	number := s.next % len(s.questions)
	s.next++
	s.mu.Unlock()
	organization := id.Format(id.Organization, s.of.organizations[number%(len(s.questions)/2)].id)
	s.day.mu.Lock()
	s.day.sent[organization] = time.Now()
	s.day.mu.Unlock()
	body, err := one.ask(ctx, s.questions[number].request)
	if err == nil && !bytes.Contains(body, []byte(`"userErrors":[]`)) {
		err = fmt.Errorf("a save is answered %.300s", body)
	}
	return err
}

// run saves for the given time and returns the latency of each save, sorted.
func (s *saver) run(ctx context.Context, length time.Duration) ([]time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, length)
	defer cancel()
	all := make([][]time.Duration, dayWriters)
	var group errgroup.Group
	for n := range dayWriters {
		group.Go(func() error {
			one := client{address: s.server.address}
			defer one.close()
			for due := time.Now().Add(dayInterval * time.Duration(n) / dayWriters); sleepUntil(ctx, due); due = due.Add(dayInterval) {
				begun := time.Now()
				if err := s.save(context.WithoutCancel(ctx), &one); err != nil {
					return err
				}
				all[n] = append(all[n], time.Since(begun))
			}
			return nil
		})
	}
	err := group.Wait()
	sorted := slices.Concat(all...)
	slices.Sort(sorted)
	return sorted, err
}

// untilAllWatch saves until every watcher has received an event: watchers miss the saves made before they subscribed.
func (s *saver) untilAllWatch(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	one := client{address: s.server.address}
	defer one.close()
	for {
		if err := s.save(ctx, &one); err != nil {
			return err
		}
		s.day.mu.Lock()
		seen := s.day.seen
		s.day.mu.Unlock()
		if seen == watchers {
			return nil
		}
		if !sleepUntil(ctx, time.Now().Add(dayInterval)) {
			return fmt.Errorf("%d of %d watchers saw an event: %w", seen, watchers, ctx.Err())
		}
	}
}
