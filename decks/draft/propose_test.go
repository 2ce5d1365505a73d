package draft_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kartei/decks/draft"
)

// proposed are the facts that a document gives, in the fact language.
func proposed(t *testing.T, name, text string) (facts []string) {
	t.Helper()
	for _, c := range sound(t, name, text) {
		facts = append(facts, c.Fact.String())
	}
	return facts
}

func sound(t *testing.T, name, text string) []draft.Candidate {
	t.Helper()
	d, err := draft.Read(name, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	all, err := draft.Sound(d, draft.Propose(d, nil))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// The languages of short texts are told by some plain sentences around them.
const (
	englishAround = "\n\nThe weather of the islands is of interest to all that are on the sea and have to know of it.\n\n"
	germanAround  = "\n\nDas Wetter auf den Inseln ist für alle von Interesse, die auf der See sind und es nicht aus den Zeitungen haben.\n\n"
)

// TestKinds shows a sentence of each kind and the fact that is made of it.
func TestKinds(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"date", englishAround + "The harbour of Brindle was opened on 3 May 1887 by a local committee.", "C: The harbour of Brindle was opened on {{3 May 1887}} by a local committee."},
		{"date", germanAround + "Der Hafen von Brindel wurde am 3. Mai 1887 von einem Verein eröffnet.", "C: Der Hafen von Brindel wurde am {{3. Mai 1887}} von einem Verein eröffnet."},
		{"figure", englishAround + "The harbour wall holds back waves of up to 12 metres in winter.", "C: The harbour wall holds back waves of up to {{12}} metres in winter."},
		{"figure", germanAround + "Die Arbeit der Lotsen darf neun Stunden am Tag nicht überschreiten.", "C: Die Arbeit der Lotsen darf {{neun}} Stunden am Tag nicht überschreiten."},
		{"figure in a word", germanAround + "Die Lotsen haben dreizehn Boote und zweiundzwanzig Netze im Schuppen.", "C: Die Lotsen haben {{dreizehn}} Boote und {{zweiundzwanzig}} Netze im Schuppen."},
		{"figure in per cent", germanAround + "Rund 40 Prozent der Schiffe kommen aus dem Norden der Insel.", "C: Rund {{40 Prozent}} der Schiffe kommen aus dem Norden der Insel."},
		{"name with a role", englishAround + "The plans were drawn by the director Ada Lindqvist in a single night.", "C: The plans were drawn by the director {{Ada Lindqvist}} in a single night."},
		{"name with a role", germanAround + "Die Pläne wurden von der Direktorin Ada Lindqvist in einer Nacht gezeichnet.", "C: Die Pläne wurden von der Direktorin {{Ada Lindqvist}} in einer Nacht gezeichnet."},
		{"definition", englishAround + "The term groyne refers to a low wall built out into the sea.", "T: groyne\nD: a low wall built out into the sea"},
		{"definition", germanAround + "Unter einer Buhne versteht man eine niedrige Mauer, die ins Meer ragt.", "T: Buhne\nD: eine niedrige Mauer, die ins Meer ragt"},
		{"definition of a law", germanAround + "Nachtwache im Sinne dieses Gesetzes ist jede Wache, die nach Sonnenuntergang beginnt.", "T: Nachtwache\nD: jede Wache, die nach Sonnenuntergang beginnt"},
		{"abbreviation", englishAround + "The wall belongs to the Brindle Harbour Trust (BHT) since then.", "T: BHT\nD: Brindle Harbour Trust"},
		{"abbreviation", germanAround + "Die Mauer gehört der Nordbrindelschen Hafen-Gesellschaft (NHG) seither.", "T: NHG\nD: Nordbrindelsche Hafen-Gesellschaft"},
		{"contrast", englishAround + "The pilots are paid not by the harbour, but by the ships that call.", "C: The pilots are paid not by the harbour, but {{by the ships that call}}."},
		{"contrast", germanAround + "Die Lotsen zahlt nicht der Hafen, sondern der Reeder des Schiffes.", "C: Die Lotsen zahlt nicht der Hafen, sondern {{der Reeder des Schiffes}}."},
		{"list", englishAround + "The harbour has three tasks:\n\n- to shelter ships\n- to mend them\n- to sell fish\n", "Q: Which 3 items complete the list? “The harbour has three tasks: …”\nA:\n- to shelter ships\n- to mend them\n- to sell fish"},
		{"list", germanAround + "Der Hafen hat drei Aufgaben:\n\n- Schiffe zu schützen\n- sie zu flicken\n- Fisch zu verkaufen\n", "Q: Welche 3 Punkte vervollständigen die Aufzählung? „Der Hafen hat drei Aufgaben: …“\nA:\n- Schiffe zu schützen\n- sie zu flicken\n- Fisch zu verkaufen"},
		{"term in quotation marks", germanAround + "Die Mauer heißt im Ort seit langem »alte Dame« und wird geliebt.", "C: Die Mauer heißt im Ort seit langem »{{alte Dame}}« und wird geliebt."},
		{"pronoun behind its sentence", englishAround + "The harbour of Brindle lies on the west coast. It was opened in 1887.", "C: The harbour of Brindle lies on the west coast. It was opened in {{1887}}."},
		{"clauses", germanAround + "Nachtwache im Sinne dieses Gesetzes ist jede Wache nach Sonnenuntergang; mehrere Wachen eines Tages sind zusammen zu rechnen.", "T: Nachtwache\nD: jede Wache nach Sonnenuntergang"},
		{"item of a law", germanAround + "Der Hafen darf geschlossen werden\n\n1. bei einem Sturm von mehr als 100 Knoten,\n\n2. auf Weisung der Lotsen.\n", "C: Der Hafen darf geschlossen werden bei einem Sturm von mehr als {{100}} Knoten."},
		{"item of a law with its end below", germanAround + "Schiffe über 20 Meter dürfen\n\n1. im Winter bis 22 Uhr,\n\n2. im Sommer bis 23 Uhr\n\neinlaufen.\n", "C: Schiffe über 20 Meter dürfen im Winter bis {{22}} Uhr einlaufen."},
	} {
		if got := proposed(t, "brindle.txt", c.text); !slices.Contains(got, c.want) {
			t.Errorf("%s: want\n%s\ngot\n%s", c.name, c.want, strings.Join(got, "\n"))
		}
	}
}

