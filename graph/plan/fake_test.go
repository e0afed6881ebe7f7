package plan_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"reflect"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/orgmap/orgmap/graph/model"
	"github.com/orgmap/orgmap/internal/access"
	"github.com/orgmap/orgmap/internal/account"
	"github.com/orgmap/orgmap/internal/apperr"
	"github.com/orgmap/orgmap/internal/decision"
	"github.com/orgmap/orgmap/internal/group"
	"github.com/orgmap/orgmap/internal/integration"
	"github.com/orgmap/orgmap/internal/journal"
	"github.com/orgmap/orgmap/internal/mapping"
	"github.com/orgmap/orgmap/internal/organization"
	"github.com/orgmap/orgmap/internal/page"
	"github.com/orgmap/orgmap/internal/refresh"
	"github.com/orgmap/orgmap/internal/suggestion"
)

// world makes up the values that resolvers return: always the same for the same question, and at random an error, a nil
// or a panic instead.
type world struct {
	seed   uint64
	faults float64 // probability that a value is missing
}

// answered returns what a resolver of the world returns for a question.
func answered[T any](w world, question ...any) (T, error) {
	return answeredBy(w, func(random *rand.Rand) T {
		var value T
		w.fill(random, reflect.ValueOf(&value).Elem())
		return value
	}, question...)
}

func answeredBy[T any](w world, invent func(*rand.Rand) T, question ...any) (T, error) {
	random := w.random(reflect.TypeFor[T]().String(), question)
	var none T
	if random.Float64() >= w.faults {
		return invent(random), nil
	}
	switch random.IntN(5) {
	case 0:
		return none, nil
	case 1:
		panic("a resolver panicked")
	case 2:
		return none, apperr.New(apperr.BadUserInput, "refused: %d", random.IntN(100))
	case 3:
		return none, &gqlerror.Error{Message: "refused", Extensions: map[string]any{"code": "REFUSED"}}
	default:
		return none, fmt.Errorf("failed: %w", errStore)
	}
}

var errStore = errors.New("the store burns")

// random returns a generator that depends only on the question.
func (w world) random(kind string, question []any) *rand.Rand {
	text, err := json.Marshal(question)
	if err != nil {
		text = fmt.Appendf(nil, "%T", question[0]) // it contains a function
	}
	hash := fnv.New64a()
	_, _ = hash.Write(append([]byte(kind), text...))
	return rand.New(rand.NewPCG(w.seed, hash.Sum64()))
}

// fill makes up a value of any type. Items of lists may be nil as often as anything fails.
func (w world) fill(random *rand.Rand, value reflect.Value) {
	switch at := value.Addr().Interface().(type) {
	case *uuid.UUID:
		at[15] = byte(random.IntN(50))
		return
	case *time.Time:
		*at = time.Unix(random.Int64N(2_000_000_000), random.Int64N(3)*500_000_000)
		return
	case *string:
		*at = text(random)
		return
	case *model.Node:
		*at = w.node(random)
		return
	case *journal.Edit:
		*at = w.edit(random)
		return
	}
	switch value.Kind() { //nolint:exhaustive // the kinds that models use
	case reflect.String:
		value.SetString("ENUM_VALUE")
	case reflect.Int, reflect.Int32, reflect.Int64:
		value.SetInt(random.Int64N(3))
	case reflect.Float64:
		value.SetFloat(float64(random.IntN(9)) / 4)
	case reflect.Bool:
		value.SetBool(random.IntN(2) == 0)
	case reflect.Pointer:
		value.Set(reflect.New(value.Type().Elem()))
		w.fill(random, value.Elem())
	case reflect.Slice:
		value.Set(reflect.MakeSlice(value.Type(), random.IntN(3), 2))
		for i := range value.Len() {
			if random.Float64() >= w.faults {
				w.fill(random, value.Index(i))
			}
		}
	case reflect.Struct:
		for i := range value.NumField() {
			field := value.Field(i)
			optional := field.Kind() == reflect.Pointer || field.Kind() == reflect.Slice
			if field.CanSet() && (!optional || random.IntN(3) > 0) {
				w.fill(random, field)
			}
		}
	}
}

