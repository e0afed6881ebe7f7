package transport

import (
	"context"
	"errors"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/orgmap/orgmap/graph/fanout"
	"github.com/orgmap/orgmap/graph/guard"
)

// prepare parses and validates one request. If the request is refused, it returns the response to send and nothing may
// be executed. The returned context always carries the operation, for error presenters.
func prepare(
	ctx context.Context, exec graphql.GraphExecutor, params *graphql.RawParams,
) (in context.Context, operation *graphql.OperationContext, refusal *graphql.Response) {
	in = ctx
	defer func() {
		if cause := recover(); cause != nil {
			operation, refusal = nil, recovered(in, exec, cause)
		}
	}()
	operation, errs := exec.CreateOperationContext(ctx, params)
	in = graphql.WithOperationContext(ctx, operation)
	if len(errs) > 0 {
		return in, operation, dispatchError(in, exec, guard.All(errs)...)
	}
	return in, operation, nil
}

// once executes a query or mutation. It returns nil only if ctx has ended, so that no client waits for the response.
func once(ctx context.Context, exec graphql.GraphExecutor, operation *graphql.OperationContext) (response *graphql.Response) {
	defer func() {
		if cause := recover(); cause != nil {
			response = recovered(ctx, exec, cause)
		}
	}()
	next, ctx := exec.DispatchOperation(ctx, operation)
	response = next(ctx)
	if response == nil && ctx.Err() == nil {
		return dispatchError(ctx, exec, internalError())
	}
	return response
}

// run executes an operation of any kind and passes each response to emit, until there are no more or emit returns
// false. A response without data is the last one. A panic becomes such a response: a resolver must not crash the
// process.
func run(ctx context.Context, exec graphql.GraphExecutor, operation *graphql.OperationContext, emit func(*graphql.Response) bool) {
	if operation.Operation.Operation != ast.Subscription {
		// Call it only once: an interceptor that never returns nil would loop here forever.
		if response := once(ctx, exec, operation); response != nil {
			emit(response)
		}
		return
	}
	newSubscription(ctx, exec, operation).run(emit)
}

// subscription is a running subscription. Only one goroutine at a time runs it.
type subscription struct {
	exec      graphql.GraphExecutor
	operation *graphql.OperationContext
	sink      *fanout.Sink // nil: responses cannot be pushed to the client, so it is never parked
	ctx       context.Context
	failure   *failure
	next      graphql.ResponseHandler // nil: it has not begun
}

func newSubscription(ctx context.Context, exec graphql.GraphExecutor, operation *graphql.OperationContext) *subscription {
	s := &subscription{exec: exec, operation: operation}
	s.ctx, s.failure = withFailure(ctx)
	return s
}

// offer allows the subscription to be parked while others get the same events. Call it before run.
func (s *subscription) offer(sink *fanout.Sink) {
	s.sink = sink
	s.ctx = sink.With(s.ctx)
}

// run emits events until there are no more, emit returns false, or the subscription is parked. A parked subscription is
// run again when its sink resumes it.
func (s *subscription) run(emit func(*graphql.Response) bool) (parked bool) {
	over := false
	parked, last := s.follow(func(response *graphql.Response) bool {
		over = !emit(response) || refused(response)
		return !over
	})
	if last == nil && !parked {
		if err := s.failure.get(); err != nil && s.ctx.Err() == nil {
			last = dispatchError(s.ctx, s.exec, err)
		}
	}
	if last != nil && !over {
		emit(last)
	}
	return parked
}

// follow emits events. If one panics, it returns a last response, which the caller must emit.
func (s *subscription) follow(emit func(*graphql.Response) bool) (parked bool, last *graphql.Response) {
	defer func() {
		if cause := recover(); cause != nil {
			last = recovered(s.ctx, s.exec, cause)
		}
	}()
	if s.next == nil {
		s.next, s.ctx = s.exec.DispatchOperation(s.ctx, s.operation)
	}
	for {
		response := s.next(s.ctx)
		switch outcome := s.sink.Outcome(response); {
		case outcome == fanout.Parked:
			return true, nil
		case outcome == fanout.Over, outcome == fanout.Send && !emit(response):
			return false, nil
		}
	}
}

// dispatchError presents errors of an operation that has not started or has ended.
func dispatchError(ctx context.Context, exec graphql.GraphExecutor, errs ...*gqlerror.Error) (response *graphql.Response) {
	defer func() {
		if cause := recover(); cause != nil {
			response = recovered(ctx, exec, cause)
		}
	}()
	return exec.DispatchError(ctx, errs)
}

// recovered turns a panic into a response. The executor's presenter, if it has one, logs and masks the panic.
func recovered(ctx context.Context, exec graphql.GraphExecutor, cause any) (response *graphql.Response) {
	response = &graphql.Response{Errors: gqlerror.List{internalError()}}
	// If the presenter panics too, the response above is returned.
	defer func() { _ = recover() }()
	presenter, ok := exec.(interface {
		PresentRecoveredError(ctx context.Context, cause any) error
	})
	if !ok {
		return response
	}
	if !graphql.HasOperationContext(ctx) {
		ctx = graphql.WithOperationContext(ctx, &graphql.OperationContext{})
	}
	var presented *gqlerror.Error
	if errors.As(presenter.PresentRecoveredError(ctx, cause), &presented) {
		response.Errors = gqlerror.List{presented}
	}
	return response
}

func internalError() *gqlerror.Error { return problem("INTERNAL", "Internal error.") }

func problem(code, message string) *gqlerror.Error {
	return &gqlerror.Error{Message: message, Extensions: map[string]any{"code": code}}
}
