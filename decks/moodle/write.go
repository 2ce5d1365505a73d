package moodle

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"kartei/decks"
	"kartei/decks/answer"
	"kartei/decks/markdown"
	"kartei/decks/mediafile"

	"github.com/yuin/goldmark/ast"
)

// Why a card is left out.
var (
	errSet     = errors.New("no question of Moodle can ask for a set")
	errNoRight = errors.New("the card has no right answer that a question could hold")
)

// A Maker makes questions of the cards of one deck.
type Maker struct {
	Lang  string // of the deck
	Files fs.FS  // the folder that was compiled; nil: pictures and sounds are left out
	Lists bool   // the format keeps hints, pictures and sounds

	file string // of the present fact
	lost []error
}

// Question is the question that a card becomes; lost says what of the card it does
// not hold. All texts are Moodle's Markdown, and words where Moodle compares them.
func (m *Maker) Question(f *decks.Fact, c *decks.Card) (q *Question, lost []error, err error) {
	m.file, m.lost = f.File, nil
	q = &Question{Name: f.Key, Number: f.Key, Tags: c.Tags, Line: f.Line, Stem: m.text(c.Prompt),
		General: m.text(c.Note)}
	if len(f.Cards) > 1 {
		q.Name += "-" + c.Name
		q.Number = q.Name
	}
	if c.Hint != "" && m.Lists {
		q.Hints = []Text{m.text(c.Hint)}
	} else if c.Hint != "" {
		m.lose("its hint")
	}
	if c.Source != "" {
		m.lose("its source")
	}
	switch c.Kind {
	case decks.Choice:
		err = m.choice(q, c)
	case decks.Set:
		err = m.set(q, c)
	case decks.Sequence:
		err = m.sequence(q, c)
	default:
		err = m.recall(q, c)
	}
	return q, m.lost, err
}

func (m *Maker) lose(what string) { m.lost = append(m.lost, errors.New(what+" is left out")) }

// choice is a multiple choice: one right answer, or several that share the mark
// and wrong ones that take a share away.
func (m *Maker) choice(q *Question, c *decks.Card) error {
	right := 0
	for _, o := range c.Options {
		if o.Right {
			right++
		}
	}
	if right == 0 || len(c.Options) < 2 {
		return errNoRight
	}
	q.Kind, q.Single = Choice, right == 1
	if len(c.Options) == 2 && right == 1 && c.Options[0].Text == "True" && c.Options[1].Text == "False" {
		q.Kind = TrueFalse
	}
	for _, o := range c.Options {
		a := Answer{Text: m.text(o.Text), Feedback: m.text(o.Why)}
		switch {
		case o.Right:
			a.Percent = Share(right)
		case right > 1:
			a.Percent = -Share(right)
		}
		q.Answers = append(q.Answers, a)
	}
	return nil
}

// Share is a part of the mark in per cent, as Moodle lists its fractions: 33.33333.
func Share(parts int) float64 {
	text := strconv.FormatFloat(100/float64(parts), 'f', -1, 64)
	share, _ := strconv.ParseFloat(text[:min(8, len(text))], 64)
	return share
}

// set is a matching, where its items are pairs.
func (m *Maker) set(q *Question, c *decks.Card) error {
	stem, all, ok := cutPairs(c.Prompt, c.Items)
	if !ok || len(all) < 2 {
		return errSet
	}
	q.Kind, q.Stem = Matching, m.text(stem)
	for _, p := range all {
		right, err := m.words(p.right)
		if err != nil {
			return err
		}
		q.Pairs = append(q.Pairs, Pair{m.text(p.left), right})
	}
	return nil
}

// sequence is a matching of each item with its place.
func (m *Maker) sequence(q *Question, c *decks.Card) error {
	if len(c.Items) < 2 {
		return errNoRight
	}
	q.Kind = Matching
	for i, item := range c.Items {
		right, err := m.words(item)
		if err != nil {
			return err
		}
		q.Pairs = append(q.Pairs, Pair{Text{Text: strconv.Itoa(i + 1), Format: Markdown}, right})
	}
	return nil
}

// recall is a question for a number or for a few words, or an essay.
func (m *Maker) recall(q *Question, c *decks.Card) error {
	switch {
	case c.Answer == "":
		return errNoRight
	case c.Type == decks.AnswerRecall, len(strings.Fields(c.Answer)) > maxTyped && c.Type != decks.AnswerTyped,
		untypable(c.Answer), !answer.OneWay(c.Answer):
		q.Kind = Essay
		q.General = m.text(strings.TrimSpace(c.Answer + "\n\n" + c.Note))
		return nil
	case m.number(q, c):
		return nil
	}
	q.Kind = ShortAnswer
	for _, text := range append([]string{c.Answer}, c.Accept...) {
		words, err := m.words(text)
		if err != nil && len(q.Answers) == 0 {
			return err
		}
		if err != nil || untypable(text) {
			m.lose(fmt.Sprintf("%q, which is accepted as well,", shorten(text)))
			continue
		}
		q.Answers = append(q.Answers, Answer{Text: words, Percent: 100})
	}
	for _, o := range c.Options {
		words, err := m.words(o.Text)
		if err != nil || untypable(o.Text) {
			m.lose(fmt.Sprintf("%q, which is wrong,", shorten(o.Text)))
			continue
		}
		q.Answers = append(q.Answers, Answer{Text: words, Feedback: m.text(o.Why)})
	}
	return nil
}

