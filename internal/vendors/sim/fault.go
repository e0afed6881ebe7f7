package sim

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/orgmap/orgmap/internal/vendors"
)

// Fault is a failure to simulate. It hits every list request until Clear, unless At, Times or On
// narrow it.
type Fault struct {
	from, times int
	on          Kind

	// respond replaces the vendor's response.
	respond func(s *Server, w http.ResponseWriter, r *http.Request)
	// mangle sends a damaged form of the vendor's whole response.
	mangle func(s *Server, w http.ResponseWriter, r *http.Request, whole *recording)
	// pick filters the list before it is paged.
	pick func(list []vendors.Organization, window *Window) []vendors.Organization
	// tamper changes one page's content.
	tamper func(listing *Listing)
}

// order is an injected fault and how many times it may still hit.
type order struct {
	Fault
	left int // -1: any number
}

// At delays the fault until the n-th request of its kind, counted from 1 since the server started
// or was last cleared.
func (f Fault) At(n int) Fault { f.from = n; return f }

// Times ends the fault after n hits.
func (f Fault) Times(n int) Fault { f.times = n; return f }

// On makes the fault hit another kind of request than List.
func (f Fault) On(kind Kind) Fault { f.on = kind; return f }

// Inject adds faults. If several match a request, the first one added hits.
func (s *Server) Inject(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, fault := range faults {
		if fault.on == "" {
			fault.on = List
		}
		left := fault.times
		if left == 0 {
			left = -1
		}
		s.faults = append(s.faults, &order{fault, left})
	}
}

// Clear removes all faults and resets Count to zero. Calls keeps its log.
func (s *Server) Clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
	clear(s.counts)
}

// ordered returns the fault for the request that was just counted. The caller holds mu.
func (s *Server) ordered(kind Kind) Fault {
	for _, candidate := range s.faults {
		if candidate.on != kind || candidate.left == 0 || s.counts[kind] < candidate.from {
			continue
		}
		if candidate.left > 0 {
			candidate.left--
		}
		return candidate.Fault
	}
	return Fault{}
}

// Rejected rejects the credentials.
func Rejected() Fault {
	return Fault{respond: func(s *Server, w http.ResponseWriter, _ *http.Request) { s.dialect.reject(w) }}
}

// Expired expires all tokens when the request arrives.
func Expired() Fault {
	return Fault{respond: func(s *Server, w http.ResponseWriter, r *http.Request) {
		s.ExpireTokens()
		s.answer(w, r, Fault{})
	}}
}

// Throttled refuses the request for exceeding the rate limit; retryAfter is the literal header, ""
// for none.
func Throttled(retryAfter string) Fault {
	return Fault{respond: func(s *Server, w http.ResponseWriter, _ *http.Request) {
		if retryAfter != "" {
			w.Header().Set("Retry-After", retryAfter)
		}
		s.dialect.throttle(w, 1)
	}}
}

// ThrottledUntil is Throttled with a Retry-After date that is wait after the response.
func ThrottledUntil(wait time.Duration) Fault {
	return Fault{respond: func(s *Server, w http.ResponseWriter, _ *http.Request) {
		now := time.Now().UTC()
		w.Header().Set("Date", now.Format(http.TimeFormat))
		w.Header().Set("Retry-After", now.Add(wait).Format(http.TimeFormat))
		s.dialect.throttle(w, 1)
	}}
}

// Status returns a status and the vendor's error body.
func Status(status int) Fault {
	return Fault{respond: func(s *Server, w http.ResponseWriter, r *http.Request) { s.dialect.fail(w, r, status) }}
}

// Reply returns a status and the given body.
func Reply(status int, contentType, body string) Fault {
	return Fault{respond: func(_ *Server, w http.ResponseWriter, _ *http.Request) { send(w, status, contentType, body) }}
}

// Hang accepts the request and never responds.
func Hang() Fault { return HangAndTell(nil) }

// HangAndTell is Hang, and sends on taken when it has accepted a request, so a test does not have
// to wait longer.
func HangAndTell(taken chan<- struct{}) Fault {
	return Fault{respond: func(s *Server, _ http.ResponseWriter, r *http.Request) {
		if taken != nil {
			taken <- struct{}{}
		}
		select {
		case <-r.Context().Done():
		case <-s.closed:
		}
		panic(http.ErrAbortHandler)
	}}
}

// Drip sends the response byte by byte, with a pause before each.
func Drip(pause time.Duration) Fault {
	return Fault{mangle: func(s *Server, w http.ResponseWriter, r *http.Request, whole *recording) {
		whole.copyHeader(w)
		w.WriteHeader(whole.status)
		for _, single := range whole.body.Bytes() {
			if !s.wait(r, pause) {
				panic(http.ErrAbortHandler)
			}
			if _, err := w.Write([]byte{single}); err != nil {
				return
			}
			_ = http.NewResponseController(w).Flush()
		}
	}}
}

