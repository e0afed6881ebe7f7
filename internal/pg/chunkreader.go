package pg

import "io"

// chunkSize is how many bytes of a response are read at once: pgx's own buffer needs a dozen reads for a page of the
// grid.
const chunkSize = 64 << 10

// freeBuffers holds a few unused buffers for reuse.
var freeBuffers = make(chan *[chunkSize]byte, 8) //nolint:gochecknoglobals // shared by all connections

func getBuffer() *[chunkSize]byte {
	select {
	case free := <-freeBuffers:
		return free
	default:
		return new([chunkSize]byte)
	}
}

func putBuffer(free *[chunkSize]byte) {
	select {
	case freeBuffers <- free:
	default:
	}
}

// chunkReader reads a connection in large chunks. It holds a buffer only while reading or while data is left in it,
// because most pool connections are idle. Not safe for concurrent use.
type chunkReader struct {
	from   io.Reader
	buffer *[chunkSize]byte // nil: no data is left
	left   []byte           // of the buffer
}

// Read returns data left from the last chunk, or else reads the next one.
func (r *chunkReader) Read(into []byte) (int, error) {
	if len(r.left) == 0 {
		if len(into) >= chunkSize {
			return r.from.Read(into)
		}
		buffer := getBuffer()
		read, err := r.from.Read(buffer[:])
		if read == 0 {
			putBuffer(buffer)
			return 0, err
		}
		r.buffer, r.left = buffer, buffer[:read] // the next read returns the error again
	}
	copied := copy(into, r.left)
	if r.left = r.left[copied:]; len(r.left) == 0 {
		putBuffer(r.buffer)
		r.buffer = nil
	}
	return copied, nil
}
