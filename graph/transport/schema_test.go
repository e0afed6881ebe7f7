package transport_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

const schemaText = `
type Query { me: String! echo(text: String!): String! fail: String away: String! boom: String hold: String large(bytes: Int!): String! }
type Mutation { bump: Int! hold: String }
type Subscription {
  tick(n: Int!, every: Int): Int!
  feed: String!
  silent: Int!
  breaks: Int!
  failAtOnce: Int!
  failLater: Int!
  boomAtOnce: Int!
  boomLater: Int!
}`

// schema executes by hand what the protocol tests need, as generated code would.
type schema struct {
	document *ast.Schema
	feed     chan string   // what the feed subscription sends next
	release  chan struct{} // closed to let hold return
	holding  chan struct{} // receives when hold has begun
	open     atomic.Int64  // subscriptions whose resolver is still running
	bumps    atomic.Int64
	attempts atomic.Int64 // of the breaks subscription
	drop     func()       // cuts every connection
}

func newSchema() *schema {
	return &schema{
		document: gqlparser.MustLoadSchema(&ast.Source{Name: "test.graphqls", Input: schemaText}),
		feed:     make(chan string), release: make(chan struct{}), holding: make(chan struct{}, 16),
	}
}

func (s *schema) Schema() *ast.Schema { return s.document }

func (s *schema) Complexity(context.Context, string, string, int, map[string]any) (int, bool) {
	return 0, false
}

func (s *schema) Exec(ctx context.Context) graphql.ResponseHandler {
	operation := graphql.GetOperationContext(ctx)
	fields := graphql.CollectFields(operation, operation.Operation.SelectionSet, nil)
	if operation.Operation.Operation == ast.Subscription {
		return s.subscribe(ctx, fields[0], operation.Variables)
	}
	answered := false
	return func(ctx context.Context) *graphql.Response {
		if answered {
			return nil
		}
		answered = true
		if fields[0].Name == "away" { // its null propagates to the top
			graphql.AddError(ctx, &gqlerror.Error{Message: "Away.", Extensions: map[string]any{"code": "UNAVAILABLE"}})
			return &graphql.Response{Data: []byte("null")}
		}
		result := map[string]any{}
		for _, field := range fields {
			result[field.Alias] = s.resolve(ctx, field, operation)
		}
		return encoded(result)
	}
}

func (s *schema) resolve(ctx context.Context, field graphql.CollectedField, operation *graphql.OperationContext) any {
	arguments := field.ArgumentMap(operation.Variables)
	switch field.Name {
	case "__typename":
		return field.ObjectDefinition.Name
	case "__type":
		return map[string]any{"name": arguments["name"]}
	case "__schema":
		return map[string]any{"queryType": map[string]any{"name": "Query"}}
	case "echo":
		return arguments["text"]
	case "fail":
		graphql.AddError(ctx, errors.New("it failed"))
		return nil
	case "boom":
		panic("boom")
	case "bump":
		return s.bumps.Add(1)
	case "large":
		bytes, _ := arguments["bytes"].(int64)
		return strings.Repeat("x", int(bytes))
	case "hold":
		s.holding <- struct{}{}
		select {
		case <-s.release:
			return "released"
		case <-ctx.Done():
			return nil
		}
	default:
		return "me"
	}
}

func (s *schema) subscribe(ctx context.Context, field graphql.CollectedField, variables map[string]any) graphql.ResponseHandler {
	arguments := field.ArgumentMap(variables)
	s.open.Add(1)
	context.AfterFunc(ctx, func() { s.open.Add(-1) })
	switch field.Name {
	case "tick":
		n, _ := arguments["n"].(int64)
		every, _ := arguments["every"].(int64)
		return ticks(ctx, field.Alias, n, time.Duration(every)*time.Millisecond)
	case "feed":
		return func(context.Context) *graphql.Response {
			select {
			case text := <-s.feed:
				return encoded(map[string]any{field.Alias: text})
			case <-ctx.Done():
				return nil
			}
		}
	case "breaks":
		return s.breaking(ctx, field.Alias)
	case "failAtOnce":
		graphql.AddError(ctx, errors.New("cannot subscribe"))
		return nil
	case "failLater":
		return failing(ctx, field.Alias)
	case "boomAtOnce":
		panic("boom")
	case "boomLater":
		return func(context.Context) *graphql.Response { panic("boom") }
	default:
		return func(context.Context) *graphql.Response {
			<-ctx.Done()
			return nil
		}
	}
}

// breaking sends one event and cuts the connections on the first attempt, and sends two more events on the second.
func (s *schema) breaking(ctx context.Context, alias string) graphql.ResponseHandler {
	events, first := 0, s.attempts.Add(1) == 1
	return func(context.Context) *graphql.Response {
		switch events++; {
		case first && events == 2:
			s.drop()
			<-ctx.Done()
			return nil
		case events > 2:
			return nil
		default:
			return encoded(map[string]any{alias: events})
		}
	}
}

// ticks writes each event into the memory of the previous one, as gqlgen's generated code does.
func ticks(ctx context.Context, alias string, n int64, every time.Duration) graphql.ResponseHandler {
	var next int64
	var memory []byte
	return func(context.Context) *graphql.Response {
		if next >= n {
			return nil
		}
		if every > 0 && next > 0 {
			select {
			case <-time.After(every):
			case <-ctx.Done():
				return nil
			}
		}
		next++
		memory = append(memory[:0], encoded(map[string]any{alias: next - 1}).Data...)
		return &graphql.Response{Data: memory}
	}
}

func encoded(result map[string]any) *graphql.Response {
	text, err := json.Marshal(result)
	if err != nil {
		panic(err)
	}
	return &graphql.Response{Data: text}
}
