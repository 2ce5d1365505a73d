package notebook

import (
	"context"
	"io/fs"
	"time"

	"kartei/decks"
	"kartei/decks/foreign"
	"kartei/decks/syntax"
)

// A Format is how another program keeps cards in text files. Of the embedded format
// Name, ReadHelp, ReadFlags and Extensions count, which are those of the files that
// are read.
type Format struct {
	foreign.Format

	// Signs are files and folders that only this program makes beside its decks, such
	// as ".obsidian".
	Signs []string

	// Marks counts what in a file is written as only this program writes it, and a
	// deck of Kartei's is not: cards, above all. It decides what a folder is.
	Marks func(name, text string) int

	// Read finds the cards. An error says why nothing can be read; what else is not
	// taken is in the [Reading]. The context bounds the time that reading may take.
	Read func(ctx context.Context, s *Source) (*Reading, error)
}

// A Reading is what a format found.
type Reading struct {
	Pages   []*Page
	Left    []foreign.Left
	Remarks []string // what else a person should know, in a line each

	// Files has the pictures and sounds that pages show; nil: they are in the source.
	Files fs.FS

	// Made is when the program last wrote what it knows of the learner; zero: when the
	// newest of the histories was.
	Made time.Time
}

// A Page is what becomes of one file of the source: a deck file in the same place,
// unless it has no cards.
type Page struct {
	Name string // of the source's file, slash-separated: "geo/europe.md"

	// Deck has the facts, and what the file says of itself. Its name may be empty: then
	// it is made of Name. Pages may name one deck.
	Deck decks.Deck

	Histories []History

	spent int64        // bytes of the texts of sentences' cards
	asked int          // sentences whose gaps became questions
	long  map[int]bool // facts that are too long for a deck file
}

// NewPage returns the page of a file.
func NewPage(name string) *Page { return &Page{Name: name} }

// Add adds a fact that begins at a line, from 1, and returns its index.
func (p *Page) Add(f decks.Fact, line int) int {
	f.File, f.Line = p.Name, line
	if longest(&f) > maxText {
		if p.long == nil {
			p.long = map[int]bool{}
		}
		p.long[len(p.Deck.Facts)] = true
		f.Cards = f.Cards[:1:1]
		f.Cards[0] = decks.Card{Name: f.Cards[0].Name, Prompt: "…"}
	}
	p.Deck.Facts = append(p.Deck.Facts, f)
	return len(p.Deck.Facts) - 1
}

// maxText is how many bytes a text of a card may have, some less than a line of the
// fact language.
const maxText = syntax.MaxLine - 1<<10

// longest is how long the longest text of a fact is.
func longest(f *decks.Fact) (most int) {
	eachText(f, func(text string) string { most = max(most, len(text)); return text })
	return most
}

// A Place is where a card stands on its page.
type Place struct {
	Fact int    // its index
	Card string // the card's name in it: "card", "forward", "reverse", "cloze-1"
}

// A History is what the program knows of one card.
type History struct {
	Place
	Note    string // by which the program knows the card for ever, such as a guid or a hash
	Ordinal int    // of the card in its note, from 0

	Reviews   []Review // the oldest first
	State     *State   // where the card stands; nil: where the reviews lead to, or new
	Suspended bool
	Buried    bool
}

// A Review is an answer as the program logged it.
type Review struct {
	At       time.Time // in the zone where the learner was
	Grade    int       // 1 to 4: Again, Hard, Good, Easy
	Interval float64   // days that were chosen; 0 is unknown, or a step of learning
	Learning bool      // the card was new or in its first steps
	Relapsed bool      // the card was being learned again
	Duration time.Duration
}

// A Phase is where a card stands in its life.
type Phase int

// The phases of a card that was asked.
const (
	Reviewing Phase = iota // Due is a day
	Learning               // Due is a moment
	Relearning
)

// A State is where a card stands. What is zero is unknown.
type State struct {
	Phase      Phase
	Due        time.Time // a day is its noon
	Interval   float64   // days, as the program chose it
	Stability  float64   // days until recall falls to nine in ten
	Difficulty float64   // 1 to 10
	Ease       float64   // of SM-2, such as 2.5
	Last       time.Time // of the last answer
	Reps       int       // answers
	Lapses     int       // failed reviews
	Whole      bool      // the reviews are all that there ever were
}

// Noon is the middle of a date, which is the same study day everywhere.
func Noon(year int, month time.Month, day int, zone *time.Location) time.Time {
	return time.Date(year, month, day, 12, 0, 0, 0, zone)
}
