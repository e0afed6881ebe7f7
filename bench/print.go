package main

import (
	"fmt"
	"io"
	"strings"
)

// print writes the results as Markdown.
func (r *results) print(out io.Writer) error {
	text := &printer{out: out}
	text.line("%s, %s, %d processors for client, servers and Postgres %s together; no commit waits for the disk. Times and CPU in ms, medians.",
		r.Machine.Go, r.Machine.System, r.Machine.Processors, r.Machine.Postgres)
	if r.Short {
		text.line("\n**Short**: a tenth of the data and one brief round. It shows that everything runs; its figures are no measurement.")
	}
	text.pages(r)
	text.day(r)
	text.writes(r)
	if r.Refresh != nil {
		text.refresh(r.Refresh)
	}
	text.strangers(r)
	text.growth(r)
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

// head writes a table's header. The first columns are text, the rest are numbers.
func (p *printer) head(words int, columns ...string) {
	p.line("\n| %s |", strings.Join(columns, " | "))
	rule := strings.Repeat("|---", words) + strings.Repeat("|--:", len(columns)-words)
	p.line("%s|", rule)
}

func (p *printer) row(cells ...string) { p.line("| %s |", strings.Join(cells, " | ")) }

func (p *printer) pages(r *results) {
	if len(r.Pages) == 0 {
		return
	}
	p.line("\n## Pages\n\nAn account of %v; %d connections; %d rounds of %g s.\n", r.Size, r.Pace.connections, r.Pace.rounds, r.Pace.seconds)
	for _, one := range subjects() {
		p.line("- %s: %s.", one.name, one.about)
	}
	p.head(2, "page", "server", "requests/s", "p50", "p99", "server CPU", "Postgres CPU", "KiB", "allocations",
		"of bare", "of fastest peer", "of peer with our SQL", "spread", "dropped", "others")
	for _, kind := range r.Pages {
		for _, one := range kind.Subjects {
			p.row(append(one.cells(kind), figure(one.Bytes/1024), optional(one.Median.Allocations, "%.0f", 1),
				kind.ratio(one, floor), kind.ratio(one, usual), kind.ratio(one, given), one.spread(), fmt.Sprint(one.Dropped), one.others())...)
		}
	}
	for _, compared := range []struct{ kind, words string }{{withSuggestions, "A page with its suggestions"}, {withPeople, "A page of organizations with people and groups"}, {asItWas, "A page of a snapshot"}} {
		if ratio := r.costOf(compared.kind); ratio > 0 {
			p.line("\n%s takes %.2f times the CPU, of orgmap and Postgres together, of a page to browse.", compared.words, ratio)
		}
	}
	var peaks []string
	for _, one := range r.Memory {
		peaks = append(peaks, fmt.Sprintf("%s %d", one.Server, one.Bytes>>20))
	}
	p.line("\nMost memory in MiB: %s.", strings.Join(peaks, ", "))
	p.legend()
	p.profiles(r.Profiles)
}

// costOf compares the CPU of a page of a kind with that of a page to browse; 0: not measured.
func (r *results) costOf(kind string) float64 {
	cost := map[string]float64{}
	for _, measured := range r.Pages {
		one := measured.Subjects[0]
		if one.Median.ServerCPU == nil || one.Median.PostgresCPU == nil {
			continue
		}
		cost[measured.Kind] = *one.Median.ServerCPU + *one.Median.PostgresCPU
	}
	if cost["browse"] == 0 {
		return 0
	}
	return cost[kind] / cost["browse"]
}

func (p *printer) profiles(all []profile) {
	for _, one := range all {
		p.line("\n### Where the CPU of %s goes: %s\n\nThe functions that use most by themselves, with their share, and their share with all that they call. A profile of %d s, taken apart from the measurement.", one.Server, one.Kind, profileSeconds)
		p.head(1, "function", "itself", "with its calls")
		for _, spent := range one.Spent {
			p.row("`"+spent.Function+"`", spent.Own, spent.Within)
		}
	}
}

func (p *printer) legend() {
	p.line("\n\"of\" are ratios of requests/s. Spread: how far apart a server's rounds lie. Dropped: rounds that were disturbed and measured again. Others: the share of the processors that other programs used; above %.0f %% only the CPU columns tell something.", 100*quiet)
}

// cells returns the first cells of every table's row for a server.
func (r result) cells(kind kindResults) []string {
	return []string{
		kind.Kind, r.Name, figure(r.Median.PerSecond), figure(r.Median.P50), figure(r.Median.P99),
		optional(r.Median.ServerCPU, "%.2f", 1), optional(r.Median.PostgresCPU, "%.2f", 1),
	}
}

func (r result) spread() string { return fmt.Sprintf("%.0f %%", 100*spread(r.Rounds)) }
func (r result) others() string { return optional(r.Median.Elsewhere, "%.0f %%", 100) }

// ratio compares a server's rate with that of the fastest server of a sort.
func (k kindResults) ratio(of result, sort sort) string {
	fastest := 0.0
	for _, one := range k.Subjects {
		if one.Sort == sort {
			fastest = max(fastest, one.Median.PerSecond)
		}
	}
	if fastest == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f", of.Median.PerSecond/fastest)
}

func (p *printer) growth(r *results) {
	if len(r.Growth) == 0 {
		return
	}
	p.line("\n## Growth\n\nThe same two pages of accounts of several sizes, 8 external organizations and 6 mappings for each organization, and at last of one among many accounts.")
	p.head(4, "organizations", "accounts", "page", "server", "requests/s", "p50", "p99", "server CPU", "Postgres CPU", "of bare", "of fastest peer", "spread", "others")
	for _, account := range r.Growth {
		for _, kind := range account.Kinds {
			for _, one := range kind.Subjects {
				cells := append([]string{fmt.Sprint(account.Organizations), fmt.Sprint(account.Accounts)}, one.cells(kind)...)
				p.row(append(cells, kind.ratio(one, floor), kind.ratio(one, usual), one.spread(), one.others())...)
			}
		}
	}
}

func (p *printer) day(r *results) {
	if len(r.Day) == 0 {
		return
	}
	p.line("\n## A mixed day\n\n%d connections browse and search as fast as they are answered, %d people save a cell every %v, %d watch all changes as server-sent events. An event's time begins when the save is sent. No peer pushes a journal: orgmap alone.",
		r.Pace.connections, dayWriters, dayInterval, watchers)
	p.head(1, "server", "reads/s", "p50", "p99", "saves", "p50", "p99", "deliveries", "lost", "p50", "p99", "others")
	for _, one := range r.Day {
		p.row(one.Name, figure(one.Reads.PerSecond), figure(one.Reads.P50), figure(one.Reads.P99), fmt.Sprint(one.Saves), figure(one.SaveP50), figure(one.SaveP99),
			fmt.Sprint(one.Deliveries), fmt.Sprint(one.Lost), figure(one.EventP50), figure(one.EventP99), optional(one.Reads.Elsewhere, "%.0f %%", 100))
	}
}

func (p *printer) writes(r *results) {
	if len(r.Writes) == 0 {
		return
	}
	p.line("\n## Writes\n\nSaves replace what cells hold, for %d connections one cell each and for one connection many. bare: one transaction in one round trip that locks the account, deletes, inserts and appends to the journal, and checks nothing. Imports are one connection's, orgmap alone: no peer has them.", savers)
	p.head(2, "write", "server", "requests/s", "p50", "p99", "server CPU", "Postgres CPU", "allocations", "of bare", "spread", "dropped", "others")
	for _, kind := range r.Writes {
		for _, one := range kind.Subjects {
			p.row(append(one.cells(kind), optional(one.Median.Allocations, "%.0f", 1), kind.ratio(one, floor), one.spread(), fmt.Sprint(one.Dropped), one.others())...)
		}
	}
}

func (p *printer) refresh(r *refreshResults) {
	p.line("\n## Refresh\n\n%d external organizations, through the whole program; the simulated vendor shares the machine, and thinks for %v over each page. Meanwhile %d readers ask for a page of the grid every %v; it is never cached. Of several refreshes alike the one of median time is shown, with the pages read beside any of them.",
		r.Listed, vendorThinks, readers, readerInterval)
	p.head(1, "list", "times", "seconds", "of these the vendor's", "server CPU s", "Postgres CPU s", "server's peak MiB", "rows written", "log MiB", "pages", "p50", "p99", "most", "p99 of quiet")
	p.row("none", "", "", "", "", "", "", "", "", fmt.Sprint(r.Quiet.Pages), figure(r.Quiet.P50), figure(r.Quiet.P99), figure(r.Quiet.Most), "1.00")
	for _, one := range r.Runs {
		p.row(one.Name, fmt.Sprint(one.Times), fmt.Sprintf("%.1f", one.Seconds), fmt.Sprintf("%.1f", one.VendorSeconds), optional(one.ServerCPU, "%.1f", 1), optional(one.PostgresCPU, "%.1f", 1),
			optional(mebibytes(one.PeakMemory), "%.0f", 1), fmt.Sprint(one.RowsWritten), fmt.Sprintf("%.1f", float64(one.LogWritten)/(1<<20)),
			fmt.Sprint(one.Pages.Pages), figure(one.Pages.P50), figure(one.Pages.P99), figure(one.Pages.Most), fmt.Sprintf("%.2f", one.Pages.P99/r.Quiet.P99))
	}
}

func mebibytes(bytes *int64) *float64 {
	if bytes == nil {
		return nil
	}
	converted := float64(*bytes) / (1 << 20)
	return &converted
}

// figure formats a number with as many digits as are significant.
func figure(value float64) string {
	if value >= 100 {
		return fmt.Sprintf("%.0f", value)
	}
	return fmt.Sprintf("%.1f", value)
}

// optional formats a figure in a unit, or as n/a if it is unknown.
func optional(figure *float64, format string, unit float64) string {
	if figure == nil {
		return "n/a"
	}
	return fmt.Sprintf(format, *figure*unit)
}
