package gift_test

import (
	"fmt"
	"os"
	"strings"

	"kartei/decks"
	"kartei/decks/foreign"
	"kartei/decks/gift"
)

func Example() {
	deck := &decks.Deck{Name: "nato", Lang: "en", Facts: []decks.Fact{{Key: "northern-europe", Cards: []decks.Card{{
		Kind: decks.Choice, Prompt: "Which command plans for Northern Europe?",
		Options: []decks.Option{{Text: "Norfolk", Right: true}, {Text: "Naples", Why: "it has the south"}},
	}}}}}
	var out strings.Builder
	left, err := gift.Write(&out, foreign.Of(deck))
	fmt.Print(out.String(), len(left), " left out, error: ", err, "\n\n")

	r, err := gift.Read(strings.NewReader(out.String()), foreign.ReadOptions{File: "nato.gift"})
	back := r.Decks[0]
	fmt.Fprintln(os.Stdout, back.Facts[0].Key, back.Facts[0].Cards[0].Options, err)
	// Output:
	// $CATEGORY: $course$/top/nato
	//
	// ::northern-europe::[markdown]Which command plans for Northern Europe?{
	// 	=Norfolk
	// 	~Naples#it has the south
	// }
	//
	// 0 left out, error: <nil>
	//
	// northern-europe [{Norfolk true } {Naples false it has the south}] <nil>
}
