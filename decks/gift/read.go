package gift

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"kartei/decks/factfile"
	"kartei/decks/foreign"
	"kartei/decks/lazyregexp"
	"kartei/decks/moodle"
)

const maxQuestion = 64 << 10 // bytes

// Read reads questions as a deck: one fact for each, categories as sections. It
// returns what could not become a card, or not wholly. Only a file that is too
// large, has too many questions or is not text gives an error.
func Read(r io.Reader, o foreign.ReadOptions) (*foreign.Reading, error) {
	text, err := factfile.ReadFile(o.File, r)
	if err != nil {
		return nil, err
	}
	p := &parser{bank: moodle.NewBank(o)}
	for line := range strings.SplitSeq(text, "\n") {
		p.line++
		if err := p.take(line); err != nil {
			return nil, err
		}
	}
	if err := p.end(); err != nil {
		return nil, err
	}
	return p.bank.Reading()
}

// A parser gathers questions.
type parser struct {
	bank    *moodle.Bank
	line    int
	from    int // the first line of the present question
	text    strings.Builder
	section []string
	number  string   // that the present question has in its bank: "[id:abc-12]" in a comment
	tags    []string // likewise: "[tag:history]"
}

// How Moodle keeps a question's own id and its tags.
var (
	idNumber = lazyregexp.New(`\[id:((?:\\\]|[^\]])+)\]`)
	oneTag   = lazyregexp.New(`\[tag:((?:\\\]|[^\]])+)\]`)
)

// take adds a line; an empty one ends a question.
func (p *parser) take(line string) error {
	trimmed := strings.TrimSpace(line)
	switch {
	case trimmed == "":
		return p.end()
	case strings.HasPrefix(trimmed, "//"):
		bracket := func(s string) string { return strings.ReplaceAll(s, `\]`, "]") }
		if m := idNumber.FindStringSubmatch(trimmed); m != nil {
			p.number = bracket(m[1])
		}
		for _, m := range oneTag.FindAllStringSubmatch(trimmed, -1) {
			p.tags = append(p.tags, bracket(m[1]))
		}
		line = " "
	}
	if p.text.Len() == 0 {
		p.from = p.line
	}
	if p.text.Len() <= maxQuestion {
		p.text.WriteString(line + "\n")
	}
	return nil
}

func (p *parser) end() error {
	text := strings.TrimSpace(p.text.String())
	p.text.Reset()
	if text == "" {
		return nil
	}
	number, tags := p.number, p.tags
	p.number, p.tags = "", nil
	if len(text) > maxQuestion {
		p.leave(text[:maxQuestion], fmt.Errorf("this question has more than %d KiB", maxQuestion>>10))
		return nil
	}
	if category, ok := strings.CutPrefix(text, "$CATEGORY:"); ok {
		p.section = moodle.Sections(unshield(shield(strings.TrimSpace(category))))
		return nil
	}
	raw, err := parse(shield(text))
	if err != nil {
		p.leave(text, err)
		return nil
	}
	q := raw.question()
	q.Number, q.Tags, q.Section, q.Line = number, tags, p.section, p.from
	return p.bank.Add(q)
}

func (p *parser) leave(text string, err error) { p.bank.Leave(p.from, false, text, err) }

