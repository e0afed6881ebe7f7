package main

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/orgmap/orgmap/internal/id"
)

// question is a request and the length its response must have, so that an incomplete response fails the measurement.
type question struct {
	request []byte
	length  int
}

// anyLength marks a response whose length other requests may change.
const anyLength = -1

// agree sends every question of every load and checks that all servers return the same rows. It fills in the length of
// each response.
func agree(ctx context.Context, names []string, loads []load) error {
	clients := make([]client, len(loads))
	for i := range loads {
		clients[i].address = loads[i].address
		defer clients[i].close()
	}
	for n := range loads[0].questions {
		var first any
		for i := range loads {
			asked := &loads[i].questions[n]
			body, err := clients[i].ask(ctx, asked.request)
			if err != nil {
				return fmt.Errorf("%s: %w", names[i], err)
			}
			asked.length = len(body)
			rows, err := rowsOf(body)
			if err != nil {
				return fmt.Errorf("%s: %w", names[i], err)
			}
			if i == 0 {
				first = rows
			} else if !reflect.DeepEqual(first, rows) {
				return fmt.Errorf("%s and %s do not answer the same rows to %.600s: %.2000v and %.2000v", names[0], names[i], asked.request, first, rows)
			}
		}
	}
	return nil
}

// rowsOf returns the data of a response in a form that compares equal across servers: ids become UUIDs, and of a cursor
// it keeps only whether there is one.
func rowsOf(body []byte) (any, error) {
	var answer struct {
		Data   any
		Errors []any
	}
	if err := json.Unmarshal(body, &answer); err != nil || len(answer.Errors) > 0 || answer.Data == nil {
		return nil, fmt.Errorf("it answers %.300s", body)
	}
	return plain(answer.Data), nil
}

func plain(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for key, inner := range value {
			switch key {
			case "cursor", "endCursor":
				value[key] = inner != nil
			default:
				value[key] = plain(inner)
			}
		}
	case []any:
		for i, inner := range value {
			value[i] = plain(inner)
		}
	case string:
		if _, node, ok := id.Parse(value); ok {
			return node.String()
		}
	}
	return value
}

// meanLength returns the average response length of a load.
func meanLength(questions []question) float64 {
	total := 0
	for _, one := range questions {
		total += one.length
	}
	return float64(total) / float64(max(1, len(questions)))
}
