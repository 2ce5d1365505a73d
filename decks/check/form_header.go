package check

import "kartei/decks"

// headerForms are the rules of form about headers, and about decks that are
// written in several files. The compiler checks them.
var headerForms = []*Rule{
	{Name: "unclosed-header", Severity: decks.Error,
		Title: "a header without its second line of dashes never ends",
		Text: `
The header is what stands between two lines "---" at the head of the file. Without the second one
the facts below would be read as header.`,
		Bad:  "---\ntitle: Capitals\n\nQ: What is the capital of Austria?\nA: Vienna\n",
		Good: "---\ntitle: Capitals\n---\n\nQ: What is the capital of Austria?\nA: Vienna\n"},
	{Name: "almost-a-header", Severity: decks.Warning,
		Title: "a header that is not at the head of the file says nothing",
		Text: `
A header begins on the first line of the file. With anything above it, be it a blank line, it is
read as prose, and the deck is called after its file.`,
		Bad:  "# Capitals\n\n---\ndeck: capitals\n---\n\nQ: What is the capital of Austria?\nA: Vienna\n",
		Good: "---\ndeck: capitals\n---\n\nQ: What is the capital of Austria?\nA: Vienna\n"},
	{Name: "bad-header", Severity: decks.Error,
		Title: "a line of the header is not what its key needs",
		Text: `
Each line of the header is a key, a colon and a value. A source has a short name between the two
("source atlas: The Great Atlas"), "lang" is a language tag such as en or pt-BR, "order" is authored
or random, and "typed" is never, short or always; "strict" is
yes or no, and "quiz" is never.`,
		Bad:  "---\nlang: English please\n---\n\nQ: What is the capital of Austria?\nA: Vienna\n",
		Good: "---\nlang: en\n---\n\nQ: What is the capital of Austria?\nA: Vienna\n"},
	{Name: "unknown-header-key", fix: fixHeaderKey, Severity: decks.Error,
		Title: "a header key that Kartei does not know would be lost in silence",
		Text: `
The keys of a header are deck, id, title, author, license, lang, tags, source NAME, order, typed, strict and quiz.
Everything else belongs below the header, as text. In a file without facts, a note of another
program's with aliases and the like, this is a warning.`,
		Bad:  "---\ntitel: Capitals\n---\n\nQ: What is the capital of Austria?\nA: Vienna\n",
		Good: "---\ntitle: Capitals\n---\n\nQ: What is the capital of Austria?\nA: Vienna\n"},
	{Name: "bad-deck-name", Severity: decks.Error,
		Title: "the deck's name is typed in commands and names its cards for ever",
		Text: `
A name is made of the letters a to z, digits and "-", with "/" for decks within decks:
"geo/capitals". Letters of other scripts than the Latin one may be in it as well, in lower case:
"русский". Without "deck:" in the header it is the file's name. For people there is "title:", which
may hold anything.`,
		Bad:  "---\ndeck: Hauptstädte der Welt\n---\n\nQ: What is the capital of Austria?\nA: Vienna\n",
		Good: "---\ndeck: hauptstaedte\ntitle: Hauptstädte der Welt\n---\n\nQ: What is the capital of Austria?\nA: Vienna\n"},
	{Name: "header-conflict", Severity: decks.Warning,
		Title: "two files of one deck say different things about it",
		Text: `
All files that name a deck share its title, language, order and so on. Where they differ, the first
one in path order wins, and two that give the deck different ids are an error. Keep such lines in
one of the files.`},
	{Name: "deck-in-two-folders", Severity: decks.Error,
		Title: "two folders hold decks of one name, and nothing says that they are the same",
		Text: `
Files of one deck stand in one folder. Two folders with decks of one name are most often two copies,
of which one is old. Give one of the two another name.`},
	{Name: "duplicate-deck-id", Severity: decks.Error,
		Title: "two decks with one id would share their learners' history",
		Text: `
The "id" of a deck is what its cards are known by, for good. It is needed when a deck is renamed: the
old name goes there. A deck that began as a copy needs an id of its own, or none.`},
}
