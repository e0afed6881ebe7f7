// Package secret seals what must not be read by whoever holds a copy of the database: authenticated encryption with a
// keyset that lives in a file of its own, outside the database.
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
	"time"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// ErrSealed says that something cannot be opened: none of the keys sealed it, or it was sealed for another place.
var ErrSealed = errors.New("secret: no key of the keyset opens this, or it was sealed for another place")

// separator stands between the parts that a sealed text is bound to. None of them holds it: they are ids and words.
const separator = "|"

// Sealer seals and opens. It is safe for concurrent use.
type Sealer struct {
	path string // "": the keyset is not in a file

	mutex   sync.Mutex // protects what follows, which changes when the file does
	keys    keys
	changed time.Time // the file's modification time when it was read
}

// keys is a keyset made ready for use.
type keys struct {
	aead    tink.AEAD
	primary uint32
	marking []byte // the key of Mark, made of the first key, which rotations keep
}

// NewSealer makes a sealer from a keyset as NewKeyset and Rotate write it.
func NewSealer(encoded []byte) (*Sealer, error) {
	ready, err := parse(encoded)
	if err != nil {
		return nil, err
	}
	return &Sealer{keys: ready}, nil
}

// LoadKeyset makes a sealer from the keyset in a file that nobody but its owner may read. It reads the file again when
// something was sealed with a key it does not know, so that a rotation needs no restart.
func LoadKeyset(path string) (*Sealer, error) {
	sealer := &Sealer{path: path}
	if err := sealer.load(); err != nil {
		return nil, err
	}
	return sealer, nil
}

func (s *Sealer) load() error {
	encoded, changed, err := readKeyset(s.path)
	if err != nil {
		return err
	}
	if s.keys, err = parse(encoded); err != nil {
		return fmt.Errorf("keyset file %s: %w", s.path, err)
	}
	s.changed = changed
	return nil
}

// Seal encrypts with the primary key. Whoever opens the result must name the same parts: a sealed text that was moved
// to another row does not open there.
func (s *Sealer) Seal(plaintext []byte, bound ...string) ([]byte, error) {
	sealed, err := s.current().aead.Encrypt(plaintext, association(bound))
	if err != nil {
		return nil, fmt.Errorf("secret: seal: %w", err)
	}
	return sealed, nil
}

// Open decrypts what Seal made with any key of the keyset. Its error is ErrSealed.
func (s *Sealer) Open(sealed []byte, bound ...string) ([]byte, error) {
	plaintext, err := s.current().aead.Decrypt(sealed, association(bound))
	if err != nil && s.reload() {
		plaintext, err = s.current().aead.Decrypt(sealed, association(bound))
	}
	if err != nil {
		return nil, ErrSealed
	}
	return plaintext, nil
}

// Mark gives what tells two texts apart or shows that they are one, and nothing else of them to whoever has no keyset. It is the
// same on every server, and after rotations too.
func (s *Sealer) Mark(text []byte) []byte {
	mark := hmac.New(sha256.New, s.current().marking)
	_, _ = mark.Write(text) // it never fails
	return mark.Sum(nil)
}

// SealedByPrimary tells whether the keyset's primary key sealed this, so that sealing it again would change no key.
func (s *Sealer) SealedByPrimary(sealed []byte) bool {
	// Tink writes a version byte and the key's id, big-endian, before every ciphertext.
	const version, prefixLength = 1, 5
	return len(sealed) > prefixLength && sealed[0] == version &&
		binary.BigEndian.Uint32(sealed[1:prefixLength]) == s.current().primary
}

func (s *Sealer) current() keys {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.keys
}

// reload tells whether the file held another keyset than the one in use.
func (s *Sealer) reload() bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.path == "" {
		return false
	}
	info, err := os.Stat(s.path)
	if err != nil || info.ModTime().Equal(s.changed) {
		return false
	}
	return s.load() == nil
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

// markingKey derives a key of its own from the keyset's first one.
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

func readKeyset(path string) ([]byte, time.Time, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, time.Time{}, fmt.Errorf("keyset file %s does not exist (make it with: orgmap keys new): %w", path, err)
	}
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("keyset file: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, time.Time{}, fmt.Errorf("keyset file %s is not a regular file", path)
	}
	if others := info.Mode().Perm() & 0o077; others != 0 {
		return nil, time.Time{}, fmt.Errorf("keyset file %s may be read by others than its owner (mode %04o): chmod 600 %s", path, info.Mode().Perm(), path)
	}
	encoded, err := os.ReadFile(path)
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("keyset file: %w", err)
	}
	return encoded, info.ModTime(), nil
}
