package transfer

import (
	"bufio"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"strings"

	"kartei/store/progress"
	"kartei/store/sqlite"
	"kartei/store/table"
)

// Export writes the whole collection, as the transaction sees it.
func Export(ctx context.Context, tx *sqlite.ReadTx, to io.Writer, tell progress.Func) error {
	b := bufio.NewWriterSize(to, 1<<16)
	sum := sha256.New()
	d := &exporter{tx: tx, lines: json.NewEncoder(io.MultiWriter(b, sum)), sum: sum, progress: tell}
	d.lines.SetEscapeHTML(false)
	return errors.Join(d.all(ctx), b.Flush())
}

// fetchFacts is how many facts are read at a time.
const fetchFacts = 500

// A exporter writes a collection as JSON.
type exporter struct {
	tx       *sqlite.ReadTx
	lines    *json.Encoder
	sum      hash.Hash // of the lines so far
	progress progress.Func
	end      endLine
	facts    int64 // there are
	rows     int64
}

func (d *exporter) all(ctx context.Context) error {
	if err := d.lines.Encode(formLine{Kartei: "collection", Version: formVersion}); err != nil {
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
	d.progress.Tell("computing the digest", 0, 0)
	digest, err := Digest(ctx, d.tx)
	if err != nil {
		return err
	}
	d.end.Digest, d.end.Sum = digest.String(), hex.EncodeToString(d.sum.Sum(nil))
	return d.lines.Encode(formLine{End: &d.end})
}

func (d *exporter) devices(ctx context.Context) error {
	rows, err := d.tx.QueryContext(ctx, `SELECT name, own FROM devices ORDER BY id DESC`)
	return d.each(rows, err, func(rows *sql.Rows) (line formLine, err error) {
		line.Device = &deviceLine{}
		return line, rows.Scan(&line.Device.Name, &line.Device.Own)
	})
}

// each writes a line for each row.
func (d *exporter) each(rows *sql.Rows, err error, scan func(*sql.Rows) (formLine, error)) error {
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

func (d *exporter) decks(ctx context.Context) error {
	rows, err := d.tx.QueryContext(ctx, `SELECT id, deck, name, root, content, prose, retired, shelved FROM decks ORDER BY deck`)
	all, err := sqlite.Collect(rows, err, func(rows *sql.Rows) (k deckLine, err error) {
		var prose string
		err = rows.Scan(&k.row, &k.ID, &k.Name, &k.Root, (*rawText)(&k.Content), &prose, &k.Missing, &k.Archived)
		if err == nil && prose != "" {
			err = (*rawText)(&k.Prose).Scan(prose)
		}
		return k, err
	})
	if err != nil {
		return err
	}
	d.end.Decks = len(all)
	for i := range all {
		if err := d.lines.Encode(formLine{Deck: &all[i]}); err != nil {
			return err
		}
		if err := d.factsOf(ctx, all[i].row); err != nil {
			return err
		}
	}
	return nil
}

// factsOf writes a deck's facts, page by page. Their ids are found once: to sort an index
// of the deck for each page takes a time that grows with its square, and the facts of a
// deck that grew lie among those of all others.
func (d *exporter) factsOf(ctx context.Context, deck int64) error {
	rows, err := d.tx.Query(ctx, `SELECT id FROM facts WHERE deck = ? ORDER BY id`, deck)
	ids, err := sqlite.Collect(rows, err, func(rows *sql.Rows) (id int64, err error) { return id, rows.Scan(&id) })
	if err != nil {
		return err
	}
	for some := range slices.Chunk(ids, fetchFacts) {
		list, _ := json.Marshal(some) // numbers cannot fail
		rows, err := d.tx.Query(ctx, `SELECT id, key, written, cell, file, line, section, position, retired FROM facts
			WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id`, string(list))
		page, err := sqlite.Collect(rows, err, func(rows *sql.Rows) (f factLine, err error) {
			return f, rows.Scan(&f.row, &f.Key, &f.Written, &f.Cell, &f.File, &f.Line, (*rawText)(&f.Section),
				&f.Position, &f.Retired)
		})
		if err != nil {
			return err
		}
		for i := range page {
			if err := d.fact(ctx, &page[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *exporter) fact(ctx context.Context, f *factLine) error {
	d.progress.Row("writing the decks", int64(d.end.Facts), d.facts)
	d.end.Facts++
	if err := d.lines.Encode(formLine{Fact: f}); err != nil {
		return err
	}
	rows, err := d.tx.Query(ctx, `SELECT card, position, name, kind, hash, tags, content, retired, changed FROM cards WHERE fact = ? ORDER BY id`, f.row)
	return d.each(rows, err, func(rows *sql.Rows) (line formLine, err error) {
		d.end.Cards++
		var tags string
		c := &cardLine{}
		err = rows.Scan(&c.ID, &c.Position, &c.Name, &c.Kind, &c.Hash, &tags, (*rawText)(&c.Content), &c.Retired,
			&c.Changed)
		c.Tags = strings.Fields(tags)
		return formLine{Card: c}, err
	})
}

// selectOptions reads the options of what is here, by name.
const selectOptions = `SELECT coalesce(d.name, o.folder) AS scope, o.name, o.value FROM options o
	LEFT JOIN decks d ON d.deck = o.deck WHERE o.deck = '' OR d.id IS NOT NULL ORDER BY scope, o.name, o.value`

func (d *exporter) options(ctx context.Context) error {
	rows, err := d.tx.QueryContext(ctx, selectOptions)
	return d.each(rows, err, func(rows *sql.Rows) (line formLine, err error) {
		line.Option = &optionLine{}
		return line, rows.Scan(&line.Option.Deck, &line.Option.Name, &line.Option.Value)
	})
}

// log writes all rows in the order of their arrival, so that undo means the
// same act after an import.
func (d *exporter) log(ctx context.Context) error {
	for last := int64(0); ; {
		rows, err := d.tx.QueryContext(ctx, `SELECT `+table.RowColumns+` FROM `+table.RowTables+
			` WHERE l.id > ? ORDER BY l.id LIMIT ?`, last, table.FetchRows)
		page, err := sqlite.Collect(rows, err, table.ScanRow)
		if err != nil {
			return err
		}
		for i := range page {
			if err := WriteRow(d.lines, &page[i]); err != nil {
				return err
			}
		}
		d.progress.Tell("writing the log", int64(d.end.Rows), d.rows)
		d.end.Rows += len(page)
		if len(page) < table.FetchRows {
			return nil
		}
		last = page[len(page)-1].ID
	}
}

// rawText scans a text column as the JSON that it is.
type rawText json.RawMessage

// Scan implements sql.Scanner.
func (t *rawText) Scan(value any) error {
	s, ok := value.(string)
	if !ok || !json.Valid([]byte(s)) {
		return fmt.Errorf("%w: a column holds no JSON", sqlite.ErrDamaged)
	}
	*t = rawText(s)
	return nil
}

// quizzes writes the quizzes that were taken, in order.
func (d *exporter) quizzes(ctx context.Context) error {
	rows, err := d.tx.QueryContext(ctx, `SELECT q.id, f.form, f.text, q.mode, q.began, q.zone FROM quizzes q JOIN quiz_forms f ON f.id = q.form ORDER BY q.id`)
	all, err := sqlite.Collect(rows, err, func(rows *sql.Rows) (q quizLine, err error) {
		return q, rows.Scan(&q.id, &q.Form, &q.Text, &q.Mode, &q.Began, &q.Zone)
	})
	if err != nil {
		return err
	}
	for _, q := range all {
		rows, err := d.tx.QueryContext(ctx, `SELECT at, zone, kind, question, detail FROM quiz_events WHERE quiz = ? ORDER BY seq`, q.id)
		q.Events, err = sqlite.Collect(rows, err, func(rows *sql.Rows) (e quizEvent, err error) {
			var detail string
			err = rows.Scan(&e.At, &e.Zone, &e.Kind, &e.Question, &detail)
			e.Detail = json.RawMessage(detail)
			return e, err
		})
		if err != nil {
			return err
		}
		d.end.Quizzes++
		if err := d.lines.Encode(formLine{Quiz: &q}); err != nil {
			return err
		}
	}
	return nil
}
