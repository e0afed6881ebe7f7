package plan

import (
	"context"
	"io"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
)

// plan is a compiled operation.
type plan struct {
	of        string // the root type
	root      *Selection
	arguments int          // how many steps have arguments
	inner     []string     // of a subscription: the variables that decide how an event is rendered
	bytes     int64        // approximate size
	size      atomic.Int64 // of the last response in bytes, as an estimate for the next
}

// spare sets how much larger than the last response the buffer starts: one part in spare.
const spare = 8

func (p *plan) start(ctx context.Context, operation *graphql.OperationContext) *Execution {
	size := p.size.Load()
	x := &Execution{
		operation: operation,
		buffer:    make([]byte, 0, size+size/spare+64),
		path:      make([]frame, 0, 16),
		arguments: make([]map[string]any, p.arguments),
	}
	x.ctx = context.WithValue(graphql.WithFieldContext(ctx, &graphql.FieldContext{Object: p.of}), executionKey{}, x)
	return x
}

// execute runs a query, or mutations one after the other. It also returns what the response cost.
func (p *plan) execute(ctx context.Context, operation *graphql.OperationContext) (response *graphql.Response, cost int) {
	x := p.start(ctx, operation)
	base, valid := x.ctx, true
	x.buffer = append(x.buffer, '{')
	for i := range p.root.steps {
		step := &p.root.steps[i]
		if i > 0 {
			x.buffer = append(x.buffer, ',')
		}
		x.buffer = append(x.buffer, step.key...)
		if step.field != nil {
			valid = x.rootField(base, step) && valid
		}
	}
	if !valid {
		return &graphql.Response{Data: []byte("null")}, x.cost
	}
	x.buffer = append(x.buffer, '}')
	p.size.Store(int64(len(x.buffer)))
	return &graphql.Response{Data: x.buffer}, x.cost
}

// rootField appends a root field, calling the interceptors of root fields. It reports false if a non-null field is
// null.
func (x *Execution) rootField(ctx context.Context, step *Step) bool {
	mark := len(x.buffer)
	ctx = graphql.WithRootFieldContext(ctx, &graphql.RootFieldContext{Object: step.collected.Name, Field: step.collected})
	value := x.operation.RootResolverMiddleware(ctx, func(ctx context.Context) graphql.Marshaler {
		x.ctx, x.path = ctx, append(x.path[:0], frame{step: step})
		if !x.resolve(step) {
			return graphql.Null
		}
		return appended{}
	})
	switch value {
	case appended{}:
		return true
	case graphql.Null:
		return x.null(step.field, mark)
	default: // an interceptor's own value
		x.buffer = x.buffer[:mark]
		value.MarshalGQL(x)
		return true
	}
}

func (x *Execution) resolve(step *Step) (ok bool) {
	defer func() {
		if cause := recover(); cause != nil {
			x.path = x.path[:1]
			x.panicked(cause)
			ok = false
		}
	}()
	x.cost += step.cost
	return step.field.Append(x, step, nil)
}

// appended stands for a value that is already in the buffer.
type appended struct{}

// MarshalGQL writes nothing.
func (appended) MarshalGQL(io.Writer) {}
