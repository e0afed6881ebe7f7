package transport_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestSocket_ExecutesQueriesAndMutations(t *testing.T) {
	t.Parallel()
	c := connect(t, newServer(t))
	c.send(subscribe("1", "{ me }"))
	c.want(`{"id":"1","type":"next","payload":{"data":{"me":"me"}}}`)
	c.want(`{"id":"1","type":"complete"}`)
	c.send(subscribe("1", "mutation { bump }"))
	c.want(`{"id":"1","type":"next","payload":{"data":{"bump":1}}}`)
	c.want(`{"id":"1","type":"complete"}`)
	c.send(`{"id":"v","type":"subscribe","payload":{"query":"query A($t: String!) { echo(text: $t) } query B { me }","operationName":"A","variables":{"t":"hi"},"extensions":{"x":1}}}`)
	c.want(`{"id":"v","type":"next","payload":{"data":{"echo":"hi"}}}`)
	c.want(`{"id":"v","type":"complete"}`)
	c.send(subscribe("f", "{ fail me }"))
	c.want(`{"id":"f","type":"next","payload":{"errors":[{"message":"it failed"}],"data":{"fail":null,"me":"me"}}}`)
	c.want(`{"id":"f","type":"complete"}`)
}

func TestSocket_EscapesIDs(t *testing.T) {
	t.Parallel()
	c := connect(t, newServer(t))
	c.send(`{"id":"a\"}\u0000<ü>","type":"subscribe","payload":{"query":"{ me }"}}`)
	c.want(`{"id":"a\"}\u0000<ü>","type":"next","payload":{"data":{"me":"me"}}}`)
	c.want(`{"id":"a\"}\u0000<ü>","type":"complete"}`)
}

func TestSocket_ErrorsEndTheOperation(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ query, message string }{
		"validation":             {"{ nofield }", `Cannot query field "nofield" on type "Query".`},
		"syntax":                 {"{", "Expected Name, found <EOF>"},
		"the resolver refuses":   {"subscription { failAtOnce }", "cannot subscribe"},
		"the resolver panics":    {"subscription { boomAtOnce }", "internal system error"},
		"a query panics":         {"{ boom }", "internal system error"},
		"an event panics":        {"subscription { boomLater }", "internal system error"},
		"two subscription roots": {"subscription { tick(n: 1) silent }", "Anonymous Subscription must select only one top level field."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			c := connect(t, s)
			c.send(subscribe("1", test.query))
			got, err := c.receive()
			require.NoError(t, err)
			var m struct {
				ID, Type string
				Payload  []struct{ Message string }
			}
			require.NoError(t, json.Unmarshal([]byte(got), &m), got)
			require.Equal(t, "error", m.Type, got)
			require.Equal(t, "1", m.ID)
			require.Equal(t, test.message, m.Payload[0].Message)
			c.wantNothing() // no complete
			c.send(subscribe("1", "{ me }"))
			c.want(`{"id":"1","type":"next","payload":{"data":{"me":"me"}}}`)
			c.want(`{"id":"1","type":"complete"}`)
			s.waitForSubscriptions(t, 0)
		})
	}
}

func TestSocket_SubscriptionSendsEventsThenComplete(t *testing.T) {
	t.Parallel()
	c := connect(t, newServer(t))
	c.send(subscribe("1", "subscription { tick(n: 3) }"))
	for i := range 3 {
		c.want(fmt.Sprintf(`{"id":"1","type":"next","payload":{"data":{"tick":%d}}}`, i))
	}
	c.want(`{"id":"1","type":"complete"}`)
	c.wantNothing()
}

func TestSocket_SubscriptionCanFailAfterAnEvent(t *testing.T) {
	t.Parallel()
	c := connect(t, newServer(t))
	c.send(subscribe("1", "subscription { failLater }"))
	c.want(`{"id":"1","type":"next","payload":{"data":{"failLater":0}}}`)
	c.want(`{"id":"1","type":"error","payload":[{"message":"the source broke"}]}`)
	c.wantNothing()
}

func TestSocket_SendsNothingAfterTheClientCompletes(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c := connect(t, s)
	c.send(subscribe("1", "subscription { feed }"))
	s.schema.feed <- "first"
	c.want(`{"id":"1","type":"next","payload":{"data":{"feed":"first"}}}`)
	c.send(`{"id":"1","type":"complete"}`)
	s.waitForSubscriptions(t, 0)
	c.wantNothing()
	c.send(`{"id":"1","type":"complete"}`)
	c.send(`{"id":"unknown","type":"complete"}`)
	c.wantNothing()
}

func (s *server) waitForSubscriptions(t *testing.T, n int64) {
	t.Helper()
	require.Eventually(t, func() bool { return s.schema.open.Load() == n }, waitTimeout, time.Millisecond)
}

func TestSocket_IDsCanBeReusedAtOnce(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c := connect(t, s)
	for range 40 { // fewer than the maximum, because a resolver takes a moment to end
		c.send(subscribe("1", "subscription { silent }"))
		c.send(`{"id":"1","type":"complete"}`)
	}
	c.send(subscribe("1", "{ me }"))
	c.want(`{"id":"1","type":"next","payload":{"data":{"me":"me"}}}`)
	c.want(`{"id":"1","type":"complete"}`)
	s.waitForSubscriptions(t, 0)
}
