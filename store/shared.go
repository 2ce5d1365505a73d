package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"kartei/scheduler"
	"kartei/store/edition"
	"kartei/store/journal"
	"kartei/store/sqlite"
	"kartei/store/table"
)

// What rows about no card come to is kept in tables, too: options and decks.shelved.
// They are caches, as what is known of each card is one.

// standingRows reads rows l about no card of which a condition holds, but for those that
// were taken back, in the order of a replay.
func standingRows(ctx context.Context, q sqlite.Reader, condition string, args ...any) ([]journal.Row, error) {
	rows, err := q.QueryContext(ctx, `SELECT `+table.RowColumns+` FROM `+table.RowTables+` WHERE `+condition, args...)
	all, err := sqlite.Collect(rows, err, table.ScanRow)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	// Not by table voided: it is a cache that an import fills last.
	undos, err := table.SpecialRows(ctx, q, `l.kind = 'undo' AND l.card = ''`)
	undone := map[journal.Ref]bool{}
	for _, r := range undos {
		if r.Detail.Undone != nil {
			undone[r.Detail.Undone.Ref] = true
		}
	}
	all = slices.DeleteFunc(all, func(r journal.Row) bool { return undone[r.Ref()] })
	slices.SortFunc(all, func(a, b journal.Row) int { return journal.Compare(&a, &b) })
	return all, err
}

// readShared returns what rows about no card come to, but for introductions.
func readShared(ctx context.Context, q sqlite.Reader) (*journal.Shared, error) {
	rows, err := standingRows(ctx, q, table.IsShared+` AND l.kind <> 'shown'`)
	shared := &journal.Shared{}
	for i := range rows {
		shared.Take(&rows[i])
	}
	return shared, err
}

// share makes the tables what rows about no card come to.
func (tx *tx) share(ctx context.Context, shared *journal.Shared) error {
	for _, query := range []string{`DELETE FROM options`, `UPDATE decks SET shelved = 0 WHERE shelved <> 0`} {
		if _, err := tx.exec(ctx, query); err != nil {
			return err
		}
	}
	for of, value := range shared.Options {
		if err := tx.keepOption(ctx, of, value); err != nil {
			return err
		}
	}
	for deck := range shared.Archived {
		if err := tx.keepArchived(ctx, deck, true); err != nil {
			return err
		}
	}
	return tx.newPolicies(ctx)
}

// shareLog makes the tables what the log says, in the order of a replay.
func (tx *tx) shareLog(ctx context.Context) error {
	shared, err := readShared(ctx, tx)
	if err != nil {
		return err
	}
	return tx.share(ctx, shared)
}

// keepOption writes the value of an option into the table; "" takes it away.
func (tx *tx) keepOption(ctx context.Context, of journal.OptionOf, value string) (err error) {
	if value == "" {
		_, err = tx.exec(ctx, `DELETE FROM options WHERE deck = ? AND folder = ? AND name = ?`, of.Deck, of.Folder, of.Name)
		return err
	}
	_, err = tx.exec(ctx, `INSERT OR REPLACE INTO options (deck, folder, name, value) VALUES (?, ?, ?, ?)`, of.Deck,
		of.Folder, of.Name, value)
	return err
}

// keepArchived notes in the table whether a deck is put away, if it is here.
func (tx *tx) keepArchived(ctx context.Context, deck string, away bool) error {
	_, err := tx.exec(ctx, `UPDATE decks SET shelved = ? WHERE deck = ?`, away, deck)
	return err
}

// pushOption writes the row of a setting, and what it changes.
func (tx *tx) pushOption(ctx context.Context, now scheduler.Moment, s journal.Setting, cause int64) (journal.Row, error) {
	r, err := tx.push(ctx, journal.Entry{Moment: now, Kind: journal.KindOption,
		Detail: journal.Detail{Set: &s, Cause: cause}})
	switch {
	case err != nil:
		return r, err
	case tx.ahead: // some may be about this option
		return r, tx.shareLog(ctx)
	}
	return r, tx.keepOption(ctx, s.Of(), s.Value)
}

// pushArchived writes the row that puts a deck away, or brings it back.
func (tx *tx) pushArchived(ctx context.Context, now scheduler.Moment, a journal.Archived) error {
	if _, err := tx.push(ctx, journal.Entry{Moment: now, Kind: journal.KindArchive,
		Detail: journal.Detail{Archive: &a}}); err != nil {
		return err
	}
	if tx.ahead {
		return tx.shareLog(ctx)
	}
	return tx.keepArchived(ctx, a.Deck, a.Away)
}

