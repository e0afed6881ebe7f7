package inbound

import (
	"net/http"
	"net/netip"
	"strings"
)

// ipv6Group is how many bits of an IPv6 address are compared: a household or rented machine has at least a /64 network.
const ipv6Group = 64

// Group returns one address for all addresses that one party can use: an IPv4 address itself, or the /64 network of an
// IPv6 address.
func Group(address netip.Addr) netip.Addr {
	address = address.Unmap().WithZone("")
	if address.Is6() {
		if network, err := address.Prefix(ipv6Group); err == nil {
			return network.Addr()
		}
	}
	return address
}

// client returns the address of the client that sent a request. For a trusted proxy, it is the last hop in
// X-Forwarded-For that is not a trusted proxy. It ignores the header of untrusted peers.
func (g *Guard) client(client netip.Addr, r *http.Request) netip.Addr {
	if len(g.options.Trusted) == 0 || !trusts(g.options.Trusted, client) {
		return client
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop := peer(strings.TrimSpace(hops[i]))
		if !hop.IsValid() {
			break // not an address: ignore everything before it
		}
		client = hop
		if !trusts(g.options.Trusted, hop) {
			break
		}
	}
	return client
}

// peer parses an address, with or without a port. It returns the zero Addr if text is not an address.
func peer(text string) netip.Addr {
	if withPort, err := netip.ParseAddrPort(text); err == nil {
		return withPort.Addr().Unmap().WithZone("")
	}
	address, err := netip.ParseAddr(strings.Trim(text, "[]"))
	if err != nil {
		return netip.Addr{}
	}
	return address.Unmap().WithZone("")
}

func trusts(trusted []netip.Prefix, address netip.Addr) bool {
	for _, prefix := range trusted {
		if prefix.Contains(address) {
			return true
		}
	}
	return false
}
