package main

import (
	"encoding/json"
	"testing"
)

var jsonMarshal = json.Marshal

func TestZZCost(t *testing.T) {
	admin := newWorld(t).newAccount(20)
	for _, first := range []int{25, 50, 100, 200} {
		body := must(jsonOf(object{"query": gridQuery, "variables": object{"first": first}, "extensions": object{"cost": true}}))
		t.Log(first, admin.send("POST", "/graphql", body, "Content-Type", "application/json", "Authorization", "Bearer "+admin.token).body[:1], func() string {
			b := admin.send("POST", "/graphql", body, "Content-Type", "application/json", "Authorization", "Bearer "+admin.token).body
			if len(b) > 300 {
				b = b[len(b)-300:]
			}
			return b
		}())
	}
}

func jsonOf(v any) (string, error) { b, err := jsonMarshal(v); return string(b), err }
