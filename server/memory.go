package main

import (
	"os"
	"runtime"
)

// heapRoom is how much a process can allocate between garbage collections, at least. With few watchers the live heap is
// only a few megabytes. Go's default, which collects when the heap has doubled, would collect every few dozen pages.
const heapRoom = 64 << 20

// roomyHeap keeps heapRoom bytes of memory alive until end is called. Nothing touches them, so they use address space
// but no memory. Unlike a higher GOGC, the room does not grow with the live heap, so thousands of watchers or a large
// refresh use no more memory than they need. If GOGC or GOMEMLIMIT is set, it does nothing.
func roomyHeap() (end func()) {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return func() {}
	}
	room := make([]byte, heapRoom)
	return func() { runtime.KeepAlive(room) }
}
