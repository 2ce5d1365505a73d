package anki

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	_ "modernc.org/sqlite" // the driver

	"kartei/decks"
	"kartei/decks/foreign"
)

// schema11 is what every Anki reads; newer ones upgrade it as they open it.
const schema11 = `
CREATE TABLE col (id integer PRIMARY KEY, crt integer NOT NULL, mod integer NOT NULL, scm integer NOT NULL,
  ver integer NOT NULL, dty integer NOT NULL, usn integer NOT NULL, ls integer NOT NULL,
  conf text NOT NULL, models text NOT NULL, decks text NOT NULL, dconf text NOT NULL, tags text NOT NULL);
CREATE TABLE notes (id integer PRIMARY KEY, guid text NOT NULL, mid integer NOT NULL, mod integer NOT NULL,
  usn integer NOT NULL, tags text NOT NULL, flds text NOT NULL, sfld integer NOT NULL, csum integer NOT NULL,
  flags integer NOT NULL, data text NOT NULL);
CREATE TABLE cards (id integer PRIMARY KEY, nid integer NOT NULL, did integer NOT NULL, ord integer NOT NULL,
  mod integer NOT NULL, usn integer NOT NULL, type integer NOT NULL, queue integer NOT NULL, due integer NOT NULL,
  ivl integer NOT NULL, factor integer NOT NULL, reps integer NOT NULL, lapses integer NOT NULL, left integer NOT NULL,
  odue integer NOT NULL, odid integer NOT NULL, flags integer NOT NULL, data text NOT NULL);
CREATE TABLE revlog (id integer PRIMARY KEY, cid integer NOT NULL, usn integer NOT NULL, ease integer NOT NULL,
  ivl integer NOT NULL, lastIvl integer NOT NULL, factor integer NOT NULL, time integer NOT NULL, type integer NOT NULL);
CREATE TABLE graves (usn integer NOT NULL, oid integer NOT NULL, type integer NOT NULL);
`

// The rows of the tables, with what is the same in all: the update sequence number
// -1 of what no server has seen; the sort field and checksum of a note, which Anki
// makes anew as it imports; no filtered deck.
const (
	noteValues    = "(?,?,?,?,-1,?,?,'',0,0,'')"
	cardValues    = "(?,?,?,?,?,-1,?,?,?,?,?,?,?,?,0,0,?,?)"
	newCardValues = "(?,?,?,?,?,-1,0,0,?,0,0,0,0,0,0,0,0,'')" // of a package without schedules
	reviewValues  = "(?,?,-1,?,?,?,?,?,?)"
)

// A collection is a database of Anki's in the making. It lives in memory: a
// package is a stream, and this package opens no files.
type collection struct {
	ctx    context.Context
	db     *sql.DB
	conn   *sql.Conn
	tx     *sql.Tx
	note   *inserter
	card   *inserter
	fresh  *inserter // of new cards
	review *inserter

	begun   Beginning
	nextID  int64          // of the next note and the next card
	reviews map[int64]bool // ids that the log has
}

