package store

import (
	"context"
	"database/sql"
	"iter"
	"slices"
	"strings"

	"kartei/scheduler"
	"kartei/store/journal"
	"kartei/store/sqlite"
	"kartei/store/table"
)

// A LogQuery asks for rows of the log. The zero value asks for all.
type LogQuery struct {
	Kinds []journal.Kind // none: all
	Card  string         // with all names that it had; empty: all
	First scheduler.Day
	Last  scheduler.Day // 0: no end
	Cards *Query        // only rows about cards that it finds
}

// logPage is how many rows are read at a time.
const logPage = 500

// Log returns rows of the log in the order of their arrival, the newest first,
// undone ones too. Other methods may be called in between.
func (s *Store) Log(ctx context.Context, q LogQuery, now scheduler.Moment) iter.Seq2[journal.Row, error] {
	return func(yield func(journal.Row, error) bool) {
		named, err := s.named(ctx, q.Cards, now)
		if err != nil {
			yield(journal.Row{}, err)
			return
		}
		renamed, err := s.renamed(ctx, q.Card)
		if err != nil {
			yield(journal.Row{}, sqlite.Explain("read the log", err))
			return
		}
		from, condition, args := q.where(now, renamed)
		before := int64(1<<63 - 1)
		for {
			rows, err := s.db.QueryContext(ctx, `SELECT `+table.PresentName+`, `+table.RowColumns+` FROM `+from+` WHERE l.id < ? AND `+condition+`
				ORDER BY l.id DESC LIMIT ?`, slices.Concat([]any{before}, args, []any{logPage})...)
			page, err := sqlite.Collect(rows, err, scanNamedRow)
			if err != nil {
				yield(journal.Row{}, sqlite.Explain("read the log", err))
				return
			}
			for _, r := range page {
				if (named == nil || named[r.Now]) && !yield(r, nil) {
					return
				}
			}
			if len(page) < logPage {
				return
			}
			before = page[len(page)-1].ID
		}
	}
}

// scanNamedRow scans the present name of a row's card, and the row.
func scanNamedRow(rows *sql.Rows) (r journal.Row, err error) {
	var now string
	if r, err = table.ScanRowAfter(rows, &now); err == nil {
		r.Now = now
	}
	return r, err
}

// renamed reports whether a card had another name once.
func (s *Store) renamed(ctx context.Context, card string) (yes bool, err error) {
	if card != "" {
		err = s.db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM aliases WHERE card = ?)`, card).Scan(&yes)
	}
	return yes, err
}

// where is what a query asks for; renamed says that its card had other names.
func (q LogQuery) where(now scheduler.Moment, renamed bool) (from, condition string, args []any) {
	from = table.RowTables
	all := []string{"1"}
	if len(q.Kinds) > 0 {
		all = append(all, `l.kind IN (?`+strings.Repeat(`, ?`, len(q.Kinds)-1)+`)`)
		for _, k := range q.Kinds {
			args = append(args, k)
		}
	}
	switch {
	case q.Card != "" && !renamed:
		// In the order of the index: of a card with a million rows each page would sort all.
		all, args = append(all, `l.card = ?`, table.PresentName+` = ?`), append(args, q.Card, q.Card)
	case q.Card != "":
		all = append(all, `l.card IN (SELECT ? UNION SELECT old FROM aliases WHERE card = ?) AND `+table.PresentName+
			` = ?`)
		args = append(args, q.Card, q.Card, q.Card)
	}
	if q.First != 0 {
		all, args = append(all, `l.day >= ?`), append(args, q.First)
	}
	if q.Last != 0 {
		all, args = append(all, `l.day <= ?`), append(args, q.Last)
	}
	if q.Cards != nil {
		condition, more := q.Cards.where(now, scheduler.Defaults().Leech)
		from += ` JOIN cards c ON c.card = ` + table.PresentName +
			` JOIN facts f ON f.id = c.fact JOIN decks d ON d.id = c.deck LEFT JOIN memory m ON m.card = c.id`
		all, args = append(all, condition), append(args, more...)
	}
	return from, strings.Join(all, " AND "), args
}

// named gives, by id, the cards of a query; nil if the rows of the log know already
// which these are.
func (s *Store) named(ctx context.Context, q *Query, now scheduler.Moment) (map[string]bool, error) {
	if q == nil || !q.looks() {
		return nil, nil
	}
	found := map[string]bool{}
	for c, err := range s.Cards(ctx, *q, now) {
		if err != nil {
			return nil, err
		}
		found[c.ID] = true
	}
	return found, nil
}
