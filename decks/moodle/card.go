package moodle

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kartei/decks"
	"kartei/decks/answer"
	"kartei/decks/factfile"
)

// card makes a card of a question.
func (b *Bank) card(q *Question, r *textReader) (decks.Card, error) {
	c := decks.Card{Prompt: r.read(q.Stem), Note: r.read(q.General)}
	var hints []string
	for _, h := range q.Hints {
		if text := r.read(h); text != "" && !slices.Contains(hints, text) {
			hints = append(hints, text)
		}
	}
	c.Hint = strings.Join(hints, "\n\n")
	if c.Prompt == "" && q.Kind != Matching {
		return c, errEmpty
	}
	var err error
	switch q.Kind {
	case Choice, TrueFalse:
		err = b.choice(&c, q, r)
	case ShortAnswer:
		err = b.short(&c, q, r)
	case Numerical:
		err = b.number(&c, q, r)
	case Matching:
		err = b.matching(&c, q, r)
	case Ordering:
		c.Kind = decks.Sequence
		for _, item := range q.Items {
			c.Items = append(c.Items, r.read(item))
		}
		if len(c.Items) < 2 || slices.Contains(c.Items, "") {
			err = errNoAnswer
		}
	case Essay:
		err = b.essay(&c, q, r)
	case Description:
		err = errDescription
	default:
		err = fmt.Errorf("a question of the kind %q cannot be asked here", string(q.Kind))
	}
	return c, err
}

// essay takes the general feedback, or what the grader reads, for the answer.
func (b *Bank) essay(c *decks.Card, q *Question, r *textReader) error {
	c.Kind = decks.Recall
	grader := r.read(q.Grader)
	switch {
	case grader != "":
		c.Answer = grader
	case c.Note != "":
		c.Answer, c.Note = c.Note, ""
	case b.options.Flags.On(Essays.Name):
		c.Answer = ownWords
	default:
		return errEssay
	}
	if len(strings.Fields(c.Answer)) <= maxTyped {
		c.Type = decks.AnswerRecall // an essay of a few words is not a short answer
	}
	return nil
}

// ownWords is the answer to an essay that has none.
const ownWords = "(in your own words)"

// partly names an answer that earns a part of the mark.
func (b *Bank) partly(q *Question, text string, percent float64, now string) {
	b.Leave(q.Line, true, "", fmt.Errorf("%q earned %g %% of the mark, and counts as %s now", shorten(text), percent,
		now))
}

// choice reads a multiple choice. Where several may be chosen, what earns part of
// the mark is right; where one may, what earns all of it.
func (b *Bank) choice(c *decks.Card, q *Question, r *textReader) error {
	c.Kind = decks.Choice
	if q.Single && len(q.Answers) > 0 && !slices.ContainsFunc(q.Answers, func(a Answer) bool { return !a.right() }) {
		q.Common = append(q.Common, "nothing wrong to choose from: it is a short answer now")
		return b.short(c, q, r)
	}
	single := q.Single || q.Kind == TrueFalse
	right := func(a *Answer) bool { return a.Percent > 0 && (!single || a.right()) }
	best := 0.0
	for i := range q.Answers {
		best = max(best, q.Answers[i].Percent)
	}
	if single && !q.whole() { // the best answer is the right one
		right = func(a *Answer) bool { return a.Percent > 0 && a.Percent == best }
	}
	rights, share := 0, 0.0
	for i := range q.Answers {
		a := &q.Answers[i]
		o := decks.Option{Text: r.read(a.Text), Why: r.read(a.Feedback), Right: right(a)}
		if q.Kind == TrueFalse {
			o.Text = statement(o.Text)
		}
		if !b.usable(q, c, o) {
			continue
		}
		switch {
		case o.Right && single && rights > 0:
			b.Leave(q.Line, true, o.Text+"\n"+o.Why,
				fmt.Errorf("%q is right as well, but one answer may be chosen", shorten(o.Text)))
			continue
		case o.Right:
			if rights++; rights > 1 && a.Percent != share {
				b.count(q.Line, "right answers that earn more or less than others")
			}
			share = a.Percent
		case a.Percent > 0:
			b.partly(q, o.Text, a.Percent, "wrong")
		case a.Percent < 0 && single:
			b.count(q.Line, "wrong answers that cost a part of the mark")
		}
		c.Options = append(c.Options, o)
	}
	switch {
	case rights == 0:
		return errNoAnswer
	case len(c.Options) < 2:
		return errFew
	}
	return nil
}

// statement is "True" or "False", which Moodle writes small.
func statement(text string) string {
	switch strings.ToLower(text) {
	case "true":
		return "True"
	case "false":
		return "False"
	}
	return text
}

// usable names an option that has no words, or stands among the options already.
func (b *Bank) usable(q *Question, c *decks.Card, o decks.Option) bool {
	if o.Text == "" {
		if o.Why != "" {
			b.Leave(q.Line, true, o.Why, fmt.Errorf("an answer without words, and its feedback: %s", shorten(o.Why)))
		}
		return false
	}
	twice := slices.ContainsFunc(c.Options, func(other decks.Option) bool {
		return other.Text == o.Text && other.Right == o.Right && (o.Why == "" || o.Why == other.Why)
	})
	if twice {
		b.Leave(q.Line, true, "", fmt.Errorf("%q stands twice", shorten(o.Text)))
	}
	return !twice
}

