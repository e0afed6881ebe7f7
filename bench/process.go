package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// clockTick is the unit of CPU times in /proc. The kernel guarantees it to programs, whatever its own tick is.
const clockTick = time.Second / 100

// cpuOf returns how much CPU a process has used since it started. It reports false if there is no /proc.
func cpuOf(pid int) (time.Duration, bool) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, false
	}
	ticks, ok := sumTicks(stat, statUser, statSystem)
	return time.Duration(ticks) * clockTick, ok
}

// cpuOfFamily is cpuOf including child processes, even those that have exited: a postmaster with its backends.
func cpuOfFamily(pid int) (time.Duration, bool) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, false
	}
	total, ok := sumTicks(stat, statUser, statSystem, statEndedUser, statEndedSystem)
	all, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil || !ok {
		return 0, false
	}
	for _, path := range all {
		child, err := os.ReadFile(path)
		if err != nil {
			continue // exited: its time is counted in its parent
		}
		if parentOf(child) != pid {
			continue
		}
		ticks, _ := sumTicks(child, statUser, statSystem)
		total += ticks
	}
	return time.Duration(total) * clockTick, true
}

// Indexes of the fields in /proc/PID/stat after the name, which may contain anything and ends at the last bracket.
const (
	statParent      = 1
	statUser        = 11
	statSystem      = 12
	statEndedUser   = 13 // of children that have been waited for
	statEndedSystem = 14
)

func statFields(stat []byte) []string {
	_, behind, _ := strings.Cut(string(stat[bytes.LastIndexByte(stat, ')')+1:]), " ")
	return strings.Fields(behind)
}

func parentOf(stat []byte) int {
	fields := statFields(stat)
	if len(fields) <= statParent {
		return 0
	}
	parent, _ := strconv.Atoi(fields[statParent])
	return parent
}

func sumTicks(stat []byte, indexes ...int) (int64, bool) {
	return sumFields(statFields(stat), indexes...)
}

func sumFields(fields []string, indexes ...int) (total int64, ok bool) {
	for _, index := range indexes {
		if index >= len(fields) {
			return 0, false
		}
		ticks, err := strconv.ParseInt(fields[index], 10, 64)
		if err != nil {
			return 0, false
		}
		total += ticks
	}
	return total, true
}

// peakMemory returns a process's peak and current memory in bytes.
func peakMemory(pid int) (peak, now int64, ok bool) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, 0, false
	}
	peak, ok = statusBytes(string(status), "VmHWM:")
	now, _ = statusBytes(string(status), "VmRSS:")
	return peak, now, ok
}

func statusBytes(status, field string) (int64, bool) {
	_, behind, found := strings.Cut(status, "\n"+field)
	if !found {
		return 0, false
	}
	line, _, _ := strings.Cut(behind, "\n")
	number, _, _ := strings.Cut(strings.TrimSpace(line), " ")
	kibibytes, err := strconv.ParseInt(number, 10, 64)
	return kibibytes << 10, err == nil
}

// machineCPU returns how much CPU all programs on this machine have used together.
func machineCPU() (time.Duration, bool) {
	stat, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, false
	}
	line, _, _ := strings.Cut(string(stat), "\n")
	const user, nice, system, interrupts, softInterrupts, stolen = 1, 2, 3, 6, 7, 8
	ticks, ok := sumFields(strings.Fields(line), user, nice, system, interrupts, softInterrupts, stolen)
	return time.Duration(ticks) * clockTick, ok
}
