package syntax

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// checkKey reports a key that is misspelt.
func (p *parser) checkKey(k keyLine, at Span) {
	switch {
	case k.exact && k.odd == wideColon:
		p.warn(Span{at.End, at.End + len(wideColon)}, "lookalike",
			"this colon is a wide one", fmt.Sprintf(`write "%s: "; "kartei fmt -w" does it`, k.word))
	case k.exact && k.odd != "":
		p.warn(Span{at.End + 1, at.End + 1 + len(k.odd)}, "lookalike",
			fmt.Sprintf(`the space behind "%s:" is one that does not break`, k.word),
			fmt.Sprintf(`write "%s: " with a plain space; "kartei fmt -w" does it`, k.word))
	case k.exact:
	case k.odd != "":
		p.error(at, "misspelt-key", fmt.Sprintf("a semicolon stands behind %s, not a colon", quote(k.word)),
			fmt.Sprintf(`write "%s: "`, k.word))
	case k.apart:
		p.error(at, "misspelt-key", fmt.Sprintf(`a space stands between "%s" and its colon`, k.word),
			fmt.Sprintf(`write "%s: "`, k.word))
	case k.word == k.key.String():
		p.error(at, "misspelt-key", fmt.Sprintf(`a space is missing behind "%s:"`, k.word),
			fmt.Sprintf(`write "%s: "`, k.word))
	default:
		p.error(at, "misspelt-key", fmt.Sprintf("%s is not a key of a fact", quote(k.word)),
			fmt.Sprintf(`write "%s:", or indent the line by two spaces if it is text`, k.key))
	}
}

// checkFact reports what a fact lacks and what does not fit together.
func (p *parser) checkFact(fact *Fact) {
	head := &fact.Fields[0]
	if !head.Key.Opens() {
		p.noQuestion(head)
		return
	}
	if head.Value.Text == "" {
		p.error(head.Name(), "no-question", fmt.Sprintf(`this "%s:" is empty`, head.Key),
			"write the question behind it")
	}
	p.checkAnswer(fact, head)
	if head.Key == Cloze {
		p.checkCloze(head.Value)
	}
	for i := range fact.Fields[1:] {
		p.checkField(fact, &fact.Fields[i+1])
	}
}

// noQuestion reports a key without a question. Below a fact it is the blank line
// between the two that is wrong, and the fact lacks nothing else.
func (p *parser) noQuestion(head *Field) {
	if n := len(p.file.Blocks); n > 0 {
		if above, ok := p.file.Blocks[n-1].(*Fact); ok && above.Fields[0].Key.Opens() &&
			head.Key.fits(above.Fields[0].Key) && above.Get(head.Key) == nil {
			p.takeBackNoAnswer(above)
			p.error(head.Name(), "no-question", fmt.Sprintf(`a blank line parts this "%s:" from its question`,
				head.Key), "take out the blank line above it")
			return
		}
	}
	if p.enough("no-question") {
		return
	}
	p.error(head.Name(), "no-question", fmt.Sprintf(`this "%s:" belongs to no question`, head.Key),
		"put it right below its question, or indent it if it is prose")
}

// checkAnswer reports a question without its one answer.
func (p *parser) checkAnswer(fact *Fact, head *Field) {
	at := Span{head.Value.Start, head.Value.Start + 1}
	answer := fact.Get(Answer)
	switch head.Key {
	case Term:
		if d := fact.Get(Definition); d == nil && fact.Get(Answer) == nil || d != nil && d.Value.Text == "" {
			p.error(at, "no-answer", "this term has no definition", `write "D:" and the definition on the next line`)
		}
	case Question:
		switch {
		case head.List == Options && answer != nil:
			p.error(answer.Name(), "two-answers", "this question has both choices and an answer",
				`delete the "A:", or mark the right choice with [x] only`)
		case head.List == Options:
			p.checkOptions(head)
		case answer == nil && fact.Get(Definition) != nil: // see checkField
		case answer == nil || answer.Value.Text == "" && answer.List == NoList:
			p.error(at, "no-answer", "this question has no answer", `write "A:" on the next line, or a list of choices`)
		case answer.List == Options:
			p.checkOptions(answer)
		}
		p.checkMarkedQuestion(head.Value)
	}
}

func (p *parser) checkOptions(f *Field) {
	for i := range f.Items {
		if f.Items[i].Right {
			return
		}
	}
	p.error(f.Items[0].Span, "no-right-option", "none of these choices is right", "mark every right one with [x]")
}

