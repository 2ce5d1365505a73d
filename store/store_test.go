package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/store/doctor"
	"kartei/store/journal"
)

// open opens a collection in a folder of the test, and closes it in the end.
func openTest(t testing.TB, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), path, Config{Calendar: scheduler.DefaultCalendar})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if !t.Failed() {
			healthy(t, s)
		}
		s.Close()
	})
	return s
}

// healthy fails the test if a full examination finds anything: every test ends with it.
func healthy(t testing.TB, s *Store) doctor.Report {
	t.Helper()
	report, err := s.Doctor(context.Background(), true)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Findings {
		t.Errorf("%s: %s: %s", f.Check, f.Where, f.What)
	}
	return report
}

func newStore(t testing.TB) *Store { return openTest(t, filepath.Join(t.TempDir(), "collection.db")) }

// at is a moment in the life of the tests' learner: day 0 is 2026-11-23, noon in Berlin.
func at(day int, after time.Duration) scheduler.Moment {
	noon := time.Date(2026, 11, 23+day, 12, 0, 0, 0, time.FixedZone("", 3600))
	return scheduler.DefaultCalendar.Moment(noon.Add(after))
}

// deck compiles a deck of n recall facts by hand.
func deck(name string, n int) *decks.Deck {
	d := &decks.Deck{ID: name, Name: name, Title: "The deck " + name, Lang: "en", Files: []string{name + ".md"}, Order: decks.Authored, Typed: decks.TypeShort}
	for i := range n {
		addFact(d, fmt.Sprintf("fact-%d", i), fmt.Sprintf("What is %d times 7?", i), fmt.Sprint(7*i))
	}
	return d
}

func addFact(d *decks.Deck, key, prompt, answer string) {
	card := decks.Card{Name: "card", Kind: decks.Recall, Prompt: prompt, Answer: answer, Tags: []string{"maths"}}
	card.ID, card.Hash = decks.CardID(d.ID, key, card.Name), card.ItemHash()
	d.Facts = append(d.Facts, decks.Fact{Key: key, Written: true, File: d.Name + ".md", Line: 3 * len(d.Facts), Section: []string{"Numbers"}, Cards: []decks.Card{card}})
}

