// Package web serves the pages and the API explorer. They are built from app into dist, which is committed, so that the
// program is built with Go alone.
package web

import (
	"bytes"
	"compress/gzip"
	"embed"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

//go:embed all:dist
var dist embed.FS

// pages are the paths that show a page, and the file of dist that each is.
var pages = map[string]string{
	"/":              "app/index.html",
	"/by-tool":       "app/index.html",
	"/as-of":         "app/index.html",
	"/history":       "app/index.html",
	"/sync":          "app/index.html",
	"/integrations":  "app/index.html",
	"/organizations": "app/index.html",
	"/organization":  "app/index.html",
	"/import":        "app/index.html",
	"/settings":      "app/index.html",
	"/explorer":      "explorer/index.html",
}

// Handler serves the pages and what they load. Every other path is 404: with the app, which says so, for a browser that shows a page,
// and with a line of text for everybody else.
func Handler() http.Handler {
	served := map[string]*file{}
	for url, name := range pages {
		served[url] = open(name)
	}
	for _, folder := range []struct{ name, url string }{{"app", "/"}, {"explorer", "/explorer/"}} {
		root, err := fs.Sub(dist, "dist/"+folder.name)
		if err != nil {
			panic(err) // the names are constants
		}
		_ = fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() && name != "index.html" {
				served[folder.url+name] = open(folder.name + "/" + name)
			}
			return err
		})
	}
	return handler(served)
}

// handler holds what is served under each path.
type handler map[string]*file

func (h handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "These are pages: GET them.", http.StatusMethodNotAllowed)
		return
	}
	secure(w.Header(), r.Host)
	found, ok := h[r.URL.Path]
	switch {
	case ok:
		found.serve(w, r, http.StatusOK)
	case navigates(r):
		h["/"].serve(w, r, http.StatusNotFound) // the app says that there is no such page
	default:
		http.Error(w, "There is no such page.", http.StatusNotFound)
	}
}

// navigates tells whether a browser asks for a page to show, and not for what a page loads.
func navigates(r *http.Request) bool {
	if purpose := r.Header.Get("Sec-Fetch-Dest"); purpose != "" {
		return purpose == "document"
	}
	for accepted := range strings.SplitSeq(strings.Join(r.Header.Values("Accept"), ","), ",") {
		media, _, _ := strings.Cut(accepted, ";")
		if strings.EqualFold(strings.TrimSpace(media), "text/html") {
			return true
		}
	}
	return false
}

// plainHost is a host that may be repeated in a header: a name or an address, and a port.
var plainHost = regexp.MustCompile(`^[A-Za-z0-9.\-]+(:[0-9]+)?$|^\[[0-9A-Fa-f:.]+\](:[0-9]+)?$`)

// secure lets a page run no script and load nothing but what this server sends. Styles may be inline: the controls and the
// explorer's editor make some. The websocket's address is named since older Safaris do not take 'self' for it.
func secure(header http.Header, host string) {
	socket := ""
	if plainHost.MatchString(host) {
		socket = fmt.Sprintf(" ws://%[1]s wss://%[1]s", host)
	}
	header.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "+
		"img-src 'self' data:; font-src 'self' data:; worker-src 'self' blob:; connect-src 'self'"+socket+
		"; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
}

// file is one file of dist.
type file struct {
	body      []byte
	mediaType string
	caching   string
	zip       func() []byte // nil where it does not get smaller
}

// mediaTypes of what a build makes; the system's own table may be empty.
var mediaTypes = map[string]string{
	".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
	".svg": "image/svg+xml", ".woff2": "font/woff2", ".ttf": "font/ttf", ".png": "image/png", ".json": "application/json",
	".txt": "text/plain; charset=utf-8",
}

const (
	// forever is for names that carry the hash of their content.
	forever = "public, max-age=31536000, immutable"
	// asked is for names that stay while their content changes.
	asked = "no-cache"
)

func open(name string) *file {
	body, err := dist.ReadFile("dist/" + name)
	if err != nil {
		panic(fmt.Sprintf("web: %s is missing from dist: build the pages", name)) // a build without pages; tests find it
	}
	opened := &file{body: body, mediaType: mediaTypes[path.Ext(name)], caching: asked}
	if opened.mediaType == "" {
		opened.mediaType = "application/octet-stream"
	}
	if strings.Contains(name, "/assets/") {
		opened.caching = forever
	}
	if path.Ext(name) != ".woff2" && path.Ext(name) != ".png" {
		opened.zip = sync.OnceValue(func() []byte { return zip(body) })
	}
	return opened
}

// zip is done at the first request for a file: most processes serve few of the explorer's.
func zip(body []byte) []byte {
	var zipped bytes.Buffer
	writer := gzip.NewWriter(&zipped)
	_, _ = writer.Write(body) // a buffer takes everything
	_ = writer.Close()
	return zipped.Bytes()
}

func (f *file) serve(w http.ResponseWriter, r *http.Request, status int) {
	header := w.Header()
	header.Set("Content-Type", f.mediaType)
	header.Set("Cache-Control", f.caching)
	body := f.body
	if f.zip != nil {
		header.Set("Vary", "Accept-Encoding")
		if takesGzip(r.Header.Get("Accept-Encoding")) {
			header.Set("Content-Encoding", "gzip")
			body = f.zip()
		}
	}
	header.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // who went away misses nothing
	}
}

// takesGzip reads Accept-Encoding; "gzip;q=0" refuses it.
func takesGzip(accepted string) bool {
	for part := range strings.SplitSeq(accepted, ",") {
		coding, parameters, _ := strings.Cut(part, ";")
		if strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			quality, given := strings.CutPrefix(strings.ReplaceAll(parameters, " ", ""), "q=")
			value, err := strconv.ParseFloat(quality, 64)
			return !given || err == nil && value > 0
		}
	}
	return false
}
