package transport

import (
	"net/http"
	"strings"
)

// IsUpgrade reports whether a request asks for a websocket, as RFC 6455 defines it: a GET over HTTP/1.1 whose
// Connection header lists "upgrade" and whose Upgrade header lists "websocket". Every check that treats websockets
// differently, such as letting a caller sign in after the upgrade, must use this function, so that all checks agree on
// what a websocket is.
func IsUpgrade(r *http.Request) bool {
	return r.Method == http.MethodGet && r.ProtoAtLeast(1, 1) && r.ProtoMajor == 1 &&
		listsToken(r.Header.Values("Connection"), "upgrade") && listsToken(r.Header.Values("Upgrade"), "websocket")
}

// listsToken reports whether a header with a comma-separated list, possibly on several lines, contains token in any
// case.
func listsToken(values []string, token string) bool {
	for _, value := range values {
		for item := range strings.SplitSeq(value, ",") {
			item = strings.Trim(item, " \t")
			if len(item) == len(token) && strings.EqualFold(item, token) { // same length: ASCII only
				return true
			}
		}
	}
	return false
}
