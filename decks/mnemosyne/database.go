package mnemosyne

import (
	"context"
	"database/sql"
	"path"
	"strconv"
	"strings"
	"time"

	"kartei/decks/foreigndb"
	"kartei/decks/lazyregexp"
	"kartei/decks/notebook"
)

var schema = foreigndb.Schema{
	Program: "Mnemosyne",
	Tables: map[string][]string{
		"facts":         {"_id", "id"},
		"data_for_fact": {"_fact_id", "key", "value"},
		"cards": {"_id", "id", "card_type_id", "_fact_id", "fact_view_id", "grade", "next_rep", "last_rep", "easiness",
			"acq_reps", "ret_reps", "lapses", "extra_data", "active"},
		"tags":          {"_id", "name"},
		"tags_for_card": {"_card_id", "_tag_id"},
		"fact_views":    {"id", "q_fact_keys", "a_fact_keys"},
		"log": {"_id", "event_type", "timestamp", "object_id", "grade", "ret_reps", "lapses", "acq_reps_since_lapse",
			"ret_reps_since_lapse", "thinking_time", "next_rep"},
	},
	Needed: []string{"facts", "data_for_fact", "cards", "tags", "tags_for_card", "fact_views", "log"},
	Mend:   "open it in Mnemosyne once, and close that",
}

// A database is Mnemosyne's.
type database struct {
	*foreigndb.DB
	source *notebook.Source
	facts  map[int64]*fact
	order  []int64
	cards  map[int64][]card // by fact
	tags   map[int64][]string
	known  map[string]*notebook.History // by card
}

func readDatabase(ctx context.Context, s *notebook.Source, r *notebook.Reading, name string) error {
	data, err := s.Database(name)
	if err != nil {
		return err
	}
	db, err := foreigndb.Open(ctx, data, schema)
	if err != nil {
		return err
	}
	defer db.Close()
	d := &database{DB: db, source: s, facts: map[int64]*fact{}, cards: map[int64][]card{}, tags: map[int64][]string{},
		known: map[string]*notebook.History{}}
	m := newMaker(notebook.NewPage(name), path.Base(name)+"_media/")
	for _, read := range []func() error{d.readFacts, d.readTags, d.readCards, d.readLog, func() error { return d.readViews(m) }} {
		if err := read(); err != nil {
			return err
		}
	}
	m.after = func(c card, at notebook.Place) {
		if h := d.known[c.id]; h != nil {
			h.Place = at
			m.page.Histories = append(m.page.Histories, *h)
		}
	}
	for _, id := range d.order {
		m.add(*d.facts[id], d.cards[id])
	}
	m.finish(r)
	return nil
}

func (d *database) readFacts() error {
	err := d.Query(func(row *sql.Rows) error {
		f := &fact{data: map[string]string{}}
		var id int64
		if err := d.Scan(row, "facts", &id, &f.id); err != nil {
			return err
		}
		d.facts[id], d.order = f, append(d.order, id)
		return nil
	}, "SELECT _id, id FROM facts NOT INDEXED ORDER BY _id")
	if err != nil {
		return err
	}
	return d.Query(func(row *sql.Rows) error {
		var id int64
		var key, value string
		if err := d.Scan(row, "data_for_fact", &id, &key, &value); err != nil {
			return err
		}
		if f := d.facts[id]; f != nil {
			f.data[key] = value
		}
		return nil
	}, "SELECT _fact_id, key, coalesce(value, '') FROM data_for_fact NOT INDEXED")
}

func (d *database) readTags() error {
	names := map[int64]string{}
	err := d.Query(func(row *sql.Rows) error {
		var id int64
		var name string
		err := d.Scan(row, "tags", &id, &name)
		names[id] = name
		return err
	}, "SELECT _id, name FROM tags NOT INDEXED")
	if err != nil {
		return err
	}
	return d.Query(func(row *sql.Rows) error {
		var of, id int64
		if err := d.Scan(row, "tags_for_card", &of, &id); err != nil {
			return err
		}
		if name := names[id]; name != "" && name != "__UNTAGGED__" {
			d.tags[of] = append(d.tags[of], name)
		}
		return nil
	}, "SELECT _card_id, _tag_id FROM tags_for_card NOT INDEXED")
}

var index = lazyregexp.New(`['"]index['"]: *(\d{1,4})`)

