package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"

	"kartei/store/exchange"
	"kartei/store/highwater"
	"kartei/store/journal"
	"kartei/store/segment"
	"kartei/store/sqlite"
	"kartei/store/table"
)

// Merge adds rows of other devices to the log, in one transaction: the log is then the
// union, and everything else is as if it had always been. Rows are taken as far as they
// follow on those that are here. Where other rows follow on the same row, those here make
// way for those that come, unless they come from a copy of a file: see
// [journal.Branch]. A collection that wrote as a device of which rows come, or make way,
// goes on as a new one.
func (s *Store) Merge(ctx context.Context, in []exchange.Delivery) (out []exchange.Merged, err error) {
	defer s.config.Progress.Over()
	err = s.roomy(ctx, func() error {
		m, err := s.mergeOnce(ctx, in, false)
		if errors.Is(err, errMoves) {
			// This is the one time that rows of the log get other names.
			if _, err = s.Backup(ctx, "branch", s.Calendar().Moment(s.config.Now())); err != nil {
				return err
			}
			m, err = s.mergeOnce(ctx, in, true)
		}
		if err != nil {
			return err
		}
		if out = m.merged(); m.renewed {
			err = s.renewed(ctx)
		}
		if err == nil && len(m.imports) > 0 {
			out[0].Doubled, err = s.takeDoublesBack(ctx, m.imports)
		}
		return errors.Join(err, s.useCalendar(ctx))
	})
	return out, sqlite.Explain("merge the logs", err)
}

// mergeOnce merges. The error is [errMoves] if rows of the log would get other names and
// must not yet.
func (s *Store) mergeOnce(ctx context.Context, in []exchange.Delivery, backedUp bool) (m *merger, err error) {
	mark := highwater.Read(s.path)
	return m, s.record(ctx, func(tx *tx) error {
		m = &merger{tx: tx, cards: map[string]bool{}, imports: map[string]bool{}, backedUp: backedUp}
		if err := m.begin(ctx, in); err != nil {
			return err
		}
		if err := errors.Join(m.take(ctx), m.rows.Flush(ctx)); err != nil {
			return err
		}
		if err := m.settle(ctx); err != nil || !m.renewed {
			return err
		}
		return errors.Join(mark.Leave(ctx, tx.sql), s.newDevice(ctx, tx.sql))
	})
}

// A merger puts rows of other devices into the log.
type merger struct {
	*tx
	streams []*stream
	tips    map[string]*deviceTip
	rows    *sqlite.Batch
	lowest  int64 // id of a device
	taken   int

	branches map[string]*journal.Branch // by name
	backedUp bool                       // rows may get other names
	moved    int                        // rows that did
	renewed  bool                       // the collection goes on as a new device

	cards   map[string]bool // that the rows are about, by names that they have or had
	imports map[string]bool // devices whose rows another program wrote
	undos   []journal.Row
	aliases bool // some rows rename cards
	shared  bool // some rows say what holds for decks
	all     bool // some rows change what the answers to any card come to
}

// A deviceTip is how far the log of a device goes here.
type deviceTip struct {
	id  int64
	own bool
	journal.Tip
}

// A stream is a delivery, as far as it is taken.
type stream struct {
	exchange.Delivery
	exchange.Merged
	at   *segment.Segment // that is being taken
	last writtenRow       // of the segment before
}

const findTips = `SELECT d.id, d.own, d.name, coalesce(l.seq, 0), coalesce(l.hash, zeroblob(32)), coalesce(l.clock, 0) FROM devices d
	LEFT JOIN log l ON l.device = d.id AND l.seq = (SELECT max(seq) FROM log WHERE device = d.id)`

// deviceTips reads how far the log of each device goes.
func deviceTips(ctx context.Context, q sqlite.Reader) (map[string]*deviceTip, error) {
	tips := map[string]*deviceTip{}
	rows, err := q.QueryContext(ctx, findTips)
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var name string
		t := &deviceTip{}
		err := rows.Scan(&t.id, &t.own, &name, &t.Seq, sqlite.Blob(t.Hash[:]), &t.Clock)
		tips[name] = t
		return err
	})
	return tips, err
}

