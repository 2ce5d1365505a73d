package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/store/journal"
	"kartei/store/sqlite"
)

// Compiled is what a compile found below one root.
type Compiled struct {
	Root   string        // where the files are; a folder's absolute path, or any name
	Decks  []*decks.Deck // Apply gives the facts without ids their keys, and the cards their ids: see decks.Match
	Whole  bool          // Decks and Broken are all that Root holds: other decks of it are retired
	Empty  []string      // if not Whole, names of decks of Root that have no file any more: they are retired, too
	Broken []string      // names of decks with errors: they stay as they are
	DryRun bool          // only plan
	Names  bool          // the plan says what happens to each card

	// Follow says what a history follows where an id stands over another text: the
	// text, if it is empty. It also takes back what an earlier compile followed.
	// Choices go before it.
	Follow  journal.Follow
	Choices []Choice

	// IfClear does nothing if the plan is not clear: somebody is to be asked first.
	IfClear bool

	// Unattended is a compile that nobody asked for: a deck for which the plan would
	// not be clear stays as it is, and is named in Plan.Left.
	Unattended bool

	// Remember, if not nil, gives what is remembered of the root's files, once it is
	// known which decks are left as they were: stamps by file, for Stamps, and how the
	// files look, for Roots.
	Remember func(left []Left) (stamps map[string]string, seen string)

	// Wait, if not 0, is how long others that write are waited for at most.
	Wait time.Duration

	// StillExists, if not nil, tells whether files of a deck are there still, in another
	// root that holds it, and are not the same as those here. Then the deck is left
	// as it is, and named in Plan.Conflicts, unless TakeOver says that Root counts:
	// which of two the learner means is not for a compile to guess. Else the deck
	// has moved.
	StillExists func(root string, files, here []string) bool
	TakeOver    bool
	Below       bool // what is below such a deck is left, too, unless Root has had it

	// Progress, if not nil, is called with the number of cards that have been
	// written.
	Progress func(done, total int)

	left []Left // what is to stay as it was is not in Decks any more
}

var errDryRun = errors.New("dry run")

// Apply makes the collection hold what was compiled: in one transaction, so
// that after an interruption it holds all of it or nothing. A dry run does the
// same and takes it back.
func (s *Store) Apply(ctx context.Context, c Compiled, now scheduler.Moment) (Plan, error) {
	return s.applyAs(ctx, c, match, now)
}

func (s *Store) applyAs(ctx context.Context, c Compiled, match matching, now scheduler.Moment) (plan Plan, err error) {
	work := func() error {
		for {
			plan, err = s.tryApply(ctx, c, match, now)
			if err != nil || !c.Unattended || plan.Clear() {
				plan.Left = c.left
				return err
			}
			c = c.Leave(plan.unasked()...)
		}
	}
	err = s.roomy(ctx, func() error {
		if c.Wait == 0 {
			return work()
		}
		return s.db.Hastily(ctx, c.Wait, work)
	})
	if err != nil {
		return Plan{}, sqlite.Explain("apply the compiled decks", err)
	}
	return plan, nil
}

// tryApply applies the decks, unless it is to be a dry run or somebody would have
// to be asked about it who is not there.
func (s *Store) tryApply(ctx context.Context, c Compiled, match matching, now scheduler.Moment) (plan Plan, err error) {
	err = s.record(ctx, func(tx *tx) error {
		var err error
		if plan, err = tx.apply(ctx, c, match, now); err == nil &&
			(c.DryRun || (c.Unattended || c.IfClear) && !plan.Clear()) {
			err = errDryRun
		}
		return err
	})
	if errors.Is(err, errDryRun) {
		err = nil
	}
	return plan, err
}

// roomy gives SQLite room while much is written. A statement that inserts many
// rows keeps what it may have to take back: little, but again and again, so in
// memory and not in a file. And what does not fit into the cache is written
// before its time, read back and written again.
func (s *Store) roomy(ctx context.Context, work func() error) error {
	const usual = `PRAGMA cache_size = -2000` // KiB: SQLite's default
	return s.db.With(ctx, `PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384`, usual, work)
}

