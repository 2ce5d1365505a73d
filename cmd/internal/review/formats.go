package review

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/reading"
	"kartei/cmd/internal/show"
	"kartei/decks"
	"kartei/decks/answer"
	"kartei/decks/quiz"
)

// A format is how a card is asked.
type format interface {
	name() string // in the log
	ask(ctx context.Context, t *question) (response, error)
	reveal(t *question) // shows the answer, beside what was given
}

// chooseFormat chooses how to ask: as the card's kind demands, else as its author
// insists, else as the learner likes. An author's wish for a choice needs wrong
// answers to choose from.
func (q *question) chooseFormat(ctx context.Context) (format, error) {
	switch q.card.Kind {
	case decks.Choice:
		return choice{q.shuffled(q.card.Options)}, nil
	case decks.Set:
		if q.mayTypeSet() {
			return &typedSet{}, nil
		}
		return set{}, nil
	case decks.Sequence:
		return sequence{}, nil
	}
	if q.card.Type == decks.AnswerChoice {
		options, err := q.offered(ctx)
		if err != nil {
			return nil, err
		}
		if options != nil {
			return choice{q.shuffled(options)}, nil
		}
	}
	if q.mayType() {
		return &typed{}, nil
	}
	return recall{}, nil
}

// Where the wrong answers of a choice come from, and how many there are.
const (
	neighbours = 200 // facts around the card
	wrongs     = 3
)

// offered returns the right answer and wrong ones from the card's siblings; nil
// if there are too few.
func (q *question) offered(ctx context.Context) ([]decks.Option, error) {
	near, err := q.Store.Neighbours(ctx, q.card, neighbours)
	if err != nil {
		return nil, err
	}
	wrong := quiz.Wrong(&decks.Deck{Lang: q.card.Lang, Facts: near}, q.card.ID, q.Seed, wrongs)
	if wrong == nil {
		return nil, nil
	}
	return append([]decks.Option{{Text: q.card.Answer, Right: true}}, wrong...), nil
}

// mayType reports whether the answer is to be typed.
func (q *question) mayType() bool {
	switch q.card.Type {
	case decks.AnswerTyped:
		return true
	case decks.AnswerRecall, decks.AnswerChoice:
		return false
	}
	if !answer.Typeable(q.card.Answer) {
		return false
	}
	switch q.card.Typed {
	case decks.TypeAlways:
		return true
	case decks.TypeNever:
		return false
	}
	return q.Typed && len(strings.Fields(q.card.Answer)) <= 4
}

// recall shows the answer and leaves the judgement to the learner.
type recall struct{}

func (recall) name() string { return "recall" }

func (recall) ask(ctx context.Context, t *question) (response, error) {
	_, err := t.Ask.Menu(ctx, ask.Menu{
		Items: []ask.Item{{Label: "Show the answer", Keys: t.Keys.show()}},
		Leave: t.leave(), Footer: t.footer,
	})
	return response{}, err
}

func (recall) reveal(t *question) { t.showAnswer() }

func (q *question) showAnswer() {
	if q.card.Kind == decks.Cloze {
		q.text(0, reading.Sentence(&q.card.Card, false))
		return
	}
	q.text(0, q.card.Answer)
}

// choice offers options in an order that the seed and the card decide.
type choice struct{ options []decks.Option }

func (choice) name() string { return "choice" }

func (c choice) ask(ctx context.Context, t *question) (response, error) {
	m := ask.Menu{Label: "Which one?", Start: -1, Draft: &t.draft, Leave: t.leaveLetters(), Footer: t.footer}
	var right []int
	var given response
	for i, o := range c.options {
		m.Items = append(m.Items, ask.Item{Label: show.Inline(o.Text), Keys: optionKeys(i)})
		given.options = append(given.options, o.Text)
		if o.Right {
			right = append(right, i)
		}
	}
	var err error
	if len(right) == 1 {
		given.chosen = make([]int, 1)
		given.chosen[0], err = t.Ask.Menu(ctx, m)
	} else {
		m.Label = "Several are right: mark them, then enter"
		if t.Plain {
			m.Label = "Several are right: name them, as in a c"
		}
		given.chosen, err = t.Ask.Several(ctx, m)
	}
	given.judge(slices.Equal(given.chosen, right))
	return given, t.otherKeys(ctx, err, "Go on choosing")
}

