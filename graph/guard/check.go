package guard

import (
	"errors"

	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/lexer"
)

// Check reads the text of a document once and reports the first limit it is over, as a *gqlerror.Error with the code
// COMPLEXITY_LIMIT_EXCEEDED, or GRAPHQL_PARSE_FAILED where the text has no tokens or brackets to read. It does not replace
// the parser: what it lets pass can still be no GraphQL, but is then refused cheaply.
func Check(query string, limits Limits) error {
	if err := check(query, limits); err != nil {
		return err
	}
	return nil
}

func check(query string, limits Limits) *gqlerror.Error {
	if len(query) > limits.Bytes {
		return exceeds(limits.Bytes, "bytes")
	}
	s := scan{limits: limits, lexer: lexer.New(&ast.Source{Input: query})}
	for s.more() {
		s.take()
	}
	if s.err == nil {
		s.finish()
	}
	return s.err
}

// scan goes through the tokens of a document. Braces outside of parentheses are selection sets, and inside they are values:
// that is all of the grammar that is needed to count.
type scan struct {
	limits Limits
	lexer  lexer.Lexer
	err    *gqlerror.Error
	token  lexer.Token

	tokens, nesting, parentheses   int
	aliases, directives, fragments int

	expect      expectation
	field       string // the name of the field read last, for its selection set
	sets        []set  // the selection sets that are open
	definitions []definition
	names       []string // of all fields, as they appear in the response
	inline      int      // how deep inline fragments nest in each other
}

// expectation is what the next name is, by the token before it.
type expectation int

const (
	nothing       expectation = iota
	directiveName             // after @
	spreadName                // after ...
	typeCondition             // after ... on
	aliasedName               // after a field's alias and colon
	fragmentName              // after fragment, outside of selection sets
	header                    // between a definition's keyword and its selection set
)

// set is one selection set.
type set struct {
	depth  int  // of the fields in it: 1 for those of a definition
	inline int  // inline fragments between it and its field
	meta   bool // under __schema or __type
}

// more reads the next token that is not a comment.
func (s *scan) more() bool {
	for s.err == nil {
		token, err := s.lexer.ReadToken()
		if err != nil {
			s.err = unreadable(err)
			return false
		}
		if token.Kind == lexer.EOF {
			return false
		}
		if s.tokens++; s.tokens > s.limits.Tokens {
			s.err = exceeds(s.limits.Tokens, "tokens")
			return false
		}
		if token.Kind != lexer.Comment {
			s.token = token
			return true
		}
	}
	return false
}

func unreadable(err error) *gqlerror.Error {
	var located *gqlerror.Error
	if !errors.As(err, &located) {
		located = gqlerror.Wrap(err)
	}
	errcode.Set(located, errcode.ParseFailed)
	return located
}

func (s *scan) unexpected() {
	s.err = unreadable(gqlerror.ErrorLocf("", s.token.Pos.Line, s.token.Pos.Column, "Unexpected %s", s.token.Kind.String()))
}

func (s *scan) take() {
	switch s.token.Kind {
	case lexer.ParenL, lexer.BracketL, lexer.BraceL:
		if s.nesting++; s.nesting > s.limits.Nesting {
			s.err = exceeds(s.limits.Nesting, "brackets inside each other")
			return
		}
	case lexer.ParenR, lexer.BracketR, lexer.BraceR:
		if s.nesting--; s.nesting < 0 {
			s.unexpected()
			return
		}
	case lexer.At:
		s.count(&s.directives, s.limits.Directives, "directives")
	case lexer.Name:
		if len(s.token.Value) > s.limits.NameBytes {
			s.err = exceeds(s.limits.NameBytes, "bytes in a name")
			return
		}
	}
	switch {
	case s.token.Kind == lexer.ParenL:
		s.parentheses++
	case s.token.Kind == lexer.ParenR && s.parentheses > 0:
		s.parentheses--
	case s.token.Kind == lexer.ParenR:
		s.unexpected()
	case s.parentheses == 0:
		s.structure()
	}
}

// structure takes a token that is not part of arguments or variables.
func (s *scan) structure() {
	switch s.token.Kind {
	case lexer.BraceL:
		s.open()
	case lexer.BraceR:
		if len(s.sets) == 0 {
			s.unexpected()
			return
		}
		s.sets = s.sets[:len(s.sets)-1]
		s.expect = nothing
	case lexer.At:
		s.expect = directiveName
	case lexer.Spread:
		s.expect = spreadName
		s.field = "" // should an inline fragment follow, what opens next is not the field's
	case lexer.Colon:
		s.expect = aliasedName
		s.count(&s.aliases, s.limits.Aliases, "aliases")
	case lexer.Name:
		s.name(s.token.Value)
	}
}

func (s *scan) count(counter *int, limit int, what string) {
	if *counter++; *counter > limit && s.err == nil {
		s.err = exceeds(limit, what)
	}
}

func (s *scan) name(name string) {
	expected := s.expect
	s.expect = nothing
	switch {
	case expected == directiveName:
		if name == "defer" {
			// The parser's prelude knows it, so validation would let it pass, but no transport here sends deferred parts.
			s.err = withCode(errcode.ValidationFailed, "The directive @defer is not supported.")
		}
	case len(s.sets) == 0:
		s.keyword(expected, name)
	case expected == spreadName && name == "on":
		s.expect = typeCondition
	case expected == spreadName:
		s.spread(name)
	case expected == typeCondition:
		// It is not needed to count.
	case expected == aliasedName:
		s.field = name
	default:
		s.begin(name)
	}
}
