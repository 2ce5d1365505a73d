package store

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"kartei/decks"
)

// ParseQuery reads a query: terms with spaces between them, all of which must hold.
//
//	deck:NAME     the deck and the decks below it
//	tag:TAG       carries the tag
//	is:STATE      see [QueryStates]
//	prop:P>N      P is one of [QueryProperties]; > may also be <, >=, <=, = and !=;
//	              due counts days from today
//	kind:KIND     see [QueryKinds]
//	section:NAME  stands below a heading of that name: see [decks.SectionIs]
//	card:ID  fact:KEY  file:PATH
//	words, "some words"   the card says so, in any case of letters
//	A or B, (A B) or C    one of them, at least; "or" binds less than the space
//	-A, -(A or B)         not
//	deck:nato*, de?p      * is any text, ? any one character; in quotes they are themselves
//
// A key, and or, take any case of letters. Retired cards are left out unless the query
// says is:retired. The error is a [*QueryError].
func ParseQuery(text string) (Query, error) {
	p := &queryParser{text: text}
	if err := p.split([]rune(norm.NFC.String(text))); err != nil {
		return Query{}, err
	}
	if len(p.tokens) == 0 {
		return Query{}, nil
	}
	root, err := p.alternatives(0)
	if err != nil {
		return Query{}, err
	}
	if t, ok := p.next(); ok {
		return Query{}, p.wrong(t, "there is no bracket that this one closes")
	}
	return Query{root}, nil
}

// LooksLikeQuery reports whether a word can only be meant as a part of a query: it has
// a key, quotes, brackets, an operator or a wild card.
func LooksLikeQuery(word string) bool {
	return strings.HasPrefix(word, "-") || strings.ContainsAny(word, `:"()*?<>=|&!`) || isOr(word) || isAnd(word) ||
		strings.ContainsFunc(word, unicode.IsSpace)
}

func isOr(word string) bool  { return strings.EqualFold(word, "or") }
func isAnd(word string) bool { return strings.EqualFold(word, "and") }

// The limits of a query: what SQLite takes, with room.
const (
	mostTerms = 500
	deepest   = 50 // brackets in brackets
)

// A token is a word of a query, a bracket or a minus.
type token struct {
	runes    []rune
	quoted   []bool // of each rune: it stood in quotes
	from, to int    // in the query
}

func (t token) text() string { return string(t.runes) }

// is reports whether the token is a sign or a word that was not quoted.
func (t token) is(sign string) bool {
	return t.text() == sign && !slices.Contains(t.quoted, true)
}

func (t token) plain() bool { return !slices.Contains(t.quoted, true) }

type queryParser struct {
	text   string
	tokens []token
	at     int
}

func (p *queryParser) wrong(t token, format string, args ...any) error {
	return &QueryError{p.text, t.from, max(t.to, t.from+1), fmt.Sprintf(format, args...)}
}

// split finds the tokens. Spaces, brackets and minuses in quotes are text.
func (p *queryParser) split(text []rune) error {
	var t token
	quote := -1 // where the open one began
	begun := false
	end := func(at int) {
		if begun {
			t.to = at
			p.tokens = append(p.tokens, t)
		}
		t, begun = token{}, false
	}
	for i, r := range text {
		inside := quote >= 0
		if !begun && !(unicode.IsSpace(r) && !inside) {
			t.from, begun = i, true
		}
		switch {
		case r == '"' && inside:
			quote = -1
		case r == '"':
			quote = i
		case inside:
			t.runes, t.quoted = append(t.runes, r), append(t.quoted, true)
		case unicode.IsSpace(r):
			end(i)
		case r == '(' || r == ')', r == '-' && t.from == i:
			if t.from < i {
				end(i)
			}
			t.from, begun = i, true
			t.runes, t.quoted = []rune{r}, []bool{false}
			end(i + 1)
		default:
			t.runes, t.quoted = append(t.runes, r), append(t.quoted, false)
		}
	}
	if quote >= 0 {
		return &QueryError{p.text, quote, quote + 1, "this quote is not closed"}
	}
	end(len(text))
	if len(p.tokens) > mostTerms {
		return p.wrong(p.tokens[mostTerms], "a query has at most %d terms", mostTerms)
	}
	return nil
}

func (p *queryParser) next() (token, bool) {
	if p.at == len(p.tokens) {
		return token{}, false
	}
	return p.tokens[p.at], true
}

// alternatives reads what is joined by "or".
func (p *queryParser) alternatives(depth int) (node, error) {
	var parts either
	for {
		one, err := p.conjunction(depth)
		if err != nil {
			return nil, err
		}
		parts = append(parts, one)
		t, ok := p.next()
		if !ok || !t.plain() || !isOr(t.text()) {
			break
		}
		p.at++
	}
	if len(parts) == 1 {
		return parts[0], nil
	}
	return parts, nil
}

