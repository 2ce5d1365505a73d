package moodlexml

import (
	"bufio"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/encoding/charmap"

	"kartei/decks/foreign"
	"kartei/decks/moodle"
)

// MaxFile is how many bytes a file may have; pictures are in it.
const MaxFile = 128 << 20

// A question is one as the file has it.
type question struct {
	Type     string    `xml:"type,attr"`
	Category content   `xml:"category"`
	Name     content   `xml:"name"`
	Stem     content   `xml:"questiontext"`
	General  content   `xml:"generalfeedback"`
	Grade    string    `xml:"defaultgrade"`
	Number   string    `xml:"idnumber"`
	Single   string    `xml:"single"`
	Case     string    `xml:"usecase"`
	Right    content   `xml:"correctfeedback"`
	Partly   content   `xml:"partiallycorrectfeedback"`
	Wrong    content   `xml:"incorrectfeedback"`
	Answers  []content `xml:"answer"`
	Pairs    []content `xml:"subquestion"`
	Hints    []content `xml:"hint"`
	Tags     []content `xml:"tags>tag"`
	Grader   content   `xml:"graderinfo"`
	Template content   `xml:"responsetemplate"`
	Units    []string  `xml:"units>unit>unit_name"`
	Image    string    `xml:"image"` // of old files
	Base64   string    `xml:"image_base64"`
}

// A content is a text with what belongs to it.
type content struct {
	Format    string   `xml:"format,attr"`
	Fraction  string   `xml:"fraction,attr"`
	Text      *written `xml:"text"`
	Bare      string   `xml:",chardata"` // of old files
	Files     []file   `xml:"file"`
	Feedback  *content `xml:"feedback"`
	Answer    *content `xml:"answer"` // of a pair
	Tolerance string   `xml:"tolerance"`
}

type file struct {
	Name     string `xml:"name,attr"`
	Encoding string `xml:"encoding,attr"`
	Data     string `xml:",chardata"`
}

// A written text is what stands between two tags. Some programs write HTML there
// without escaping it.
type written string

// UnmarshalXML implements [xml.Unmarshaler].
func (t *written) UnmarshalXML(d *xml.Decoder, _ xml.StartElement) error {
	var out strings.Builder
	depth := 0
	for {
		token, err := d.Token()
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.CharData:
			out.Write(token)
		case xml.StartElement:
			depth++
			out.WriteString("<" + token.Name.Local)
			for _, a := range token.Attr {
				fmt.Fprintf(&out, " %s=%q", a.Name.Local, a.Value)
			}
			out.WriteByte('>')
		case xml.EndElement:
			if depth--; depth < 0 {
				*t = written(out.String())
				return nil
			}
			out.WriteString("</" + token.Name.Local + ">")
		}
	}
}

// text is the text, with its files.
func (c *content) text() moodle.Text {
	if c == nil {
		return moodle.Text{}
	}
	t := moodle.Text{Text: c.words(), Format: moodle.Format(c.Format)}
	if t.Format == "" {
		t.Format = moodle.HTML
	}
	for _, f := range c.Files {
		if data, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(f.Data), "")); err == nil &&
			f.Encoding == "base64" {
			t.Files = append(t.Files, moodle.File{Name: f.Name, Data: data})
		}
	}
	return t
}

func (c *content) words() string {
	if c == nil {
		return ""
	}
	if c.Text == nil {
		return strings.TrimSpace(c.Bare)
	}
	return strings.TrimSpace(string(*c.Text))
}

var errTooLarge = fmt.Errorf("the file has more than %d MiB", MaxFile>>20)

// charset reads an encoding other than UTF-8, which Moodle itself always writes: one
// with a byte a letter. Tables of those with more would make the program larger by
// a megabyte.
func charset(label string, in io.Reader) (io.Reader, error) {
	plain := func(name string) string {
		return strings.NewReplacer("-", "", " ", "", "_", "").Replace(strings.ToLower(name))
	}
	for _, e := range charmap.All {
		if name, ok := e.(fmt.Stringer); ok && plain(name.String()) == plain(label) {
			return e.NewDecoder().Reader(in), nil
		}
	}
	return nil, fmt.Errorf("the encoding %q is not known; save it as UTF-8", label)
}

