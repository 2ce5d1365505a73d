package orgmode

import (
	"context"
	"errors"
	"fmt"
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
	"kartei/decks/plural"
)

// FC is the format of org-fc, by its documents card_types.org, review_history.org and
// fsrs.org.
var FC = notebook.Format{
	Format: foreign.Format{
		Name:       "org-fc",
		Extensions: []string{".org"},
		ReadHelp: `a folder of Org files, or one of them, with headings that are tagged
fc, their schedules, and the answers in org-fc-reviews.tsv`,
		ReadFlags: []foreign.Flag{notebook.DatabaseFlag},
	},
	Signs: []string{reviewsName},
	Marks: func(_, text string) int { return tagged(text, "fc") },
	Read:  readFC,
}

// reviewsName is the file in which org-fc keeps answers, by default in the folder of
// Emacs.
const reviewsName = "org-fc-reviews.tsv"

func readFC(ctx context.Context, s *notebook.Source) (*notebook.Reading, error) {
	r := &notebook.Reading{}
	data, err := s.Database(reviewsName)
	if err != nil {
		return nil, err
	}
	reviews, bad := readReviews(string(data), s.Zone)
	if bad > 0 {
		r.Remarks = append(r.Remarks, fmt.Sprintf("%s: %d lines are no answers", reviewsName, bad))
	}
	asked, ordered := 0, 0
	for name, text := range s.Texts {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		f := &fc{page: notebook.NewPage(name), zone: s.Zone, reviews: reviews, seen: map[string]int{}}
		f.read(outline(text))
		asked += f.without
		ordered += f.ordered
		r.Pages, r.Left = append(r.Pages, f.page), append(r.Left, f.left...)
	}
	if ordered > 0 {
		r.Remarks = append(r.Remarks, fmt.Sprintf("org-fc hides other gaps, too, in %s (enumeration, single, context); here the one that is asked", plural.Count(ordered, "sentence")))
	}
	if asked > 0 && data == nil {
		r.Remarks = append(r.Remarks, fmt.Sprintf("of %d cards it is known where they stand, and no answers: --database %s names the file that has them", asked, reviewsName))
	}
	return r, nil
}

// A position is a card of a note: its id and "front", "back" or the number of a gap.
type position struct{ id, name string }

// readReviews reads the answers, and counts the lines that are none.
func readReviews(text string, zone *time.Location) (all map[position][]notebook.Review, bad int) {
	all = map[position][]notebook.Review{}
	for line := range strings.SplitSeq(text, "\n") {
		f := strings.Split(strings.TrimRight(line, "\r"), "\t")
		if len(f) == 1 && f[0] == "" {
			continue
		}
		if len(f) < 8 {
			bad++
			continue
		}
		at, err := time.Parse(time.RFC3339, f[0])
		grade := 1 + slices.Index([]string{"again", "hard", "good", "easy"}, f[7])
		if err != nil || grade == 0 {
			bad++
			continue
		}
		r := notebook.Review{At: at.In(zone), Grade: grade}
		if len(f) > 8 {
			if seconds := numberOf(f[8]); seconds < 86400 {
				r.Duration = time.Duration(seconds * float64(time.Second))
			}
		}
		p := position{f[2], f[3]}
		if n := len(all[p]); n > 0 {
			all[p][n-1].Interval = numberOf(f[6]) // it stands there as it was before this one
		}
		all[p] = append(all[p], r)
	}
	for _, list := range all {
		slices.SortStableFunc(list, func(a, b notebook.Review) int { return a.At.Compare(b.At) })
		phases(list)
	}
	return all, bad
}

// phases says which answers were to new cards and which to forgotten ones: by org-fc's
// SM-2 a card has left its first steps when it was given a day or more.
func phases(list []notebook.Review) {
	before, learned := 0.0, false
	for i := range list {
		list[i].Learning = before < 1 && !learned
		list[i].Relapsed = before < 1 && learned
		before = list[i].Interval
		learned = learned || before >= 1
	}
}

