package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/auth"
	"github.com/orgmap/orgmap/internal/inbound"
	"github.com/orgmap/orgmap/internal/integration"
	"github.com/orgmap/orgmap/internal/refresh"
	"github.com/orgmap/orgmap/internal/secret"
	"github.com/orgmap/orgmap/internal/vendors"
	"github.com/orgmap/orgmap/internal/vendors/catalog"
	"github.com/orgmap/orgmap/internal/vendors/sim"
)

const (
	// demoLatency is how long a simulated vendor takes per page: slow enough to watch a refresh.
	demoLatency = 400 * time.Millisecond
	// demoPage is how many organizations a simulated vendor returns per page, so that a refresh reads several pages.
	demoPage = 40
	// demoOrganizations is how many of the clients the demo account has at first.
	demoOrganizations = 25
)

// demo runs a simulated vendor on loopback for each application that has one. It is for trying out Orgmap. The
// connectors that call the simulated vendors are the real ones.
type demo struct {
	addresses map[vendors.Application]string // host:port, the same after a restart since connections store it
	servers   []*http.Server
	vendors   []*sim.Server
}

// startDemo serves the simulated vendors. It connects and refreshes any that are not connected and adds sample data.
func (s stores) startDemo(ctx context.Context, app *App, admin auth.Actor) (stop func(), err error) {
	dir, err := s.dataDir()
	if err != nil {
		return nil, err
	}
	demo := &demo{addresses: map[vendors.Application]string{}}
	if err := demo.serveAll(ctx, filepath.Join(dir, "demo-vendors.json")); err != nil {
		demo.close()
		return nil, err
	}
	if err := demo.fill(auth.WithActor(ctx, admin), app); err != nil {
		demo.close()
		return nil, err
	}
	return demo.close, nil
}

func (d *demo) serveAll(ctx context.Context, path string) error {
	kept, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(kept, &d.addresses)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("read where the simulated vendors listen: %w", err)
	}
	for _, descriptor := range catalog.All().All() {
		vendor, simulated := sim.New(descriptor.Application)
		if !simulated {
			continue
		}
		vendor.Set(sim.DemoOrganizations(descriptor.Application))
		vendor.SetPageLimit(demoPage)
		if err := d.serve(ctx, descriptor.Application, vendor); err != nil {
			return err
		}
	}
	encoded, err := json.Marshal(d.addresses)
	if err != nil {
		return err
	}
	return secret.WriteFile(path, encoded)
}

func (d *demo) serve(ctx context.Context, application vendors.Application, vendor *sim.Server) error {
	address := d.addresses[application]
	if address == "" {
		address = "127.0.0.1:0"
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("the simulated %s cannot listen where it did before: %w", application, err)
	}
	d.addresses[application] = listener.Addr().String()
	server := inbound.New(inbound.Options{Deadlines: inbound.DefaultDeadlines()}).Server(vendor)
	d.servers, d.vendors = append(d.servers, server), append(d.vendors, vendor)
	go func() { _ = server.Serve(listener) }()
	return nil
}

func (d *demo) close() {
	for _, vendor := range d.vendors {
		vendor.Close()
	}
	for _, server := range d.servers {
		_ = server.Close()
	}
}

// fill connects each simulated vendor that is not connected, requests a refresh of the new lists, and creates the first
// organizations if the account has no integration yet.
func (d *demo) fill(ctx context.Context, app *App) error {
	services := app.resolver.Sources
	there, err := services.Integrations.List(ctx)
	if err != nil {
		return err
	}
	connected := map[vendors.Application]bool{}
	for _, one := range there {
		connected[one.Connected] = true // the connected application: a KaseyaOne connection appears as its modules
	}
	if len(there) == 0 {
		for _, client := range sim.DemoClients()[:demoOrganizations] {
			if _, err := services.Organizations.Create(ctx, client); err != nil {
				return fmt.Errorf("demonstration: create %q: %w", client, err)
			}
		}
	}
	// Connect one at a time: columns are in the order they were connected, and the grid must be the same every time.
	for _, vendor := range d.vendors {
		if !connected[vendor.Application()] {
			if err := d.connect(ctx, app, vendor); err != nil {
				return err
			}
		}
		vendor.SetLatency(demoLatency)
	}
	return nil
}

func (d *demo) connect(ctx context.Context, app *App, vendor *sim.Server) error {
	baseURL := "http://" + d.addresses[vendor.Application()]
	input := integration.ConnectInput{Application: vendor.Application(), BaseURL: &baseURL}
	for name, value := range vendor.Credentials() {
		input.Credentials = append(input.Credentials, integration.Credential{Name: name, Value: value})
	}
	made, err := app.resolver.Sources.Integrations.Connect(ctx, input)
	if err != nil {
		return fmt.Errorf("demonstration: connect %s: %w", vendor.Application(), err)
	}
	vendor.SetLatency(demoLatency) // slow enough to watch the refresh, but not until the vendor is connected
	for _, one := range made {
		if _, err := app.resolver.Refreshes.Request(ctx, []uuid.UUID{one.ID}, refresh.Accepted{}); err != nil {
			return fmt.Errorf("demonstration: refresh %s: %w", one.Name, err)
		}
	}
	return nil
}

// loopback is the network that simulated vendors listen on.
var loopback = netip.MustParsePrefix("127.0.0.0/8")
