package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"

	"kartei/decks"
	"kartei/scheduler"
)

// Compiled is what a compile found below one root.
type Compiled struct {
	Root    string            // where the files are; a folder's absolute path, or any name
	Decks   []*decks.Deck     // facts have keys, cards have ids: see decks.Match
	Aliases []decks.Alias     // cards that take another name
	Whole   bool              // Decks and Broken are all that Root holds: other decks of it are retired
	Broken  []string          // names of decks with errors: they stay as they are
	Stamps  map[string]string // by file; they replace the root's stamps if not nil
	DryRun  bool              // only plan
}

var errDryRun = errors.New("dry run")

// Apply makes the collection hold what was compiled: in one transaction, so
// that after an interruption it holds all of it or nothing. A dry run does the
// same and takes it back.
func (s *Store) Apply(ctx context.Context, c Compiled, now scheduler.Moment) (Plan, error) {
	var plan Plan
	err := s.record(ctx, func(w *writer) error {
		var err error
		if plan, err = w.apply(ctx, c, now); err == nil && c.DryRun {
			err = errDryRun
		}
		return err
	})
	if errors.Is(err, errDryRun) {
		err = nil
	}
	if err != nil {
		return Plan{}, explain("apply the compiled decks", err)
	}
	return plan, nil
}

func (w *writer) apply(ctx context.Context, c Compiled, now scheduler.Moment) (plan Plan, err error) {
	left, err := w.rename(ctx, c.Aliases, now)
	if err != nil {
		return plan, err
	}
	for _, d := range c.Decks {
		deckPlan, err := w.applyDeck(ctx, c, d, now)
		if err != nil {
			return plan, err
		}
		plan.Decks = append(plan.Decks, deckPlan)
	}
	if c.Whole {
		gone, err := w.retireOthers(ctx, c)
		if err != nil {
			return plan, err
		}
		plan.Decks = append(plan.Decks, gone...)
	}
	if err := w.dropEmptyFacts(ctx, left); err != nil {
		return plan, err
	}
	return plan, w.stamp(ctx, c.Root, c.Stamps)
}

// applyDeck brings one deck's rows to what was compiled.
func (w *writer) applyDeck(ctx context.Context, c Compiled, d *decks.Deck, now scheduler.Moment) (DeckPlan, error) {
	rows, err := rowsOf(d)
	if err != nil {
		return DeckPlan{}, err
	}
	id, same, err := w.upsertDeck(ctx, c.Root, d, &rows)
	if err != nil {
		return DeckPlan{}, err
	}
	plan := DeckPlan{Name: d.Name, Facts: len(rows.facts), Cards: len(rows.cards)}
	if same {
		plan.Unchanged = plan.Cards
		return plan, nil
	}
	a := &application{writer: w, deck: id, rows: rows, plan: plan}
	if err := a.load(ctx, c.Aliases); err != nil {
		return a.plan, err
	}
	if err := a.facts(ctx); err != nil {
		return a.plan, err
	}
	if err := a.cards(ctx); err != nil {
		return a.plan, err
	}
	if err := a.retire(ctx); err != nil {
		return a.plan, err
	}
	return a.plan, a.remember(ctx, now)
}

