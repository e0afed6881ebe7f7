package transport

import "time"

// The watch is one timer for each acknowledged socket. It checks whether the session is still valid, and sends pings.

func (s *socket) watchInterval() time.Duration {
	if s.options.CheckAlive == nil {
		return s.options.PingInterval
	}
	return min(s.options.CheckInterval, s.options.PingInterval)
}

func (s *socket) watchAfter(interval time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx.Err() != nil {
		return
	}
	s.work.Add(1)
	if s.watch == nil {
		s.watch = time.AfterFunc(interval, s.look)
	} else {
		s.watch.Reset(interval)
	}
}

// unwatch stops the timer of a socket that has ended. A check that has already begun is waited for with the other work.
func (s *socket) unwatch() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.watch != nil && s.watch.Stop() {
		s.work.Done()
	}
}

func (s *socket) look() {
	defer s.work.Done()
	if err := s.examine(); err != nil {
		s.end(err)
		return
	}
	s.watchAfter(s.watchInterval())
}

func (s *socket) examine() (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			_ = recovered(s.ctx, s.exec, cause) // it writes a log entry
			err = errInternal
		}
	}()
	s.mu.Lock()
	session := s.session
	due := time.Since(s.pinged) >= s.options.PingInterval
	silent := due && s.unansweredPings >= missedPongs
	if due {
		s.unansweredPings++
		s.pinged = time.Now()
	}
	s.mu.Unlock()
	if silent {
		return errSilent
	}
	if s.options.CheckAlive != nil {
		if err := s.options.CheckAlive(session); err != nil && s.ctx.Err() == nil {
			return closing(err, errForbidden)
		}
	}
	if !due {
		return nil
	}
	return s.send(func(frame []byte) []byte { return appendMessage(frame, "ping", nil) })
}