func (m *merger) begin(ctx context.Context, in []exchange.Delivery) (err error) {
	if m.tips, err = deviceTips(ctx, m); err != nil {
		return err
	}
	if err := m.Scan(ctx, `SELECT min(id) FROM devices`, nil, &m.lowest); err != nil {
		return err
	}
	if m.branches, err = table.Branches(ctx, m); err != nil {
		return err
	}
	m.rows = sqlite.NewBatch(m.sql, table.InsertRows, table.RowWidth)
	for _, d := range in {
		m.streams = append(m.streams, &stream{Delivery: d, Merged: exchange.Merged{Device: d.Device}})
	}
	return nil
}

// take takes rows as long as some can be taken: rows of one device may wait for those
// of another.
func (m *merger) take(ctx context.Context) error {
	for before := -1; before != m.taken+m.moved; {
		before = m.taken + m.moved
		for _, s := range m.streams {
			var stop *stopped
			if err := m.drain(ctx, s); errors.As(err, &stop) {
				s.Stopped = stop.error
			} else if err != nil {
				return err
			}
		}
	}
	return nil
}

// stopped says why no more is taken of a stream; the others go on.
type stopped struct{ error }

// drain takes what can be taken of a stream.
func (m *merger) drain(ctx context.Context, s *stream) error {
	for s.Stopped = nil; s.Taken < len(s.Segments); s.Taken++ {
		if s.at == nil {
			at, err := s.Segments[s.Taken]()
			if err != nil {
				return &stopped{err}
			}
			s.at = at
		}
		if s.at.Device != s.Delivery.Device {
			return &stopped{fmt.Errorf("%w: it is another device's", segment.ErrNotWhole)}
		}
		fresh, plain, err := m.follow(ctx, s.at)
		if err == nil && plain {
			err = m.addAll(ctx, s, fresh)
		} else if err == nil {
			err = m.takeApart(ctx, s)
		}
		if err != nil {
			return err
		}
		s.at = nil
	}
	return nil
}

// follow returns the rows of a segment that are new, if they follow on those here, and
// nobody is known to have written others.
func (m *merger) follow(ctx context.Context, at *segment.Segment) (fresh []journal.Row, plain bool, err error) {
	if m.branches[at.Device] != nil || at.Rows[0].Begun() != nil || m.hasBranches(at.Device) {
		return nil, false, nil
	}
	tip := m.tips[at.Device]
	if tip == nil {
		tip = &deviceTip{}
	}
	if at.First() > tip.Seq+1 {
		return nil, false, &stopped{exchange.ErrGap}
	}
	known := min(at.Last(), tip.Seq) // the newest row that both have
	theirs := at.Prev
	if known >= at.First() {
		theirs = at.Rows[known-at.First()].Hash
	}
	ours, err := m.hash(ctx, journal.Ref{Device: at.Device, Seq: known})
	return at.Rows[known+1-at.First():], theirs == ours, err
}

// hasBranches reports whether a device has branches.
func (m *merger) hasBranches(device string) bool {
	for _, b := range m.branches {
		if b.Device == device {
			return true
		}
	}
	return false
}

// hash is that of a row of a device's log that is there, or zero of number 0.
func (m *merger) hash(ctx context.Context, at journal.Ref) (hash journal.Hash, err error) {
	tip := m.tips[at.Device]
	switch {
	case at.Seq == 0:
		return hash, nil
	case at.Seq == tip.Seq:
		return tip.Hash, nil
	}
	if err := m.rows.Flush(ctx); err != nil {
		return hash, err
	}
	return hash, m.Scan(ctx, `SELECT hash FROM log WHERE device = ? AND seq = ?`, []any{tip.id, at.Seq}, sqlite.Blob(hash[:]))
}

func (m *merger) addAll(ctx context.Context, s *stream, rows []journal.Row) error {
	for i := range rows {
		if err := m.waits(ctx, &rows[i]); err != nil {
			return err
		}
		if err := m.add(ctx, s, &rows[i]); err != nil {
			return err
		}
	}
	return nil
}

