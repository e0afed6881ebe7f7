package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"
)

// stranger is a request that a caller can send without signing in, and what it may cost.
type stranger struct {
	name    string
	request string // as sent over the wire
	sent    string // sent on the WebSocket that the request opened; "": not an upgrade
	// work is the most CPU time the request may take, as a multiple of that of /livez in the same run.
	work float64
}

// strangerStatements is how many statements a stranger's request may cause on average: failed sign-ins are looked up in
// batches and rate limited by address.
const strangerStatements = 0.05

// bodiless returns a request without a body.
func bodiless(method, path string, lines ...string) string {
	return method + " " + path + " HTTP/1.1\r\nHost: orgmap.example\r\n" + strings.Join(append(lines, "", ""), "\r\n")
}

// post returns a request with a JSON body.
func post(path, body string) string {
	return bodiless("POST", path, "Content-Type: application/json", "Content-Length: "+strconv.Itoa(len(body))) + body
}

// strangers returns all requests to measure; the first is the baseline of the others.
func strangers() []stranger {
	const operation = `{"query":"{ viewer { name } }"}`
	token := "orgmap_" + strings.Repeat("x", 43)
	code := "orgcode_" + strings.Repeat("x", 43)
	session := "orgmap_session=" + "orgsession_" + strings.Repeat("x", 43)
	upgrade := bodiless("GET", "/graphql", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
		"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Protocol: graphql-transport-ws")
	return []stranger{
		{name: "`GET /livez`", request: bodiless("GET", "/livez"), work: 1},
		{name: "`GET /readyz`", request: bodiless("GET", "/readyz"), work: 3},
		{name: "`GET /metrics` on the public address", request: bodiless("GET", "/metrics"), work: 4},
		{name: "`GET /`, the pages", request: bodiless("GET", "/", "Accept-Encoding: gzip"), work: 4},
		{name: "an unknown path", request: bodiless("GET", "/nowhere"), work: 4},
		{name: "`OPTIONS /graphql` of a foreign origin", request: bodiless("OPTIONS", "/graphql", "Origin: https://evil.example", "Access-Control-Request-Method: POST"), work: 4},
		{name: "`POST /graphql` without a token", request: post("/graphql", operation), work: 15}, // connection closed
		{name: "`GET /graphql` without a token", request: bodiless("GET", "/graphql?query=%7B__typename%7D"), work: 4},
		{name: "`GET /graphql`, unknown API token", request: bodiless("GET", "/graphql?query=%7B__typename%7D", "Authorization: Bearer "+token), work: 6},
		{name: "`GET /graphql`, unknown session", request: bodiless("GET", "/graphql?query=%7B__typename%7D", "Cookie: "+session), work: 6},
		{name: "`GET /csv/organizations` without a token", request: bodiless("GET", "/csv/organizations"), work: 4},
		{name: "`GET /session`, unknown session", request: bodiless("GET", "/session", "Cookie: "+session), work: 6},
		{name: "`POST /session`, unknown token", request: post("/session", `{"token":"`+token+`"}`), work: 15},
		{name: "`POST /session/preview`, unknown token", request: post("/session/preview", `{"token":"`+token+`"}`), work: 15},
		{name: "`POST /session/preview`, unknown code", request: post("/session/preview", `{"code":"`+code+`"}`), work: 15},
		{name: "`POST /auth/logout`, unknown session", request: bodiless("POST", "/auth/logout", "Cookie: "+session, "Content-Length: 0"), work: 6},
		{name: "socket: opened and left", request: upgrade, sent: "leave", work: 40},
		{name: "socket: unknown token in `connection_init`", request: upgrade, sent: maskedText(`{"type":"connection_init","payload":{"authorization":"Bearer ` + token + `"}}`), work: 60},
		{name: "socket: pings until it is closed", request: upgrade, sent: strings.Repeat("\x89\x80\x00\x00\x00\x00", 100), work: 60},
	}
}

