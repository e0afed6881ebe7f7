package sim

import "net/http"

// listAt is the kind of a request to a vendor whose list is all there is to ask for.
func listAt(r *http.Request, path string) Kind {
	if r.Method == http.MethodGet && r.URL.Path == path {
		return List
	}
	return Other
}

// pageWindow reads a page's number, the first being 1, and its size, of which the vendor takes no more than largest.
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
