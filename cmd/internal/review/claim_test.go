package review_test

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/review"
	"kartei/decks"
	"kartei/scheduler"
	"kartei/store"
)

// A card that somebody else is asking is not asked, also when a third program
// happens to write at the moment at which it would be claimed.
func TestClaimWaitsForAWriter(t *testing.T) {
	tb := newTable(t, fact("fr", decks.Card{Kind: decks.Recall, Prompt: "France", Answer: "Paris"}), fact("it", decks.Card{Kind: decks.Recall, Prompt: "Italy", Answer: "Rome"}))
	path := tb.store.Path()
	other, err := store.Open(t.Context(), path, store.Config{Calendar: scheduler.DefaultCalendar})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	run := tb.sitting()
	first := tb.sitting().Session.Next(tb.now()).Card.Card
	if free, err := other.Claim(t.Context(), first, tb.now()); err != nil || !free {
		t.Fatal(free, err)
	}
	db, err := sql.Open("sqlite", "file:"+filepath.ToSlash(path)+"?_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Claim(t.Context(), first, tb.now()); err == nil {
		t.Fatal("the collection is not locked")
	}
	time.AfterFunc(300*time.Millisecond, func() { tx.Rollback() })
	run.Ask = ask.NewScript(t, ask.Expect("", ask.Command(review.Quit)))
	if err := run.Loop(t.Context()); err != nil {
		t.Fatal(err)
	}
	card, err := tb.store.Card(t.Context(), first)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(tb.out.String(), card.Prompt) {
		t.Errorf("%q is asked twice at one time:\n%s", card.Prompt, tb.out.String())
	}
}
