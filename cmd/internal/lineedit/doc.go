// Package lineedit reads one line of typed text.
//
// It works in graphemes, so that a wide character, an accent typed after its
// letter or a joined emoji is one step of the cursor and one press of
// Backspace. The terminal's own cursor stands where text goes in, which input
// methods need to place their candidates. A line longer than the window
// scrolls sideways and never wraps.
package lineedit
