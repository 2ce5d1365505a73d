package review_test

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kartei/cmd/internal/ask"
	"kartei/cmd/internal/review"
	"kartei/cmd/internal/show"
	"kartei/decks"
	"kartei/scheduler"
	"kartei/scheduler/session"
	"kartei/store"
	"kartei/store/journal"
	"kartei/store/queue"
)

// A table is a learner at a collection, with a script for hands.
type table struct {
	*testing.T
	store  *store.Store
	clock  time.Time
	out    bytes.Buffer
	typed  bool
	strict bool

	passages []decks.Passage // of what is compiled
}

func newTable(t *testing.T, facts ...decks.Fact) *table {
	st, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "collection.db"), store.Config{Calendar: scheduler.DefaultCalendar})
	if err != nil {
		t.Fatal(err)
	}
	tb := &table{T: t, store: st, clock: time.Date(2026, 11, 23, 9, 0, 0, 0, time.FixedZone("", 3600))}
	t.Cleanup(func() { tb.healthy(); st.Close() })
	tb.compile(facts...)
	return tb
}

func (tb *table) compile(facts ...decks.Fact) {
	tb.Helper()
	d := &decks.Deck{ID: "capitals", Name: "capitals", Title: "Capitals", Lang: "en", Order: decks.Authored, Typed: decks.TypeShort, Files: []string{"capitals.md"}, Facts: facts, Passages: tb.passages}
	for i := range d.Facts {
		f := &d.Facts[i]
		f.Written, f.File, f.Line = true, "capitals.md", 10*i
		for j := range f.Cards {
			c := &f.Cards[j]
			if c.Name == "" {
				c.Name = "card"
			}
			c.ID, c.Hash = decks.CardID(d.ID, f.Key, c.Name), c.ItemHash()
		}
	}
	if _, err := tb.store.Apply(tb.Context(), store.Compiled{Root: "/notes", Decks: []*decks.Deck{d}, Whole: true}, tb.now()); err != nil {
		tb.Fatal(err)
	}
}

// now lets a second pass at every look at the clock.
func (tb *table) now() scheduler.Moment {
	tb.clock = tb.clock.Add(time.Second)
	return scheduler.DefaultCalendar.Moment(tb.clock)
}

// sit plays a script of answers and returns what was printed.
func (tb *table) sit(steps ...ask.Step) string {
	tb.Helper()
	tb.out.Reset()
	s := tb.sitting()
	s.Ask = ask.NewScript(tb, steps...)
	if err := s.Loop(tb.Context()); err != nil {
		tb.Fatalf("run: %v\n%s", err, tb.out.String())
	}
	return tb.out.String()
}

// sitting opens a session for a learner who is not there yet.
func (tb *table) sitting() *review.Run {
	tb.Helper()
	tree, _, err := tb.store.Tree(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	ses, err := session.Open(tb.Context(), tb.store.Source(queue.Only{}), tree, session.Settings{Seed: 1, Defer: 1}, tb.now())
	if err != nil {
		tb.Fatal(err)
	}
	policies := map[int64]*scheduler.Policy{}
	for _, d := range tree {
		policies[d.ID] = d.Policy
	}
	return &review.Run{
		Policies: policies,
		Store:    tb.store, Session: ses, Keys: review.DefaultKeys(), Now: tb.now, Seed: 1, Typed: tb.typed, Strict: tb.strict,
		Page: &review.Page{Out: &tb.out, Palette: show.Plain, Width: func() int { return 80 }},
	}
}

// state is what the log made of each card.
func (tb *table) state() map[string]journal.CardState {
	tb.Helper()
	all := map[string]journal.CardState{}
	for c, err := range tb.store.Cards(tb.Context(), store.Query{}, tb.now()) {
		if err != nil {
			tb.Fatal(err)
		}
		all[c.ID] = c.CardState
	}
	return all
}

func (tb *table) healthy() {
	tb.Helper()
	r, err := tb.store.Doctor(context.Background(), true)
	if err != nil {
		tb.Fatal(err)
	}
	for _, f := range r.Findings {
		tb.Errorf("doctor: %s: %s", f.Where, f.What)
	}
}

// log returns the grades of the log, oldest first.
func (tb *table) log() (rows []journal.Row) {
	tb.Helper()
	for r, err := range tb.store.Log(tb.Context(), store.LogQuery{Kinds: []journal.Kind{journal.KindGrade}}, tb.now()) {
		if err != nil {
			tb.Fatal(err)
		}
		rows = append([]journal.Row{r}, rows...)
	}
	return rows
}

func wantText(t *testing.T, out string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(out, p) {
			t.Errorf("missing %q in:\n%s", p, out)
		}
	}
}

