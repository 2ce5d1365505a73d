package transfer

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"maps"
	"slices"

	"kartei/decks"
	"kartei/store/content"
	"kartei/store/journal"
	"kartei/store/migrations"
	"kartei/store/progress"
	"kartei/store/sqlite"
	"kartei/store/table"
)

// ErrNotEmpty is the error of an import into a collection that has cards or a log.
var ErrNotEmpty = errors.New("the collection is not empty")

// maxLine is the length of the longest line that Import reads: a card with
// all its text fits many times.
const maxLine = 16 << 20

// A Collection is what an import asks of the collection that it fills.
type Collection interface {
	// CheckQuiz refuses a quiz that could not be shown.
	CheckQuiz(text, mode string, events []Event) error

	// SetOption notes an option of version 1 of the form, by the name of its deck.
	SetOption(ctx context.Context, o Option) error

	// Agree makes what machines must agree on, options and so on, what the rows of the
	// log say; of version 1 it writes such rows. It refuses options that would fail every
	// command.
	Agree(ctx context.Context, before bool) error

	// Recompute computes all that follows from the log.
	Recompute(context.Context) error
}

// An Option is the value of one, of a deck or folder by its name; "" is all decks.
type Option struct{ Deck, Name, Value string }

// An Event is something that was done in a quiz.
type Event struct {
	Kind     string
	Question int    // from 0; -1 is the quiz as a whole
	Detail   string // JSON
}

