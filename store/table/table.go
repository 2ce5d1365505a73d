// Package table says what the tables of a collection hold: which columns make a
// card's memory and a row of the log, and what the states of a card are in SQL.
// Every statement about them is made from this.
package table

import (
	"fmt"

	"kartei/scheduler"
	"kartei/store/journal"
	"kartei/store/sqlite"
)

type (
	memory = scheduler.Memory
	state  = journal.CardState
	row    = journal.Row
)

// column has a name, what it is to a reader, its value in SQL where there is no row,
// and where it lies.
func column[T any](name, words, empty string, at func(*T) any) sqlite.Column[T] {
	return sqlite.Column[T]{Name: name, Words: words, Empty: empty, At: at}
}

// logColumn has a name, its key in a collection as text, and where it lies.
func logColumn(name, key string, at func(*row) any) sqlite.Column[row] {
	return sqlite.Column[row]{Name: name, Key: key, At: at}
}

// Memory are the columns of table memory that say how well a card is remembered.
var Memory = sqlite.Columns[memory]{
	column("state", "state", "0", func(m *memory) any { return sqlite.Number(&m.State) }),
	column("step", "step", "0", func(m *memory) any { return sqlite.Number(&m.Step) }),
	column("lapses", "lapses", "0", func(m *memory) any { return sqlite.Number(&m.Lapses) }),
	column("reps", "answers", "0", func(m *memory) any { return sqlite.Number(&m.Reps) }),
	column("sessions", "sessions", "0", func(m *memory) any { return sqlite.Number(&m.Sessions) }),
	column("stability", "stability", "0", func(m *memory) any { return &m.Stability }),
	column("fast", "fast stability", "0", func(m *memory) any { return &m.Fast }),
	column("difficulty", "difficulty", "0", func(m *memory) any { return &m.Difficulty }),
	column("due", "due", "0", func(m *memory) any { return &m.Due }),
	column("due_day", "due day", "0", func(m *memory) any { return sqlite.Number(&m.DueDay) }),
	column("last", "last answer", "0", func(m *memory) any { return &m.Last }),
	column("last_day", "last day", "0", func(m *memory) any { return sqlite.Number(&m.LastDay) }),
	column("first_day", "first day", "0", func(m *memory) any { return sqlite.Number(&m.FirstDay) }),
}

// CardState are the columns of table memory that say all that the log says of a card.
var CardState = append(sqlite.Of(Memory, func(st *state) *memory { return &st.Memory }), sqlite.Columns[state]{
	column("suspended", "suspended", "0", func(st *state) any { return &st.Suspended }),
	column("buried", "buried through", "0", func(st *state) any { return sqlite.Number(&st.Buried) }),
	column("flag", "flag", "0", func(st *state) any { return sqlite.Number(&st.Flag) }),
	column("seen", "text last seen", "''", func(st *state) any { return &st.Seen }),
}...)

// Log are the columns of table log, all but the row's id and its device. A row's hash
// covers them, but for itself: see [journal.Row.Sum].
var Log = sqlite.Columns[row]{
	logColumn("seq", "seq", func(r *row) any { return &r.Seq }),
	logColumn("at", "at", func(r *row) any { return &r.Moment.At }),
	logColumn("zone", "zone", func(r *row) any { return sqlite.Number(&r.Moment.Zone) }),
	logColumn("day", "day", func(r *row) any { return sqlite.Number(&r.Moment.Day) }),
	logColumn("clock", "clock", func(r *row) any { return &r.Clock }),
	logColumn("kind", "kind", func(r *row) any { return (*string)(&r.Kind) }),
	logColumn("card", "card", func(r *row) any { return &r.Card }),
	logColumn("mode", "mode", func(r *row) any { return (*string)(&r.Mode) }),
	logColumn("grade", "grade", func(r *row) any { return sqlite.Number(&r.Grade) }),
	logColumn("duration", "duration_ms", func(r *row) any { return (*sqlite.Millis)(&r.Duration) }),
	logColumn("state", "state", func(r *row) any { return sqlite.Number(&r.State) }),
	logColumn("days", "days", func(r *row) any { return sqlite.Number(&r.Days) }),
	logColumn("detail", "detail", func(r *row) any { return (*sqlite.JSON)(&r.Written) }),
	logColumn("item", "item", func(r *row) any { return &r.Item }),
	logColumn("prev", "", func(r *row) any { return sqlite.Blob(r.Prev[:]) }),
	logColumn("hash", "hash", func(r *row) any { return sqlite.Blob(r.Hash[:]) }),
}

// Conditions on table memory, whose alias comes with its dot. SQLite finds the cards
// by its partial indexes only where a query says the same, word by word.

// Reviews are the cards that are reviewed, and asked at all.
func Reviews(alias string) string { return inState(alias, IsReview(alias)) }

// Steps are the cards in their steps that are asked at all.
func Steps(alias string) string { return inState(alias, InSteps(alias)) }

func inState(alias, state string) string { return state + " AND " + alias + "hidden = 0" }

// IsReview is a card that is reviewed.
func IsReview(alias string) string { return fmt.Sprintf("%sstate = %d", alias, scheduler.Review) }

// InSteps is a card in its steps.
func InSteps(alias string) string {
	return fmt.Sprintf("%sstate IN (%d, %d)", alias, scheduler.Learning, scheduler.Relearning)
}

// IsMet is a card that was answered.
func IsMet(alias string) string { return fmt.Sprintf("%sstate > %d", alias, scheduler.New) }

// The statements that add facts and cards, and how many values they take.
const (
	InsertFacts = `INSERT INTO facts (id, deck, key, written, cell, file, line, section, position, retired)`
	FactWidth   = 10

	InsertCards = `INSERT INTO cards (id, card, fact, deck, position, name, kind, hash, tags, content, retired, fresh, changed)`
	CardWidth   = 13
)
