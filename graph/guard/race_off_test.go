//go:build !race

package guard_test

// slowdown is how much longer code takes than in a normal build.
const slowdown = 1
