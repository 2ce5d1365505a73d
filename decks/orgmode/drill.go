package orgmode

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"kartei/decks"
	"kartei/decks/foreign"
	"kartei/decks/lazyregexp"
	"kartei/decks/notebook"
	"kartei/decks/shorthash"
)

// Drill is the format of org-drill. What its card types show follows org-drill.el of
// version 2.7 and of cjennings/org-drill.
var Drill = notebook.Format{
	Format: foreign.Format{
		Name:       "org-drill",
		Extensions: []string{".org"},
		ReadHelp: `a folder of Org files, or one of them, with headings that are tagged
drill, and their history`,
	},
	Marks: func(_, text string) int { return tagged(text, "drill") },
	Read:  readDrill,
}

// tagged counts the headings of a tag.
func tagged(text, tag string) (n int) {
	if !strings.Contains(text, ":"+tag+":") {
		return 0
	}
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(line, "*") && strings.Contains(line, ":"+tag+":") {
			n++
		}
	}
	return n
}

func readDrill(ctx context.Context, s *notebook.Source) (*notebook.Reading, error) {
	r := &notebook.Reading{}
	for name, text := range s.Texts {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		d := &drill{page: notebook.NewPage(name), zone: s.Zone, kinds: map[string]int{}, seen: map[string]int{}}
		d.read(outline(text))
		r.Pages, r.Left = append(r.Pages, d.page), append(r.Left, d.left...)
		for _, kind := range slices.Sorted(maps.Keys(d.kinds)) {
			r.Remarks = append(r.Remarks, fmt.Sprintf("%s: org-drill asks cards of the type %s in a way of its own; here they are asked gap by gap, or with what stands below them as the answer", name, kind))
		}
	}
	return r, nil
}

// A drill reads one file.
type drill struct {
	page  *notebook.Page
	zone  *time.Location
	left  []foreign.Left
	kinds map[string]int // card types that are asked otherwise here
	seen  map[string]int // names of cards
}

func (d *drill) read(root *entry) {
	title, lang, tags := root.file()
	d.page.Deck.Title, d.page.Deck.Lang = title, lang
	d.page.Deck.Tags = slices.DeleteFunc(tags, func(t string) bool { return t == "drill" })
	root.every(func(e *entry) {
		if e.has("drill") {
			d.entry(e)
		}
	})
}

// entry makes facts of a heading.
func (d *drill) entry(e *entry) {
	before := len(d.page.Deck.Facts)
	places := d.facts(e)
	if len(d.page.Deck.Facts) == before {
		d.left = append(d.left, foreign.Left{File: d.page.Name, Line: e.line, Err: errors.New("this heading has no answer: nothing is hidden in it, and nothing stands below it")})
		return
	}
	for i := before; i < len(d.page.Deck.Facts); i++ {
		f := &d.page.Deck.Facts[i]
		f.Section = e.section()
		for j := range f.Cards {
			f.Cards[j].Tags = e.allTags("drill")
		}
	}
	state, err := drillState(e, d.zone)
	if err != nil {
		d.left = append(d.left, foreign.Left{File: d.page.Name, Line: e.line, Part: true, Err: err})
	}
	if state == nil {
		return
	}
	name := noteName(e, d.seen)
	for i, at := range places {
		d.page.Histories = append(d.page.Histories, notebook.History{Place: at, Note: name, Ordinal: i, State: state})
	}
}

// noteName is by what an entry is known: its id, or its titles.
func noteName(e *entry, seen map[string]int) string {
	if id := e.properties["ID"]; id != "" {
		return id
	}
	name := shorthash.Of([]byte(strings.Join(append(e.section(), e.title), "\x00")), 16)
	if seen[name]++; seen[name] > 1 {
		name += "-" + strconv.Itoa(seen[name])
	}
	return name
}

