package check

import (
	"fmt"
	"slices"
	"strings"

	"kartei/decks"
	"kartei/decks/syntax"
)

// A Fix is what a hint describes in words, as changes to the file.
type Fix struct {
	Title string // an imperative clause: `write "Source:"`
	Sure  bool   // it does all that is needed, and nothing that only the author can decide
	Edits []Edit // in file order, not overlapping
}

// An Edit puts Text in the place of a span of a file's text.
type Edit struct {
	syntax.Span
	Text string
}

// FixOf returns the fix of a diagnostic about the file, if its rule knows one.
func FixOf(f *syntax.File, d decks.Diagnostic) (Fix, bool) {
	rule, ok := Find(d.Rule)
	if !ok || rule.fix == nil || d.End > len(f.Text) {
		return Fix{}, false
	}
	fix, ok := rule.fix(f, d.Span)
	return fix, ok && len(fix.Edits) > 0
}

// Apply returns a text with edits made, which are in order. Edits that overlap
// with one before them are left out.
func Apply(text string, edits []Edit) string {
	var b strings.Builder
	from := 0
	for _, e := range edits {
		if e.Start < from {
			continue
		}
		b.WriteString(text[from:e.Start])
		b.WriteString(e.Text)
		from = e.End
	}
	b.WriteString(text[from:])
	return b.String()
}

// ApplySure makes every sure fix of the diagnostics about a file, and returns
// the text and how many were made. A fix that overlaps with one before it waits
// for the next time.
func ApplySure(f *syntax.File, found []decks.Diagnostic) (text string, made int) {
	var edits []Edit
	for _, d := range found {
		fix, ok := FixOf(f, d)
		if !ok || !fix.Sure || overlaps(edits, fix.Edits) {
			continue
		}
		edits = append(edits, fix.Edits...)
		slices.SortStableFunc(edits, func(a, b Edit) int { return a.Start - b.Start })
		made++
	}
	return Apply(f.Text, edits), made
}

// overlaps reports whether one of the edits touches what another changes.
func overlaps(edits, more []Edit) bool {
	return slices.ContainsFunc(more, func(m Edit) bool {
		return slices.ContainsFunc(edits, func(e Edit) bool { return m.Start <= e.End && e.Start <= m.End })
	})
}

// replace makes a fix that writes a text in the place of a span.
func replace(at syntax.Span, text, title string, sure bool) (Fix, bool) {
	return Fix{Title: title, Sure: sure, Edits: []Edit{{at, text}}}, true
}

// fixDelete deletes what the problem is about.
func fixDelete(_ *syntax.File, at syntax.Span) (Fix, bool) {
	return replace(at, "", "delete it", true)
}

// fixControl deletes a control character; an old Mac's line end becomes one of ours.
func fixControl(f *syntax.File, at syntax.Span) (Fix, bool) {
	if f.Slice(at) == "\r" {
		return replace(at, "\n", "make it a line end", true)
	}
	return fixDelete(f, at)
}

// fixBox writes an empty box as one that can be read. Whether any other mark
// means right or wrong only the author knows.
func fixBox(f *syntax.File, at syntax.Span) (Fix, bool) {
	rest, ok := strings.CutPrefix(f.Slice(at), "[]")
	if !ok {
		return Fix{}, false
	}
	return replace(at, "[ ]"+rest, `write "[ ]"`, true)
}

// fixFormat brings the whole file into canonical form, if it has no errors.
func fixFormat(f *syntax.File, _ syntax.Span) (Fix, bool) {
	out, err := syntax.Format([]byte(f.Text))
	if err != nil {
		return Fix{}, false
	}
	return replace(syntax.Span{End: len(f.Text)}, string(out), "format the file", true)
}

// fixKey writes a misspelt key as it should be.
func fixKey(f *syntax.File, at syntax.Span) (Fix, bool) {
	line := lineFrom(f, at.Start)
	key, end := syntax.MeantKey(f.Slice(line))
	if key == syntax.NoKey {
		return Fix{}, false
	}
	return replace(syntax.Span{Start: line.Start, End: line.Start + end}, key.String()+": ",
		`write "`+key.String()+`:"`, true)
}