// waits stops a row that takes back one which is not here yet.
func (m *merger) waits(ctx context.Context, r *journal.Row) error {
	of := r.Detail.Undone
	if of == nil || of.Device == r.Device && of.Seq < r.Seq {
		return nil
	}
	hash, err := journal.ParseHash(of.Hash)
	there := false
	if err == nil {
		_, there, err = m.find(ctx, of.Ref, hash)
	} else if tip := m.tips[of.Device]; tip != nil { // an undo of an earlier version tells no hash
		there, err = of.Seq <= tip.Seq || m.hasBranches(of.Device), nil
	} else {
		err = nil
	}
	if err == nil && !there {
		err = &stopped{exchange.ErrWaiting}
	}
	return err
}

// add adds a row to the log, after the newest of its device.
func (m *merger) add(ctx context.Context, s *stream, r *journal.Row) error {
	tip, err := m.logOf(ctx, r.Device)
	if err != nil {
		return err
	}
	if r.Clock <= tip.Clock {
		return &stopped{fmt.Errorf("%w: row %d is earlier than the one before", segment.ErrNotWhole, r.Seq)}
	}
	if err := m.rows.Add(ctx, table.Log.Values(r, tip.id)...); err != nil {
		return err
	}
	tip.Tip = r.Tip()
	m.taken++
	m.renewed = m.renewed || r.Device == m.device.name
	s.Rows++
	if r.Detail.Undone != nil {
		m.undos = append(m.undos, *r)
	}
	if _, imported := reviewOf(&r.Entry); imported {
		m.imports[r.Device] = true
	}
	switch {
	case r.Kind == journal.KindAlias:
		m.aliases = true
	case r.Card == "":
		m.aboutDecks(r)
		return nil
	case r.Kind == journal.KindGrade && r.Mode == journal.ModeReview:
		s.Answers++
	}
	m.cards[r.Card] = true
	return nil
}

// logOf is the end of the log of a device to which a row is added.
func (m *merger) logOf(ctx context.Context, name string) (*deviceTip, error) {
	tip := m.tips[name]
	if tip == nil {
		// An id below those that are there: the collection goes on writing as itself.
		m.lowest--
		tip = &deviceTip{id: m.lowest}
		m.tips[name] = tip
		_, err := m.exec(ctx, `INSERT INTO devices (id, name, own) VALUES (?, ?, 0)`, tip.id, name)
		return tip, err
	}
	written := name
	if b := m.branches[name]; b != nil {
		written = b.Device
	}
	if !tip.own || !m.hasBranches(written) {
		return tip, nil
	}
	// Rows made way for those of another collection, which has the name now: what comes
	// under it is not for the learner here to undo.
	tip.own = false
	_, err := m.exec(ctx, `UPDATE devices SET own = 0 WHERE id = ?`, tip.id)
	return tip, err
}

// aboutDecks notes what a row about no card, or that one was taken back, changes.
func (m *merger) aboutDecks(r *journal.Row) {
	switch r.Kind {
	case journal.KindArchive:
		m.shared = true
	case journal.KindOption:
		m.shared = true
		m.all = m.all || r.Detail.Set == nil || r.Detail.Set.Name == dayStart || slices.Contains(ofMemory, r.Detail.Set.Name)
	case journal.KindFit:
		m.all = true
	}
}

func (m *merger) merged() (out []exchange.Merged) {
	for _, s := range m.streams {
		out = append(out, s.Merged)
	}
	return out
}

// settle brings all that follows from the log up to date.
func (m *merger) settle(ctx context.Context) error {
	if m.taken+m.moved == 0 {
		return nil
	}
	m.config.Progress.Tell("replaying the log", 0, 0)
	if err := m.void(ctx); err != nil {
		return err
	}
	if m.aliases {
		if err := m.rename(ctx); err != nil {
			return err
		}
	}
	if m.shared || m.all {
		shared, err := readShared(ctx, m)
		if err != nil {
			return err
		}
		if err := m.share(ctx, shared); err != nil {
			return err
		}
	}
	if !m.all {
		return m.recallThose(ctx, slices.Sorted(maps.Keys(m.cards)))
	}
	replay, err := m.fullReplay(ctx, nil, nil)
	if err != nil {
		return err
	}
	return m.recompute(ctx, replay)
}

