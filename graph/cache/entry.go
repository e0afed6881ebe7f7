package cache

import (
	"bytes"
	"compress/flate"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"hash/crc32"
	"sync"
)

// entry is a cached response in the form that is sent, plus a compressed copy once a client has asked for one. It is
// immutable.
type entry struct {
	whole []byte // {"data":...}
	cost  int    // of producing it

	hash      [sha256.Size]byte
	store     *store
	partition *partition

	packing sync.Once
	packed  packed

	packedBytes int64 // as counted in the cache's size; protected by all.mutex
}

const head = `{"data":`

func newEntry(data []byte, cost int) *entry {
	whole := make([]byte, 0, len(head)+len(data)+1)
	whole = append(append(append(whole, head...), data...), '}')
	return &entry{whole: whole, cost: cost}
}

func (e *entry) data() []byte { return e.whole[len(head) : len(e.whole)-1] }

func (e *entry) size() int64 { return int64(len(e.whole)) + e.packedBytes + entryBytes }

// packed is the gzip of a response without its last brace, because responses end differently for different callers.
type packed struct {
	text  []byte
	sum   uint32
	bytes uint32
}

// gzipHeader says that deflated data follows, and has no optional fields.
var gzipHeader = []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255}

func pack(text []byte) packed {
	into := bytes.NewBuffer(make([]byte, 0, len(text)/4))
	into.Write(gzipHeader)
	writer, err := flate.NewWriter(into, flate.BestSpeed)
	if err != nil {
		panic("cache: a level that flate knows: " + err.Error())
	}
	_, _ = writer.Write(text) // a buffer cannot fail
	_ = writer.Flush()        // ends on a byte boundary, so more blocks can follow
	return packed{text: bytes.Clone(into.Bytes()), sum: crc32.ChecksumIEEE(text), bytes: uint32(len(text))}
}

// longestBlock is the maximum size of an uncompressed deflate block.
const longestBlock = 1<<16 - 1

// end returns what completes the packed response: the rest of its text in uncompressed blocks, the checksum and the
// length.
func (p packed) end(rest []byte) []byte {
	end := make([]byte, 0, len(rest)+32)
	for left := rest; ; {
		block := left[:min(len(left), longestBlock)]
		left = left[len(block):]
		final := byte(0)
		if len(left) == 0 {
			final = 1
		}
		end = append(end, final)
		end = binary.LittleEndian.AppendUint16(end, uint16(len(block)))
		end = binary.LittleEndian.AppendUint16(end, ^uint16(len(block)))
		end = append(end, block...)
		if final == 1 {
			break
		}
	}
	end = binary.LittleEndian.AppendUint32(end, crc32.Update(p.sum, crc32.IEEETable, rest))
	return binary.LittleEndian.AppendUint32(end, p.bytes+uint32(len(rest)))
}

// compressed returns the compressed response. The first call compresses it and adds the result to the cache's size.
func (e *entry) compressed() packed {
	e.packing.Do(func() {
		e.packed = pack(e.whole[:len(e.whole)-1])
		e.store.mutex.Lock()
		defer e.store.mutex.Unlock()
		element := e.partition.elements[e.hash]
		if element == nil || element.Value != e {
			return // evicted meanwhile
		}
		e.packedBytes = int64(len(e.packed.text))
		e.store.grow(e.partition, e.packedBytes)
	})
	return e.packed
}

type receiverKey struct{}

// Receiver learns which cached response was returned, so that the transport need not encode or compress it again.
type Receiver struct{ found *entry }

// WithReceiver returns a context whose operation reports a cache hit to the receiver.
func WithReceiver(ctx context.Context) (context.Context, *Receiver) {
	receiver := new(Receiver)
	return context.WithValue(ctx, receiverKey{}, receiver), receiver
}

func receive(ctx context.Context, found *entry) {
	if receiver, ok := ctx.Value(receiverKey{}).(*Receiver); ok {
		receiver.found = found
	}
}

// Holds reports whether data is the data of the cached response, in the same memory.
func (r *Receiver) Holds(data []byte) bool {
	if r == nil || r.found == nil || len(data) == 0 {
		return false
	}
	kept := r.found.data()
	return len(kept) == len(data) && &kept[0] == &data[0]
}

// Whole returns the response {"data":...}, without extensions. It must not be changed.
func (r *Receiver) Whole() []byte { return r.found.whole }

// Gzip returns the compressed response in two parts: its data, and its ending, such as "}". They must not be changed.
func (r *Receiver) Gzip(ending []byte) (data, end []byte) {
	packed := r.found.compressed()
	return packed.text, packed.end(ending)
}
