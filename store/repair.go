package store

import (
	"context"
	"database/sql"
	"fmt"

	"kartei/scheduler"
	"kartei/store/doctor"
	"kartei/store/highwater"
	"kartei/store/journal"
	"kartei/store/sqlite"
	"kartei/store/table"
)

// Repair does what the findings of a report announced (Finding.Mend), and
// nothing else: it recomputes what is a cache from the log, builds indexes anew,
// gives answers that an import put on wrong cards to the right ones by new rows,
// and, if the log became shorter than it was, accepts that by writing as a new
// device from now on. It never changes a row of the log. The collection is
// backed up first, its damaged files copied as they are if that fails. It gives
// each thing that it changed, in words.
func (s *Store) Repair(ctx context.Context, report doctor.Report, now scheduler.Moment) (changes []string, err error) {
	defer s.config.Progress.Over()
	saved, _, err := s.config.backups().Save(ctx, s.path, "repair", now)
	if err != nil {
		return nil, sqlite.Explain("save the collection before the repair", err)
	}
	changes = append(changes, "saved the collection as it was: "+saved)
	done := map[string]bool{"": true}
	for _, f := range report.Findings {
		if done[f.Mend] {
			continue
		}
		done[f.Mend] = true
		change, err := s.repairs(now)[f.Check](ctx)
		if err != nil {
			return changes, sqlite.Explain("repair "+f.Check, err)
		}
		changes = append(changes, change...)
	}
	return changes, nil
}

// repairs are the remedies by the check that asks for them.
func (s *Store) repairs(now scheduler.Moment) map[string]func(context.Context) ([]string, error) {
	return map[string]func(context.Context) ([]string, error){
		"structure": s.reindex,
		"mark":      s.accept,
		"decks":     s.forget,
		"memory":    s.rebuild,
		"names":     s.rebuild,
		"undone":    s.rebuild,
		"load":      s.rebuild,
		"settings":  s.rebuild,
		"imports":   func(ctx context.Context) ([]string, error) { return s.bringHome(ctx, now) },
	}
}

func (s *Store) reindex(ctx context.Context) ([]string, error) {
	if _, err := s.db.ExecContext(ctx, `REINDEX`); err != nil {
		return nil, err
	}
	return []string{"rebuilt all indexes"}, nil
}

// forget makes the next compile write every card anew.
func (s *Store) forget(ctx context.Context) (changes []string, err error) {
	err = s.write(ctx, func(tx *sqlite.Tx) error {
		rows, err := tx.QueryContext(ctx, `UPDATE decks SET source = x'', digest = x'' WHERE digest <> x'' RETURNING name, root`)
		changes, err = sqlite.Collect(rows, err, func(rows *sql.Rows) (change string, err error) {
			var name, root string
			err = rows.Scan(&name, &root)
			return fmt.Sprintf("deck %s: the next compile of %s writes its cards anew", name, root), err
		})
		if err == nil {
			_, err = tx.ExecContext(ctx, `DELETE FROM stamps; UPDATE roots SET seen = ''`)
		}
		return err
	})
	return changes, err
}

// accept begins a new log: the old one ended otherwise than the mark says, and
// its next numbers were given once already.
func (s *Store) accept(ctx context.Context) ([]string, error) {
	old := s.device.name
	err := s.write(ctx, func(tx *sqlite.Tx) error { return s.newDevice(ctx, tx) })
	if err == nil {
		err = highwater.Drop(s.path)
	}
	if err == nil {
		err = s.findDevice(ctx)
	}
	return []string{fmt.Sprintf("left the log of device %s as it is; this collection writes as %s from now on", old,
		s.device.name)}, err
}

// rebuild recomputes the caches from the log, and tells each thing in them that
// was otherwise.
func (s *Store) rebuild(ctx context.Context) (changes []string, err error) {
	err = s.record(ctx, func(tx *tx) error {
		replay, err := tx.fullReplay(ctx, nil, nil)
		if err != nil {
			return err
		}
		found, err := doctor.Caches(ctx, tx.ReadTx, replay)
		if err != nil {
			return err
		}
		for _, f := range found {
			changes = append(changes, fmt.Sprintf("%s: %s: now as the log says", f.Where, f.What))
		}
		if err := tx.share(ctx, &replay.Shared); err != nil {
			return err
		}
		return tx.recomputeAnew(ctx)
	})
	return changes, err
}

// recomputeAnew makes all caches of cards what a replay comes to, under the options
// that are set.
func (tx *tx) recomputeAnew(ctx context.Context) error {
	replay, err := tx.fullReplay(ctx, nil, nil)
	if err != nil {
		return err
	}
	return tx.recompute(ctx, replay)
}

// recompute makes all caches what a replay of the log came to.
func (tx *tx) recompute(ctx context.Context, replay *journal.Replay) error {
	if _, err := tx.exec(ctx, `DELETE FROM memory WHERE card NOT IN (SELECT id FROM cards)`); err != nil {
		return err
	}
	if err := tx.remember(ctx, replay, `1`); err != nil {
		return err
	}
	return tx.rebuildNames(ctx, replay)
}

// remember makes the memories of cards c, where a condition holds, what a
// replay came to.
func (tx *tx) remember(ctx context.Context, replay *journal.Replay, condition string, args ...any) error {
	type kept struct {
		cardRef
		hidden, home bool
		now          journal.CardState
	}
	rows, err := tx.QueryContext(ctx, `SELECT c.id, c.deck, c.card, c.retired, c.fresh, coalesce(m.hidden, 0), coalesce(m.deck, c.deck) = c.deck, `+table.CardState.OrEmpty("m.")+`
		FROM cards c LEFT JOIN memory m ON m.card = c.id WHERE `+condition, args...)
	all, err := sqlite.Collect(rows, err, func(rows *sql.Rows) (c kept, err error) {
		return c, rows.Scan(table.CardState.Targets(&c.now, &c.card, &c.deck, &c.name, &c.retired, &c.fresh, &c.hidden,
			&c.home)...)
	})
	if err != nil {
		return err
	}
	for _, c := range all {
		want := replay.State(c.name)
		hidden := want != journal.CardState{} && (want.Suspended || c.retired)
		if want == c.now && hidden == c.hidden && c.home && c.fresh == (want.Fresh() && !c.retired) {
			continue
		}
		if err := tx.save(ctx, c.cardRef, want); err != nil {
			return err
		}
	}
	return nil
}

func (tx *tx) rebuildNames(ctx context.Context, replay *journal.Replay) error {
	for _, query := range []string{
		`DELETE FROM aliases`,
		`DELETE FROM voided`,
		`DELETE FROM load`,
		`INSERT INTO load (day, deck, cards) SELECT due_day, deck, count(*) FROM memory WHERE ` + table.Reviews("") +
			` GROUP BY due_day, deck`,
	} {
		if _, err := tx.exec(ctx, query); err != nil {
			return err
		}
	}
	for a := range replay.Names.Aliases() {
		if a.Plain() {
			continue
		}
		if _, err := tx.exec(ctx, `INSERT INTO aliases (old, since, card) VALUES (?, ?, ?)`, a.Name, a.Since, a.Card); err != nil {
			return err
		}
	}
	for ref := range replay.Undone {
		if _, err := tx.exec(ctx, `INSERT OR IGNORE INTO voided (id) SELECT l.id FROM log l JOIN devices v ON v.id = l.device
			WHERE v.name = ? AND l.seq = ?`, ref.Device, ref.Seq); err != nil {
			return err
		}
	}
	return nil
}
