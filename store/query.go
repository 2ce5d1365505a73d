package store

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"kartei/scheduler"
	"kartei/store/table"
)

// A Query asks for cards. The zero value asks for all but retired ones.
type Query struct {
	terms []term
}

// A term is one condition: on the rows, or on the words of the card.
type term struct {
	not       bool
	condition string
	args      []any
	words     string // folded; not empty: the card says so
}

// What stands for a value that is known when the query runs.
type (
	today struct{} // the study day
	leech struct{} // the deck's threshold of lapses
)

// ParseQuery reads a query: terms with spaces between them, all of which must
// hold, each negated by a "-" before it.
//
//	deck:NAME     the deck and the decks below it
//	tag:TAG       carries the tag
//	is:STATE      new, learning, review, due, suspended, buried, leech, flagged, retired
//	prop:P>N      P is lapses, reps, interval, stability, difficulty, due or flag;
//	              > may also be <, >=, <=, = and !=; due counts days from today
//	kind:KIND     recall, choice, set, sequence, cloze
//	card:ID  fact:KEY  file:PATH
//	words, "some words"   the card says so, in any case of letters
//
// Retired cards are left out unless the query says is:retired.
func ParseQuery(text string) (Query, error) {
	var q Query
	for _, word := range splitQuery(text) {
		t, err := parseTerm(word)
		if err != nil {
			return Query{}, fmt.Errorf("query %q: %w", text, err)
		}
		q.terms = append(q.terms, t)
	}
	return q, nil
}

// A queryWord is a term as typed; quoted words are never keys.
type queryWord struct {
	text   string
	quoted bool
	not    bool
}

// splitQuery splits at spaces outside of double quotes.
func splitQuery(text string) (words []queryWord) {
	var w queryWord
	var b strings.Builder
	inside := false
	end := func() {
		if w.text = b.String(); w.text != "" {
			words = append(words, w)
		}
		w = queryWord{}
		b.Reset()
	}
	for _, r := range norm.NFC.String(text) {
		switch {
		case r == '"':
			w.quoted = w.quoted || b.Len() == 0
			inside = !inside
		case unicode.IsSpace(r) && !inside:
			end()
		case r == '-' && b.Len() == 0 && !inside && !w.not:
			w.not = true
		default:
			b.WriteRune(r)
		}
	}
	end()
	return words
}

var states = map[string]string{
	"new":       `NOT coalesce(` + table.IsMet("m.") + `, 0)`,
	"learning":  table.InSteps("m."),
	"review":    table.IsReview("m."),
	"due":       table.IsMet("m.") + ` AND m.hidden = 0 AND m.due_day <= ? AND m.buried < ?`,
	"suspended": `coalesce(m.suspended, 0) = 1`,
	"buried":    `coalesce(m.buried, 0) >= ?`,
	"leech":     `? > 0 AND coalesce(m.lapses, 0) >= ?`,
	"flagged":   `coalesce(m.flag, 0) > 0`,
	"retired":   `c.retired = 1`,
}

var stateArgs = map[string][]any{
	"due":    {today{}, today{}},
	"buried": {today{}},
	"leech":  {leech{}, leech{}},
}

var properties = map[string]string{
	"lapses":     `coalesce(m.lapses, 0)`,
	"reps":       `coalesce(m.reps, 0)`,
	"interval":   `CASE WHEN ` + table.IsReview("m.") + ` THEN m.due_day - m.last_day ELSE 0 END`,
	"stability":  `coalesce(m.stability, 0)`,
	"difficulty": `coalesce(m.difficulty, 0)`,
	"due":        `CASE WHEN ` + table.IsMet("m.") + ` THEN m.due_day - ? END`,
	"flag":       `coalesce(m.flag, 0)`,
}