func (tx *tx) apply(ctx context.Context, c Compiled, match matching, now scheduler.Moment) (plan Plan, err error) {
	if c, plan.Conflicts, err = tx.skipOwnedElsewhere(ctx, c); err != nil {
		return plan, err
	}
	plan.Decks = make([]DeckPlan, len(c.Decks))
	changed, sources, err := tx.changed(ctx, c)
	if err != nil {
		return plan, err
	}
	m, err := match(ctx, tx, changed)
	if err != nil {
		return plan, err
	}
	outdated, err := tx.outdated(ctx, c, changed.Decks)
	if err != nil {
		return plan, err
	}
	if len(outdated) > 0 {
		held := plan.Conflicts
		plan, err = tx.apply(ctx, c.without(outdated), match, now)
		plan.Conflicts, plan.Outdated = append(plan.Conflicts, held...), append(plan.Outdated, outdated...)
		return plan, err
	}
	if plan.Doubts, err = tx.recordDoubts(ctx, m.follower, m.Doubts, now); err != nil {
		return plan, err
	}
	left, err := tx.rename(ctx, m.Aliases, now)
	if err != nil {
		return plan, err
	}
	if err := tx.moveKeys(ctx, m.Keys); err != nil {
		return plan, err
	}
	moved, losses := map[int64]cardColumns{}, &losses{}
	to := deckApply{tx: tx, moved: moved, written: c.counter(changed.Decks), now: now.At / 1000, names: c.Names,
		was: m.formerly(), leaves: m.homes(changed.Decks)}
	for i, d := range c.Decks {
		if sources[i] == nil {
			n := cardCount(d)
			plan.Decks[i] = DeckPlan{Name: d.Name, Facts: len(d.Facts), Cards: n, Unchanged: n}
			continue
		}
		a := to
		a.aside = m.keysOf(d.ID)
		if err := a.applyTo(ctx, c.Root, d, sources[i], m.Aliases, now); err != nil {
			return plan, err
		}
		if err := tx.stands(ctx, c.Root, d.ID, a.digest.String(), c.TakeOver, now); err != nil {
			return plan, err
		}
		plan.Decks[i] = a.plan
		plan.Changes = append(plan.Changes, a.changes...)
		losses.add(&loss{deck: a.deck, name: d.Name, before: a.before, retired: a.plan.Retired, learned: a.learned})
		losses.went(a.came, a.deck)
	}
	if err := tx.follow(ctx, moved); err != nil {
		return plan, err
	}
	if c.Whole || len(c.Empty) > 0 {
		if err := tx.retireOthers(ctx, changed, &plan, losses, now); err != nil {
			return plan, err
		}
	}
	if err := tx.mendLosses(ctx, losses, &plan, now); err != nil {
		return plan, err
	}
	if err := tx.dropEmptyFacts(ctx, left); err != nil {
		return plan, err
	}
	return plan, tx.rememberFiles(ctx, c)
}

// rememberFiles keeps what is to be remembered of the root's files, if anything.
func (tx *tx) rememberFiles(ctx context.Context, c Compiled) error {
	if c.Remember == nil {
		return nil
	}
	stamps, seen := c.Remember(c.left)
	if err := tx.stamp(ctx, c.Root, stamps); err != nil || seen == "" {
		return err
	}
	return see(ctx, tx.sql, c.Root, seen)
}

// changed leaves in c the decks that were not compiled from the very same
// source before, and gives their digests, nil for the others.
func (tx *readTx) changed(ctx context.Context, c Compiled) (changed Compiled, sources [][]byte, err error) {
	changed = c
	changed.Decks, changed.Broken = nil, slices.Clone(c.Broken)
	sources, err = sumsOf(c.Decks)
	if err != nil {
		return changed, nil, err
	}
	for i, d := range c.Decks {
		var same bool
		err := tx.Scan(ctx, `SELECT EXISTS (SELECT 1 FROM decks WHERE deck = ? AND root = ? AND source = ? AND retired = 0)`,
			[]any{d.ID, c.Root, sources[i]}, &same)
		if err != nil {
			return changed, nil, err
		}
		if same && c.Follow == "" {
			changed.Broken, sources[i] = append(changed.Broken, d.ID), nil
		} else {
			changed.Decks = append(changed.Decks, d)
		}
	}
	return changed, sources, nil
}

