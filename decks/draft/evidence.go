package draft

import (
	"strings"
	"unicode/utf8"

	"kartei/decks/check"
)

// evidenceFor finds the words that prove a candidate in the part of the document
// that it was made of: what it asks for with the words around it, fewer where a
// line, a note or a page comes between. They are looked up as check --against does.
func evidenceFor(reference *check.Reference, sentence string, c Candidate) (string, bool) {
	if len(c.Fact.Gaps) == 0 && utf8.RuneCountInString(sentence) <= mostEvidence && reference.Contains(sentence) {
		return sentence, true
	}
	for _, around := range []int{3, 2, 1, 0} {
		if words := window(sentence, c.said, around); reference.Contains(words) {
			return words, true
		}
		if words := window(c.Fact.Sentence, c.said, around); reference.Contains(words) {
			return words, true
		}
	}
	return "", false
}

// mostEvidence is how long evidence may be, in characters.
const mostEvidence = 300

// window is the words said in a sentence with n more words on either side, which it
// loses at a punctuation mark that may be followed by the number of a note.
func window(sentence, said string, n int) string {
	i := strings.Index(sentence, said)
	if i < 0 || said == "" {
		return said
	}
	start, end := i, i+len(said)
	for k := 0; k < n; k++ {
		if j := strings.LastIndexByte(strings.TrimRight(sentence[:start], " "), ' '); start > 0 {
			start = j + 1
		}
		rest := strings.TrimLeft(sentence[end:], " ")
		skipped := len(sentence) - end - len(rest)
		if j := strings.IndexByte(rest, ' '); j >= 0 {
			end += skipped + j
		} else {
			end = len(sentence)
		}
	}
	return strings.TrimSpace(sentence[start:end])
}