func parseTerm(w queryWord) (term, error) {
	key, value, keyed := strings.Cut(w.text, ":")
	if w.quoted || !keyed {
		return term{not: w.not, words: fold(w.text)}, nil
	}
	t := term{not: w.not}
	switch key {
	case "deck":
		t.condition, t.args = `(d.name = ? OR substr(d.name, 1, length(?) + 1) = ? || '/')`, []any{value, value, value}
	case "tag":
		t.condition, t.args = `instr(c.tags, ?) > 0`, []any{" " + value + " "}
	case "kind":
		t.condition, t.args = `c.kind = ?`, []any{value}
	case "card":
		t.condition, t.args = `c.card = coalesce((SELECT card FROM aliases WHERE old = ? ORDER BY since DESC LIMIT 1), ?)`, []any{value, value}
	case "fact":
		t.condition, t.args = `f.key = ?`, []any{value}
	case "file":
		t.condition, t.args = `f.file = ?`, []any{value}
	case "is":
		t.condition, t.args = states[value], stateArgs[value]
		if t.condition == "" {
			return t, fmt.Errorf("nothing is %q: is: takes new, learning, review, due, suspended, buried, leech, flagged or retired", value)
		}
	case "prop":
		return parseProperty(t, value)
	default:
		return t, fmt.Errorf("there is no %s: — use deck: tag: is: prop: kind: card: fact: file:, or quote the words", key)
	}
	return t, nil
}

func parseProperty(t term, text string) (term, error) {
	at := strings.IndexAny(text, "<>=!")
	if at < 0 {
		return t, fmt.Errorf("prop:%s compares with nothing: write prop:lapses>3", text)
	}
	name, rest := text[:at], text[at:]
	operator := rest[:len(rest)-len(strings.TrimLeft(rest, "<>=!"))]
	column := properties[name]
	if column == "" {
		return t, fmt.Errorf("cards have no %q: prop: takes lapses, reps, interval, stability, difficulty, due or flag", name)
	}
	switch operator {
	case "<", ">", "<=", ">=", "=", "!=":
	default:
		return t, fmt.Errorf("%q compares nothing: use <, >, <=, >=, = or !=", operator)
	}
	number, err := strconv.ParseFloat(rest[len(operator):], 64)
	if err != nil {
		return t, fmt.Errorf("%q is not a number", rest[len(operator):])
	}
	if name == "due" {
		t.args = append(t.args, today{})
	}
	t.condition, t.args = column+" "+operator+" ?", append(t.args, number)
	return t, nil
}

// where gives the conditions on cards c, facts f, decks d and memory m.
func (q Query) where(now scheduler.Moment, leeches int) (condition string, args []any) {
	live := true
	var all []string
	for _, t := range q.terms {
		if t.words != "" {
			continue
		}
		live = live && t.condition != states["retired"]
		c := "coalesce(" + t.condition + ", 0)"
		if t.not {
			c = "NOT " + c
		}
		all = append(all, c)
		for _, arg := range t.args {
			switch arg.(type) {
			case today:
				arg = now.Day
			case leech:
				arg = leeches
			}
			args = append(args, arg)
		}
	}
	if live {
		all = append(all, `c.retired = 0`)
	}
	if len(all) == 0 {
		return "1", nil
	}
	return strings.Join(all, " AND "), args
}

// wordy tells whether matches has anything to check.
func (q Query) wordy() bool {
	return slices.ContainsFunc(q.terms, func(t term) bool { return t.words != "" })
}

// matches checks the words, which no index helps to find.
func (q Query) matches(c *Card) bool {
	text := ""
	for _, t := range q.terms {
		if t.words == "" {
			continue
		}
		if text == "" {
			text = fold(c.words())
		}
		if strings.Contains(text, t.words) == t.not {
			return false
		}
	}
	return true
}

// words is all that the card says.
func (c *Card) words() string {
	parts := []string{c.Prompt, c.Answer, c.Text, c.Hint, c.Note, c.Source}
	parts = append(append(parts, c.Items...), c.Accept...)
	for _, o := range c.Options {
		parts = append(parts, o.Text)
	}
	return strings.Join(parts, "\n")
}

func fold(s string) string { return strings.ToLower(norm.NFC.String(s)) }
