package review_test

import (
	"context"
	"slices"
	"testing"

	"kartei/cmd/internal/ask"
	"kartei/decks"
	"kartei/scheduler"
)

func typedFact(key, answer string, more func(*decks.Card)) decks.Fact {
	c := decks.Card{Kind: decks.Recall, Type: decks.AnswerTyped, Prompt: "What about " + key + "?", Answer: answer}
	if more != nil {
		more(&c)
	}
	return fact(key, c)
}

// What a typed answer is right for is said in words, and kept in the log.
func TestTypedVerdicts(t *testing.T) {
	for _, c := range []struct {
		about         string
		answer, typed string
		more          func(*decks.Card)
		says, rule    string
	}{
		{"exact", "Nairobi", "Nairobi", nil, "✓ ", "exact"},
		{"capitals", "Nairobi", "nairobi", nil, "Right, but for capitals.", "case"},
		{"spaces", "burden-sharing", "burden sharing", nil, "Right, but for spaces or signs.", "spacing"},
		{"accents", "Lomé", "Lome", nil, "Right, but for the accents.", "accents"},
		{"a slip", "Yamoussoukro", "Yamousoukro", nil, "Right, but for a slip.", "typo"},
		{"lowered digits", "H₂O", "H2O", nil, "Right, but for the form of a character.", "forms"},
		{"letters", "øre", "ore", nil, "Right, but for a letter that keyboards lack.", "letters"},
		{"points", "שָׁלוֹם", "שלום", nil, "Right, but for the points.", "points"},
		{"another card's answer", "Kíngstown", "Kingstown", nil, "Kingstown is the answer of “What about rival?”", "wrong"},
		{"what the author warns of", "Abuja", "Lagos", func(c *decks.Card) { c.Options = []decks.Option{{Text: "Lagos"}} }, "Lagos is what the author warns of.", "wrong"},
		{"a number", "100,000", "100 000", nil, "Right, as a number.", "number"},
		{"a number within its tolerance", "8849", "8850", func(c *decks.Card) { c.Tolerance = &decks.Tolerance{Amount: 5} }, "Right, within the tolerance of 5.", "number"},
		{"… in per cent", "300000", "298000", func(c *decks.Card) { c.Tolerance = &decks.Tolerance{Amount: 1, Percent: true} }, "within the tolerance of 1 %.", "number"},
		{"another number", "1949", "1948", nil, "1949", "wrong"},
		{"an accepted answer", "Article 5", "5", func(c *decks.Card) { c.Accept = []string{"5"} }, "✓ ", "exact"},
		{"marks of Markdown are not typed", "**the** `ls -l`", "the ls -l", nil, "✓ ", "exact"},
		{"a formula as it reads", "$x^2$", "x²", nil, "✓ ", "exact"},
		{"… or as it is written", "$x^2$", "$x^2$", nil, "✓ ", "exact"},
		{"nothing", "Nairobi", "", nil, "Nairobi", "wrong"},
		{"a slip that another card's answer is as near to", "Kingston", "Kingstow", nil, "Kingston", "wrong"},
	} {
		t.Run(c.about, func(t *testing.T) {
			tb := newTable(t, typedFact("one", c.answer, c.more), typedFact("rival", "Kingstown", nil))
			verdict := "Right. How easily"
			if c.rule == "wrong" {
				verdict = "Not this time"
			}
			out := tb.sit(ask.Expect("Your answer", c.typed), ask.Expect(verdict, "Easy"), ask.Expect("", ask.Command("quit")))
			wantText(t, out, c.says)
			if d := tb.log()[0].Detail; d.Rule != c.rule || d.Typed != c.typed || *d.Right != (c.rule != "wrong") {
				t.Errorf("the log says %+v", d)
			}
		})
	}
}

// After every miss, and where something else was accepted, the right answer is
// shown.
func TestTypedRevealsTheAnswer(t *testing.T) {
	for _, c := range []struct{ typed, want string }{
		{"", "Article 5"}, {"something else", "✗ something else\n  → Article 5"}, {"Art. 5", "Art. 5\n  Article 5"}, {"Article 6", "Article 6\n          ^\n  Article 5"},
	} {
		tb := newTable(t, typedFact("one", "Article 5", func(c *decks.Card) { c.Accept = []string{"Art. 5"} }))
		out := tb.sit(ask.Expect("Your answer", c.typed), ask.Expect("", "Easy"), leave)
		wantText(t, out, c.want)
	}
}

// Escape leads from typing to the keys that would type letters, and back.
func TestKeysWhileTyping(t *testing.T) {
	tb := newTable(t, typedFact("one", "Nairobi", func(c *decks.Card) { c.Hint = "cool water" }))
	out := tb.sit(
		ask.Expect("Your answer", ask.Command("menu")), ask.Expect("", ask.Command("hint")),
		ask.Expect("Your answer", ask.Command("menu")), ask.Expect("", "Go on typing"),
		ask.Expect("Your answer", "Nairobi"), ask.Expect("Right", "Easy"), leave)
	wantText(t, out, "Hint: cool water")
}