// Import fills an empty collection with what [Export] wrote. Everything is checked: the
// chain of the log, and in the end the digest. Errors name the line.
func Import(ctx context.Context, tx *sqlite.Tx, c Collection, from io.Reader, tell progress.Func) error {
	var held int
	err := tx.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM decks) + (SELECT count(*) FROM log) + (SELECT count(*) FROM options) + (SELECT count(*) FROM quizzes)`).Scan(&held)
	if err != nil {
		return err
	}
	if held > 0 {
		return ErrNotEmpty
	}
	u := &importer{tx: tx, collection: c, progress: tell, devices: map[string]*chained{},
		sum: sha256.New(), archived: map[string]bool{}}
	if err := u.read(ctx, from); err != nil {
		return fmt.Errorf("line %d: %w", u.line, contradiction(err))
	}
	return nil
}

// contradiction says in plain words that a table refuses a line.
func contradiction(err error) error {
	if sqlite.IsContradiction(err) {
		return fmt.Errorf("%w: it says again what was said before, or speaks of what is not there", sqlite.ErrDamaged)
	}
	return err
}

// An importer reads a collection from JSON.
type importer struct {
	tx         *sqlite.Tx
	collection Collection
	progress   progress.Func
	line       int
	deck       int64
	fact       int64
	devices    map[string]*chained
	before     bool // version 1
	sum        hash.Hash
	options    []optionLine
	archived   map[string]bool // by identity: the decks that are said to be
	got        endLine
	facts      *sqlite.Batch
	cards      *sqlite.Batch
	rows       *sqlite.Batch
}

// A chained device is one whose log is being read.
type chained struct {
	id int64
	journal.Tip
}

func (u *importer) read(ctx context.Context, from io.Reader) error {
	// Rows come in batches, so a card may come before its fact; what is missing
	// in the end fails the commit.
	if _, err := u.tx.Exec(ctx, `PRAGMA defer_foreign_keys = ON`); err != nil {
		return err
	}
	u.facts = sqlite.NewBatch(u.tx, table.InsertFacts, table.FactWidth)
	u.cards = sqlite.NewBatch(u.tx, table.InsertCards, table.CardWidth)
	u.rows = sqlite.NewBatch(u.tx, table.InsertRows, table.RowWidth)
	lines := bufio.NewScanner(from)
	lines.Buffer(make([]byte, 0, 1<<16), maxLine)
	for lines.Scan() {
		u.progress.Row("reading lines", int64(u.line), 0)
		u.line++
		var l formLine
		decoder := json.NewDecoder(bytes.NewReader(lines.Bytes()))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&l); err != nil {
			return err
		}
		if l.End != nil {
			return u.finish(ctx, l.End)
		}
		u.sum.Write(lines.Bytes())
		u.sum.Write([]byte{'\n'})
		if err := u.take(ctx, &l); err != nil {
			return err
		}
	}
	u.line++
	if err := lines.Err(); err != nil {
		return err
	}
	return errors.New("the file ends too early")
}

func (u *importer) take(ctx context.Context, l *formLine) error {
	switch {
	case u.line == 1:
		if l.Kartei != "collection" {
			return errors.New("this is no exported collection")
		}
		if u.before = l.Version == formBefore; !u.before && l.Version != formVersion {
			return fmt.Errorf("%w: the export has form %d, this program knows %d", migrations.ErrNewer, l.Version,
				formVersion)
		}
		return nil
	case l.Device != nil:
		return u.takeDevice(ctx, l.Device)
	case l.Deck != nil:
		return u.takeDeck(ctx, l.Deck)
	case l.Fact != nil:
		return u.takeFact(ctx, l.Fact)
	case l.Card != nil:
		return u.takeCard(ctx, l.Card)
	case l.Option != nil:
		return u.takeOption(ctx, l.Option)
	case l.Row != nil:
		return u.takeRow(ctx, l.Row)
	case l.Quiz != nil:
		return u.takeQuiz(ctx, l.Quiz)
	}
	return errors.New("the line says nothing")
}

// maxOptions is more than any learner sets.
const maxOptions = 100_000

// takeOption takes what is set. What rows of the log say needs no line, but has one.
func (u *importer) takeOption(ctx context.Context, o *optionLine) error {
	if u.options = append(u.options, *o); len(u.options) > maxOptions {
		return fmt.Errorf("%w: more than %d options", sqlite.ErrDamaged, maxOptions)
	}
	if !u.before {
		return nil
	}
	return u.collection.SetOption(ctx, Option(*o))
}

func (u *importer) takeDevice(ctx context.Context, d *deviceLine) error {
	// Ids below those that are there: the collection goes on writing as itself.
	var id int64
	if err := u.tx.Scan(ctx, `SELECT min(id) - 1 FROM devices`, nil, &id); err != nil {
		return err
	}
	u.devices[d.Name] = &chained{id: id}
	_, err := u.tx.Exec(ctx, `INSERT INTO devices (id, name, own) VALUES (?, ?, ?)`, id, d.Name, d.Own)
	return err
}

func (u *importer) takeDeck(ctx context.Context, d *deckLine) error {
	if err := content.CheckDeck(d.Name, compact(d.Content)); err != nil {
		return err
	}
	prose := ""
	if d.Prose != nil {
		prose = compact(d.Prose)
	}
	if err := content.CheckProse(d.Name, prose); err != nil {
		return err
	}
	result, err := u.tx.Exec(ctx, `INSERT INTO decks (deck, name, root, content, prose, source, digest, retired, shelved) VALUES (?, ?, ?, ?, ?, x'', x'', ?, ?)`,
		d.ID, d.Name, d.Root, compact(d.Content), prose, d.Missing, d.Archived)
	if err != nil {
		return err
	}
	if d.Archived {
		u.archived[d.ID] = true
	}
	u.got.Decks++
	u.fact = 0
	u.deck, err = result.LastInsertId()
	return err
}

func (u *importer) takeFact(ctx context.Context, f *factLine) error {
	if u.deck == 0 {
		return errors.New("a fact without a deck")
	}
	if err := content.CheckSection(f.Key, compact(f.Section)); err != nil {
		return err
	}
	u.got.Facts++
	u.fact = int64(u.got.Facts)
	return u.facts.Add(ctx, u.fact, u.deck, f.Key, f.Written, f.Cell, f.File, f.Line, compact(f.Section), f.Position,
		f.Retired)
}

func (u *importer) takeCard(ctx context.Context, c *cardLine) error {
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
	return u.cards.Add(ctx, u.got.Cards, c.ID, u.fact, u.deck, c.Position, c.Name, c.Kind, c.Hash, content.Tags(c.Tags),
		compact(c.Content), c.Retired, !c.Retired, c.Changed)
}

// takeRow adds a row of the log as it was written, if its hash says so.
func (u *importer) takeRow(ctx context.Context, l *rowLine) error {
	device := u.devices[l.Device]
	if device == nil {
		return fmt.Errorf("a row of the unknown device %q", l.Device)
	}
	r, err := l.row()
	if err != nil {
		return err
	}
	if err := device.Follow(&r); err != nil {
		return fmt.Errorf("%w: row %d of device %s: %w", sqlite.ErrDamaged, r.Seq, r.Device, err)
	}
	u.got.Rows++
	return u.rows.Add(ctx, table.Log.Values(&r, device.id)...)
}

// finish compares what came with what was announced, and computes the caches.
func (u *importer) finish(ctx context.Context, want *endLine) error {
	for _, b := range []*sqlite.Batch{u.facts, u.cards, u.rows} {
		if err := b.Flush(ctx); err != nil {
			return err
		}
	}
	lost, err := table.LostUndos(ctx, u.tx)
	if err != nil {
		return err
	}
	for _, r := range lost {
		return fmt.Errorf("%w: row %d of device %s takes a row back that is not there", sqlite.ErrDamaged, r.Seq, r.Device)
	}
	if !u.before {
		if err := u.collection.Agree(ctx, false); err != nil {
			return err
		}
		if err := u.agrees(ctx); err != nil {
			return err
		}
		u.got.Sum = hex.EncodeToString(u.sum.Sum(nil))
	}
	digest, err := u.digest(ctx)
	if err != nil {
		return err
	}
	u.got.Digest = digest.String()
	if u.got != *want {
		return fmt.Errorf("%w: the file holds %+v, its end announces %+v", sqlite.ErrDamaged, u.got, *want)
	}
	if u.before {
		if err := u.collection.Agree(ctx, true); err != nil {
			return err
		}
	}
	return u.collection.Recompute(ctx)
}

func (u *importer) digest(ctx context.Context) (journal.Hash, error) {
	if u.before {
		return digestBefore(ctx, &u.tx.ReadTx, u.options)
	}
	return Digest(ctx, &u.tx.ReadTx)
}

// agrees refuses a file whose lines say of options and decks what its rows do not.
func (u *importer) agrees(ctx context.Context) error {
	rows, err := u.tx.QueryContext(ctx, selectOptions)
	options, err := sqlite.Collect(rows, err, func(rows *sql.Rows) (o optionLine, err error) {
		return o, rows.Scan(&o.Deck, &o.Name, &o.Value)
	})
	if err != nil {
		return err
	}
	slices.SortFunc(u.options, optionLine.compare)
	slices.SortFunc(options, optionLine.compare)
	rows, err = u.tx.QueryContext(ctx, `SELECT deck FROM decks WHERE shelved = 1`)
	away := map[string]bool{}
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var deck string
		err := rows.Scan(&deck)
		away[deck] = true
		return err
	})
	if err == nil && (!slices.Equal(options, u.options) || !maps.Equal(away, u.archived)) {
		err = fmt.Errorf("%w: its options, or the decks that are put away, are not those of its log", sqlite.ErrDamaged)
	}
	return err
}

// compact is JSON as the store keeps it.
func compact(raw json.RawMessage) string {
	var b bytes.Buffer
	if err := json.Compact(&b, raw); err != nil {
		return "null" // cannot be: raw was decoded
	}
	return b.String()
}

// check refuses a quiz that could not be shown.
func (u *importer) check(q *quizLine) error {
	events := make([]Event, len(q.Events))
	for i, e := range q.Events {
		events[i] = Event{e.Kind, e.Question, compact(e.Detail)}
	}
	return u.collection.CheckQuiz(q.Text, q.Mode, events)
}

func (u *importer) takeQuiz(ctx context.Context, q *quizLine) error {
	if err := u.check(q); err != nil {
		return err
	}
	hash := sha256.Sum256([]byte(q.Text))
	if _, err := u.tx.Exec(ctx, `INSERT INTO quiz_forms (form, text, hash) VALUES (?, ?, ?) ON CONFLICT (hash) DO NOTHING`, q.Form, q.Text, hash[:]); err != nil {
		return err
	}
	result, err := u.tx.Exec(ctx, `INSERT INTO quizzes (form, began, zone, mode) SELECT id, ?, ?, ? FROM quiz_forms WHERE hash = ?`, q.Began, q.Zone, q.Mode, hash[:])
	if err != nil {
		return err
	}
	id, err := result.LastInsertId()
	if err != nil {
		return err
	}
	u.got.Quizzes++
	return u.takeEvents(ctx, id, q.Events, 0)
}

// takeEvents adds the events of a quiz from one on.
func (u *importer) takeEvents(ctx context.Context, quiz int64, events []quizEvent, from int) error {
	for i, e := range events[from:] {
		if _, err := u.tx.Exec(ctx, `INSERT INTO quiz_events (quiz, seq, at, zone, kind, question, detail) VALUES (?, ?, ?, ?, ?, ?, ?)`,
			quiz, from+i+1, e.At, e.Zone, e.Kind, e.Question, compact(e.Detail)); err != nil {
			return err
		}
	}
	return nil
}
