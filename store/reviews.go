package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"time"

	"kartei/scheduler"
	"kartei/store/journal"
	"kartei/store/sqlite"
	"kartei/store/table"
)

// Reviews shows the rows of the log that tell how the cards of a deck were
// remembered, in the order of a replay: answers in reviews, resets, and where another
// program's log placed a card. Rows that were taken back, or whose card is not here,
// are left out. card is a number that stands for the card. Other methods may be called
// in between.
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
		replay := journal.NewReplay(names, nil)
		var devices int
		if err := tx.Scan(ctx, `SELECT count(DISTINCT device) FROM log`, nil, &devices); err != nil {
			return err
		}
		order := ` ORDER BY l.clock, v.name, l.seq`
		if devices == 1 {
			order = ` ORDER BY l.id` // the same, without sorting
		}
		log, err := tx.QueryContext(ctx, reviewRows+order)
		scan := scanReview()
		return sqlite.Each(log, err, func(rows *sql.Rows) error {
			r, err := scan(rows)
			if err == nil && !replay.Undone[r.Ref()] {
				show(cards[replay.Names.Present(r.Card, r.Clock)], r)
			}
			return err
		})
	})
	return sqlite.Explain("read the log", err)
}

// reviewRows are the rows of reviews, with what they need of the log: all of it takes
// three times as long.
const reviewRows = `SELECT l.seq, l.clock, l.at, l.zone, l.day, l.grade, l.duration, l.state, l.days, l.card, v.name, nullif(l.kind, 'grade'), CASE l.kind WHEN 'place' THEN l.detail END
	FROM ` + table.RowTables + ` WHERE l.kind = 'grade' AND l.mode = 'review' OR l.kind IN ('reset', 'place')`

// scanReview returns what scans reviewRows. Values are taken as they come: to convert
// them, database/sql writes each number as text.
func scanReview() func(*sql.Rows) (*journal.Row, error) {
	var numbers [9]any
	var card, device, kind, detail any
	targets := []any{&card, &device, &kind, &detail}
	for i := range numbers {
		targets = slices.Insert(targets, i, any(&numbers[i]))
	}
	number := func(i int) int64 { n, _ := numbers[i].(int64); return n }
	text := func(value any) string { text, _ := value.(string); return text }
	return func(rows *sql.Rows) (*journal.Row, error) {
		if err := rows.Scan(targets...); err != nil {
			return nil, err
		}
		r := &journal.Row{Seq: number(0), Clock: number(1), Device: text(device)}
		r.Moment = scheduler.Moment{At: number(2), Zone: int32(number(3)), Day: scheduler.Day(number(4))}
		r.Grade, r.Duration, r.State, r.Days = scheduler.Grade(number(5)), time.Duration(number(6))*time.Millisecond, scheduler.State(number(7)), int(number(8))
		r.Card, r.Kind, r.Mode = text(card), journal.KindGrade, journal.ModeReview
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