// void notes the rows that were taken back.
func (m *merger) void(ctx context.Context) error {
	if err := table.NameUndone(ctx, m, m.undos); err != nil {
		return err
	}
	for i := range m.undos {
		of := m.undos[i].Detail.Undone
		rows, err := m.QueryContext(ctx, `SELECT `+table.RowColumns+` FROM `+table.RowTables+` WHERE v.name = ? AND l.seq = ?`, of.Device, of.Seq)
		all, err := sqlite.Collect(rows, err, table.ScanRow)
		if err != nil {
			return err
		}
		for i := range all {
			if _, err := m.exec(ctx, `INSERT OR IGNORE INTO voided (id) VALUES (?)`, all[i].ID); err != nil {
				return err
			}
			if all[i].Card == "" {
				m.aboutDecks(&all[i])
			} else {
				m.cards[all[i].Card] = true
			}
		}
	}
	return nil
}

// rename brings the names of cards up to date: what aliases say, and how the cards are
// called that have a newer name.
func (m *merger) rename(ctx context.Context) error {
	names, err := m.names(ctx)
	if err != nil {
		return err
	}
	want := map[journal.Alias]bool{}
	for a := range names.Aliases() {
		if !a.Plain() {
			want[a] = true
		}
	}
	changed := map[string]bool{}
	rows, err := m.QueryContext(ctx, `SELECT old, since, card FROM aliases`)
	have, err := sqlite.Collect(rows, err, func(rows *sql.Rows) (a journal.Alias, err error) {
		return a, rows.Scan(&a.Name, &a.Since, &a.Card)
	})
	if err != nil {
		return err
	}
	for _, a := range have {
		if want[a] {
			delete(want, a)
			continue
		}
		changed[a.Name], m.cards[a.Card] = true, true
		if _, err := m.exec(ctx, `DELETE FROM aliases WHERE old = ? AND since = ?`, a.Name, a.Since); err != nil {
			return err
		}
	}
	for a := range want {
		changed[a.Name], m.cards[a.Card] = true, true
		if _, err := m.exec(ctx, `INSERT INTO aliases (old, since, card) VALUES (?, ?, ?)`, a.Name, a.Since, a.Card); err != nil {
			return err
		}
	}
	for _, old := range slices.Sorted(maps.Keys(changed)) {
		if err := m.renameStored(ctx, old, names.Present(old, journal.LastClock)); err != nil {
			return err
		}
	}
	return nil
}

// names are those that the rows of the log give.
func (tx *readTx) names(ctx context.Context) (journal.Names, error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+table.RowColumns+` FROM `+table.RowTables+` WHERE l.kind = 'alias'`)
	all, err := sqlite.Collect(rows, err, table.ScanRow)
	return journal.NewReplay(all, nil).Names, err
}

// renameStored gives the card of a name its present one. If there is a card of that
// already the two are one, and the one that is retired goes.
func (m *merger) renameStored(ctx context.Context, old, now string) error {
	if old == now {
		return nil
	}
	m.cards[old], m.cards[now] = true, true
	for _, query := range []string{
		`UPDATE decks SET digest = x'' WHERE id = (SELECT deck FROM cards WHERE card = ?1 AND card <> ?2)`, // until its edition comes
		`UPDATE OR IGNORE cards SET card = ?2 WHERE card = ?1`,
		`DELETE FROM memory WHERE card = (SELECT id FROM cards WHERE card = ?1 AND card <> ?2 AND retired = 1)`,
		`DELETE FROM cards WHERE card = ?1 AND card <> ?2 AND retired = 1`,
	} {
		if _, err := m.exec(ctx, query, old, now); err != nil {
			return err
		}
	}
	return nil
}

// Segment reads rows of a device's log, those after one, as many as a segment has. It
// returns nil if there are none.
func (s *Store) Segment(ctx context.Context, device string, after int64) (*segment.Segment, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT `+table.RowColumns+` FROM `+table.RowTables+
		` WHERE v.name = ? AND l.seq > ? ORDER BY l.seq LIMIT ?`, device, after, segment.MaxRows)
	all, err := sqlite.Collect(rows, err, table.ScanRow)
	if err != nil || len(all) == 0 {
		return nil, sqlite.Explain("read the log of "+device, err)
	}
	return &segment.Segment{Device: device, Prev: all[0].Prev, Rows: all}, nil
}
