package store

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/store/table"
)

// A Query asks for cards: see [ParseQuery]. The zero value asks for all but retired ones.
type Query struct {
	root node // nil: every card
}

// A node is a part of a query: terms, and what joins them.
type node interface {
	// each calls f with the terms in their order.
	each(f func(*term))
	// sql is a condition on the rows. Where terms look at the card itself it finds too
	// many cards, if so wanted, or too few.
	sql(many bool) string
	// holds says about a card what it is, of which it is known which terms hold.
	holds(known func(*term) bool) bool
}

type (
	both   []node // all of them
	either []node // one of them, at least
	except struct{ node }
)

// A term is one condition: on the rows, or on the card itself.
type term struct {
	condition string
	args      []any
	finds     func(*Card) bool // instead of the condition; nil if there is none
}

// What stands for a value that is known when the query runs.
type (
	today struct{} // the study day
	leech struct{} // the deck's threshold of lapses
)

// And asks for the cards that both queries find.
func (q Query) And(other Query) Query {
	switch {
	case q.root == nil:
		return other
	case other.root == nil:
		return q
	}
	return Query{both{q.root, other.root}}
}

func (n both) each(f func(*term)) {
	for _, one := range n {
		one.each(f)
	}
}
func (n either) each(f func(*term)) { both(n).each(f) }
func (n except) each(f func(*term)) { n.node.each(f) }
func (t *term) each(f func(*term))  { f(t) }

func (n both) sql(many bool) string   { return joined(n, many, " AND ") }
func (n either) sql(many bool) string { return joined(n, many, " OR ") }
func (n except) sql(many bool) string { return "(NOT " + n.node.sql(!many) + ")" }

func (t *term) sql(many bool) string {
	switch {
	case t.finds == nil:
		return "coalesce(" + t.condition + ", 0)"
	case many:
		return "1"
	}
	return "0"
}

func joined(nodes []node, many bool, by string) string {
	parts := make([]string, len(nodes))
	for i, n := range nodes {
		parts[i] = n.sql(many)
	}
	return "(" + strings.Join(parts, by) + ")"
}

func (n both) holds(known func(*term) bool) bool {
	return !slices.ContainsFunc(n, func(one node) bool { return !one.holds(known) })
}

func (n either) holds(known func(*term) bool) bool {
	return slices.ContainsFunc(n, func(one node) bool { return one.holds(known) })
}

func (n except) holds(known func(*term) bool) bool { return !n.node.holds(known) }
func (t *term) holds(known func(*term) bool) bool  { return known(t) }

// terms are those of the query with a condition, or those without.
func (q Query) terms(withCondition bool) (found []*term) {
	if q.root != nil {
		q.root.each(func(t *term) {
			if (t.finds == nil) == withCondition {
				found = append(found, t)
			}
		})
	}
	return found
}

// looks reports whether the query has to look at the cards themselves.
func (q Query) looks() bool { return len(q.terms(false)) > 0 }

// where is the condition on cards c, facts f, decks d and memory m.
func (q Query) where(now scheduler.Moment, leeches int) (condition string, args []any) {
	var all []string
	if q.root != nil {
		all, args = append(all, q.root.sql(true)), q.args(now, leeches)
	}
	if !slices.ContainsFunc(q.terms(true), func(t *term) bool { return t.condition == states["retired"] }) {
		all = append(all, `c.retired = 0`)
	}
	if len(all) == 0 {
		return "1", nil
	}
	return strings.Join(all, " AND "), args
}

// known is an expression that tells of each term with a condition whether it holds, as
// a text of "0" and "1". It is empty where where says all.
func (q Query) known(now scheduler.Moment, leeches int) (expression string, args []any) {
	if !q.looks() {
		return "''", nil
	}
	parts := []string{"''"}
	for _, t := range q.terms(true) {
		parts = append(parts, "("+t.sql(true)+")")
	}
	return strings.Join(parts, " || "), q.args(now, leeches)
}

func (q Query) args(now scheduler.Moment, leeches int) (args []any) {
	for _, t := range q.terms(true) {
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
	return args
}

// matcher returns what reports whether the query finds a card; known is as of
// [Query.known].
func (q Query) matcher() func(c *Card, known string) bool {
	if !q.looks() {
		return func(*Card, string) bool { return true }
	}
	index := map[*term]int{}
	for i, t := range q.terms(true) {
		index[t] = i
	}
	return func(c *Card, known string) bool {
		return q.root.holds(func(t *term) bool {
			if t.finds != nil {
				return t.finds(c)
			}
			return known[index[t]] == '1'
		})
	}
}

// words is all that the card says, folded.
func (c *Card) words() string {
	parts := []string{c.Prompt, c.Answer, c.Text, c.Hint, c.Note, c.Source}
	parts = append(append(parts, c.Items...), c.Accept...)
	for _, o := range c.Options {
		parts = append(parts, o.Text)
	}
	return fold(strings.Join(parts, "\n"))
}

func fold(s string) string { return strings.ToLower(norm.NFC.String(s)) }

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

// QueryKeys are the words that stand before a colon, QueryStates and QueryKinds what
// may stand after "is:" and "kind:", and QueryProperties after "prop:".
var (
	QueryKeys       = []string{"deck", "tag", "is", "prop", "kind", "section", "card", "fact", "file"}
	QueryStates     = []string{"new", "learning", "review", "due", "suspended", "buried", "leech", "flagged", "retired"}
	QueryKinds      = kindNames()
	QueryProperties = []string{"lapses", "reps", "interval", "stability", "difficulty", "due", "flag"}
)

func kindNames() (names []string) {
	for _, k := range decks.Kinds {
		names = append(names, string(k))
	}
	return names
}

// A QueryError is what cannot be read in a query, and where.
type QueryError struct {
	Query    string
	From, To int // in characters, from 0
	Message  string
}

func (e *QueryError) Error() string {
	return fmt.Sprintf("query %q, at character %d: %s", e.Query, e.From+1, e.Message)
}
