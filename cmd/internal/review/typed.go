package review

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/keys"
	"kartei/cmd/internal/show"
	"kartei/decks/answer"
)

// typed compares what the learner types.
type typed struct{ verdict answer.Verdict }

func (*typed) name() string { return typedName }

const typedName = "typed"

// While an answer is typed, Escape leads to the keys that would type letters,
// and from there back.
const (
	menu   ask.Command = "menu"
	typing ask.Command = "typing"
)

func (w *typed) ask(ctx context.Context, t *turn) (response, error) {
	text, err := t.Ask.Line(ctx, ask.Line{Label: "Your answer: ", Limit: answer.MaxLength, Leave: t.lineLeave()})
	if err != nil && !t.Plain {
		t.Page.blank()
	}
	if errors.Is(err, menu) {
		_, err = t.Ask.Menu(ctx, ask.Menu{
			Items: []ask.Item{{Label: "Go on typing", Detail: t.Keys.of(Help) + " other keys", Keys: t.Keys.show()}},
			Leave: t.Keys.leave(),
		})
		if err == nil {
			err = typing
		}
	}
	if err != nil {
		return response{}, err
	}
	if w.verdict, err = t.compare(ctx, text); err != nil {
		return response{}, err
	}
	given := response{typed: text, rule: w.verdict.Rule}
	given.judge(w.verdict.Right)
	return given, nil
}

// lineLeave is what leaves a typed line: in plain mode all commands, which have
// a colon before them there.
func (t *turn) lineLeave() ask.Leave {
	leave := t.Keys.leave()
	if !t.Plain {
		leave[keys.Escape] = menu
	}
	return leave
}

// rivals is how many answers of other cards a slip is held against.
const rivals = 1000

// compare judges a typed answer. Only a slip is worth looking at other cards,
// whose answers it must not reach.
func (t *turn) compare(ctx context.Context, text string) (answer.Verdict, error) {
	want := answer.Wanted{Text: plain(t.card.Answer), Tolerance: t.card.Tolerance, Lang: t.card.Lang}
	for _, a := range t.card.Accept {
		want.Accept = append(want.Accept, plain(a))
	}
	if want.Text != t.card.Answer {
		want.Accept = append(want.Accept, t.card.Answer) // with its marks, as a formula's source
	}
	v := want.Compare(text)
	if v.Rule != answer.Typo {
		return v, nil
	}
	others, err := t.Store.Rivals(ctx, t.card, rivals)
	for _, o := range others {
		want.Rivals = append(want.Rivals, plain(o))
	}
	return want.Compare(text), err
}

// plain is a text as it reads, which is what a learner types.
func plain(text string) string {
	if !strings.ContainsAny(text, "*_`$[\\&<\n") {
		return text
	}
	return show.Inline(text)
}

// reveal draws a slip letter by letter; an answer of quite another sort is
// only set beside the right one. What is right by a rule other than being the
// same says by which.
func (w *typed) reveal(t *turn) {
	v, text := w.verdict, strings.TrimSpace(t.given.typed)
	shows := v.Want != plain(t.card.Answer) // an answer that is accepted instead
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
}

// contrast sets an answer beside the right one.
func (w *typed) contrast(t *turn, text string) {
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

// verdictWords say by which rule an answer is right that is not quite the same.
var verdictWords = map[answer.Rule]string{
	answer.Number:  "Right, as a number.",
	answer.Case:    "Right, but for capitals.",
	answer.Spacing: "Right, but for spaces or signs.",
	answer.Accents: "Right, but for the accents.",
	answer.Typo:    "Right, but for a slip.",
}

func (t *turn) rightWords() string {
	if t.given.rule == answer.Number && t.card.Tolerance != nil {
		return fmt.Sprintf("Right, within the tolerance of %s.", tolerance(t.card.Tolerance.Amount, t.card.Tolerance.Percent))
	}
	return verdictWords[t.given.rule]
}

func tolerance(amount float64, percent bool) string {
	if percent {
		return fmt.Sprintf("%g %%", amount)
	}
	return fmt.Sprintf("%g", amount)
}
