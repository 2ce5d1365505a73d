package store

import (
	"context"
	"errors"
	"testing"
)

// What was called off is not begun, though a query that runs is not broken off.
func TestCalledOff(t *testing.T) {
	s, err := Open(t.Context(), t.TempDir()+"/collection.db", Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	rows, err := s.query(t.Context(), `SELECT id FROM decks`)
	if err != nil {
		t.Fatal(err)
	}
	rows.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.query(ctx, `SELECT name FROM decks`); !errors.Is(err, context.Canceled) {
		t.Errorf("a query that was called off: %v", err)
	}
}
