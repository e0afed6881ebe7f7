// Package sim simulates vendors. It is a tool for tests and for demonstrations, no part of what Orgmap does for its users: each Server
// is an http.Handler that answers as the vendor's API does, from a list that the program sets, with faults to order.
package sim

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/orgmap/orgmap/internal/vendors"
)

// Call is one request that a Server got.
type Call struct {
	At     time.Time
	Kind   Kind
	Method string
	URI    string // path and query
	Status int    // 0 while it is being answered, and where the connection was cut
}

// Kind says what a request was for.
type Kind string

// The kinds.
const (
	Discovery Kind = "discovery" // the question where the API is
	SignIn    Kind = "sign-in"   // the exchange of credentials for a token
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

// Limit is how many requests a vendor takes within a time; zero Requests means any number.
type Limit struct {
	Requests int
	Per      time.Duration
}

// dialect is what one vendor's API has for itself.
type dialect interface {
	application() vendors.Application
	credentials() vendors.Credentials
	limit() Limit
	// kind sorts a request before anything else happens to it.
	kind(r *http.Request) Kind
	// signIn answers a request for a token.
	signIn(s *Server, w http.ResponseWriter, r *http.Request)
	// authorized checks a list request's credentials.
	authorized(s *Server, r *http.Request) bool
	// window reads which rows are asked for.
	window(r *http.Request) (Window, error)
	// page writes the rows.
	page(w http.ResponseWriter, r *http.Request, listing Listing)
	// reject answers wrong credentials.
	reject(w http.ResponseWriter)
	// throttle answers one request too many; excess counts those refused in a row.
	throttle(w http.ResponseWriter, excess int)
	// fail answers with a status of the vendor's own.
	fail(w http.ResponseWriter, r *http.Request, status int)
}

// Window is which rows a request asks for, in one of three ways: by page, by rows to skip, or by the id to go on after.
type Window struct {
	Size  int
	Page  int // counted from 0
	Skip  int
	After string
	// Module is the module whose list is asked for, "" for vendors without any.
	Module string
}

// Row is an organization on its way out, as a fault may have left it.
type Row struct {
	vendors.Organization
	NullID, NullName bool
}

// Listing is one page's content before the vendor's form is given to it.
type Listing struct {
	Rows   []Row
	Total  int
	Offset int // of the first row
	Size   int // how many rows a page may have
	// Next is the offset of the next page, -1 after the last.
	Next int
	// NextHost stands in for the server's own host in addresses of the next page; "": its own.
	NextHost string
}

// New simulates an application's vendor; it reports false for one that has no simulation.
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

// Application says whom the server simulates.
func (s *Server) Application() vendors.Application { return s.dialect.application() }

// Credentials are the ones the server accepts.
func (s *Server) Credentials() vendors.Credentials { return s.dialect.credentials() }

// Close ends requests that a fault holds. The server refuses none after it.
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

// SetLatency makes every answer wait.
func (s *Server) SetLatency(latency time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.latency = latency
}

// SetPageLimit makes pages smaller than asked for; 0 takes it back. A vendor with a lower limit than documented looks like this.
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

// Calls gives every request so far, in the order of arrival.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// Count gives how many requests of a kind came so far.
func (s *Server) Count(kind Kind) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counts[kind]
}

// MaxInFlight gives the most requests that were ever being answered at once.
func (s *Server) MaxInFlight() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.maxInFlight
}

// ExpireTokens makes every token given so far worthless.
func (s *Server) ExpireTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.tokens)
}

// ServeHTTP answers as the vendor would.
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
		mobile.discover(s, w, r) // only a mover's kind is ever Discovery
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

// arrive notes a request and finds the fault ordered for it.
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

// wait reports false where the client or the server went away first.
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

// overLimit counts a request, and gives how many in a row were over the limit, this one included.
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

// listing cuts a window out of the list and lets the fault at it.
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

// newToken gives a token that hasToken accepts until ExpireTokens.
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
