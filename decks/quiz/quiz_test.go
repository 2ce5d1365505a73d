package quiz_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"kartei/decks"
	"kartei/decks/answer"
	"kartei/decks/quiz"
)

// capitals is a deck of one table: each row asks for the capital and for the
// country, and the cells of a column are each other's wrong answers.
func capitals() *decks.Deck {
	d := &decks.Deck{Name: "geo/capitals", ID: "geo/capitals", Lang: "en"}
	for i, row := range [][2]string{
		{"England", "London"}, {"United Kingdom", "London"}, {"France", "Paris"}, {"Germany", "Berlin"}, {"Switzerland", "Bern"},
		{"Jamaica", "Kingston"}, {"Saint Vincent", "Kingstown"}, {"Australia", "Canberra"}, {"Sri Lanka", "Sri Jayawardenepura Kotte"},
	} {
		section := "Europe"
		if i > 4 {
			section = "Elsewhere"
		}
		d.Facts = append(d.Facts, fact(d, "geo.md", i+10, []string{"Capitals", section},
			decks.Card{Name: "capital", Kind: decks.Recall, Prompt: "What is the capital of " + row[0] + "?", Answer: row[1], Pool: "capital", Tags: []string{strings.ToLower(section)}},
			decks.Card{Name: "country", Kind: decks.Recall, Prompt: row[1] + " is the capital of …", Answer: row[0], Pool: "country", Tags: []string{strings.ToLower(section)}},
		))
	}
	return d
}

func fact(d *decks.Deck, file string, line int, section []string, cards ...decks.Card) decks.Fact {
	key := fmt.Sprint("f", line)
	for i := range cards {
		cards[i].ID = decks.CardID(d.ID, key, cards[i].Name)
		cards[i].Hash = cards[i].ItemHash()
	}
	return decks.Fact{Key: key, File: file, Line: line, Section: section, Cards: cards}
}

// mixed has a card of every kind.
func mixed() *decks.Deck {
	d := &decks.Deck{Name: "mixed", ID: "mixed", Lang: "de"}
	for i, c := range []decks.Card{
		{Kind: decks.Choice, Prompt: "Pick one", Options: []decks.Option{{Text: "yes", Right: true}, {Text: "no", Why: "why not"}, {Text: "perhaps"}}},
		{Kind: decks.Choice, Prompt: "Pick several", Options: []decks.Option{{Text: "2", Right: true}, {Text: "10"}, {Text: "3", Right: true}, {Text: "1,5"}}},
		{Kind: decks.Set, Prompt: "Name all", Items: []string{"Rot", "Grün", "Blau"}},
		{Kind: decks.Sequence, Prompt: "Order", Items: []string{"eins", "zwei", "drei", "vier"}},
		{Kind: decks.Recall, Prompt: "When?", Answer: "1949", Tolerance: &decks.Tolerance{Amount: 1}, Accept: []string{"'49"}, Note: "two\n\nparagraphs\n\n```\n  code\n```", Source: "fes 3"},
		{Kind: decks.Recall, Prompt: "Say it at length", Answer: "An answer that is far too long to be typed by anyone"},
		{Kind: decks.Recall, Type: decks.AnswerRecall, Prompt: "Recall", Answer: "only"},
		{Kind: decks.Cloze, Prompt: "The […] is here", Answer: "word", Options: []decks.Option{{Text: "sword", Why: "sharper"}, {Text: "world"}}},
	} {
		c.Name = "card"
		d.Facts = append(d.Facts, fact(d, "mixed.md", i+1, nil, c))
	}
	return d
}