// fixLookalike writes the plain sign: a colon, a space or the mark of an item.
func fixLookalike(f *syntax.File, at syntax.Span) (Fix, bool) {
	sign, rest := f.Slice(at), f.Text[at.End:]
	plain := "- "
	switch {
	case sign == "：":
		plain = ": "
	case strings.TrimSpace(sign) == "":
		plain = " "
	}
	value := strings.TrimLeft(rest, " \u00a0\u202f\u3000")
	if value == "" || value[0] == '\n' {
		plain = strings.TrimSpace(plain)
	}
	at.End += len(rest) - len(value)
	return replace(at, plain, fmt.Sprintf("write %q", plain), true)
}

// fixAlmostFact writes the keys of a paragraph at the beginning of its lines,
// without the marks of lists, quotations and emphasis before them.
func fixAlmostFact(f *syntax.File, at syntax.Span) (Fix, bool) {
	fix := Fix{Title: "write it as a fact"}
	decorated := false
	for i := f.LineAt(at.Start); i < f.Lines(); i++ {
		line := f.Line(i)
		text := f.Slice(line)
		if strings.TrimSpace(text) == "" {
			break
		}
		bare := strings.TrimLeft(text, " \t>*_-+0123456789.)")
		key, valueAt := syntax.MeantKey(strings.Replace(strings.Replace(bare, "**:", ":", 1), "*:", ":", 1))
		if key == syntax.NoKey || strings.HasPrefix(text, key.String()+": ") {
			continue
		}
		_, value, _ := strings.Cut(bare, ":")
		end := len(text) - len(strings.TrimLeft(value, "*_ "))
		if strings.HasPrefix(bare, key.String()+";") {
			end = len(text) - len(bare) + valueAt
			decorated = decorated || len(bare) < len(text)
		} else {
			decorated = true
		}
		fix.Edits = append(fix.Edits, Edit{syntax.Span{Start: line.Start, End: line.Start + end}, key.String() + ": "})
	}
	fix.Sure = !decorated && len(fix.Edits) > 0 // a semicolon for a colon, and no more
	return fix, true
}

// fixBlankAbove takes out the blank line above.
func fixBlankAbove(f *syntax.File, at syntax.Span) (Fix, bool) {
	i := f.LineAt(at.Start)
	from := i
	for from > 0 && strings.TrimSpace(f.Slice(f.Line(from-1))) == "" {
		from--
	}
	if from == i || from == 0 {
		return Fix{}, false
	}
	return replace(syntax.Span{Start: f.Line(from).Start, End: f.Line(i).Start}, "",
		"take out the blank line above it", true)
}

// fixDeleteLine deletes the line of the problem.
func fixDeleteLine(f *syntax.File, at syntax.Span) (Fix, bool) {
	return replace(wholeLine(f, at.Start), "", "delete the line", true)
}

// fixNoAnswer begins the answer below the question.
func fixNoAnswer(f *syntax.File, at syntax.Span) (Fix, bool) {
	fact := f.FactAt(at.Start)
	if fact == nil {
		return Fix{}, false
	}
	key := "A: "
	if fact.Fields[0].Key == syntax.Term {
		key = "D: "
	}
	end := fact.Fields[0].Value.End
	return replace(syntax.Span{Start: end, End: end}, "\n"+key,
		`begin an answer with "`+strings.TrimSpace(key)+`"`, false)
}

// fixWrongKey gives an answer the key that goes with the fact's first.
func fixWrongKey(f *syntax.File, at syntax.Span) (Fix, bool) {
	fact := f.FactAt(at.Start)
	if fact == nil {
		return Fix{}, false
	}
	var key syntax.Key
	switch head := fact.Fields[0].Key; {
	case head == syntax.Question && fact.Get(syntax.Answer) == nil:
		key = syntax.Answer
	case head == syntax.Term && fact.Get(syntax.Definition) == nil:
		key = syntax.Definition
	default:
		return Fix{}, false
	}
	return replace(at, key.String(), `write "`+key.String()+`:"`, true)
}

