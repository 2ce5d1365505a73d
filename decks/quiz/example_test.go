package quiz_test

import (
	"fmt"
	"os"

	"kartei/decks"
	"kartei/decks/quiz"
)

func Example() {
	deck := &decks.Deck{Name: "nato", ID: "nato", Lang: "en", Facts: []decks.Fact{{
		File: "nato.md", Line: 14,
		Cards: []decks.Card{{
			ID: "k3v7q2xmabcdefghijkl", Kind: decks.Recall, Type: decks.AnswerTyped,
			Prompt: "Which treaty article did NATO invoke after 11 September 2001?", Answer: "Article 5", Accept: []string{"5"},
		}},
	}}}
	form, err := quiz.Draw([]*decks.Deck{deck}, quiz.Options{Title: "Warm-up", Questions: 5, Seed: quiz.SeedOf(42)})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := form.Write(os.Stdout); err != nil {
		fmt.Println(err)
	}
	score := form.Score([]quiz.Response{{Typed: []string{"artcle 5"}}})
	fmt.Printf("\n%d of %d: %s\n", score.Right, score.Of, score.Marks[0].Rule)
	// Output:
	// kartei form 2
	// title: Warm-up
	// deck: nato
	//
	// question: 1 typed
	// section: nato
	// lang: en
	// ask: Which treaty article did NATO invoke after 11 September 2001?
	//
	// kartei key 2
	// form: da4iorkkzmrl2biw
	// seed: 42
	// deck: nato hrdpu6jjefeqzv6q
	//
	// key: 1
	// card: k3v7q2xmabcdefghijkl
	// from: nato.md:14
	// answer: Article 5
	// accept: 5
	//
	// 1 of 1: typo
}
