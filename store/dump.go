package store

import (
	"bufio"
	"context"
	"database/sql"
	_ "embed" // EXPORT.md
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"kartei/store/journal"
	"kartei/store/sqlite"
	"kartei/store/table"
)

// ExportForm describes, for its users, the form in which a collection is
// exported and imported. The types below are this form.
//
//go:embed EXPORT.md
var ExportForm string

// dumpVersion is the form's version.
const dumpVersion = 1

type dumpLine struct {
	Kartei  string      `json:"kartei,omitempty"`
	Version int         `json:"version,omitempty"`
	Device  *dumpDevice `json:"device,omitempty"`
	Deck    *dumpDeck   `json:"deck,omitempty"`
	Fact    *dumpFact   `json:"fact,omitempty"`
	Card    *dumpCard   `json:"card,omitempty"`
	Option  *dumpOption `json:"option,omitempty"`
	Row     *dumpRow    `json:"row,omitempty"`
	Quiz    *dumpQuiz   `json:"quiz,omitempty"`
	End     *dumpEnd    `json:"end,omitempty"`
}

type dumpDevice struct {
	Name string `json:"name"`
	Own  bool   `json:"own"` // this collection wrote as it
}

type dumpDeck struct {
	ID       string          `json:"id"`
	Name     string          `json:"name"`
	Root     string          `json:"root"`
	Retired  bool            `json:"retired,omitempty"`
	Archived bool            `json:"shelved,omitempty"`
	Content  json.RawMessage `json:"content"`

	row int64
}

type dumpFact struct {
	Key      string          `json:"key"`
	Written  bool            `json:"written,omitempty"`
	Cell     bool            `json:"cell,omitempty"`
	File     string          `json:"file"`
	Line     int             `json:"line"`
	Section  json.RawMessage `json:"section"`
	Position int             `json:"position"`
	Retired  bool            `json:"retired,omitempty"`

	row int64
}

type dumpCard struct {
	ID       string          `json:"id"`
	Position int             `json:"position"`
	Name     string          `json:"name"`
	Kind     string          `json:"kind"`
	Hash     string          `json:"hash"`
	Tags     []string        `json:"tags,omitempty"`
	Content  json.RawMessage `json:"content"`
	Retired  bool            `json:"retired,omitempty"`
	Changed  int64           `json:"changed,omitempty"` // Unix seconds
}

type dumpOption struct {
	Deck  string `json:"deck"`
	Name  string `json:"name"`
	Value string `json:"value"`
}

type dumpRow struct {
	Device   string          `json:"device"`
	Seq      int64           `json:"seq"`
	At       int64           `json:"at"`
	Zone     int32           `json:"zone"`
	Day      int32           `json:"day"`
	Clock    int64           `json:"clock"`
	Kind     journal.Kind    `json:"kind"`
	Card     string          `json:"card,omitempty"`
	Mode     journal.Mode    `json:"mode,omitempty"`
	Grade    uint8           `json:"grade,omitempty"`
	Duration int64           `json:"duration_ms,omitempty"`
	State    uint8           `json:"state,omitempty"`
	Days     int             `json:"days,omitempty"`
	Detail   json.RawMessage `json:"detail"`
	Item     string          `json:"item,omitempty"`
	Hash     string          `json:"hash"`
}

type dumpEnd struct {
	Decks   int    `json:"decks"`
	Facts   int    `json:"facts"`
	Cards   int    `json:"cards"`
	Rows    int    `json:"rows"`
	Quizzes int    `json:"quizzes,omitempty"`
	Digest  string `json:"digest"`
}

// Export writes the whole collection as JSON, as one state of it, while others
// may go on writing.
func (s *Store) Export(ctx context.Context, to io.Writer) error {
	defer s.config.Progress.Over()
	b := bufio.NewWriterSize(to, 1<<16)
	err := s.readApart(ctx, func(tx *readTx) error {
		d := &dumper{tx: tx, lines: json.NewEncoder(b)}
		d.lines.SetEscapeHTML(false)
		return d.all(ctx)
	})
	return sqlite.Explain("export the collection", errors.Join(err, b.Flush()))
}

// A dumper writes a collection as JSON.
type dumper struct {
	tx    *readTx
	lines *json.Encoder
	end   dumpEnd
	facts int64 // there are
	rows  int64
}

