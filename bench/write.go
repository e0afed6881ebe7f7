package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/id"
)

const (
	saveMutation = `mutation Save($cells: [MappingCellInput!]!) {
  saveMappings(input: {cells: $cells}) { organizations { id } userErrors { message } }
}`
	importMutation = `mutation Import($ids: [ID!]!) {
  importFromITGlue(input: {externalOrgIds: $ids}) { results { outcome } userErrors { message } }
}`
	// savers is the number of connections that save single cells: an account's writes are serialized.
	savers = 4
	// manyCells is the most cells that one save may have.
	manyCells = 1_000
	// importedAtOnce is the maximum number of external organizations in one import.
	importedAtOnce = 10_000
)

// measureWrites measures saves, compared with a bare transaction, and imports.
func (r *results) measureWrites(ctx context.Context, stage *stage, options options, of tenant) (err error) {
	writers := slices.DeleteFunc(subjects(), func(one subject) bool { return one.sort != floor && one.name != "orgmap" })
	c, err := newContest(ctx, stage, options.pace, of, writers)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	many := min(manyCells, of.size.organizations/2)
	for _, kind := range []struct {
		name               string
		cells, connections int
	}{{"save 1 cell", 1, savers}, {fmt.Sprintf("save %d cells", many), many, 1}} {
		var loads []load
		for n, one := range c.subjects {
			loads = append(loads, load{
				name: kind.name, address: c.servers[n].address, connections: kind.connections,
				questions: saves(c.servers[n], of, one.sort == ours, kind.cells, many),
			})
		}
		found, err := c.compare(ctx, kind.name, []int{0, 1}, loads)
		if err != nil {
			return err
		}
		r.Writes = append(r.Writes, found)
	}
	found, err := stage.imports(ctx, c.servers[0], of)
	r.Writes = append(r.Writes, found)
	return err
}

// saves returns saves of the given number of cells each. The first half maps the cells of the first integration to
// other external organizations, the second half maps them back, so every save does the same amount of work.
func saves(server *server, of tenant, toOrgmap bool, cells, all int) (questions []question) {
	for _, shift := range []int{of.size.organizations, 0} {
		for from := 0; from < all; from += cells {
			save := bareCells{Integration: of.listing}
			for k := from; k < from+cells; k++ {
				save.Organizations = append(save.Organizations, of.organizations[k].id)
				save.ExternalOrgs = append(save.ExternalOrgs, of.listed[k+shift])
			}
			asked := question{length: anyLength}
			if toOrgmap {
				asked.request = save.toOrgmap(server, of)
			} else {
				asked.request = save.toBare(server)
			}
			questions = append(questions, asked)
		}
	}
	return questions
}

func (s bareCells) toOrgmap(server *server, of tenant) []byte {
	cells := make([]map[string]any, len(s.Organizations))
	for i := range cells {
		cells[i] = map[string]any{
			"organizationId": id.Format(id.Organization, s.Organizations[i]), "integrationId": id.Format(id.Integration, s.Integration),
			"externalOrgIds": []string{id.Format(id.ExternalOrg, s.ExternalOrgs[i])},
		}
	}
	return orgmapSpeaker().post(server, of, saveMutation, map[string]any{"cells": cells})
}

func (s bareCells) toBare(server *server) []byte {
	body, err := json.Marshal(s)
	if err != nil {
		panic("bench: ids always encode: " + err.Error())
	}
	head := fmt.Sprintf("POST /save HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", server.address, len(body))
	return append([]byte(head), body...)
}

// imports runs three of the largest possible imports, each of different organizations. No peer has a comparable
// operation.
func (s *stage) imports(ctx context.Context, server *server, of tenant) (kindResults, error) {
	fresh := of.listed[of.size.organizations:]
	fresh = fresh[len(fresh)/7:] // the first ones were saved into cells
	count := min(importedAtOnce, len(fresh)/3)
	kind := kindResults{Kind: fmt.Sprintf("import %d", count)}
	found := result{Name: "orgmap", Sort: ours}
	one := client{address: server.address}
	defer one.close()
	for n := range 3 {
		request := orgmapSpeaker().post(server, of, importMutation, map[string]any{"ids": externalIDs(fresh[n*count : (n+1)*count])})
		before, begun := s.meter(ctx, server), time.Now()
		body, err := one.ask(ctx, request)
		took := time.Since(begun)
		if err != nil {
			return kind, err
		}
		if created := bytes.Count(body, []byte(`"CREATED"`)); created != count {
			return kind, fmt.Errorf("an import of %d made %d organizations: %.300s", count, created, body)
		}
		found.Rounds = append(found.Rounds, roundOf([]time.Duration{took}, took, before, s.meter(ctx, server)))
		found.Bytes = float64(len(body))
		say("%s: %.1f s", kind.Kind, took.Seconds())
	}
	found.Median = summary(found.Rounds)
	kind.Subjects = append(kind.Subjects, found)
	return kind, nil
}

func externalIDs(externals []uuid.UUID) []string {
	ids := make([]string, len(externals))
	for i, one := range externals {
		ids[i] = id.Format(id.ExternalOrg, one)
	}
	return ids
}
