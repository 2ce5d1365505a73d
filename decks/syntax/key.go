package syntax

import (
	"strings"
	"sync"
)

// A Key is the word before the colon in a fact.
type Key uint8

// The keys of a fact, in canonical order.
const (
	NoKey Key = iota
	Question
	Answer
	Term
	Definition
	Cloze
	Accept
	Not
	Hint
	Note
	Source
	Evidence
	AsOf
	Tags
	ID
	Type
	Tolerance
	Draft
)

// keyNames holds every key as it is written.
var keyNames = [...]string{NoKey: "", Question: "Q", Answer: "A", Term: "T", Definition: "D", Cloze: "C",
	Accept: "Accept", Not: "Not", Hint: "Hint", Note: "Note", Source: "Source", Evidence: "Evidence",
	AsOf: "As-of", Tags: "Tags", ID: "Id", Type: "Type", Tolerance: "Tolerance", Draft: "Draft"}

// String returns the key as it is written.
func (k Key) String() string { return keyNames[k] }

// exactKey returns the key that is written like this, or [NoKey].
func exactKey(word string) Key {
	for k, name := range keyNames {
		if name == word {
			return Key(k)
		}
	}
	return NoKey
}

// Opens reports whether the key begins a fact.
func (k Key) Opens() bool { return k == Question || k == Term || k == Cloze }

// Repeats reports whether a fact may have the key several times.
func (k Key) Repeats() bool { return k == Not || k == Accept }

// otherWords are words that authors of other formats, and of German notes,
// write where the language has a key.
var otherWords = sync.OnceValue(func() map[string]Key {
	return map[string]Key{
		"question": Question, "front": Question, "frage": Question,
		"answer": Answer, "back": Answer, "antwort": Answer,
		"term": Term, "begriff": Term,
		"definition": Definition, "def": Definition,
		"cloze": Cloze, "lückentext": Cloze,
		"accepts": Accept, "also": Accept, "alternatives": Accept,
		"wrong": Not, "distractor": Not, "falsch": Not,
		"hints": Hint, "hinweis": Hint, "tip": Hint,
		"notes": Note, "extra": Note, "explanation": Note, "notiz": Note,
		"sources": Source, "src": Source, "quelle": Source, "reference": Source,
		"proof": Evidence, "beleg": Evidence,
		"asof": AsOf, "date": AsOf, "stand": AsOf,
		"tag": Tags, "schlagworte": Tags,
		"key":      ID,
		"toleranz": Tolerance,
		"entwurf":  Draft,
	}
})

// A keyLine is what stands before the first colon of a line.
type keyLine struct {
	key   Key    // the key, or the one that the word was meant for; else NoKey
	word  string // as written
	rest  int    // where the value begins in the line
	exact bool   // the word is the key, and a space follows the colon
	close bool   // not exact, but near enough to be a slip
	apart bool   // the word is the key, but a space stands before the colon
	odd   string // the sign that stands for the colon, or for the space behind it; empty where they are themselves
}

// readKey looks for a word and a colon at the head of a line. What a word that
// is not a key was meant for, guessKey tells.
func readKey(line string) (k keyLine, ok bool) {
	n := 0
	for n < len(line) && n < 24 && (isLetter(line[n]) || n > 0 && line[n] == '-') &&
		!strings.HasPrefix(line[n:], wideColon) {
		n++
	}
	switch {
	case n == 0 || n == len(line):
		return k, false
	case line[n] == ':':
		k.rest = n + 1
	case strings.HasPrefix(line[n:], wideColon) && exactKey(line[:n]) != NoKey:
		k.rest, k.odd = n+len(wideColon), wideColon
	default:
		return k, false
	}
	k.word = line[:n]
	spaced := k.rest == len(line) || line[k.rest] == ' ' || line[k.rest] == '\t' || k.odd != ""
	if k.key = exactKey(k.word); k.key != NoKey {
		for _, space := range []string{"\u00a0", "\u202f", "\u3000"} {
			if strings.HasPrefix(line[k.rest:], space) {
				k.rest += len(space)
				if spaced = true; k.odd == "" {
					k.odd = space
				}
				break
			}
		}
		k.exact = spaced
		k.close = !spaced && !strings.ContainsRune(`\/:`, rune(line[k.rest]))
		return k, k.exact || k.close
	}
	if !spaced {
		return k, false
	}
	return k, true
}

// wideColon is the colon that keyboards for Chinese and Japanese write.
const wideColon = "："

// guessKey is readKey that also finds the key a misspelt word was meant for, and
// one whose colon stands apart from it, as in French.
func guessKey(line string) (k keyLine, ok bool) {
	k, ok = readKey(line)
	if k.key != NoKey {
		return k, ok
	}
	if word, _, found := strings.Cut(line[:min(len(line), 24)], ":"); found {
		bare := strings.TrimRight(word, " \u00a0\u202f")
		if key := exactKey(bare); key != NoKey {
			return keyLine{key: key, word: bare, rest: len(word) + 1, close: true, apart: true}, true
		}
	}
	if word, rest, found := strings.Cut(line[:min(len(line), 24)], ";"); found && !ok && strings.HasPrefix(rest, " ") {
		if key := exactKey(word); key != NoKey {
			return keyLine{key: key, word: word, rest: len(word) + 1, close: true, odd: ";"}, true
		}
	}
	if ok {
		k.key, k.close = nearKey(k.word)
	}
	return k, ok
}

// isLetter accepts ASCII letters and any byte of a longer character.
func isLetter(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= 0x80
}

// nearKey returns the key that a word may have been meant for, and whether that
// is sure enough to call it misspelt.
func nearKey(word string) (key Key, sure bool) {
	lower := strings.ToLower(word)
	if k, ok := otherWords()[lower]; ok {
		return k, true
	}
	for k := Question; k <= Draft; k++ {
		name := strings.ToLower(k.String())
		if lower == name {
			return k, true
		}
		if len(name) < 4 || len(word) < 3 {
			continue
		}
		switch distance, swapped := slips(lower, name); {
		case distance == 1 && (len(name) > 4 || len(lower) != len(name) || swapped):
			return k, true
		case distance == 2 && len(name) > 5:
			return k, true
		case distance == 1:
			key = k
		}
	}
	return key, false
}

// maxWord limits the words that slips compares, in bytes.
const maxWord = 64

// slips counts the letters by which two short words differ, a swap of two
// neighbours as one; it reports whether such a swap was among them.
func slips(a, b string) (n int, swapped bool) {
	if len(a) > len(b)+2 || len(b) > len(a)+2 || len(b) > maxWord {
		return 3, false
	}
	var rows [3][maxWord + 1]int
	before, last, next := rows[0][:len(b)+1], rows[1][:len(b)+1], rows[2][:len(b)+1]
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		next[0] = i
		for j := 1; j <= len(b); j++ {
			change := last[j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			next[j] = min(change, last[j]+1, next[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] && before[j-2]+1 < next[j] {
				next[j], swapped = before[j-2]+1, true
			}
		}
		before, last, next = last, next, before
	}
	return last[len(b)], swapped
}

// MeantKey returns the key that the beginning of a line was meant for, also one
// that is misspelt or whose colon or space is missing, and where its value
// begins in the line; [NoKey] if there is none.
func MeantKey(line string) (key Key, value int) {
	k, ok := guessKey(line)
	if !ok || k.key == NoKey {
		return NoKey, 0
	}
	return k.key, k.rest + len(line[k.rest:]) - len(trimIndent(line[k.rest:]))
}
