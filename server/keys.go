package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/orgmap/orgmap/internal/integration"
	"github.com/orgmap/orgmap/internal/pg"
	"github.com/orgmap/orgmap/internal/secret"
)

type keysCommand struct {
	New    keysNew    `cmd:"" help:"Create a keyset. It is printed, or written to the keyset file if that does not exist."`
	Rotate keysRotate `cmd:"" help:"Add a new primary key to the keyset file and encrypt every credential with it. Old keys are kept."`
}

type keysNew struct{}

func (keysNew) Run(t *terminal, s stores) error {
	keyset, err := secret.NewKeyset()
	if err != nil {
		return err
	}
	if s.KeysetFile == "" {
		_, err = fmt.Fprintln(t.out, string(keyset))
		return err
	}
	if err := refuseExisting(s.KeysetFile); err != nil {
		return err
	}
	if err := secret.WriteKeyset(s.KeysetFile, keyset); err != nil {
		return err
	}
	return t.print(map[string]string{"keysetFile": s.KeysetFile}, nothing)
}

type keysRotate struct{}

func (keysRotate) Run(ctx context.Context, t *terminal, s stores) error {
	path, err := s.keysetFile(s.DatabaseURL == "" && s.MigrationDatabaseURL == "")
	if err != nil {
		return err
	}
	return s.withOperator(ctx, t.logger(), func(db *pg.Operator) error {
		sealer, err := rotateKeyset(path)
		if err != nil {
			return err
		}
		resealed, err := integration.RotateCredentials(ctx, db, sealer)
		if err != nil {
			return err
		}
		return t.print(map[string]int{"resealed": resealed}, func(w io.Writer) { fmt.Fprintf(w, "%d credentials sealed with the new key\n", resealed) })
	})
}

// rotateKeyset adds a new primary key to the file.
func rotateKeyset(path string) (*secret.Sealer, error) {
	keyset, err := secret.ReadKeyset(path)
	if err != nil {
		return nil, err
	}
	if keyset, err = secret.Rotate(keyset); err != nil {
		return nil, err
	}
	if err := secret.WriteKeyset(path, keyset); err != nil {
		return nil, err
	}
	return secret.NewSealer(keyset)
}

// keysetFile returns the path of the keyset: the given one, or the one in the data directory of embedded stores.
func (s stores) keysetFile(isEmbedded bool) (string, error) {
	switch {
	case s.KeysetFile != "":
		return s.KeysetFile, nil
	case !isEmbedded:
		return "", errors.New("set ORGMAP_KEYSET_FILE to the keyset that seals vendor credentials; 'orgmap keys new --keyset-file FILE' makes one")
	}
	dir, err := s.dataDir()
	return filepath.Join(dir, "keyset.json"), err
}

// openKeyset reads the keyset. With embedded stores, it creates the keyset on the first start.
func (s stores) openKeyset(isEmbedded bool) (*secret.Sealer, error) {
	path, err := s.keysetFile(isEmbedded)
	if err != nil {
		return nil, err
	}
	if s.KeysetFile == "" && refuseExisting(path) == nil {
		keyset, err := secret.NewKeyset()
		if err != nil {
			return nil, err
		}
		if err := secret.WriteKeyset(path, keyset); err != nil {
			return nil, err
		}
	}
	return secret.LoadKeyset(path)
}

// refuseExisting returns an error if the file exists.
func refuseExisting(path string) error {
	_, err := os.Lstat(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = fmt.Errorf("%s exists already", path)
	}
	return err
}
