package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"kartei/decks/plural"
	"kartei/decks/shorthash"
	"kartei/scheduler"
	"kartei/store/doctor"
	"kartei/store/exchange"
	"kartei/store/journal"
	"kartei/store/place"
	"kartei/store/segment"
	"kartei/store/sqlite"
	"kartei/store/table"
)

// Why a collection does not exchange with a place.
var (
	ErrNoPlace = errors.New("the collection has no place")
	ErrPlaced  = errors.New("the collection has a place already")
)

// syncState is the setting that holds what the collection remembers of its place.
const syncState = "sync"

// Sync brings the collection and its place to the same union: see [exchange.Run]. It
// waits for another exchange of the collection; the error is [ErrBusy] if that is long.
func (s *Store) Sync(ctx context.Context, p place.Place, now scheduler.Moment) (report *exchange.Report, err error) {
	defer s.config.Progress.Over()
	err = s.inTurn(ctx, func() error {
		state, err := s.Place(ctx)
		if err == nil {
			report, err = exchange.Run(ctx, exchanging{s}, p, state, now.At)
		}
		return err
	})
	return report, sqlite.Explain("sync", err)
}

// Place is what the collection remembers of its place. The error is [ErrNoPlace] if it
// has none.
func (s *Store) Place(ctx context.Context) (*exchange.State, error) {
	state, err := s.lastPlace(ctx)
	if err == nil && state.Place == "" {
		err = ErrNoPlace
	}
	return state, err
}

// lastPlace is what is remembered, also of a place that was left.
func (s *Store) lastPlace(ctx context.Context) (*exchange.State, error) {
	state, err := readPlace(ctx, s.db)
	return state, sqlite.Explain("read what is known of the place", err)
}

func readPlace(ctx context.Context, q sqlite.Reader) (*exchange.State, error) {
	var text string
	state := &exchange.State{}
	err := q.QueryRowContext(ctx, `SELECT value FROM settings WHERE name = ?`, syncState).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return state, nil
	}
	if err == nil && json.Unmarshal([]byte(text), state) != nil {
		err = fmt.Errorf("%w: what is remembered of its place cannot be read", ErrDamaged)
	}
	return state, err
}

// machineOf is the name of the machine that writes or wrote as a device; "" if it is not
// known, or this one.
func machineOf(ctx context.Context, q sqlite.Reader, device string) (string, error) {
	state, err := readPlace(ctx, q)
	return state.Machine(device), err
}

// InitPlace makes an empty place that of the collection, or one of its own that was
// emptied. The error wraps [place.ErrExists] if the place is some collection's already.
func (s *Store) InitPlace(ctx context.Context, p place.Place, where, name string, sealed bool) error {
	state, err := s.enter(ctx, where, name)
	if err != nil {
		return err
	}
	if state.Set == "" {
		var id [10]byte
		if _, err := io.ReadFull(s.config.Random, id[:]); err != nil {
			return err
		}
		state.Set = shorthash.Encode(id[:])
	}
	state.Sealed = sealed
	// What is in the place is nothing yet, whatever was there before.
	state.Texts, state.Taken, state.Quizzes, state.QuizMark, state.Strays, state.Copies, state.Made = nil, nil, nil, "", nil, nil, nil
	text, err := (&segment.Set{ID: state.Set, Sealed: sealed}).Encode()
	if err == nil {
		err = p.Put(ctx, segment.SetName, text)
	}
	if err == nil {
		err = exchanging{s}.Keep(ctx, state)
	}
	return sqlite.Explain("begin the place", err)
}

// JoinPlace makes a place that others began that of the collection, too.
func (s *Store) JoinPlace(ctx context.Context, p place.Place, where, name string) error {
	set, err := exchange.ReadSet(ctx, p)
	if err != nil {
		return err
	}
	state, err := s.enter(ctx, where, name)
	if err != nil {
		return err
	}
	if state.Set != set.ID { // else it comes back to it
		// Its heads are counted on: those that it put elsewhere may come here.
		*state = exchange.State{Place: where, Name: name, Set: set.ID, Device: state.Device, Count: state.Count, Head: state.Head}
	}
	state.Sealed = set.Sealed
	return exchanging{s}.Keep(ctx, state)
}

// enter is the state of a collection that is about to have a place.
func (s *Store) enter(ctx context.Context, where, name string) (*exchange.State, error) {
	state, err := s.lastPlace(ctx)
	if err == nil && state.Place != "" && state.Place != where {
		err = fmt.Errorf("%w: %s", ErrPlaced, state.Place)
	}
	state.Place, state.Name = where, name
	return state, err
}

// NameMachine changes what the other machines call this one.
func (s *Store) NameMachine(ctx context.Context, name string) error {
	return s.inTurn(ctx, func() error {
		state, err := s.Place(ctx)
		if err != nil {
			return err
		}
		state.Name = name
		return exchanging{s}.Keep(ctx, state)
	})
}

