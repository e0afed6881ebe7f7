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

// answer is a kept answer as it goes over the wire, and compressed once somebody wants it so. Nobody changes it.
type answer struct {
	whole []byte // {"data":...}
	cost  int    // what it came to

	hash  [sha256.Size]byte
	all   *answers
	shelf *shelf

	packing sync.Once
	packed  packed

	packedBytes int64 // as counted; protected by the mutex of all
}

const head = `{"data":`

func newAnswer(data []byte, cost int) *answer {
	whole := make([]byte, 0, len(head)+len(data)+1)
	whole = append(append(append(whole, head...), data...), '}')
	return &answer{whole: whole, cost: cost}
}

func (a *answer) data() []byte { return a.whole[len(head) : len(a.whole)-1] }

func (a *answer) size() int64 { return int64(len(a.whole)) + a.packedBytes + entryBytes }

// packed is gzip of an answer without its last brace: what a response ends with differs between those who ask.
type packed struct {
	text  []byte
	sum   uint32
	bytes uint32
}

// gzipHeader says that what follows is deflated, and nothing else.
var gzipHeader = []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255}

func pack(text []byte) packed {
	into := bytes.NewBuffer(make([]byte, 0, len(text)/4))
	into.Write(gzipHeader)
	writer, err := flate.NewWriter(into, flate.BestSpeed)
	if err != nil {
		panic("cache: a level that flate knows: " + err.Error())
	}
	_, _ = writer.Write(text) // a buffer takes everything
	_ = writer.Flush()        // ends at a whole byte, where more blocks may follow
	return packed{text: bytes.Clone(into.Bytes()), sum: crc32.ChecksumIEEE(text), bytes: uint32(len(text))}
}

// longestBlock is what one block of deflate holds that is not compressed.
const longestBlock = 1<<16 - 1

// end is what makes the packed answer whole: the last of its text, as it stands, and the sums.
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

// compressed packs the answer for the first who wants it so, and has it counted.
func (a *answer) compressed() packed {
	a.packing.Do(func() {
		a.packed = pack(a.whole[:len(a.whole)-1])
		a.all.mutex.Lock()
		defer a.all.mutex.Unlock()
		place := a.shelf.places[a.hash]
		if place == nil || place.Value != a {
			return // it is not kept any more
		}
		a.packedBytes = int64(len(a.packed.text))
		a.all.grow(a.shelf, a.packedBytes)
	})
	return a.packed
}

type receiverKey struct{}

// Receiver is told which kept answer a response holds, so that it need not be put together or compressed again.
type Receiver struct{ found *answer }

// WithReceiver returns a context whose operation tells the receiver.
func WithReceiver(ctx context.Context) (context.Context, *Receiver) {
	receiver := new(Receiver)
	return context.WithValue(ctx, receiverKey{}, receiver), receiver
}

func receive(ctx context.Context, found *answer) {
	if receiver, ok := ctx.Value(receiverKey{}).(*Receiver); ok {
		receiver.found = found
	}
}

// Holds tells whether data is that of a kept answer, as it was kept.
func (r *Receiver) Holds(data []byte) bool {
	if r == nil || r.found == nil || len(data) == 0 {
		return false
	}
	kept := r.found.data()
	return len(kept) == len(data) && &kept[0] == &data[0]
}

// Whole is the response {"data":...}, without extensions. It must not be changed.
func (r *Receiver) Whole() []byte { return r.found.whole }

// Gzip is the response in two pieces, compressed: its data, and what it ends with, such as "}". They must not be changed.
func (r *Receiver) Gzip(ending []byte) (data, end []byte) {
	packed := r.found.compressed()
	return packed.text, packed.end(ending)
}