// scopeOf finds what a name stands for: a deck by its permanent identity, a folder of
// decks, or "" for all. A deck that is gone is meant where nothing else has the name.
func scopeOf(ctx context.Context, q sqlite.Reader, name string) (s journal.Setting, err error) {
	if name == "" {
		return s, nil
	}
	err = q.QueryRowContext(ctx, `SELECT deck FROM decks WHERE name = ?1 AND (retired = 0 OR NOT EXISTS
		(SELECT 1 FROM decks WHERE retired = 0 AND substr(name, 1, length(?1) + 1) = ?1 || '/')) ORDER BY retired LIMIT 1`,
		name).Scan(&s.Deck)
	if errors.Is(err, sql.ErrNoRows) {
		s.Folder, err = name, nil
	}
	return s, err
}

// ScopeName is the name of the deck or folder that a setting is for, in words.
func (s *Store) ScopeName(ctx context.Context, of journal.Setting) string {
	name := of.Folder
	if of.Deck != "" {
		if err := s.db.QueryRowContext(ctx, `SELECT name FROM decks WHERE deck = ?`, of.Deck).Scan(&name); err != nil {
			name = of.Deck // it is not here
		}
	}
	if name == "" {
		return "all decks"
	}
	return name
}

// first writes what stands in the tables of a collection of before as the first rows
// that say so: nobody asked for them, and what was set since on another machine counts
// for more. The cards stay due when they are.
func (tx *tx) first(ctx context.Context) error {
	if err := tx.readTip(ctx); err != nil {
		return err
	}
	then, err := tx.newestMoment(ctx)
	if err != nil {
		return err
	}
	settings, err := tx.keptSettings(ctx)
	if err != nil {
		return err
	}
	for _, s := range settings {
		s.Auto = true
		if _, err := tx.pushOption(ctx, then, s, 0); err != nil {
			return err
		}
	}
	rows, err := tx.QueryContext(ctx, `SELECT deck FROM decks WHERE shelved = 1 ORDER BY deck`)
	away, err := sqlite.Collect(rows, err, scanText)
	if err != nil {
		return err
	}
	for _, deck := range away {
		if err := tx.pushArchived(ctx, then, journal.Archived{Deck: deck, Away: true, Auto: true}); err != nil {
			return err
		}
	}
	if err := errors.Join(tx.nameTexts(ctx), tx.firstTexts(ctx, then)); err != nil {
		return err
	}
	return tx.refit(ctx, "", then)
}

// nameTexts computes the digests of all decks anew.
func (tx *tx) nameTexts(ctx context.Context) error {
	rows, err := tx.QueryContext(ctx, `SELECT id FROM decks WHERE retired = 0`)
	all, err := sqlite.Collect(rows, err, func(rows *sql.Rows) (id int64, err error) { return id, rows.Scan(&id) })
	if err != nil {
		return err
	}
	for _, id := range all {
		sum, err := edition.Of(ctx, tx, id)
		if err != nil {
			return err
		}
		if _, err := tx.exec(ctx, `UPDATE decks SET digest = ? WHERE id = ?`, sum[:], id); err != nil {
			return err
		}
	}
	return nil
}

func scanText(rows *sql.Rows) (text string, err error) { return text, rows.Scan(&text) }

// keptSettings are all settings as the table has them.
func (tx *readTx) keptSettings(ctx context.Context) ([]journal.Setting, error) {
	rows, err := tx.QueryContext(ctx, `SELECT deck, folder, name, value FROM options ORDER BY deck, folder, name`)
	return sqlite.Collect(rows, err, func(rows *sql.Rows) (s journal.Setting, err error) {
		return s, rows.Scan(&s.Deck, &s.Folder, &s.Name, &s.Value)
	})
}

// newestMoment is when the newest row of the log was written, or now.
func (tx *readTx) newestMoment(ctx context.Context) (m scheduler.Moment, err error) {
	err = tx.QueryRowContext(ctx, `SELECT at, zone, day FROM log ORDER BY clock DESC LIMIT 1`).Scan(&m.At, &m.Zone, &m.Day)
	if errors.Is(err, sql.ErrNoRows) {
		return tx.calendar.Moment(tx.config.Now()), nil
	}
	return m, err
}
