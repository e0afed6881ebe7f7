package main

import (
	"slices"
	"testing"
)

func TestFunctionCosts(t *testing.T) {
	const top = `File: orgmap
Type: cpu
Duration: 5s, Total samples = 4.20s (84.00%)
Showing nodes accounting for 2.1s, 50.00% of 4.2s total
      flat  flat%   sum%        cum   cum%
     0.84s 20.00% 20.00%      0.88s 20.95%  internal/runtime/syscall.Syscall6
     0.21s  5.00% 25.00%      0.42s 10.00%  github.com/orgmap/orgmap/graph/plan.(*run).object (inline)
`
	wanted := []functionCost{
		{Function: "internal/runtime/syscall.Syscall6", Own: "20.00%", Within: "20.95%"},
		{Function: "github.com/orgmap/orgmap/graph/plan.(*run).object", Own: "5.00%", Within: "10.00%"},
	}
	if found := functionCosts(top); !slices.Equal(found, wanted) {
		t.Errorf("read %v, want %v", found, wanted)
	}
}
