package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"

	"kartei/decks/shorthash"
	"kartei/store/sqlite"
)

// A device writes a log of its own. The name is portable, the id is not.
type device struct {
	id   int64
	name string
}

// newDevice makes the collection write as a new device from now on.
func (s *Store) newDevice(ctx context.Context, tx *sqlite.Tx) error {
	var name [10]byte
	if _, err := io.ReadFull(s.config.Random, name[:]); err != nil {
		return fmt.Errorf("name the device: %w", err)
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO devices (name, own) VALUES (?, 1)`, shorthash.Encode(name[:]))
	return err
}

func (s *Store) findDevice(ctx context.Context) error {
	err := s.db.QueryRowContext(ctx, `SELECT id, name FROM devices WHERE own = 1 ORDER BY id DESC LIMIT 1`).Scan(&s.device.id, &s.device.name)
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("%w: it does not know its own device", ErrDamaged)
	}
	return err
}
