package persisted

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// maxIdentifier is the longest id of a document, in bytes: a SHA-256 in hexadecimal, with room for a prefix.
const maxIdentifier = 128

// maxManifest is the maximum size of a manifest, in bytes.
const maxManifest = 16 << 20

// Manifest holds the documents that the operator trusts. A nil manifest is empty.
type Manifest struct {
	byID map[string]string
	all  map[string]bool
}

// manifestFormat is the format name that Apollo's and compatible tools write at the top.
const manifestFormat = "apollo-persisted-query-manifest"

// ReadManifest reads a manifest in JSON, in one of two formats: Apollo's {"format": "apollo-persisted-query-manifest",
// "version": 1, "operations": [{"id": ..., "body": ...}]}, or Relay's {"id": "text", ...}.
func ReadManifest(from io.Reader) (*Manifest, error) {
	content, readErr := io.ReadAll(io.LimitReader(from, maxManifest+1))
	if readErr != nil {
		return nil, readErr
	}
	if len(content) > maxManifest {
		return nil, fmt.Errorf("the manifest has more than %d bytes", maxManifest)
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(content, &fields); err != nil {
		return nil, fmt.Errorf("the manifest is no JSON object: %w", err)
	}
	var documents map[string]string
	var err error
	if isApollo(fields) {
		documents, err = readApollo(content)
	} else {
		err = json.Unmarshal(content, &documents)
	}
	if err != nil {
		return nil, fmt.Errorf("the manifest is in no known format: %w", err)
	}
	manifest := &Manifest{byID: documents, all: make(map[string]bool, len(documents))}
	for id, text := range documents {
		if id == "" || len(id) > maxIdentifier || text == "" {
			return nil, fmt.Errorf("the manifest's document %.20q has no fit id or no text", id)
		}
		manifest.all[text] = true
	}
	if len(documents) == 0 {
		return nil, errors.New("the manifest holds no document")
	}
	return manifest, nil
}

func isApollo(fields map[string]json.RawMessage) bool {
	var format string
	return json.Unmarshal(fields["format"], &format) == nil && format == manifestFormat
}

func readApollo(content []byte) (map[string]string, error) {
	var manifest struct {
		Operations []struct{ ID, Body string }
	}
	if err := json.Unmarshal(content, &manifest); err != nil {
		return nil, err
	}
	documents := make(map[string]string, len(manifest.Operations))
	for _, operation := range manifest.Operations {
		documents[operation.ID] = operation.Body
	}
	return documents, nil
}

// text returns the document with the given id.
func (m *Manifest) text(id string) (text string, found bool) {
	if m == nil {
		return "", false
	}
	text, found = m.byID[id]
	return text, found
}

// holds reports whether the manifest contains exactly this text.
func (m *Manifest) holds(text string) bool { return m != nil && m.all[text] }
