package transport

import (
	"encoding/binary"
	"time"
)

const (
	closeFrame = 0x88 // final fragment, opcode close
	// rejectWriteTimeout is how long sending the close frame may take, and rejectLinger how long it has to arrive:
	// closing a connection with unread data resets it, and the client would not learn why.
	rejectWriteTimeout = time.Second
	rejectLinger       = 250 * time.Millisecond
)

// reject closes the socket of a client that has not signed in, or that sends too much. It does not wait for a close
// handshake, and reads nothing more from a client that sends too much.
func (s *socket) reject(how *CloseError) {
	if s.sending.TryLock() {
		reason := how.Reason[:min(len(how.Reason), maxReason)]
		frame := append(make([]byte, 0, 4+maxReason), closeFrame, byte(2+len(reason))) //nolint:gosec // it is short
		frame = binary.BigEndian.AppendUint16(frame, uint16(how.Code))                 //nolint:gosec // close codes fit
		_ = s.network.SetWriteDeadline(time.Now().Add(rejectWriteTimeout))
		if _, err := s.network.Write(append(frame, reason...)); err == nil {
			if half, ok := s.network.(interface{ CloseWrite() error }); ok {
				_ = half.CloseWrite()
			}
			time.Sleep(rejectLinger)
		}
		s.sending.Unlock()
	}
	_ = s.conn.CloseNow()
}

// rejects reports whether the socket ends without a close handshake.
func (s *socket) rejects(how *CloseError) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.session == nil || how == errTooFast
}
