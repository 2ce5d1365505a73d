package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"

	"kartei/store/exchange"
	"kartei/store/journal"
	"kartei/store/segment"
	"kartei/store/sqlite"
	"kartei/store/table"
)

// Merge adds rows of other devices to the log, in one transaction: the log is then the
// union, and everything else is as if it had always been. Each device's rows are taken
// as far as they follow on those that are here. Rows of the own devices are only
// compared.
func (s *Store) Merge(ctx context.Context, in []exchange.Delivery) (out []exchange.Merged, err error) {
	defer s.config.Progress.Over()
	err = s.roomy(ctx, func() error {
		return s.record(ctx, func(tx *tx) error {
			m := &merger{tx: tx, cards: map[string]bool{}, moved: map[journal.Branch]bool{}}
			if err := m.begin(ctx, in); err != nil {
				return err
			}
			err := errors.Join(m.take(ctx), m.rows.Flush(ctx))
			if err == nil {
				err = m.settle(ctx)
			}
			out = m.merged()
			return err
		})
	})
	if err == nil {
		err = s.useCalendar(ctx)
	}
	return out, sqlite.Explain("merge the logs", err)
}

// A merger puts rows of other devices into the log.
type merger struct {
	*tx
	streams []*stream
	tips    map[string]*deviceTip
	rows    *sqlite.Batch
	lowest  int64 // id of a device
	taken   int

	branches int                     // of devices, whose rows were here under the old name
	moved    map[journal.Branch]bool // rows that became those of a branch

	cards   map[string]bool // that the rows are about, by names that they have or had
	undone  []journal.Ref
	aliases bool // some rows rename cards
	shared  bool // some rows say what holds for decks
	all     bool // some rows change what the answers to any card come to
}

// A deviceTip is how far the log of a device goes here.
type deviceTip struct {
	id int64
	journal.Tip
}

// A stream is a delivery, as far as it is taken.
type stream struct {
	exchange.Delivery
	exchange.Merged
	left []journal.Row // of the segment that is being taken
}

const findTips = `SELECT d.id, d.name, coalesce(l.seq, 0), coalesce(l.hash, zeroblob(32)), coalesce(l.clock, 0) FROM devices d
	LEFT JOIN log l ON l.device = d.id AND l.seq = (SELECT max(seq) FROM log WHERE device = d.id)`

// deviceTips reads how far the log of each device goes.
func deviceTips(ctx context.Context, q sqlite.Reader) (map[string]*deviceTip, error) {
	tips := map[string]*deviceTip{}
	rows, err := q.QueryContext(ctx, findTips)
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var name string
		t := &deviceTip{}
		err := rows.Scan(&t.id, &name, &t.Seq, sqlite.Blob(t.Hash[:]), &t.Clock)
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
	if err := m.knownBranches(ctx); err != nil {
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
	for before := -1; before != m.taken+m.branches; {
		before = m.taken + m.branches
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
	s.Stopped = nil
	for {
		for len(s.left) > 0 {
			if err := m.add(ctx, s, &s.left[0]); err != nil {
				return err
			}
			s.left = s.left[1:]
		}
		if len(s.Segments) == 0 {
			return nil
		}
		at, err := s.Segments[0]()
		if err != nil {
			return &stopped{err}
		}
		if b := at.Rows[0].Detail.Branch; b != nil && at.First() == 1 && at.Device == b.Name() {
			if err := m.branched(ctx, b); err != nil {
				return err
			}
		}
		if s.left, err = m.follow(ctx, s, at); err != nil {
			s.First, s.Last = at.First(), at.Last()
			return err
		}
		s.Segments = s.Segments[1:]
	}
}

// follow returns the rows of a segment that are new, if they follow on those here.
func (m *merger) follow(ctx context.Context, s *stream, at *segment.Segment) ([]journal.Row, error) {
	if at.Device != s.Delivery.Device {
		return nil, &stopped{fmt.Errorf("%w: it is another device's", segment.ErrNotWhole)}
	}
	tip := m.tips[at.Device]
	if tip == nil {
		tip = &deviceTip{}
	}
	if at.First() > tip.Seq+1 {
		return nil, &stopped{exchange.ErrGap}
	}
	known := min(at.Last(), tip.Seq) // the newest row that both have
	theirs := at.Prev
	if known >= at.First() {
		theirs = at.Rows[known-at.First()].Hash
	}
	ours := tip.Hash
	if known < tip.Seq {
		if err := m.rows.Flush(ctx); err != nil {
			return nil, err
		}
		if err := m.Scan(ctx, `SELECT hash FROM log WHERE device = ? AND seq = ?`, []any{tip.id, known}, sqlite.Blob(ours[:])); err != nil {
			return nil, err
		}
	}
	fresh := at.Rows[known+1-at.First():]
	if theirs != ours || len(fresh) > 0 && fresh[0].Clock <= tip.Clock {
		return nil, &stopped{exchange.ErrForked}
	}
	if len(fresh) > 0 && m.moved[journal.Branch{Device: at.Device, After: known, Hash: fresh[0].Hash.String()}] {
		return nil, &stopped{exchange.ErrMoved}
	}
	return fresh, nil
}

// add adds a row to the log.
func (m *merger) add(ctx context.Context, s *stream, r *journal.Row) error {
	if of := r.Detail.Undone; of != nil {
		if tip := m.tips[of.Device]; tip == nil || tip.Seq < of.Seq {
			return &stopped{exchange.ErrWaiting}
		}
		m.undone = append(m.undone, *of)
	}
	tip := m.tips[r.Device]
	if tip == nil {
		// An id below those that are there: the collection goes on writing as itself.
		m.lowest--
		tip = &deviceTip{id: m.lowest}
		m.tips[r.Device] = tip
		if _, err := m.exec(ctx, `INSERT INTO devices (id, name, own) VALUES (?, ?, 0)`, tip.id, r.Device); err != nil {
			return err
		}
	}
	if err := m.rows.Add(ctx, table.Log.Values(r, tip.id)...); err != nil {
		return err
	}
	tip.Tip = r.Tip()
	m.taken++
	s.Rows++
	switch {
	case r.Kind == journal.KindAlias:
		m.aliases = true
	case r.Kind == journal.KindBranch:
		m.note(r.Detail.Branch)
		return nil
	case r.Card == "":
		m.aboutDecks(r)
		return nil
	case r.Kind == journal.KindGrade && r.Mode == journal.ModeReview:
		s.Answers++
	}
	m.cards[r.Card] = true
	return nil
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
	if m.taken+m.branches == 0 {
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
	for _, ref := range m.undone {
		rows, err := m.QueryContext(ctx, `SELECT `+table.RowColumns+` FROM `+table.RowTables+` WHERE l.device = ? AND l.seq = ?`,
			m.tips[ref.Device].id, ref.Seq)
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
