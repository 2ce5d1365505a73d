// Package qti writes a form as a QTI 1.2 package, which Canvas imports.
//
// The structure is that of text2qti (https://github.com/gpoore/text2qti), whose
// packages Canvas takes. What QTI cannot say as a form does is written as what
// comes nearest, and told: see [Left].
package qti

import (
	"archive/zip"
	"cmp"
	"encoding/xml"
	"fmt"
	"html"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"kartei/decks/answer"
	"kartei/decks/quiz"
	"kartei/decks/quiz/page"
)

// A Left is a question that is marked otherwise than by Kartei.
type Left struct {
	Number int
	Why    string
}

// Write writes a form with its key as a package.
func Write(w io.Writer, f *quiz.Form) ([]Left, error) {
	p := &packager{form: f, id: f.ID(), markup: page.Markup{Pictures: f.Pictures, Source: source, Formula: formula}}
	test := p.test()
	z := zip.NewWriter(w)
	folder := "kartei_" + p.id
	for _, file := range []struct{ name, text string }{
		{"imsmanifest.xml", p.manifest(folder)},
		{folder + "/assessment_meta.xml", p.meta()},
		{folder + "/" + folder + ".xml", test},
	} {
		if err := add(z, file.name, []byte(file.text)); err != nil {
			return nil, err
		}
	}
	for _, picture := range f.Pictures {
		if err := add(z, "images/"+picture.Name, picture.Data); err != nil {
			return nil, err
		}
	}
	return p.left, z.Close()
}

// add puts a file into the package; the same form makes the same bytes.
func add(z *zip.Writer, name string, data []byte) error {
	f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate,
		Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)})
	if err == nil {
		_, err = f.Write(data)
	}
	return err
}

// A packager writes the files of one package.
type packager struct {
	form   *quiz.Form
	id     string
	markup page.Markup
	left   []Left
}

// source is where Canvas finds a picture of the package.
func source(p *quiz.Picture) string { return "%24IMS-CC-FILEBASE%24/images/" + p.Name }

// formula is how Canvas shows LaTeX.
func formula(tex string) string {
	plain := html.EscapeString(tex)
	return fmt.Sprintf(`<img class="equation_image" title="%s" src="/equation_images/%s?scale=1" alt="LaTeX: %s" data-equation-content="%s">`,
		plain, url.PathEscape(tex), plain, plain)
}

// xmlText escapes what stands in an element or an attribute; controls, which
// no form holds, would be no XML.
func xmlText(text string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(text)) // a Builder gives no error
	return b.String()
}

// mattext is a text of the form as HTML.
func (p *packager) mattext(text string) string {
	return `<material><mattext texttype="text/html">` + xmlText("<p>"+p.markup.HTML(text)+"</p>") +
		"</mattext></material>"
}

const declaration = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"

func (p *packager) title() string { return xmlText(cmp.Or(p.form.Title, "Quiz")) }

func (p *packager) test() string {
	var b strings.Builder
	b.WriteString(declaration + `<questestinterop xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.imsglobal.org/xsd/ims_qtiasiv1p2 http://www.imsglobal.org/xsd/ims_qtiasiv1p2p1.xsd">` + "\n")
	fmt.Fprintf(&b, `<assessment ident="kartei_%s" title="%s"><qtimetadata>%s`, p.id, p.title(),
		field("cc_maxattempts", "1"))
	if p.form.Time > 0 {
		b.WriteString(field("qmd_timelimit", strconv.Itoa(int((p.form.Time+time.Minute-1)/time.Minute))))
	}
	b.WriteString(`</qtimetadata><section ident="root_section">` + "\n")
	for i := range p.form.Questions {
		if p.form.Questions[i].Key.Excused {
			p.tell(i, "it is excused, so it is left out")
			continue
		}
		b.WriteString(p.item(i) + "\n")
	}
	b.WriteString("</section></assessment></questestinterop>\n")
	return b.String()
}

