package decks

import (
	"cmp"
	"fmt"
	"path"
	"slices"

	"kartei/decks/syntax"
)

// join makes decks of the files that name them.
func (c *compiler) join() {
	byName := map[string][]*inputFile{}
	for _, s := range c.sources {
		for _, p := range s.problems {
			c.report(s.file, p)
		}
		switch {
		case len(s.facts) == 0 && s.file.Header.Get("deck") == nil && !c.bad(s):
			c.out.Stamps = append(c.out.Stamps, Stamp{File: s.path, Sum: s.sum})
		case s.deck == "":
			c.report(s.file, syntax.Problem{Severity: Error, Rule: "bad-deck-name",
				Message: "the file's name makes no deck name",
				Hint:    `write one into a header: "---", "deck: my-deck", "---"`})
		default:
			byName[s.deck] = append(byName[s.deck], s)
		}
	}
	joined := make([]*joiner, 0, len(byName))
	for name, sources := range byName {
		joined = append(joined, c.joinDeck(name, sources))
	}
	slices.SortFunc(joined, func(a, b *joiner) int { return cmp.Compare(a.deck.Name, b.deck.Name) })
	c.checkIDs(joined)
	for _, j := range joined {
		j.close()
	}
}

// bad reports whether an error has been found in a source.
func (c *compiler) bad(s *inputFile) bool {
	isError := func(p syntax.Problem) bool { return p.Severity == Error }
	return slices.ContainsFunc(s.file.Problems, isError) || slices.ContainsFunc(c.problems[s.file], isError)
}

// checkIDs reports decks that claim to be the same one.
func (c *compiler) checkIDs(joined []*joiner) {
	first := map[string]*joiner{}
	for _, j := range joined {
		other := first[j.deck.ID]
		if other == nil {
			first[j.deck.ID] = j
			continue
		}
		for _, pair := range [][2]*joiner{{j, other}, {other, j}} {
			c.report(pair[0].all[0].file, syntax.Problem{Span: pair[0].place("id"), Severity: Error,
				Rule:    "duplicate-deck-id",
				Message: fmt.Sprintf("this deck and the deck %q have one id: %q", pair[1].deck.Name, j.deck.ID),
				Hint:    `give one of the two another id in its header: "id: …"`})
		}
	}
}

// A joiner puts one deck together.
type joiner struct {
	*compiler
	traced *Traced
	deck   *Deck
	all    []*inputFile    // that name the deck
	facts  map[string]int  // by key: the index of the fact
	given  map[string]bool // header entries that a file has given
	strict string          // yes or no, as a header gives it
	quiz   string          // never, as a header gives it
	prose  int             // bytes of its passages
}

func (c *compiler) joinDeck(name string, sources []*inputFile) *joiner {
	deck := &Deck{Name: name, ID: name, Order: Authored, Typed: TypeShort}
	j := &joiner{compiler: c, traced: &Traced{Deck: deck}, deck: deck, all: sources, facts: map[string]int{},
		given: map[string]bool{}}
	facts := 0
	for _, s := range sources {
		facts += len(s.facts)
	}
	deck.Facts = make([]Fact, 0, facts)
	j.traced.Origins = make([][]Origin, 0, facts)
	for _, s := range sources {
		if path.Dir(s.path) != path.Dir(sources[0].path) {
			c.report(s.file, syntax.Problem{Span: entrySpan(s, "deck"), Severity: Error, Rule: "deck-in-two-folders",
				Message: fmt.Sprintf("the deck %q is in another folder too, in %s", name, sources[0].path),
				Hint:    `give one of the two another name in its header: "deck: …"`})
			continue
		}
		j.traced.Files = append(j.traced.Files, s.file)
		deck.Files = append(deck.Files, s.path)
		j.header(s)
		for i := range s.facts {
			j.take(s, i)
			j.add(s, i)
		}
		j.take(s, len(s.facts))
		deck.Cut = deck.Cut || s.cut
	}
	return j
}

// place returns where the deck's first file speaks of a header key.
func (j *joiner) place(key string) syntax.Span { return entrySpan(j.all[0], key) }

func entrySpan(s *inputFile, key string) syntax.Span {
	if e := s.file.Header.Get(key); e != nil {
		return e.Value.Span
	}
	if e := s.file.Header.Get("deck"); e != nil {
		return e.Value.Span
	}
	return syntax.Span{}
}

// header takes over what a file's header says. The first file that gives a
// value returns it for the deck.
func (j *joiner) header(s *inputFile) {
	if s.file.Header == nil {
		return
	}
	d := j.deck
	fields := map[string]*string{
		"id": &d.ID, "title": &d.Title, "author": &d.Author, "license": &d.License, "lang": &d.Lang,
		"order": (*string)(&d.Order), "typed": (*string)(&d.Typed), "strict": &j.strict, "quiz": &j.quiz,
	}
	for i := range s.file.Header.Entries {
		e := &s.file.Header.Entries[i]
		switch field := fields[e.Key]; {
		case e.Key == "source":
			j.source(s, e)
		case e.Key == "tags":
			d.Tags = joinTags(d.Tags, syntax.SplitTags(e.Value.Text))
		case field == nil:
		case !j.given[e.Key]:
			*field, j.given[e.Key] = e.Value.Text, true
		case *field != e.Value.Text:
			j.conflict(s, e, *field)
		}
	}
	d.Strict, d.NoQuiz = j.strict == "yes", j.quiz == "never"
}