// leave answers the menu at the end of a session.
var leave = ask.Expect("", "Leave")

func fact(key string, c decks.Card) decks.Fact {
	return decks.Fact{Key: key, Section: []string{"Capitals", "Africa"}, Cards: []decks.Card{c}}
}

var (
	kenya = fact("ke", decks.Card{Kind: decks.Recall, Prompt: "What is the capital of Kenya?", Answer: "Nairobi", Note: "The name means *cool water*.", Source: "atlas 14", Hint: "cool water"})
	ivory = fact("ci", decks.Card{Kind: decks.Choice, Prompt: "Which is the capital of Côte d'Ivoire?", Options: []decks.Option{
		{Text: "Yamoussoukro", Right: true}, {Text: "Abidjan", Why: "the largest city"}, {Text: "Bouaké"}}})
	south = fact("za", decks.Card{Kind: decks.Set, Prompt: "Name the capitals of South Africa.", Items: []string{"Pretoria", "Cape Town", "Bloemfontein"}})
	trek  = fact("order", decks.Card{Kind: decks.Sequence, Prompt: "From north to south.", Items: []string{"Cairo", "Nairobi", "Pretoria"}})
	gap   = fact("gap", decks.Card{Kind: decks.Cloze, Prompt: "The capital of Ghana is […].", Answer: "Accra", Text: "The capital of {{1::Ghana}} is {{2::Accra}}.", Number: 2})
)

func TestRecallShowsTheAnswerAndSchedulesTheGrade(t *testing.T) {
	tb := newTable(t, kenya)
	out := tb.sit(
		ask.Expect("", ask.Command("hint")),
		ask.Expect("", "Show"),
		ask.Expect("How well", "Easy"),
		leave,
	)
	wantText(t, out, "new 1 · learning 0 · due 0", "capitals › Capitals › Africa", "What is the capital of Kenya?", "Hint: cool water", "Nairobi", "*cool water*", "— atlas 14", "100 % right", "Done for today.")
	rows := tb.log()
	if len(rows) != 1 || rows[0].Grade != scheduler.Easy || !rows[0].Detail.Hint || rows[0].Detail.Format != "recall" || rows[0].Duration <= 0 {
		t.Errorf("log: %+v", rows)
	}
}

func TestAMissedCardComesAgainUntilItIsRecalled(t *testing.T) {
	tb := newTable(t, kenya)
	out := tb.sit(
		ask.Expect("", "Show"), ask.Expect("How well", "Again"),
		ask.Expect("", "Show"), ask.Expect("How well", "Again"),
		ask.Expect("", "Show"), ask.Expect("How well", "Good"),
		ask.Expect("", "Show"), ask.Expect("How well", "Good"), leave,
	)
	wantText(t, out, "1 card, 4 answers, ", "50 % right", "Missed at least once: 1 card.", "✗ What is the capital of Kenya? — Nairobi", "Done for today.", "Come back tomorrow: due 1.")
}

func TestChoiceSaysWhatWasChosenAndWhy(t *testing.T) {
	tb := newTable(t, ivory)
	out := tb.sit(
		ask.Expect("Which one?", "Abidjan"), ask.Expect("Not this time", "Again"),
		ask.Expect("Which one?", "Yamoussoukro"), ask.Expect("Right", "Easy"), leave,
	)
	wantText(t, out, "✗ Abidjan — the largest city", "✓ Yamoussoukro")
	d := tb.log()[0].Detail
	if d.Right == nil || *d.Right || len(d.Options) != 3 || len(d.Chosen) != 1 || d.Options[d.Chosen[0]] != "Abidjan" {
		t.Errorf("the log does not keep what was shown and chosen: %+v", d)
	}
}

func TestSeveralRightOptions(t *testing.T) {
	two := fact("two", decks.Card{Kind: decks.Choice, Prompt: "Which lie on the coast?", Options: []decks.Option{{Text: "Accra", Right: true}, {Text: "Dakar", Right: true}, {Text: "Nairobi"}}})
	tb := newTable(t, two)
	out := tb.sit(ask.Expect("Several are right", []string{"Dakar", "Accra"}), ask.Expect("Right", "Easy"), leave)
	wantText(t, out, "✓ Accra", "✓ Dakar")
}

func TestSetIsTickedOff(t *testing.T) {
	tb := newTable(t, south)
	out := tb.sit(ask.Expect("", "Show"), ask.Expect("Tick", []string{"Pretoria", "Cape Town"}), ask.Expect("Not this time", "Again"),
		ask.Expect("", "Show"), ask.Expect("Tick", []string{"Pretoria", "Cape Town", "Bloemfontein"}), ask.Expect("Right", "Easy"), leave)
	wantText(t, out, "3 to name", "2 of 3", "✓ Pretoria", "✗ Bloemfontein")
}