func draw(t *testing.T, o quiz.Options, from ...*decks.Deck) *quiz.Form {
	t.Helper()
	f, err := quiz.Draw(from, o)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// A seed decides the form whatever the order of decks in memory, and another
// seed makes another form. The digest pins the generator for ever: if it
// changes, every form that instructors announced by its seed would change.
func TestSameSeedSameForm(t *testing.T) {
	o := quiz.Options{Questions: 12, Seed: quiz.SeedOf(42)}
	a := draw(t, o, capitals(), mixed())
	if b := draw(t, o, mixed(), capitals()); !cmp.Equal(a, b) {
		t.Error(cmp.Diff(a, b))
	}
	o.Seed = quiz.SeedOf(43)
	if b := draw(t, o, capitals(), mixed()); a.ID() == b.ID() {
		t.Error("two seeds made one form")
	}
	if got, want := a.ID(), "hwjcynq422d4asm2"; got != want {
		t.Errorf("the form of seed 42 is %s, was %s", got, want)
	}
}

// A card that is added to a deck moves no question of the others.
func TestNewCardsMoveNothing(t *testing.T) {
	o := quiz.Options{Questions: 1000, Seed: quiz.SeedOf(7), Kinds: []quiz.Kind{quiz.Typed}}
	deck := capitals()
	before := draw(t, o, deck)
	deck.Facts = append(deck.Facts, fact(deck, "geo.md", 99, []string{"Capitals", "Europe"}, decks.Card{Name: "capital", Kind: decks.Recall, Prompt: "And of Italy?", Answer: "Rome"}))
	var after []quiz.Question
	for _, q := range draw(t, o, deck).Questions {
		if q.Prompt != "And of Italy?" {
			after = append(after, q)
		}
	}
	if diff := cmp.Diff(before.Questions, after); diff != "" {
		t.Error(diff)
	}
}

// Each fact is asked once, in a section that the deck's title does not blur.
func TestOneQuestionAFact(t *testing.T) {
	f := draw(t, quiz.Options{Questions: 100}, capitals())
	places := map[string]bool{}
	for _, q := range f.Questions {
		if places[q.Place] {
			t.Errorf("%s is asked twice", q.Place)
		}
		places[q.Place] = true
		if q.Section != "geo/capitals: Europe" && q.Section != "geo/capitals: Elsewhere" {
			t.Errorf("section %q", q.Section)
		}
	}
	if len(f.Questions) != 9 {
		t.Errorf("%d questions of 9 facts", len(f.Questions))
	}
}

func TestKinds(t *testing.T) {
	for _, kind := range quiz.Kinds {
		f := draw(t, quiz.Options{Kinds: []quiz.Kind{kind}}, mixed())
		for _, q := range f.Questions {
			if q.Kind != kind {
				t.Errorf("asked for %s, got %s: %s", kind, q.Kind, q.Prompt)
			}
			if q.Prompt == "Recall" || q.Prompt == "Say it at length" {
				t.Errorf("asked %q, which no quiz can mark", q.Prompt)
			}
		}
	}
	if _, err := quiz.Draw([]*decks.Deck{mixed()}, quiz.Options{Questions: 2000}); err == nil {
		t.Error("a form of 2000 questions was drawn")
	}
	if _, err := quiz.Draw([]*decks.Deck{{Name: "empty"}}, quiz.Options{}); err == nil {
		t.Error("a form was drawn from nothing")
	}
}

// Numbers stand in their order, here with a decimal comma.
func TestNumbersAreSorted(t *testing.T) {
	for seed := range uint64(10) {
		f := draw(t, quiz.Options{Seed: quiz.SeedOf(seed), Kinds: []quiz.Kind{quiz.Choice}}, mixed())
		i := slices.IndexFunc(f.Questions, func(q quiz.Question) bool { return q.Prompt == "Pick several" })
		if got := f.Questions[i].Options; !slices.Equal(got, []string{"1,5", "2", "3", "10"}) {
			t.Errorf("options %q", got)
		}
	}
}

// Wrong answers are wrong, different, two or three, close to the right one,
// and do not give it away by its length.
func TestWrongAnswers(t *testing.T) {
	letters := map[int]int{}
	for seed := range uint64(50) {
		f := draw(t, quiz.Options{Seed: quiz.SeedOf(seed), Questions: 100, Kinds: []quiz.Kind{quiz.Choice}}, capitals())
		for _, q := range f.Questions {
			if n := len(q.Options); n < 3 || n > 4 {
				t.Errorf("%d options", n)
			}
			if q.Prompt == "London is the capital of …" && slices.Contains(q.Options, "England") && slices.Contains(q.Options, "United Kingdom") {
				t.Errorf("both are right: %q", q.Options)
			}
			if strings.Contains(q.Prompt, "Sri Lanka") {
				t.Errorf("the longest option is right: %q", q.Options)
			}
			if strings.Contains(q.Prompt, "Jamaica") && !slices.Contains(q.Options, "Kingstown") {
				t.Errorf("the closest capital is not offered: %q", q.Options)
			}
			if sorted := slices.Sorted(slices.Values(q.Options)); len(slices.Compact(sorted)) != len(q.Options) {
				t.Errorf("one option twice: %q", q.Options)
			}
			letters[q.Key.Right[0]]++
		}
	}
	for letter := range 4 {
		if letters[letter] < 50 {
			t.Errorf("the right answer is %s only %d times: %v", quiz.Letter(letter), letters[letter], letters)
		}
	}
}

// A sibling for which the right answer would count, too, is the same thing under
// another name.
func TestOtherNames(t *testing.T) {
	deck := capitals()
	deck.Facts[6].Cards[0].Accept = []string{"Kingston"} // of Kingstown
	for seed := range uint64(20) {
		for _, o := range quiz.Wrong(deck, deck.Facts[5].Cards[0].ID, seed, 3) {
			if o.Text == "Kingstown" {
				t.Fatal("Kingstown is offered as a wrong answer to Kingston")
			}
		}
	}
}

// What the author names comes first, then what learners confuse, then siblings.
func TestRanking(t *testing.T) {
	deck := capitals()
	jamaica := &deck.Facts[5].Cards[0]
	jamaica.Options = []decks.Option{{Text: "Montego Bay", Why: "larger on tourists' maps"}, {Text: "KINGSTON"}}
	o := quiz.Options{
		Kinds:    []quiz.Kind{quiz.Choice},
		Keep:     func(_ *decks.Deck, _ *decks.Fact, c *decks.Card) bool { return c.ID == jamaica.ID },
		Confused: map[string][]string{jamaica.ID: {" kingston ", "Port Royal"}},
	}
	q := draw(t, o, deck).Questions[0]
	got := slices.Sorted(slices.Values(q.Options))
	if want := []string{"Kingston", "Kingstown", "Montego Bay", "Port Royal"}; !slices.Equal(got, want) {
		t.Errorf("options %q, want %q", got, want)
	}
	if why := q.Key.Why[slices.Index(q.Options, "Montego Bay")]; why == "" {
		t.Error("the author's reason is lost")
	}
}

// A pool of 200,000 cards is no slower to draw from than it is to read.
func BenchmarkDrawFromLargeDeck(b *testing.B) {
	d := &decks.Deck{Name: "large", ID: "large"}
	for i := range 200_000 {
		d.Facts = append(d.Facts, fact(d, "large.md", i, nil, decks.Card{Name: "x", Kind: decks.Recall, Prompt: fmt.Sprint("prompt ", i), Answer: fmt.Sprint("answer ", i), Pool: "x"}))
	}
	b.ResetTimer()
	for b.Loop() {
		if _, err := quiz.Draw([]*decks.Deck{d}, quiz.Options{Questions: 50, Kinds: []quiz.Kind{quiz.Choice}}); err != nil {
			b.Fatal(err)
		}
	}
}

func TestMark(t *testing.T) {
	one := quiz.Question{Kind: quiz.Choice, Options: []string{"a", "b", "c"}, Key: quiz.Key{Right: []int{1}}}
	several := quiz.Question{Kind: quiz.Choice, Several: true, Options: []string{"a", "b", "c", "d"}, Key: quiz.Key{Right: []int{0, 2}}}
	typed := quiz.Question{Kind: quiz.Typed, Lang: "de", Key: quiz.Key{Answer: "1.949", Tolerance: &decks.Tolerance{Amount: 1}, Accept: []string{"neunundvierzig"}}}
	set := quiz.Question{Kind: quiz.Set, Parts: 4, Key: quiz.Key{Parts: []string{"Kingston", "Kingstown", "Bern", "Berlin"}}}
	order := quiz.Question{Kind: quiz.Sequence, Options: []string{"b", "d", "a", "c"}, Key: quiz.Key{Right: []int{2, 0, 3, 1}}}
	for _, c := range []struct {
		about string
		q     quiz.Question
		r     quiz.Response
		want  quiz.Mark
	}{
		{"right", one, quiz.Response{Chosen: []int{1}}, quiz.Mark{Share: 1}},
		{"wrong", one, quiz.Response{Chosen: []int{0}}, quiz.Mark{}},
		{"none", one, quiz.Response{}, quiz.Mark{}},
		{"both", several, quiz.Response{Chosen: []int{0, 2}}, quiz.Mark{Share: 1}},
		{"one of two", several, quiz.Response{Chosen: []int{2}}, quiz.Mark{Share: .5}},
		{"all of them is not an answer", several, quiz.Response{Chosen: []int{0, 1, 2, 3}}, quiz.Mark{}},
		{"two right, one wrong", several, quiz.Response{Chosen: []int{0, 1, 2}}, quiz.Mark{Share: .5}},
		{"a number in its tolerance", typed, quiz.Response{Typed: []string{"1948"}}, quiz.Mark{Share: 1, Rule: answer.Number}},
		{"a number out of it", typed, quiz.Response{Typed: []string{"1947"}}, quiz.Mark{Rule: answer.Wrong}},
		{"an accepted word", typed, quiz.Response{Typed: []string{"Neunundvierzig"}}, quiz.Mark{Share: 1, Rule: answer.Case}},
		{"nothing typed", typed, quiz.Response{Typed: []string{"  "}}, quiz.Mark{}},
		{"a whole set in any order", set, quiz.Response{Typed: []string{"berlin", "bern", "kingstown", "kingston"}}, quiz.Mark{Share: 1, Rule: answer.Case}},
		{"one part twice counts once", set, quiz.Response{Typed: []string{"Bern", "Bern", "Bern", "Berlin"}}, quiz.Mark{Share: .5, Rule: answer.Exact}},
		{"half", set, quiz.Response{Typed: []string{"Bern", "", "Kingston"}}, quiz.Mark{Share: .5, Rule: answer.Exact}},
		{"all wrong", set, quiz.Response{Typed: []string{"Paris"}}, quiz.Mark{Rule: answer.Wrong}},
		{"in order", order, quiz.Response{Chosen: []int{2, 0, 3, 1}}, quiz.Mark{Share: 1}},
		{"two of three pairs", order, quiz.Response{Chosen: []int{1, 2, 0, 3}}, quiz.Mark{Share: 2. / 3}},
		{"backwards", order, quiz.Response{Chosen: []int{1, 3, 0, 2}}, quiz.Mark{}},
	} {
		if err := c.q.Check(c.r); err != nil {
			t.Errorf("%s: %v", c.about, err)
		}
		if got := c.q.Mark(c.r); got != c.want {
			t.Errorf("%s: mark %v, want %v", c.about, got, c.want)
		}
	}
	for _, c := range []struct {
		q    quiz.Question
		r    quiz.Response
		want string
	}{
		{one, quiz.Response{Chosen: []int{3}}, "no option d"},
		{one, quiz.Response{Chosen: []int{-1}}, "no option 0"},
		{one, quiz.Response{Chosen: []int{1 << 30}}, "no option 1073741825"},
		{one, quiz.Response{Chosen: []int{0, 1}}, "2 options are chosen"},
		{one, quiz.Response{Typed: []string{"a"}}, "1 texts are typed where 0"},
		{several, quiz.Response{Chosen: []int{1, 1}}, "option b is chosen twice"},
		{several, quiz.Response{Chosen: []int{2, 1}}, "not in order"},
		{typed, quiz.Response{Chosen: []int{0}}, "no option a"},
		{typed, quiz.Response{Typed: []string{"a", "b"}}, "2 texts"},
		{set, quiz.Response{Typed: make([]string, 5)}, "5 texts are typed where 4"},
		{order, quiz.Response{Chosen: []int{0, 1}}, "2 of 4 items"},
		{order, quiz.Response{Sure: 4}, "confidence of 4"},
		{order, quiz.Response{Took: -1}, "negative time"},
	} {
		if err := c.q.Check(c.r); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: error %v, want %q", c.r, err, c.want)
		}
	}
}

