package safehttp

import "net/netip"

// globalUnicast6 is the only part of IPv6 assigned to public hosts. Everything outside it
// (loopback, unique local, link-local, multicast, NAT64, IPv4-compatible and IPv4-translated forms)
// is rejected without being listed.
var globalUnicast6 = netip.MustParsePrefix("2000::/3")

// special lists the networks inside the public ranges that are not public hosts.
var special = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),       // this network
	netip.MustParsePrefix("10.0.0.0/8"),      // private
	netip.MustParsePrefix("100.64.0.0/10"),   // carrier-grade NAT
	netip.MustParsePrefix("127.0.0.0/8"),     // loopback
	netip.MustParsePrefix("169.254.0.0/16"),  // link-local, cloud metadata
	netip.MustParsePrefix("172.16.0.0/12"),   // private
	netip.MustParsePrefix("192.0.0.0/24"),    // protocol assignments
	netip.MustParsePrefix("192.0.2.0/24"),    // documentation
	netip.MustParsePrefix("192.88.99.0/24"),  // 6to4 relays
	netip.MustParsePrefix("192.168.0.0/16"),  // private
	netip.MustParsePrefix("198.18.0.0/15"),   // benchmarks
	netip.MustParsePrefix("198.51.100.0/24"), // documentation
	netip.MustParsePrefix("203.0.113.0/24"),  // documentation
	netip.MustParsePrefix("224.0.0.0/4"),     // multicast
	netip.MustParsePrefix("240.0.0.0/4"),     // reserved, broadcast
	netip.MustParsePrefix("2001::/23"),       // protocol assignments, Teredo
	netip.MustParsePrefix("2001:db8::/32"),   // documentation
	netip.MustParsePrefix("2002::/16"),       // 6to4: contains any IPv4 address
	netip.MustParsePrefix("3fff::/20"),       // documentation
}

// plain unmaps an IPv4 address in IPv6 and removes the zone, which no prefix would match.
func plain(address netip.Addr) netip.Addr {
	return address.Unmap().WithZone("")
}

// public reports whether an address is on the public internet.
func public(address netip.Addr) bool {
	address = plain(address)
	if !address.IsValid() || (address.Is6() && !globalUnicast6.Contains(address)) {
		return false
	}
	return !within(address, special)
}

// within reports whether one of the networks contains the address.
func within(address netip.Addr, networks []netip.Prefix) bool {
	address = plain(address)
	for _, network := range networks {
		if network.Contains(address) {
			return true
		}
	}
	return false
}
