package syntax

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestDeckWord(t *testing.T) {
	for text, want := range map[string]string{
		"Große Flüsse":          "grosse-fluesse",
		"Pokémon":               "pokemon",
		"Русский":               "русский",
		"Русский язык, часть 2": "русский-язык-часть-2",
		"М'ята":                 "мята",
		"Ελληνικά":              "ελληνικά",
		"العربية":               "العربية",
		"עברית":                 "עברית",
		"日本語 N5":                "日本語-n5",
		"カタカナー":                 "カタカナー",
		"हिन्दी":                "हिन्दी",
		"한국어":                   "한국어",
		"ไทย":                   "ไทย",
		"C++":                   "c",
		"♥":                     "",
		"\u202eabc\u200b":       "abc",
		"а\u200bб":              "а-б",
		"\u3164":                "", // a letter that nobody sees
		"𝐛𝐨𝐥𝐝":                  "", // letters that look like others
		strings.Repeat("я", 99): strings.Repeat("я", 64),
		strings.Repeat("語", 99): strings.Repeat("語", 42),
	} {
		if got := DeckWord(text); got != want {
			t.Errorf("DeckWord(%q) = %q, want %q", text, got, want)
		}
		if want != "" && !IsDeckName(want) {
			t.Errorf("%q is not a deck name", want)
		}
	}
	for _, name := range []string{"Русский", "übung", "café", "e\u0301", "и\u0306", "a\u0301б", "а б", "-а", "русский//a", "\u0301", "ｆ", "а\u200d", strings.Repeat("я", 65)} {
		if IsDeckName(name) {
			t.Errorf("%q is a deck name", name)
		}
	}
	for text, want := range map[string]string{"Русский": "", "Что такое DNA?": "dna", "Größe": "groesse"} {
		if got := Slug(text); got != want {
			t.Errorf("Slug(%q) = %q, want %q", text, got, want)
		}
	}
}

// FuzzDeckWord: what is made of any text is a name, and the same again.
func FuzzDeckWord(f *testing.F) {
	for _, text := range []string{"Große Flüsse", "Русский язык", "हिन्दी 2", "ᄀ'ᅡ", "日本語\u200dx", strings.Repeat("語я ", 40)} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		word := DeckWord(text)
		if word != "" && !IsDeckName(word) || !utf8.ValidString(word) || DeckWord(word) != word {
			t.Errorf("%q makes %q, and that %q", text, word, DeckWord(word))
		}
		if id := Slug(text); id != "" && !IsID(id) {
			t.Errorf("%q makes the id %q", text, id)
		}
	})
}
