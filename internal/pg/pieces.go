package pg

import "io"

// pieceSize is how many bytes of a response are read at once: pgx's own buffer needs a dozen reads for a page of the
// grid.
const pieceSize = 64 << 10

// freePieces holds a few unused buffers for reuse.
var freePieces = make(chan *[pieceSize]byte, 8) //nolint:gochecknoglobals // shared by all connections

func takePiece() *[pieceSize]byte {
	select {
	case free := <-freePieces:
		return free
	default:
		return new([pieceSize]byte)
	}
}

func givePiece(free *[pieceSize]byte) {
	select {
	case freePieces <- free:
	default:
	}
}

// pieces reads a connection in large pieces. It holds a buffer only while reading or while data is left in it, because
// most pool connections are idle. Not safe for concurrent use.
type pieces struct {
	from   io.Reader
	buffer *[pieceSize]byte // nil: no data is left
	left   []byte           // of the buffer
}

// Read returns data left from the last piece, or else reads the next one.
func (p *pieces) Read(into []byte) (int, error) {
	if len(p.left) == 0 {
		if len(into) >= pieceSize {
			return p.from.Read(into)
		}
		buffer := takePiece()
		read, err := p.from.Read(buffer[:])
		if read == 0 {
			givePiece(buffer)
			return 0, err
		}
		p.buffer, p.left = buffer, buffer[:read] // the next read returns the error again
	}
	copied := copy(into, p.left)
	if p.left = p.left[copied:]; len(p.left) == 0 {
		givePiece(p.buffer)
		p.buffer = nil
	}
	return copied, nil
}
