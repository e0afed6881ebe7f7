package safehttp

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPublic_AcceptsOnlyPublicAddresses(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		// public
		"1.1.1.1": true, "8.8.8.8": true, "93.184.216.34": true, "172.15.255.255": true, "172.32.0.1": true, "100.63.255.255": true,
		"100.128.0.1": true, "198.17.255.255": true, "198.20.0.1": true, "223.255.255.255": true, "::ffff:8.8.8.8": true,
		"2606:4700:4700::1111": true, "2a00:1450:4001:82b::200e": true, "2001:4860:4860::8888": true,
		// this network, loopback
		"0.0.0.0": false, "0.1.2.3": false, "127.0.0.1": false, "127.255.255.254": false, "::": false, "::1": false,
		// private, carrier-grade NAT, link-local with the clouds' metadata
		"10.0.0.1": false, "172.16.0.1": false, "172.31.255.255": false, "192.168.1.1": false, "100.64.0.1": false, "100.127.255.255": false,
		"169.254.169.254": false, "fe80::1": false, "fe80::1%eth0": false, "fec0::1": false, "fd00:ec2::254": false, "fc00::1": false,
		// assignments, documentation, benchmarks
		"192.0.0.1": false, "192.0.0.192": false, "192.0.2.1": false, "198.18.0.1": false, "198.19.255.255": false, "198.51.100.7": false,
		"203.0.113.9": false, "192.88.99.1": false, "2001:db8::1": false, "3fff::1": false, "100::1": false,
		// multicast, reserved, broadcast
		"224.0.0.1": false, "239.255.255.250": false, "240.0.0.1": false, "255.255.255.255": false, "ff02::1": false,
		// IPv4 inside IPv6: mapped, compatible, translated, NAT64, 6to4, Teredo
		"::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "::ffff:169.254.169.254": false, "::ffff:7f00:1": false, "::127.0.0.1": false,
		"::8.8.8.8": false, "::ffff:0:127.0.0.1": false, "64:ff9b::7f00:1": false, "64:ff9b::8.8.8.8": false, "64:ff9b:1::1": false,
		"2002:7f00:1::": false, "2002:a00:1::1": false, "2001:0:4136:e378:8000:63bf:3fff:fdd2": false, "2001::1": false,
	} {
		require.Equal(t, want, public(netip.MustParseAddr(address)), address)
	}
	require.False(t, public(netip.Addr{}), "the zero address")
}

func TestWithin_AcceptsAnyFormOfAnAddress(t *testing.T) {
	t.Parallel()
	allowed := []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("fd12::/32")}
	for address, want := range map[string]bool{
		"10.1.2.3": true, "::ffff:10.1.2.3": true, "10.2.0.1": false, "fd12::9": true, "fd12::9%eth1": true, "fd13::9": false, "127.0.0.1": false,
	} {
		require.Equal(t, want, within(netip.MustParseAddr(address), allowed), address)
	}
}

func TestCheckDial_AllowsOnlyTCPAddresses(t *testing.T) {
	t.Parallel()
	anything := func(netip.Addr) bool { return true }
	require.NoError(t, checkDial(anything, "tcp4", "8.8.8.8:443"))
	require.NoError(t, checkDial(anything, "tcp6", "[2606:4700::1]:443"))
	for _, dial := range [][2]string{{"udp4", "8.8.8.8:53"}, {"unix", "/run/socket"}, {"tcp4", "host:443"}, {"tcp4", ""}} {
		require.ErrorIs(t, checkDial(anything, dial[0], dial[1]), ErrRefused, dial)
	}
}
