package call

import (
	"encoding/json"
	"iter"
)

// elements yields the values of a JSON array or object without copying; for an object, each with
// its key. The data must be valid JSON, as in UnmarshalJSON.
func elements(data []byte) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		keyed := isObject(data)
		for at := skipSpace(data, 1); at < len(data) && data[at] != ']' && data[at] != '}'; {
			key := ""
			if keyed {
				end := valueEnd(data, at)
				_ = json.Unmarshal(data[at:end], &key)
				at = skipSpace(data, skipSpace(data, end)+1) // the colon
			}
			end := valueEnd(data, at)
			if !yield(key, data[at:end]) {
				return
			}
			if at = skipSpace(data, end); at < len(data) && data[at] == ',' {
				at = skipSpace(data, at+1)
			}
		}
	}
}

func skipSpace(data []byte, at int) int {
	for at < len(data) && (data[at] == ' ' || data[at] == '\t' || data[at] == '\n' || data[at] == '\r') {
		at++
	}
	return at
}

// valueEnd returns the end of the value that starts at a position.
func valueEnd(data []byte, at int) int {
	switch data[at] {
	case '"':
		return stringEnd(data, at)
	case '[', '{':
		depth := 0
		for at < len(data) {
			switch data[at] {
			case '"':
				at = stringEnd(data, at)
				continue
			case '[', '{':
				depth++
			case ']', '}':
				depth--
			}
			at++
			if depth == 0 {
				return at
			}
		}
		return at
	default:
		for at < len(data) && data[at] != ',' && data[at] != ']' && data[at] != '}' && data[at] > ' ' {
			at++
		}
		return at
	}
}

func stringEnd(data []byte, at int) int {
	for at++; at < len(data); at++ {
		switch data[at] {
		case '\\':
			at++
		case '"':
			return at + 1
		}
	}
	return len(data)
}
