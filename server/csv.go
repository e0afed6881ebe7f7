package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/csvfile"
	"github.com/orgmap/orgmap/internal/export"
	"github.com/orgmap/orgmap/internal/id"
	"github.com/orgmap/orgmap/internal/requestid"
	"github.com/orgmap/orgmap/internal/throttle"
)

// The limits of files: each of them keeps a transaction open until its client has read it.
const (
	filesPerAccount = 2               // at once, on this process
	fileTime        = 5 * time.Minute // for the whole file
)

// fileShare is the part of the database connections that files may use together: one of so many.
const fileShare = 4

// filePlaces are the places for CSV files that are being sent.
type filePlaces struct {
	all      chan struct{}
	accounts *throttle.Counter
	part     time.Duration // for a client to take each part of a file
}

func newFilePlaces(connections int, part time.Duration) *filePlaces {
	return &filePlaces{make(chan struct{}, max(1, connections/fileShare)), throttle.NewCounter(filesPerAccount), part}
}

// csvRoutes serves an account's data as CSV files.
func (a *App) csvRoutes() http.Handler {
	files := export.New(a.db)
	mux := http.NewServeMux()
	mux.Handle("GET /csv/organizations", a.file("organizations", func(r *http.Request) (writing, error) { return files.Organizations, nil }))
	mux.Handle("GET /csv/mappings", a.file("mappings", func(r *http.Request) (writing, error) { return files.Mappings, nil }))
	mux.Handle("GET /csv/history", a.file("history", func(r *http.Request) (writing, error) {
		period, err := periodOf(r)
		return func(ctx context.Context, to *csvfile.Writer) error { return files.History(ctx, to, period) }, err
	}))
	mux.Handle("GET /csv/external-organizations", a.file("external-organizations", func(r *http.Request) (writing, error) {
		kind, integration, ok := id.Parse(r.URL.Query().Get("integration"))
		if !ok || kind != id.Integration {
			integration = uuid.Nil
		}
		_, err := files.Integration(r.Context(), integration)
		return func(ctx context.Context, to *csvfile.Writer) error { return files.ExternalOrgs(ctx, to, integration) }, err
	}))
	return mux
}

// writing writes a file.
type writing func(ctx context.Context, to *csvfile.Writer) error

// file serves a file. The query may ask for a byte order mark with bom=1.
func (a *App) file(called string, open func(*http.Request) (writing, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		actor, known := auth.ActorFrom(r.Context())
		if !known {
			a.refuse(w, r, apperr.New(apperr.Unauthenticated, "Sign in first: send Authorization: Bearer TOKEN."))
			return
		}
		leave, ok := a.files.enter(actor.AccountID)
		if !ok {
			a.refuse(w, r, apperr.New(apperr.RateLimited, "Too many files are being written. Try again when one of them is complete."))
			return
		}
		defer leave()
		write, err := open(r)
		if err != nil {
			a.refuse(w, r, err)
			return
		}
		name := fmt.Sprintf("orgmap-%s-%s.csv", called, a.resolver.Clock().UTC().Format(time.DateOnly))
		w.Header().Set("Content-Type", "text/csv; charset=utf-8")
		w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
		if r.Method == http.MethodHead {
			return
		}
		a.writeFile(w, r, write)
	})
}

// writeFile sends a file. If it fails before anything was sent, the response is an error; after that, the connection is
// cut, so that nobody takes a part of the file for the whole.
func (a *App) writeFile(w http.ResponseWriter, r *http.Request, write writing) {
	ctx, cancel := context.WithTimeout(r.Context(), fileTime)
	defer cancel()
	sending := &fileSender{w: w, limit: a.files.part}
	err := write(ctx, csvfile.NewWriter(sending, r.URL.Query().Get("bom") == "1"))
	switch {
	case err == nil:
		return
	case !sending.begun:
		w.Header().Del("Content-Disposition")
		a.refuse(w, r, err)
		return
	case r.Context().Err() == nil && !errors.Is(err, errSlowReader):
		a.logger.WarnContext(r.Context(), "could not complete a CSV file", "path", r.URL.Path, "error", err, "request", requestid.From(r.Context()))
	}
	panic(http.ErrAbortHandler)
}

// enter takes a place for a file of the account.
func (p *filePlaces) enter(account uuid.UUID) (leave func(), ok bool) {
	select {
	case p.all <- struct{}{}:
	default:
		return nil, false
	}
	left, ok := p.accounts.Enter(account)
	if !ok {
		<-p.all
		return nil, false
	}
	return func() { left(); <-p.all }, true
}

var errSlowReader = errors.New("the client reads too slowly, or has left")

// fileSender gives the client a limited time to take each part of a file.
type fileSender struct {
	w     http.ResponseWriter
	limit time.Duration // for each part
	begun bool
}

func (s *fileSender) Write(part []byte) (int, error) {
	if !s.begun {
		s.begun = true
		s.w.WriteHeader(http.StatusOK) // sets a deadline for the whole response, which the next line replaces
	}
	_ = http.NewResponseController(s.w).SetWriteDeadline(time.Now().Add(s.limit))
	written, err := s.w.Write(part)
	if err != nil {
		return written, errors.Join(errSlowReader, err)
	}
	return written, nil
}

var _ io.Writer = (*fileSender)(nil)

// periodOf reads the times from which and until which history is asked for.
func periodOf(r *http.Request) (export.Period, error) {
	period := export.Period{From: time.Unix(0, 0), To: time.Now().AddDate(1, 0, 0)}
	for name, into := range map[string]*time.Time{"from": &period.From, "to": &period.To} {
		text := r.URL.Query().Get(name)
		if text == "" {
			continue
		}
		at, err := time.Parse(time.RFC3339, strings.ReplaceAll(text, " ", "+")) // a plus that nobody escaped
		if err != nil || at.Year() < 1 || at.Year() > 9999 {
			return period, apperr.New(apperr.BadUserInput, "%s is not a time: write it as 2026-03-31T00:00:00Z.", name)
		}
		*into = at
	}
	return period, nil
}