func apply(t testing.TB, s *Store, ds ...*decks.Deck) Plan {
	t.Helper()
	plan, err := s.Apply(t.Context(), Compiled{Root: "/decks", Decks: ds, Whole: true}, at(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// renames is a matching for decks whose keys the test has set.
func renames(aliases ...decks.Alias) matching {
	return func(context.Context, *tx, Compiled) (matched, error) {
		return matched{Matching: decks.Matching{Aliases: aliases}}, nil
	}
}

// grade answers a card as a session does.
func grade(t testing.TB, s *Store, card string, g scheduler.Grade, now scheduler.Moment) journal.Row {
	t.Helper()
	row, err := tryGrade(t.Context(), s, card, g, now)
	if err != nil {
		t.Fatal(err)
	}
	return row
}

func tryGrade(ctx context.Context, s *Store, card string, g scheduler.Grade, now scheduler.Moment) (journal.Row, error) {
	c, err := s.Card(ctx, card)
	if err != nil {
		return journal.Row{}, err
	}
	options, err := s.Options(ctx, c.Deck)
	if err != nil {
		return journal.Row{}, err
	}
	e, after, err := answerTo(&c, options, g, now)
	if err != nil {
		return journal.Row{}, err
	}
	return s.Append(ctx, e, after)
}

// answerTo is what a session makes of a grade for a card that it has read.
func answerTo(c *Card, options scheduler.Options, g scheduler.Grade, now scheduler.Moment) (journal.Entry, scheduler.Memory, error) {
	policy, err := scheduler.NewPolicy(options, scheduler.DefaultCalendar)
	if err != nil {
		return journal.Entry{}, scheduler.Memory{}, err
	}
	out := policy.Apply(c.ID, c.Memory, g, now, scheduler.Load{})
	return journal.Entry{Moment: now, Kind: journal.KindGrade, Card: c.ID, Mode: journal.ModeReview, Grade: g, Duration: 1500 * time.Millisecond,
		State: c.State, Days: out.Days, Item: c.Hash, Detail: journal.Detail{Format: "recall"}}, out.Memory, nil
}

func TestApplyGivesBackWhatWasCompiled(t *testing.T) {
	s := newStore(t)
	d := deck("maths", 1200)
	d.Facts[0].Section, d.Facts[7].Section, d.Facts[501].Section = nil, []string{"Numbers", "Primes"}, nil
	if diff := cmp.Diff("maths: 1200 facts, 1200 cards: 1200 new", apply(t, s, d).Decks[0].String()); diff != "" {
		t.Error(diff)
	}
	stored, err := s.Deck(t.Context(), "maths")
	if err != nil {
		t.Fatal(err)
	}
	for f, err := range s.Facts(t.Context(), stored) {
		if err != nil {
			t.Fatal(err)
		}
		stored.Facts = append(stored.Facts, *f)
	}
	if diff := cmp.Diff(*d, stored.Deck, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(decks.Fact{}, "Changed")); diff != "" {
		t.Errorf("the deck came back changed (-compiled +stored):\n%s", diff)
	}
}

func TestFactsOfADamagedCollection(t *testing.T) {
	s := openPlain(t, filepath.Join(t.TempDir(), "collection.db"))
	defer s.Close()
	apply(t, s, deck("maths", 3))
	if _, err := s.db.ExecContext(t.Context(), `UPDATE facts SET section = ''`); err != nil {
		t.Fatal(err)
	}
	d, err := s.Deck(t.Context(), "maths")
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range s.Facts(t.Context(), d) {
		if !errors.Is(err, ErrDamaged) {
			t.Errorf("headings that are not JSON: %v", err)
		}
	}
}

func TestUndoToTheVeryFirstAnswer(t *testing.T) {
	s := newStore(t)
	d := deck("maths", 3)
	apply(t, s, d)
	card := d.Facts[1].Cards[0].ID
	var past []Card
	for i := range 8 {
		c, err := s.Card(t.Context(), card)
		if err != nil {
			t.Fatal(err)
		}
		past = append(past, c)
		grade(t, s, card, scheduler.Grade(1+i%4), at(3*i, 0))
	}
	for i := len(past) - 1; i >= 0; i-- {
		if _, err := s.Undo(t.Context(), at(40, 0)); err != nil {
			t.Fatal(err)
		}
		c, err := s.Card(t.Context(), card)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(past[i], c, cmp.AllowUnexported(Card{})); diff != "" {
			t.Errorf("after undoing answer %d (-before +after):\n%s", i, diff)
		}
	}
	if _, err := s.Undo(t.Context(), at(40, 0)); err == nil {
		t.Error("there was something left to undo")
	}
}

func TestRenamedCardsKeepTheirHistory(t *testing.T) {
	s := newStore(t)
	d := deck("maths", 3)
	apply(t, s, d)
	name := func(key string) string { return decks.CardID("maths", key, "card") }
	history := func(card string) int {
		c, err := s.Card(t.Context(), card)
		if err != nil {
			t.Fatal(err)
		}
		return int(c.Reps)
	}
	for i := range 3 {
		for range i + 1 {
			grade(t, s, name(fmt.Sprintf("fact-%d", i)), scheduler.Good, at(i, 0))
		}
	}
	rename := func(pairs ...string) {
		t.Helper()
		var aliases []decks.Alias
		next := map[string]string{}
		for i := 0; i < len(pairs); i += 2 {
			aliases = append(aliases, decks.Alias{From: name(pairs[i]), To: name(pairs[i+1])})
			next[pairs[i]] = pairs[i+1]
		}
		for i := range d.Facts {
			f := &d.Facts[i]
			if key := next[f.Key]; key != "" {
				f.Key, f.Cards[0].ID = key, name(key)
			}
		}
		if _, err := s.applyAs(t.Context(), Compiled{Root: "/decks", Decks: []*decks.Deck{d}, Whole: true}, renames(aliases...), at(5, 0)); err != nil {
			t.Fatal(err)
		}
		healthy(t, s)
	}

	rename("fact-0", "a", "fact-1", "fact-0", "fact-2", "fact-1") // a chain
	if diff := cmp.Diff([]int{1, 2, 3}, []int{history(name("a")), history(name("fact-0")), history(name("fact-1"))}); diff != "" {
		t.Errorf("after a chain: %s", diff)
	}
	rename("fact-0", "fact-1", "fact-1", "fact-0") // a swap
	if diff := cmp.Diff([]int{1, 3, 2}, []int{history(name("a")), history(name("fact-0")), history(name("fact-1"))}); diff != "" {
		t.Errorf("after a swap: %s", diff)
	}
	rename("a", "b")
	grade(t, s, name("a"), scheduler.Good, at(6, 0)) // a session that has not heard of the new name
	addFact(d, "a", "a new fact", "with an old name")
	rename()
	if diff := cmp.Diff([]int{2, 0}, []int{history(name("b")), history(name("a"))}); diff != "" {
		t.Errorf("after a name was used again: %s", diff)
	}
	grade(t, s, name("a"), scheduler.Good, at(7, 0))
	rename("a", "c")
	if diff := cmp.Diff([]int{2, 1}, []int{history(name("b")), history(name("c"))}); diff != "" {
		t.Errorf("after the new card left the old name: %s", diff)
	}
}

func TestRetiredCardsComeBackWithTheirHistory(t *testing.T) {
	s := newStore(t)
	d := deck("maths", 3)
	apply(t, s, d)
	grade(t, s, d.Facts[2].Cards[0].ID, scheduler.Easy, at(0, 0))
	before, err := s.Card(t.Context(), d.Facts[2].Cards[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	short := *d
	short.Facts = d.Facts[:2]
	if diff := cmp.Diff(DeckPlan{Name: "maths", Facts: 2, Cards: 2, Retired: 1, Unchanged: 2}, apply(t, s, &short).Decks[0]); diff != "" {
		t.Error(diff)
	}
	healthy(t, s)
	if diff := cmp.Diff(DeckPlan{Name: "maths", Retired: 2}, apply(t, s).Decks[0]); diff != "" {
		t.Error(diff)
	}
	healthy(t, s)
	if diff := cmp.Diff(DeckPlan{Name: "maths", Facts: 3, Cards: 3, Returned: 3}, apply(t, s, d).Decks[0]); diff != "" {
		t.Error(diff)
	}
	after, err := s.Card(t.Context(), before.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, after, cmp.AllowUnexported(Card{})); diff != "" {
		t.Errorf("the card came back changed:\n%s", diff)
	}
	if diff := cmp.Diff(DeckPlan{Name: "maths", Facts: 3, Cards: 3, Unchanged: 3}, apply(t, s, d).Decks[0]); diff != "" {
		t.Error(diff)
	}
}

func TestCardThatTakesANameInUseJoinsItsHistory(t *testing.T) {
	s := newStore(t)
	d := deck("maths", 2)
	apply(t, s, d)
	a, b := d.Facts[0].Cards[0].ID, d.Facts[1].Cards[0].ID
	grade(t, s, a, scheduler.Good, at(0, 0))
	grade(t, s, b, scheduler.Good, at(1, 0))
	grade(t, s, a, scheduler.Good, at(2, 0))
	d.Facts = d.Facts[1:]
	if _, err := s.applyAs(t.Context(), Compiled{Root: "/decks", Decks: []*decks.Deck{d}, Whole: true}, renames(decks.Alias{From: a, To: b}), at(3, 0)); err != nil {
		t.Fatal(err)
	}
	c, err := s.Card(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	if c.ID != b || c.Reps != 3 {
		t.Errorf("card %s has %d answers, want %s with 3", c.ID, c.Reps, b)
	}
}

func TestFactsWithoutIDsKeepTheirHistory(t *testing.T) {
	s := newStore(t)
	compile := func(source string) Plan {
		t.Helper()
		c, err := decks.Compile(fstest.MapFS{"deck.md": {Data: []byte(source)}})
		if err != nil || len(c.Diagnostics) > 0 {
			t.Fatal(err, c.Diagnostics)
		}
		return apply(t, s, c.Decks...)
	}
	find := func(words string) Card {
		t.Helper()
		q, err := ParseQuery(words)
		if err != nil {
			t.Fatal(err)
		}
		for c, err := range s.Cards(t.Context(), q, at(0, 0)) {
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		t.Fatalf("no card says %s", words)
		return Card{}
	}
	compile("Q: What is the capital of France?\nA: Paris\n\nQ: What is the capital of Italy?\nA: Rome\n")
	grade(t, s, find("France").ID, scheduler.Good, at(0, 0))

	plan := compile("Q: What is the capital of Spain?\nA: Madrid\n\nQ: Which city is the capital of France?\nA: Paris\n\nQ: What is the capital of Italy?\nA: Rome\n")
	if diff := cmp.Diff("deck: 3 facts, 3 cards: 1 new, 1 edited (history kept), 1 unchanged", plan.Decks[0].String()); diff != "" {
		t.Error(diff)
	}
	if n := find("France").Reps; n != 1 {
		t.Errorf("the reworded fact has %d answers, want 1", n)
	}
	if c := find("France"); !c.Changed() {
		t.Error("the learner is not told that the card changed")
	}

	compile("Q: Which city is the capital of France?\nA: Paris\nId: france\n")
	if n := find("France").Reps; n != 1 {
		t.Errorf("the fact that got an id has %d answers, want 1", n)
	}
	if diff := cmp.Diff(DeckPlan{Name: "deck", Facts: 2, Cards: 2, Returned: 1, Unchanged: 1},
		compile("Q: Which city is the capital of France?\nA: Paris\nId: france\n\nQ: What is the capital of Italy?\nA: Rome\n").Decks[0]); diff != "" {
		t.Error(diff)
	}
}

// A deletion that was taken out of a sentence is found again when it comes back,
// whatever the sentence was called and wherever it stood in the meantime.
func TestDeletionsPutAsideFollowTheirFact(t *testing.T) {
	const (
		whole   = "C: The {{Rhine}} rises in {{Switzerland}}.\n"
		without = "C: The Rhine rises in {{Switzerland}}.\n"
		seas    = "\nQ: Which is the saltiest sea?\nA: the Red Sea\n"
	)
	for name, steps := range map[string][]map[string]string{
		"an id comes":                       {{"geo": without + "Id: rhine\n"}, {"geo": whole + "Id: rhine\n"}},
		"an id comes and goes":              {{"geo": without + "Id: rhine\n"}, {"geo": without}, {"geo": whole}},
		"it moves to a deck":                {{"geo": "", "rivers": without}, {"geo": "", "rivers": whole}},
		"it moves, and comes back":          {{"geo": "", "rivers": without}, {"geo": whole, "rivers": ""}},
		"it moves, and is gone for a while": {{"geo": "", "rivers": without + seas}, {"geo": "", "rivers": seas}, {"geo": "", "rivers": whole + seas}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			first := []map[string]string{{"geo": whole}, {"geo": without}}
			for i, texts := range append(first, steps...) {
				files := fstest.MapFS{"other.md": {Data: []byte("Q: Which is the longest river?\nA: the Nile\n")}}
				for name, text := range texts {
					if text != "" {
						files[name+".md"] = &fstest.MapFile{Data: []byte(text)}
					}
				}
				c, err := decks.Compile(files)
				if err != nil || len(c.Diagnostics) > 0 {
					t.Fatal(err, c.Diagnostics)
				}
				apply(t, s, c.Decks...)
				if i == 0 {
					grade(t, s, answering(t, s, "Rhine").ID, scheduler.Good, at(0, 0))
				}
			}
			if c := answering(t, s, "Rhine"); c.Reps != 1 || c.Retired {
				t.Errorf("the deletion has %d answers, want 1", c.Reps)
			}
			if c := answering(t, s, "Switzerland"); c.Reps != 0 {
				t.Errorf("the other deletion has %d answers, want 0", c.Reps)
			}
			report, err := s.Doctor(t.Context(), true)
			if err != nil || report.Damaged() {
				t.Errorf("%v, found %v", err, report.Findings)
			}
		})
	}
}

// answering finds the card that wants to hear an answer.
func answering(t *testing.T, s *Store, answer string) Card {
	t.Helper()
	for c, err := range s.Cards(t.Context(), Query{}, at(0, 0)) {
		if err != nil {
			t.Fatal(err)
		}
		if c.AnswerText() == answer {
			return c
		}
	}
	t.Fatalf("no card has the answer %s", answer)
	return Card{}
}

// A card that comes back to a deck is not a new one that takes a name over, whatever
// comes with it.
func TestCardThatComesBackBesideANewOne(t *testing.T) {
	s := newStore(t)
	facts := func(words ...string) (text string) {
		for _, word := range words {
			text += "Q: What is " + word + "?\nA: " + word + "\n\n"
		}
		return text
	}
	for _, texts := range [][2]string{
		{facts("one", "two"), facts("three")},
		{facts("one"), facts("three", "two")},
		{facts("one", "two", "four"), facts("three")},
		{facts("one", "four"), facts("three", "two")},
	} {
		c, err := decks.Compile(fstest.MapFS{"a.md": {Data: []byte(texts[0])}, "b.md": {Data: []byte(texts[1])}})
		if err != nil || len(c.Diagnostics) > 0 {
			t.Fatal(err, c.Diagnostics)
		}
		apply(t, s, c.Decks...)
	}
	healthy(t, s)
}