// reveal marks what was chosen and what is right, says why a wrong one is, and
// leaves the others beside them.
func (c choice) reveal(t *question) {
	for i, o := range c.options {
		text := o.Text
		switch chosen := slices.Contains(t.given.chosen, i); {
		case o.Right && chosen:
			t.Page.marked(show.Green, right, text)
		case o.Right:
			t.Page.marked(show.Green, instead, text)
		case chosen:
			if o.Why != "" {
				text += " — " + o.Why
			}
			t.Page.marked(show.Red, wrong, text)
		default:
			t.Page.marked(show.Dim, other, text)
		}
	}
	if t.card.Kind == decks.Cloze {
		t.Page.blank()
		t.showAnswer()
	}
}

func (q *question) shuffled(options []decks.Option) []decks.Option {
	options = slices.Clone(options)
	q.dice().Shuffle(len(options), func(i, j int) { options[i], options[j] = options[j], options[i] })
	return options
}

// dice are the same for a card at the same repetition under the same seed.
func (q *question) dice() *rand.Rand {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s %d", q.card.ID, q.step.Card.Memory.Reps)
	return rand.New(rand.NewPCG(q.Seed, h.Sum64()))
}

// set shows its items, and the learner ticks those that came to mind.
type set struct{}

func (set) name() string { return "set" }

func (set) ask(ctx context.Context, t *question) (response, error) {
	if !t.ticking {
		if _, err := (recall{}).ask(ctx, t); err != nil {
			return response{}, err
		}
		t.ticking = true
	}
	m := ask.Menu{Label: "Tick those that you had, then enter", Draft: &t.draft, Leave: t.leaveLetters(),
		Footer: t.footer}
	if t.Plain {
		m.Label = "Name those that you had, as in a c"
	}
	for i, item := range t.card.Items {
		m.Items = append(m.Items, ask.Item{Label: show.Inline(item), Keys: optionKeys(i)})
	}
	chosen, err := t.Ask.Several(ctx, m)
	given := response{options: t.card.Items, chosen: chosen}
	given.judge(len(chosen) == len(t.card.Items))
	return given, t.otherKeys(ctx, err, "Go on ticking")
}

func (set) reveal(t *question) {
	t.Page.words(show.Bold, fmt.Sprintf("%d of %d", len(t.given.chosen), len(t.card.Items)))
	for i, item := range t.card.Items {
		if slices.Contains(t.given.chosen, i) {
			t.Page.marked(show.Green, right, item)
		} else {
			t.Page.marked(show.Red, missed, item)
		}
	}
}

// sequence has its items put in order.
type sequence struct{}

func (sequence) name() string { return "sequence" }

func (sequence) ask(ctx context.Context, t *question) (response, error) {
	order := t.dice().Perm(len(t.card.Items))
	if slices.IsSorted(order) && len(order) > 1 { // never show the answer
		order[0], order[1] = order[1], order[0]
	}
	m := ask.Menu{Label: "Put them in order, the first one first", Draft: &t.draft, Leave: t.leaveLetters(),
		Footer: t.footer}
	if t.Plain {
		m.Label += ", as in b a c"
	}
	given := response{}
	for i, at := range order {
		m.Items = append(m.Items, ask.Item{Label: show.Inline(t.card.Items[at]), Keys: optionKeys(i)})
		given.options = append(given.options, t.card.Items[at])
	}
	var err error
	given.chosen, err = t.Ask.Order(ctx, m)
	ok := err == nil
	for i, c := range given.chosen {
		ok = ok && given.options[c] == t.card.Items[i]
	}
	given.judge(ok)
	return given, t.otherKeys(ctx, err, "Go on ordering")
}

// reveal returns the right order, with the place where each item was put that is
// not its own.
func (sequence) reveal(t *question) {
	digits := len(fmt.Sprint(len(t.card.Items)))
	for i, item := range t.card.Items {
		m, style := right, show.Green
		if t.given.options[t.given.chosen[i]] != item {
			m, style = wrong, show.Red
			put := slices.IndexFunc(t.given.chosen, func(c int) bool { return t.given.options[c] == item })
			item += fmt.Sprintf(" (you: %d.)", put+1)
		}
		t.Page.beside(style, fmt.Sprintf("%s%*d. ", t.Page.mark(m), digits, i+1), style, show.Inline(item))
	}
}
