package store

import (
	"database/sql"
	"strings"
	"testing"

	"kartei/store/journal"
	"kartei/store/sqlite"
	"kartei/store/table"
)

// The rows of one card come in the order of an index: were they sorted for each page,
// a card with a million answers would never be read to its end.
func TestLogOfACardIsNotSorted(t *testing.T) {
	s := newStore(t)
	from, condition, args := LogQuery{Card: "card", Kinds: []journal.Kind{journal.KindGrade}}.where(at(0, 0), false)
	rows, err := s.db.QueryContext(t.Context(), `EXPLAIN QUERY PLAN SELECT `+table.RowColumns+` FROM `+from+` WHERE l.id < ? AND `+condition+`
		ORDER BY l.id DESC LIMIT ?`, append(append([]any{1 << 40}, args...), logPage)...)
	plan, err := sqlite.Collect(rows, err, func(rows *sql.Rows) (line string, err error) {
		var n int
		return line, rows.Scan(&n, &n, &n, &line)
	})
	if err != nil {
		t.Fatal(err)
	}
	if text := strings.Join(plan, "\n"); strings.Contains(text, "TEMP B-TREE FOR ORDER BY") || !strings.Contains(text, "log_card") {
		t.Errorf("the log of a card is read by\n%s", text)
	}
}
