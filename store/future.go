package store

import (
	"context"
	"fmt"
	"time"

	"kartei/decks/plural"
	"kartei/scheduler"
	"kartei/store/doctor"
	"kartei/store/journal"
	"kartei/store/sqlite"
	"kartei/store/table"
)

// A Future tells of answers that were given later than now: when they were given,
// the clock was wrong, or it is now.
type Future struct {
	Answers int
	Last    int64 // when the last of them was given, in Unix milliseconds
}

// skew is how far the clocks of two machines may differ before it is said.
const skew = 10 * time.Minute

// inFuture is the condition that a row of the log l lies in the future; its
// arguments are those of after.
const inFuture = `l.day >= ? AND l.at > ?`

func after(now scheduler.Moment) []any {
	return []any{now.Day - 1, now.At + skew.Milliseconds()} // a day less: west of where it was given
}

// Future tells of answers in the future.
func (s *Store) Future(ctx context.Context, now scheduler.Moment) (Future, error) {
	f, err := future(ctx, s.db, now)
	return f, sqlite.Explain("look for answers in the future", err)
}

func future(ctx context.Context, q sqlite.Reader, now scheduler.Moment) (f Future, err error) {
	err = q.QueryRowContext(ctx, `SELECT count(*), coalesce(max(l.at), 0) FROM log l WHERE `+inFuture+` AND `+
		table.IsAnswer, after(now)...).Scan(&f.Answers, &f.Last)
	return f, err
}

// UndoFuture takes back the answers that lie in the future, with all that came with
// them, and gives the answers. Others stay, also later ones: the cards are as if
// they had never been given.
func (s *Store) UndoFuture(ctx context.Context, now scheduler.Moment) (answers []journal.Row, err error) {
	err = s.record(ctx, func(tx *tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT `+table.RowColumns+` FROM `+table.RowTables+` WHERE `+inFuture+`
			AND NOT EXISTS (SELECT 1 FROM voided WHERE id = l.id) ORDER BY l.id`, after(now)...)
		all, err := sqlite.Collect(rows, err, table.ScanRow)
		if err != nil {
			return err
		}
		moves, err := table.Branched(ctx, tx)
		if err != nil {
			return err
		}
		acts := map[journal.Ref]bool{}
		cards := map[string]bool{}
		for i := range all {
			r := &all[i]
			answer := r.Kind == journal.KindGrade && r.Mode == journal.ModeReview
			if !answer && !acts[moves.Cause(r)] {
				continue
			}
			if answer {
				acts[r.Ref()] = true
			}
			card, err := tx.void(ctx, r, now)
			if err != nil {
				return err
			}
			if cards[card] = true; answer {
				answers = append(answers, *r)
			}
		}
		if len(answers) == 0 {
			return ErrNothing
		}
		for card := range cards {
			if err := tx.recall(ctx, card); err != nil {
				return err
			}
		}
		return nil
	})
	return answers, sqlite.Explain("undo what lies in the future", err)
}

// Future implements [doctor.Collection]: it notes answers that lie in the future: nothing is lost, but their cards
// wait for that day.
func (x examinee) Future(ctx context.Context, e *doctor.Examination) error {
	now := x.tx.config.Now()
	f, err := future(ctx, x.tx, x.tx.calendar.Moment(now))
	if err != nil || f.Answers == 0 {
		return err
	}
	e.Note(doctor.Finding{Check: "future", Where: "the log",
		What: fmt.Sprintf("%s in the future, the last on %s", plural.Count(f.Answers, "answer"),
			time.UnixMilli(f.Last).In(now.Location()).Format("2 January 2006, 15:04")),
		Means:  "the clock was wrong when they were given, or it is now; their cards wait for those days",
		Remedy: doctor.Remedy{Act: doctor.UndoFuture}})
	return nil
}
