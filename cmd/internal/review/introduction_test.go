package review_test

import (
	"strings"
	"testing"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/review"
	"kartei/decks"
	"kartei/store"
	"kartei/store/journal"
)

var (
	aboutAll    = decks.Passage{File: "capitals.md", Text: "About capitals."}
	aboutAfrica = decks.Passage{Section: []string{"Capitals", "Africa"}, File: "capitals.md", Text: "About *Africa*."}
)

var readOn = ask.Expect("", "Go on")

func TestIntroductionsAreShownOnce(t *testing.T) {
	tb := newTable(t)
	tb.passages = []decks.Passage{aboutAll, aboutAfrica}
	tb.compile(kenya, ivory)
	out := tb.sit(readOn, ask.Expect("", "Show"), ask.Expect("How well", "Easy"),
		ask.Expect("Which", "Yamoussoukro"), ask.Expect("Right", "Easy"), leave)
	wantText(t, out, "capitals\n\n  About capitals.\n\ncapitals › Capitals › Africa\n\n  About *Africa*.\n\nnew 2")
	if n := strings.Count(out, "About"); n != 2 {
		t.Errorf("%d introductions, want 2:\n%s", n, out)
	}
	if d := tb.log()[0].Duration.Seconds(); d > 6 { // of a clock that goes on by a second at each look
		t.Errorf("the time to read is the answer's: %v", d)
	}
	tb.compile(kenya, ivory, south)
	if out := tb.sit(ask.Expect("", "Show"), ask.Expect("Tick", []string{"Pretoria", "Cape Town", "Bloemfontein"}), ask.Expect("Right", "Easy"), leave); strings.Contains(out, "About") {
		t.Errorf("shown again in the next session:\n%s", out)
	}
}

// A new wording does not make it new, nor a new name of its section.
func TestIntroductionsStayKnown(t *testing.T) {
	tb := newTable(t)
	tb.passages = []decks.Passage{aboutAll, aboutAfrica}
	tb.compile(kenya)
	tb.sit(readOn, ask.Expect("", ask.Command(review.Quit)))
	renamed := kenya
	renamed.Section = []string{"Capitals", "The south"}
	tb.passages = []decks.Passage{{File: "capitals.md", Text: "About all capitals."}, {Section: renamed.Section, File: "a.md", Text: aboutAfrica.Text}}
	tb.compile(renamed)
	if out := tb.sit(ask.Expect("", ask.Command(review.Quit))); strings.Contains(out, "About") {
		t.Errorf("shown again:\n%s", out)
	}
}

// Who leaves before reading on has not read it; undo takes back an answer, not that
// something was read.
func TestIntroductionsWaitForTheirReader(t *testing.T) {
	tb := newTable(t)
	tb.passages = []decks.Passage{aboutAfrica}
	tb.compile(kenya)
	tb.sit(ask.Expect("", ask.Command(review.Quit)))
	tb.sit(ask.Expect("", ask.Command(review.Undo)), readOn, ask.Expect("", "Show"), ask.Expect("How well", "Easy"),
		ask.Expect("", ask.Command(review.Undo)), ask.Expect("", ask.Command(review.Quit)))
	if out := tb.sit(ask.Expect("", ask.Command(review.Quit))); strings.Contains(out, "About") {
		t.Errorf("shown again:\n%s", out)
	}
	shown, err := tb.store.Shown(t.Context(), "capitals")
	if err != nil || len(shown) != 1 || !shown[0].Is(aboutAfrica.Section) {
		t.Error(shown, err)
	}
}

// Only a new card is introduced, and only by what stands above its section's first fact.
func TestIntroductionsComeWithNewCards(t *testing.T) {
	tb := newTable(t)
	tb.compile(kenya)
	tb.sit(ask.Expect("", "Show"), ask.Expect("How well", "Again"), ask.Expect("", ask.Command(review.Quit)))
	tb.passages = []decks.Passage{aboutAfrica, {Section: []string{"Europe"}, Text: "About Europe."},
		{Section: aboutAfrica.Section, Fact: 1, Text: "About no more."}, {Section: []string{"Capitals"}, Text: "* * *"}}
	tb.compile(kenya)
	if out := tb.sit(ask.Expect("", ask.Command(review.Quit))); strings.Contains(out, "About") {
		t.Errorf("a known card is introduced:\n%s", out)
	}
}

// A long one is not shown as a whole, and says where it is.
func TestLongIntroductionsGoOnElsewhere(t *testing.T) {
	tb := newTable(t)
	part := func(text string) decks.Passage { return decks.Passage{Section: kenya.Section, Text: text} }
	tb.passages = []decks.Passage{part(strings.Repeat("first ", 300)), part("second")}
	tb.compile(kenya)
	out := tb.sit(readOn, ask.Expect("", ask.Command(review.Quit)))
	wantText(t, out, "first", "It goes on: kartei read capitals Africa")
	if strings.Contains(out, "second") {
		t.Error(out)
	}
	if n := strings.Count(out, "first"); n < 200 || n >= 300 {
		t.Errorf("%d of 300 words are shown", n)
	}
}

// So is a long table.
func TestLongTablesGoOnElsewhere(t *testing.T) {
	tb := newTable(t)
	table := decks.Passage{Section: kenya.Section, Columns: []string{"n", "words"}}
	for range 500 {
		table.Rows = append(table.Rows, decks.Row{Cells: []string{"1", "ten letters"}})
	}
	tb.passages = []decks.Passage{table}
	tb.compile(kenya)
	out := tb.sit(readOn, ask.Expect("", ask.Command(review.Quit)))
	wantText(t, out, "It goes on: kartei read capitals Africa")
	if n := strings.Count(out, "ten letters"); n < 50 || n >= 200 {
		t.Errorf("%d of 500 rows are shown", n)
	}
}

// Where nothing can be recorded, and in plain lines, they are shown too.
func TestIntroductionsInPlainLines(t *testing.T) {
	tb := newTable(t)
	tb.passages = []decks.Passage{aboutAfrica}
	tb.compile(kenya)
	tb.out.Reset()
	run := tb.sitting()
	run.Plain, run.Unrecorded = true, true
	run.Ask = ask.NewScript(t, ask.Expect("", ask.Command(review.Quit)))
	if err := run.Loop(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantText(t, tb.out.String(), "  About Africa.\n")
	for r, err := range tb.store.Log(t.Context(), store.LogQuery{Kinds: []journal.Kind{journal.KindShown}}, tb.now()) {
		t.Error(r, err)
	}
}
