package main

import (
	"os"
	"runtime"
)

// heapRoom is how much a process may allocate at least between two collections of garbage. What is alive here is a few
// megabytes as long as few watch: by Go's own measure, as much again as is alive, every few dozen pages would pay for a collection.
const heapRoom = 64 << 20

// roomyHeap keeps as much memory alive as the heap is to have room. Nobody ever touches it, so that it takes addresses and no
// memory. Against a higher GOGC it has the advantage that the room does not grow with what is alive: thousands of watchers
// or a large refresh cost what they cost. Whoever sets GOGC or GOMEMLIMIT decides instead. The result ends it.
func roomyHeap() (end func()) {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return func() {}
	}
	room := make([]byte, heapRoom)
	return func() { runtime.KeepAlive(room) }
}
