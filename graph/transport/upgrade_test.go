package transport_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orgmap/orgmap/graph/transport"
)

func TestIsUpgrade_FollowsRFC6455(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		method, protocol    string // "": GET, HTTP/1.1
		connection, upgrade []string
		websocket           bool
	}{
		"a plain request":                   {},
		"a handshake":                       {connection: []string{"Upgrade"}, upgrade: []string{"websocket"}, websocket: true},
		"in mixed case":                     {connection: []string{"uPGRADE"}, upgrade: []string{"WebSocket"}, websocket: true},
		"among other values":                {connection: []string{"keep-alive,\tUpgrade"}, upgrade: []string{"h2c , websocket"}, websocket: true},
		"over several lines":                {connection: []string{"keep-alive", "upgrade"}, upgrade: []string{"h2c", "websocket"}, websocket: true},
		"no Connection":                     {upgrade: []string{"websocket"}},
		"another Connection":                {connection: []string{"keep-alive"}, upgrade: []string{"websocket"}},
		"a Connection with a similar value": {connection: []string{"upgrades"}, upgrade: []string{"websocket"}},
		"no Upgrade":                        {connection: []string{"Upgrade"}},
		"an empty Upgrade":                  {connection: []string{"Upgrade"}, upgrade: []string{""}},
		"an upgrade to anything":            {connection: []string{"Upgrade"}, upgrade: []string{"x"}},
		"an upgrade to HTTP/2":              {connection: []string{"Upgrade, HTTP2-Settings"}, upgrade: []string{"h2c"}},
		"an upgrade to a similar protocol":  {connection: []string{"Upgrade"}, upgrade: []string{"websocket2"}},
		"a protocol with a version":         {connection: []string{"Upgrade"}, upgrade: []string{"websocket/13"}},
		"two words":                         {connection: []string{"Upgrade"}, upgrade: []string{"web socket"}},
		"a letter that folds to an s":       {connection: []string{"Upgrade"}, upgrade: []string{"web\u017focket"}},
		"a letter that folds to a k":        {connection: []string{"Upgrade"}, upgrade: []string{"websoc\u212aet"}},
		"a POST":                            {method: http.MethodPost, connection: []string{"Upgrade"}, upgrade: []string{"websocket"}},
		"a HEAD":                            {method: http.MethodHead, connection: []string{"Upgrade"}, upgrade: []string{"websocket"}},
		"a method in lower case":            {method: "get", connection: []string{"Upgrade"}, upgrade: []string{"websocket"}},
		"HTTP/1.0":                          {protocol: "HTTP/1.0", connection: []string{"Upgrade"}, upgrade: []string{"websocket"}},
		"HTTP/2, which has no upgrades":     {protocol: "HTTP/2.0", connection: []string{"Upgrade"}, upgrade: []string{"websocket"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "/graphql", nil)
			require.NoError(t, err)
			if test.method != "" {
				request.Method = test.method
			}
			if test.protocol != "" {
				var ok bool
				request.ProtoMajor, request.ProtoMinor, ok = http.ParseHTTPVersion(test.protocol)
				require.True(t, ok)
			}
			request.Header["Connection"], request.Header["Upgrade"] = test.connection, test.upgrade
			require.Equal(t, test.websocket, transport.IsUpgrade(request))
			require.Equal(t, test.websocket, transport.Websocket{}.Supports(request))
			require.Equal(t, !test.websocket, transport.HTTP{}.Supports(request))
		})
	}
}
