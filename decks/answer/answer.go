package answer

import (
	"slices"

	"kartei/decks"
	"kartei/decks/spelling"
)

// A Rule names why a typed answer counts as right, or that it does not. It is
// kept in the log, so the words never change.
type Rule string

// The rules: the rungs of the ladder from the strictest to the most lenient.
// Each forgives what those above it do.
const (
	Exact   Rule = "exact"
	Number  Rule = "number"  // equal as numbers, within the tolerance
	Case    Rule = "case"    // equal but for capitals
	Spacing Rule = "spacing" // … and spaces, hyphens, quotation marks and punctuation
	Forms   Rule = "forms"   // … and other forms of a character: H₂O and H2O, wide and narrow
	Letters Rule = "letters" // … and letters that a keyboard lacks: ø and o, ü and ue, apostrophes
	Points  Rule = "points"  // … and the points of Arabic and Hebrew
	Accents Rule = "accents" // … and accents
	Typo    Rule = "typo"    // … and a slip or two of the finger
	Wrong   Rule = "wrong"
)

// Rules are all rules, from the strictest to the most lenient.
var Rules = []Rule{Exact, Number, Case, Spacing, Forms, Letters, Points, Accents, Typo, Wrong}

// rank is how lenient a rule is.
func (r Rule) rank() int { return slices.Index(Rules, r) }

// Laxer returns the more lenient of two rules.
func Laxer(a, b Rule) Rule {
	if b.rank() > a.rank() {
		return b
	}
	return a
}

// Forgave says what the rule forgave, to stand behind "Right, but for"; it is
// empty for rules that forgive nothing.
func (r Rule) Forgave() string {
	return map[Rule]string{
		Case: "capitals", Spacing: "spaces or signs", Forms: "the form of a character",
		Letters: "a letter that keyboards lack",
		Points:  "the points", Accents: "the accents", Typo: "a slip",
	}[r]
}

// A Verdict is the result of a comparison.
type Verdict struct {
	Right bool
	Rule  Rule
	Want  string // the wanted answer that came closest, as it reads
	Rival string // the answer of another card that was typed instead, as it reads; empty if none was
}

// MaxLength bounds what is compared, in bytes: the longest line of a deck.
// What is longer is right only if it is the same.
const MaxLength = 64 << 10

// Wanted is what a card wants typed. Texts are Markdown, as in [decks.Card].
type Wanted struct {
	Text      string           // the answer
	Accept    []string         // other answers that are right
	Tolerance *decks.Tolerance // for numbers; nil means equal
	Lang      string           // BCP 47: settles decimal signs, small letters, digraphs
	Rivals    []string         // answers of other cards, and what the author calls wrong
	Strict    bool             // forgive capitals, spaces and typographic signs only
}

// Compare judges typed against the answer and every accepted alternative, and
// returns the strictest rule under which one of them is met. What equals a
// rival by a stricter rule is wrong.
func (w *Wanted) Compare(typed string) Verdict {
	alternatives := w.alternatives()
	best := Verdict{Rule: Wrong, Want: alternatives[0].plain}
	given := newText(typed, w.Lang)
	if given.tidy == "" {
		return best
	}
	for i := range alternatives {
		if r := w.rule(given, &alternatives[i], best.Rule); r.rank() < best.Rule.rank() {
			best = Verdict{Right: true, Rule: r, Want: alternatives[i].plain}
		}
	}
	if best.Rule == Exact || best.Rule == Number {
		return best
	}
	if rival := w.nearer(given, alternatives, best.Rule); rival != "" {
		return Verdict{Rule: Wrong, Want: best.Want, Rival: rival}
	}
	return best
}

// rule returns the strictest rule below the limit by which given is want.
func (w *Wanted) rule(given, want *text, limit Rule) Rule {
	if given.tidy == want.tidy {
		return Exact
	}
	switch equal, numbers := w.sameNumber(given, want); {
	case equal:
		return Number
	case numbers:
		return Wrong
	}
	if r := w.folded(given, want); r != Wrong && r.rank() < limit.rank() {
		return r
	}
	if !w.Strict && Typo.rank() < limit.rank() && w.slipped(given, want) {
		return Typo
	}
	return Wrong
}

// folded returns the strictest rule that folds given and want into one, Wrong
// without one. What the most lenient of them does not, none does.
func (w *Wanted) folded(given, want *text) Rule {
	rungs := []Rule{Case, Spacing, Forms, Letters, Points, Accents}
	switch {
	case w.Strict:
		rungs = rungs[:2]
	case given.code || want.code:
		rungs = rungs[:3]
	}
	if !meet(rungs[len(rungs)-1], given, want) {
		return Wrong
	}
	for _, r := range rungs {
		if meet(r, given, want) {
			return r
		}
	}
	return Wrong
}

// nearer returns the rival that given equals by a stricter rule than limit, as
// it reads; empty without one. What is among the alternatives is not a rival.
func (w *Wanted) nearer(given *text, alternatives []text, limit Rule) string {
	own := map[string]bool{}
	for i := range alternatives {
		own[alternatives[i].tidy] = true
	}
	for _, rival := range w.Rivals {
		other := newAnswer(rival, w.Lang)
		if other.tidy == "" || own[other.tidy] {
			continue
		}
		if given.tidy == other.tidy {
			return other.plain
		}
		if r := w.folded(given, &other); r != Wrong && r.rank() < limit.rank() {
			return other.plain
		}
	}
	return ""
}

// alternatives are the answers that are right; each also as it is written, if
// that is not as it reads: a formula may be typed in TeX.
func (w *Wanted) alternatives() []text {
	all := make([]text, 0, len(w.Accept)+2)
	for i, written := range append([]string{w.Text}, w.Accept...) {
		a := newAnswer(written, w.Lang)
		if a.tidy == "" && i > 0 {
			continue
		}
		all = append(all, a)
		if a.plain != written {
			source := newText(written, w.Lang)
			source.plain, source.verbatim = a.plain, true
			all = append(all, *source)
		}
	}
	return all
}

// Near reports whether two texts look alike enough for their difference to teach
// something: at most every third letter is another one.
func Near(typed, want string) bool {
	a, b := []rune(foldCase(WithoutPoints(tidy(typed)), "")), []rune(foldCase(WithoutPoints(tidy(want)), ""))
	if len(a) > 200 || len(b) > 200 {
		return false
	}
	limit := (max(len(a), len(b)) + 1) / 3
	return spelling.Distance(a, b, limit, 1) <= limit
}
