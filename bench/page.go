package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/name"
	"github.com/orgmap/orgmap/internal/page"
)

// pageQuery is the grid's page. The bare handler writes its fields in the same order.
const pageQuery = `query Page($after: String, $search: String) {
  organizations(first: 50, after: $after, search: $search) {
    edges { cursor node { id name mappings { id integration { id name } externalOrg { id name } } } }
    pageInfo { hasNextPage endCursor }
    totalCount
  }
}`

// place is a page of the list: the one behind an organization, of all or of those that a search finds.
type place struct {
	search string
	after  *seeded // nil: the first page
}

// browsing are all pages of the list, from first to last.
func (t tenant) browsing() []place {
	sorted := slices.Clone(t.organizations)
	slices.SortFunc(sorted, func(a, b seeded) int {
		if order := strings.Compare(name.Fold(a.name), name.Fold(b.name)); order != 0 {
			return order
		}
		return bytes.Compare(a.id[:], b.id[:])
	})
	places := []place{{}}
	for at := pageSize; at < len(sorted); at += pageSize {
		places = append(places, place{after: &sorted[at-1]})
	}
	return places
}

// searching are the first pages of searches for one word after the other.
func searching() []place {
	var places []place
	for _, word := range searchWords() {
		places = append(places, place{search: word})
	}
	return places
}

// toOrgmap is the HTTP request for the place, as it goes over the wire.
func (p place) toOrgmap(address, token string) []byte {
	variables := map[string]any{}
	if p.search != "" {
		variables["search"] = p.search
	}
	if p.after != nil {
		variables["after"] = page.Cursor{"folded", name.Fold(p.after.name), p.after.id.String()}.String()
	}
	body, err := json.Marshal(map[string]any{"query": pageQuery, "variables": variables})
	if err != nil {
		panic("bench: strings always encode: " + err.Error())
	}
	head := fmt.Sprintf("POST /graphql HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nAccept: application/json\r\nContent-Length: %d\r\n\r\n",
		address, token, len(body))
	return append([]byte(head), body...)
}

// toBare is the same for the bare handler.
func (p place) toBare(address string) []byte {
	query := url.Values{"search": {p.search}, "folded": {""}, "id": {uuid.Nil.String()}}
	if p.after != nil {
		query.Set("folded", name.Fold(p.after.name))
		query.Set("id", p.after.id.String())
	}
	return fmt.Appendf(nil, "GET /page?%s HTTP/1.1\r\nHost: %s\r\nAccept: application/json\r\n\r\n", query.Encode(), address)
}

// answeredPage is a page as either server answers it.
type answeredPage struct {
	Errors []any `json:"errors"`
	Data   struct {
		Organizations struct {
			Edges []struct {
				Cursor string
				Node   struct {
					ID, Name string
					Mappings []struct {
						ID                       string
						Integration, ExternalOrg struct{ ID, Name string }
					}
				}
			}
			PageInfo struct {
				HasNextPage bool
				EndCursor   *string
			}
			TotalCount int
		}
	}
}

// question is a request with the length that its answer must have: nothing is measured that is not answered in full.
type question struct {
	request []byte
	length  int
}

// agree asks both servers every question of their loads and makes sure that they give the same rows. It fills in how
// long each answer is, and returns how much there is on a page.
func agree(ctx context.Context, loads [2]load) (content pageContent, err error) {
	clients := [2]client{{address: loads[0].address}, {address: loads[1].address}}
	defer clients[0].close()
	defer clients[1].close()
	for n := range loads[0].questions {
		var pages [2]answeredPage
		for i := range loads {
			asked := &loads[i].questions[n]
			body, err := clients[i].ask(ctx, asked.request)
			if err != nil {
				return content, err
			}
			if err := json.Unmarshal(body, &pages[i]); err != nil || len(pages[i].Errors) > 0 {
				return content, errors.Join(err, fmt.Errorf("%s answers %.300s", serverNames[i], body))
			}
			asked.length = len(body)
		}
		if !reflect.DeepEqual(pages[0], pages[1]) {
			return content, fmt.Errorf("the two servers do not answer the same rows to %.300s: %+v and %+v", loads[1].questions[n].request, pages[0], pages[1])
		}
		content.add(pages[0], loads[0].questions[n].length, loads[1].questions[n].length)
	}
	return content.mean(len(loads[0].questions)), nil
}

// pageContent is how much a page holds, on average.
type pageContent struct {
	Organizations float64 `json:"organizations"`
	Mappings      float64 `json:"mappings"`
	OrgmapBytes   float64 `json:"orgmapBytes"`
	BareBytes     float64 `json:"bareBytes"`
}

func (c *pageContent) add(answered answeredPage, orgmapBytes, bareBytes int) {
	c.Organizations += float64(len(answered.Data.Organizations.Edges))
	for _, edge := range answered.Data.Organizations.Edges {
		c.Mappings += float64(len(edge.Node.Mappings))
	}
	c.OrgmapBytes += float64(orgmapBytes)
	c.BareBytes += float64(bareBytes)
}

func (c pageContent) mean(pages int) pageContent {
	n := float64(pages)
	return pageContent{c.Organizations / n, c.Mappings / n, c.OrgmapBytes / n, c.BareBytes / n}
}