func TestSequenceIsPutInOrder(t *testing.T) {
	tb := newTable(t, trek)
	out := tb.sit(ask.Expect("in order", []string{"Cairo", "Nairobi", "Pretoria"}), ask.Expect("Right", "Easy"), leave)
	wantText(t, out, "1. Cairo", "3. Pretoria")
}

func TestClozeShowsItsWholeSentence(t *testing.T) {
	tb := newTable(t, gap)
	out := tb.sit(ask.Expect("", "Show"), ask.Expect("How well", "Easy"), leave)
	wantText(t, out, "The capital of Ghana is […].", "The capital of Ghana is **Accra**.")
}

func TestTypedAnswersAreCompared(t *testing.T) {
	tb := newTable(t, kenya)
	tb.typed = true
	out := tb.sit(ask.Expect("Your answer", "Mombasa"), ask.Expect("Not this time", "Again"),
		ask.Expect("Your answer", "nairobi"), ask.Expect("Right", "Easy"), leave)
	wantText(t, out, "✗ Mombasa", "nairobi\n  ^\n  Nairobi")
	d := tb.log()[0].Detail
	if d.Typed != "Mombasa" || d.Format != "typed" {
		t.Errorf("log: %+v", d)
	}
}

func TestUndoGoesBackBeyondTheSession(t *testing.T) {
	tb := newTable(t, kenya, ivory)
	tb.sit(ask.Expect("", "Show"), ask.Expect("How well", "Easy"), ask.Expect("Which", ask.Command("quit")))
	out := tb.sit(
		ask.Expect("Which", ask.Command("undo")),
		ask.Expect("", "Show"), ask.Expect("How well", "Good"),
		ask.Expect("", ask.Command("undo")),
		ask.Expect("", ask.Command("undo")),
		ask.Expect("", ask.Command("quit")),
	)
	wantText(t, out, "Taken back: Easy of “What is the capital of Kenya?”", "Taken back: Good of", "There is no answer to take back.")
	for _, r := range tb.log() {
		if !r.Undone {
			t.Errorf("still stands: %+v", r)
		}
	}
}

// Undo after the last card, all the way back: the collection is as it was
// before the first answer, to the byte.
func TestUndoAfterTheLastCard(t *testing.T) {
	tb := newTable(t, kenya, ivory)
	before := tb.state()
	out := tb.sit(
		ask.Expect("", "Show"), ask.Expect("How well", "Again"),
		ask.Expect("Which", "Yamoussoukro"), ask.Expect("Right", "Easy"),
		ask.Expect("", "Show"), ask.Expect("How well", "Easy"),
		ask.Expect("", ask.Command("undo")), // at the end
		ask.Expect("", "Show"), ask.Expect("How well", "Hard"),
		ask.Expect("", ask.Command("undo")),
		ask.Expect("", ask.Command("undo")),
		ask.Expect("Which", ask.Command("undo")),
		ask.Expect("", ask.Command("quit")),
	)
	wantText(t, out, "Taken back: Easy of “What is the capital of Kenya?”", "Taken back: Hard of", "Taken back: Again of")
	if diff := cmp.Diff(before, tb.state()); diff != "" {
		t.Errorf("undo left something behind (-before +after):\n%s", diff)
	}
}

// A flag that is taken back is no answer that is taken back.
func TestUndoOfAFlag(t *testing.T) {
	tb := newTable(t, kenya)
	out := tb.sit(
		ask.Expect("", "Show"), ask.Expect("How well", "Again"),
		ask.Expect("", ask.Command("flag")), ask.Expect("", ask.Command("undo")),
		ask.Expect("", "Show"), ask.Expect("How well", "Easy"), leave,
	)
	wantText(t, out, "Taken back: flag of", "1 card, 2 answers, ", "50 % right")
	for c, err := range tb.store.Cards(t.Context(), store.Query{}, tb.now()) {
		if err != nil || c.Flag != 0 || c.Reps != 2 {
			t.Errorf("%v: %+v", err, c.CardState)
		}
	}
}

