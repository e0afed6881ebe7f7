package call

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/orgmap/orgmap/internal/vendors"
)

// Located is a Client of an API that a vendor may move: it is located before the first call, and
// again if a response suggests that the API has moved. It is safe for concurrent use.
type Located struct {
	find   func(context.Context) (*Client, error)
	gone   int
	client *sharedValue[*Client]
}

// Locate returns a Located. find asks the vendor for the address of its API; gone is the status
// that the old address returns.
func Locate(gone int, find func(context.Context) (*Client, error)) *Located {
	return &Located{find: find, gone: gone, client: newSharedValue[*Client]()}
}

// Do calls Client.Do, and repeats the call once if the API has moved. It returns the Client that
// made the last call, or nil if none was found.
func (l *Located) Do(ctx context.Context, request Request, into any) (*Client, Reply, error) {
	client, err := l.get(ctx)
	if err != nil {
		return nil, Reply{}, err
	}
	reply, err := client.Do(ctx, request, into)
	if err == nil || reply.Status != l.gone {
		return client, reply, err
	}
	l.client.drop(client)
	found, notFound := l.get(ctx)
	// The same call at the same address would fail the same way; if the credentials are the cause, it
	// may lock the user out.
	if notFound != nil || found.base.String() == client.base.String() {
		return client, reply, err
	}
	reply, err = found.Do(ctx, request, into)
	return found, reply, err
}

func (l *Located) get(ctx context.Context) (*Client, error) {
	return l.client.get(ctx, func(ctx context.Context) (*Client, time.Duration, error) {
		client, err := l.find(ctx)
		return client, 0, err
	})
}

// Trust checks an address that the vendor named before credentials are sent to it. The address must
// be on the server that named it, or use HTTPS within the vendor's own domains; any other is an
// error.
func (c *Client) Trust(address string, domains ...string) error {
	named, err := url.Parse(address)
	if err == nil && named.User == nil && named.Opaque == "" && (c.sameServer(named) || within(named, domains)) {
		return nil
	}
	return &vendors.Error{
		Class:   vendors.BadResponse,
		Message: fmt.Sprintf("%s referred to a server that is not known to be its own, so it was not called. Check the address of the connection.", c.config.Vendor),
		Err:     fmt.Errorf("the address named is neither on %s nor in %s", c.base.Host, strings.Join(domains, ", ")),
	}
}

func (c *Client) sameServer(address *url.URL) bool {
	return address.Scheme == c.base.Scheme && sameHost(address, c.base)
}

func within(address *url.URL, domains []string) bool {
	if address.Scheme != "https" || port(address) != "443" {
		return false
	}
	for _, domain := range domains {
		if strings.HasSuffix(strings.ToLower(address.Hostname()), "."+domain) {
			return true
		}
	}
	return false
}
