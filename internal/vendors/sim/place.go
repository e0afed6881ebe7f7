package sim

import "net/http"

// mover is a dialect of a vendor that is asked, without credentials, where it has to be called.
type mover interface {
	// discover answers that question.
	discover(s *Server, w http.ResponseWriter, r *http.Request)
	// astray answers a request to a place that the API has left, and reports whether it was one.
	astray(s *Server, w http.ResponseWriter, r *http.Request) bool
}

// Move takes the API to another place, as an upgrade or a relocation does; vendors that stay where they are do not mind.
func (s *Server) Move() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.moves++
}

// Moved makes the API move as the request arrives.
func Moved() Fault {
	return Fault{respond: func(s *Server, w http.ResponseWriter, r *http.Request) {
		s.Move()
		s.answer(w, r, Fault{})
	}}
}

// place counts the moves so far.
func (s *Server) place() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.moves
}