// TestRefused shows sentences of which nothing may be made.
func TestRefused(t *testing.T) {
	for _, c := range []struct{ name, text string }{
		{"a pronoun without its sentence", "It was opened on 3 May 1887 by the committee of the town."},
		{"a connection to what was said", "This wall was built in 1887 for the ships of the town."},
		{"a question", "Was the harbour of Brindle opened in 1887 for the ships?"},
		{"no whole sentence", "The harbour of Brindle, opened in 1887 by the committee"},
		{"a bracket that is not closed", "The harbour (opened in 1887 was the largest of the coast."},
		{"a line of a table of contents", "The harbour of Brindle . . . . . . . . . . . . . 1887"},
		{"an item without the verb of its sentence", "Schiffe über zwanzig Meter Länge dürfen\n\n1. im Winter bis zum 1887 erbauten Leuchtturm,\n\n2. im Sommer bis zur Mole\n\nDer Hafen ist im Winter für alle Schiffe zu."},
		{"a number of a section", "The matter is settled in section 1887 of the old rules."},
	} {
		around := englishAround
		if strings.Contains(c.text, "Schiffe") {
			around = germanAround
		}
		for _, fact := range proposed(t, "brindle.txt", around+c.text) {
			if strings.Contains(fact, "{{1887}}") || strings.Contains(fact, "3 May 1887") {
				t.Errorf("%s: %s", c.name, fact)
			}
		}
	}
}

// TestPlainText reads a text as a program for PDF files gives it.
func TestPlainText(t *testing.T) {
	text := "Brindle Harbour Report\n\nContents\n\nThe walls . . . . . . . . . . 2\n\n1\n\f" +
		"Brindle Harbour Report\n\nThe walls\n\nThe harbour of Brindle was opened in 1887 and re-\npaired after the storm in 1902.1 The north-\nern wall is 400 metres long and is\n\n" +
		"1 Some of the repairs were paid by the town, as the minutes show at length.\n\n2\n\f" +
		"Brindle Harbour Report\n\nheld by 25 pillars of oak.\n\nReferences\n\nLindqvist, A. (1903): On walls. The wall was built in 1899 by the town.\n\n3\n\f\n\n4\n\f" +
		"Brindle Harbour Report\n\nThe pilots\n\nThe pilots of Brindle are paid by the ships that call at the harbour.\n\n5\n"
	d, err := draft.Read("report.txt", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	type paragraph struct {
		Title, Text string
		Page        int
	}
	var got []paragraph
	for _, s := range d.Sections {
		for _, p := range s.Paragraphs {
			got = append(got, paragraph{s.Title(), p.Text, p.Page})
		}
	}
	want := []paragraph{
		{"The walls", "The harbour of Brindle was opened in 1887 and repaired after the storm in 1902.1 The northern wall is 400 metres long and is held by 25 pillars of oak.", 2},
		{"The pilots", "The pilots of Brindle are paid by the ships that call at the harbour.", 5},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]string{"no text on page 4 of 4: scanned?", "1 footnote left out", "1 section of contents, references or imprint left out"}, d.Losses); diff != "" {
		t.Errorf("losses (-want +got)\n%s", diff)
	}
	facts := proposed(t, "report.txt", text)
	for _, want := range []string{
		"C: The harbour of Brindle was opened in {{1887}} and repaired after the storm in {{1902}}.",
		"C: The northern wall is {{400}} metres long and is held by {{25}} pillars of oak.",
	} {
		if !slices.Contains(facts, want) {
			t.Errorf("missing: %s\nof %s", want, strings.Join(facts, "\n"))
		}
	}
}