// upsertDeck gives the deck's row, and whether it was compiled from the very
// same content before.
func (w *writer) upsertDeck(ctx context.Context, root string, d *decks.Deck, rows *deckRows) (id int64, same bool, err error) {
	var name, oldRoot string
	var old []byte
	var retired bool
	err = w.tx.QueryRowContext(ctx, `SELECT id, name, root, digest, retired FROM decks WHERE deck = ?`, d.ID).Scan(&id, &name, &oldRoot, &old, &retired)
	if errors.Is(err, sql.ErrNoRows) {
		result, err := w.tx.ExecContext(ctx, `INSERT INTO decks (deck, name, root, content, digest, retired) VALUES (?, ?, ?, ?, ?, 0)`,
			d.ID, d.Name, root, rows.content, rows.digest)
		if err != nil {
			return 0, false, err
		}
		id, err = result.LastInsertId()
		return id, false, err
	}
	if err != nil {
		return 0, false, err
	}
	if bytes.Equal(old, rows.digest) && oldRoot == root && !retired {
		return id, true, nil
	}
	if name != d.Name {
		if _, err := w.tx.ExecContext(ctx, `UPDATE OR IGNORE options SET scope = ? WHERE scope = ?`, d.Name, name); err != nil {
			return 0, false, err
		}
		if err := w.newPolicies(ctx); err != nil {
			return 0, false, err
		}
	}
	_, err = w.tx.ExecContext(ctx, `UPDATE decks SET name = ?, root = ?, content = ?, digest = ?, retired = 0 WHERE id = ?`,
		d.Name, root, rows.content, rows.digest, id)
	return id, false, err
}

// retireOthers retires the decks that a root held before and holds no more.
func (w *writer) retireOthers(ctx context.Context, c Compiled) ([]DeckPlan, error) {
	type other struct {
		id         int64
		deck, name string
	}
	rows, err := w.tx.QueryContext(ctx, `SELECT id, deck, name FROM decks WHERE root = ? AND retired = 0 ORDER BY name`, c.Root)
	others, err := collect(rows, err, func(rows *sql.Rows) (o other, err error) { return o, rows.Scan(&o.id, &o.deck, &o.name) })
	if err != nil {
		return nil, err
	}
	keep := map[string]bool{}
	for _, d := range c.Decks {
		keep[d.ID] = true
	}
	broken := map[string]bool{}
	for _, name := range c.Broken {
		broken[name] = true
	}
	var plans []DeckPlan
	for _, o := range others {
		if keep[o.deck] || broken[o.name] || broken[o.deck] {
			continue
		}
		n, err := w.retireDeck(ctx, o.id)
		if err != nil {
			return nil, err
		}
		plans = append(plans, DeckPlan{Name: o.name, Retired: n})
	}
	return plans, nil
}

// retireDeck retires a deck with all its cards, and tells how many those were.
func (w *writer) retireDeck(ctx context.Context, deck int64) (int, error) {
	result, err := w.tx.ExecContext(ctx, `UPDATE cards SET retired = 1, fresh = 0 WHERE deck = ? AND retired = 0`, deck)
	if err != nil {
		return 0, err
	}
	for _, query := range []string{
		`UPDATE facts SET retired = 1 WHERE deck = ? AND retired = 0`,
		`UPDATE memory SET hidden = 1 WHERE deck = ? AND hidden = 0`,
		`UPDATE decks SET retired = 1, digest = zeroblob(32) WHERE id = ?`,
	} {
		if _, err := w.tx.ExecContext(ctx, query, deck); err != nil {
			return 0, err
		}
	}
	n, err := result.RowsAffected()
	return int(n), err
}

// stamp remembers the files of a root.
func (w *writer) stamp(ctx context.Context, root string, stamps map[string]string) error {
	if stamps == nil {
		return nil
	}
	if _, err := w.tx.ExecContext(ctx, `DELETE FROM stamps WHERE root = ?`, root); err != nil {
		return err
	}
	for file, stamp := range stamps {
		if _, err := w.tx.ExecContext(ctx, `INSERT INTO stamps (root, file, stamp) VALUES (?, ?, ?)`, root, file, stamp); err != nil {
			return err
		}
	}
	return nil
}

// Stamps gives, by file, what Apply last remembered of a root; empty if it was
// never compiled.
func (s *Store) Stamps(ctx context.Context, root string) (map[string]string, error) {
	stamps := map[string]string{}
	rows, err := s.db.QueryContext(ctx, `SELECT file, stamp FROM stamps WHERE root = ?`, root)
	_, err = collect(rows, err, func(rows *sql.Rows) (none struct{}, err error) {
		var file, stamp string
		err = rows.Scan(&file, &stamp)
		stamps[file] = stamp
		return none, err
	})
	return stamps, explain("read the stamps", err)
}
