package bearer

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/pg"
)

// useTimeout limits the statement that records when tokens were used.
const useTimeout = 5 * time.Second

// uses records when tokens were last used: at most once an hour per token, because Postgres asks
// for it only then, and never while a request waits for it.
type uses struct {
	db *pg.DB

	mutex   sync.Mutex    // guards the fields below
	pending map[used]bool // uses to record
	writing bool
}

// used identifies a token.
type used struct{ account, token uuid.UUID }

func (u *uses) note(token used) {
	u.mutex.Lock()
	defer u.mutex.Unlock()
	u.pending[token] = true
	if !u.writing {
		u.writing = true
		go u.write()
	}
}

// write saves pending uses until there are none.
func (u *uses) write() {
	for {
		u.mutex.Lock()
		tokens := slices.Collect(maps.Keys(u.pending))
		u.writing = len(tokens) > 0
		u.mutex.Unlock()
		if len(tokens) == 0 {
			return
		}
		u.save(tokens)
		u.mutex.Lock()
		for _, token := range tokens {
			delete(u.pending, token)
		}
		u.mutex.Unlock()
	}
}

// save runs one statement. If it fails, Postgres asks for it again at the next use.
func (u *uses) save(tokens []used) {
	accounts, ids := make([]uuid.UUID, len(tokens)), make([]uuid.UUID, len(tokens))
	for i, one := range tokens {
		accounts[i], ids[i] = one.account, one.token
	}
	ctx, cancel := context.WithTimeout(context.Background(), useTimeout)
	defer cancel()
	_ = u.db.Across(ctx, pg.Statement{
		SQL: "SELECT note_token_uses($1, $2)", Arguments: []pg.Argument{pg.UUIDs(accounts), pg.UUIDs(ids)}, Prepared: true,
	})
}