// LeavePlace ends that the collection has a place. What is there stays.
func (s *Store) LeavePlace(ctx context.Context) error {
	return s.inTurn(ctx, func() error { // one that is under way would remember the place again
		state, err := s.Place(ctx)
		if err != nil {
			return err
		}
		state.Place = ""
		return exchanging{s}.Keep(ctx, state)
	})
}

// Unsent counts the answers of the collection's own devices that are in no copy: the
// place has their logs up to the rows in put.
func (s *Store) Unsent(ctx context.Context, put map[string]int64) (answers int, err error) {
	answers, err = unsent(ctx, s.db, put)
	return answers, sqlite.Explain("count what is in no copy", err)
}

// HasAnswers reports whether the collection's own devices wrote answers.
func (s *Store) HasAnswers(ctx context.Context) (some bool, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM log l JOIN devices v ON v.id = l.device WHERE v.own = 1 AND `+answered+`)`).Scan(&some)
	return some, sqlite.Explain("look for answers", err)
}

func unsent(ctx context.Context, q sqlite.Reader, put map[string]int64) (answers int, err error) {
	rows, err := q.QueryContext(ctx, `SELECT v.name, l.seq FROM log l JOIN devices v ON v.id = l.device
		WHERE v.own = 1 AND `+answered+` AND l.seq > coalesce((SELECT value FROM json_each(?) WHERE key = v.name), 0)`, jsonOf(put))
	err = sqlite.Each(rows, err, func(*sql.Rows) error { answers++; return nil })
	return answers, err
}

// Copies implements [doctor.Collection]: it notes what only this machine has, if it meets
// others somewhere.
func (x examinee) Copies(ctx context.Context, e *doctor.Examination) error {
	state, err := readPlace(ctx, x.tx)
	if err != nil || state.Place == "" {
		return err
	}
	answers, err := unsent(ctx, x.tx, state.Put)
	if err != nil || answers == 0 {
		return err
	}
	e.Note(doctor.Finding{Check: "copies", Where: "the log", What: plural.Count(answers, "answer") + " of this machine in no copy",
		Means: "they would be lost with this disk", Remedy: doctor.Remedy{Act: doctor.Sync}})
	return nil
}

// Unshared reports whether the collection's own devices wrote rows that the place does
// not have.
func (s *Store) Unshared(ctx context.Context) (some bool, err error) {
	state, err := s.Place(ctx)
	if err != nil {
		return false, err
	}
	err = s.db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM devices v WHERE own = 1 AND EXISTS (SELECT 1 FROM log l
		WHERE l.device = v.id AND l.seq > coalesce((SELECT value FROM json_each(?) WHERE key = v.name), 0)))`, jsonOf(state.Put)).Scan(&some)
	return some, sqlite.Explain("look for what is to be sent", err)
}

func jsonOf(put map[string]int64) string {
	text, err := json.Marshal(put)
	if err != nil || put == nil {
		return "{}"
	}
	return string(text)
}

// An exchanging collection implements [exchange.Collection].
type exchanging struct{ *Store }

// Ends implements [exchange.Collection].
func (x exchanging) Ends(ctx context.Context) (all []exchange.End, current string, err error) {
	if err := x.findDevice(ctx); err != nil { // another process may have restored a backup
		return nil, "", err
	}
	rows, err := x.db.QueryContext(ctx, `SELECT d.name, d.own, coalesce(l.seq, 0), coalesce(l.hash, zeroblob(32)) FROM devices d
		LEFT JOIN log l ON l.device = d.id AND l.seq = (SELECT max(seq) FROM log WHERE device = d.id) ORDER BY d.name`)
	all, err = sqlite.Collect(rows, err, func(rows *sql.Rows) (e exchange.End, err error) {
		return e, rows.Scan(&e.Device, &e.Own, &e.Seq, sqlite.Blob(e.Hash[:]))
	})
	return all, x.Device(), sqlite.Explain("read how far the logs go", err)
}

// Has implements [exchange.Collection].
func (x exchanging) Has(ctx context.Context, device string, end segment.End) (has bool, err error) {
	want, err := journal.ParseHash(end.Hash)
	if err != nil {
		return true, nil // it says nothing
	}
	err = x.read(ctx, func(tx *readTx) error {
		err := tx.Scan(ctx, `SELECT EXISTS (SELECT 1 FROM log WHERE device = (SELECT id FROM devices WHERE name = ?) AND seq = ? AND hash = ?)`,
			[]any{device, end.Seq, sqlite.Blob(want[:])}, &has)
		if err != nil || has {
			return err
		}
		moves, err := table.Branched(ctx, tx)
		_, has = moves.At(want)
		return err
	})
	return has, sqlite.Explain("read a row of the log", err)
}

// Keep implements [exchange.Collection].
func (x exchanging) Keep(ctx context.Context, state *exchange.State) error {
	text, err := json.Marshal(state)
	if err != nil {
		return err
	}
	return sqlite.Explain("remember what the place has", x.setting(ctx, syncState, string(text)))
}

func (x exchanging) setting(ctx context.Context, name, value string) error {
	_, err := x.db.Exec(ctx, `INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
		name, value)
	return err
}
