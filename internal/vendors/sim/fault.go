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

// Fault is something that goes wrong. It hits every list request until Clear, unless At, Times or On narrow it.
type Fault struct {
	from, times int
	on          Kind

	// respond answers in the vendor's place.
	respond func(s *Server, w http.ResponseWriter, r *http.Request)
	// mangle sends the vendor's whole answer on, spoilt.
	mangle func(s *Server, w http.ResponseWriter, r *http.Request, whole *recording)
	// pick chooses from the list before a page is cut out of it.
	pick func(list []vendors.Organization, window *Window) []vendors.Organization
	// tamper changes one page's content.
	tamper func(listing *Listing)
}

// order is a fault that was injected, with how often it may hit yet.
type order struct {
	Fault
	left int // -1: any number
}

// At makes the fault wait for the n-th request of its kind, counted from 1 since the server began or was last cleared.
func (f Fault) At(n int) Fault { f.from = n; return f }

// Times makes the fault end after n hits.
func (f Fault) Times(n int) Fault { f.times = n; return f }

// On makes the fault hit another kind of request than List.
func (f Fault) On(kind Kind) Fault { f.on = kind; return f }

// Inject orders faults. Where several fit a request, the one ordered first hits.
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

// Clear takes all faults back and lets Count begin at zero. Calls keeps its log.
func (s *Server) Clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
	clear(s.counts)
}

// ordered finds the fault for the request just counted. The caller holds mu.
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

// Rejected refuses the credentials.
func Rejected() Fault {
	return Fault{respond: func(s *Server, w http.ResponseWriter, _ *http.Request) { s.dialect.reject(w) }}
}

// Expired makes the tokens given so far worthless as the request arrives.
func Expired() Fault {
	return Fault{respond: func(s *Server, w http.ResponseWriter, r *http.Request) {
		s.ExpireTokens()
		s.answer(w, r, Fault{})
	}}
}

// Throttled refuses one request too many; retryAfter is the header as it stands, "" for none.
func Throttled(retryAfter string) Fault {
	return Fault{respond: func(s *Server, w http.ResponseWriter, _ *http.Request) {
		if retryAfter != "" {
			w.Header().Set("Retry-After", retryAfter)
		}
		s.dialect.throttle(w, 1)
	}}
}

// ThrottledUntil is Throttled with a date that lies so far ahead of the answer.
func ThrottledUntil(wait time.Duration) Fault {
	return Fault{respond: func(s *Server, w http.ResponseWriter, _ *http.Request) {
		now := time.Now().UTC()
		w.Header().Set("Date", now.Format(http.TimeFormat))
		w.Header().Set("Retry-After", now.Add(wait).Format(http.TimeFormat))
		s.dialect.throttle(w, 1)
	}}
}

// Status answers with a status and the vendor's error body.
func Status(status int) Fault {
	return Fault{respond: func(s *Server, w http.ResponseWriter, r *http.Request) { s.dialect.fail(w, r, status) }}
}

// Reply answers with a status and a body of the program's own.
func Reply(status int, contentType, body string) Fault {
	return Fault{respond: func(_ *Server, w http.ResponseWriter, _ *http.Request) { send(w, status, contentType, body) }}
}

// Hang takes the request and never answers.
func Hang() Fault { return HangAndTell(nil) }

// HangAndTell does as Hang, and tells when it has taken a request, so that whoever waits need not wait for long.
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

// Drip sends the answer byte by byte, with a pause before each.
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

// Edited changes the JSON of the vendor's own answer before it is sent. Numbers are json.Number in it.
func Edited(edit func(document any) any) Fault {
	return Fault{mangle: func(_ *Server, w http.ResponseWriter, _ *http.Request, whole *recording) {
		decoder := json.NewDecoder(&whole.body)
		decoder.UseNumber()
		var document any
		if err := decoder.Decode(&document); err != nil {
			panic(err) // ordered for an answer that has no JSON
		}
		whole.copyHeader(w)
		sendJSON(w, whole.status, whole.header.Get("Content-Type"), edit(document))
	}}
}