// Shields stand for escaped signs until the others were acted on. They are
// noncharacters, which no text holds; those of a hostile one are dropped.
var (
	shieldSigns = strings.NewReplacer(`\\`, "\uFDD6", `\:`, "\uFDD0", `\#`, "\uFDD1", `\=`, "\uFDD2",
		`\{`, "\uFDD3", `\}`, "\uFDD4", `\~`, "\uFDD5", `\n`, "\uFDD7",
		"\uFDD0", "", "\uFDD1", "", "\uFDD2", "", "\uFDD3", "", "\uFDD4", "", "\uFDD5", "", "\uFDD6", "", "\uFDD7", "")
	unshieldSigns = strings.NewReplacer("\uFDD6", `\`, "\uFDD0", ":", "\uFDD1", "#", "\uFDD2", "=",
		"\uFDD3", "{", "\uFDD4", "}", "\uFDD5", "~", "\uFDD7", "\n")
	shieldBare = strings.NewReplacer("{", "\uFDD3", "}", "\uFDD4", "=", "\uFDD2", "~", "\uFDD5", "#", "\uFDD1")
)

func shield(text string) string   { return shieldSigns.Replace(text) }
func unshield(text string) string { return strings.TrimSpace(unshieldSigns.Replace(text)) }

// A rawQuestion is GIFT's, its signs still shielded.
type rawQuestion struct {
	name    string
	stem    string
	answers string // between the braces
	general string // feedback
	none    bool   // there are no braces: a description
	braces  bool   // some that were not escaped are text
}

var (
	errBraces = errors.New(`the braces do not match: write \{ and \} for braces in the text`)
	errBlocks = errors.New("two blocks of answers: a question has one")
	errCloze  = errors.New("gaps with answers of their own (cloze) are not in GIFT")
)

const gap = "[…]"

// clozeGap is how a gap of a cloze question begins: "{1:SHORTANSWER:=x}".
var clozeGap = lazyregexp.New(`\{[0-9]*:[A-Z_]{2,20}:`)

// parse finds name, stem, answers and general feedback.
func parse(text string) (q rawQuestion, err error) {
	if rest, ok := strings.CutPrefix(text, "::"); ok {
		if name, rest, ok := strings.Cut(rest, "::"); ok {
			q.name, text = unshield(name), strings.TrimSpace(rest)
		}
	}
	if clozeGap.MatchString(text) {
		return q, errCloze
	}
	groups, ok := groupsOf(text)
	if !ok {
		return q, errBraces
	}
	if len(groups) == 0 {
		q.stem, q.none = text, true
		return q, nil
	}
	block := groups[0]
	if len(groups) > 1 || block.nested {
		q.braces = true
		if block, err = answerBlockOf(text, groups); err != nil {
			return q, err
		}
	}
	before, inside, after := text[:block.open], text[block.open+1:block.shut], text[block.shut+1:]
	if q.braces {
		before, inside, after = shieldBare.Replace(before), shieldNested(inside), shieldBare.Replace(after)
	}
	q.stem, q.answers = before, strings.TrimSpace(inside)
	if strings.TrimSpace(after) != "" {
		q.stem += gap + after
	}
	if i := strings.LastIndex(q.answers, "####"); i >= 0 {
		q.general, q.answers = q.answers[i+4:], strings.TrimSpace(q.answers[:i])
	}
	return q, nil
}

// A group is what stands between two braces that no others are around.
type group struct {
	open, shut int
	nested     bool // braces are within
}

// groupsOf finds the groups of a text; it returns false where a brace has no
// partner.
func groupsOf(text string) (all []group, ok bool) {
	depth := 0
	for i := range len(text) {
		switch text[i] {
		case '{':
			if depth++; depth == 1 {
				all = append(all, group{open: i})
			} else {
				all[len(all)-1].nested = true
			}
		case '}':
			if depth--; depth < 0 {
				return nil, false
			}
			if depth == 0 {
				all[len(all)-1].shut = i
			}
		}
	}
	return all, depth == 0
}

var looksLikeAnswers = lazyregexp.New(`^\s*(?:[=~#]|(?i:T|F|TRUE|FALSE)\s*(?:#|$)|$)`)

// answerBlockOf is the group that holds the answers, where the braces of others, as
// of formulas, were not escaped. Moodle would take the first.
func answerBlockOf(text string, groups []group) (group, error) {
	var found []group
	for _, g := range groups {
		if looksLikeAnswers.MatchString(text[g.open+1 : g.shut]) {
			found = append(found, g)
		}
	}
	switch len(found) {
	case 0:
		return group{}, errBraces
	case 1:
		return found[0], nil
	}
	return group{}, errBlocks
}

// shieldNested shields what stands between braces within the answers.
func shieldNested(inside string) string {
	var out strings.Builder
	groups, _ := groupsOf(inside)
	from := 0
	for _, g := range groups {
		out.WriteString(inside[from:g.open] + shieldBare.Replace(inside[g.open:g.shut+1]))
		from = g.shut + 1
	}
	out.WriteString(inside[from:])
	return out.String()
}

var formats = map[string]moodle.Format{
	"moodle": moodle.Auto, "html": moodle.HTML, "plain": moodle.Plain, "markdown": moodle.Markdown,
}

// textOf reads a text; a format in brackets at its head goes before the one that
// the question has.
func textOf(text string, f moodle.Format) moodle.Text {
	text = strings.TrimSpace(text)
	if rest, ok := strings.CutPrefix(text, "["); ok {
		if name, after, ok := strings.Cut(rest, "]"); ok {
			if own, ok := formats[name]; ok {
				f, text = own, after
			}
		}
	}
	return moodle.Text{Text: unshield(text), Format: f}
}

// question reads the answers.
func (raw *rawQuestion) question() *moodle.Question {
	q := &moodle.Question{Name: raw.name, Stem: textOf(raw.stem, moodle.Auto)}
	f := q.Stem.Format
	q.General = textOf(raw.general, f)
	if raw.braces {
		q.Beyond = append(q.Beyond, `braces that are not escaped were taken for text, as in formulas; Moodle wants \{ and \}`)
	}
	upper := strings.ToUpper(strings.TrimSpace(strings.SplitN(raw.answers, "#", 2)[0]))
	switch {
	case raw.none:
		q.Kind = moodle.Description
	case raw.answers == "":
		q.Kind = moodle.Essay
	case raw.answers[0] == '#':
		q.Kind = moodle.Numerical
		q.Answers = numbers(raw.answers[1:], f)
	case strings.Contains(raw.answers, "~"):
		q.Kind, q.Single = moodle.Choice, strings.Contains(raw.answers, "=")
		q.Answers = answers(strings.ReplaceAll(raw.answers, "=", "~="), "~", 0, f)
	case strings.Contains(raw.answers, "=") && strings.Contains(raw.answers, "->"):
		q.Kind = moodle.Matching
		raw.pairs(q, f)
	case slices.Contains([]string{"T", "TRUE", "F", "FALSE"}, upper):
		q.Kind, q.Answers = moodle.TrueFalse, trueFalse(raw.answers, upper[0] == 'T', f)
	default:
		q.Kind, q.Answers = moodle.ShortAnswer, answers(raw.answers, "=", 100, f)
	}
	return q
}

var weight = lazyregexp.New(`^%(-*[0-9]{1,2}\.?[0-9]*|100)%`)

// answers splits answers at a sign and reads their worth and feedback.
func answers(text, sign string, worth float64, f moodle.Format) (all []moodle.Answer) {
	for part := range strings.SplitSeq(text, sign) {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		a := moodle.Answer{Percent: worth}
		if rest, ok := strings.CutPrefix(part, "="); ok {
			a.Percent, part = 100, rest
		}
		if m := weight.FindStringSubmatch(part); m != nil {
			a.Percent, _ = strconv.ParseFloat(m[1], 64)
			part = part[len(m[0]):]
		}
		text, why, _ := strings.Cut(part, "#")
		a.Text, a.Feedback = textOf(text, f), textOf(why, f)
		all = append(all, a)
	}
	return all
}

// trueFalse reads "T#said when wrong#said when right".
func trueFalse(text string, is bool, f moodle.Format) []moodle.Answer {
	parts := append(strings.SplitN(text, "#", 3), "", "")
	said := map[bool]moodle.Text{false: textOf(parts[1], f), true: textOf(parts[2], f)}
	percent := map[bool]float64{true: 100}
	answer := func(text string, right bool) moodle.Answer {
		words := moodle.Text{Text: text, Format: moodle.Plain}
		return moodle.Answer{Text: words, Percent: percent[right], Feedback: said[right]}
	}
	return []moodle.Answer{answer("True", is), answer("False", !is)}
}

// numbers reads numbers with their tolerances: "5", "5:0.5" or "4.5..5.5", and
// behind "~" what is said of all others.
func numbers(text string, f moodle.Format) []moodle.Answer {
	text, others, more := strings.Cut(text, "~")
	all := answers(text, "=", 100, f)
	for i := range all {
		if value, slack, ok := number(all[i].Text.Text); ok {
			all[i].Text.Text, all[i].Slack = strconv.FormatFloat(value, 'f', -1, 64), slack
		}
	}
	if more {
		for _, a := range answers(others, "~", 0, f) {
			a.Text.Text = "*"
			all = append(all, a)
		}
	}
	return all
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

// pairs reads "left -> right".
func (raw *rawQuestion) pairs(q *moodle.Question, f moodle.Format) {
	for part := range strings.SplitSeq(raw.answers, "=") {
		if strings.TrimSpace(part) == "" {
			continue
		}
		left, right, ok := strings.Cut(part, "->")
		if !ok {
			q.Beyond = append(q.Beyond, fmt.Sprintf("%q is not a pair: write it as one -> other", unshield(part)))
			continue
		}
		right, why, _ := strings.Cut(right, "#") // which Moodle takes for words of the answer
		if why = unshield(why); why != "" {
			q.Beyond = append(q.Beyond, "what is said of a pair: "+why)
		}
		q.Pairs = append(q.Pairs, moodle.Pair{Left: textOf(left, f),
			Right: moodle.Text{Text: unshield(right), Format: moodle.Plain}})
	}
}
