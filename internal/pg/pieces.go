package pg

import "io"

// pieceSize is how much of an answer is read at once, in bytes: pgx's own buffer would take a page of the grid in a dozen reads.
const pieceSize = 64 << 10

// freePieces are buffers that nobody uses just now, as many as are worth keeping.
var freePieces = make(chan *[pieceSize]byte, 8) //nolint:gochecknoglobals // for all connections

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

// pieces reads a connection in large pieces. It has a buffer only as long as something is in it or is waited for: most of a pool's
// connections rest. One goroutine at a time reads it.
type pieces struct {
	from   io.Reader
	buffer *[pieceSize]byte // nil: nothing is left
	left   []byte           // of the buffer
}

// Read reads what is left of the last piece, or else the next one.
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
		p.buffer, p.left = buffer, buffer[:read] // an error comes again with the next read
	}
	copied := copy(into, p.left)
	if p.left = p.left[copied:]; len(p.left) == 0 {
		givePiece(p.buffer)
		p.buffer = nil
	}
	return copied, nil
}
