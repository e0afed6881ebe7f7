// Package sim simulates vendors for tests and demos. It is not part of what Orgmap does for its
// users. Each Server is an http.Handler that answers like the vendor's API, from a list that the
// program sets, with faults to inject.
package sim

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/orgmap/orgmap/internal/vendors"
)

// Call is one request that a Server received.
type Call struct {
	At     time.Time
	Kind   Kind
	Method string
	URI    string // path and query
	Status int    // 0 while in progress, and if the connection was cut
}

// Kind is the purpose of a request.
type Kind string

// All request kinds.
const (
	Discovery Kind = "discovery" // a request for the API's address
	SignIn    Kind = "sign-in"   // a request for a token
	List      Kind = "list"      // a page of organizations
	Other     Kind = "other"
)

// Server is one simulated vendor instance. It is safe for concurrent use.
type Server struct {
	dialect dialect
	closed  chan struct{}

	mu          sync.Mutex // guards everything below
	list        []vendors.Organization
	latency     time.Duration
	pageLimit   int
	limit       Limit
	faults      []*order
	calls       []Call
	counts      map[Kind]int
	inFlight    int
	maxInFlight int
	tokens      map[string]bool
	tokenCount  int
	recent      []time.Time
	excess      int
	moves       int
	modules     []Module
}

// Limit is the number of requests that a vendor accepts per period; zero Requests means unlimited.
type Limit struct {
	Requests int
	Per      time.Duration
}

// dialect is what is specific to one vendor's API.
type dialect interface {
	application() vendors.Application
	credentials() vendors.Credentials
	limit() Limit
	// kind classifies a request before anything else is done with it.
	kind(r *http.Request) Kind
	// signIn serves a token request.
	signIn(s *Server, w http.ResponseWriter, r *http.Request)
	// authorized checks a list request's credentials.
	authorized(s *Server, r *http.Request) bool
	// window returns the rows that are requested.
	window(r *http.Request) (Window, error)
	// page writes the rows.
	page(w http.ResponseWriter, r *http.Request, listing Listing)
	// reject sends the response to wrong credentials.
	reject(w http.ResponseWriter)
	// throttle sends the response to a request over the limit; excess counts the ones refused in a row.
	throttle(w http.ResponseWriter, excess int)
	// fail sends a status with the vendor's error body.
	fail(w http.ResponseWriter, r *http.Request, status int)
}

// Window says which rows a request asks for, in one of three ways: by page, by rows to skip, or by
// the id to continue after.
type Window struct {
	Size  int
	Page  int // counted from 0
	Skip  int
	After string
	// Module is the module whose list is requested; "" for vendors without modules.
	Module string
}

// Row is an organization to send, possibly changed by a fault.
type Row struct {
	vendors.Organization
	NullID, NullName bool
}

// Listing is the content of one page before the vendor's format is applied.
type Listing struct {
	Rows   []Row
	Total  int
	Offset int // of the first row
	Size   int // how many rows a page may have
	// Next is the offset of the next page, -1 after the last.
	Next int
	// NextHost replaces the server's own host in next-page addresses; "": the server's own.
	NextHost string
}

// New returns a simulation of an application's vendor; it reports false if there is none.
func New(application vendors.Application) (*Server, bool) {
	for _, candidate := range dialects() {
		if candidate.application() == application {
			return &Server{
				dialect: candidate, closed: make(chan struct{}), limit: candidate.limit(),
				counts: map[Kind]int{}, tokens: map[string]bool{}, modules: demoModules(),
			}, true
		}
	}
	return nil, false
}

func dialects() []dialect {
	return []dialect{itGlue{}, dattoRMM{}, autotask{}, connectWise{}, haloPSA{}, ninjaOne{}, hudu{}, vsaX{}, bms{}, kaseyaOne{}}
}

// Application returns the application that the server simulates.
func (s *Server) Application() vendors.Application { return s.dialect.application() }

// Credentials returns the credentials that the server accepts.
func (s *Server) Credentials() vendors.Credentials { return s.dialect.credentials() }

// Close ends requests that a fault is holding. The server still serves requests after it.
func (s *Server) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.closed:
	default:
		close(s.closed)
	}
}

// Set replaces the vendor's list.
func (s *Server) Set(organizations []vendors.Organization) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = slices.Clone(organizations)
}

// SetLatency delays every response.
func (s *Server) SetLatency(latency time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.latency = latency
}

// SetPageLimit makes pages smaller than requested, like a vendor whose limit is lower than
// documented; 0 undoes it.
func (s *Server) SetPageLimit(rows int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pageLimit = rows
}

