package anki_test

import (
	"fmt"
	"os"
	"strings"

	"kartei/decks"
	"kartei/decks/anki"
	"kartei/decks/foreign"
)

func ExampleWriteCSV() {
	deck := &decks.Deck{Name: "nato-en", ID: "nato-en", Tags: []string{"politics"}, Facts: []decks.Fact{{
		Key: "article-5",
		Cards: []decks.Card{{
			ID: decks.CardID("nato-en", "article-5", "card"), Name: "card", Kind: decks.Recall,
			Prompt: "Which article was invoked after *9/11*?", Answer: "Article 5",
		}},
	}}}
	report, err := anki.WriteCSV(os.Stdout, anki.CSVOptions{}, foreign.Of(deck))
	if err != nil {
		fmt.Println(err)
	}
	fmt.Println(report.Notes, "note")
	// Output:
	// #separator:tab
	// #html:true
	// #if matches:update current
	// #match scope:notetype
	// #guid column:1
	// #notetype column:2
	// #deck column:3
	// #tags:politics
	// "p3wmkq5d53ax4yv5z2lc"	"Basic"	"nato-en"	"Which article was invoked after <i>9/11</i>?"	"Article 5"
	// 1 note
}

func ExampleReadText() {
	const file = "#separator:tab\n#html:true\n#deck:Geo\nCapital of <b>Kenya</b>?\tNairobi\n"
	im, err := anki.ReadText(strings.NewReader(file), anki.ImportOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, source := range im.DeckFiles {
		fmt.Printf("%s:\n%s", source.Name, source.Text)
	}
	// Output:
	// geo.md:
	// ---
	// deck: geo
	// title: Geo
	// ---
	//
	// Q: Capital of **Kenya**?
	// A: Nairobi
	// Id: capital-of-kenya
}
