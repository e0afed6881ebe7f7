//go:build race

package main

// slowdown is the factor by which things may take longer under the race detector, on a machine that is busy.
const slowdown = 10
