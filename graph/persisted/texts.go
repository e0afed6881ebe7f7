package persisted

import (
	"container/list"
	"sync"

	"github.com/google/uuid"
)

// Bounds of what is kept for clients, in bytes of text. An account's part is enough for all documents of several
// applications; a client whose document was thrown out sends it again by itself.
const (
	maxAccountBytes = 256 << 10
	maxBytes        = 32 << 20
	entryBytes      = 200 // what an entry takes beside its text, roughly
)

// texts keeps the documents that clients sent, those used last, each account's apart: nobody can find out or push out what
// others send.
type texts struct {
	mutex    sync.Mutex // protects what follows
	accounts map[uuid.UUID]*shelf
	order    *list.List // of *shelf, used last in front
	bytes    int
}

// shelf holds one account's documents.
type shelf struct {
	account uuid.UUID
	place   *list.Element
	byHash  map[string]*list.Element
	order   *list.List // of document, used last in front
	bytes   int
}

type document struct{ hash, text string }

func (d document) size() int { return len(d.hash) + len(d.text) + entryBytes }

func newTexts() *texts { return &texts{accounts: map[uuid.UUID]*shelf{}, order: list.New()} }

func (t *texts) get(account uuid.UUID, hash string) (text string, found bool) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	of := t.accounts[account]
	if of == nil || of.byHash[hash] == nil {
		return "", false
	}
	t.order.MoveToFront(of.place)
	of.order.MoveToFront(of.byHash[hash])
	return of.byHash[hash].Value.(document).text, true //nolint:forcetypeassert // nothing else is in the list
}

func (t *texts) put(account uuid.UUID, hash, text string) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	of := t.accounts[account]
	if of == nil {
		of = &shelf{account: account, byHash: map[string]*list.Element{}, order: list.New()}
		of.place = t.order.PushFront(of)
		t.accounts[account] = of
	}
	t.order.MoveToFront(of.place)
	if known := of.byHash[hash]; known != nil {
		of.order.MoveToFront(known)
		return
	}
	one := document{hash: hash, text: text}
	of.byHash[hash] = of.order.PushFront(one)
	of.bytes += one.size()
	t.bytes += one.size()
	for of.bytes > maxAccountBytes {
		t.dropLast(of)
	}
	for t.bytes > maxBytes {
		t.dropLast(t.order.Back().Value.(*shelf)) //nolint:forcetypeassert // nothing else is in the list
	}
}

// dropLast throws out what an account has not used for longest. It is called with mutex held.
func (t *texts) dropLast(of *shelf) {
	last := of.order.Back()
	one := of.order.Remove(last).(document) //nolint:forcetypeassert // nothing else is in the list
	delete(of.byHash, one.hash)
	of.bytes -= one.size()
	t.bytes -= one.size()
	if of.order.Len() == 0 {
		t.order.Remove(of.place)
		delete(t.accounts, of.account)
	}
}