// maskedText returns a client's text frame with a mask of zeros.
func maskedText(text string) string {
	return "\x81" + string([]byte{0x80 | 126, byte(len(text) >> 8), byte(len(text))}) + "\x00\x00\x00\x00" + text
}

// strangerResult is the average cost of one stranger's request.
type strangerResult struct {
	Name       string         `json:"name"`
	PerSecond  float64        `json:"requestsPerSecond"`
	CPU        float64        `json:"serverCpuMs"`
	Ratio      float64        `json:"timesLivez"`
	Postgres   float64        `json:"postgresCpuMs"`
	Statements float64        `json:"connectionsTakenFromThePool"`
	LogLines   float64        `json:"logLines"`
	Memory     float64        `json:"residentMiBAfterwards"`
	Answers    map[string]int `json:"answers"`
}

// measureStrangers measures the cost of callers who have not signed in, and fails if a request exceeds its limit.
func (r *results) measureStrangers(ctx context.Context, stage *stage, options options) (err error) {
	server, err := stage.serve(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.stop()) }()
	duration := seconds(options.pace.seconds)
	background, err := server.acquires(ctx)
	if err != nil {
		return err
	}
	if !sleepUntil(ctx, time.Now().Add(duration)) {
		return ctx.Err()
	}
	quiet, err := server.acquires(ctx)
	if err != nil {
		return err
	}
	own := (quiet - background) / duration.Seconds() // the server's own statements: feeds, sweeps, scrapes
	var failures []error
	for _, one := range strangers() {
		found, err := stage.measureStranger(ctx, server, one, options.pace.connections, duration, own)
		if err != nil {
			return fmt.Errorf("%s: %w", one.name, err)
		}
		r.Strangers = append(r.Strangers, found)
		last := &r.Strangers[len(r.Strangers)-1]
		last.Ratio = found.CPU / r.Strangers[0].CPU
		if last.Statements > strangerStatements {
			failures = append(failures, fmt.Errorf("%s: %.3f connections to Postgres a request, more than %g", one.name, last.Statements, strangerStatements))
		}
		if last.Ratio > one.work {
			failures = append(failures, fmt.Errorf("%s: %.1f times the work of /livez, more than %g", one.name, last.Ratio, one.work))
		}
	}
	return errors.Join(failures...)
}

func (s *stage) measureStranger(ctx context.Context, server *server, one stranger, connections int, duration time.Duration, own float64) (strangerResult, error) {
	before := s.meter(ctx, server)
	acquired, err := server.acquires(ctx)
	if err != nil {
		return strangerResult{}, err
	}
	lines := server.logLines()
	began := time.Now()
	answers, err := one.load(ctx, server.address, connections, duration)
	if err != nil {
		return strangerResult{}, err
	}
	elapsed := time.Since(began).Seconds()
	count := 0.0
	for _, times := range answers {
		count += float64(times)
	}
	taken, err := server.acquires(ctx)
	if err != nil {
		return strangerResult{}, err
	}
	after := s.meter(ctx, server)
	if !before.known || !after.known {
		return strangerResult{}, errors.New("this machine does not tell how much CPU a process uses")
	}
	_, resident, _ := peakMemory(server.process.PID())
	return strangerResult{
		Name: one.name, PerSecond: count / elapsed,
		CPU: milliseconds(after.server-before.server) / count, Postgres: milliseconds(after.postgres-before.postgres) / count,
		Statements: max(0, taken-acquired-own*elapsed) / count, LogLines: float64(server.logLines()-lines) / count,
		Memory: float64(resident) / (1 << 20), Answers: answers,
	}, nil
}

