package transport

import (
	"encoding/binary"
	"net"
	"sync/atomic"
	"time"
)

// What a client may send on a socket is counted in frames, below the websocket library: control frames and fragments,
// which the library handles alone, cost as much work as messages.
const (
	earlyFrames     = 5       // before the acknowledgement
	earlyBytes      = 4 << 10 // in each of them
	frameRate       = 20      // per second after the acknowledgement, on average
	frameBurst      = 200     // at once
	renewalInterval = time.Second
)

// pacer counts what a client sends and ends the socket if it is too much. Only one goroutine at a time reads.
type pacer struct {
	now          func() time.Time
	exceeded     func()      // called once, when the client has sent too much
	acknowledged atomic.Bool // set by the socket

	head    [14]byte // of the current frame; 14 bytes is the maximum
	have    int      // bytes in head
	payload uint64   // bytes of the frame's payload still to come
	early   int      // frames before the acknowledgement
	level   float64  // frames that may arrive now
	at      time.Time
	over    bool
}

func newPacer(exceeded func()) *pacer {
	return &pacer{now: time.Now, exceeded: exceeded, level: frameBurst}
}

// around returns the connection with its reads paced. early is what was read before.
func (p *pacer) around(connection net.Conn, early []byte) net.Conn {
	p.follow(early)
	return &pacedConn{connection, p}
}

type pacedConn struct {
	net.Conn

	pacer *pacer
}

// Read reads from the connection, or fails if the client has sent too much.
func (c *pacedConn) Read(into []byte) (int, error) {
	if c.pacer.over {
		return 0, errTooFast
	}
	n, err := c.Conn.Read(into)
	c.pacer.follow(into[:n])
	if c.pacer.over {
		return 0, errTooFast
	}
	return n, err
}

func (p *pacer) follow(chunk []byte) {
	if !p.allows(chunk) {
		p.over = true
		p.exceeded()
	}
}

// allows counts the frames in chunk, and reports whether they are within the limits.
func (p *pacer) allows(chunk []byte) bool {
	for len(chunk) > 0 {
		if p.payload > 0 {
			passed := min(p.payload, uint64(len(chunk)))
			p.payload -= passed
			chunk = chunk[passed:]
			continue
		}
		p.head[p.have] = chunk[0]
		p.have++
		chunk = chunk[1:]
		if p.have < 2 || p.have < headLength(p.head[1]) {
			continue
		}
		p.have, p.payload = 0, payloadLength(&p.head)
		if !p.allowsFrame() {
			return false
		}
	}
	return true
}

const (
	lengthBits = 0x7f // of a frame's second byte
	maskBit    = 0x80
	maskBytes  = 4
)

func headLength(second byte) int {
	length := 2
	switch second & lengthBits {
	case medium:
		length += 2
	case long:
		length += 8
	}
	if second&maskBit != 0 {
		length += maskBytes
	}
	return length
}

func payloadLength(head *[14]byte) uint64 {
	switch length := head[1] & lengthBits; length {
	case medium:
		return uint64(binary.BigEndian.Uint16(head[2:]))
	case long:
		return binary.BigEndian.Uint64(head[2:])
	default:
		return uint64(length)
	}
}

func (p *pacer) allowsFrame() bool {
	if !p.acknowledged.Load() {
		p.early++
		return p.early <= earlyFrames && p.payload <= earlyBytes
	}
	now := p.now()
	if !p.at.IsZero() {
		p.level = min(frameBurst, p.level+max(0, now.Sub(p.at).Seconds())*frameRate)
	}
	p.at = now
	p.level--
	return p.level >= 0
}
