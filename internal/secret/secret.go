// Package secret seals data that a copy of the database must not reveal: authenticated encryption
// with a keyset in a file of its own, outside the database.
package secret

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// ErrSealed means that a sealed text cannot be opened: no key of the keyset sealed it, or it is
// bound to other parts.
var ErrSealed = errors.New("secret: no key of the keyset opens this, or it was sealed for another place")

// separator separates the parts that a sealed text is bound to. No part contains it: the parts are
// ids and fixed words.
const separator = "|"

// Sealer seals and opens. It is safe for concurrent use.
type Sealer struct {
	path   string // "": the keyset is not in a file
	loaded atomic.Pointer[loaded]

	reloading sync.Mutex // at most one goroutine reads the file
}

// loaded is a keyset and the state of the file it was read from.
type loaded struct {
	keys
	file os.FileInfo // nil: the keyset is not in a file
}

// keys is a keyset ready for use.
type keys struct {
	aead    tink.AEAD
	primary uint32
	marking []byte // the key of Mark, derived from the first key, which rotations keep
}

// NewSealer returns a Sealer for a keyset from NewKeyset or Rotate.
func NewSealer(encoded []byte) (*Sealer, error) {
	ready, err := parse(encoded)
	if err != nil {
		return nil, err
	}
	sealer := new(Sealer)
	sealer.loaded.Store(&loaded{keys: ready})
	return sealer, nil
}

// LoadKeyset returns a Sealer for the keyset in a file that only its owner can read. The Sealer
// reloads a changed file before it seals, and if none of its keys opens something, so a rotation
// needs no restart. If the file cannot be read, for example while it is being copied, the Sealer
// keeps its keys.
func LoadKeyset(path string) (*Sealer, error) {
	sealer := &Sealer{path: path}
	if err := sealer.load(); err != nil {
		return nil, err
	}
	return sealer, nil
}

// load reads the file. If that fails, the keys stay the same.
func (s *Sealer) load() error {
	encoded, file, err := readKeyset(s.path)
	if err != nil {
		return err
	}
	ready, err := parse(encoded)
	if err != nil {
		return fmt.Errorf("keyset file %s: %w", s.path, err)
	}
	s.loaded.Store(&loaded{keys: ready, file: file})
	return nil
}

// Seal encrypts with the primary key of the current keyset file. Open needs the same bound parts,
// so a sealed text that was copied to another row does not open there.
func (s *Sealer) Seal(plaintext []byte, bound ...string) ([]byte, error) {
	s.reload()
	sealed, err := s.loaded.Load().aead.Encrypt(plaintext, association(bound))
	if err != nil {
		return nil, fmt.Errorf("secret: seal: %w", err)
	}
	return sealed, nil
}

// Open decrypts what Seal encrypted with any key of the keyset. Its error is ErrSealed.
func (s *Sealer) Open(sealed []byte, bound ...string) ([]byte, error) {
	plaintext, err := s.loaded.Load().aead.Decrypt(sealed, association(bound))
	if err != nil && s.reload() {
		plaintext, err = s.loaded.Load().aead.Decrypt(sealed, association(bound))
	}
	if err != nil {
		return nil, ErrSealed
	}
	return plaintext, nil
}

// Mark returns a keyed hash of text: it reveals whether two texts are equal and, without the
// keyset, nothing else. It is the same on every server and after rotations.
func (s *Sealer) Mark(text []byte) []byte {
	mark := hmac.New(sha256.New, s.loaded.Load().marking)
	_, _ = mark.Write(text) // never fails
	return mark.Sum(nil)
}

// SealedByPrimary reports whether the primary key sealed this, so sealing it again would not change
// the key.
func (s *Sealer) SealedByPrimary(sealed []byte) bool {
	// Tink puts a version byte and the key's id, big-endian, before every ciphertext.
	const version, prefixLength = 1, 5
	s.reload()
	return len(sealed) > prefixLength && sealed[0] == version &&
		binary.BigEndian.Uint32(sealed[1:prefixLength]) == s.loaded.Load().primary
}

// reload reads the file if it has changed since the current keys were read, and reports whether the
// keys are newer than at the start of the call. If nothing has changed, which is the usual case, it
// costs one stat.
func (s *Sealer) reload() bool {
	before := s.loaded.Load()
	if s.path == "" || s.unchanged(before) {
		return false
	}
	s.reloading.Lock()
	defer s.reloading.Unlock()
	if now := s.loaded.Load(); now != before && s.unchanged(now) {
		return true // another goroutine has read it
	}
	return s.load() == nil
}

// unchanged reports whether the file is still the one that was read, or cannot be accessed.
func (s *Sealer) unchanged(read *loaded) bool {
	file, err := os.Stat(s.path)
	return err != nil || os.SameFile(file, read.file) && file.ModTime().Equal(read.file.ModTime()) && file.Size() == read.file.Size()
}

func association(bound []string) []byte { return []byte(strings.Join(bound, separator)) }

func parse(encoded []byte) (keys, error) {
	handle, err := decode(encoded)
	if err != nil {
		return keys{}, err
	}
	primary, err := handle.Primary()
	if err != nil {
		return keys{}, fmt.Errorf("no primary key: %w", err)
	}
	primitive, err := aead.New(handle)
	if err != nil {
		return keys{}, fmt.Errorf("not a keyset for sealing: %w", err)
	}
	marking, err := markingKey(encoded)
	if err != nil {
		return keys{}, err
	}
	return keys{aead: primitive, primary: primary.KeyID(), marking: marking}, nil
}

// markingKey derives the key of Mark from the keyset's first key.
func markingKey(encoded []byte) ([]byte, error) {
	var content struct {
		Key []struct {
			KeyData struct {
				Value []byte `json:"value"`
			} `json:"keyData"`
		} `json:"key"`
	}
	if err := json.Unmarshal(encoded, &content); err != nil || len(content.Key) == 0 || len(content.Key[0].KeyData.Value) == 0 {
		return nil, errors.Join(errors.New("not a keyset: it has no key"), err)
	}
	return hkdf.Key(sha256.New, content.Key[0].KeyData.Value, nil, "orgmap marks", sha256.Size)
}

func decode(encoded []byte) (*keyset.Handle, error) {
	handle, err := readCleartext(encoded)
	if err != nil {
		return nil, fmt.Errorf("not a keyset (make one with: orgmap keys new): %w", err)
	}
	return handle, nil
}

func readKeyset(path string) ([]byte, os.FileInfo, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fmt.Errorf("keyset file %s does not exist (make it with: orgmap keys new): %w", path, err)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("keyset file: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, nil, fmt.Errorf("keyset file %s is not a regular file", path)
	}
	if others := info.Mode().Perm() & 0o077; others != 0 {
		return nil, nil, fmt.Errorf("keyset file %s may be read by others than its owner (mode %04o): chmod 600 %s", path, info.Mode().Perm(), path)
	}
	encoded, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, fmt.Errorf("keyset file: %w", err)
	}
	return encoded, info, nil
}
