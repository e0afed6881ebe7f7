package input

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/orgmap/orgmap/graph/scalar"
)

// readScalar reads a value, decoded from JSON or from a literal, as the named scalar.
func readScalar(name string, value any) (read any, ok bool) {
	switch name {
	case "Int":
		number, isNumber := numberOf(value)
		return int64(number), isNumber && number == math.Trunc(number) && number >= math.MinInt32 && number <= math.MaxInt32
	case "Float":
		return asFloat(value)
	case "Boolean":
		read, ok = value.(bool)
		return read, ok
	case "ID":
		return identifier(value)
	case "Time":
		_, err := scalar.UnmarshalTime(value)
		return value, err == nil
	default: // String, URL
		read, ok = value.(string)
		return read, ok
	}
}

func asFloat(value any) (any, bool) {
	number, isNumber := numberOf(value)
	return number, isNumber
}

// numberOf returns the value of a finite number.
func numberOf(value any) (number float64, ok bool) {
	switch value := value.(type) {
	case json.Number:
		number, err := value.Float64()
		return number, err == nil // the only error is out of range
	case int64:
		return float64(value), true
	case float64:
		return value, !math.IsInf(value, 0)
	default:
		return 0, false
	}
}

// identifier reads an ID from a string, or from an integer, which keeps all of its digits.
func identifier(value any) (any, bool) {
	switch value := value.(type) {
	case string:
		return value, true
	case int64:
		return strconv.FormatInt(value, 10), true
	case json.Number:
		number, finite := numberOf(value)
		switch {
		case !finite || number != math.Trunc(number):
			return nil, false
		case number == 0 || strings.ContainsAny(value.String(), ".eE"):
			return strconv.FormatFloat(number+0, 'f', -1, 64), true // + 0 turns minus zero into zero
		default:
			return value.String(), true
		}
	default:
		return nil, false
	}
}

const longestShown = 80 // bytes of a value in a message

// shown returns a value for a message or, if it is secret, its kind.
func shown(value any, secret bool) string {
	switch value := value.(type) {
	case nil:
		return "null"
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	case string:
		if secret {
			return "a string"
		}
		quoted, _ := json.Marshal(cut(value))
		return string(quoted)
	case json.Number:
		if secret {
			return "a number"
		}
		return cut(value.String())
	case int64:
		return strconv.FormatInt(value, 10)
	case bool:
		if secret {
			return "a Boolean"
		}
		return strconv.FormatBool(value)
	default:
		return "this value"
	}
}

func cut(text string) string {
	if len(text) <= longestShown {
		return text
	}
	end := longestShown
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}

// article returns a type with its article, for a sentence.
func article(of *ast.Type) string {
	switch {
	case of.Elem != nil:
		return "a list of " + of.Elem.Name()
	case strings.ContainsAny(of.NamedType[:1], "AEIO"):
		return "an " + of.NamedType
	default:
		return "a " + of.NamedType
	}
}
