package inbound

import (
	"net/http"
	"net/netip"
	"strings"
)

// ipv6Group is how much of an IPv6 address counts: a household or a rented machine has at least so many bits of its own.
const ipv6Group = 64

// Group returns what stands for all addresses that one party has at its disposal: an IPv4 address itself, the /64 network of
// an IPv6 address.
func Group(address netip.Addr) netip.Addr {
	address = address.Unmap().WithZone("")
	if address.Is6() {
		if network, err := address.Prefix(ipv6Group); err == nil {
			return network.Addr()
		}
	}
	return address
}

// client returns the address of the client that sent a request. A trusted proxy's X-Forwarded-For names it: the last hop in it that
// is not a trusted proxy. Whatever an untrusted peer says of itself is ignored.
func (g *Guard) client(client netip.Addr, r *http.Request) netip.Addr {
	if len(g.options.Trusted) == 0 || !trusts(g.options.Trusted, client) {
		return client
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop := peer(strings.TrimSpace(hops[i]))
		if !hop.IsValid() {
			break // not an address: nothing before it can be believed
		}
		client = hop
		if !trusts(g.options.Trusted, hop) {
			break
		}
	}
	return client
}

// peer reads an address, with or without a port; the zero Addr if it is none.
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