// short reads a short answer: the first that earns the full mark, and others that
// are accepted; more than half of the mark is enough for these.
func (b *Bank) short(c *decks.Card, q *Question, r *textReader) error {
	c.Kind = decks.Recall
	said := 0
	for i := range q.Answers {
		a := &q.Answers[i]
		source, wild := wildcard(a.Text.Text)
		text, why := r.plain(source), r.read(a.Feedback)
		switch {
		case text == "" || wild && source == "*": // whatever else is typed
			addNote(c, why)
			continue
		case wild:
			b.Leave(q.Line, true, text+"\n"+why, fmt.Errorf("the pattern %q is left out: answers have no wildcards",
				shorten(a.Text.Text)))
			continue
		case a.Percent <= 50:
			if a.Percent > 0 {
				b.partly(q, text, a.Percent, "wrong")
			}
			c.Options = append(c.Options, decks.Option{Text: text, Why: why})
			continue
		case !a.right():
			b.partly(q, text, a.Percent, "right")
		}
		accept(c, text)
		if why != "" {
			if said++; said > 1 || !a.right() {
				why = text + ": " + why
			}
			addNote(c, why)
		}
	}
	if c.Answer == "" {
		return errNoAnswer
	}
	if len(strings.Fields(c.Answer)) > maxTyped && !untypable(c.Answer) && answer.OneWay(c.Answer) {
		c.Type = decks.AnswerTyped
	}
	return nil
}

// wildcard reads "*" as any text and "\*" as the sign.
func wildcard(text string) (plain string, wild bool) {
	text = factfile.OneLine(text)
	rest := strings.ReplaceAll(text, `\*`, "")
	return strings.ReplaceAll(text, `\*`, "*"), strings.Contains(rest, "*")
}

// number reads numbers with how far off they may be.
func (b *Bank) number(c *decks.Card, q *Question, r *textReader) error {
	c.Kind = decks.Recall
	slack := 0.0
	for i := range q.Answers {
		a := &q.Answers[i]
		why := r.read(a.Feedback)
		value, err := strconv.ParseFloat(strings.Replace(oneLine(a.Text.Text), ",", ".", 1), 64)
		switch {
		case oneLine(a.Text.Text) == "*":
			addNote(c, why)
			continue
		case err != nil || value-value != 0:
			b.Leave(q.Line, true, a.Text.Text+"\n"+why, fmt.Errorf("%q is not a number", shorten(a.Text.Text)))
			continue
		case a.Percent <= 50:
			if a.Percent > 0 {
				b.partly(q, decimal(value), a.Percent, "wrong")
			}
			if slices.ContainsFunc(c.Options, func(o decks.Option) bool { return o.Text == decimal(value) }) ||
				decimal(value) == c.Answer {
				b.Leave(q.Line, true, why, fmt.Errorf("%s within %s, and what is said of it", decimal(value),
					decimal(a.Slack)))
				continue
			}
			c.Options = append(c.Options, decks.Option{Text: decimal(value), Why: why})
			continue
		case c.Answer == "":
			slack = a.Slack
		case a.Slack != slack:
			b.Leave(q.Line, true, "", fmt.Errorf("%s may be off by %s, but the answer by %s: one tolerance holds for all",
				decimal(value), decimal(a.Slack), decimal(slack)))
		}
		if !a.right() {
			b.partly(q, decimal(value), a.Percent, "right")
		}
		accept(c, decimal(value))
		addNote(c, why)
	}
	if c.Answer == "" {
		return errNoAnswer
	}
	if slack > 0 {
		c.Tolerance = &decks.Tolerance{Amount: slack}
	}
	c.Options = slices.DeleteFunc(c.Options, func(o decks.Option) bool { return o.Text == c.Answer })
	return nil
}

func decimal(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// maxPairs is how many pairs a matching may have.
const maxPairs = 50

// matching reads pairs: items that are numbered in order are a sequence, others a
// set of pairs.
func (b *Bank) matching(c *decks.Card, q *Question, r *textReader) error {
	var all []pair
	ordered := true
	for _, p := range q.Pairs {
		one := pair{r.read(p.Left), r.right(p.Right)}
		if one.right == "" {
			if one.left != "" {
				b.Leave(q.Line, true, one.left, fmt.Errorf("%q has no partner", shorten(one.left)))
			}
			continue
		}
		all = append(all, one)
		ordered = ordered && one.left == strconv.Itoa(len(all))
	}
	pairs := 0
	for _, p := range all {
		if p.left != "" {
			pairs++
		}
	}
	switch {
	case pairs < 2:
		return errPairs
	case len(all) > maxPairs:
		return errTooMany
	case ordered:
		c.Kind = decks.Sequence
		for _, p := range all {
			c.Items = append(c.Items, p.right)
		}
		return nil
	}
	c.Kind, c.Type = decks.Set, decks.AnswerRecall
	c.Prompt, c.Items = pairsOf(c.Prompt, all)
	return nil
}

// right reads the right side of a pair, which is words where Moodle lists them.
func (r *textReader) right(t Text) string {
	if t.Format == HTML || t.Format == Markdown {
		return r.read(t)
	}
	return r.plain(t.Text)
}

// accept makes a text the answer, or one that is accepted beside it.
func accept(c *decks.Card, text string) {
	switch {
	case c.Answer == "":
		c.Answer = text
	case text != c.Answer && !slices.Contains(c.Accept, text):
		c.Accept = append(c.Accept, text)
	}
}

// maxTyped is the length of an answer that a short-answer question asks for,
// in words, unless its author insists.
const maxTyped = 4
