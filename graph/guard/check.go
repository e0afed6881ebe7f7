package guard

import (
	"errors"

	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/lexer"
)

// Check reads the text of a document once and reports the first limit that it exceeds, as a *gqlerror.Error with the
// code COMPLEXITY_LIMIT_EXCEEDED, or GRAPHQL_PARSE_FAILED if tokens or brackets are malformed. It does not replace the
// parser: text that passes may still be invalid, but is then refused cheaply.
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

// scan reads the tokens of a document. Braces outside parentheses are selection sets, braces inside are values:
// counting needs no more of the grammar.
type scan struct {
	limits Limits
	lexer  lexer.Lexer
	err    *gqlerror.Error
	token  lexer.Token

	tokens, nesting, parentheses   int
	aliases, directives, fragments int

	expect      expectation
	field       string // name of the field read last, for its selection set
	sets        []set  // the open selection sets
	definitions []definition
	names       []string // of all fields, as they appear in the response
	inline      int      // maximum nesting of inline fragments
}

// expectation is what the next name means, given the token before it.
type expectation int

const (
	nothing       expectation = iota
	directiveName             // after @
	spreadName                // after ...
	typeCondition             // after ... on
	aliasedName               // after a field's alias and colon
	fragmentName              // after fragment, outside selection sets
	header                    // between a definition's keyword and its selection set
)

// set is a selection set.
type set struct {
	depth  int  // of its fields: 1 for those of a definition
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
		s.field = "" // if an inline fragment follows, the next brace is not the field's
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
			// The parser's prelude declares it, so validation would allow it, but no transport here sends deferred
			// parts.
			s.err = withCode(errcode.ValidationFailed, "The directive @defer is not supported.")
		}
	case len(s.sets) == 0:
		s.keyword(expected, name)
	case expected == spreadName && name == "on":
		s.expect = typeCondition
	case expected == spreadName:
		s.spread(name)
	case expected == typeCondition:
		// Not needed for counting.
	case expected == aliasedName:
		s.field = name
	default:
		s.begin(name)
	}
}
