package review

import (
	"strconv"
	"strings"
)

// filled is a cloze sentence with everything in it; what the card with this
// number had hidden is emphasised.
func filled(text string, number int) string {
	var b strings.Builder
	for {
		before, rest, open := strings.Cut(text, "{{")
		body, after, closed := strings.Cut(rest, "}}")
		if !open || !closed {
			return b.String() + text
		}
		n, body, _ := strings.Cut(body, "::")
		answer, _, _ := strings.Cut(body, "::")
		if n == strconv.Itoa(number) {
			answer = "**" + answer + "**"
		}
		b.WriteString(before + answer)
		text = after
	}
}
