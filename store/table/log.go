package table

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"kartei/scheduler"
	"kartei/store/journal"
	"kartei/store/sqlite"
)

// The statements that add rows of the log: InsertRows to many, InsertRow one. The values
// are the id of the device, and those of [Log].
var (
	InsertRows = `INSERT INTO log (device, ` + Log.Names("") + `)`
	InsertRow  = InsertRows + ` VALUES (` + sqlite.Marks(RowWidth) + `)`
)

// RowWidth is how many values InsertRows takes.
var RowWidth = 1 + len(Log)

// RowColumns are what [ScanRow] scans, from RowTables.
var RowColumns = `l.id, v.name, EXISTS (SELECT 1 FROM voided WHERE id = l.id), ` + Log.Names("l.")

// RowTables are the log, as l, with its devices, as v.
const RowTables = `log l JOIN devices v ON v.id = l.device`

// ScanRow scans RowColumns.
func ScanRow(rows *sql.Rows) (journal.Row, error) { return ScanRowAfter(rows) }

// ScanRowAfter scans RowColumns, after what is before them.
func ScanRowAfter(rows *sql.Rows, before ...any) (r journal.Row, err error) {
	if err = rows.Scan(Log.Targets(&r, append(before, &r.ID, &r.Device, &r.Undone)...)...); err != nil {
		return r, err
	}
	if err := json.Unmarshal([]byte(r.Written), &r.Detail); err != nil {
		return r, fmt.Errorf("%w: row %d of the log of %s cannot be read", sqlite.ErrDamaged, r.Seq, r.Device)
	}
	return r, nil
}

// NewestRow is the id of the newest row of the log: how many there are.
func NewestRow(ctx context.Context, q sqlite.Reader) (id int64, err error) {
	err = q.QueryRowContext(ctx, `SELECT coalesce(max(id), 0) FROM log`).Scan(&id)
	return id, err
}

// DeviceNames are the devices' names by their ids.
func DeviceNames(ctx context.Context, q sqlite.Reader) (map[int64]string, error) {
	names := map[int64]string{}
	rows, err := q.QueryContext(ctx, `SELECT id, name FROM devices`)
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var id int64
		var name string
		err := rows.Scan(&id, &name)
		names[id] = name
		return err
	})
	return names, err
}

// PresentName is the name under which the card of a row l is known now.
const PresentName = `coalesce((SELECT a.card FROM aliases a WHERE a.old = l.card AND a.since <= l.clock ORDER BY a.since DESC LIMIT 1), l.card)`

// Conditions on a row l of table log.
const (
	// Stands is a row that was not taken back.
	Stands = `NOT EXISTS (SELECT 1 FROM voided v WHERE v.id = l.id)`

	// IsAnswer is an answer in a review that was not taken back.
	IsAnswer = `l.kind = 'grade' AND l.mode = 'review' AND ` + Stands
)

// A logCursor goes through a device's log, some rows at a time.
type logCursor struct {
	q      sqlite.Reader
	device int64
	name   string // of the device
	query  string
	scan   func(*sql.Rows) (journal.Row, error)
	seq    int64         // read up to here
	rows   []journal.Row // that are read
	left   []journal.Row // those of them that are still to come
	end    bool
}

// FetchRows is how many rows of the log are read at a time.
const FetchRows = 2000

// Cursors opens the log of every device, with whole rows.
func Cursors(ctx context.Context, q sqlite.Reader) ([]journal.Cursor, error) {
	return cursors(ctx, q, RowColumns, ScanRow)
}

// LeanCursors opens the logs with what a replay needs, which is read in less than
// half the time: also because what nearly all rows have in common is NULL.
func LeanCursors(ctx context.Context, q sqlite.Reader) ([]journal.Cursor, error) {
	return cursors(ctx, q, `l.seq, l.clock, l.zone, l.day, l.grade, l.days, l.duration, l.state, l.card, nullif(l.at, l.clock), nullif(l.item, ''),
		nullif(l.kind, 'grade'), nullif(l.mode, 'review'), CASE WHEN l.kind <> 'grade' OR substr(l.detail, 1, 7) = '{"fit":' THEN l.detail END`, leanScan())
}