// An author who insists on a choice gets wrong answers from the card's
// siblings, none of which is right; without siblings the card is recalled.
func TestChoiceFromSiblings(t *testing.T) {
	var facts []decks.Fact
	for _, row := range [][2]string{{"Kenya", "Nairobi"}, {"Ghana", "Accra"}, {"Mali", "Bamako"}, {"Togo", "Lomé"}, {"Benin", "Porto-Novo"}} {
		facts = append(facts, fact(row[0], decks.Card{Kind: decks.Recall, Type: decks.AnswerChoice, Pool: "capitals", Prompt: "Capital of " + row[0] + "?", Answer: row[1]}))
	}
	alone := fact("alone", decks.Card{Kind: decks.Recall, Type: decks.AnswerChoice, Prompt: "Who?", Answer: "Nobody"})
	tb := newTable(t, append(facts, alone)...)
	steps := []ask.Step{ask.Expect("Which one?", "Nairobi"), ask.Expect("Right", "Easy")}
	for _, answer := range []string{"Accra", "Bamako", "Lomé", "Porto-Novo"} {
		steps = append(steps, ask.Expect("Which one?", answer), ask.Expect("Right", "Easy"))
	}
	out := tb.sit(append(steps, ask.Expect("", "Show"), ask.Expect("How well", "Easy"), leave)...)
	wantText(t, out, "✓ Nairobi", "✓ Lomé")
	for _, r := range tb.log()[:5] {
		d := r.Detail
		if d.Format != "choice" || len(d.Options) != 4 || len(d.Chosen) != 1 || !*d.Right {
			t.Errorf("the log says %+v", d)
		}
	}
}

// After a slip Hard is a key away, after anything else that is right Good.
func TestSlipProposesHard(t *testing.T) {
	for typed, want := range map[string]scheduler.Grade{"Yamousoukro": scheduler.Hard, "Yamoussoukro": scheduler.Good, "yamoussoukro": scheduler.Good, "Abidjan": scheduler.Again} {
		tb := newTable(t, typedFact("one", "Yamoussoukro", nil))
		s := tb.sitting()
		s.Ask = starting{ask.NewScript(tb, ask.Expect("Your answer", typed), ask.Expect("", ask.Command("quit"))), func(m ask.Menu) {
			if got := scheduler.Grade(m.Start + 1); got != want {
				t.Errorf("after %q Enter gives %s, not %s", typed, got, want)
			}
		}}
		if err := s.Loop(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// A starting asker shows each menu to a test.
type starting struct {
	ask.Asker
	see func(ask.Menu)
}

func (s starting) Menu(ctx context.Context, m ask.Menu) (int, error) {
	s.see(m)
	return s.Asker.Menu(ctx, m)
}

// Strict is the deck's or the learner's.
func TestStrict(t *testing.T) {
	for _, strict := range []bool{false, true} {
		tb := newTable(t, typedFact("one", "Lomé", nil), typedFact("two", "Accra", nil))
		tb.strict = strict
		verdict := map[bool]string{false: "Right", true: "Not this time"}[strict]
		tb.sit(ask.Expect("Your answer", "Lome"), ask.Expect(verdict, "Easy"), ask.Expect("Your answer", "accra"), ask.Expect("Right", "Easy"), leave)
	}
}

// The parts of a set are typed in any order, and what was missed is shown.
func TestTypedSet(t *testing.T) {
	for _, c := range []struct {
		typed, says, rule string
		chosen            []int
	}{
		{"decisionism and unilateralism", "2 of 2", "case", []int{0, 1}},
		{"Unilateralism, Decisionism", "2 of 2", "exact", []int{0, 1}},
		{"Decisionism", "1 of 2", "exact", []int{1}},
		{"Decisionism & Unilatralism", "Right, but for a slip.", "typo", []int{0, 1}},
		{"Decisionism and decisionism", "✗ Unilateralism", "exact", []int{1}},
		{"nothing of the sort", "0 of 2", "wrong", nil},
		{"", "✗ Decisionism", "wrong", nil},
	} {
		tb := newTable(t, fact("traits", decks.Card{Kind: decks.Set, Type: decks.AnswerTyped, Prompt: "Which two traits?", Items: []string{"Unilateralism", "Decisionism"}}))
		verdict := "Not this time"
		if len(c.chosen) == 2 {
			verdict = "Right"
		}
		out := tb.sit(ask.Expect("Your answer, with commas", c.typed), ask.Expect(verdict, "Easy"), leave)
		wantText(t, out, "2 to name", c.says)
		d := tb.log()[0].Detail
		if d.Format != "set" || d.Typed != c.typed || d.Rule != c.rule || !slices.Equal(d.Chosen, c.chosen) || *d.Right != (len(c.chosen) == 2) {
			t.Errorf("%q: the log says %+v", c.typed, d)
		}
	}
}

// Nobody is asked to type a formula that goes on no line, or a picture.
func TestNotTyped(t *testing.T) {
	tb := newTable(t, fact("f", decks.Card{Kind: decks.Recall, Prompt: "Which integral?", Answer: `$\int_0^1 \begin{matrix}x\end{matrix} dx$`}),
		fact("g", decks.Card{Kind: decks.Recall, Prompt: "Which power?", Answer: "$n x^{n-1}$"}))
	tb.typed = true
	tb.sit(ask.Expect("", "Show"), ask.Expect("How well", "Easy"), ask.Expect("Your answer", "nx^(n-1)"), ask.Expect("Right", "Easy"), leave)
}
