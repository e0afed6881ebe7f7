package apperr

import "fmt"

// Limits for the user errors in one response: people cannot fix more at a time, and a bad request
// stays cheap.
const (
	MaximumProblems = 100
	problemBytes    = 64 << 10 // all messages and paths together
)

// Problems collects the user errors of one mutation. Beyond the limits it only counts them.
type Problems struct {
	listed UserErrors
	bytes  int
	more   int           // how many are not listed
	code   UserErrorCode // code of the first one not listed
}

// Add adds a user error at path whose message is formatted like fmt.Sprintf.
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

// Errors returns the user errors, or nil if there are none. If some are not listed, the last one
// says how many.
func (p *Problems) Errors() UserErrors {
	if p.more == 0 {
		return p.listed
	}
	listed, more := p.listed, p.more
	if len(listed) == MaximumProblems { // drop the last one to make room
		listed, more = listed[:MaximumProblems-1], more+1
	}
	last := UserError{Code: p.code, Message: fmt.Sprintf("%d more problems are not listed.", more), Path: []string{"input"}}
	return append(listed[:len(listed):len(listed)], last)
}

// bounded returns the first user errors, up to the limits of a response.
func (e UserErrors) bounded() UserErrors {
	var within Problems
	for _, one := range e {
		within.Add(one.Code, one.Path, "%s", one.Message)
	}
	return within.Errors()
}
