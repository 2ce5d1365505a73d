package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"kartei/store/exchange"
	"kartei/store/highwater"
	"kartei/store/journal"
	"kartei/store/sqlite"
	"kartei/store/table"
)

// Branch gives the rows of a device after one to a new device, since another collection
// wrote others of these numbers: see [journal.Branch]. If the collection writes as the
// device it goes on as one more that is new. The collection is backed up first: this is the one
// time that rows of the log get other names.
func (s *Store) Branch(ctx context.Context, device string, after int64) error {
	if _, err := s.Backup(ctx, "branch", s.Calendar().Moment(s.config.Now())); err != nil {
		return err
	}
	mark := highwater.Read(s.path)
	err := s.record(ctx, func(tx *tx) error {
		if err := mark.Leave(ctx, tx.sql); err != nil {
			return err
		}
		if err := tx.branch(ctx, device, after); err != nil {
			return err
		}
		// Rows of one moment come in the order of their devices, which are others now.
		m := &merger{tx: tx, cards: map[string]bool{}, branches: 1, aliases: true, all: true}
		if err := m.settle(ctx); err != nil || device != tx.device.name {
			return err
		}
		return s.newDevice(ctx, tx.sql) // two copies may have made the same branch
	})
	if err == nil {
		s.remember(nil, nil)
		err = s.findDevice(ctx)
	}
	if err == nil {
		err = errors.Join(s.markNewest(ctx), s.useCalendar(ctx))
	}
	return sqlite.Explain("go on as another device", err)
}

// markNewest makes the mark that of the newest row that the collection wrote as the
// device as which it writes now, or none.
func (s *Store) markNewest(ctx context.Context) error {
	tips, err := deviceTips(ctx, s.db)
	if err != nil {
		return err
	}
	if tip := tips[s.device.name]; tip != nil && tip.Seq > 0 {
		s.advance(highwater.Mark{Device: s.device.name, Seq: tip.Seq, Hash: tip.Hash})
		return nil
	}
	return highwater.Drop(s.path)
}

// branch gives the rows of a device after one to the device that they make.
func (tx *tx) branch(ctx context.Context, device string, after int64) error {
	rows, err := tx.QueryContext(ctx, `SELECT `+table.RowColumns+` FROM `+table.RowTables+` WHERE v.name = ? AND l.seq > ? ORDER BY l.seq`,
		device, after)
	old, err := sqlite.Collect(rows, err, table.ScanRow)
	if err != nil || len(old) == 0 {
		return err
	}
	fresh, err := journal.BranchOff(old)
	if err != nil {
		return err
	}
	return tx.unlocked(ctx, func() error {
		id, err := tx.branchDevice(ctx, device, fresh[0].Device)
		if err != nil {
			return err
		}
		return tx.rewrite(ctx, old, fresh, id)
	})
}

// rewrite puts the rows of a branch, which are one more, in the place of those that they
// were: rows of a device come in their order.
func (tx *tx) rewrite(ctx context.Context, old, fresh []journal.Row, device int64) error {
	if _, err := tx.exec(ctx, `PRAGMA defer_foreign_keys = ON`); err != nil {
		return err
	}
	next, err := tx.nextID(ctx, "log")
	if err != nil {
		return err
	}
	for i := len(old) - 1; i >= 0; i-- {
		r := &fresh[i+1]
		_, err := tx.exec(ctx, `UPDATE log SET id = ?, device = ?, seq = ?, prev = ?, hash = ?, detail = ? WHERE id = ?`,
			next, device, r.Seq, sqlite.Blob(r.Prev[:]), sqlite.Blob(r.Hash[:]), r.Written, old[i].ID)
		if err == nil {
			_, err = tx.exec(ctx, `UPDATE voided SET id = ? WHERE id = ?`, next, old[i].ID)
		}
		if err != nil {
			return err
		}
		next = old[i].ID
	}
	_, err = tx.exec(ctx, `INSERT INTO log (id, device, `+table.Log.Names("")+`) VALUES (`+sqlite.Marks(1+table.RowWidth)+`)`,
		table.Log.Values(&fresh[0], next, device)...)
	return err
}

// branchDevice makes the device that a branch of another is. The collection goes on
// writing as it did.
func (tx *tx) branchDevice(ctx context.Context, device, name string) (id int64, err error) {
	if err := tx.Scan(ctx, `SELECT min(id) - 1 FROM devices`, nil, &id); err != nil {
		return 0, err
	}
	_, err = tx.exec(ctx, `INSERT INTO devices (id, name, own) SELECT ?, ?, own FROM devices WHERE name = ?`, id, name, device)
	return id, err
}

// unlocked takes away what keeps rows of the log from being changed, for the time of
// one work, within the transaction.
func (tx *tx) unlocked(ctx context.Context, work func() error) error {
	rows, err := tx.QueryContext(ctx, `SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'log'`)
	type trigger struct{ name, sql string }
	all, err := sqlite.Collect(rows, err, func(rows *sql.Rows) (t trigger, err error) { return t, rows.Scan(&t.name, &t.sql) })
	if err != nil {
		return err
	}
	for _, t := range all {
		if _, err := tx.sql.ExecContext(ctx, fmt.Sprintf(`DROP TRIGGER %q`, t.name)); err != nil {
			return err
		}
	}
	if err := work(); err != nil {
		return err
	}
	for _, t := range all {
		if _, err := tx.sql.ExecContext(ctx, t.sql); err != nil {
			return err
		}
	}
	return nil
}

// branched makes of rows that the log of another device has what a delivered branch of
// it says that they became.
func (m *merger) branched(ctx context.Context, b *journal.Branch) error {
	tip := m.tips[b.Device]
	if tip == nil || tip.Seq <= b.After || m.tips[b.Name()] != nil {
		return nil
	}
	if err := m.rows.Flush(ctx); err != nil {
		return err
	}
	var hash journal.Hash
	err := m.Scan(ctx, `SELECT hash FROM log WHERE device = ? AND seq = ?`, []any{tip.id, b.After + 1}, sqlite.Blob(hash[:]))
	if err != nil || hash.String() != b.Hash {
		return err
	}
	if err := m.branch(ctx, b.Device, b.After); err != nil {
		return err
	}
	m.note(b)
	m.all, m.aliases = true, true
	m.branches++
	if m.tips, err = deviceTips(ctx, m); err != nil {
		return err
	}
	return m.Scan(ctx, `SELECT min(id) FROM devices`, nil, &m.lowest)
}

// note remembers which row a branch begins with: the same under its old name is not
// taken again.
func (m *merger) note(b *journal.Branch) {
	m.moved[*b] = true
}

// knownBranches notes the branches of which rows are here.
func (m *merger) knownBranches(ctx context.Context) error {
	rows, err := m.QueryContext(ctx, `SELECT `+table.RowColumns+` FROM devices d CROSS JOIN `+table.RowTables+`
		WHERE l.device = d.id AND l.seq = 1 AND l.kind = 'branch'`)
	all, err := sqlite.Collect(rows, err, table.ScanRow)
	for i := range all {
		if b := all[i].Detail.Branch; b != nil {
			m.note(b)
		}
	}
	return err
}

var _ exchange.Collection = exchanging{}