// readCards reads the cards with their states, which are those of SM-2: while a card is
// being acquired (grades 0 and 1) it is due at once, later at the midnight of a day.
func (d *database) readCards() error {
	return d.Query(func(row *sql.Rows) error {
		var c card
		var id, fact, next, last int64
		var grade, acquired, retained, lapses int
		var ease float64
		var extra string
		var active bool
		if err := d.Scan(row, "cards", &id, &c.id, &c.kind, &fact, &c.view, &grade, &next, &last, &ease, &acquired, &retained,
			&lapses, &extra, &active); err != nil {
			return err
		}
		if m := index.FindStringSubmatch(extra); m != nil {
			c.index, _ = strconv.Atoi(m[1])
		}
		c.tags = d.tags[id]
		d.cards[fact] = append(d.cards[fact], c)
		h := &notebook.History{Note: c.id, Suspended: !active}
		if grade >= 0 && last > 0 {
			h.State = d.state(grade, next, last, ease)
			h.State.Reps, h.State.Lapses = acquired+retained, lapses
			if h.State.Phase == notebook.Learning && lapses > 0 {
				h.State.Phase = notebook.Relearning
			}
		}
		if h.State != nil || h.Suspended {
			d.known[c.id] = h
		}
		return nil
	}, `SELECT _id, id, card_type_id, _fact_id, fact_view_id, grade, next_rep, last_rep, easiness, acq_reps, ret_reps, lapses,
		coalesce(extra_data, ''), active FROM cards NOT INDEXED ORDER BY _fact_id, _id`)
}

// firstMemorised is the grade from which on a card is not asked again the same day.
const firstMemorised = 2

func (d *database) state(grade int, next, last int64, ease float64) *notebook.State {
	at := time.Unix(last, 0).In(d.source.Zone)
	if grade < firstMemorised {
		return &notebook.State{Phase: notebook.Learning, Due: at, Last: at, Ease: ease}
	}
	day := time.Unix(next, 0).UTC()
	due := notebook.Noon(day.Year(), day.Month(), day.Day(), d.source.Zone)
	return &notebook.State{Due: due, Last: at, Ease: ease, Interval: max(1, due.Sub(at).Hours()/24)}
}

// grades are Mnemosyne's as its formulas act: 0 and 1 forget, 2 and 3 lower the ease, 4
// leaves it, 5 raises it.
var grades = []int{1, 1, 2, 2, 3, 4}

const repetition = 9 // the event of an answer

func (d *database) readLog() error {
	err := d.Query(func(row *sql.Rows) error {
		var at, thinking, next int64
		var id string
		var grade, retained, lapses, acquiredSince, retainedSince int
		if err := d.Scan(row, "log", &at, &id, &grade, &retained, &lapses, &acquiredSince, &retainedSince, &thinking, &next); err != nil {
			return err
		}
		h := d.known[id]
		if h == nil || grade < 0 || grade >= len(grades) || at <= 0 {
			return nil
		}
		r := notebook.Review{At: time.Unix(at, 0).In(d.source.Zone), Grade: grades[grade],
			Duration: time.Duration(min(max(thinking, 0), 86400)) * time.Second,
			Learning: retained == 0, Relapsed: lapses > 0 && acquiredSince > 0 && retainedSince == 0}
		if grade >= firstMemorised {
			r.Interval = max(float64(next-at)/86400, 1)
		}
		h.Reviews = append(h.Reviews, r)
		return nil
	}, `SELECT timestamp, object_id, grade, coalesce(ret_reps, 0), coalesce(lapses, 0), coalesce(acq_reps_since_lapse, 0),
		coalesce(ret_reps_since_lapse, 0), coalesce(thinking_time, 0), coalesce(next_rep, 0) FROM log NOT INDEXED
		WHERE event_type = ? AND object_id IS NOT NULL AND grade IS NOT NULL ORDER BY timestamp, _id`, repetition)
	for _, h := range d.known {
		if h.State != nil {
			h.State.Whole = len(h.Reviews) >= h.State.Reps
		}
	}
	return err
}

var word = lazyregexp.New(`['"]([^'"]+)['"]`)

// readViews reads what the learner's own card types ask: lists as Python writes them.
func (d *database) readViews(m *maker) error {
	return d.Query(func(row *sql.Rows) error {
		var id, question, answer string
		if err := d.Scan(row, "fact_views", &id, &question, &answer); err != nil {
			return err
		}
		v := view{keysOf(question), keysOf(answer)}
		if len(v.question) > 0 && len(v.answer) > 0 && !strings.HasPrefix(id, "5") && !strings.HasPrefix(id, "6") {
			m.own[id] = v
		}
		return nil
	}, "SELECT id, q_fact_keys, a_fact_keys FROM fact_views NOT INDEXED")
}

func keysOf(list string) (keys []string) {
	for _, m := range word.FindAllStringSubmatch(list, -1) {
		keys = append(keys, m[1])
	}
	return keys
}