// fixClozeInQuestion makes a sentence of a question that has no answer of its own.
func fixClozeInQuestion(f *syntax.File, at syntax.Span) (Fix, bool) {
	fact := f.FactAt(at.Start)
	if fact == nil || fact.Get(syntax.Answer) != nil || fact.Fields[0].Key != syntax.Question {
		return Fix{}, false
	}
	return replace(fact.Fields[0].Name(), "C", `write "C:"`, true)
}

// fixID makes an id of what was written as one.
func fixID(f *syntax.File, at syntax.Span) (Fix, bool) {
	id := syntax.Slug(f.Slice(at))
	if id == "" {
		return Fix{}, false
	}
	return replace(at, id, `write "`+id+`"`, true)
}

// fixHeaderKey writes the key of a header that a misspelt one was meant for.
func fixHeaderKey(f *syntax.File, at syntax.Span) (Fix, bool) {
	best := syntax.Nearest(f.Slice(at), syntax.HeaderKeys())
	if best == "" {
		return Fix{}, false
	}
	return replace(at, best, `write "`+best+`:"`, true)
}

// fixColumn writes the name of a column that a misspelt one was meant for.
func fixColumn(f *syntax.File, at syntax.Span) (Fix, bool) {
	fact := f.FactAt(at.Start)
	if fact == nil || fact.Table == nil {
		return Fix{}, false
	}
	var names []string
	for _, c := range fact.Table.Columns {
		names = append(names, c.Name)
	}
	best := syntax.Nearest(strings.Trim(f.Slice(at), "{}"), names)
	if best == "" {
		return Fix{}, false
	}
	return replace(at, "{"+best+"}", `write "{`+best+`}"`, true)
}

// lineFrom returns the line that holds the offset, from where its text begins.
func lineFrom(f *syntax.File, offset int) syntax.Span { return f.Line(f.LineAt(offset)) }

// wholeLine returns the line that holds the offset with its line end.
func wholeLine(f *syntax.File, offset int) syntax.Span {
	i := f.LineAt(offset)
	end := len(f.Text)
	if i+1 < f.Lines() {
		end = f.Line(i + 1).Start
	}
	return syntax.Span{Start: f.Line(i).Start, End: end}
}

// optionsAt returns the choices of the fact that holds the offset, and which of
// them does; nil if none does.
func optionsAt(f *syntax.File, offset int) (items []syntax.Item, at int) {
	fact := f.FactAt(offset)
	if fact == nil {
		return nil, 0
	}
	list, items := fact.Items()
	at = slices.IndexFunc(items, func(i syntax.Item) bool { return i.Start <= offset && offset <= i.End })
	if list != syntax.Options || at < 0 {
		return nil, 0
	}
	return items, at
}

// fixDropOption deletes an option that stands there twice, unless it is the
// right one.
func fixDropOption(f *syntax.File, at syntax.Span) (Fix, bool) {
	items, i := optionsAt(f, at.Start)
	if items == nil || items[i].Right {
		return Fix{}, false
	}
	span := items[i].Span
	span.End = wholeLine(f, max(span.Start, span.End-1)).End
	return replace(span, "", "delete the option", false)
}

// fixSortOptions writes options that are numbers from the smallest to the largest.
func fixSortOptions(f *syntax.File, at syntax.Span) (Fix, bool) {
	items, _ := optionsAt(f, at.Start)
	lang := languageOf("")
	if entry := f.Header.Get("lang"); entry != nil {
		lang = languageOf(entry.Value.Text)
	}
	order := make([]int, len(items))
	ranges := make([]numericRange, len(items))
	for i := range items {
		r, ok := parseRange(lang, syntax.Plain(items[i].Value.Text))
		if !ok || strings.Contains(f.Slice(items[i].Span), "\n") {
			return Fix{}, false
		}
		order[i], ranges[i] = i, r
	}
	slices.SortStableFunc(order, func(a, b int) int { return byLow(ranges[a], ranges[b]) })
	fix := Fix{Title: "sort the options", Sure: true}
	for i, from := range order {
		if i != from {
			fix.Edits = append(fix.Edits, Edit{items[i].Span, f.Slice(items[from].Span)})
		}
	}
	return fix, true
}

