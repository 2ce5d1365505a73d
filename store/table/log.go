package table

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

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
	if err = rows.Scan(Log.Targets(&r, append(before, &r.ID, &r.Device, &r.Undone)...)...); err == nil {
		err = readDetail(&r)
	}
	return r, err
}

func readDetail(r *journal.Row) error {
	if err := json.Unmarshal([]byte(r.Written), &r.Detail); err != nil {
		return fmt.Errorf("%w: row %d of the log of %s cannot be read", sqlite.ErrDamaged, r.Seq, r.Device)
	}
	return nil
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

	// IsShared is a row about no card on which machines must agree; it is found by an
	// index of its own. One kind of them is this, and that kind.
	IsShared = `l.kind IN ('option', 'archive', 'edition', 'shown')`

	// IsAnswer is an answer in a review that was not taken back.
	IsAnswer = `l.kind = 'grade' AND l.mode = 'review' AND ` + Stands
)

// A logCursor goes through a device's log, some rows at a time.
type logCursor struct {
	q      sqlite.Reader
	device int64
	name   string // of the device
	scan   func(*sql.Rows) (journal.Row, error)
	seq    int64         // read up to here
	rows   []journal.Row // that are read
	left   []journal.Row // those of them that are still to come
	end    bool
}

// FetchRows is how many rows of the log are read at a time.
const FetchRows = 2000

var fetchLog = `SELECT id, ` + Log.Names("") + ` FROM log WHERE device = ? AND seq > ? ORDER BY seq LIMIT ?`

// Cursors opens the log of every device. Whether rows were taken back is not read: a
// replay knows. Without details, answers come without their Detail, which a replay
// looks at only where it begins with what a fit says.
func Cursors(ctx context.Context, q sqlite.Reader, details bool) ([]journal.Cursor, error) {
	scan := cursorScan(details)
	rows, err := q.QueryContext(ctx, `SELECT id, name FROM devices ORDER BY name`)
	return sqlite.Collect(rows, err, func(rows *sql.Rows) (journal.Cursor, error) {
		c := &logCursor{q: q, scan: scan}
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
	rows, err := c.q.QueryContext(ctx, fetchLog, c.device, c.seq, FetchRows)
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

// cursorScan returns what scans the rows of cursors; without details, answers without
// theirs.
func cursorScan(details bool) func(*sql.Rows) (journal.Row, error) {
	r := new(journal.Row)
	targets := Log.Targets(r, &r.ID)
	return func(rows *sql.Rows) (journal.Row, error) {
		r.Detail = journal.Detail{}
		err := rows.Scan(targets...)
		if err == nil && (details || r.Kind != journal.KindGrade || strings.HasPrefix(r.Written, `{"fit":`)) {
			err = readDetail(r)
		}
		return *r, err
	}
}
