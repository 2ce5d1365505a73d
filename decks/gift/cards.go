package gift

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kartei/decks"
	"kartei/decks/factfile"
	"kartei/decks/lazyregexp"
)

// A format is how Moodle reads a text.
type format int

const (
	loose   format = iota // Moodle's own: text with perhaps some HTML
	html                  // HTML
	plainly               // text as it is
	marked                // Markdown
)

var formats = map[string]format{"moodle": loose, "html": html, "plain": plainly, "markdown": marked}

// read gives a text as Markdown. A format in brackets at its head goes before
// the one that the question has.
func (f format) read(text string) (string, format) {
	text = strings.TrimSpace(text)
	if rest, ok := strings.CutPrefix(text, "["); ok {
		if name, after, ok := strings.Cut(rest, "]"); ok {
			if own, ok := formats[name]; ok {
				f, text = own, after
			}
		}
	}
	text = factfile.Tidy(unshield(text))
	switch {
	case f == marked:
		return text, f
	case (f == html || f == loose) && tag.MatchString(text):
		return fromHTML(text), f
	case f == html:
		return factfile.Literal(entities(text)), f
	}
	return factfile.Literal(text), f
}

// An option is an answer with its worth and feedback.
type option struct {
	text    string // shielded
	why     string // shielded
	percent float64
}

var weight = lazyregexp.New(`^%(-*[0-9]{1,2}\.?[0-9]*)%`)

// options splits answers at a sign and reads worth and feedback.
func options(answers, sign string, worth float64) []option {
	var all []option
	for i, part := range strings.Split(answers, sign) {
		part = strings.TrimSpace(part)
		if part == "" && i == 0 {
			continue
		}
		o := option{percent: worth}
		if rest, ok := strings.CutPrefix(part, "="); ok {
			o.percent, part = 100, rest
		} else if m := weight.FindStringSubmatch(part); m != nil {
			o.percent, _ = strconv.ParseFloat(m[1], 64)
			part = part[len(m[0]):]
		}
		o.text, o.why, _ = strings.Cut(part, "#")
		all = append(all, o)
	}
	return all
}

var (
	errDescription = errors.New("a description asks nothing")
	errEssay       = errors.New("an essay without general feedback has no answer to learn")
	errNoAnswer    = errors.New("no answer earns the full mark")
)

// cards makes cards of a question; notes say what was lost.
func (q *question) cards() (cards []decks.Card, lost []error, err error) {
	base := decks.Card{}
	var f format
	base.Prompt, f = loose.read(q.stem)
	base.Note, _ = f.read(q.general)
	upper := strings.TrimSpace(strings.SplitN(q.answers, "#", 2)[0])
	switch {
	case q.none:
		return nil, nil, errDescription
	case base.Prompt == "":
		return nil, nil, errEmpty
	case q.answers == "":
		base.Kind, base.Answer, base.Note = decks.Recall, base.Note, ""
		if base.Answer == "" {
			return nil, nil, errEssay
		}
		return []decks.Card{base}, nil, nil
	case q.answers[0] == '#':
		return q.numerical(base)
	case strings.Contains(q.answers, "~"):
		return q.choice(base, f)
	case strings.Contains(q.answers, "=") && strings.Contains(q.answers, "->"):
		return q.matching(base, f)
	case slices.Contains([]string{"T", "TRUE", "F", "FALSE"}, upper):
		return q.trueFalse(base, f, upper[0] == 'T')
	}
	return q.short(base, f)
}

// choice reads a multiple choice. An answer that earns part of the mark is
// right if no answer earns all of it.
func (q *question) choice(c decks.Card, f format) ([]decks.Card, []error, error) {
	c.Kind = decks.Choice
	full := strings.Contains(q.answers, "=")
	var lost []error
	for _, o := range options(strings.ReplaceAll(q.answers, "=", "~="), "~", 0) {
		option := decks.Option{Right: o.percent == 100 || !full && o.percent > 0}
		option.Text, _ = f.read(o.text)
		option.Why, _ = f.read(o.why)
		if option.Text == "" {
			continue
		}
		if full && o.percent > 0 && o.percent < 100 {
			lost = append(lost, fmt.Errorf("%q earned %g %% of the mark, and counts as wrong now", oneLine(option.Text), o.percent))
		}
		c.Options = append(c.Options, option)
	}
	right := slices.ContainsFunc(c.Options, func(o decks.Option) bool { return o.Right })
	if !right || len(c.Options) < 2 {
		return nil, nil, errNoAnswer
	}
	return []decks.Card{c}, lost, nil
}

func (q *question) trueFalse(c decks.Card, f format, is bool) ([]decks.Card, []error, error) {
	parts := append(strings.SplitN(q.answers, "#", 3), "", "")
	wrong, _ := f.read(parts[1])
	right, _ := f.read(parts[2])
	c.Kind = decks.Choice
	c.Options = []decks.Option{{Text: "True", Right: is}, {Text: "False", Right: !is}}
	for i := range c.Options {
		c.Options[i].Why = wrong
		if c.Options[i].Right {
			c.Options[i].Why = right
		}
	}
	return []decks.Card{c}, nil, nil
}

