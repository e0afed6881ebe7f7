package transport

import (
	"context"
	"encoding/binary"
	"errors"
	"os"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
)

// The socket frames its messages itself instead of using the websocket library, which keeps a buffer for each socket,
// copies, and cannot write without blocking. The library still reads, answers pings and closes. Each of its frames is
// one write, as is each of ours, so they do not interleave.

const (
	textFrame  = 0x81 // final fragment, opcode text
	maxHead    = 10   // bytes before a frame's text
	shortText  = 125  // longest text whose length fits into the second byte
	mediumText = 1<<16 - 1
	medium     = 126 // a two-byte length follows
	long       = 127 // an eight-byte length follows
)

// maxKeptFrames caps the size of a buffer that is reused for later messages, in bytes.
const maxKeptFrames = 256 << 10

// frameBuffer is a buffer to write frames in, from a pool that all sockets share.
type frameBuffer struct {
	frames []byte
	rest   []byte // what could not be written
	err    error
	put    func(descriptor uintptr) bool // writes as much as the kernel accepts now
}

var framePool = sync.Pool{New: func() any { //nolint:gochecknoglobals // a pool
	l := &frameBuffer{frames: make([]byte, 0, 4<<10)}
	l.put = func(descriptor uintptr) bool {
		var n int
		if n, l.err = writeNow(descriptor, l.frames); n > 0 {
			l.rest = l.frames[n:]
		}
		return true
	}
	return l
}}

func newFrameBuffer() *frameBuffer { return framePool.Get().(*frameBuffer) } //nolint:forcetypeassert // the pool holds nothing else

func (l *frameBuffer) free() {
	if cap(l.frames) <= maxKeptFrames {
		l.frames, l.rest, l.err = l.frames[:0], nil, nil
		framePool.Put(l)
	}
}

// add appends the text from build as a frame.
func (l *frameBuffer) add(build func(text []byte) []byte) {
	start := len(l.frames)
	l.frames = build(append(l.frames, make([]byte, maxHead)...))
	l.frames = framed(l.frames, start)
}

// framed inserts the frame's head before the text that begins at start+maxHead.
func framed(frames []byte, start int) []byte {
	text := frames[start+maxHead:]
	head := frames[start:start]
	head = append(head, textFrame)
	switch size := len(text); {
	case size <= shortText:
		head = append(head, byte(size))
	case size <= mediumText:
		head = binary.BigEndian.AppendUint16(append(head, medium), uint16(size))
	default:
		head = binary.BigEndian.AppendUint64(append(head, long), uint64(size))
	}
	return append(frames[:start+len(head)], text...)
}

// send sends one message. If it fails, the error is why the socket ended.
func (s *socket) send(build func(text []byte) []byte) error {
	s.sending.Lock()
	defer s.sending.Unlock()
	return s.write(build)
}

// write sends one message, and ends the socket of a client that does not read. The caller must hold sending.
func (s *socket) write(build func(text []byte) []byte) error {
	if s.ctx.Err() != nil {
		return context.Cause(s.ctx)
	}
	l := newFrameBuffer()
	defer l.free()
	l.add(build)
	return s.deliverAll(l.frames)
}

func (s *socket) deliverAll(frames []byte) error {
	_ = s.network.SetWriteDeadline(time.Now().Add(s.options.WriteTimeout))
	if _, err := s.network.Write(frames); err != nil {
		why := errGone
		if errors.Is(err, os.ErrDeadlineExceeded) {
			why = errStalled
		}
		s.end(why)
		return why
	}
	// Reset, because the library answers pings without setting a deadline.
	_ = s.network.SetWriteDeadline(time.Time{})
	return nil
}

// push sends an operation's results if the kernel accepts them now. It never waits; if it reports false, nothing was
// sent.
func (s *socket) push(o *operation, responses []*graphql.Response) bool {
	if !s.sending.TryLock() {
		return false
	}
	if s.ctx.Err() != nil || !s.listed(o) {
		s.sending.Unlock()
		return true // no longer wanted
	}
	l := newFrameBuffer()
	for _, response := range responses {
		l.add(func(text []byte) []byte { return appendNext(text, o, response) })
	}
	err := s.raw.Write(l.put)
	if err == nil && len(l.rest) > 0 {
		s.pushRemaining(l)
		return true
	}
	taken := l.rest != nil
	refused := !taken && err == nil && wouldWait(l.err)
	s.sending.Unlock()
	l.free()
	if !taken && !refused {
		s.end(errGone)
	}
	return !refused
}

// pushRemaining sends what the kernel did not accept, before anything else is sent.
func (s *socket) pushRemaining(l *frameBuffer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx.Err() != nil {
		s.sending.Unlock()
		return
	}
	s.wrotePartially.Store(true)
	s.work.Add(1)
	go func() {
		defer s.work.Done()
		defer s.sending.Unlock()
		defer l.free()
		if s.deliverAll(l.rest) == nil {
			s.wrotePartially.Store(false)
		}
	}()
}