func TestAttempt(t *testing.T) {
	f := draw(t, quiz.Options{Questions: 100, Seed: quiz.SeedOf(3)}, mixed(), capitals())
	a := quiz.NewAttempt(f)
	dice := rand.New(rand.NewPCG(1, 2))
	for a.Move(1) {
	}
	if a.At != len(f.Questions)-1 {
		t.Fatalf("the last question is %d of %d", a.At, len(f.Questions))
	}
	sure := 0
	for {
		q := a.Question()
		a.Flag()
		a.Spend(2)
		right := quiz.Response{Chosen: q.Key.Right, Sure: 1 + dice.IntN(3), Took: 3}
		switch q.Kind {
		case quiz.Typed:
			right.Chosen, right.Typed = nil, []string{q.Key.Answer}
		case quiz.Set:
			right.Chosen, right.Typed = nil, q.Key.Parts
		}
		if right.Sure == 3 {
			sure++
		}
		if err := a.Answer(right); err != nil {
			t.Fatal(err)
		}
		if !a.Move(-1) {
			break
		}
	}
	if open := a.Open(); len(open) > 0 {
		t.Errorf("open: %v", open)
	}
	score := f.Score(a.Responses)
	if n := len(f.Questions); score.Right != n || score.Points != float64(n) || score.Of != n {
		t.Errorf("score %+v, want %d of all", score, n)
	}
	total := 0
	for _, s := range score.Sections {
		total += s.Of
	}
	if total != score.Of || len(score.Sections) != 3 {
		t.Errorf("sections %+v", score.Sections)
	}
	for _, c := range score.Certainties(a.Responses) {
		if c.Sure == 3 && (c.Answers != sure || c.Right != sure) {
			t.Errorf("%d sure answers: %+v", sure, c)
		}
	}
	if err := a.Answer(quiz.Response{Sure: 9}); err == nil {
		t.Error("a confidence of 9 was taken")
	}
	if a.Response().Took != 5 {
		t.Errorf("took %d, want 5", a.Response().Took)
	}
	if !utf8.ValidString(a.Question().Prompt) {
		t.Error("prompt")
	}
}

// Wrong returns a session what a form would offer.
func TestWrong(t *testing.T) {
	d := capitals()
	kingston := d.Facts[5].Cards[0]
	found := quiz.Wrong(d, kingston.ID, 1, 3)
	var texts []string
	for _, o := range found {
		texts = append(texts, o.Text)
		if o.Right {
			t.Errorf("%q would be right", o.Text)
		}
	}
	if len(found) != 3 || !slices.Contains(texts, "Kingstown") {
		t.Errorf("got %q", texts)
	}
	london := d.Facts[0].Cards[1] // England; the United Kingdom would be right too
	for seed := range uint64(20) {
		if slices.ContainsFunc(quiz.Wrong(d, london.ID, seed, 3), func(o decks.Option) bool { return o.Text == "United Kingdom" }) {
			t.Fatal("a right answer is offered as a wrong one")
		}
	}
	if quiz.Wrong(d, "no such card", 1, 3) != nil || quiz.Wrong(mixed(), mixed().Facts[5].Cards[0].ID, 1, 3) != nil {
		t.Error("wrong answers from nowhere")
	}
}
