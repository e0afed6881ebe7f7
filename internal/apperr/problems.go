package apperr

import "fmt"

// The bounds of the user errors in one answer: nobody fixes more at a time, and a bad request stays cheap.
const (
	MaximumProblems = 100
	problemBytes    = 64 << 10 // of all messages and paths
)

// Problems gathers the user errors of one mutation. Beyond the bounds they are only counted.
type Problems struct {
	listed UserErrors
	bytes  int
	more   int           // that are not listed
	code   UserErrorCode // of the first of these
}

// Add adds a user error at path whose message is formatted as by fmt.Sprintf.
func (p *Problems) Add(code UserErrorCode, path []string, format string, arguments ...any) {
	if p.more > 0 || len(p.listed) == MaximumProblems {
		p.omit(code)
		return
	}
	one := UserError{Code: code, Message: fmt.Sprintf(format, arguments...), Path: path}
	size := len(one.Message)
	for _, part := range path {
		size += len(part)
	}
	if p.bytes+size > problemBytes && len(p.listed) > 0 {
		p.omit(code)
		return
	}
	p.bytes += size
	p.listed = append(p.listed, one)
}

func (p *Problems) omit(code UserErrorCode) {
	if p.more++; p.more == 1 {
		p.code = code
	}
}

// Errors returns the user errors; nil: there are none. If some are not listed, the last one says how many.
func (p *Problems) Errors() UserErrors {
	if p.more == 0 {
		return p.listed
	}
	listed, more := p.listed, p.more
	if len(listed) == MaximumProblems { // the last one gives way
		listed, more = listed[:MaximumProblems-1], more+1
	}
	last := UserError{Code: p.code, Message: fmt.Sprintf("%d more problems are not listed.", more), Path: []string{"input"}}
	return append(listed[:len(listed):len(listed)], last)
}

// bounded are the first of the user errors, as many as an answer may have.
func (e UserErrors) bounded() UserErrors {
	var within Problems
	for _, one := range e {
		within.Add(one.Code, one.Path, "%s", one.Message)
	}
	return within.Errors()
}