// leanScan scans rows of LeanCursors, all but the name of the device. Values are
// taken as they come: to convert them, database/sql writes each number as text.
func leanScan() func(*sql.Rows) (journal.Row, error) {
	var numbers [8]int64
	var at sql.NullInt64
	var card string
	var item, kind, mode, detail any
	targets := []any{&numbers[0], &numbers[1], &numbers[2], &numbers[3], &numbers[4], &numbers[5], &numbers[6], &numbers[7], &card, &at, &item, &kind, &mode, &detail}
	text := func(value any, otherwise string) string {
		if text, ok := value.(string); ok {
			return text
		}
		return otherwise
	}
	return func(rows *sql.Rows) (r journal.Row, err error) {
		if err := rows.Scan(targets...); err != nil {
			return r, err
		}
		r.Seq, r.Clock, r.Card, r.Days = numbers[0], numbers[1], card, int(numbers[5])
		r.Moment = scheduler.Moment{At: r.Clock, Zone: int32(numbers[2]), Day: scheduler.Day(numbers[3])}
		if at.Valid {
			r.Moment.At = at.Int64
		}
		r.Grade, r.Item = scheduler.Grade(numbers[4]), text(item, "")
		r.Duration, r.State = time.Duration(numbers[6])*time.Millisecond, scheduler.State(numbers[7])
		if m := r.Moment; int64(m.Zone) != numbers[2] || int64(m.Day) != numbers[3] || int64(r.Grade) != numbers[4] {
			return r, fmt.Errorf("%w: log row %d: no such zone, day or grade: %v", sqlite.ErrDamaged, r.Seq, numbers[2:5])
		}
		r.Kind, r.Mode = journal.Kind(text(kind, string(journal.KindGrade))), journal.Mode(text(mode, string(journal.ModeReview)))
		if detail != nil {
			err = json.Unmarshal([]byte(text(detail, "")), &r.Detail)
		}
		return r, err
	}
}

func cursors(ctx context.Context, q sqlite.Reader, columns string, scan func(*sql.Rows) (journal.Row, error)) ([]journal.Cursor, error) {
	rows, err := q.QueryContext(ctx, `SELECT id, name FROM devices ORDER BY name`)
	return sqlite.Collect(rows, err, func(rows *sql.Rows) (journal.Cursor, error) {
		c := &logCursor{q: q, scan: scan, query: `SELECT ` + columns + ` FROM ` + RowTables + ` WHERE l.device = ? AND l.seq > ? ORDER BY l.seq LIMIT ?`}
		return c, rows.Scan(&c.device, &c.name)
	})
}

// Next implements [journal.Cursor].
func (c *logCursor) Next(ctx context.Context) (*journal.Row, error) {
	if len(c.left) == 0 && !c.end {
		if err := c.fetch(ctx); err != nil {
			return nil, err
		}
	}
	if len(c.left) == 0 {
		return nil, nil
	}
	r := &c.left[0]
	c.left = c.left[1:]
	return r, nil
}

// fetch reads the next rows over those before.
func (c *logCursor) fetch(ctx context.Context) error {
	rows, err := c.q.QueryContext(ctx, c.query, c.device, c.seq, FetchRows)
	if err != nil {
		return err
	}
	defer rows.Close()
	c.rows = c.rows[:0]
	for rows.Next() {
		r, err := c.scan(rows)
		if err != nil {
			return err
		}
		r.Device = c.name
		c.rows = append(c.rows, r)
	}
	c.left, c.end = c.rows, len(c.rows) < FetchRows
	if !c.end {
		c.seq = c.left[len(c.left)-1].Seq
	}
	return rows.Err()
}