// TestMarkup reads the same text as Markdown and as a page.
func TestMarkup(t *testing.T) {
	want := []string{
		"T: --depth n\nD: how many walls are drawn",
		"C: The tool {{brindle}} draws at most {{12}} walls on one page.",
	}
	for name, text := range map[string]string{
		"tool.md": "---\ntitle: x\n---\n# The tool\n\nThe tool `brindle` draws **at most** 12 [walls](https://example.org/) on one page.\n\n" +
			"```\nThe tool was run in 1999 by nobody.\n```\n\n- `--depth n`: how many walls are drawn\n\n| The table | was made in 1998. |\n|---|---|\n",
		"tool.html": "<!doctype html><html><head><title>The tool</title><script>The script is from 1997.</script></head><body><nav>The menu is from 1996.</nav>" +
			"<main><h1>The tool</h1><p>The tool <code>brindle</code> draws <b>at most</b> 12 <a href='/'>walls</a><sup>[3]</sup> on one page.</p>" +
			"<pre>The tool was run in 1999 by nobody.</pre><ul><li><code>--depth n</code>: how many walls are drawn</li></ul></main><footer>The footer is from 1995.</footer></body></html>",
	} {
		got := proposed(t, name, text)
		for _, w := range want {
			if !slices.Contains(got, w) {
				t.Errorf("%s: missing: %s\nof %s", name, w, strings.Join(got, "\n"))
			}
		}
		if all := strings.Join(got, "\n"); strings.Contains(all, "199") {
			t.Errorf("%s: what is not text was read: %s", name, all)
		}
	}
}

// TestLabels takes a label in bold for no term, and no term for a part of a word.
func TestLabels(t *testing.T) {
	got := proposed(t, "faq.md", germanAround+"**A:** Anna und alle Anlieger (!) haben 12 Boote im Hafen.\n\nDer Befehl `set` wird in der Datei settings gesetzt.\n")
	for _, want := range []string{"C: Anna und alle Anlieger (!) haben {{12}} Boote im Hafen.", "C: Der Befehl {{set}} wird in der Datei settings gesetzt."} {
		if !slices.Contains(got, want) {
			t.Errorf("missing: %s\nof %s", want, strings.Join(got, "\n"))
		}
	}
}

// TestEncodings reads texts that are not in UTF-8 as far as they can be read.
func TestEncodings(t *testing.T) {
	const sentence = "Der Hafen von Bründel wurde am 3. Mai 1887 für alle eröffnet."
	utf16 := []byte{0xff, 0xfe}
	for _, r := range sentence {
		utf16 = append(utf16, byte(r), byte(r>>8))
	}
	latin1 := []byte("Die See ist grün.\n\n")
	for _, r := range sentence {
		latin1 = append(latin1, byte(r))
	}
	for _, c := range []struct {
		name string
		data []byte
		loss string
	}{
		{"UTF-16", utf16, ""},
		{"a byte order mark", []byte("\ufeff" + sentence), ""},
		{"Windows-1252", latin1, "1 line not in UTF-8"},
	} {
		d, err := draft.Read("brindle.txt", c.data)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if !strings.Contains(d.Text, sentence) {
			t.Errorf("%s: read as %q", c.name, d.Text)
		}
		if all := strings.Join(d.Losses, "; "); !strings.Contains(all, c.loss) || c.loss == "" && all != "" {
			t.Errorf("%s: it says %q", c.name, all)
		}
	}
	for name, data := range map[string][]byte{"binary": {0x7f, 'E', 'L', 'F', 0, 0, 1, 2, 3, 0}, "blank": []byte("\n \f\n")} {
		if _, err := draft.Read("x", data); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// TestStopped ends the work when it is asked to, as Ctrl-C does.
func TestStopped(t *testing.T) {
	d, err := draft.Read("long.md", []byte(strings.Repeat("The harbour of Brindle was opened on 3 May 1887 by the town.\n\nIt was to be of use to all.\n\n", 100)))
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	draft.Propose(d, func(done, total int) bool {
		if asked++; done != asked-1 || total != 200 {
			t.Fatalf("%d of %d paragraphs, want %d of 200", done, total, asked-1)
		}
		return done < 3
	})
	if asked != 4 {
		t.Errorf("it went on for %d paragraphs after 4", asked)
	}
}