// number makes a question for a number without a unit; it returns false if some
// answer of the card is none.
func (m *Maker) number(q *Question, c *decks.Card) bool {
	var all []Answer
	add := func(text, why string, percent float64) bool {
		value, unit, ok := answer.Value(text, m.Lang)
		if !ok || unit != "" || math.Abs(value) > 1e15 {
			return false
		}
		a := Answer{Text: Text{Text: decimal(value), Format: Plain}, Feedback: m.text(why), Percent: percent}
		if percent > 0 {
			a.Slack = slack(value, c.Tolerance)
		}
		all = append(all, a)
		return true
	}
	for _, text := range append([]string{c.Answer}, c.Accept...) {
		if !add(text, "", 100) {
			return false
		}
	}
	for _, o := range c.Options {
		if !add(o.Text, o.Why, 0) {
			return false
		}
	}
	q.Kind, q.Answers = Numerical, all
	return true
}

func slack(value float64, t *decks.Tolerance) float64 {
	switch {
	case t == nil:
		return 0
	case t.Percent:
		return math.Abs(value) * t.Amount / 100
	}
	return t.Amount
}

// words is a text that Moodle compares or lists as it is written.
func (m *Maker) words(text string) (Text, error) {
	read, _ := answer.Plain(text)
	if read = oneLine(read); read == "" {
		return Text{}, errNoRight
	}
	return Text{Text: read, Format: Plain}, nil
}

// text is card text as Moodle's Markdown, with the files that it shows.
func (m *Maker) text(text string) Text {
	t := Text{Format: Markdown}
	if strings.Contains(text, "](") {
		text = m.files(text, &t)
	}
	t.Text = forMoodle(strings.TrimSpace(text))
	return t
}

// files gives links to files beside the deck the names that Moodle has for them.
// Where a file cannot come along, its words stay.
func (m *Maker) files(text string, t *Text) string {
	local := map[string]bool{}
	tree := markdown.Parse([]byte(text))
	if tree == nil {
		return text
	}
	ast.Walk(tree, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		destination := ""
		switch n := n.(type) {
		case *ast.Image:
			destination = string(n.Destination)
		case *ast.Link:
			destination = string(n.Destination)
		}
		if destination != "" && !markdown.LinksOut(destination) {
			local[destination] = true
		}
		return ast.WalkContinue, nil
	})
	if len(local) == 0 {
		return text
	}
	return anyLink.ReplaceAllStringFunc(text, func(link string) string {
		at := anyLink.FindStringSubmatch(link)
		if !local[at[3]] {
			return link
		}
		f, err := m.open(at[3])
		if err != nil {
			m.lose(fmt.Sprintf("the file %s (%v)", at[3], err))
			return at[2]
		}
		t.attach(&f)
		return at[1] + "[" + at[2] + "](" + pluginFile + strings.NewReplacer("(", "%28", ")",
			"%29").Replace((&url.URL{Path: f.Name}).EscapedPath()) + ")"
	})
}

// attach adds a file, once, under a name that no other file of the text has.
func (t *Text) attach(f *File) {
	name := f.Name
	for n := 2; ; n++ {
		i := slices.IndexFunc(t.Files, func(other File) bool { return other.Name == f.Name })
		if i < 0 {
			t.Files = append(t.Files, *f)
			return
		}
		if bytes.Equal(t.Files[i].Data, f.Data) {
			return
		}
		f.Name = strconv.Itoa(n) + "-" + name
	}
}

// maxFile is how large a file in a question may be, in bytes.
const maxFile = 20 << 20

func (m *Maker) open(destination string) (File, error) {
	if !m.Lists {
		return File{}, errors.New("the format has no room for files")
	}
	if m.Files == nil {
		return File{}, errors.New("the deck's folder is not there")
	}
	name, err := mediafile.Name(m.file, destination)
	if err != nil {
		return File{}, fmt.Errorf("it %w", err)
	}
	name = mediafile.Find(m.Files, name)
	info, err := fs.Lstat(m.Files, name)
	if err != nil || !info.Mode().IsRegular() {
		return File{}, errors.New("it is not there")
	}
	in, err := m.Files.Open(name)
	if err != nil {
		return File{}, errors.New("it is not there")
	}
	defer in.Close()
	data, err := io.ReadAll(io.LimitReader(in, maxFile+1))
	switch {
	case err != nil:
		return File{}, err
	case len(data) > maxFile:
		return File{}, fmt.Errorf("it has more than %d MiB", maxFile>>20)
	}
	return File{Name: path.Base(name), Data: data}, nil
}
