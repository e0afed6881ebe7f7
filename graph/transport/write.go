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

// What a socket sends is framed here, and not by the websocket library: that keeps a buffer for each socket, copies, and
// cannot write without waiting. The library still reads, answers pings and closes; each of its frames is one write, as each
// of ours is, so that they do not mix.

const (
	textFrame  = 0x81 // whole, and text
	maxHead    = 10   // bytes before a frame's text
	shortText  = 125  // bytes whose number fits into the second byte
	mediumText = 1<<16 - 1
	medium     = 126 // two bytes with the number follow
	long       = 127 // eight do
)

// maxKeptFrames bounds the memory that is kept for the next message, in bytes.
const maxKeptFrames = 256 << 10

// letter is memory to write frames in, shared by all sockets.
type letter struct {
	frames []byte
	rest   []byte // what could not be written
	err    error
	put    func(descriptor uintptr) bool // writes what the kernel takes now
}

var letters = sync.Pool{New: func() any { //nolint:gochecknoglobals // a pool
	l := &letter{frames: make([]byte, 0, 4<<10)}
	l.put = func(descriptor uintptr) bool {
		var n int
		if n, l.err = writeNow(descriptor, l.frames); n > 0 {
			l.rest = l.frames[n:]
		}
		return true
	}
	return l
}}

func newLetter() *letter { return letters.Get().(*letter) } //nolint:forcetypeassert // nothing else is put in

func (l *letter) free() {
	if cap(l.frames) <= maxKeptFrames {
		l.frames, l.rest, l.err = l.frames[:0], nil, nil
		letters.Put(l)
	}
}

// add appends the text that build appends, as a frame.
func (l *letter) add(build func(text []byte) []byte) {
	start := len(l.frames)
	l.frames = build(append(l.frames, make([]byte, maxHead)...))
	l.frames = framed(l.frames, start)
}

// framed puts the head before a text that begins maxHead behind start.
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

// send sends one message. The error it returns is the socket's end.
func (s *socket) send(build func(text []byte) []byte) error {
	s.sending.Lock()
	defer s.sending.Unlock()
	return s.write(build)
}

// write is called with sending held. It ends the socket of a client that does not read.
func (s *socket) write(build func(text []byte) []byte) error {
	if s.ctx.Err() != nil {
		return context.Cause(s.ctx)
	}
	l := newLetter()
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
	// Taken back, because the library's own answers to pings are written without setting one.
	_ = s.network.SetWriteDeadline(time.Time{})
	return nil
}

// push sends an operation's results where the client takes them now. It never waits; where it reports false, nothing was sent.
func (s *socket) push(o *operation, responses []*graphql.Response) bool {
	if !s.sending.TryLock() {
		return false
	}
	if s.ctx.Err() != nil || !s.listed(o) {
		s.sending.Unlock()
		return true // nobody wants them
	}
	l := newLetter()
	for _, response := range responses {
		l.add(func(text []byte) []byte { return appendNext(text, o, response) })
	}
	err := s.raw.Write(l.put)
	if err == nil && len(l.rest) > 0 {
		s.pushRest(l)
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

// pushRest sends what the kernel did not take, before anything else is sent.
func (s *socket) pushRest(l *letter) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx.Err() != nil {
		s.sending.Unlock()
		return
	}
	s.torn.Store(true)
	s.work.Add(1)
	go func() {
		defer s.work.Done()
		defer s.sending.Unlock()
		defer l.free()
		if s.deliverAll(l.rest) == nil {
			s.torn.Store(false)
		}
	}()
}