func numberOf(text string) float64 {
	n, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || math.IsNaN(n) || n < 0 {
		return 0
	}
	return min(n, 1e6)
}

// An fc reads one file.
type fc struct {
	page    *notebook.Page
	zone    *time.Location
	reviews map[position][]notebook.Review
	left    []foreign.Left
	seen    map[string]int
	without int // cards that were asked, without answers
	ordered int // sentences of which more than one gap is hidden at a time
}

func (f *fc) read(root *entry) {
	title, lang, tags := root.file()
	f.page.Deck.Title, f.page.Deck.Lang = title, lang
	f.page.Deck.Tags = slices.DeleteFunc(tags, func(t string) bool { return t == "fc" || t == "suspended" })
	root.every(func(e *entry) {
		if e.has("fc") {
			f.entry(e)
		}
	})
}

// entry makes a fact of a heading.
func (f *fc) entry(e *entry) {
	before := len(f.page.Deck.Facts)
	places := f.facts(e)
	if len(f.page.Deck.Facts) == before {
		f.left = append(f.left, foreign.Left{File: f.page.Name, Line: e.line, Err: errors.New("this card has no answer: nothing is hidden in it, and nothing stands below it")})
		return
	}
	for i := before; i < len(f.page.Deck.Facts); i++ {
		fact := &f.page.Deck.Facts[i]
		fact.Section = e.section()
		for j := range fact.Cards {
			fact.Cards[j].Tags = e.allTags("fc", "suspended")
		}
	}
	name := noteName(e, f.seen)
	rows := table(e.drawers["REVIEW_DATA"])
	for i, at := range places {
		p := position{e.properties["ID"], at.name}
		h := notebook.History{Place: at.Place, Note: name, Ordinal: i, Suspended: e.inherits("suspended"), Reviews: f.reviews[p]}
		h.State = f.state(rows[at.name], &h)
		if h.State != nil || h.Suspended || len(h.Reviews) > 0 {
			f.page.Histories = append(f.page.Histories, h)
		}
	}
}

// A positioned is where a position's card stands.
type positioned struct {
	notebook.Place
	name string
}

// facts makes the facts of a heading, by its type.
func (f *fc) facts(e *entry) []positioned {
	if e.properties["FC_TYPE"] == "cloze" {
		return f.sentence(e)
	}
	front, back := f.faces(e)
	if front == "" || back == "" {
		return nil
	}
	switch e.properties["FC_TYPE"] {
	case "double", "vocab":
		at := f.page.Add(notebook.Term(front, back), e.line)
		return []positioned{{notebook.Place{Fact: at, Card: "forward"}, "front"}, {notebook.Place{Fact: at, Card: "reverse"}, "back"}}
	case "text-input":
		return []positioned{{notebook.Place{Fact: f.page.Add(typed(front, back), e.line), Card: "card"}, "front"}}
	}
	return []positioned{{notebook.Place{Fact: f.page.Add(notebook.Question(front, back), e.line), Card: "card"}, "front"}}
}

var backTitle = lazyregexp.New(`(?i)^(?:back|answer|ответ|antwort)$`)

// faces are the question and the answer of a card: with a heading "Back" the one above
// it and the one below it, else the heading and its text.
func (f *fc) faces(e *entry) (front, back string) {
	front = inline(e.title)
	for _, c := range e.children {
		if backTitle.MatchString(c.title) {
			return strings.TrimSpace(front + "\n\n" + text(e.body)), c.whole("fc")
		}
	}
	return front, e.whole("fc")
}

// typed is a card whose answer is the first line of its back; what follows explains it.
func typed(front, back string) decks.Fact {
	answer, more, _ := strings.Cut(back, "\n")
	c := decks.Card{Name: "card", Kind: decks.Recall, Prompt: front, Answer: answer, Note: strings.TrimSpace(more), Type: decks.AnswerTyped}
	return decks.Fact{Cards: []decks.Card{c}}
}

