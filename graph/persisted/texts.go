package persisted

import (
	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/lru"
)

// Limits of what is stored for clients, in bytes. An account's share is enough for all documents of several
// applications. A client whose document was evicted sends it again automatically.
const (
	maxAccountBytes = 256 << 10
	maxBytes        = 32 << 20
	accountBytes    = 400 // approximate size of an account besides its documents
)

// texts stores the most recently used documents that clients sent, separately for each account, so that no account can
// find out what others send, or evict their documents by sending many. If there is no room for another account, the
// least recently used account is evicted.
type texts struct {
	accounts *lru.Cache[uuid.UUID, *lru.Cache[string, string]]
}

func newTexts() *texts {
	return &texts{lru.New[uuid.UUID, *lru.Cache[string, string]](maxBytes, accountBytes+maxAccountBytes)}
}

func (t *texts) get(account uuid.UUID, hash string) (text string, found bool) {
	of, known := t.accounts.Get(account)
	if !known {
		return "", false
	}
	return of.Get(hash)
}

func (t *texts) put(account uuid.UUID, hash, text string) {
	of := t.accounts.Load(account, func() (*lru.Cache[string, string], int64) {
		return lru.New[string, string](maxAccountBytes, maxAccountBytes), accountBytes
	})
	if _, known := of.Get(hash); known {
		return
	}
	growth, _ := of.Add(hash, text, int64(len(hash)+len(text)))
	t.accounts.Grow(account, growth)
}
