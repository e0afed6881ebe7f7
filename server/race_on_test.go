//go:build race

package main

// slowdown is how much longer things may take under the race detector, on a machine that does other things too.
const slowdown = 10