// Edited changes the JSON of the vendor's own response before it is sent. Numbers in it are
// json.Number.
func Edited(edit func(document any) any) Fault {
	return Fault{mangle: func(_ *Server, w http.ResponseWriter, _ *http.Request, whole *recording) {
		decoder := json.NewDecoder(&whole.body)
		decoder.UseNumber()
		var document any
		if err := decoder.Decode(&document); err != nil {
			panic(err) // injected into a response without JSON
		}
		whole.copyHeader(w)
		sendJSON(w, whole.status, whole.header.Get("Content-Type"), edit(document))
	}}
}

// Recoded sends the vendor's own response in another encoding, named by contentType.
func Recoded(contentType string, recode func([]byte) []byte) Fault {
	return Fault{mangle: func(_ *Server, w http.ResponseWriter, _ *http.Request, whole *recording) {
		whole.copyHeader(w)
		send(w, whole.status, contentType, string(recode(whole.body.Bytes())))
	}}
}

// Blocked responds like a firewall: with its own page and headers.
func Blocked(status int, header http.Header, body string) Fault {
	return Fault{respond: func(_ *Server, w http.ResponseWriter, _ *http.Request) {
		for name, values := range header {
			w.Header()[name] = values
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}}
}

// Truncated ends the response in the middle of its JSON without an error.
func Truncated() Fault {
	return Fault{mangle: func(_ *Server, w http.ResponseWriter, _ *http.Request, whole *recording) {
		whole.copyHeader(w)
		w.WriteHeader(whole.status)
		_, _ = w.Write(whole.body.Bytes()[:whole.body.Len()/2])
	}}
}

// Cut breaks the connection in the middle of the response.
func Cut() Fault {
	return Fault{mangle: func(_ *Server, w http.ResponseWriter, _ *http.Request, whole *recording) {
		whole.copyHeader(w)
		w.Header().Set("Content-Length", strconv.Itoa(whole.body.Len()))
		w.WriteHeader(whole.status)
		_, _ = w.Write(whole.body.Bytes()[:whole.body.Len()/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}}
}

// HTML returns a web page, like a proxy or a maintenance notice.
func HTML() Fault {
	return Reply(http.StatusOK, "text/html; charset=utf-8", "<!doctype html><title>Maintenance</title><p>We will be back soon.")
}

// WrongJSON returns JSON of another shape.
func WrongJSON() Fault { return Reply(http.StatusOK, "application/json", `{"status":"ok"}`) }

// Redirect redirects to another address.
func Redirect(location string) Fault {
	return Fault{respond: func(_ *Server, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", location)
		w.WriteHeader(http.StatusFound)
	}}
}

// Empty returns an empty list.
func Empty() Fault {
	return Fault{pick: func([]vendors.Organization, *Window) []vendors.Organization { return nil }}
}

// Total reports a total that is wrong by off.
func Total(off int) Fault {
	return Fault{tamper: func(listing *Listing) { listing.Total += off }}
}

// Shrunk leaves out the first n organizations. At a later page, that simulates a list that changes
// during a walk: the following rows move up past an offset.
func Shrunk(n int) Fault {
	return Fault{pick: func(list []vendors.Organization, _ *Window) []vendors.Organization { return list[min(n, len(list)):] }}
}

// Loop answers every request with the first page and names the first page as the next.
func Loop() Fault {
	return Fault{
		pick: func(list []vendors.Organization, window *Window) []vendors.Organization {
			*window = Window{Size: window.Size}
			return list
		},
		tamper: func(listing *Listing) { listing.Next = 0 },
	}
}

// Duplicates sends the first row of each page twice, the second time with another name.
func Duplicates() Fault {
	return Fault{tamper: func(listing *Listing) {
		if len(listing.Rows) > 0 {
			again := listing.Rows[0]
			again.Name += " (again)"
			listing.Rows = append(slices.Clone(listing.Rows), again)
		}
	}}
}

// NullIDs removes the id of the first row of each page.
func NullIDs() Fault {
	return Fault{tamper: func(listing *Listing) { onFirst(listing, func(row *Row) { row.NullID = true }) }}
}

// NullNames removes the name of the first row of each page.
func NullNames() Fault {
	return Fault{tamper: func(listing *Listing) { onFirst(listing, func(row *Row) { row.NullName = true }) }}
}

// HugeNames gives the first row of each page a name of 100 kB.
func HugeNames() Fault {
	return Fault{tamper: func(listing *Listing) { onFirst(listing, func(row *Row) { row.Name = strings.Repeat("N", 100_000) }) }}
}

// ForeignNext makes next-page addresses point to another host; it does not affect vendors that page
// by number.
func ForeignNext(host string) Fault {
	return Fault{tamper: func(listing *Listing) { listing.NextHost = host }}
}

func onFirst(listing *Listing, change func(*Row)) {
	if len(listing.Rows) > 0 {
		change(&listing.Rows[0])
	}
}

func send(w http.ResponseWriter, status int, contentType, body string) {
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	_, _ = w.Write([]byte(body))
}
