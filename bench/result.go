package main

import (
	"context"
	"encoding/json"
	"os"
	"runtime"
)

// results holds the measurements of a whole run of the bench.
type results struct {
	Machine   machine          `json:"machine"`
	Short     bool             `json:"short"`
	Size      size             `json:"-"`
	Pace      pace             `json:"-"`
	Pages     []kindResults    `json:"pages,omitempty"`
	Memory    []memory         `json:"memory,omitempty"`
	Profiles  []profile        `json:"profiles,omitempty"`
	Growth    []growthResults  `json:"growth,omitempty"`
	Day       []dayResults     `json:"day,omitempty"`
	Writes    []kindResults    `json:"writes,omitempty"`
	Refresh   *refreshResults  `json:"refresh,omitempty"`
	Strangers []strangerResult `json:"strangers,omitempty"`
}

// memory is a server's peak memory while pages were read.
type memory struct {
	Server string `json:"server"`
	Bytes  int64  `json:"peakBytes"`
}

// machine describes the machine that was measured on.
type machine struct {
	Go         string `json:"go"`
	System     string `json:"system"`
	Processors int    `json:"processors"`
	Postgres   string `json:"postgres"`
	Durable    bool   `json:"durable"` // whether commits wait for the disk
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
