package sim

import "net/http"

// mover is the dialect of a vendor that says, without credentials, where its API is.
type mover interface {
	// discover serves that request.
	discover(s *Server, w http.ResponseWriter, r *http.Request)
	// astray serves a request to an old address of the API, and reports whether it was one.
	astray(s *Server, w http.ResponseWriter, r *http.Request) bool
}

// Move changes the API's address, like an upgrade or a relocation; it has no effect on other
// vendors.
func (s *Server) Move() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.moves++
}

// Moved moves the API when the request arrives.
func Moved() Fault {
	return Fault{respond: func(s *Server, w http.ResponseWriter, r *http.Request) {
		s.Move()
		s.answer(w, r, Fault{})
	}}
}

// place returns the number of moves so far.
func (s *Server) place() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.moves
}