func newCollection(ctx context.Context, options PackageOptions, contents []foreign.Contents) (*collection, error) {
	begun := options.Begun
	db, err := sql.Open("sqlite", "file::memory:")
	if err != nil {
		return nil, err
	}
	c := &collection{ctx: ctx, db: db, begun: begun, nextID: begun.unix() * 1000, reviews: map[int64]bool{}}
	if err := c.prepare(contents, options.Presets); err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

func (c *collection) prepare(contents []foreign.Contents, presets map[string]Preset) (err error) {
	if c.conn, err = c.db.Conn(c.ctx); err != nil {
		return err
	}
	if _, err = c.conn.ExecContext(c.ctx, schema11); err != nil {
		return err
	}
	if c.tx, err = c.conn.BeginTx(c.ctx, nil); err != nil {
		return err
	}
	if err = c.describe(contents, presets); err != nil {
		return err
	}
	c.note = newInserter(c.tx, "notes", noteValues)
	c.card = newInserter(c.tx, "cards", cardValues)
	c.fresh = newInserter(c.tx, "cards", newCardValues)
	c.review = newInserter(c.tx, "revlog", reviewValues)
	return nil
}

// close ends the transaction first: the connection would wait for it without end.
func (c *collection) close() {
	if c.tx != nil {
		c.tx.Rollback() // after a commit it does nothing
	}
	if c.conn != nil {
		c.conn.Close()
	}
	c.db.Close()
}

// finish returns the database as the bytes of its file.
func (c *collection) finish() (data []byte, err error) {
	for _, rows := range []*inserter{c.note, c.card, c.fresh, c.review} {
		if err := rows.flush(c.ctx); err != nil {
			return nil, err
		}
	}
	if err := c.tx.Commit(); err != nil {
		return nil, err
	}
	err = c.conn.Raw(func(driver any) error {
		data, err = driver.(interface{ Serialize() ([]byte, error) }).Serialize()
		return err
	})
	return data, err
}

// describe writes the one row of table col: configuration, note types, decks.
// Without schedVer Anki takes the log for one of its first scheduler and
// rewrites Hard to Good and Good to Easy.
func (c *collection) describe(contents []foreign.Contents, presets map[string]Preset) error {
	models := map[string]any{}
	for _, n := range notetypes {
		models[strconv.FormatInt(n.id, 10)] = n.json()
	}
	list, chosen := map[string]any{"1": deckJSON(1, "Default")}, map[string]any{"1": presetJSON()}
	for _, content := range contents {
		for _, name := range lineage(deckName(content.Deck)) {
			id := deckID(name)
			if key := strconv.FormatInt(id, 10); list[key] == nil {
				list[key] = deckJSON(id, name)
			}
		}
		if p, ok := presets[content.Deck.Name]; ok {
			name := deckName(content.Deck)
			id, preset := deckID(name), deckID("preset of "+name)
			p.Name = "Kartei: " + name
			chosen[strconv.FormatInt(preset, 10)] = p.file(preset)
			list[strconv.FormatInt(id, 10)].(map[string]any)["conf"] = preset
		}
	}
	var columns []any
	for _, value := range []any{
		map[string]any{
			"schedVer": 2, "sched2021": true, "creationOffset": -c.begun.Zone / 60, "rollover": c.begun.Rollover,
			"curDeck": 1, "nextPos": 1, "activeDecks": []int{1}, "curModel": basicType,
		},
		models, list, chosen,
	} {
		text, err := json.Marshal(value)
		if err != nil {
			return err
		}
		columns = append(columns, string(text))
	}
	crt := c.begun.unix()
	_, err := c.tx.ExecContext(c.ctx, "INSERT INTO col VALUES (1,?,?,?,11,0,-1,0,?,?,?,?,'{}')",
		append([]any{crt, crt * 1000, crt * 1000}, columns...)...)
	return err
}

// lineage is a deck's name after those of the decks that it lies in.
func lineage(name string) []string {
	var names []string
	parts := strings.Split(name, "::")
	for i := range parts {
		names = append(names, strings.Join(parts[:i+1], "::"))
	}
	return names
}

// deckID makes an id of a name. Ids are times in milliseconds to Anki, which
// refuses those of the future; these lie in the years from 2017 to 2020.
func deckID(name string) int64 {
	sum := sha256.Sum256([]byte(name))
	return 1_500_000_000_000 + int64(binary.BigEndian.Uint64(sum[:8])%100_000_000_000)
}

func deckJSON(id int64, name string) map[string]any {
	return map[string]any{
		"id": id, "name": name, "mod": 0, "usn": -1, "desc": "", "dyn": 0, "conf": 1, "collapsed": false,
		"browserCollapsed": false,
		"newToday":         []int{0, 0}, "revToday": []int{0, 0}, "lrnToday": []int{0, 0}, "timeToday": []int{0, 0},
		"extendNew": 0, "extendRev": 0,
	}
}

func presetJSON() map[string]any {
	return map[string]any{
		"id": 1, "mod": 0, "name": "Default", "usn": -1, "maxTaken": 60, "autoplay": true, "timer": 0, "replayq": true,
		"new": map[string]any{"bury": false, "delays": []float64{1, 10}, "initialFactor": 2500,
			"ints": []int{1, 4, 0}, "order": 1, "perDay": 20},
		"rev": map[string]any{"bury": false, "ease4": 1.3, "ivlFct": 1, "maxIvl": 36500, "perDay": 200,
			"hardFactor": 1.2},
		"lapse": map[string]any{"delays": []float64{10}, "leechAction": 1, "leechFails": 8, "minInt": 1, "mult": 0},
		"dyn":   false,
	}
}

// addDeck adds the notes, cards and reviews of a deck, and returns its media.
func (c *collection) addDeck(contents foreign.Contents, options PackageOptions, report *Report) ([]Medium, error) {
	writer := newNoteMaker(contents.Deck)
	deck := deckID(deckName(contents.Deck))
	for f, err := range ahead(writer.all(ahead(contents.Facts))) {
		if err != nil {
			return nil, err
		}
		report.refuse(contents.Deck, f)
		changed := max(c.begun.unix(), f.fact.Changed)
		for _, n := range f.notes {
			if err := c.addNote(n, deck, changed, options.Schedule, report); err != nil {
				return nil, err
			}
			if options.Progress != nil && report.Notes%progressEvery == 0 {
				options.Progress(report.Notes, 0)
			}
		}
	}
	return writer.media.list(contents.Deck.Name), nil
}

func (c *collection) addNote(
	n *note, deck, changed int64, schedule func(*decks.Card) (Schedule, error), report *Report,
) error {
	id := c.nextID
	c.nextID++
	tags := ""
	if len(n.tags) > 0 {
		tags = " " + strings.Join(n.tags, " ") + " "
	}
	if err := c.note.add(c.ctx, id, n.guid, n.ownType(), changed, tags,
		strings.Join(n.ownFields(), "\x1f")); err != nil {
		return err
	}
	report.Notes++
	slices.SortFunc(n.cards, func(a, b noteCard) int { return a.ordinal - b.ordinal })
	for i, card := range n.cards {
		// Anki's ids of cards and notes are apart; card ids need only be unique.
		cardID := id + int64(i)
		report.Cards++
		var err error
		if schedule == nil {
			err = c.fresh.add(c.ctx, cardID, id, deck, card.ordinal, changed, report.Cards)
		} else {
			err = c.addScheduled(cardID, id, deck, changed, card, schedule, report)
		}
		if err != nil {
			return fmt.Errorf("card %s: %w", card.card.ID, err)
		}
	}
	c.nextID += int64(len(n.cards))
	return nil
}

// addScheduled adds a card where it stands: a new one without a place in that of its
// number.
func (c *collection) addScheduled(
	id, note, deck, changed int64, card noteCard, schedule func(*decks.Card) (Schedule, error), report *Report,
) error {
	stands, err := schedule(card.card)
	if err != nil {
		return err
	}
	if stands.State == New && stands.Position == 0 {
		stands.Position = report.Cards
	}
	for _, r := range stands.Reviews {
		if r.Grade > 0 {
			report.Reviews++
		}
	}
	return c.addCard(id, note, deck, card.ordinal, changed, stands)
}

func (c *collection) addCard(id, note, deck int64, ordinal int, changed int64, s Schedule) error {
	queue, due := c.queue(s)
	data, err := s.data()
	if err != nil {
		return err
	}
	factor := 0
	if s.State != New {
		factor = int(math.Round(max(s.Ease, 1.3) * 1000))
		if s.Ease == 0 {
			factor = 2500
		}
	}
	err = c.card.add(c.ctx, id, note, deck, ordinal, max(changed, s.lastReview()/1000),
		int(s.State), queue, due, s.Interval, factor, s.Reps, s.Lapses, s.Steps, s.Flag, data)
	if err != nil {
		return err
	}
	for _, r := range s.Reviews {
		at := r.At
		for c.reviews[at] {
			at++
		}
		c.reviews[at] = true
		err := c.review.add(c.ctx, at, id, r.Grade, int(r.Interval), int(r.Before), r.Factor(), r.Duration, int(r.Kind))
		if err != nil {
			return err
		}
	}
	return nil
}

// Anki's queues: where a card waits, as opposed to what it is.
const (
	queueNew       = 0
	queueLearning  = 1 // due is a time
	queueReview    = 2 // due is a day
	queueDayLearn  = 3 // due is a day
	queueSuspended = -1
	queueBuried    = -3
)

// queue says where a card waits and until when: a place among the new cards, a
// time in Unix seconds, or days since the collection began.
func (c *collection) queue(s Schedule) (queue int, due int64) {
	switch s.State {
	case New:
		queue, due = queueNew, int64(s.Position)
	case Reviewing:
		queue, due = queueReview, int64(s.DueDay-c.begun.Day)
	default:
		queue, due = queueLearning, s.Due/1000
		if day := c.begun.day(s.Due); s.lastReview() > 0 && day > c.begun.day(s.lastReview()) {
			queue, due = queueDayLearn, int64(day-c.begun.Day)
		}
	}
	switch {
	case s.Suspended:
		queue = queueSuspended
	case s.Buried:
		queue = queueBuried
	}
	return queue, due
}

// day is the day of a time, counted with the beginning's zone.
func (b Beginning) day(ms int64) int {
	return b.Day + int(math.Floor(float64(ms/1000-b.unix())/86_400))
}

// data is what Anki keeps of FSRS with a card.
func (s Schedule) data() (string, error) {
	if s.State == New {
		return "", nil
	}
	data := map[string]any{}
	add := func(name string, value, parts float64) {
		if value > 0 {
			data[name] = math.Round(value*parts) / parts
		}
	}
	add("s", s.Stability, 1e4)
	add("d", s.Difficulty, 1e3)
	add("dr", s.Retention, 1e2)
	add("decay", s.Decay, 1e3)
	if last := s.lastReview(); last > 0 {
		data["lrt"] = last / 1000
	}
	text, err := json.Marshal(data)
	return string(text), err
}