func text(random *rand.Rand) string {
	pieces := []string{"plain", "\"quoted\" \\ back", "line\nfeed\r\ttab", "\x00\x1f\x7f", "Müller & <Söhne>", "\u2028日本語🙂", "\xff\xc3(", ""}
	var made strings.Builder
	for range random.IntN(3) {
		made.WriteString(pieces[random.IntN(len(pieces))])
	}
	return made.String()
}

func made[T any](w world, random *rand.Rand) *T {
	value := new(T)
	w.fill(random, reflect.ValueOf(value).Elem())
	return value
}

// node returns a node of any type, a nil pointer to one, or a value that is no type of the schema.
func (w world) node(random *rand.Rand) model.Node {
	if random.Float64() < w.faults {
		return []model.Node{nil, (*organization.Organization)(nil), stranger{}}[random.IntN(3)]
	}
	switch random.IntN(12) {
	case 0:
		return made[organization.Organization](w, random)
	case 1:
		return made[integration.Integration](w, random)
	case 2:
		return made[integration.ExternalOrg](w, random)
	case 3:
		return made[mapping.Mapping](w, random)
	case 4:
		return made[refresh.Run](w, random)
	case 5:
		return made[decision.Rejection](w, random)
	case 6:
		return made[decision.Alias](w, random)
	case 7:
		return made[journal.Change](w, random)
	case 8:
		return made[group.Group](w, random)
	case 9:
		return made[access.Person](w, random)
	case 10:
		return made[access.Token](w, random)
	default:
		return made[account.Account](w, random)
	}
}

type stranger struct{}

func (stranger) NodeID() string { return "stranger" }

func (w world) change(random *rand.Rand) model.AccountChange {
	kinds := []journal.Kind{journal.Organizations, journal.Mappings, journal.Integrations, journal.Decisions, journal.Groups, journal.People, journal.Settings}
	switch {
	case random.Float64() < w.faults:
		return nil
	case random.IntN(4) == 0:
		return model.NewAccountChange(journal.Event{Position: random.Int64N(9), Resync: "too old"}, time.Unix(random.Int64N(1e9), 0))
	default:
		change := made[journal.Change](w, random)
		change.Kind = kinds[random.IntN(len(kinds))]
		return model.NewAccountChange(journal.Event{Change: change}, time.Time{})
	}
}

func (w world) matchingChange(random *rand.Rand) *model.MatchingChange {
	return &model.MatchingChange{Change: made[suggestion.Change](w, random)}
}

// progress returns a state that always has a run, because the run is part of its id.
func (w world) progress(random *rand.Rand) *model.RefreshProgress {
	return &model.RefreshProgress{Run: made[refresh.Run](w, random), Sequence: random.IntN(9)}
}

// connected returns a page of made-up items, whose total may fail.
func connected[T any](w world, question ...any) (*page.Connection[*T], error) {
	return answeredBy(w, func(random *rand.Rand) *page.Connection[*T] {
		var items []*T
		w.fill(random, reflect.ValueOf(&items).Elem())
		window := page.Window{Size: 1 + random.IntN(4)}
		cursor := func(*T) page.Cursor { return page.Cursor{fmt.Sprint(random.IntN(100))} }
		total := func(context.Context) (int, error) { return answered[int](w, "total", question) }
		return page.New(window, items, cursor, total)
	}, question...)
}

// events returns a stream of a few made-up events.
func events[T any](w world, invent func(*rand.Rand) T, question ...any) (<-chan T, error) {
	source, err := answeredBy(w, func(random *rand.Rand) <-chan T {
		const count = 3
		source := make(chan T, count)
		for range count {
			source <- invent(random)
		}
		close(source)
		return source
	}, append(question, "events")...)
	if source == nil && err == nil { // it would never deliver an event
		err = errStore
	}
	return source, err
}
