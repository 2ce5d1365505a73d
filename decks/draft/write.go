package draft

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kartei/decks"
	"kartei/decks/check"
	"kartei/decks/factfile"
	"kartei/decks/memfs"
	"kartei/decks/syntax"
	"kartei/decks/wordset"
)

// Add writes candidates into a deck, each as a draft with its source and evidence,
// below the headings of the document, and records them. An empty deck gets a
// header. The deck comes back in canonical form; one with errors is an error.
// Added are those that could be written and were not in the record before.
func Add(
	deck []byte, d *Document, name string, chosen []Candidate, record *Record,
) (text []byte, added []Candidate, err error) {
	file := syntax.Parse("", deck)
	if _, err := syntax.Format(deck); err != nil {
		return nil, nil, err
	}
	cited := inDeck(file)
	for _, c := range chosen {
		if !record.Has(c) && !cited[recordKey(c.Evidence)] {
			added = append(added, c)
		}
	}
	if len(added) == 0 {
		return deck, nil, nil
	}
	text = withSource(deck, file, d, name)
	text = append(bytes.TrimRight(text, "\n"), "\n\n"+facts(d, name, added, syntax.NewNames(file.IDs()...))...)
	if text, err = syntax.Format(text); err != nil {
		return nil, nil, err
	}
	for _, c := range added {
		record.add(c.Sentence)
	}
	return text, added, nil
}

// inDeck is the evidence of the facts that a deck has, so that a fact of the
// author's own is not proposed once more.
func inDeck(file *syntax.File) map[string]bool {
	cited := map[string]bool{}
	for _, b := range file.Blocks {
		if fact, ok := b.(*syntax.Fact); ok {
			if e := fact.Text(syntax.Evidence); len(strings.Fields(e)) > 2 {
				cited[recordKey(syntax.Plain(e))] = true
			}
		}
	}
	return cited
}

// withSource is a deck whose header names the document.
func withSource(deck []byte, file *syntax.File, d *Document, name string) []byte {
	entry := "source " + name + ": " + headerText(d.Title) + "\n"
	if file.Header == nil {
		head := "---\n"
		if d.Lang != "" && len(deck) == 0 {
			head += "lang: " + string(d.Lang) + "\n"
		}
		return slices.Concat([]byte(head+entry+"---\n\n"), bytes.TrimPrefix(deck, []byte("\ufeff")))
	}
	for _, e := range file.Header.Entries {
		if e.Key == "source" && e.Name == name {
			return deck
		}
	}
	first, rest, _ := bytes.Cut(deck, []byte("\n"))
	return slices.Concat(first, []byte("\n"+entry), rest)
}

func headerText(title string) string {
	if title = factfile.OneLine(title); title == "" {
		return "the document"
	}
	return title
}

// facts are the lines of candidates, by section in the order of the document, the
// best of a section first.
func facts(d *Document, name string, chosen []Candidate, ids *syntax.Names) string {
	order := map[string]int{}
	for i := range d.Sections {
		key := strings.Join(d.Sections[i].Titles, "\x00")
		if _, ok := order[key]; !ok {
			order[key] = i
		}
	}
	sorted := slices.Clone(chosen)
	slices.SortStableFunc(sorted, func(a, b Candidate) int {
		return order[strings.Join(a.Section, "\x00")] - order[strings.Join(b.Section, "\x00")]
	})
	var b strings.Builder
	heading := ""
	for _, c := range sorted {
		if h := d.heading(&c); h != heading {
			heading = h
			b.WriteString("## " + h + "\n\n")
		}
		b.WriteString(c.lines(name) + "Id: " + ids.New(c.id()) + "\nDraft: yes\n\n")
	}
	return b.String()
}

// heading is what stands above a candidate's fact: the titles of its section, but
// for that of the document.
func (d *Document) heading(c *Candidate) string {
	titles := c.Section
	if len(titles) > 1 && (titles[0] == d.Title || len(titles) > 2) {
		titles = titles[1:]
	}
	text := factfile.OneLine(strings.ReplaceAll(strings.Join(titles, " › "), "#", ""))
	if text == "" {
		text = headerText(d.Title)
	}
	return text
}

// lines are a candidate's fact with its source and evidence.
func (c *Candidate) lines(name string) string {
	source := name
	switch {
	case c.Page > 0:
		source += " " + strconv.Itoa(c.Page)
	case len(c.Section) > 0:
		source += " " + literal(shorten(c.Section[len(c.Section)-1], 60))
	}
	return c.Fact.String() + "\nSource: " + source + "\nEvidence: " + factfile.Escape(c.Evidence, '{', '}') + "\n"
}

// id names a candidate's fact by its term or by the first words of its sentence that
// carry a topic.
func (c *Candidate) id() string {
	const most = 4
	words := []string{c.Fact.Term}
	if c.Fact.Term == "" {
		words = nil
		for w := range strings.FieldsFuncSeq(c.Sentence, notOfWord) {
			if topic(w) != "" && len(words) < most {
				words = append(words, w)
			}
		}
	}
	if id := syntax.Slug(shorten(strings.Join(words, " "), 50)); id != "" {
		return id
	}
	return "draft"
}

// spoiling are the rules of package check that a candidate may not break: what
// breaks them is a worse card than none.
var spoiling = wordset.New(`dangling-pronoun cloze-visible cloze-load long-stem list-as-answer long-answer yes-no
	unknown-key cloze-number almost-a-fact clang negative-stem`)

// Sound are the candidates that compile, break none of the rules by which a card is
// bad, and whose evidence stands in the document; the best ones first still. No two
// of them ask the same.
func Sound(d *Document, candidates []Candidate) ([]Candidate, error) {
	const name = "document"
	kept := candidates
	for range 2 { // what one candidate spoils for another is seen when it is gone
		bad, err := faults(d, name, kept)
		if err != nil {
			return nil, err
		}
		before := len(kept)
		sound := make([]Candidate, 0, len(kept))
		for i := range kept {
			if !bad[i] {
				sound = append(sound, kept[i])
			}
		}
		if kept = sound; len(kept) == before {
			break
		}
	}
	return kept, nil
}

// faults compiles candidates as if they were accepted and reports which are bad.
func faults(d *Document, name string, candidates []Candidate) (map[int]bool, error) {
	var b strings.Builder
	b.WriteString("---\ndeck: drafts\n")
	if d.Lang != "" {
		b.WriteString("lang: " + string(d.Lang) + "\n")
	}
	b.WriteString("source " + name + ": a document\n---\n\n")
	starts := make([]int, len(candidates))
	line := strings.Count(b.String(), "\n") + 1
	for i := range candidates {
		text := candidates[i].lines(name) + "\n"
		starts[i] = line
		line += strings.Count(text, "\n")
		b.WriteString(text)
	}
	c, err := decks.Compile(memfs.Files{"drafts.md": []byte(b.String())})
	if err != nil {
		return nil, fmt.Errorf("check the candidates: %w", err)
	}
	found := slices.Concat(c.Diagnostics, check.Run(c, check.Options{}))
	bad := map[int]bool{}
	for _, f := range found {
		if f.Severity == decks.Error || spoiling.Has(f.Rule) || f.Rule == "ambiguous-prompt" ||
			f.Rule == "near-duplicate" {
			i, _ := slices.BinarySearch(starts, f.Line+1)
			bad[i-1] = true
		}
	}
	return bad, nil
}
