package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"time"

	"github.com/orgmap/orgmap/internal/inbound"
)

// serveProfiles serves Go profiles on a separate address until stopped. API callers must not reach them: profiles
// expose internals, and taking one slows the server down.
func serveProfiles(ctx context.Context, address string, logger *slog.Logger) (stop func(), err error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("serve profiles on %s (--profile-listen): %w", address, err)
	}
	deadlines := inbound.DefaultDeadlines()
	deadlines.Response = longestProfile // a trace is written while it is recorded
	guard := inbound.New(inbound.Options{Deadlines: deadlines, Total: profileConnections, Logger: logger})
	server := guard.Server(guard.Handler(profiles()))
	server.ConnContext = inbound.ConnContext
	go func() {
		if err := server.Serve(guard.Listen(listener)); !errors.Is(err, http.ErrServerClosed) {
			logger.Error("profiling server stopped", "error", err)
		}
	}()
	logger.Info("serving profiles", "address", listener.Addr().String())
	return func() { _ = server.Close() }, nil
}

// profileConnections is how many connections the profile listener may have open.
const profileConnections = 20

// longestProfile is the longest profile or trace that a client may request.
const longestProfile = 5 * time.Minute

func profiles() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	return mux
}
