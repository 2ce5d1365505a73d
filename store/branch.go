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

// errMoves is the error of a merge that would give rows of the log other names.
var errMoves = errors.New("rows of the log make way")

// Renew makes the collection go on as a new device, since another one writes as it.
func (s *Store) Renew(ctx context.Context) error {
	err := s.record(ctx, func(tx *tx) error { return s.newDevice(ctx, tx.sql) })
	if err == nil {
		err = s.renewed(ctx)
	}
	return sqlite.Explain("go on as another device", err)
}

// renewed follows that the collection writes as another device.
func (s *Store) renewed(ctx context.Context) error {
	s.remember(nil, nil)
	if err := s.findDevice(ctx); err != nil {
		return err
	}
	return s.markNewest(ctx)
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

// A writtenRow is a row of a branch: the hash that it has, and the one that it was written
// with.
type writtenRow struct{ hash, written journal.Hash }

// takeApart takes the rows of a segment one by one, each as it was written, and puts them
// where such rows are.
func (m *merger) takeApart(ctx context.Context, s *stream) error {
	if err := m.readBranched(ctx); err != nil {
		return err
	}
	b := s.at.Rows[0].Begun()
	if b == nil {
		b = m.branches[s.at.Device]
	}
	if b == nil {
		for i := range s.at.Rows {
			if err := m.place(ctx, s, &s.at.Rows[i], &s.at.Rows[i]); err != nil {
				return err
			}
		}
		return nil
	}
	prev, err := m.prevWritten(ctx, s, b)
	for i := range s.at.Rows {
		r := &s.at.Rows[i]
		if err != nil || r.Seq == 1 {
			continue
		}
		was := b.Written(*r, prev)
		if err = m.place(ctx, s, r, &was); err == nil {
			prev, s.last = was.Hash, writtenRow{r.Hash, was.Hash}
		}
	}
	return err
}

// prevWritten is the hash with which the row before those of a segment of a branch was
// written, but for the row that begins the branch.
func (m *merger) prevWritten(ctx context.Context, s *stream, b *journal.Branch) (prev journal.Hash, err error) {
	first := s.at.First()
	if first <= 2 {
		if len(s.at.Rows) < int(3-first) { // it ends before the first row that was another device's
			return prev, nil
		}
		return m.fork(ctx, b, &s.at.Rows[2-first])
	}
	if s.last.hash == s.at.Prev {
		return s.last.written, nil
	}
	if tip := m.tips[s.at.Device]; tip != nil && first-1 <= tip.Seq {
		before := journal.Ref{Device: s.at.Device, Seq: first - 1}
		hash, err := m.hash(ctx, before)
		if err != nil {
			return prev, err
		}
		if prev, ok := m.branched.Hash(before); ok && hash == s.at.Prev {
			return prev, nil
		}
	}
	return prev, &stopped{exchange.ErrGap}
}

// fork is the hash with which the row was written after which a branch begins, given the
// first row of the branch: of all rows of that number the one that makes the row what it
// was.
func (m *merger) fork(ctx context.Context, b *journal.Branch, first *journal.Row) (prev journal.Hash, err error) {
	if b.After == 0 {
		return prev, nil
	}
	var all []journal.Hash
	if tip := m.tips[b.Device]; tip != nil && b.After <= tip.Seq {
		hash, err := m.hash(ctx, journal.Ref{Device: b.Device, Seq: b.After})
		if err != nil {
			return prev, err
		}
		all = append(all, hash)
	}
	for name, other := range m.branched.Branches(b.Device) {
		if hash, ok := m.branched.Hash(journal.Ref{Device: name, Seq: b.After - other.After + 1}); ok {
			all = append(all, hash)
		}
	}
	for _, prev := range all {
		if was := b.Written(*first, prev); was.Hash.String() == b.Hash {
			return prev, nil
		}
	}
	return prev, &stopped{exchange.ErrGap}
}

// find finds a row by what it was when it was written.
func (m *merger) find(ctx context.Context, as journal.Ref, written journal.Hash) (at journal.Ref, ok bool, err error) {
	if err := m.readBranched(ctx); err != nil {
		return at, false, err
	}
	if at, ok := m.branched.At(written); ok {
		return at, true, nil
	}
	if tip := m.tips[as.Device]; tip == nil || as.Seq < 1 || as.Seq > tip.Seq {
		return at, false, nil
	}
	hash, err := m.hash(ctx, as)
	return as, hash == written, err
}

// place puts a row that came, as it was written, where it belongs: after the one on which
// it follows, or, where another does already, or did, on a branch. One that came as the
// first of a branch is one everywhere. What comes under a name keeps it: another row that
// has the name here makes way, unless the one that comes is only a copy.
func (m *merger) place(ctx context.Context, s *stream, came, r *journal.Row) error {
	if tip := m.tips[came.Device]; tip != nil && came.Seq <= tip.Seq {
		here, err := m.hash(ctx, came.Ref())
		if err == nil && here != came.Hash && !s.Copy {
			err = m.part(ctx, came.Ref())
		}
		if err != nil || here == came.Hash {
			return err
		}
	}
	begins, b := came.Device != r.Device && came.Seq == 2, journal.BranchOf(r)
	at, known, err := m.find(ctx, r.Ref(), r.Hash)
	if err != nil {
		return err
	}
	if known {
		s.Apart = s.Apart || at.Device != came.Device
		if begins && at.Device != b.Name() {
			return m.part(ctx, at)
		}
		return nil
	}
	after, err := m.before(ctx, r)
	if err != nil {
		return err
	}
	if err := m.waits(ctx, r); err != nil {
		return err
	}
	tip := m.tips[after.Device]
	if begins || tip != nil && after.Seq < tip.Seq || s.Copy && m.forked(b) {
		return m.beginBranch(ctx, s, r)
	}
	return m.addTo(ctx, s, after.Device, r)
}

// before finds the row on which another follows.
func (m *merger) before(ctx context.Context, r *journal.Row) (at journal.Ref, err error) {
	at = journal.Ref{Device: r.Device, Seq: r.Seq - 1}
	if at.Seq == 0 {
		return at, nil
	}
	at, known, err := m.find(ctx, at, r.Prev)
	if err == nil && !known {
		err = &stopped{exchange.ErrGap}
	}
	return at, err
}

// forked reports whether another branch begins after the same row.
func (m *merger) forked(b *journal.Branch) bool {
	for _, other := range m.branches {
		if other.Device == b.Device && other.After == b.After {
			return true
		}
	}
	return false
}

// addTo adds a row, as it was written, to the log of the device or branch where it
// belongs.
func (m *merger) addTo(ctx context.Context, s *stream, device string, r *journal.Row) error {
	s.Apart = s.Apart || device != s.Delivery.Device
	row := *r
	if b := m.branches[device]; b != nil {
		row = b.Moved(row, m.tips[device].Tip)
		m.branched.Take(&row)
	}
	return m.add(ctx, s, &row)
}

// beginBranch adds a row, as it was written, as the first of a branch.
func (m *merger) beginBranch(ctx context.Context, s *stream, r *journal.Row) error {
	b := journal.BranchOf(r)
	head, err := b.Head(r)
	if err != nil {
		return &stopped{err}
	}
	if err := m.add(ctx, s, &head); err != nil {
		return err
	}
	m.branches[head.Device] = b
	m.branched.Take(&head)
	return m.addTo(ctx, s, head.Device, r)
}

// part gives the rows of a log from one on to the branch that they are.
func (m *merger) part(ctx context.Context, from journal.Ref) error {
	if !m.backedUp {
		return errMoves
	}
	if err := m.rows.Flush(ctx); err != nil {
		return err
	}
	rows, err := m.QueryContext(ctx, `SELECT `+table.RowColumns+` FROM `+table.RowTables+` WHERE v.name = ? AND l.seq >= ? ORDER BY l.seq`, from.Device, from.Seq)
	old, err := sqlite.Collect(rows, err, table.ScanRow)
	if err != nil {
		return err
	}
	fresh, err := m.branchOff(old)
	if err != nil {
		return err
	}
	if err := m.giveAway(ctx, old, fresh); err != nil {
		return err
	}
	m.branched.Cut(from)
	for i := range fresh {
		m.branched.Take(&fresh[i])
	}
	m.branches[fresh[0].Device] = fresh[0].Detail.Branch
	m.moved += len(old)
	m.renewed = m.renewed || from.Device == m.device.name
	m.shared, m.all, m.aliases = true, true, true // rows of one moment come in the order of their devices
	m.tips, err = deviceTips(ctx, m)
	return err
}

// branchOff makes rows of a log, which follow on each other, those of a branch, after the
// row that begins it.
func (m *merger) branchOff(old []journal.Row) (fresh []journal.Row, err error) {
	from, b := m.branches[old[0].Device], (*journal.Branch)(nil)
	for i, r := range old {
		if from != nil {
			prev, _ := m.branched.Hash(journal.Ref{Device: r.Device, Seq: r.Seq - 1})
			r = from.Written(r, prev)
		}
		if i == 0 {
			b = journal.BranchOf(&r)
			head, err := b.Head(&r)
			if err != nil {
				return nil, err
			}
			fresh = append(fresh, head)
		}
		fresh = append(fresh, b.Moved(r, fresh[i].Tip()))
	}
	return fresh, nil
}

// giveAway makes rows of the log those of a branch, which are one more.
func (m *merger) giveAway(ctx context.Context, old, fresh []journal.Row) error {
	m.lowest--
	_, err := m.exec(ctx, `INSERT INTO devices (id, name, own) SELECT ?, ?, own FROM devices WHERE name = ?`, m.lowest, fresh[0].Device, old[0].Device)
	if err != nil {
		return err
	}
	return m.unlocked(ctx, func() error {
		if err := m.makeRoom(ctx, &old[0]); err != nil {
			return err
		}
		for i := range old {
			r := &fresh[i+1]
			if _, err := m.exec(ctx, `UPDATE log SET device = ?, seq = ?, prev = ?, hash = ? WHERE device = (SELECT id FROM devices WHERE name = ?) AND seq = ?`,
				m.lowest, r.Seq, sqlite.Blob(r.Prev[:]), sqlite.Blob(r.Hash[:]), old[i].Device, old[i].Seq); err != nil {
				return err
			}
		}
		_, err := m.exec(ctx, `INSERT INTO log (id, device, `+table.Log.Names("")+`) VALUES (`+sqlite.Marks(1+table.RowWidth)+`)`,
			table.Log.Values(&fresh[0], old[0].ID, m.lowest)...)
		return err
	})
}

// makeRoom frees the place of a row in the order of arrival: it and those that its
// collection wrote after it, or that came of its device, take the place of the next one
// each.
func (m *merger) makeRoom(ctx context.Context, from *journal.Row) error {
	if _, err := m.exec(ctx, `PRAGMA defer_foreign_keys = ON`); err != nil {
		return err
	}
	rows, err := m.QueryContext(ctx, `SELECT l.id FROM log l JOIN devices v ON v.id = l.device WHERE l.id >= ? AND
		(v.name = ? OR v.own = 1 AND (SELECT own FROM devices WHERE name = ?)) ORDER BY l.id`, from.ID, from.Device, from.Device)
	ids, err := sqlite.Collect(rows, err, func(rows *sql.Rows) (id int64, err error) { return id, rows.Scan(&id) })
	if err != nil {
		return err
	}
	next, err := m.nextID(ctx, "log")
	if err != nil {
		return err
	}
	for i := len(ids) - 1; i >= 0; i-- {
		for _, query := range []string{`UPDATE log SET id = ? WHERE id = ?`, `UPDATE voided SET id = ? WHERE id = ?`} {
			if _, err := m.exec(ctx, query, next, ids[i]); err != nil {
				return err
			}
		}
		next = ids[i]
	}
	return nil
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

var _ exchange.Collection = exchanging{}
