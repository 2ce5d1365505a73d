// Package words has what a quiz says to students, in the language of its deck.
//
// A language is a file of lines "English = other". The English is what the
// program says by itself; what a language lacks, or is no language that there
// is a file of, is said in English.
package words

import (
	"embed"
	"fmt"
	"strings"
	"sync"
)

//go:embed *.words
var files embed.FS

// Words are those of one language.
type Words struct {
	Lang  string // "en"
	table map[string]string
}

// In returns the words of a language tag such as "de" or "de-AT", or English.
func In(lang string) Words {
	base, _, _ := strings.Cut(strings.ToLower(lang), "-")
	if table := load(base); table != nil {
		return Words{base, table}
	}
	return Words{Lang: "en"}
}

var loaded sync.Map // tables, by language

// load reads the table of a language; nil if there is none.
func load(lang string) map[string]string {
	if table, ok := loaded.Load(lang); ok {
		return table.(map[string]string)
	}
	text, err := files.ReadFile(lang + ".words")
	var table map[string]string
	if err == nil {
		table = map[string]string{}
		for line := range strings.Lines(string(text)) {
			if english, other, ok := strings.Cut(strings.TrimSpace(line), " = "); ok {
				table[english] = other
			}
		}
	}
	loaded.Store(lang, table)
	return table
}

// Say says something that is known by its English words.
func (w Words) Say(english string, args ...any) string {
	text := english
	if other, ok := w.table[english]; ok {
		text = other
	}
	if len(args) == 0 {
		return text
	}
	return fmt.Sprintf(text, args...)
}

// Count says a number of things: one and many are known by their English words,
// many with a %d.
func (w Words) Count(n int, one, many string) string {
	if n == 1 {
		return w.Say(one)
	}
	return w.Say(many, n)
}