func (d *dumper) all(ctx context.Context) error {
	if err := d.lines.Encode(dumpLine{Kartei: "collection", Version: dumpVersion}); err != nil {
		return err
	}
	if err := d.tx.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM facts), (SELECT count(*) FROM log)`).Scan(&d.facts, &d.rows); err != nil {
		return err
	}
	for _, part := range []func(context.Context) error{d.devices, d.decks, d.options, d.log, d.quizzes} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	d.tx.s.config.Progress.Tell("computing the digest", 0, 0)
	digest, err := d.tx.digest(ctx)
	if err != nil {
		return err
	}
	d.end.Digest = digest.String()
	return d.lines.Encode(dumpLine{End: &d.end})
}

func (d *dumper) devices(ctx context.Context) error {
	rows, err := d.tx.QueryContext(ctx, `SELECT name, own FROM devices ORDER BY id DESC`)
	return d.each(rows, err, func(rows *sql.Rows) (line dumpLine, err error) {
		line.Device = &dumpDevice{}
		return line, rows.Scan(&line.Device.Name, &line.Device.Own)
	})
}

// each writes a line for each row.
func (d *dumper) each(rows *sql.Rows, err error, scan func(*sql.Rows) (dumpLine, error)) error {
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		line, err := scan(rows)
		if err == nil {
			err = d.lines.Encode(line)
		}
		if err != nil {
			return err
		}
	}
	return rows.Err()
}

func (d *dumper) decks(ctx context.Context) error {
	rows, err := d.tx.QueryContext(ctx, `SELECT id, deck, name, root, content, retired, shelved FROM decks ORDER BY deck`)
	all, err := sqlite.Collect(rows, err, func(rows *sql.Rows) (k dumpDeck, err error) {
		return k, rows.Scan(&k.row, &k.ID, &k.Name, &k.Root, (*rawText)(&k.Content), &k.Retired, &k.Archived)
	})
	if err != nil {
		return err
	}
	d.end.Decks = len(all)
	for i := range all {
		if err := d.lines.Encode(dumpLine{Deck: &all[i]}); err != nil {
			return err
		}
		if err := d.factsOf(ctx, all[i].row); err != nil {
			return err
		}
	}
	return nil
}

// factsOf writes a deck's facts, page by page.
func (d *dumper) factsOf(ctx context.Context, deck int64) error {
	for last := int64(0); ; {
		rows, err := d.tx.QueryContext(ctx, `SELECT id, key, written, cell, file, line, section, position, retired FROM facts
			WHERE deck = ? AND id > ? ORDER BY id LIMIT ?`, deck, last, factPage)
		page, err := sqlite.Collect(rows, err, func(rows *sql.Rows) (f dumpFact, err error) {
			return f, rows.Scan(&f.row, &f.Key, &f.Written, &f.Cell, &f.File, &f.Line, (*rawText)(&f.Section), &f.Position, &f.Retired)
		})
		if err != nil {
			return err
		}
		for i := range page {
			if err := d.fact(ctx, &page[i]); err != nil {
				return err
			}
		}
		if len(page) < factPage {
			return nil
		}
		last = page[len(page)-1].row
	}
}

func (d *dumper) fact(ctx context.Context, f *dumpFact) error {
	d.tx.s.config.Progress.Row("writing the decks", int64(d.end.Facts), d.facts)
	d.end.Facts++
	if err := d.lines.Encode(dumpLine{Fact: f}); err != nil {
		return err
	}
	rows, err := d.tx.Query(ctx, `SELECT card, position, name, kind, hash, tags, content, retired, changed FROM cards WHERE fact = ? ORDER BY id`, f.row)
	return d.each(rows, err, func(rows *sql.Rows) (line dumpLine, err error) {
		d.end.Cards++
		var tags string
		c := &dumpCard{}
		err = rows.Scan(&c.ID, &c.Position, &c.Name, &c.Kind, &c.Hash, &tags, (*rawText)(&c.Content), &c.Retired, &c.Changed)
		c.Tags = strings.Fields(tags)
		return dumpLine{Card: c}, err
	})
}

func (d *dumper) options(ctx context.Context) error {
	rows, err := d.tx.QueryContext(ctx, `SELECT scope, name, value FROM options ORDER BY scope, name`)
	return d.each(rows, err, func(rows *sql.Rows) (line dumpLine, err error) {
		line.Option = &dumpOption{}
		return line, rows.Scan(&line.Option.Deck, &line.Option.Name, &line.Option.Value)
	})
}

// log writes all rows in the order of their arrival, so that undo means the
// same act after an import.
func (d *dumper) log(ctx context.Context) error {
	for last := int64(0); ; {
		rows, err := d.tx.QueryContext(ctx, `SELECT `+table.RowColumns+` FROM `+table.RowTables+` WHERE l.id > ? ORDER BY l.id LIMIT ?`, last, table.FetchRows)
		page, err := sqlite.Collect(rows, err, table.ScanRow)
		if err != nil {
			return err
		}
		for i := range page {
			if err := d.lines.Encode(dumpLine{Row: dumpedRow(&page[i])}); err != nil {
				return err
			}
		}
		d.tx.s.config.Progress.Tell("writing the log", int64(d.end.Rows), d.rows)
		d.end.Rows += len(page)
		if len(page) < table.FetchRows {
			return nil
		}
		last = page[len(page)-1].ID
	}
}

func dumpedRow(r *journal.Row) *dumpRow {
	return &dumpRow{Device: r.Device, Seq: r.Seq, At: r.Moment.At, Zone: r.Moment.Zone, Day: int32(r.Moment.Day), Clock: r.Clock,
		Kind: r.Kind, Card: r.Card, Mode: r.Mode, Grade: uint8(r.Grade), Duration: r.Duration.Milliseconds(), State: uint8(r.State), Days: r.Days,
		Detail: json.RawMessage(r.Written), Item: r.Item, Hash: r.Hash.String()}
}

// rawText scans a text column as the JSON that it is.
type rawText json.RawMessage

// Scan implements sql.Scanner.
func (t *rawText) Scan(value any) error {
	s, ok := value.(string)
	if !ok || !json.Valid([]byte(s)) {
		return fmt.Errorf("%w: a column holds no JSON", ErrDamaged)
	}
	*t = rawText(s)
	return nil
}
