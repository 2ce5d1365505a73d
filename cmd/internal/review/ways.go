package review

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/show"
	"kartei/decks"
	"kartei/decks/answer"
)

// A way is how a card is asked.
type way interface {
	name() string // in the log
	ask(ctx context.Context, t *turn) (response, error)
	reveal(t *turn) // shows the answer, beside what was given
}

// way chooses how to ask: as the card's kind demands, else as its author
// insists, else as the learner likes.
func (t *turn) way() way {
	switch t.card.Kind {
	case decks.Choice:
		return choice{}
	case decks.Set:
		return set{}
	case decks.Sequence:
		return sequence{}
	}
	if t.mayType() {
		return typed{}
	}
	return recall{}
}

// mayType tells whether the answer is to be typed.
func (t *turn) mayType() bool {
	switch t.card.Type {
	case decks.AnswerTyped:
		return true
	case decks.AnswerRecall, decks.AnswerChoice:
		return false
	}
	switch t.card.Typed {
	case decks.TypeAlways:
		return true
	case decks.TypeNever:
		return false
	}
	return t.Typed && len(strings.Fields(t.card.Answer)) <= 4
}

// recall shows the answer and leaves the judgement to the learner.
type recall struct{}

func (recall) name() string { return "recall" }

func (recall) ask(ctx context.Context, t *turn) (response, error) {
	_, err := t.Ask.Menu(ctx, ask.Menu{
		Items: []ask.Item{{Label: "Show the answer", Keys: t.Keys.show()}},
		Leave: t.Keys.leave(),
	})
	return response{}, err
}

func (recall) reveal(t *turn) { t.showAnswer() }

func (t *turn) showAnswer() {
	if t.card.Kind == decks.Cloze {
		t.Page.text(filled(&t.card.Card))
		return
	}
	t.Page.text(t.card.Answer)
}

// typed compares what the learner types.
type typed struct{}

func (typed) name() string { return "typed" }

func (typed) ask(ctx context.Context, t *turn) (response, error) {
	text, err := t.Ask.Line(ctx, ask.Line{Label: "Your answer: ", Limit: answer.MaxLength, Leave: t.Keys.leave()})
	if err != nil {
		return response{}, err
	}
	v := t.compare(text)
	return response{typed: text, right: &v.Right}, nil
}

func (t *turn) compare(text string) answer.Verdict {
	want := answer.Wanted{Text: t.card.Answer, Accept: t.card.Accept, Tolerance: t.card.Tolerance, Lang: t.card.Lang}
	return want.Compare(text)
}

// reveal draws a slip letter by letter; an answer of quite another sort is
// only set beside the right one.
func (typed) reveal(t *turn) {
	v := t.compare(t.given.typed)
	text := strings.TrimSpace(t.given.typed)
	switch {
	case v.Rule == answer.Exact:
		t.Page.words(show.Green, "✓ "+text)
	case text == "" || v.Rule == answer.Number && v.Right:
		t.showAnswer()
	case answer.Near(text, v.Want):
		t.Page.print(t.Page.layout().Difference(text, v.Want))
	default:
		t.Page.words(show.Red, "✗ "+text)
		t.showAnswer()
	}
}

// choice offers options in an order that the seed and the card decide.
type choice struct{}

func (choice) name() string { return "choice" }

func (choice) ask(ctx context.Context, t *turn) (response, error) {
	options := t.shuffledOptions()
	m := ask.Menu{Label: "Which one?", Start: -1}
	right := []int{}
	given := response{}
	for i, o := range options {
		m.Items = append(m.Items, ask.Item{Label: o.Text, Keys: optionKeys(i)})
		given.options = append(given.options, o.Text)
		if o.Right {
			right = append(right, i)
		}
	}
	m.Leave = t.Keys.without(m.Items)
	var err error
	if len(right) == 1 {
		given.chosen = make([]int, 1)
		given.chosen[0], err = t.Ask.Menu(ctx, m)
	} else {
		m.Label = "Which of these? Several are right"
		given.chosen, err = t.Ask.Several(ctx, m)
	}
	ok := slices.Equal(given.chosen, right)
	given.right = &ok
	return given, err
}

func (choice) reveal(t *turn) {
	why := map[string]decks.Option{}
	for _, o := range t.card.Options {
		why[o.Text] = o
	}
	for i, text := range t.given.options {
		o, chosen := why[text], slices.Contains(t.given.chosen, i)
		mark, style := " ", show.Style(0)
		switch {
		case o.Right:
			mark, style = "✓", show.Green
		case chosen:
			mark, style = "✗", show.Red
		}
		if o.Right || chosen {
			line := mark + " " + text
			if o.Why != "" && !o.Right {
				line += " — " + o.Why
			}
			t.Page.words(style, line)
		}
	}
}

func (t *turn) shuffledOptions() []decks.Option {
	options := slices.Clone(t.card.Options)
	t.dice().Shuffle(len(options), func(i, j int) { options[i], options[j] = options[j], options[i] })
	return options
}

// dice are the same for a card at the same repetition under the same seed.
func (t *turn) dice() *rand.Rand {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s %d", t.card.ID, t.step.Card.Memory.Reps)
	return rand.New(rand.NewPCG(t.Seed, h.Sum64()))
}

// set shows its items, and the learner ticks those that came to mind.
type set struct{}

func (set) name() string { return "set" }

func (set) ask(ctx context.Context, t *turn) (response, error) {
	t.Page.words(show.Dim, fmt.Sprintf("%d to name", len(t.card.Items)))
	if _, err := (recall{}).ask(ctx, t); err != nil {
		return response{}, err
	}
	m := ask.Menu{Label: "Tick those that you had"}
	for i, item := range t.card.Items {
		m.Items = append(m.Items, ask.Item{Label: item, Keys: optionKeys(i)})
	}
	m.Leave = t.Keys.without(m.Items)
	chosen, err := t.Ask.Several(ctx, m)
	ok := len(chosen) == len(t.card.Items)
	return response{options: t.card.Items, chosen: chosen, right: &ok}, err
}

func (set) reveal(t *turn) {
	t.Page.line(show.Bold, "  %d of %d", len(t.given.chosen), len(t.card.Items))
	for i, item := range t.card.Items {
		if slices.Contains(t.given.chosen, i) {
			t.Page.words(show.Green, "✓ "+item)
		} else {
			t.Page.words(show.Red, "✗ "+item)
		}
	}
}

// sequence has its items put in order.
type sequence struct{}

func (sequence) name() string { return "sequence" }

func (sequence) ask(ctx context.Context, t *turn) (response, error) {
	order := t.dice().Perm(len(t.card.Items))
	if slices.IsSorted(order) && len(order) > 1 { // never show the answer
		order[0], order[1] = order[1], order[0]
	}
	m := ask.Menu{Label: "Put them in order, the first one first"}
	given := response{}
	for i, at := range order {
		m.Items = append(m.Items, ask.Item{Label: t.card.Items[at], Keys: optionKeys(i)})
		given.options = append(given.options, t.card.Items[at])
	}
	m.Leave = t.Keys.without(m.Items)
	var err error
	given.chosen, err = t.Ask.Order(ctx, m)
	ok := err == nil
	for i, c := range given.chosen {
		ok = ok && given.options[c] == t.card.Items[i]
	}
	given.right = &ok
	return given, err
}

func (sequence) reveal(t *turn) {
	for i, item := range t.card.Items {
		style := show.Green
		if i >= len(t.given.chosen) || t.given.options[t.given.chosen[i]] != item {
			style = show.Red
		}
		t.Page.words(style, fmt.Sprintf("%d. %s", i+1, item))
	}
}
