package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/graph/cache"
	"github.com/orgmap/orgmap/internal/dbtest"
)

// page is what one read returns: the names of three organizations, and how many are active.
type page struct {
	names [3]string
	used  int
}

// renaming and switching are writes to one of the three.
type (
	renaming struct {
		which int
		name  string
	}
	switching struct {
		which  int
		active bool
	}
)

// shown is the state of the model: what a read must return.
type shown struct {
	page
	active [3]bool
}

// grid returns the model of an account that does one thing at a time.
func grid(from shown) porcupine.Model {
	return porcupine.Model{
		Init: func() any { return from },
		Step: func(state, input, output any) (bool, any) {
			now := state.(shown)
			switch input := input.(type) {
			case renaming:
				now.names[input.which] = input.name
			case switching:
				if now.active[input.which] != input.active {
					now.active[input.which] = input.active
					now.used--
					if input.active {
						now.used += 2
					}
				}
			default:
				return output == now.page, now
			}
			return true, now
		},
	}
}

// player does random reads and writes on random servers.
type player struct {
	urls   []string
	token  string
	ids    [3]string
	random *rand.Rand
	hits   *atomic.Int64
}

func (p *player) post(query string, variables object) (answer, string, error) {
	body, err := json.Marshal(object{"query": query, "variables": variables, "extensions": object{"cache": true}})
	if err != nil {
		return answer{}, "", err
	}
	request, err := http.NewRequestWithContext(context.Background(), http.MethodPost, p.urls[p.random.IntN(len(p.urls))]+"/graphql", bytes.NewReader(body))
	if err != nil {
		return answer{}, "", err
	}
	request.Header.Set("Authorization", "Bearer "+p.token)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return answer{}, "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return answer{}, "", err
	}
	var got struct {
		answer
		Extensions struct{ Cache string }
	}
	if err := json.Unmarshal(text, &got); err != nil || len(got.Errors) > 0 {
		return answer{}, "", errors.Join(err, fmt.Errorf("%s", text))
	}
	return got.answer, got.Extensions.Cache, nil
}

func (p *player) read() (page, error) {
	got, result, err := p.post(`query($ids: [ID!]!) { nodes(ids: $ids) { ... on Organization { name } } quota { used } }`, object{"ids": p.ids})
	if err != nil {
		return page{}, err
	}
	if result == "HIT" {
		p.hits.Add(1)
	}
	var seen page
	for i := range seen.names {
		seen.names[i], _ = at(got.Data, "nodes", i, "name").(string)
	}
	used, _ := at(got.Data, "quota", "used").(float64)
	seen.used = int(used)
	return seen, nil
}

func (p *player) update(change object) error {
	got, _, err := p.post(`mutation($input: UpdateOrganizationInput!) { updateOrganization(input: $input) { userErrors { message } } }`, object{"input": change})
	if list, _ := at(got.Data, "updateOrganization", "userErrors").([]any); err == nil && len(list) > 0 {
		err = fmt.Errorf("refused: %v", list)
	}
	return err
}

const looks = 7 // an action of play: any but the first two

// play does count operations one after the other, and returns them with their results.
func (p *player) play(number, count int, began time.Time, looking *sync.WaitGroup) (done []porcupine.Operation, err error) {
	for i := range count {
		one := porcupine.Operation{ClientId: number, Call: int64(time.Since(began))}
		which, action := p.random.IntN(3), p.random.IntN(8)
		if i == 0 { // everyone reads before anyone writes, so that a cache has something to make stale
			action = looks
		}
		switch action {
		case 0:
			name := fmt.Sprintf("Client %d of %d", i, number)
			one.Input, err = renaming{which, name}, p.update(object{"organizationId": p.ids[which], "name": name})
		case 1:
			active := p.random.IntN(2) == 0
			one.Input, err = switching{which, active}, p.update(object{"organizationId": p.ids[which], "active": active})
		default:
			one.Output, err = p.read()
		}
		if i == 0 {
			looking.Done()
			looking.Wait()
		}
		if err != nil {
			return nil, err
		}
		one.Return = int64(time.Since(began))
		done = append(done, one)
	}
	return done, nil
}

// played lets several players run at once, checks that what they saw is possible if operations run one after the other,
// and returns how many responses came from a cache.
func played(t *testing.T, admin *client, urls ...string) (verdict porcupine.CheckResult, hits int64) {
	t.Helper()
	const players, each = 6, 60
	var looking sync.WaitGroup
	looking.Add(players)
	ids := admin.create("Alpha", "Bravo", "Charlie")
	from := shown{page: page{names: [3]string{"Alpha", "Bravo", "Charlie"}, used: 3}, active: [3]bool{true, true, true}}
	var group sync.WaitGroup
	var counted atomic.Int64
	all := make([][]porcupine.Operation, players)
	began := time.Now()
	for n := range players {
		one := &player{
			urls: urls, token: admin.token, ids: [3]string{ids["Alpha"], ids["Bravo"], ids["Charlie"]},
			random: rand.New(rand.NewPCG(uint64(n), 11)), hits: &counted,
		}
		group.Go(func() {
			var err error
			if all[n], err = one.play(n, each, began, &looking); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	return porcupine.CheckOperationsTimeout(grid(from), slices.Concat(all...), time.Minute), counted.Load()
}

// Three servers with a cache each use one database. A read after an acknowledged write sees it, and sees one consistent
// state.
func TestCache_IsNeverStale(t *testing.T) {
	t.Parallel()
	needs(t, partCache)
	stores := worldStores{database: dbtest.Database(t), redis: dbtest.Redis(t), keyset: newKeyset(t)}
	first := bootWorld(t, stores)
	verdict, hits := played(t, first.newAccount(10), first.url, bootWorld(t, stores).url, bootWorld(t, stores).url)
	require.Equal(t, porcupine.Ok, verdict)
	require.Greater(t, hits, int64(20))
	t.Logf("%d of the answers were kept ones", hits)
}

// The check can fail: it detects a server that does not learn the account's version with each request.
func TestCache_AStaleCacheIsDetected(t *testing.T) {
	t.Parallel()
	needs(t, partCache)
	w := newWorld(t)
	admin := w.newAccount(10)
	var known atomic.Pointer[cache.Version]
	graphql := w.app.graphql()
	stale := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		in, now, err := w.app.admit(r.Context(), r.Header.Get("Authorization"))
		if err != nil {
			w.app.refuse(out, r, err)
			return
		}
		known.CompareAndSwap(nil, now) // and it never changes after that
		graphql.ServeHTTP(out, r.WithContext(cache.WithVersion(in, *known.Load())))
	}))
	t.Cleanup(stale.Close)
	verdict, hits := played(t, admin, stale.URL)
	require.Equal(t, porcupine.Illegal, verdict)
	require.Greater(t, hits, int64(20))
}