// conjunction reads terms up to an "or", a closing bracket or the end.
func (p *queryParser) conjunction(depth int) (node, error) {
	var parts both
	joined := true // nothing has to stand before the first term
	for {
		t, ok := p.next()
		stops := !ok || t.is(")") || t.plain() && isOr(t.text())
		switch {
		case stops && len(parts) > 0 && joined:
			return nil, p.missing(t, ok, `and`)
		case stops && len(parts) == 0:
			return nil, p.missing(t, ok, "")
		case stops && len(parts) == 1:
			return parts[0], nil
		case stops:
			return parts, nil
		case t.plain() && isAnd(t.text()):
			if joined {
				return nil, p.wrong(t, `a term is missing before "and"`)
			}
			joined = true
			p.at++
			continue
		}
		one, err := p.factor(depth)
		if err != nil {
			return nil, err
		}
		parts, joined = append(parts, one), false
	}
}

// missing is the error that no term stands where one has to.
func (p *queryParser) missing(t token, ok bool, after string) error {
	switch {
	case !ok:
		end := len([]rune(norm.NFC.String(p.text)))
		t = token{from: end, to: end}
		if after == "" && p.at > 0 {
			after = p.tokens[p.at-1].text()
		}
	case t.is(")") && after == "" && p.at > 0 && p.tokens[p.at-1].is("("):
		return p.wrong(t, "there is nothing in these brackets")
	}
	if after != "" {
		return p.wrong(t, "a term is missing after %q", after)
	}
	return p.wrong(t, "a term is missing before %q", t.text())
}

// factor reads one term, or brackets, with the minuses before it.
func (p *queryParser) factor(depth int) (node, error) {
	t, _ := p.next()
	p.at++
	switch {
	case depth > deepest:
		return nil, p.wrong(t, "more than %d brackets in each other", deepest)
	case t.is("-"):
		after, ok := p.next()
		if !ok || after.is(")") || after.from != t.to {
			return nil, p.wrong(t, `"-" stands right before what is not wanted; a dash that is meant needs quotes: "-"`)
		}
		one, err := p.factor(depth + 1)
		return except{one}, err
	case t.is("("):
		one, err := p.alternatives(depth + 1)
		if err != nil {
			return nil, err
		}
		if end, ok := p.next(); !ok || !end.is(")") {
			return nil, p.wrong(t, "this bracket is not closed")
		}
		p.at++
		return one, nil
	}
	return p.term(t)
}

// foreign are operators of other programs, and what is written here.
var foreign = map[string]string{
	"||": `"or"`, "|": `"or"`, "&&": "a space", "&": "a space", "!": `"-" before a term`, "not": `"-" before a term`,
	"~": `"-" before a term`, "+": "a space",
}

// term reads what is neither a bracket nor a minus.
func (p *queryParser) term(t token) (node, error) {
	text := t.text()
	if instead, ok := foreign[strings.ToLower(text)]; ok && t.plain() {
		return nil, p.wrong(t, "%q is not an operator: write %s, or quote it if you mean the word", text, instead)
	}
	if len(t.runes) > 1 && !t.quoted[0] && strings.ContainsRune("!|&", t.runes[0]) {
		return nil, p.operator(t, 0)
	}
	colon := slices.Index(t.runes, ':')
	if colon >= 0 && !t.quoted[colon] && !slices.Contains(t.quoted[:colon], true) {
		return p.keyed(t, strings.ToLower(string(t.runes[:colon])), colon+1)
	}
	for i, r := range t.runes {
		if !t.quoted[i] && strings.ContainsRune("<>=!|&", r) && (i == 0 || r != '!') {
			return nil, p.operator(t, i)
		}
	}
	if len(t.runes) == 0 {
		return nil, p.wrong(t, "there is nothing in these quotes")
	}
	if pattern := t.pattern(0, fold); pattern != nil {
		return &term{finds: func(c *Card) bool { return pattern.MatchString(c.words()) }}, nil
	}
	words := fold(text)
	return &term{finds: func(c *Card) bool { return strings.Contains(c.words(), words) }}, nil
}

// operator is the error of an operator in a word without a key.
func (p *queryParser) operator(t token, at int) error {
	text := t.text()
	place := token{from: t.from + at, to: t.from + at + 1}
	name := string(t.runes[:at])
	if properties[name] != "" {
		return p.wrong(t, "write prop:%s", text)
	}
	if name = strings.ToLower(name); slices.Contains(QueryKeys, name) && t.runes[at] == '=' {
		return p.wrong(place, "write %s:%s", name, string(t.runes[at+1:]))
	}
	if instead, ok := foreign[string(t.runes[at])]; ok {
		return p.wrong(place, "%q is not an operator: write %s, or quote the word if you mean it as it is",
			string(t.runes[at]), instead)
	}
	return p.wrong(place, "%q stands only after prop:, as in prop:lapses>3; quote the word if you mean it as it is",
		string(t.runes[at]))
}

