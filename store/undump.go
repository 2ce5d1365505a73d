package store

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/store/content"
	"kartei/store/highwater"
	"kartei/store/journal"
	"kartei/store/sqlite"
	"kartei/store/table"
)

// ErrNotEmpty is the error of an import into a collection that has cards or a log.
var ErrNotEmpty = errors.New("the collection is not empty")

// maxDumpLine is the length of the longest line that Import reads: a card with
// all its text fits many times.
const maxDumpLine = 16 << 20

// Import fills an empty collection with what [Store.Export] wrote. Everything
// is checked: the chain of the log, and in the end the digest. An import that
// fails leaves the collection empty. Errors name the line.
func (s *Store) Import(ctx context.Context, from io.Reader) error {
	defer s.config.Progress.Over()
	var newest highwater.Mark
	err := s.record(ctx, func(tx *tx) error {
		var held int
		err := tx.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM decks) + (SELECT count(*) FROM log) + (SELECT count(*) FROM options) + (SELECT count(*) FROM quizzes)`).Scan(&held)
		if err != nil {
			return err
		}
		if held > 0 {
			return ErrNotEmpty
		}
		u := &undumper{tx: tx, devices: map[string]*chained{}}
		if err := u.read(ctx, from); err != nil {
			return fmt.Errorf("line %d: %w", u.line, contradiction(err))
		}
		newest, err = highwater.Newest(ctx, tx)
		return err
	})
	if err == nil && newest.Seq > 0 {
		newest.Write(s.path)
	}
	if err == nil {
		err = s.useCalendar(ctx)
	}
	return sqlite.Explain("import the collection", err)
}

// contradiction says in plain words that a table refuses a line.
func contradiction(err error) error {
	if sqlite.IsContradiction(err) {
		return fmt.Errorf("%w: it says again what was said before, or speaks of what is not there", ErrDamaged)
	}
	return err
}

// An undumper reads a collection from JSON.
type undumper struct {
	tx      *tx
	line    int
	deck    int64
	fact    int64
	devices map[string]*chained
	got     dumpEnd
	facts   *sqlite.Batch
	cards   *sqlite.Batch
	rows    *sqlite.Batch
}

// A chained device is one whose log is being read.
type chained struct {
	id int64
	journal.Tip
}

func (u *undumper) read(ctx context.Context, from io.Reader) error {
	// Rows come in batches, so a card may come before its fact; what is missing
	// in the end fails the commit.
	if _, err := u.tx.exec(ctx, `PRAGMA defer_foreign_keys = ON`); err != nil {
		return err
	}
	u.facts = sqlite.NewBatch(u.tx.sql, insertFact, 10)
	u.cards = sqlite.NewBatch(u.tx.sql, insertCard, 13)
	u.rows = sqlite.NewBatch(u.tx.sql, table.InsertRows, table.RowWidth)
	lines := bufio.NewScanner(from)
	lines.Buffer(make([]byte, 0, 1<<16), maxDumpLine)
	for lines.Scan() {
		u.tx.s.config.Progress.Row("reading lines", int64(u.line), 0)
		u.line++
		var line dumpLine
		decoder := json.NewDecoder(bytes.NewReader(lines.Bytes()))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&line); err != nil {
			return err
		}
		if line.End != nil {
			return u.finish(ctx, line.End)
		}
		if err := u.take(ctx, &line); err != nil {
			return err
		}
	}
	u.line++
	if err := lines.Err(); err != nil {
		return err
	}
	return errors.New("the file ends too early")
}

func (u *undumper) take(ctx context.Context, line *dumpLine) error {
	switch {
	case u.line == 1:
		if line.Kartei != "collection" {
			return errors.New("this is no exported collection")
		}
		if line.Version != dumpVersion {
			return fmt.Errorf("%w: the export has form %d, this program knows %d", ErrNewer, line.Version, dumpVersion)
		}
		return nil
	case line.Device != nil:
		return u.takeDevice(ctx, line.Device)
	case line.Deck != nil:
		return u.takeDeck(ctx, line.Deck)
	case line.Fact != nil:
		return u.takeFact(ctx, line.Fact)
	case line.Card != nil:
		return u.takeCard(ctx, line.Card)
	case line.Option != nil:
		_, err := u.tx.exec(ctx, `INSERT INTO options (scope, name, value) VALUES (?, ?, ?)`, line.Option.Deck, line.Option.Name, line.Option.Value)
		return err
	case line.Row != nil:
		return u.takeRow(ctx, line.Row)
	case line.Quiz != nil:
		return u.takeQuiz(ctx, line.Quiz)
	}
	return errors.New("the line says nothing")
}

func (u *undumper) takeDevice(ctx context.Context, d *dumpDevice) error {
	// Ids below those that are there: the collection goes on writing as itself.
	var id int64
	if err := u.tx.Scan(ctx, `SELECT min(id) - 1 FROM devices`, nil, &id); err != nil {
		return err
	}
	u.devices[d.Name] = &chained{id: id}
	_, err := u.tx.exec(ctx, `INSERT INTO devices (id, name, own) VALUES (?, ?, ?)`, id, d.Name, d.Own)
	return err
}

func (u *undumper) takeDeck(ctx context.Context, d *dumpDeck) error {
	if err := content.CheckDeck(d.Name, compact(d.Content)); err != nil {
		return err
	}
	result, err := u.tx.exec(ctx, `INSERT INTO decks (deck, name, root, content, source, digest, retired, shelved) VALUES (?, ?, ?, ?, x'', x'', ?, ?)`,
		d.ID, d.Name, d.Root, compact(d.Content), d.Retired, d.Archived)
	if err != nil {
		return err
	}
	u.got.Decks++
	u.fact = 0
	u.deck, err = result.LastInsertId()
	return err
}

func (u *undumper) takeFact(ctx context.Context, f *dumpFact) error {
	if u.deck == 0 {
		return errors.New("a fact without a deck")
	}
	if err := content.CheckSection(f.Key, compact(f.Section)); err != nil {
		return err
	}
	u.got.Facts++
	u.fact = int64(u.got.Facts)
	return u.facts.Add(ctx, u.fact, u.deck, f.Key, f.Written, f.Cell, f.File, f.Line, compact(f.Section), f.Position, f.Retired)
}

func (u *undumper) takeCard(ctx context.Context, c *dumpCard) error {
	if u.fact == 0 {
		return errors.New("a card without a fact")
	}
	if c.ID == "" {
		return errors.New("a card without an id")
	}
	if err := content.CheckCard(c.ID, decks.Kind(c.Kind), compact(c.Content)); err != nil {
		return err
	}
	u.got.Cards++
	return u.cards.Add(ctx, u.got.Cards, c.ID, u.fact, u.deck, c.Position, c.Name, c.Kind, c.Hash, content.Tags(c.Tags), compact(c.Content), c.Retired, !c.Retired, c.Changed)
}

// takeRow adds a row of the log as it was written, if its hash says so.
func (u *undumper) takeRow(ctx context.Context, d *dumpRow) error {
	device := u.devices[d.Device]
	if device == nil {
		return fmt.Errorf("a row of the unknown device %q", d.Device)
	}
	r := journal.Row{Device: d.Device, Seq: d.Seq, Clock: d.Clock, Prev: device.Hash, Written: compact(d.Detail), Entry: journal.Entry{
		Moment: scheduler.Moment{At: d.At, Zone: d.Zone, Day: scheduler.Day(d.Day)},
		Kind:   d.Kind, Card: d.Card, Mode: d.Mode, Grade: scheduler.Grade(d.Grade), Duration: time.Duration(d.Duration) * time.Millisecond,
		State: scheduler.State(d.State), Days: d.Days, Item: d.Item,
	}}
	if err := json.Unmarshal([]byte(r.Written), &r.Detail); err != nil {
		return err
	}
	if err := r.Check(); err != nil {
		return err
	}
	if undone := r.Detail.Undone; undone != nil {
		if of := u.devices[undone.Device]; of == nil || undone.Seq < 1 || undone.Seq > of.Seq {
			return fmt.Errorf("%w: row %d of device %s takes a row back that is not there", ErrDamaged, d.Seq, d.Device)
		}
	}
	r.Hash = r.Sum()
	if hash := r.Hash.String(); hash != d.Hash || d.Seq != device.Seq+1 || d.Clock <= device.Clock {
		return fmt.Errorf("%w: row %d of device %s does not follow on the one before, or was changed", ErrDamaged, d.Seq, d.Device)
	}
	if r.Clock > journal.LastClock {
		return fmt.Errorf("%w: row %d of device %s is later than any can be", ErrDamaged, d.Seq, d.Device)
	}
	device.Tip = r.Tip()
	u.got.Rows++
	return u.rows.Add(ctx, table.Log.Values(&r, device.id)...)
}

// finish compares what came with what was announced, and computes the caches.
func (u *undumper) finish(ctx context.Context, want *dumpEnd) error {
	for _, b := range []*sqlite.Batch{u.facts, u.cards, u.rows} {
		if err := b.Flush(ctx); err != nil {
			return err
		}
	}
	if err := u.tx.checkOptions(ctx); err != nil {
		return err
	}
	digest, err := u.tx.digest(ctx)
	if err != nil {
		return err
	}
	u.got.Digest = digest.String()
	if u.got != *want {
		return fmt.Errorf("%w: the file holds %+v, its end announces %+v", ErrDamaged, u.got, *want)
	}
	replay, err := u.tx.fullReplay(ctx, nil, nil)
	if err != nil {
		return err
	}
	return u.tx.recompute(ctx, replay)
}

// compact is JSON as the store keeps it.
func compact(raw json.RawMessage) string {
	var b bytes.Buffer
	if err := json.Compact(&b, raw); err != nil {
		return "null" // cannot be: raw was decoded
	}
	return b.String()
}