// checkMarkedQuestion warns of a deletion in a question, where it is only text.
func (p *parser) checkMarkedQuestion(v Value) {
	for piece := range Pieces(v.Text) {
		if piece.Kind != Words {
			continue
		}
		for i := piece.Start; i < piece.End; i++ {
			n := strings.Index(v.Text[i:piece.End], "{{")
			if n < 0 {
				break
			}
			i += n + 2
			if number, _, _ := clozeNumber(v.Text[i:piece.End]); number > 0 {
				p.warn(v.Range(i-2, i), "cloze-in-question", "deletions work only in a sentence",
					`write "C:" instead of "Q:"`)
				return
			}
		}
	}
}

// fits reports whether a key may stand below the one that opens a fact.
func (k Key) fits(head Key) bool {
	switch k {
	case Answer:
		return head == Question
	case Definition:
		return head == Term
	}
	return true
}

func (p *parser) checkField(fact *Fact, f *Field) {
	head := fact.Fields[0].Key
	if !f.Key.fits(head) {
		hint := `"A:" answers "Q:", "D:" explains "T:", and "C:" needs neither`
		if head == Question && fact.Get(Answer) == nil {
			hint = `write "A:" instead`
		} else if head == Term && fact.Get(Definition) == nil {
			hint = `write "D:" instead`
		}
		p.error(f.Name(), "wrong-key", fmt.Sprintf(`"%s:" does not go with "%s:"`, f.Key, head), hint)
		return
	}
	v := f.Value
	if v.Text == "" || f.Key == Accept && len(Split(v.Text, '|')) == 0 || f.Key == Tags && len(SplitTags(v.Text)) == 0 {
		if f.Key != Answer && f.Key != Definition {
			p.error(f.Name(), "empty-value", fmt.Sprintf(`this "%s:" is empty`, f.Key),
				"write its value behind it, or delete the line")
		}
		return
	}
	if fact.Table != nil {
		return
	}
	p.checkValue(fact, f.Key, v)
}

// checkValue checks a value that must have a certain form. It may also come
// from a row of a table.
func (p *parser) checkValue(fact *Fact, key Key, v Value) {
	if hasSlot(v.Text) {
		return // a row fills it in
	}
	switch key {
	case ID:
		if !IsID(v.Text) {
			p.error(v.Span, "bad-id", fmt.Sprintf("%s is not an id", quote(v.Text)),
				`use up to 64 of the letters a to z, digits and "-"`)
		}
	case Type:
		if v.Text != "typed" && v.Text != "choice" && v.Text != "recall" {
			p.error(v.Span, "bad-type", fmt.Sprintf("%s is not a way to answer", quote(v.Text)),
				"write typed, choice or recall")
		}
	case Tolerance:
		p.checkTolerance(fact, v)
	case AsOf:
		if !isDate(v.Text) {
			p.error(v.Span, "bad-date", fmt.Sprintf("%s is not a date", quote(v.Text)),
				"write 2025, 2025-06 or 2025-06-30")
		}
	case Tags:
		p.checkTags(v)
	case Draft:
		if v.Text != "yes" {
			p.error(v.Span, "bad-draft", fmt.Sprintf("%s says not whether this is a draft", quote(v.Text)),
				`write "Draft: yes", or delete the line if the fact is finished`)
		}
	}
}

func (p *parser) checkTolerance(fact *Fact, v Value) {
	if _, _, ok := ParseTolerance(v.Text); !ok {
		p.error(v.Span, "bad-tolerance", fmt.Sprintf("%s is not a tolerance", quote(v.Text)), `write "± 5" or "± 1 %"`)
		return
	}
	answer := fact.Get(Answer)
	if answer == nil {
		answer = fact.Get(Definition)
	}
	if answer == nil || !strings.ContainsAny(answer.Value.Text, "0123456789") && !hasSlot(answer.Value.Text) {
		p.error(v.Span, "bad-tolerance", "a tolerance needs an answer that is a number",
			"delete the line, or write the answer in digits")
	}
}

// ParseTolerance reads "± 5", "+- 5", "5" or "± 1 %", with a decimal point or
// comma.
func ParseTolerance(text string) (amount float64, percent, ok bool) {
	text = strings.TrimSpace(text)
	for _, sign := range []string{"±", "+/-", "+-"} {
		if rest, found := strings.CutPrefix(text, sign); found {
			text = rest
			break
		}
	}
	text, percent = strings.CutSuffix(strings.TrimSpace(text), "%")
	text = strings.Replace(strings.TrimSpace(text), ",", ".", 1)
	if text == "" || len(text) > 20 || strings.Trim(text, "0123456789.") != "" {
		return 0, false, false
	}
	amount, err := strconv.ParseFloat(text, 64)
	return amount, percent, err == nil
}

// isDate accepts a year, a month or a day of the Gregorian calendar.
func isDate(s string) bool {
	for _, layout := range []string{"2006", "2006-01", "2006-01-02"} {
		if _, err := time.Parse(layout, s); err == nil {
			return true
		}
	}
	return false
}
