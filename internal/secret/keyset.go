package secret

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
)

// NewKeyset returns a keyset with one AES-256-GCM key, as JSON. It is as secret as everything it
// will seal.
func NewKeyset() ([]byte, error) {
	return addPrimary(keyset.NewManager())
}

// Rotate adds a new primary key to the keyset and keeps the old ones, so they still open what they
// sealed.
func Rotate(encoded []byte) ([]byte, error) {
	handle, err := decode(encoded)
	if err != nil {
		return nil, err
	}
	return addPrimary(keyset.NewManagerFromHandle(handle))
}

func addPrimary(manager *keyset.Manager) ([]byte, error) {
	added, err := manager.Add(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, fmt.Errorf("secret: make a key: %w", err)
	}
	if err := manager.SetPrimary(added); err != nil {
		return nil, fmt.Errorf("secret: make a key: %w", err)
	}
	handle, err := manager.Handle()
	if err != nil {
		return nil, fmt.Errorf("secret: make a keyset: %w", err)
	}
	var encoded bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&encoded)); err != nil {
		return nil, fmt.Errorf("secret: write a keyset: %w", err)
	}
	return encoded.Bytes(), nil
}

func readCleartext(encoded []byte) (*keyset.Handle, error) {
	return insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(encoded)))
}

// ReadKeyset reads a keyset file, for Rotate. It rejects a file that others than its owner can
// read.
func ReadKeyset(path string) ([]byte, error) {
	encoded, _, err := readKeyset(path)
	return encoded, err
}

// WriteKeyset writes a keyset to a file, like WriteFile: losing a keyset means losing every
// credential.
func WriteKeyset(path string, encoded []byte) error {
	if err := WriteFile(path, encoded); err != nil {
		return fmt.Errorf("keyset file: %w", err)
	}
	return nil
}

// WriteFile writes content to a file that only its owner can read. The write is atomic: a reader
// sees either the old content or the new, even after a crash.
func WriteFile(path string, content []byte) (err error) {
	folder := filepath.Dir(path)
	draft, err := os.CreateTemp(folder, filepath.Base(path)+".*") // created with mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(draft.Name()))
		}
	}()
	_, err = draft.Write(content)
	if err = errors.Join(err, draft.Sync(), draft.Close()); err != nil {
		return err
	}
	if err = os.Rename(draft.Name(), path); err != nil {
		return err
	}
	syncFolder(folder)
	return nil
}

// syncFolder makes a rename durable if the file system supports it: the file itself is synced
// already.
func syncFolder(folder string) {
	opened, err := os.Open(folder)
	if err != nil {
		return
	}
	_ = opened.Sync()
	_ = opened.Close()
}