// short reads a short answer: the first that earns the full mark, and others
// that are accepted.
func (q *question) short(c decks.Card, _ format) ([]decks.Card, []error, error) {
	c.Kind = decks.Recall
	var lost []error
	for _, o := range options(q.answers, "=", 100) {
		text, wild := wildcard(unshield(o.text))
		text = factfile.Literal(factfile.OneLine(text))
		switch {
		case text == "", wild && text == "*": // feedback for whatever else is typed
			continue
		case wild:
			lost = append(lost, fmt.Errorf("the pattern %q is left out: answers have no wildcards", text))
			continue
		case o.percent < 100:
			lost = append(lost, fmt.Errorf("%q earned %g %% of the mark, and counts as wrong now", text, o.percent))
			why, _ := plainly.read(o.why)
			c.Options = append(c.Options, decks.Option{Text: text, Why: why})
		case c.Answer == "":
			c.Answer = text
		case text != c.Answer && text != "" && !slices.Contains(c.Accept, text):
			c.Accept = append(c.Accept, text)
		}
	}
	if c.Answer == "" {
		return nil, lost, errNoAnswer
	}
	return []decks.Card{c}, lost, nil
}

// wildcard reads "*" as any text and "\*" as the sign.
func wildcard(text string) (plain string, wild bool) {
	rest := strings.ReplaceAll(text, `\*`, "")
	return strings.ReplaceAll(text, `\*`, "*"), strings.Contains(rest, "*")
}

// numerical reads numbers with their tolerances: "5", "5:0.5" or "4.5..5.5".
func (q *question) numerical(c decks.Card) ([]decks.Card, []error, error) {
	c.Kind = decks.Recall
	answers, _, _ := strings.Cut(q.answers[1:], "~")
	var lost []error
	for _, o := range options(answers, "=", 100) {
		value, slack, ok := number(unshield(o.text))
		switch {
		case !ok:
			lost = append(lost, fmt.Errorf("%q is no number", unshield(o.text)))
		case o.percent < 100:
			lost = append(lost, fmt.Errorf("%s earned %g %% of the mark, and counts as wrong now", decimal(value), o.percent))
		case c.Answer == "":
			c.Answer = decimal(value)
			if slack > 0 {
				c.Tolerance = &decks.Tolerance{Amount: slack}
			}
		default:
			c.Accept = append(c.Accept, decimal(value))
		}
	}
	if c.Answer == "" {
		return nil, lost, errNoAnswer
	}
	return []decks.Card{c}, lost, nil
}

func number(text string) (value, slack float64, ok bool) {
	parse := func(s string) float64 {
		x, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
		ok = ok && err == nil && x-x == 0
		return x
	}
	ok = true
	if low, high, found := strings.Cut(text, ".."); found {
		a, b := parse(low), parse(high)
		return decimals((a + b) / 2), decimals((b - a) / 2), ok && b >= a
	}
	if middle, slack, found := strings.Cut(text, ":"); found {
		return parse(middle), parse(slack), ok
	}
	return parse(text), 0, ok
}

// decimals rounds off what binary fractions add to decimal ones.
func decimals(x float64) float64 {
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 12, 64), 64)
	return rounded
}

// matching reads pairs: items that are numbered in order are a sequence; of
// others each pair is a choice among all the right sides.
func (q *question) matching(c decks.Card, f format) ([]decks.Card, []error, error) {
	var lefts, rights []string
	ordered := true
	for _, part := range strings.Split(q.answers, "=") {
		if strings.TrimSpace(part) == "" {
			continue
		}
		l, r, ok := strings.Cut(part, "->")
		if !ok {
			return nil, nil, fmt.Errorf("%q is no pair: write it as one -> other", unshield(part))
		}
		left, _ := f.read(l)
		lefts, rights = append(lefts, left), append(rights, factfile.Literal(factfile.OneLine(unshield(r))))
		ordered = ordered && left == strconv.Itoa(len(lefts))
	}
	if ordered && len(rights) > 1 && !slices.Contains(rights, "") {
		c.Kind, c.Items = decks.Sequence, rights
		return []decks.Card{c}, nil, nil
	}
	return pairs(c, lefts, rights)
}

// maxPairs is how many pairs a matching may have: each becomes a card with all
// the right sides.
const maxPairs = 50

func pairs(c decks.Card, lefts, rights []string) ([]decks.Card, []error, error) {
	if len(lefts) > maxPairs {
		return nil, nil, fmt.Errorf("a matching of more than %d pairs", maxPairs)
	}
	choices := slices.Compact(slices.Sorted(slices.Values(rights)))
	choices = slices.DeleteFunc(choices, func(s string) bool { return s == "" })
	var cards []decks.Card
	for i, left := range lefts {
		if left == "" || rights[i] == "" {
			continue // Moodle: a right side that fits nothing
		}
		pair := c
		pair.Kind, pair.Prompt = decks.Choice, c.Prompt+"\n\n"+left
		for _, r := range choices {
			pair.Options = append(pair.Options, decks.Option{Text: r, Right: r == rights[i]})
		}
		cards = append(cards, pair)
	}
	if len(choices) < 2 || len(cards) == 0 {
		return nil, nil, errNoAnswer
	}
	return cards, nil, nil
}