// holes finds gaps: "{{text}{hint}@id}", where text has braces only within formulas.
var holes = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\{\{((?:[^{}$]|\$[^$]*\$)+)\}(?:\{([^{}]*)\})?(?:@(\d{1,4}))?\}`)
})

// sentence adds a text with gaps, of which each is a position by its number.
func (f *fc) sentence(e *entry) []positioned {
	lines := append([]string{e.title, ""}, e.body...)
	var names []string
	numbers := map[string]int{}
	lines, gaps := markGaps(lines, holes(), nil, func(m []string) (string, gap, bool) {
		name := m[3]
		if name == "" {
			name = strconv.Itoa(len(names))
		}
		if numbers[name] == 0 {
			names = append(names, name)
			numbers[name] = len(names)
		}
		return m[1], gap{number: numbers[name], hint: m[2]}, true
	})
	if len(gaps) == 0 {
		return nil
	}
	if kind := e.properties["FC_CLOZE_TYPE"]; kind != "" && kind != "deletion" {
		f.ordered++
	}
	markdown := text(lines[1:])
	if head := inline(lines[0]); !generic(head) {
		markdown = strings.TrimSpace(head + "\n\n" + markdown)
	}
	for _, c := range e.children {
		if !c.has("fc") {
			markdown += "\n\n" + side{inline(c.title), c.whole("fc")}.String()
		}
	}
	at := f.page.Sentence(e.line, pieces(markdown, gaps, false)...)
	var places []positioned
	for i, name := range names {
		if place, ok := at[i+1]; ok {
			places = append(places, positioned{place, name})
		}
	}
	return places
}

// table reads a table of Org: its rows by their first cell, their cells by the names
// in the first row.
func table(lines []string) map[string]map[string]string {
	rows := map[string]map[string]string{}
	var names []string
	for _, line := range lines {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "|-") {
			continue
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if names == nil {
			names = cells
			continue
		}
		row := map[string]string{}
		for i, cell := range cells[:min(len(cells), len(names))] {
			row[names[i]] = cell
		}
		rows[cells[0]] = row
	}
	return rows
}

// state is where a card stands; nil if it is new. org-fc's FSRS counts its states as
// py-fsrs does: 1 learning, 2 review, 3 relearning.
func (f *fc) state(row map[string]string, h *notebook.History) *notebook.State {
	due, err := time.Parse(time.RFC3339, row["due"])
	if err != nil {
		return nil
	}
	s := &notebook.State{Due: due.In(f.zone), Reps: len(h.Reviews), Stability: numberOf(row["stability"]), Difficulty: numberOf(row["difficulty"])}
	if last, err := time.Parse(time.RFC3339, row["last-review"]); err == nil {
		s.Last = last.In(f.zone)
	} else if n := len(h.Reviews); n > 0 {
		s.Last = h.Reviews[n-1].At
	}
	if _, fsrs := row["stability"]; fsrs {
		if s.Stability == 0 {
			return nil
		}
		switch row["state"] {
		case "1":
			s.Phase = notebook.Learning
		case "3":
			s.Phase = notebook.Relearning
		}
		s.Interval = s.Due.Sub(s.Last).Hours() / 24
	} else {
		s.Ease, s.Interval = numberOf(row["ease"]), numberOf(row["interval"])
		if s.Interval == 0 && len(h.Reviews) == 0 {
			return nil
		}
		if s.Interval < 1 {
			s.Phase = notebook.Learning
		}
		if s.Last.IsZero() {
			s.Last = s.Due.Add(-time.Duration(s.Interval * 24 * float64(time.Hour)))
		}
	}
	for _, r := range h.Reviews {
		if r.Grade == 1 && !r.Learning && !r.Relapsed {
			s.Lapses++
		}
	}
	if n := len(h.Reviews); n > 0 {
		h.Reviews = slices.Clone(h.Reviews)
		h.Reviews[n-1].Interval = s.Interval
	} else {
		f.without++
	}
	return s
}
