package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"unicode"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/store/content"
	"kartei/store/journal"
	"kartei/store/sqlite"
)

// An Introduction is what stands in a section above its first fact.
type Introduction struct {
	Section  []string // its headings; none: what stands above the first
	Passages []decks.Passage

	mark journal.Shown
}

// Introductions returns the introductions of a deck (see [Card].DeckID) that its
// learner has not seen yet, in the order in which they are read.
func (s *Store) Introductions(ctx context.Context, deck int64) (found []Introduction, err error) {
	err = s.read(ctx, func(tx *readTx) error {
		var d decks.Deck
		var text string
		err := tx.Scan(ctx, `SELECT deck, name, prose FROM decks WHERE id = ?`, []any{deck}, &d.ID, &d.Name, &text)
		if err != nil || text == "" {
			return err
		}
		if err := content.ReadProse(&d, text); err != nil {
			return err
		}
		first, err := tx.firstFacts(ctx, deck)
		if err != nil {
			return err
		}
		seen, err := tx.shown(ctx, d.ID)
		for _, i := range introductionsOf(&d, first) {
			if !slices.ContainsFunc(seen, func(s journal.Shown) bool { return s.Is(i.Section) || s.Text == i.mark.Text }) {
				found = append(found, i)
			}
		}
		return err
	})
	return found, sqlite.Explain("read the introductions of a deck", err)
}

// firstFacts are the positions of the first fact in each section of a deck or below
// it, by its headings as one text.
func (tx *readTx) firstFacts(ctx context.Context, deck int64) (map[string]int, error) {
	first := map[string]int{}
	rows, err := tx.QueryContext(ctx, `SELECT section, min(position) FROM facts WHERE deck = ? AND retired = 0 GROUP BY section`, deck)
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var text string
		var position int
		var section []string
		if err := rows.Scan(&text, &position); err != nil {
			return err
		}
		if err := readSection(text, &section); err != nil {
			return err
		}
		for depth := 0; depth <= len(section); depth++ {
			name := pathKey(section[:depth])
			if before, known := first[name]; !known || position < before {
				first[name] = position
			}
		}
		return nil
	})
	return first, err
}

func pathKey(section []string) string { return strings.Join(section, "\x00") }

// introductionsOf are all introductions of a deck. One without facts below it is none.
func introductionsOf(d *decks.Deck, first map[string]int) []Introduction {
	var found []Introduction
	at := map[string]int{} // by section, in found
	for _, p := range d.Passages {
		name := pathKey(p.Section)
		if position, ok := first[name]; !ok || !p.Introduces(position) {
			continue
		}
		if _, known := at[name]; !known {
			at[name] = len(found)
			found = append(found, Introduction{Section: p.Section})
		}
		i := &found[at[name]]
		i.Passages = append(i.Passages, p)
	}
	for i := range found {
		found[i].mark = journal.Shown{Deck: d.ID, Section: found[i].Section, Text: hashOf(found[i].Passages)}
	}
	return slices.DeleteFunc(found, func(i Introduction) bool { return !i.says() })
}

// says reports whether the introduction has a word in it; a rule between two parts of
// a file has none.
func (i *Introduction) says() bool {
	return slices.ContainsFunc(i.Passages, func(p decks.Passage) bool {
		return p.IsTable() || strings.ContainsFunc(p.Text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) })
	})
}

// hashOf is a hash of what passages say, wherever they stand.
func hashOf(passages []decks.Passage) string {
	h := sha256.New()
	for _, p := range passages {
		text, _ := json.Marshal([]any{p.Text, p.Columns, p.Rows}) // texts can always be written
		h.Write(text)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// MarkIntroduced notes that introductions were shown.
func (s *Store) MarkIntroduced(ctx context.Context, now scheduler.Moment, all []Introduction) error {
	marks := make([]journal.Shown, len(all))
	for i := range all {
		marks[i] = all[i].mark
	}
	return s.MarkShown(ctx, now, marks...)
}