// SetLimit replaces the vendor's documented limit.
func (s *Server) SetLimit(limit Limit) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limit = limit
}

// Calls returns every request so far, in order of arrival.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// Count returns the number of requests of a kind so far.
func (s *Server) Count(kind Kind) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counts[kind]
}

// MaxInFlight returns the highest number of concurrent requests so far.
func (s *Server) MaxInFlight() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.maxInFlight
}

// ExpireTokens expires every token issued so far.
func (s *Server) ExpireTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.tokens)
}

// ServeHTTP answers like the vendor.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	index, active := s.arrive(r)
	recorder := &statusRecorder{ResponseWriter: w}
	defer func() { s.leave(index, recorder.status) }()

	if !s.wait(r, s.currentLatency()) {
		panic(http.ErrAbortHandler)
	}
	if active.respond != nil {
		active.respond(s, recorder, r)
		return
	}
	if excess := s.overLimit(); excess > 0 {
		s.dialect.throttle(recorder, excess)
		return
	}
	if active.mangle == nil {
		s.answer(recorder, r, active)
		return
	}
	whole := &recording{header: http.Header{}, status: http.StatusOK}
	s.answer(whole, r, active)
	active.mangle(s, recorder, r, whole)
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request, active Fault) {
	mobile, moves := s.dialect.(mover)
	if moves && mobile.astray(s, w, r) {
		return
	}
	switch s.dialect.kind(r) {
	case Discovery:
		mobile.discover(s, w, r) // only a mover has requests of kind Discovery
	case SignIn:
		s.dialect.signIn(s, w, r)
	case List:
		if !s.dialect.authorized(s, r) {
			s.dialect.reject(w)
			return
		}
		window, err := s.dialect.window(r)
		if err != nil {
			s.dialect.fail(w, r, http.StatusBadRequest)
			return
		}
		s.dialect.page(w, r, s.listing(window, active))
	default:
		if more, has := s.dialect.(moduler); has && more.answerOther(s, w, r) {
			return
		}
		s.dialect.fail(w, r, http.StatusNotFound)
	}
}

// arrive records a request and returns the fault injected for it.
func (s *Server) arrive(r *http.Request) (int, Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	kind := s.dialect.kind(r)
	s.counts[kind]++
	s.inFlight++
	s.maxInFlight = max(s.maxInFlight, s.inFlight)
	s.calls = append(s.calls, Call{At: time.Now(), Kind: kind, Method: r.Method, URI: r.URL.RequestURI()})
	return len(s.calls) - 1, s.ordered(kind)
}

func (s *Server) leave(index, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inFlight--
	s.calls[index].Status = status
}

func (s *Server) currentLatency() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.latency
}

// wait waits for the duration; it reports false if the client or the server ended first.
func (s *Server) wait(r *http.Request, duration time.Duration) bool {
	if duration <= 0 {
		return true
	}
	timer := time.NewTimer(duration)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	case <-s.closed:
		return false
	}
}

// overLimit counts a request and returns how many in a row exceeded the limit, including this one.
func (s *Server) overLimit() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.limit.Requests == 0 {
		return 0
	}
	now := time.Now()
	s.recent = slices.DeleteFunc(s.recent, func(at time.Time) bool { return now.Sub(at) > s.limit.Per })
	if len(s.recent) >= s.limit.Requests {
		s.excess++
		return s.excess
	}
	s.recent = append(s.recent, now)
	s.excess = 0
	return 0
}

// listing returns the window of the list, changed by the fault.
func (s *Server) listing(window Window, active Fault) Listing {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pageLimit > 0 {
		window.Size = min(window.Size, s.pageLimit)
	}
	list := s.listOf(window.Module)
	if active.pick != nil {
		list = active.pick(list, &window)
	}
	from := window.Skip + window.Page*window.Size
	if window.After != "" {
		from = 1 + slices.IndexFunc(list, func(o vendors.Organization) bool { return o.RemoteID == window.After })
	}
	from = min(from, len(list))
	to := min(from+window.Size, len(list))
	listing := Listing{Total: len(list), Offset: from, Size: window.Size, Next: -1}
	if to < len(list) {
		listing.Next = to
	}
	for _, organization := range list[from:to] {
		listing.Rows = append(listing.Rows, Row{Organization: organization})
	}
	if active.tamper != nil {
		active.tamper(&listing)
	}
	return listing
}

// newToken returns a token that hasToken accepts until ExpireTokens.
func (s *Server) newToken() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokenCount++
	token := fmt.Sprintf("simulated-token-%06d", s.tokenCount)
	s.tokens[token] = true
	return token
}

func (s *Server) hasToken(token string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tokens[token]
}
