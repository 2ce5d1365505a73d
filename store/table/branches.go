package table

import (
	"context"

	"kartei/store/journal"
	"kartei/store/sqlite"
)

// Branches are the branches of devices that a log has, by their names: see
// [journal.Branch].
func Branches(ctx context.Context, q sqlite.Reader) (map[string]*journal.Branch, error) {
	rows, err := q.QueryContext(ctx, `SELECT `+RowColumns+` FROM devices d CROSS JOIN `+RowTables+`
		WHERE l.device = d.id AND l.seq = 1 AND l.kind = 'branch'`)
	all, err := sqlite.Collect(rows, err, ScanRow)
	branches := map[string]*journal.Branch{}
	for i := range all {
		if b := all[i].Begun(); b != nil {
			branches[all[i].Device] = b
		}
	}
	return branches, err
}

// Branched is where the rows of branches are. A log without branches has none.
func Branched(ctx context.Context, q sqlite.Reader) (*journal.Branched, error) {
	moves := journal.NewBranched()
	branches, err := Branches(ctx, q)
	for name := range branches {
		if err != nil {
			break
		}
		rows, failed := q.QueryContext(ctx, `SELECT `+RowColumns+` FROM `+RowTables+` WHERE v.name = ? ORDER BY l.seq`, name)
		var all []journal.Row
		all, err = sqlite.Collect(rows, failed, ScanRow)
		for i := range all {
			moves.Take(&all[i])
		}
	}
	return moves, err
}

// NameUndone makes undos among rows name what they take back as it is called now.
func NameUndone(ctx context.Context, q sqlite.Reader, rows []journal.Row) error {
	var moves *journal.Branched
	for i := range rows {
		u := rows[i].Detail.Undone
		if u == nil {
			continue
		}
		if moves == nil {
			var err error
			if moves, err = Branched(ctx, q); err != nil {
				return err
			}
		}
		rows[i].Detail.Undone = &journal.Undone{Ref: moves.Find(&rows[i]), Hash: u.Hash}
	}
	return nil
}

// SpecialRows are the rows of which a condition holds. Undos among them name what they
// take back as it is called now.
func SpecialRows(ctx context.Context, q sqlite.Reader, condition string) ([]journal.Row, error) {
	rows, err := q.QueryContext(ctx, `SELECT `+RowColumns+` FROM `+RowTables+` WHERE `+condition)
	all, err := sqlite.Collect(rows, err, ScanRow)
	if err != nil {
		return nil, err
	}
	return all, NameUndone(ctx, q, all)
}

// lost finds undo rows whose row is not where they say.
const lost = `l.kind = 'undo' AND NOT EXISTS (SELECT 1 FROM log u JOIN devices d ON d.id = u.device
	WHERE d.name = l.detail ->> '$.undone.device' AND u.seq = l.detail ->> '$.undone.seq')`

// LostUndos are the undo rows that take back what is not there.
func LostUndos(ctx context.Context, q sqlite.Reader) (all []journal.Ref, err error) {
	undos, err := SpecialRows(ctx, q, lost)
	for i := range undos {
		var there bool
		of := undos[i].Detail.Undone
		if of != nil && err == nil {
			err = q.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM log WHERE device = (SELECT id FROM devices WHERE name = ?) AND seq = ?)`,
				of.Device, of.Seq).Scan(&there)
		}
		if !there {
			all = append(all, undos[i].Ref())
		}
	}
	return all, err
}