func cardCount(d *decks.Deck) (n int) {
	for i := range d.Facts {
		n += len(d.Facts[i].Cards)
	}
	return n
}

// counter returns what to call for every card of the decks that is written.
func (c *Compiled) counter(all []*decks.Deck) func() {
	if c.Progress == nil {
		return func() {}
	}
	done, total := 0, 0
	for _, d := range all {
		total += cardCount(d)
	}
	return func() { done++; c.Progress(done, total) }
}

// upsertDeck writes the deck's own row but for its digest, and tells whether it
// is a new one. Its settings are those of its permanent identity.
func (tx *tx) upsertDeck(
	ctx context.Context, root string, source []byte, rows *deckRows, now scheduler.Moment,
) (id int64, added bool, err error) {
	d := rows.deck
	var name string
	err = tx.Scan(ctx, `SELECT id, name FROM decks WHERE deck = ?`, []any{d.ID}, &id, &name)
	if errors.Is(err, sql.ErrNoRows) {
		result, err := tx.exec(ctx, `INSERT INTO decks (deck, name, root, content, prose, source, digest, retired) VALUES (?, ?, ?, ?, ?, ?, x'', 0)`,
			d.ID, d.Name, root, rows.content, rows.prose, source)
		if err != nil {
			return 0, false, err
		}
		if id, err = result.LastInsertId(); err != nil {
			return 0, false, err
		}
		return id, true, tx.archivedBefore(ctx, d.ID)
	}
	if err != nil {
		return 0, false, err
	}
	if name != d.Name {
		if err := tx.newPolicies(ctx); err != nil {
			return 0, false, err
		}
	}
	// The citations of a deck are part of what its cards say.
	_, err = tx.exec(ctx, `UPDATE cards SET changed = max(?, changed + 1) WHERE deck = ?
		AND (SELECT content -> 'sources' FROM decks WHERE id = ?) IS NOT (? -> 'sources')`, now.At/1000, id, id, rows.content)
	if err != nil {
		return 0, false, err
	}
	_, err = tx.exec(ctx, `UPDATE decks SET name = ?, root = ?, content = ?, prose = ?, source = ?, retired = 0 WHERE id = ?`,
		d.Name, root, rows.content, rows.prose, source, id)
	return id, false, err
}

// archivedBefore puts a new deck away if the log says so.
func (tx *tx) archivedBefore(ctx context.Context, deck string) error {
	shared, err := readShared(ctx, tx)
	if err != nil || !shared.Archived[deck] {
		return err
	}
	return tx.keepArchived(ctx, deck, true)
}

// A goneDeck was compiled from a root that holds it no more.
type goneDeck struct {
	id         int64
	deck, name string
}

func (tx *readTx) gone(ctx context.Context, c Compiled) ([]goneDeck, error) {
	rows, err := tx.QueryContext(ctx, `SELECT id, deck, name FROM decks WHERE root = ? AND retired = 0 ORDER BY name`,
		c.Root)
	gone, err := sqlite.Collect(rows, err, func(rows *sql.Rows) (d goneDeck, err error) { return d, rows.Scan(&d.id, &d.deck, &d.name) })
	if err != nil {
		return nil, err
	}
	if c.Whole {
		near, err := tx.goneNear(ctx, c)
		if err != nil {
			return nil, err
		}
		gone = append(gone, near...)
	} else {
		gone = slices.DeleteFunc(gone, func(d goneDeck) bool { return len(c.left) > 0 || !slices.Contains(c.Empty, d.name) })
	}
	stays := map[string]bool{}
	for _, d := range c.Decks {
		stays[d.ID] = true
	}
	broken := map[string]bool{}
	for _, name := range c.Broken {
		broken[name] = true
	}
	return slices.DeleteFunc(gone, func(d goneDeck) bool { return stays[d.deck] || broken[d.name] || broken[d.deck] }),
		nil
}

