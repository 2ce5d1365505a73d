package queue

import (
	"context"
	"database/sql"
	"encoding/json"

	"kartei/scheduler"
	"kartei/scheduler/session"
	"kartei/store/sqlite"
	"kartei/store/table"
)

// siblings tells each candidate when the other cards of its fact are due, so
// that load balancing keeps them apart.
func (q *Queue) siblings(ctx context.Context, all []session.Candidate) error {
	if len(all) == 0 {
		return nil
	}
	of := make(map[int64][]int, len(all))
	facts := make([]int64, 0, len(all))
	for i, c := range all {
		if of[c.Fact] == nil {
			facts = append(facts, c.Fact)
		}
		of[c.Fact] = append(of[c.Fact], i)
	}
	list, err := json.Marshal(facts)
	if err != nil {
		return err
	}
	rows, err := q.db.Query(ctx, `SELECT c.fact, c.card, m.due_day FROM json_each(?) j
		JOIN cards c ON c.fact = j.value JOIN memory m ON m.card = c.id
		WHERE `+table.Reviews("m.")+` ORDER BY c.id`, string(list))
	err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var fact int64
		var card string
		var due scheduler.Day
		if err := rows.Scan(&fact, &card, &due); err != nil {
			return err
		}
		for _, i := range of[fact] {
			if all[i].Card != card {
				all[i].Siblings = append(all[i].Siblings, due)
			}
		}
		return nil
	})
	return err
}
