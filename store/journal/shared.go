package journal

import (
	"encoding/hex"
	"errors"
	"slices"
)

// What machines must agree on, beside what was done to cards, is in rows about no card.
// They name a deck by its permanent identity, which stays when the deck gets another
// name or is not here yet. What they come to is a fold over them in the order of
// [Compare], but for those that were taken back.

// A Setting is the value of an option, for a deck with those below it.
type Setting struct {
	Deck   string `json:"deck,omitempty"`   // permanent identity
	Folder string `json:"folder,omitempty"` // or the name of a folder of decks; neither: all decks
	Name   string `json:"name"`             // of the option: see scheduler.Names
	Value  string `json:"value,omitempty"`  // as it is written; empty: what was set there is taken away
	Auto   bool   `json:"auto,omitempty"`   // nobody asked for it: it went with a deck to its new name, say
}

// Archived says whether a deck is put away.
type Archived struct {
	Deck string `json:"deck"`           // permanent identity
	Away bool   `json:"away,omitempty"` // it is not asked; else it is asked again
	Auto bool   `json:"auto,omitempty"` // nobody asked for it
}

// An Edition is what one compile made of a deck: its text, which is stored elsewhere,
// by a digest. A deck of which no text stands is gone.
type Edition struct {
	Deck   string `json:"deck"`             // permanent identity
	Text   string `json:"text,omitempty"`   // SHA-256 in hexadecimal; empty: the deck is gone
	Parent string `json:"parent,omitempty"` // the text that stood, and that this one was made from; empty: none
	Over   bool   `json:"over,omitempty"`   // the learner said that it counts, whatever stands
}

// Shown names an introduction that was shown: the prose of a section of a deck.
type Shown struct {
	Deck    string   `json:"deck"`           // permanent identity
	Section []string `json:"section"`        // its headings from the outermost; none: what stands before the first
	Text    string   `json:"text,omitempty"` // a hash of the prose as it was shown
}

// Is reports whether this is the introduction of a section.
func (s *Shown) Is(section []string) bool { return slices.Equal(s.Section, section) }

var (
	errNoDeck    = errors.New("the row does not name its deck")
	errNoSetting = errors.New("an option needs its name, and one deck or folder at most")
	errNoDigest  = errors.New("a text is named by its SHA-256")
)

// checkShared refuses rows about no card that no fold could read.
func (e *Entry) checkShared() error {
	deck := ""
	switch d := &e.Detail; {
	case e.Kind == KindOption:
		if d.Set == nil || d.Set.Name == "" || d.Set.Deck != "" && d.Set.Folder != "" {
			return errNoSetting
		}
		return nil
	case e.Kind == KindArchive && d.Archive != nil:
		deck = d.Archive.Deck
	case e.Kind == KindShown && d.Shown != nil:
		deck = d.Shown.Deck
	case e.Kind == KindEdition && d.Edition != nil:
		deck = d.Edition.Deck
		if !isDigest(d.Edition.Text) || !isDigest(d.Edition.Parent) {
			return errNoDigest
		}
	}
	if deck == "" {
		return errNoDeck
	}
	return nil
}

// isDigest reports whether a text is a SHA-256, or empty.
func isDigest(text string) bool {
	b, err := hex.DecodeString(text)
	return err == nil && (len(b) == 0 || len(b) == len(Hash{}))
}

// An OptionOf names an option of a deck, of a folder, or of all decks.
type OptionOf struct{ Deck, Folder, Name string }

// Of is the option that a row sets.
func (s *Setting) Of() OptionOf { return OptionOf{s.Deck, s.Folder, s.Name} }

// Shared is what rows about no card come to, on every machine that has them.
type Shared struct {
	Options  map[OptionOf]string
	Archived map[string]bool     // by permanent identity: decks that are put away
	Editions map[string]*Lineage // by permanent identity
}

// Take takes the next row, in the order of [Compare]; one that was taken back is left
// out by who calls it.
func (s *Shared) Take(r *Row) {
	switch d := &r.Detail; {
	case r.Kind == KindOption && d.Set != nil:
		s.set(d.Set)
	case r.Kind == KindArchive && d.Archive != nil:
		if s.Archived == nil {
			s.Archived = map[string]bool{}
		}
		if delete(s.Archived, d.Archive.Deck); d.Archive.Away {
			s.Archived[d.Archive.Deck] = true
		}
	case r.Kind == KindEdition && d.Edition != nil:
		if s.Editions == nil {
			s.Editions = map[string]*Lineage{}
		}
		if s.Editions[d.Edition.Deck] == nil {
			s.Editions[d.Edition.Deck] = &Lineage{}
		}
		s.Editions[d.Edition.Deck].take(d.Edition, r.Device)
	}
}

func (s *Shared) set(one *Setting) {
	if s.Options == nil {
		s.Options = map[OptionOf]string{}
	}
	if one.Value == "" {
		delete(s.Options, one.Of())
		return
	}
	s.Options[one.Of()] = one.Value
}

// Lineage returns that of a deck's texts; nil if the log names none.
func (s *Shared) Lineage(deck string) *Lineage { return s.Editions[deck] }

// A Lineage is which text of a deck stands, and those that it came from. Nil is one
// without any.
type Lineage struct {
	Standing string          // the text; empty: the deck is gone, or was never there
	Device   string          // where it was compiled first
	before   map[string]bool // texts that stood before it; "" is always one
}

// take lets an edition stand that descends from the text that stands, or that the
// learner said counts. Of two that were made apart from each other the first stays.
func (l *Lineage) take(e *Edition, device string) {
	if e.Text == l.Standing || e.Parent != l.Standing && !e.Over {
		return
	}
	if l.before == nil {
		l.before = map[string]bool{}
	}
	l.before[l.Standing] = true
	l.Standing, l.Device = e.Text, device
}

// Text is the one that stands; empty: none.
func (l *Lineage) Text() string {
	if l == nil {
		return ""
	}
	return l.Standing
}

// Older reports whether a text stood before the one that stands.
func (l *Lineage) Older(text string) bool { return l != nil && text != l.Standing && l.before[text] }
