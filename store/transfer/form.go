// Package transfer writes a whole collection as text, for programs of anybody, and
// reads it again. The form is described in EXPORT.md.
package transfer

import (
	"cmp"
	_ "embed" // EXPORT.md
	"encoding/json"
	"strings"
)

// Form describes, for its users, the form in which a collection is
// exported and imported. The types below are this form.
//
//go:embed EXPORT.md
var Form string

// formVersion is the form's version. That of before had no rows for what machines must
// agree on, and another digest.
const (
	formVersion = 2
	formBefore  = 1
)

type formLine struct {
	Kartei  string      `json:"kartei,omitempty"`
	Version int         `json:"version,omitempty"`
	Device  *deviceLine `json:"device,omitempty"`
	Deck    *deckLine   `json:"deck,omitempty"`
	Fact    *factLine   `json:"fact,omitempty"`
	Card    *cardLine   `json:"card,omitempty"`
	Option  *optionLine `json:"option,omitempty"`
	Row     *rowLine    `json:"row,omitempty"`
	Quiz    *quizLine   `json:"quiz,omitempty"`
	End     *endLine    `json:"end,omitempty"`
}

type deviceLine struct {
	Name string `json:"name"`
	Own  bool   `json:"own"` // this collection wrote as it
}

type deckLine struct {
	ID       string          `json:"id"`
	Name     string          `json:"name"`
	Root     string          `json:"root"`
	Missing  bool            `json:"retired,omitempty"`
	Archived bool            `json:"shelved,omitempty"`
	Content  json.RawMessage `json:"content"`
	Prose    json.RawMessage `json:"prose,omitempty"`

	row int64
}

type factLine struct {
	Key      string          `json:"key"`
	Written  bool            `json:"written,omitempty"`
	Cell     bool            `json:"cell,omitempty"`
	File     string          `json:"file"`
	Line     int             `json:"line"`
	Section  json.RawMessage `json:"section"`
	Position int             `json:"position"`
	Retired  bool            `json:"retired,omitempty"`

	row int64
}

type cardLine struct {
	ID       string          `json:"id"`
	Position int             `json:"position"`
	Name     string          `json:"name"`
	Kind     string          `json:"kind"`
	Hash     string          `json:"hash"`
	Tags     []string        `json:"tags,omitempty"`
	Content  json.RawMessage `json:"content"`
	Retired  bool            `json:"retired,omitempty"`
	Changed  int64           `json:"changed,omitempty"` // Unix seconds
}

type optionLine struct {
	Deck  string `json:"deck"`
	Name  string `json:"name"`
	Value string `json:"value"`
}

// compare is the order of options in the digest of version 1.
func (o optionLine) compare(other optionLine) int {
	return cmp.Or(strings.Compare(o.Deck, other.Deck), strings.Compare(o.Name, other.Name),
		strings.Compare(o.Value, other.Value))
}

// A rowLine is a row of the log: its device, and the columns of [table.Log] that have a
// key, in their order.
type rowLine struct {
	Device   string          `json:"device"`
	Seq      int64           `json:"seq"`
	At       int64           `json:"at"`
	Zone     int64           `json:"zone"`
	Day      int64           `json:"day"`
	Clock    int64           `json:"clock"`
	Kind     string          `json:"kind"`
	Card     string          `json:"card,omitempty"`
	Mode     string          `json:"mode,omitempty"`
	Grade    int64           `json:"grade,omitempty"`
	Duration int64           `json:"duration_ms,omitempty"`
	State    int64           `json:"state,omitempty"`
	Days     int64           `json:"days,omitempty"`
	Detail   json.RawMessage `json:"detail"`
	Item     string          `json:"item,omitempty"`
	Hash     string          `json:"hash"`
}

type endLine struct {
	Decks   int    `json:"decks"`
	Facts   int    `json:"facts"`
	Cards   int    `json:"cards"`
	Rows    int    `json:"rows"`
	Quizzes int    `json:"quizzes,omitempty"`
	Digest  string `json:"digest"`
	Sum     string `json:"sum,omitempty"` // SHA-256 of all lines before
}

// A quizLine is an attempt at a quiz with all that was done in it.
type quizLine struct {
	Form   string      `json:"form"`
	Text   string      `json:"text"`
	Mode   string      `json:"mode"`
	Began  int64       `json:"began"`
	Zone   int64       `json:"zone"`
	Events []quizEvent `json:"events,omitempty"`

	id int64
}

type quizEvent struct {
	At       int64           `json:"at"`
	Zone     int64           `json:"zone"`
	Kind     string          `json:"kind"`
	Question int             `json:"question"`
	Detail   json.RawMessage `json:"detail"`
}
