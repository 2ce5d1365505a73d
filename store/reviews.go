package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"kartei/scheduler"
	"kartei/store/journal"
	"kartei/store/sqlite"
	"kartei/store/table"
)

// Reviews shows the rows of the log that tell how the cards of a deck were
// remembered, in the order of a replay: answers in reviews, resets, and where another
// program's log placed a card. Rows that were taken back, or whose card is not here,
// are left out. card is a number that stands for the card; the row is the reader's only
// until show returns, and has no seq and no hash. Other methods may be called in
// between.
func (s *Store) Reviews(ctx context.Context, deck string, show func(card int64, r *journal.Row)) error {
	return s.reviews(ctx, deck, func(card int64, r *journal.Row) {
		if card != 0 {
			show(card, r)
		}
	})
}

// AllReviews is Reviews of all decks, and shows rows whose card is not here, too: as
// those of card 0.
func (s *Store) AllReviews(ctx context.Context, show func(card int64, r *journal.Row)) error {
	return s.reviews(ctx, "", show)
}

func (s *Store) reviews(ctx context.Context, deck string, show func(card int64, r *journal.Row)) error {
	defer s.config.Progress.Over()
	err := s.readApart(ctx, func(tx *readTx) error {
		cards := map[string]int64{}
		rows, err := tx.QueryContext(ctx, `SELECT c.id, c.card FROM memory m JOIN cards c ON c.id = m.card WHERE c.deck IN (SELECT id FROM decks WHERE `+inScope+`)`, deck)
		err = sqlite.Each(rows, err, func(rows *sql.Rows) error {
			var id int64
			var card string
			err := rows.Scan(&id, &card)
			cards[card] = id
			return err
		})
		if err != nil {
			return err
		}
		names, err := tx.specialRows(ctx)
		if err != nil {
			return err
		}
		voided, err := voidedRows(ctx, tx)
		if err != nil {
			return err
		}
		var devices int
		if err := tx.Scan(ctx, `SELECT count(DISTINCT device) FROM log`, nil, &devices); err != nil {
			return err
		}
		query := reviewRows + ` FROM ` + table.RowTables + ofReviews + ` ORDER BY l.clock, v.name, l.seq`
		if devices == 1 {
			query = reviewRows + ` FROM log l` + ofReviews + ` ORDER BY l.id` // the same, without sorting
		}
		log, err := tx.QueryContext(ctx, query)
		present, scan := journal.NewReplay(names, nil).Names, scanReview()
		return sqlite.Each(log, err, func(rows *sql.Rows) error {
			r, err := scan(rows)
			if err == nil && !voided[r.ID] {
				show(cards[present.Present(r.Card, r.Clock)], r)
			}
			return err
		})
	})
	return sqlite.Explain("read the log", err)
}

// voidedRows are the ids of the rows that were taken back.
func voidedRows(ctx context.Context, tx *readTx) (map[int64]bool, error) {
	voided := map[int64]bool{}
	rows, err := tx.QueryContext(ctx, `SELECT id FROM voided`)
	return voided, sqlite.Each(rows, err, func(rows *sql.Rows) error {
		var id int64
		err := rows.Scan(&id)
		voided[id] = true
		return err
	})
}

// What reviews need of the log: all of it takes three times as long, also as what
// nearly all rows have in common is NULL.
const (
	reviewRows = `SELECT l.id, l.clock, l.zone, l.day, l.grade, l.duration, l.state, l.days, l.card,
		nullif(l.at, l.clock), nullif(l.kind, 'grade'), CASE l.kind WHEN 'place' THEN l.detail END`
	ofReviews = ` WHERE l.kind = 'grade' AND l.mode = 'review' OR l.kind IN ('reset', 'place')`
)

// scanReview returns what scans reviewRows, each over the one before. Values are taken
// as they come: to convert them, database/sql writes each number as text.
func scanReview() func(*sql.Rows) (*journal.Row, error) {
	r := new(journal.Row)
	var numbers [8]any
	var card, at, kind, detail any
	targets := []any{&numbers[0], &numbers[1], &numbers[2], &numbers[3], &numbers[4], &numbers[5], &numbers[6], &numbers[7], &card, &at, &kind, &detail}
	number := func(value any) int64 { n, _ := value.(int64); return n }
	text := func(value any) string { text, _ := value.(string); return text }
	return func(rows *sql.Rows) (*journal.Row, error) {
		if err := rows.Scan(targets...); err != nil {
			return nil, err
		}
		r.ID, r.Clock = number(numbers[0]), number(numbers[1])
		r.Moment = scheduler.Moment{At: r.Clock, Zone: int32(number(numbers[2])), Day: scheduler.Day(number(numbers[3]))}
		if at != nil {
			r.Moment.At = number(at)
		}
		r.Grade, r.Duration = scheduler.Grade(number(numbers[4])), time.Duration(number(numbers[5]))*time.Millisecond
		r.State, r.Days, r.Card = scheduler.State(number(numbers[6])), int(number(numbers[7])), text(card)
		r.Kind, r.Mode, r.Detail = journal.KindGrade, journal.ModeReview, journal.Detail{}
		if kind != nil {
			r.Kind, r.Mode = journal.Kind(text(kind)), ""
		}
		if detail != nil {
			return r, json.Unmarshal([]byte(text(detail)), &r.Detail)
		}
		return r, nil
	}
}

// A Place is where a card stands: in its deck, and in the learner's memory.
type Place struct {
	Card      int64 // as in Reviews
	ID        string
	DeckID    int64
	Deck      string // name
	Section   []string
	Live      bool // its deck has it still, and is asked
	Suspended bool
	scheduler.Memory
}

// Places shows where each card stands, by deck and position.
func (s *Store) Places(ctx context.Context, show func(p *Place)) error {
	err := s.readApart(ctx, func(tx *readTx) error {
		rows, err := tx.QueryContext(ctx, `SELECT c.id, c.card, d.id, d.name, f.section, NOT (c.retired OR d.retired OR d.shelved), coalesce(m.suspended, 0), `+table.Memory.OrEmpty("m.")+`
			FROM decks d JOIN cards c ON c.deck = d.id JOIN facts f ON f.id = c.fact LEFT JOIN memory m ON m.card = c.id ORDER BY d.name, d.id, c.position`)
		var p Place
		var section, before string
		targets := table.Memory.Targets(&p.Memory, &p.Card, &p.ID, &p.DeckID, &p.Deck, &section, &p.Live, &p.Suspended)
		return sqlite.Each(rows, err, func(rows *sql.Rows) error {
			if err := rows.Scan(targets...); err != nil {
				return err
			}
			if section != before {
				p.Section = nil
				if err := readSection(section, &p.Section); err != nil {
					return err
				}
				before = section
			}
			show(&p)
			return nil
		})
	})
	return sqlite.Explain("read the cards", err)
}
