package decks_test

import (
	"fmt"
	"os"
	"testing/fstest"

	"kartei/decks"
)

func ExampleCompile() {
	facts := fstest.MapFS{"rivers.md": {Data: []byte(`# Rivers

The longest ones first.

Q: Which river flows through Vienna and Budapest?
A: the Danube
Id: danube

C: The {{Rhine}} rises in {{Switzerland}}.
`)}}
	c, err := decks.Compile(facts)
	if err != nil {
		fmt.Println(err)
		return
	}
	decks.Match(nil, c.Decks) // nothing was compiled before
	for _, deck := range c.Decks {
		for _, fact := range deck.Facts {
			for _, card := range fact.Cards {
				fmt.Printf("%s:%d: %s → %s\n", fact.File, fact.Line, card.Prompt, card.Answer)
			}
		}
	}
	// Output:
	// rivers.md:5: Which river flows through Vienna and Budapest? → the Danube
	// rivers.md:9: The […] rises in Switzerland. → Rhine
	// rivers.md:9: The Rhine rises in […]. → Switzerland
}

func ExampleRender() {
	c, err := decks.Compile(fstest.MapFS{"nato.md": {Data: []byte("Q: Which command plans for Northern Europe?\n")}})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := decks.Render(os.Stdout, c.Diagnostics); err != nil {
		fmt.Println(err)
	}
	// Output:
	// nato.md:1:4: error: this question has no answer [no-answer]
	//     1 | Q: Which command plans for Northern Europe?
	//       |    ^ write "A:" on the next line, or a list of choices
}

// An edit moves no history: the fact that was reworded keeps its key, and with
// it the ids of its cards.
func ExampleMatch() {
	compile := func(text string) *decks.Deck {
		c, err := decks.Compile(fstest.MapFS{"rivers.md": {Data: []byte(text)}})
		if err != nil || len(c.Decks) != 1 {
			panic("the example does not compile")
		}
		return c.Decks[0]
	}
	before := compile("Q: Which river flows trough Vienna?\nA: the Danube\n")
	decks.Match(nil, []*decks.Deck{before})
	old := []decks.OldFact{decks.Remember(before.ID, &before.Facts[0], 0, false)}

	after := compile("Q: Which river flows through Vienna?\nA: the Danube\n")
	aliases := decks.Match(old, []*decks.Deck{after})
	fmt.Println(before.Facts[0].Cards[0].ID == after.Facts[0].Cards[0].ID, aliases)
	// Output: true []
}