// Recoded sends the vendor's own answer in other bytes, which contentType says.
func Recoded(contentType string, recode func([]byte) []byte) Fault {
	return Fault{mangle: func(_ *Server, w http.ResponseWriter, _ *http.Request, whole *recording) {
		whole.copyHeader(w)
		send(w, whole.status, contentType, string(recode(whole.body.Bytes())))
	}}
}

// Blocked answers as a firewall does: with its own page and headers.
func Blocked(status int, header http.Header, body string) Fault {
	return Fault{respond: func(_ *Server, w http.ResponseWriter, _ *http.Request) {
		for name, values := range header {
			w.Header()[name] = values
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}}
}

// Truncated ends the answer in the middle of its JSON, as if that were all.
func Truncated() Fault {
	return Fault{mangle: func(_ *Server, w http.ResponseWriter, _ *http.Request, whole *recording) {
		whole.copyHeader(w)
		w.WriteHeader(whole.status)
		_, _ = w.Write(whole.body.Bytes()[:whole.body.Len()/2])
	}}
}

// Cut breaks the connection in the middle of the answer.
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

// HTML answers with a web page, as a proxy or a maintenance notice does.
func HTML() Fault {
	return Reply(http.StatusOK, "text/html; charset=utf-8", "<!doctype html><title>Maintenance</title><p>We will be back soon.")
}

// WrongJSON answers with JSON of another shape.
func WrongJSON() Fault { return Reply(http.StatusOK, "application/json", `{"status":"ok"}`) }

// Redirect points to another address.
func Redirect(location string) Fault {
	return Fault{respond: func(_ *Server, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", location)
		w.WriteHeader(http.StatusFound)
	}}
}

// Empty answers with an empty list.
func Empty() Fault {
	return Fault{pick: func([]vendors.Organization, *Window) []vendors.Organization { return nil }}
}

// Total announces a total that is off by so many.
func Total(off int) Fault {
	return Fault{tamper: func(listing *Listing) { listing.Total += off }}
}

// Shrunk leaves the first n organizations out: ordered At a later page, it is a list that moves during a walk, in which
// the rows after them slip past an offset.
func Shrunk(n int) Fault {
	return Fault{pick: func(list []vendors.Organization, _ *Window) []vendors.Organization { return list[min(n, len(list)):] }}
}

// Loop answers every request with the first page, and names the first page as the next.
func Loop() Fault {
	return Fault{
		pick: func(list []vendors.Organization, window *Window) []vendors.Organization {
			*window = Window{Size: window.Size}
			return list
		},
		tamper: func(listing *Listing) { listing.Next = 0 },
	}
}

// Duplicates sends the first row of each page twice, the second time under another name.
func Duplicates() Fault {
	return Fault{tamper: func(listing *Listing) {
		if len(listing.Rows) > 0 {
			again := listing.Rows[0]
			again.Name += " (again)"
			listing.Rows = append(slices.Clone(listing.Rows), again)
		}
	}}
}

// NullIDs takes the id off the first row of each page.
func NullIDs() Fault {
	return Fault{tamper: func(listing *Listing) { onFirst(listing, func(row *Row) { row.NullID = true }) }}
}

// NullNames takes the name off the first row of each page.
func NullNames() Fault {
	return Fault{tamper: func(listing *Listing) { onFirst(listing, func(row *Row) { row.NullName = true }) }}
}

// HugeNames gives the first row of each page a name of 100 kB.
func HugeNames() Fault {
	return Fault{tamper: func(listing *Listing) { onFirst(listing, func(row *Row) { row.Name = strings.Repeat("N", 100_000) }) }}
}

// ForeignNext makes addresses of a next page point to another host; vendors that page by number are not touched by it.
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
