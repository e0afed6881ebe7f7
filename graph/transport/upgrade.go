package transport

import (
	"net/http"
	"strings"
)

// IsUpgrade reports whether a request asks to become a websocket, as RFC 6455 defines it: a GET over HTTP/1.1 whose Connection
// header lists "upgrade" and whose Upgrade header lists "websocket". Every decision that treats websockets differently, such as
// letting a caller sign in after the upgrade, must use this function: then no request is a websocket to one and not to another.
func IsUpgrade(r *http.Request) bool {
	return r.Method == http.MethodGet && r.ProtoAtLeast(1, 1) && r.ProtoMajor == 1 &&
		listsToken(r.Header.Values("Connection"), "upgrade") && listsToken(r.Header.Values("Upgrade"), "websocket")
}

// listsToken reports whether a header that holds a comma-separated list, possibly over several lines, contains token in any case.
func listsToken(values []string, token string) bool {
	for _, value := range values {
		for item := range strings.SplitSeq(value, ",") {
			item = strings.Trim(item, " \t")
			if len(item) == len(token) && strings.EqualFold(item, token) { // of one length: no letter folds from beyond ASCII
				return true
			}
		}
	}
	return false
}