// Of two sessions on one collection none asks what the other is asking, or has
// answered meanwhile.
func TestTwoSittings(t *testing.T) {
	tb := newTable(t, kenya, ivory, gap)
	other, err := store.Open(t.Context(), tb.store.Path(), store.Config{Calendar: scheduler.DefaultCalendar})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	first, second := tb.sitting(), tb.sitting()
	second.Store = other
	first.Ask = ask.NewScript(t,
		ask.Expect("", "Show"), ask.Expect("How well", "Easy"), // Kenya
		ask.Expect("Which", then{t, second}), // Ivory Coast is on the table
		ask.Expect("Which", "Yamoussoukro"), ask.Expect("Right", "Easy"), leave,
	)
	second.Ask = ask.NewScript(t, ask.Expect("", "Show"), ask.Expect("How well", "Easy"), leave) // Ghana
	if err := first.Loop(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantText(t, tb.out.String(), "Asked elsewhere meanwhile: 2 cards.", "Asked elsewhere meanwhile: 1 card.", "1 card, 1 min, 100 % right", "2 cards, 1 min, 100 % right")
	if n := len(tb.log()); n != 3 {
		t.Errorf("%d answers in the log, want 3", n)
	}
}

// then is an answer during which another sitting takes place.
type then struct {
	t      *testing.T
	second *review.Run
}

func (a then) Error() string { return "another sitting" }

func (a then) As(target any) bool {
	if c, ok := target.(*ask.Command); ok {
		if err := a.second.Loop(a.t.Context()); err != nil {
			a.t.Error(err)
		}
		*c = review.Help
		return true
	}
	return false
}

func TestSuspendBuryAndFlag(t *testing.T) {
	tb := newTable(t, kenya, ivory, gap)
	out := tb.sit(
		ask.Expect("", ask.Command("flag")),
		ask.Expect("", ask.Command("suspend")),
		ask.Expect("Which", ask.Command("bury")),
		ask.Expect("", ask.Command("help")),
		ask.Expect("", ask.Command("info")),
		ask.Expect("", ask.Command("edit")),
		ask.Expect("", "Show"), ask.Expect("How well", "Easy"), leave,
	)
	wantText(t, out, "Flagged.", "Suspended: it is", "Buried until tomorrow.", "take the last answer back", "never answered", "Editing needs a terminal.")
	again := tb.sit()
	wantText(t, again, "There is nothing to review now.")
}

func TestAnEditedCardSaysSo(t *testing.T) {
	tb := newTable(t, kenya)
	tb.sit(ask.Expect("", "Show"), ask.Expect("How well", "Again"), ask.Expect("", ask.Command("quit")))
	edited := kenya
	edited.Cards = []decks.Card{kenya.Cards[0]}
	edited.Cards[0].Answer = "Nairobi City"
	tb.compile(edited)
	out := tb.sit(ask.Expect("", ask.ErrQuit))
	wantText(t, out, "Edited since you last saw it.")
}

func TestInterruptedReviewSaysSo(t *testing.T) {
	tb := newTable(t, kenya)
	tree, _, _ := tb.store.Tree(t.Context())
	ses, err := session.Open(t.Context(), tb.store.Source(queue.Only{}), tree, session.Settings{}, tb.now())
	if err != nil {
		t.Fatal(err)
	}
	s := &review.Run{Store: tb.store, Session: ses, Ask: ask.NewScript(t, ask.Expect("", ask.ErrInterrupted)), Keys: review.DefaultKeys(), Now: tb.now,
		Page: &review.Page{Out: &tb.out, Width: func() int { return 80 }}}
	if err := s.Loop(t.Context()); !errors.Is(err, ask.ErrInterrupted) {
		t.Errorf("got %v", err)
	}
}

// A clock that is set back while a session is open is named, once; no answer is lost.
func TestClockSetBack(t *testing.T) {
	card := func(key string) decks.Fact {
		return fact(key, decks.Card{Kind: decks.Recall, Prompt: key + "?", Answer: key})
	}
	tb := newTable(t, card("one"), card("two"))
	s := tb.sitting()
	s.Edit = func(context.Context, store.Card) error {
		tb.clock = tb.clock.Add(-3 * time.Hour)
		return nil
	}
	good := []ask.Step{ask.Expect("", "Show"), ask.Expect("How well", "Easy")}
	s.Ask = ask.NewScript(t, slices.Concat(good, []ask.Step{ask.Expect("", ask.Command("edit"))}, good, []ask.Step{leave})...)
	if err := s.Loop(t.Context()); err != nil {
		t.Fatalf("%v\n%s", err, tb.out.String())
	}
	if n := strings.Count(strings.Join(strings.Fields(tb.out.String()), " "), "The clock went back by 3h, to 23 November, 06:00. What you answered is kept"); n != 1 {
		t.Errorf("said %d times\n%s", n, tb.out.String())
	}
	if f, err := tb.store.Future(t.Context(), tb.now()); err != nil || f.Answers != 1 {
		t.Errorf("%v, %v", f, err)
	}
}