func (j *joiner) source(s *inputFile, e *syntax.Entry) {
	for _, known := range j.deck.Sources {
		if known.Name == e.Name {
			if known.Text != e.Value.Text {
				j.conflict(s, e, known.Text)
			}
			return
		}
	}
	j.deck.Sources = append(j.deck.Sources, Citation{e.Name, e.Value.Text})
}

// conflict reports a header entry that another file of the deck gives
// otherwise. A deck with two ids is an error: its cards would have two names.
func (j *joiner) conflict(s *inputFile, e *syntax.Entry, first string) {
	severity := Warning
	if e.Key == "id" {
		severity = Error
	}
	j.report(s.file, syntax.Problem{Span: e.Value.Span, Severity: severity, Rule: "header-conflict",
		Message: fmt.Sprintf("another file of this deck gives this as %q, which counts", first),
		Hint:    "make the two alike, or delete this line"})
}

// add takes a fact into the deck. Rows of two tables with one key are one fact
// that both tables ask about.
func (j *joiner) add(s *inputFile, i int) {
	fact, origins := s.facts[i], s.from[i]
	if fact.Key != "" {
		at, taken := j.facts[fact.Key]
		if taken && j.sameRow(at, fact, origins) {
			known := &j.deck.Facts[at]
			known.Cards = slices.Concat(known.Cards, fact.Cards)
			j.traced.Origins[at] = slices.Concat(j.traced.Origins[at], origins)
			return
		}
		if taken {
			j.duplicate(s, fact, origins[0], j.deck.Facts[at])
			return
		}
		j.facts[fact.Key] = len(j.deck.Facts)
	}
	j.deck.Facts = append(j.deck.Facts, fact)
	j.traced.Origins = append(j.traced.Origins, origins)
}

// sameRow reports whether a fact is a row of another table about the fact that
// the deck has already, with cards of other names.
func (j *joiner) sameRow(at int, fact Fact, origins []Origin) bool {
	known := j.traced.Origins[at]
	if origins[0].Table == nil || known[0].Table == nil {
		return false
	}
	for _, o := range known {
		if o.Table == origins[0].Table {
			return false
		}
	}
	for _, c := range fact.Cards {
		if slices.ContainsFunc(j.deck.Facts[at].Cards, func(k Card) bool { return k.Name == c.Name }) {
			return false
		}
	}
	return true
}

func (j *joiner) duplicate(s *inputFile, fact Fact, origin Origin, first Fact) {
	at := syntax.Span{}
	hint := "give one of the two another id"
	switch {
	case origin.Row == nil:
		at = origin.Fact.Get(syntax.ID).Value.Span
	case fact.Cell:
		at = origin.Row.Cells[0].Span
		hint = `add a column "id" with a different id for each row`
	default:
		at = origin.Row.Cells[origin.Table.Role(syntax.RowID, "")].Span
	}
	j.report(s.file, syntax.Problem{Span: at, Severity: Error, Rule: "duplicate-id",
		Message: fmt.Sprintf("the id %q is taken already, in %s line %d", fact.Key, first.File, first.Line), Hint: hint,
		Other: &syntax.Place{File: first.File, Line: first.Line}})
}

// broken reports whether the deck has errors. It also is broken by a file beside it
// that could not be read, and by a file with errors that belonged to it at the
// last compile: that file may belong to it, and its facts must not seem gone.
func (j *joiner) broken() bool {
	folder := path.Dir(j.all[0].path)
	return slices.ContainsFunc(j.all, j.bad) ||
		slices.ContainsFunc(j.unread, func(file string) bool { return path.Dir(file) == folder }) ||
		slices.ContainsFunc(j.sources, func(s *inputFile) bool { return s.was == j.deck.Name && j.bad(s) })
}

// close names the cards of facts with an id and files the deck as good or
// broken.
func (j *joiner) close() {
	d := j.deck
	cards := 0
	for i := range d.Facts {
		f := &d.Facts[i]
		cards += len(f.Cards)
		if f.Key != "" {
			f.name(d.ID)
		}
	}
	if cards > MaxCards {
		j.report(j.all[0].file, syntax.Problem{Span: j.place("deck"), Severity: Error, Rule: "too-many-cards",
			Message: fmt.Sprintf("this deck has %d cards, more than %d", cards, MaxCards),
			Hint:    `split it into several decks: "deck: name/part"`})
	}
	j.traced.Broken = j.broken()
	j.out.Traced = append(j.out.Traced, j.traced)
	if j.traced.Broken {
		j.out.Broken = append(j.out.Broken, d.Name)
		return
	}
	j.out.Decks = append(j.out.Decks, d)
	for _, s := range j.all {
		j.out.Stamps = append(j.out.Stamps, Stamp{File: s.path, Deck: d.Name, Sum: s.sum})
	}
}

// name returns the fact's cards their permanent names.
func (f *Fact) name(deckID string) {
	for i := range f.Cards {
		f.Cards[i].ID = CardID(deckID, f.Key, f.Cards[i].Name)
	}
}