// retireOthers retires the decks that a root held before and holds no more.
func (tx *tx) retireOthers(
	ctx context.Context, c Compiled, plan *Plan, losses *losses, now scheduler.Moment,
) error {
	gone, err := tx.gone(ctx, c)
	if err != nil {
		return err
	}
	for _, d := range gone {
		if c.Names {
			if err := tx.noteGone(ctx, d, plan); err != nil {
				return err
			}
		}
		n, learned, err := tx.retireDeck(ctx, d.id)
		if err != nil {
			return err
		}
		if err := tx.stands(ctx, c.Root, d.deck, "", false, now); err != nil {
			return err
		}
		plan.Decks = append(plan.Decks, DeckPlan{Name: d.name, Retired: n})
		losses.add(&loss{deck: d.id, name: d.name, gone: true, before: n, retired: n, learned: learned})
	}
	return nil
}

// retireDeck retires a deck with all its cards, and tells how many those were, and
// of how many the log says something.
func (tx *tx) retireDeck(ctx context.Context, deck int64) (cards, learned int, err error) {
	var counts [4]int64
	for i, query := range []string{
		`UPDATE cards SET retired = 1, fresh = 0 WHERE deck = ? AND retired = 0`,
		`UPDATE facts SET retired = 1 WHERE deck = ? AND retired = 0`,
		`UPDATE memory SET hidden = 1 WHERE deck = ? AND hidden = 0`,
		`UPDATE decks SET retired = 1, source = x'', digest = x'' WHERE id = ?`,
	} {
		result, err := tx.exec(ctx, query, deck)
		if err != nil {
			return 0, 0, err
		}
		if counts[i], err = result.RowsAffected(); err != nil {
			return 0, 0, err
		}
	}
	return int(counts[0]), int(counts[2]), nil
}

// Leave returns what was compiled without some decks, which stay as they are.
func (c Compiled) Leave(left ...Left) Compiled {
	c.Broken, c.left = slices.Clone(c.Broken), slices.Concat(c.left, left)
	for _, l := range left {
		c.Broken = append(c.Broken, l.Deck)
	}
	c.Decks = slices.DeleteFunc(slices.Clone(c.Decks),
		func(d *decks.Deck) bool { return slices.Contains(c.Broken, d.Name) })
	return c
}

// without returns what was compiled without decks that stay as they are, whatever the
// files say.
func (c Compiled) without(outdated []Outdated) Compiled {
	c.Broken = slices.Clone(c.Broken)
	for _, o := range outdated {
		c.Broken = append(c.Broken, o.Deck)
	}
	c.Decks = slices.DeleteFunc(slices.Clone(c.Decks),
		func(d *decks.Deck) bool {
			return slices.ContainsFunc(outdated, func(o Outdated) bool { return o.Deck == d.Name })
		})
	return c
}

// stamp remembers the files of a root.
func (tx *tx) stamp(ctx context.Context, root string, stamps map[string]string) error {
	if _, err := tx.exec(ctx, `DELETE FROM stamps WHERE root = ?`, root); err != nil {
		return err
	}
	for file, stamp := range stamps {
		if _, err := tx.exec(ctx, `INSERT INTO stamps (root, file, stamp) VALUES (?, ?, ?)`, root, file, stamp); err != nil {
			return err
		}
	}
	return nil
}

// Holds names the living decks that the collection has from a root.
func (s *Store) Holds(ctx context.Context, root string) (map[string]bool, error) {
	names := map[string]bool{}
	rows, err := s.db.QueryContext(ctx, `SELECT name FROM decks WHERE root = ? AND retired = 0`, root)
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var name string
		err := rows.Scan(&name)
		names[name] = true
		return err
	})
	return names, sqlite.Explain("list the decks of "+root, err)
}

// Stamps gives, by file, what Apply last remembered of a root; empty if it was
// never compiled.
func (s *Store) Stamps(ctx context.Context, root string) (map[string]string, error) {
	stamps := map[string]string{}
	rows, err := s.db.QueryContext(ctx, `SELECT file, stamp FROM stamps WHERE root = ?`, root)
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var file, stamp string
		err := rows.Scan(&file, &stamp)
		stamps[file] = stamp
		return err
	})
	return stamps, sqlite.Explain("read the stamps", err)
}
