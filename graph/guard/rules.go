package guard

import (
	"strings"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/orgmap/orgmap/graph/input"
)

// Rules returns the standard validation rules without suggestions that reveal the schema. After the given number of
// errors they report no more: ten thousand errors would make a response a hundred times as large as its request.
func Rules(errors int) *rules.Rules {
	standard := rules.NewDefaultRules()
	for _, silent := range []core.Rule{
		rules.FieldsOnCorrectTypeRuleWithoutSuggestions,
		rules.KnownArgumentNamesRuleWithoutSuggestions,
		rules.KnownTypeNamesRuleWithoutSuggestions,
		rules.ScalarLeafsRuleWithoutSuggestions,
	} {
		standard.RemoveRule(strings.TrimSuffix(silent.Name, "WithoutSuggestions"))
		standard.AddRule(silent.Name, silent.RuleFunc)
	}
	standard.RemoveRule(rules.ValuesOfCorrectTypeRule.Name)
	literals := input.Literals()
	standard.AddRule(literals.Name, literals.RuleFunc)
	left := errors
	bounded := rules.NewRules()
	for name, rule := range standard.GetInner() {
		bounded.AddRule(name, func(observers *core.Events, addError core.AddErrFunc) {
			rule(observers, func(options ...core.ErrorOption) {
				if left > 0 {
					left--
					addError(options...)
				}
			})
		})
	}
	return bounded
}

const maxMessage = 500 // bytes; parsers quote what they could not parse

// Redact removes from a parsing or validation error what the client must not or need not see: suggestions with names
// from the schema, and long quotations. Error presenters call it on what they return.
func Redact(err *gqlerror.Error) *gqlerror.Error {
	if err == nil {
		return nil
	}
	switch err.Extensions["code"] {
	case errcode.ParseFailed, errcode.ValidationFailed:
	default:
		return err
	}
	message, _, _ := strings.Cut(err.Message, " Did you mean")
	if len(message) > maxMessage {
		end := maxMessage
		for end > 0 && !utf8.RuneStart(message[end]) {
			end--
		}
		message = message[:end] + "…"
	}
	if message == err.Message {
		return err
	}
	redacted := *err
	redacted.Message = message
	return &redacted
}
