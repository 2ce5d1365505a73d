package review

import (
	"context"
	"fmt"
	"strings"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/show"
	"kartei/decks/answer"
	"kartei/store"
)

// typed compares what the learner types.
type typed struct {
	verdict answer.Verdict
	other   store.ConfusableAnswer // whose answer was typed instead
}

func (*typed) name() string { return "typed" }

func (*typed) types() {}

func (w *typed) ask(ctx context.Context, t *question) (response, error) {
	text, err := t.typedLine(ctx, "Your answer: ")
	if err != nil {
		return response{}, err
	}
	if err := w.compare(ctx, t, text); err != nil {
		return response{}, err
	}
	given := response{typed: text, rule: w.verdict.Rule}
	given.judge(w.verdict.Right)
	return given, nil
}

// typedLine reads a line; the error is a command that the learner gave instead.
func (q *question) typedLine(ctx context.Context, label string) (string, error) {
	if footer := q.footer(q.Page.columns() - len("esc, then ") - 2*margin); footer != "" && !q.Plain && !q.footed {
		q.Page.words(show.Dim, "esc, then "+footer)
		q.footed = true
	}
	text, err := q.Ask.Line(ctx, ask.Line{Label: label, Draft: &q.draft, Leave: q.leaveLetters()})
	if err != nil && !q.Plain {
		q.Page.blank()
	}
	return text, q.otherKeys(ctx, err, "Go on typing")
}

// rivals is how many answers of other cards a typed one is held against.
const rivals = 1000

// compare judges a typed answer. Only what is not the answer itself is worth
// looking at other cards, whose answers it may be.
func (w *typed) compare(ctx context.Context, t *question, text string) (err error) {
	want := answer.Wanted{Text: t.card.Answer, Accept: t.card.Accept, Tolerance: t.card.Tolerance, Lang: t.card.Lang,
		Strict: t.strict()}
	w.verdict = want.Compare(text)
	if w.verdict.Rule == answer.Exact || w.verdict.Rule == answer.Number || strings.TrimSpace(text) == "" {
		return nil
	}
	others, err := t.Store.ConfusableAnswers(ctx, t.card, rivals)
	if err != nil {
		return err
	}
	for _, o := range others {
		want.Rivals = append(want.Rivals, o.Answer)
	}
	w.verdict = want.Compare(text)
	for _, o := range others {
		if read, _ := answer.Plain(o.Answer); w.verdict.Rival != "" && read == w.verdict.Rival {
			w.other = o
			break
		}
	}
	return nil
}

// strict reports whether the deck, or the learner, wants letters and accents
// right.
func (q *question) strict() bool { return q.Strict || q.card.Strict }

// reveal draws a slip letter by letter; an answer of quite another sort is
// only set beside the right one. What is right by a rule other than being the
// same says by which.
func (w *typed) reveal(t *question) {
	v, text := w.verdict, strings.TrimSpace(t.given.typed)
	own, _ := answer.Plain(t.card.Answer)
	shows := v.Want != own // an answer that is accepted instead
	switch {
	case v.Rule == answer.Exact:
		t.Page.beside(show.Green, t.Page.mark(right), show.Green, text)
	case text == "":
		shows = true
	case v.Rule == answer.Number:
		t.Page.beside(show.Green, t.Page.mark(right), show.Green, text)
		shows = true
	case answer.Near(text, v.Want) && !t.Plain:
		t.Page.print(t.Page.layout().Difference(text, v.Want))
	default:
		w.contrast(t, text)
		shows = false
	}
	if shows {
		t.showAnswer()
	}
	if v.Right && v.Rule != answer.Exact {
		t.Page.words(show.Green, t.rightWords())
	}
	if words := w.otherWords(); words != "" {
		t.Page.words(show.Magenta, words)
	}
}

// otherWords say whose answer was typed instead.
func (w *typed) otherWords() string {
	switch {
	case w.verdict.Rival == "":
		return ""
	case w.other.Prompt == "":
		return show.Line(w.verdict.Rival) + " is what the author warns of."
	}
	return fmt.Sprintf("%s is the answer of “%s”", show.Line(w.verdict.Rival),
		show.Cut(show.Inline(w.other.Prompt), longestPrompt))
}

// longestPrompt is how much of another card's question is shown, in cells.
const longestPrompt = 100

// contrast sets an answer beside the right one.
func (w *typed) contrast(t *question, text string) {
	m, style := wrong, show.Red
	if w.verdict.Right {
		m, style = right, show.Green
	}
	t.Page.beside(style, t.Page.mark(m), style, show.Cut(show.Line(text), longestShown))
	if strings.Contains(t.card.Answer, "\n") || strings.Contains(t.card.Answer, "![") {
		t.showAnswer()
		return
	}
	t.Page.marked(show.Green, instead, t.card.Answer)
}

// longestShown is how much of a wrong answer is shown again, in cells.
const longestShown = 400

// rightWords say by which rule an answer is right that is not quite the same.
func (q *question) rightWords() string {
	if q.given.rule == answer.Number && q.card.Tolerance != nil {
		return fmt.Sprintf("Right, within the tolerance of %s.",
			tolerance(q.card.Tolerance.Amount, q.card.Tolerance.Percent))
	}
	if q.given.rule == answer.Number {
		return "Right, as a number."
	}
	return "Right, but for " + q.given.rule.Forgave() + "."
}

func tolerance(amount float64, percent bool) string {
	if percent {
		return fmt.Sprintf("%g %%", amount)
	}
	return fmt.Sprintf("%g", amount)
}