// gapSigns finds gaps: "[words||hint]".
var gapSigns = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\[([^\[\]\n|]+?(?:\|[^\[\]\n|]+?)*)(?:\|\|([^\[\]\n]+?))?\]`)
})

// noGap is what stands in brackets for another reason: boxes, dates, counts, footnotes.
var noGap = lazyregexp.New(`^(?:[ Xx-]|fn:.*|\d{4}-\d\d-\d\d.*|\d*%|\d+/\d*|#[A-Z])$`)

func drillGap(m []string) (string, gap, bool) {
	return m[1], gap{hint: strings.TrimSpace(m[2])}, !noGap.MatchString(m[1])
}

var codeEdge = lazyregexp.New(`(?im)^[ \t]*#\+(BEGIN|END)_SRC\b.*$`)

// nothingHidden finds where org-drill hides nothing: code and formulas.
func nothingHidden(s string) (spans [][2]int) {
	from, open := 0, -1
	for _, edge := range codeEdge.FindAllStringSubmatchIndex(s, -1) {
		switch begins := strings.EqualFold(s[edge[2]:edge[3]], "BEGIN"); {
		case begins && open < 0:
			open = edge[0]
		case !begins && open >= 0:
			spans = append(formulas(spans, s, from, open), [2]int{open, edge[1]})
			from, open = edge[1], -1
		}
	}
	return formulas(spans, s, from, len(s))
}

// formulas adds those of a stretch of a text.
func formulas(spans [][2]int, s string, from, to int) [][2]int {
	for i := from; i < to; {
		n := 0
		if s[i] == '\\' || s[i] == '$' {
			_, n = object(s[:to], i)
		}
		if n > 0 {
			spans = append(spans, [2]int{i, i + n})
		}
		i += max(n, 1)
	}
	return spans
}

// facts makes the facts of a heading, by its type.
func (d *drill) facts(e *entry) []notebook.Place {
	kind := cmp.Or(e.properties["DRILL_CARD_TYPE"], "simple")
	lines, gaps := markGaps(e.body, gapSigns(), nothingHidden, drillGap)
	title, titleGaps := markGaps([]string{e.title}, gapSigns(), nothingHidden, drillGap)
	sides := answers(e, "drill")
	switch {
	case len(gaps)+len(titleGaps) > 0 && kind != "twosided" && kind != "multisided":
		if !slices.Contains([]string{"simple", "hide1cloze", "multicloze"}, kind) {
			d.kinds[kind]++
		}
		return d.sentence(e, title[0], lines, append(titleGaps, gaps...), kind == "simple" || kind == "simpletyped")
	case (kind == "twosided" || kind == "multisided") && len(sides) > 1:
		return d.sides(e, sides)
	}
	if !slices.Contains([]string{"simple", "simpletyped", "hide1cloze", "multicloze", "twosided", "multisided"}, kind) {
		d.kinds[kind]++
	}
	question, answer := inline(e.title), text(e.body)
	if len(sides) > 0 {
		question, answer = strings.TrimSpace(question+"\n\n"+answer), joinSides(sides)
	}
	if question == "" || answer == "" {
		return nil
	}
	f := notebook.Question(question, answer)
	if kind == "simpletyped" && f.Cards[0].Kind == decks.Recall {
		f.Cards[0].Type = decks.AnswerTyped
	}
	return []notebook.Place{{Fact: d.page.Add(f, e.line), Card: "card"}}
}

// sentence adds a text with gaps below its heading.
func (d *drill) sentence(e *entry, title string, lines []string, gaps []gap, together bool) []notebook.Place {
	markdown := text(lines)
	if head := inline(title); !generic(head) {
		markdown = strings.TrimSpace(head + "\n\n" + markdown)
	}
	at := d.page.Sentence(e.line, pieces(markdown, gaps, together)...)
	var places []notebook.Place
	for n := 1; n <= len(gaps); n++ {
		if place, ok := at[n]; ok {
			places = append(places, place)
		}
	}
	if note := joinSides(answers(e, "drill")); note != "" {
		for _, place := range places {
			cards := d.page.Deck.Facts[place.Fact].Cards
			for i := range cards {
				cards[i].Note = note
			}
		}
	}
	return places
}

// generic reports whether a title only says that something is a card.
func generic(title string) bool {
	switch strings.ToLower(title) {
	case "", "item", "card", "drill", "question", "fact", "drill entry", "drill card", "cloze":
		return true
	}
	return false
}

// sides adds a card for each direction of two sides; more sides are asked one by one,
// each with all others as the answer.
func (d *drill) sides(e *entry, sides []side) (places []notebook.Place) {
	context := text(e.body)
	if head := inline(e.title); !generic(head) {
		context = strings.TrimSpace(head + "\n\n" + context)
	}
	if kind := e.properties["DRILL_CARD_TYPE"]; kind == "twosided" {
		if context == "" && len(sides) == 2 {
			at := d.page.Add(notebook.Term(sides[0].text, sides[1].text), e.line)
			return []notebook.Place{{Fact: at, Card: "forward"}, {Fact: at, Card: "reverse"}}
		}
	}
	asked := len(sides)
	if e.properties["DRILL_CARD_TYPE"] == "twosided" {
		asked = 2
	}
	for i := range asked {
		others := slices.Delete(slices.Clone(sides), i, i+1)
		question := strings.TrimSpace(context + "\n\n" + sides[i].String())
		places = append(places, notebook.Place{Fact: d.page.Add(notebook.Question(question, joinSides(others)), e.line), Card: "card"})
	}
	return places
}

// A side is a heading below a card.
type side struct{ title, text string }

// String is the side with its title, unless that says only that it is one.
func (s side) String() string {
	switch {
	case s.text == "":
		return s.title
	case s.title == "" || answerTitle.MatchString(s.title):
		return s.text
	}
	return "**" + s.title + "**\n\n" + s.text
}

var answerTitle = lazyregexp.New(`(?i)^(?:the )?(?:answer|back|solution|antwort|side \d|front)\.?:?$`)

// answers are the sides of a card: what stands below it and is no card itself.
func answers(e *entry, tag string) (sides []side) {
	for _, c := range e.children {
		if !c.has(tag) {
			sides = append(sides, side{inline(c.title), c.whole(tag)})
		}
	}
	return sides
}

// whole is the text of an entry with what stands below it.
func (e *entry) whole(tag string) string {
	parts := []string{text(e.body)}
	for _, c := range e.children {
		if !c.has(tag) {
			parts = append(parts, side{inline(c.title), c.whole(tag)}.String())
		}
	}
	return strings.TrimSpace(strings.Join(parts, "\n\n"))
}

func joinSides(sides []side) string {
	var parts []string
	for _, s := range sides {
		if said := s.String(); said != "" {
			parts = append(parts, said)
		}
	}
	return strings.Join(parts, "\n\n")
}

// drillState is where a card stands; nil if it was not asked yet. org-drill's
// algorithms (SM-2, SM-5, Simple8) keep days and an ease.
func drillState(e *entry, zone *time.Location) (*notebook.State, error) {
	last, asked := stamp(e.properties["DRILL_LAST_REVIEWED"], zone)
	data := strings.Fields(strings.Trim(e.properties["LEARN_DATA"], "()"))
	if !asked && len(data) == 0 && e.properties["DRILL_TOTAL_REPEATS"] == "" {
		return nil, nil
	}
	number := func(name string) float64 {
		n, err := strconv.ParseFloat(e.properties[name], 64)
		if err != nil || math.IsNaN(n) || n < 0 {
			return 0
		}
		return min(n, 1e6)
	}
	s := &notebook.State{Last: last, Interval: number("DRILL_LAST_INTERVAL"), Ease: number("DRILL_EASE"),
		Reps: int(number("DRILL_TOTAL_REPEATS")), Lapses: int(number("DRILL_FAILURE_COUNT"))}
	if len(data) >= 3 {
		s.Interval, _ = strconv.ParseFloat(data[0], 64)
		s.Ease, _ = strconv.ParseFloat(data[2], 64)
	}
	due, planned := stamp(e.scheduled, zone)
	switch {
	case planned:
	case asked:
		due = last.AddDate(0, 0, int(math.Ceil(s.Interval)))
	case s.Reps == 0 && s.Interval == 0:
		return nil, nil
	default:
		return nil, errors.New("when this card is due is nowhere written, so it is new")
	}
	s.Due = notebook.Noon(due.Year(), due.Month(), due.Day(), zone)
	if s.Interval == 0 && asked { // it was missed, and comes again
		s.Interval = 1
	}
	return s, nil
}

var stampDate = lazyregexp.New(`(\d{4})-(\d\d)-(\d\d)(?:[^\d>\]]*(\d{1,2}):(\d\d))?`)

// stamp reads a time stamp of Org: "[2010-05-15 Sat 21:20]".
func stamp(text string, zone *time.Location) (time.Time, bool) {
	m := stampDate.FindStringSubmatch(text)
	if m == nil {
		return time.Time{}, false
	}
	var n [6]int
	for i := 1; i < len(m); i++ {
		n[i], _ = strconv.Atoi(m[i])
	}
	if m[4] == "" {
		n[4] = 12
	}
	return time.Date(n[1], time.Month(n[2]), n[3], n[4], n[5], 0, 0, zone), true
}
