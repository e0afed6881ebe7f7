package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"text/tabwriter"
)

// results are all that was measured.
type results struct {
	Machine machine         `json:"machine"`
	Short   bool            `json:"short"`
	Grid    *gridResults    `json:"grid,omitempty"`
	Refresh *refreshResults `json:"refresh,omitempty"`
}

// machine is what it was measured on.
type machine struct {
	Go         string `json:"go"`
	System     string `json:"system"`
	Processors int    `json:"processors"`
	Postgres   string `json:"postgres"`
	Durable    bool   `json:"durable"` // whether commits waited for the disk
}

func describeMachine(ctx context.Context, stage *stage) machine {
	described := machine{Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH, Processors: runtime.NumCPU()}
	if err := stage.conn.QueryRow(ctx, "SHOW server_version").Scan(&described.Postgres); err != nil {
		described.Postgres = "of an unknown version"
	}
	return described
}

func (r *results) write(path string) error {
	encoded, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(encoded, '\n'), 0o644)
}

// print writes the results for people.
func (r *results) print(out io.Writer) error {
	text := &printer{out: out}
	text.line("%s, %s, %d processors for client, servers and Postgres %s together; durable=%t: no commit waits for the disk.",
		r.Machine.Go, r.Machine.System, r.Machine.Processors, r.Machine.Postgres, r.Machine.Durable)
	if r.Short {
		text.line("SHORT: a tenth of the data and one brief round. It shows that everything runs; its figures are no measurement.")
	}
	if r.Grid != nil {
		text.grid(r.Grid)
	}
	if r.Refresh != nil {
		text.refresh(r.Refresh)
	}
	return text.err
}

// printer writes until the first error.
type printer struct {
	out io.Writer
	err error
}

func (p *printer) line(format string, values ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.out, format+"\n", values...)
	}
}

// table writes rows of cells that tabs end, with columns as wide as they need.
func (p *printer) table(write func(row func(format string, values ...any))) {
	if p.err != nil {
		return
	}
	table := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	write(func(format string, values ...any) { _, _ = fmt.Fprintf(table, format+"\t\n", values...) })
	p.err = table.Flush() // it keeps the errors of all that was written
}

func (p *printer) grid(g *gridResults) {
	p.line("\nThe grid page: an account of %d organizations, %d integrations, %d external organizations, %d mappings; %d connections, rounds of %g s, medians.",
		g.Organizations, g.Integrations, g.ExternalOrgs, g.Mappings, g.Connections, g.Seconds)
	p.line("bare: net/http and pgx, one SQL statement under row-level security, JSON by hand; it does not sign anybody in. orgmap: a token for each connection, no cost budget.")
	p.line("orgmap / bare: above 1 is better for requests/s, below 1 for times. CPU in ms a request.\n")
	p.table(func(row func(string, ...any)) {
		row("page\tserver\trequests/s\tp50 ms\tp99 ms\tserver CPU\tPostgres CPU\trounds spread\tused by others")
		for _, kind := range g.Kinds {
			for i, one := range []round{kind.Orgmap, kind.Bare} {
				row("%s\t%s\t%.0f\t%.1f\t%.1f\t%s\t%s\t%.0f %%\t%s", kind.Name, serverNames[i], one.PerSecond, one.P50, one.P99,
					optional(one.ServerCPU, "%.2f", 1), optional(one.PostgresCPU, "%.2f", 1), 100*spread(kind.All[i]), optional(one.Elsewhere, "%.0f %%", 100))
			}
			row("\torgmap / bare\t%.2f\t%.2f\t%.2f\t%s\t%s\t\t", kind.Ratio.PerSecond, kind.Ratio.P50, kind.Ratio.P99,
				optional(kind.Ratio.ServerCPU, "%.2f", 1), optional(kind.Ratio.PostgresCPU, "%.2f", 1))
		}
	})
	p.line("")
	for _, kind := range g.Kinds {
		p.line("%s: %.0f organizations and %.0f mappings a page, %.0f KiB from orgmap, %.0f from bare; both answered the same rows. %s",
			kind.Name, kind.Content.Organizations, kind.Content.Mappings, kind.Content.OrgmapBytes/1024, kind.Content.BareBytes/1024, kind.steadiness())
	}
	p.line("Without requests Postgres used %s ms of CPU a second.", optional(g.Idle, "%.1f", 1))
	if g.PeakMemory != nil {
		p.line("Most memory of the servers: orgmap %d MiB, bare %d MiB.", g.PeakMemory.Orgmap>>20, g.PeakMemory.Bare>>20)
	}
}

func (k kindResults) steadiness() string {
	switch {
	case k.busiest() > quiet:
		return fmt.Sprintf("DISTURBED: other programs used up to %.0f %% of the processors. The CPU columns still tell something, the others little.", 100*k.busiest())
	case k.Rounds < 2:
		return "One round: nothing is known of how far rounds lie apart."
	case !k.Steady:
		return fmt.Sprintf("DISTURBED: of %d rounds, %d were dropped for lying apart by more than %.0f %%, and those left still do.", k.Rounds+k.Dropped, k.Dropped, 100*steady)
	default:
		return fmt.Sprintf("%d rounds, %d dropped for lying apart by more than %.0f %%.", k.Rounds, k.Dropped, 100*steady)
	}
}

// busiest is the largest share of the processors that others used during a round.
func (k kindResults) busiest() (share float64) {
	for _, one := range slices.Concat(k.All[:]...) {
		if one.Elsewhere != nil {
			share = max(share, *one.Elsewhere)
		}
	}
	return share
}

func (p *printer) refresh(r *refreshResults) {
	p.line("\nA refresh of %d external organizations by a server of its own process; the simulated vendor shares the machine.\n", r.Listed)
	p.table(func(row func(string, ...any)) {
		row("list\tseconds\tof these the vendor's\tserver CPU s\tPostgres CPU s\tserver's peak MiB\trows written\tlog MiB")
		for _, one := range r.Runs {
			row("%s\t%.1f\t%.1f\t%s\t%s\t%s\t%d\t%.1f", one.Name, one.Seconds, one.VendorSeconds, optional(one.ServerCPU, "%.1f", 1),
				optional(one.PostgresCPU, "%.1f", 1), optional(mebibytes(one.PeakMemory), "%.0f", 1), one.RowsWritten, float64(one.LogWritten)/(1<<20))
		}
	})
	p.line("\nThe grid page for %d readers, each asking every %v: p50 %.1f ms, p99 %.1f, most %.1f of %d pages without a refresh;",
		readers, readerInterval, r.PagesQuiet.P50, r.PagesQuiet.P99, r.PagesQuiet.Most, r.PagesQuiet.Pages)
	p.line("p50 %.1f ms, p99 %.1f, most %.1f of %d pages during the last one.", r.PagesBeside.P50, r.PagesBeside.P99, r.PagesBeside.Most, r.PagesBeside.Pages)
}

func mebibytes(bytes *int64) *float64 {
	if bytes == nil {
		return nil
	}
	converted := float64(*bytes) / (1 << 20)
	return &converted
}

// optional writes a figure in a unit, and n/a for one that this machine cannot tell.
func optional(figure *float64, format string, unit float64) string {
	if figure == nil {
		return "n/a"
	}
	return fmt.Sprintf(format, *figure*unit)
}
