//go:build race

package guard_test

// slowdown is how much longer code takes under the race detector.
const slowdown = 20
