//go:build !race

package main

// slowdown is the factor by which things may take longer than they should.
const slowdown = 1
