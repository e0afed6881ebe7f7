//go:build !race

package main

// slowdown is how much longer things may take than they should.
const slowdown = 1