// fixBold makes a word stand out.
func fixBold(f *syntax.File, at syntax.Span) (Fix, bool) {
	return replace(at, "**"+f.Slice(at)+"**", "write **"+f.Slice(at)+"**", false)
}

// fixAllow writes the names of rules that misspelt ones were meant for.
func fixAllow(f *syntax.File, at syntax.Span) (Fix, bool) {
	text := f.Slice(at)
	var names []string
	for _, r := range all() {
		names = append(names, r.Name)
	}
	for _, a := range f.Allows {
		if a.Span != at {
			continue
		}
		for _, name := range a.Rules {
			best := syntax.Nearest(name, names)
			if _, known := Find(name); known || best == "" {
				continue
			}
			i := strings.LastIndex(text, name)
			return replace(syntax.Span{Start: at.Start + i, End: at.Start + i + len(name)}, best,
				`write "`+best+`"`, true)
		}
	}
	return Fix{}, false
}

// fixAddSource begins a line for the source of the fact.
func fixAddSource(f *syntax.File, at syntax.Span) (Fix, bool) {
	fact := f.FactAt(at.Start)
	if fact == nil || fact.Table != nil {
		return Fix{}, false
	}
	source := ""
	if entry := f.Header.Get("source"); entry != nil {
		source = entry.Name + " "
	}
	end := fact.Fields[len(fact.Fields)-1].End
	return replace(syntax.Span{Start: end, End: end}, "\nSource: "+source, `add a "Source:"`, false)
}

// fixAcceptDraft deletes the line that makes a fact a draft.
func fixAcceptDraft(f *syntax.File, at syntax.Span) (Fix, bool) {
	return replace(wholeLine(f, at.Start), "", "accept the draft", false)
}

// RefuseDraft returns the fix that deletes the draft that a diagnostic of the rule
// draft is about, with the blank line below it: the other of the two things that an
// author may decide, beside the one that [FixOf] returns.
func RefuseDraft(f *syntax.File, d decks.Diagnostic) (Fix, bool) {
	fact := f.FactAt(d.Start)
	if d.Rule != draft.Name || fact == nil {
		return Fix{}, false
	}
	end := wholeLine(f, fact.End).End
	if end < len(f.Text) && strings.TrimSpace(f.Slice(lineFrom(f, end))) == "" {
		end = wholeLine(f, end).End
	}
	return replace(syntax.Span{Start: fact.Start, End: end}, "", "refuse the draft", false)
}

// listItems splits an answer that enumerates things, each with a capital as an
// answer has one.
func listItems(text string) (items []string) {
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ';' || r == '•' }) {
		words := strings.Fields(part)
		for i := 1; i < len(words)-1; i++ {
			if listConjunctions.has(english|german, strings.ToLower(words[i])) {
				items = append(items, strings.Join(words[:i], " "))
				words = words[i+1:]
				break
			}
		}
		if len(words) > 1 && listConjunctions.has(english|german, strings.ToLower(words[0])) {
			words = words[1:]
		}
		items = append(items, strings.Join(words, " "))
	}
	return slices.DeleteFunc(items, func(s string) bool { return s == "" })
}

// fixMakeList writes an answer that is a list one item a line.
func fixMakeList(f *syntax.File, at syntax.Span) (Fix, bool) {
	fact := f.FactAt(at.Start)
	if fact == nil || fact.Table != nil {
		return Fix{}, false
	}
	answer := fact.Get(syntax.Answer)
	if answer == nil || answer.List != syntax.NoList || strings.Contains(answer.Value.Text, "\n") {
		return Fix{}, false
	}
	var b strings.Builder
	for _, item := range listItems(answer.Value.Text) {
		b.WriteString("\n- " + item)
	}
	return replace(syntax.Span{Start: answer.Name().End + 1, End: answer.Value.End}, b.String(),
		"make it a list", false)
}