// load sends the request repeatedly over several connections and counts the responses by result.
func (one stranger) load(ctx context.Context, address string, connections int, duration time.Duration) (map[string]int, error) {
	ctx, cancel := context.WithTimeout(ctx, duration)
	defer cancel()
	all := make([]map[string]int, connections)
	var group errgroup.Group
	var asked atomic.Int64
	for n := range connections {
		all[n] = map[string]int{}
		group.Go(func() error {
			var conn net.Conn
			var reader *bufio.Reader
			for ctx.Err() == nil {
				if conn == nil {
					var err error
					if conn, err = new(net.Dialer).DialContext(context.WithoutCancel(ctx), "tcp", address); err != nil {
						return err
					}
					reader = bufio.NewReader(conn)
				}
				answer, again, err := one.ask(conn, reader)
				if err != nil {
					_ = conn.Close()
					return err
				}
				asked.Add(1)
				all[n][answer]++
				if !again {
					_ = conn.Close()
					conn = nil
				}
			}
			if conn != nil {
				_ = conn.Close()
			}
			return nil
		})
	}
	err := group.Wait()
	total := map[string]int{}
	for _, some := range all {
		for answer, times := range some {
			total[answer] += times
		}
	}
	return total, err
}

// ask sends the request once and reports whether the connection can be reused.
func (one stranger) ask(conn net.Conn, reader *bufio.Reader) (answer string, again bool, err error) {
	if err := conn.SetDeadline(time.Now().Add(answerLimit)); err != nil {
		return "", false, err
	}
	if _, err := io.WriteString(conn, one.request); err != nil {
		return "", false, err
	}
	response, err := http.ReadResponse(reader, nil)
	if errors.Is(err, syscall.ECONNRESET) || errors.Is(err, io.ErrUnexpectedEOF) {
		return "refused", false, nil // too many connections from this address are still open
	}
	if err != nil {
		return "", false, err
	}
	defer response.Body.Close()
	if one.sent == "" {
		_, err := io.Copy(io.Discard, response.Body)
		return strconv.Itoa(response.StatusCode), !response.Close, err
	}
	if response.StatusCode != http.StatusSwitchingProtocols {
		return strconv.Itoa(response.StatusCode), false, nil
	}
	if one.sent == "leave" {
		return "101", false, nil
	}
	if _, err := io.WriteString(conn, one.sent); err != nil {
		return "reset", false, nil
	}
	output, _ := io.ReadAll(reader)
	if at := bytes.LastIndexByte(output, 0x88); at >= 0 && len(output) >= at+4 {
		return fmt.Sprintf("closed with %d", int(output[at+2])<<8|int(output[at+3])), false, nil
	}
	return "reset", false, nil
}

// acquires returns how many connections the server has acquired from its pool, each for one statement or transaction.
func (s *server) acquires(ctx context.Context) (float64, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.metrics+"/metrics", nil)
	if err != nil {
		return 0, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	for lines := bufio.NewScanner(response.Body); lines.Scan(); {
		if value, is := strings.CutPrefix(lines.Text(), "orgmap_postgres_acquires_total "); is {
			return strconv.ParseFloat(value, 64)
		}
	}
	return 0, errors.New("the server does not tell how many connections it took")
}

func (s *server) logLines() int {
	text, _ := os.ReadFile(s.log)
	return bytes.Count(text, []byte("\n"))
}

func (p *printer) strangers(r *results) {
	if len(r.Strangers) == 0 {
		return
	}
	p.line("\n## Strangers\n\n%d connections; %g s each. At most %g connections to Postgres a request.", r.Pace.connections, r.Pace.seconds, strangerStatements)
	p.head(2, "what", "answers", "a second", "server CPU ms", "of /livez", "Postgres CPU ms", "Postgres connections", "log lines", "MiB resident afterwards")
	for _, one := range r.Strangers {
		var answers []string
		for answer := range one.Answers {
			answers = append(answers, answer)
		}
		slices.Sort(answers)
		p.row(one.Name, strings.Join(answers, ", "), fmt.Sprintf("%.0f", one.PerSecond), fmt.Sprintf("%.3f", one.CPU), fmt.Sprintf("%.1f", one.Ratio),
			fmt.Sprintf("%.3f", one.Postgres), fmt.Sprintf("%.4f", one.Statements), fmt.Sprintf("%.4f", one.LogLines), fmt.Sprintf("%.0f", one.Memory))
	}
}
