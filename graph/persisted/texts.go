package persisted

import (
	"github.com/google/uuid"

	"github.com/orgmap/orgmap/internal/lru"
)

// Bounds of what is kept for clients, in bytes. An account's part is enough for all documents of several applications; a client
// whose document was thrown out sends it again by itself.
const (
	maxAccountBytes = 256 << 10
	maxBytes        = 32 << 20
	accountBytes    = 400 // what an account takes beside its documents, roughly
)

// texts keeps the documents that clients sent, those used last, each account's apart: nobody can find out what others send, or push
// it out by sending much. Where there is no room for another account, the one that asked for none for the longest time gives way.
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