func (p *packager) tell(i int, why string) { p.left = append(p.left, Left{i + 1, why}) }

func field(label, entry string) string {
	return "<qtimetadatafield><fieldlabel>" + label + "</fieldlabel><fieldentry>" + xmlText(entry) +
		"</fieldentry></qtimetadatafield>"
}

// An item is a question as QTI has it.
type item struct {
	kind      string   // Canvas's
	answers   []string // ids
	response  string   // what is asked for
	processes string   // how it is marked
}

func (p *packager) item(i int) string {
	q := &p.form.Questions[i]
	var it item
	switch {
	case q.Kind == quiz.Choice && q.Several:
		it = p.several(i, q)
	case q.Kind == quiz.Choice:
		it = p.choice(i, q)
	case q.Kind == quiz.Typed && isNumber(q):
		it = number(i, q)
	case q.Kind == quiz.Typed:
		it = short(i, q)
		p.tell(i, "Canvas forgives capitals alone in a typed answer, no slips")
	case q.Kind == quiz.Sequence:
		it = p.sequence(i, q)
		p.tell(i, "the order is asked as places, each of which counts")
	default:
		it = item{kind: "essay_question", response: `<response_str ident="response1" rcardinality="Single"><render_fib><response_label ident="answer1" rshuffle="No"/></render_fib></response_str>`,
			processes: "<respcondition continue=\"No\"><conditionvar><other/></conditionvar></respcondition>"}
		p.tell(i, "parts in any order are asked as a text that you mark by hand")
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<item ident="kartei_%s_%d" title="%d"><itemmetadata><qtimetadata>`, p.id, i+1, i+1)
	b.WriteString(field("question_type", it.kind) + field("points_possible", "1"))
	b.WriteString(field("original_answer_ids", strings.Join(it.answers,
		",")) + field("assessment_question_identifierref", fmt.Sprintf("kartei_ref_%s_%d", p.id, i+1)))
	b.WriteString("</qtimetadata></itemmetadata><presentation>" + p.mattext(q.Prompt) + it.response + "</presentation>")
	b.WriteString(`<resprocessing><outcomes><decvar maxvalue="100" minvalue="0" varname="SCORE" vartype="Decimal"/></outcomes>`)
	feedback := p.feedback(q)
	if feedback != "" {
		b.WriteString(`<respcondition continue="Yes"><conditionvar><other/></conditionvar><displayfeedback feedbacktype="Response" linkrefid="general_fb"/></respcondition>`)
	}
	b.WriteString(it.processes + "</resprocessing>" + feedback + "</item>")
	return b.String()
}

// feedback is what is said afterwards: the reason and the source, and of parts
// the right ones.
func (p *packager) feedback(q *quiz.Question) string {
	var texts []string
	if q.Kind == quiz.Set {
		texts = append(texts, strings.Join(q.Key.Parts, "; "))
	}
	for _, text := range []string{q.Key.Note, q.Key.Source} {
		if text != "" {
			texts = append(texts, text)
		}
	}
	if len(texts) == 0 {
		return ""
	}
	return `<itemfeedback ident="general_fb"><flow_mat>` + p.mattext(strings.Join(texts, "\n\n")) +
		"</flow_mat></itemfeedback>"
}

func optionID(i, option int) string { return fmt.Sprintf("q%d_%s", i+1, quiz.Letter(option)) }

// lid is a list of options to choose from.
func (p *packager) lid(i int, q *quiz.Question, cardinality string) (response string, ids []string) {
	var b strings.Builder
	b.WriteString(`<response_lid ident="response1" rcardinality="` + cardinality + `"><render_choice>`)
	for o, text := range q.Options {
		ids = append(ids, optionID(i, o))
		b.WriteString(`<response_label ident="` + ids[o] + `">` + p.mattext(text) + "</response_label>")
	}
	b.WriteString("</render_choice></response_lid>")
	return b.String(), ids
}

func equal(respident, value string) string {
	return `<varequal respident="` + respident + `">` + xmlText(value) + "</varequal>"
}

// right gives all points where a condition is met.
func right(condition string) string {
	return `<respcondition continue="No"><conditionvar>` + condition +
		`</conditionvar><setvar action="Set" varname="SCORE">100</setvar></respcondition>`
}

func (p *packager) choice(i int, q *quiz.Question) item {
	response, ids := p.lid(i, q, "Single")
	it := item{kind: "multiple_choice_question", answers: ids, response: response}
	for _, o := range q.Key.Right {
		it.processes += right(equal("response1", ids[o]))
	}
	return it
}

func (p *packager) several(i int, q *quiz.Question) item {
	response, ids := p.lid(i, q, "Multiple")
	condition := "<and>"
	for o := range q.Options {
		if slices.Contains(q.Key.Right, o) {
			condition += equal("response1", ids[o])
		} else {
			condition += "<not>" + equal("response1", ids[o]) + "</not>"
		}
	}
	return item{kind: "multiple_answers_question", answers: ids, response: response,
		processes: right(condition + "</and>")}
}

// isNumber reports whether a typed answer is one that Canvas marks as a number.
func isNumber(q *quiz.Question) bool {
	_, unit, ok := answer.Value(q.Key.Answer, q.Lang)
	return ok && unit == "" && len(q.Key.Accept) == 0
}

func number(i int, q *quiz.Question) item {
	value, _, _ := answer.Value(q.Key.Answer, q.Lang)
	margin := 0.0
	if t := q.Key.Tolerance; t != nil && t.Percent {
		margin = max(value, -value) * t.Amount / 100
	} else if t != nil {
		margin = t.Amount
	}
	decimal := func(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
	condition := equal("response1", decimal(value))
	if margin > 0 {
		condition = "<or>" + condition + `<and><vargte respident="response1">` + decimal(value-margin) +
			`</vargte><varlte respident="response1">` + decimal(value+margin) + "</varlte></and></or>"
	} else {
		condition = "<or>" + condition + "</or>"
	}
	return item{kind: "numerical_question", answers: []string{fmt.Sprintf("q%d_number", i+1)},
		response:  `<response_str ident="response1" rcardinality="Single"><render_fib fibtype="Decimal"><response_label ident="answer1"/></render_fib></response_str>`,
		processes: right(condition)}
}

func short(i int, q *quiz.Question) item {
	it := item{kind: "short_answer_question",
		response: `<response_str ident="response1" rcardinality="Single"><render_fib><response_label ident="answer1" rshuffle="No"/></render_fib></response_str>`}
	condition := ""
	for n, text := range append([]string{q.Key.Answer}, q.Key.Accept...) {
		plain, _ := answer.Plain(text)
		it.answers = append(it.answers, fmt.Sprintf("q%d_answer%d", i+1, n+1))
		condition += equal("response1", plain)
	}
	it.processes = right(condition)
	return it
}

// sequence asks for the place of each item.
func (p *packager) sequence(i int, q *quiz.Question) item {
	n := len(q.Options)
	it := item{kind: "matching_question"}
	places := ""
	for place := range n {
		id := fmt.Sprintf("q%d_place%d", i+1, place+1)
		it.answers = append(it.answers, id)
		places += `<response_label ident="` + id + `"><material><mattext>` + strconv.Itoa(place+1) +
			"</mattext></material></response_label>"
	}
	for place, o := range q.Key.Right {
		respident := "response_" + optionID(i, o)
		plain, _ := answer.Plain(q.Options[o])
		it.response += `<response_lid ident="` + respident + `"><material><mattext texttype="text/plain">` +
			xmlText(plain) + "</mattext></material><render_choice>" + places + "</render_choice></response_lid>"
		it.processes += `<respcondition><conditionvar>` + equal(respident,
			it.answers[place]) + fmt.Sprintf(`</conditionvar><setvar varname="SCORE" action="Add">%.2f</setvar></respcondition>`, 100/float64(n))
	}
	return it
}
