package draft_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"kartei/decks"
	"kartei/decks/check"
	"kartei/decks/draft"
	"kartei/decks/syntax"
)

// FuzzDraft goes the whole way from any bytes to a deck: what is written is in
// canonical form and compiles without an error, as drafts and accepted; every piece
// of evidence stands in the document; and the same document changes nothing.
func FuzzDraft(f *testing.F) {
	for _, name := range []string{"a.txt", "a.md", "a.html"} {
		f.Add(name, []byte(harbour), []byte(`{"question": "Who?", "answer": ["a", "b"], "evidence": "the town"}`))
		f.Add(name, []byte(englishAround+"The {{1::sign}} `}}` of $x$ was *shown* in 1887 by [A](b) \\{ and <b> & |.\n\n- [ ] a\n"), []byte(`{"cloze": "{{c1::a::b}} \\} {{c}}", "evidence": "shown in"}`))
		f.Add(name, []byte(germanAround+"Die »Q: Draft: yes« wurde 1887 -- so steht es da -- im Werk (QDY) ein-\ngeführt.1\n\n1 Eine Fußnote.\n\f2\n"), []byte("{\"term\": \"#\", \"definition\": \"---\", \"evidence\": \"1887\"}\n"))
	}
	f.Fuzz(func(t *testing.T, name string, document, output []byte) { wholeWay(t, name, document, output) })
}

func wholeWay(t tester, name string, document, output []byte) {
	t.Helper()
	d, err := draft.Read(name, document)
	if err != nil {
		return
	}
	candidates := draft.Propose(d, nil)
	var dropped draft.Dropped
	for i := range d.Sections {
		candidates = append(candidates, draft.ReadProposals(&d.Sections[i], output, &dropped)...)
	}
	candidates, err = draft.Sound(d, candidates)
	if err != nil {
		t.Fatal(err)
	}
	text := check.NewReference(d.Text)
	for _, c := range candidates {
		if !text.Contains(c.Evidence) {
			t.Errorf("%q does not stand in the document", c.Evidence)
		}
	}
	record := draft.ReadRecord("")
	deck, added, err := draft.Add(nil, d, "doc", candidates, record)
	if err != nil {
		t.Fatalf("add: %v", err)
	}
	if len(added) == 0 {
		return
	}
	if formatted, err := syntax.Format(deck); err != nil || !bytes.Equal(formatted, deck) {
		t.Errorf("not in canonical form: %v\n%s", err, deck)
	}
	if n := compiles(t, deck); n != 0 {
		t.Errorf("drafts make %d facts", n)
	}
	if n := compiles(t, []byte(strings.ReplaceAll(string(deck), "\nDraft: yes\n", "\n"))); n != len(added) {
		t.Errorf("%d drafts make %d facts when they are accepted:\n%s", len(added), n, deck)
	}
	again, more, err := draft.Add(deck, d, "doc", candidates, draft.ReadRecord(record.String()))
	if err != nil || len(more) > 0 || !bytes.Equal(again, deck) {
		t.Errorf("the same again adds %d: %v\n%s", len(more), err, again)
	}
}

// tester is what *testing.T and *rapid.T have in common here.
type tester interface {
	Helper()
	Errorf(format string, args ...any)
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// pieces are what the documents of the law are made of: words that make sentences,
// and signs that mean something to a reader of documents or of decks.
var pieces = []string{
	"The", "harbour", "of", "Brindle", "was", "opened", "in", "1887", "3 May 1887", "by", "Ada Lindqvist", "the director", "12 metres", "40 per cent", "is a", "are the", "not", "but", "and", ",", ".", ". ", ".\n\n",
	"Der", "Hafen", "wurde", "im", "Jahr", "eröffnet", "nicht", "sondern", "Unter einer", "versteht man", "die", "Buhne", "steht für", "(BHT)", "Brindle Harbour Trust", ":", ": ", "; ", "(", ")", "[", "]", "[x]", "[ ]", "»", "«", "„", "“", "\"",
	"{{", "}}", "{", "}", "::", "1::", "c1::", "|", "\\", "`", "```\n", "$", "$x$", "*", "**", "_", "#", "## ", "- ", "1. ", "\n", "\n\n", "\f", "-\n", "\t", "<b>", "</b>", "<p>", "<li>", "<h2>", "<!--", "-->", "&amp;", "&#x7b;", "&lt;", "~~~",
	"---\n", "===\n", "Q: ", "A: ", "Draft: yes", "Evidence: ", "Accept: ", "Sorce: ", "\u200b", "\u202e", "e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301", "\u00ad", "\ue000", "\ue001", "\xff", "\x1b[2J", "\x00", "1887.1", "1 Note", "<<<<<<< a\n", "https://example.org", "--", "?", "!", "…", " -- ", "'", "’s",
}

// TestWholeWayLaw is FuzzDraft for documents that are made of sentences and signs.
func TestWholeWayLaw(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		sentence := rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 25)
		var document strings.Builder
		for _, s := range rapid.SliceOfN(sentence, 1, 12).Draw(rt, "document") {
			document.WriteString("The northern wall of the harbour is in the town and has ")
			for _, piece := range s {
				document.WriteString(piece + rapid.SampledFrom([]string{" ", " ", " ", ""}).Draw(rt, "gap"))
			}
			document.WriteString(". ")
		}
		line, err := json.Marshal(map[string]string{
			"cloze":    strings.Join(sentence.Draw(rt, "cloze"), " "),
			"question": strings.Join(sentence.Draw(rt, "question"), " "),
			"answer":   strings.Join(sentence.Draw(rt, "answer"), ""),
			"evidence": "northern wall",
		})
		if err != nil {
			rt.Fatal(err)
		}
		name := rapid.SampledFrom([]string{"a.txt", "a.md", "a.html"}).Draw(rt, "name")
		wholeWay(rt, name, []byte(document.String()), line)
	})
}

// compiles counts the facts of a deck, which must have no errors.
func compiles(t tester, deck []byte) (facts int) {
	t.Helper()
	c, err := decks.Compile(fstest.MapFS{"deck.md": {Data: deck}})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range c.Diagnostics {
		if d.Severity == decks.Error {
			t.Errorf("line %d: %s [%s]\n%s", d.Line, d.Message, d.Rule, deck)
		}
	}
	for _, d := range c.Decks {
		facts += len(d.Facts)
	}
	return facts
}
