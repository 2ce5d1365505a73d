package show_test

import (
	"fmt"

	"kartei/cmd/internal/show"
)

// A card is laid out for a window; its palette decides what styles look like.
func Example() {
	page := show.Page{Width: 40, Palette: show.Plain}
	for _, line := range page.Markdown("Which **article** says that an armed attack against one is an attack against all?\n\n- $a^2 + b^2 = c^2$\n- ![a map](map.png)") {
		fmt.Println(line)
	}
	// Output:
	// Which **article** says that an armed
	// attack against one is an attack against
	// all?
	//
	// • a² + b² = c²
	// • [picture: a map]
}

// What a stranger wrote cannot reach the terminal as a control.
func ExampleClean() {
	fmt.Println(show.Clean("red: \x1b[31m, title: \x1b]0;owned\x07"))
	// Output: red: ␛[31m, title: ␛]0;owned␇
}

func ExamplePage_Difference() {
	for _, line := range (show.Page{Width: 40}).Difference("Brusum", "Brunssum") {
		fmt.Println(line)
	}
	// Output:
	// Bru--sum
	//    ^^
	// Brunssum
	//    ^^
}
