// Package html makes card text, which is Markdown, of the HTML that other
// programs keep their texts in:
//
//	c := html.Converter{Lost: func(kind, example string) { … }}
//	text := c.Text("<p>How many are 10<sup>-3</sup> <b>m</b>?</p>") // How many are 10⁻³ **m**?
//
// The text shows the words that a browser shows, in its lines, paragraphs, lists
// and tables. What is hidden there is left out, what only a colour marks is bold,
// what stands above characters (ruby) follows in brackets. What card text has no
// room for is told to Lost.
//
// HTML comes from strangers and from editors of all ages: nothing about it is
// sure. Time and memory grow with its length, however it nests.
package html
