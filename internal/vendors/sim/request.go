package sim

import "net/http"

// listAt returns the kind of a request to a vendor that serves only its list.
func listAt(r *http.Request, path string) Kind {
	if r.Method == http.MethodGet && r.URL.Path == path {
		return List
	}
	return Other
}

// pageWindow reads a page's number, counted from 1, and its size, capped at largest.
func pageWindow(r *http.Request, number, size string, otherwise, largest int) (Window, error) {
	query := r.URL.Query()
	page, err := intParameter(query, number, 1)
	if err != nil {
		return Window{}, err
	}
	rows, err := intParameter(query, size, otherwise)
	if err != nil {
		return Window{}, err
	}
	return Window{Page: max(page, 1) - 1, Size: min(max(rows, 1), largest)}, nil
}