// Read reads questions as a deck: one fact for each, categories as sections. It
// returns what could not become a card, or not wholly. Only a file that is too
// large, has too many questions or is not XML gives an error.
func Read(r io.Reader, o foreign.ReadOptions) (*foreign.Reading, error) {
	limited := &io.LimitedReader{R: r, N: MaxFile + 1}
	d := xml.NewDecoder(bufio.NewReader(limited))
	d.CharsetReader = charset
	bank := moodle.NewBank(o)
	var section []string
	for {
		line, _ := d.InputPos()
		token, err := d.Token()
		switch {
		case limited.N <= 0:
			return nil, fmt.Errorf("%s: %w", o.File, errTooLarge)
		case errors.Is(err, io.EOF):
			return bank.Reading()
		case err != nil:
			return nil, fmt.Errorf("%s: %w", o.File, err)
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "question" {
			continue
		}
		var q question
		if err := d.DecodeElement(&q, &start); err != nil {
			return nil, fmt.Errorf("%s: %w", o.File, err)
		}
		if q.Type == "category" {
			section = moodle.Sections(q.Category.words())
			continue
		}
		m := q.question()
		m.Section, m.Line = section, line
		if err := bank.Add(m); err != nil {
			return nil, err
		}
	}
}

// question is the question in the terms of all formats.
func (q *question) question() *moodle.Question {
	m := &moodle.Question{Kind: moodle.Kind(q.Type), Name: q.Name.words(), Number: q.Number, Stem: q.Stem.text(),
		General: q.General.text(),
		Grader:  q.Grader.text(), Single: isTrue(q.Single)}
	m.Points, _ = strconv.ParseFloat(strings.TrimSpace(q.Grade), 64)
	q.addImage(&m.Stem)
	for i := range q.Hints {
		m.Hints = append(m.Hints, q.Hints[i].text())
	}
	for i := range q.Tags {
		m.Tags = append(m.Tags, q.Tags[i].words())
	}
	for _, said := range []*content{&q.Right, &q.Partly, &q.Wrong} {
		if said.words() != "" {
			m.Said = append(m.Said, said.text())
		}
	}
	for i := range q.Answers {
		a := &q.Answers[i]
		one := moodle.Answer{Text: a.text(), Feedback: a.Feedback.text()}
		one.Percent, _ = strconv.ParseFloat(a.Fraction, 64)
		one.Slack, _ = strconv.ParseFloat(strings.TrimSpace(a.Tolerance), 64)
		m.Answers = append(m.Answers, one)
		m.Items = append(m.Items, one.Text)
	}
	for i := range q.Pairs {
		p := &q.Pairs[i]
		right := p.Answer.text()
		if q.Type == "matching" || q.Type == "match" {
			right.Format = moodle.Plain
		}
		m.Pairs = append(m.Pairs, moodle.Pair{Left: p.text(), Right: right})
	}
	q.kind(m)
	return m
}

// kind names what the question has beyond the kinds that become cards.
func (q *question) kind(m *moodle.Question) {
	switch q.Type {
	case "match", "ddmatch":
		m.Kind = moodle.Matching
	case "cloze", "multianswer":
		m.Kind = "cloze"
	case string(moodle.TrueFalse):
		for i := range m.Answers {
			m.Answers[i].Text.Format = moodle.Plain
		}
	case string(moodle.ShortAnswer):
		if isTrue(q.Case) {
			m.Common = append(m.Common, "capitals count in the answer")
		}
	}
	if units := slices.DeleteFunc(q.Units, func(u string) bool { return strings.TrimSpace(u) == "" }); len(units) > 0 {
		m.Beyond = append(m.Beyond, "the units "+strings.Join(units, ", "))
	}
	if text := q.Template.words(); text != "" {
		m.Beyond = append(m.Beyond, "the template for answers: "+text)
	}
}

func isTrue(text string) bool {
	text = strings.TrimSpace(text)
	return text == "1" || strings.EqualFold(text, "true")
}

// addImage adds the picture of an old file's question behind its text.
func (q *question) addImage(stem *moodle.Text) {
	data, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(q.Base64), ""))
	if q.Image == "" || err != nil || len(data) == 0 {
		return
	}
	name := q.Image[strings.LastIndexByte(q.Image, '/')+1:]
	stem.Files = append(stem.Files, moodle.File{Name: name, Data: data})
	stem.Text += `<br><img src="@@PLUGINFILE@@/` + name + `">`
}