// pattern is a pattern for what the token says from a character on, if that has wild
// cards; else nil.
func (t token) pattern(from int, spelling func(string) string) *regexp.Regexp {
	var b strings.Builder
	b.WriteString("(?s)")
	wild := false
	for i := from; i < len(t.runes); i++ {
		switch r := t.runes[i]; {
		case r == '*' && !t.quoted[i]:
			b.WriteString(".*")
			wild = true
		case r == '?' && !t.quoted[i]:
			b.WriteString(".")
			wild = true
		default:
			b.WriteString(regexp.QuoteMeta(spelling(string(r))))
		}
	}
	if !wild {
		return nil
	}
	return regexp.MustCompile(b.String())
}

// keyed reads a term with a key; its value begins at a character of the token.
func (p *queryParser) keyed(t token, key string, at int) (node, error) {
	value := string(t.runes[at:])
	place := token{from: min(t.from+at, t.to), to: t.to}
	if value == "" && slices.Contains(QueryKeys, key) {
		return nil, p.wrong(t, "%s: needs a value right after it", key)
	}
	wild := t.pattern(at, func(s string) string { return s })
	if wild != nil {
		wild = regexp.MustCompile("^(?:" + wild.String() + ")$")
	}
	column := func(condition string, get func(*Card) string, args ...any) (node, error) {
		if wild != nil {
			return &term{finds: func(c *Card) bool { return wild.MatchString(get(c)) }}, nil
		}
		return &term{condition: condition, args: args}, nil
	}
	switch key {
	case "deck":
		if wild != nil {
			return &term{finds: func(c *Card) bool { return belowMatch(wild, c.Deck) }}, nil
		}
		return &term{condition: `(d.name = ? OR substr(d.name, 1, length(?) + 1) = ? || '/')`,
			args: []any{value, value, value}}, nil
	case "tag":
		if wild != nil {
			return &term{finds: func(c *Card) bool { return slices.ContainsFunc(c.Tags, wild.MatchString) }}, nil
		}
		return &term{condition: `instr(c.tags, ?) > 0`, args: []any{" " + value + " "}}, nil
	case "card":
		return column(`c.card = coalesce((SELECT card FROM aliases WHERE old = ? ORDER BY since DESC LIMIT 1), ?)`,
			func(c *Card) string { return c.ID }, value, value)
	case "fact":
		return column(`f.key = ?`, func(c *Card) string { return c.Fact }, value)
	case "file":
		return column(`f.file = ?`, func(c *Card) string { return c.File }, value)
	case "section":
		if wild != nil {
			wild = regexp.MustCompile("^(?:" + t.pattern(at, decks.FoldInSection).String() + ")$")
			return &term{finds: func(c *Card) bool { return decks.SectionMatches(c.Section, wild) }}, nil
		}
		return &term{finds: func(c *Card) bool { return decks.SectionIs(c.Section, value) }}, nil
	case "kind":
		value = strings.ToLower(value)
		if !slices.Contains(QueryKinds, value) {
			return nil, p.wrong(place, "there is no kind %q: kind: takes %s", value, listed(QueryKinds))
		}
		return &term{condition: `c.kind = ?`, args: []any{value}}, nil
	case "is":
		value = strings.ToLower(value)
		if states[value] == "" {
			return nil, p.wrong(place, "nothing is %q: is: takes %s", value, listed(QueryStates))
		}
		return &term{condition: states[value], args: stateArgs[value]}, nil
	case "prop":
		return p.property(place, value)
	}
	return nil, p.wrong(token{from: t.from, to: t.from + at},
		"there is no %s: — use %s:, or quote the words", key, strings.Join(QueryKeys, ": "))
}

// belowMatch reports whether a deck, or one around it, has a name of a pattern.
func belowMatch(pattern *regexp.Regexp, deck string) bool {
	for i, r := range deck {
		if r == '/' && pattern.MatchString(deck[:i]) {
			return true
		}
	}
	return pattern.MatchString(deck)
}

// listed writes words as a sentence does: "a, b or c".
func listed(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

func (p *queryParser) property(place token, text string) (node, error) {
	at := strings.IndexAny(text, "<>=!")
	if at < 0 {
		return nil, p.wrong(place, "prop:%s compares with nothing: write prop:lapses>3", text)
	}
	name, rest := strings.ToLower(text[:at]), text[at:]
	operator := rest[:len(rest)-len(strings.TrimLeft(rest, "<>=!"))]
	column := properties[name]
	if column == "" {
		return nil, p.wrong(place, "cards have no %q: prop: takes %s", name, listed(QueryProperties))
	}
	place.from += len([]rune(text[:at]))
	switch operator {
	case "<", ">", "<=", ">=", "=", "!=":
	default:
		return nil, p.wrong(place, "%q compares nothing: use <, >, <=, >=, = or !=", operator)
	}
	number, err := strconv.ParseFloat(rest[len(operator):], 64)
	if err != nil {
		place.from += len(operator)
		return nil, p.wrong(place, "%q is not a number", rest[len(operator):])
	}
	t := &term{}
	if name == "due" {
		t.args = append(t.args, today{})
	}
	t.condition, t.args = column+" "+operator+" ?", append(t.args, number)
	return t, nil
}
