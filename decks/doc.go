// Package decks compiles study facts, written as plain text, into decks of cards.
//
// [Compile] reads a tree of files and gives decks and diagnostics; [Match] finds
// out which facts are the ones that were there before, so that an edit costs no
// learner their history; [Render] prints what is wrong.
//
//	c, err := decks.Compile(os.DirFS("facts"))
//	aliases := decks.Match(old, c.Decks)
//	err = decks.Render(os.Stderr, c.Diagnostics)
//
// What follows is the reference of the fact language, version 1. The examples
// in it are compiled by a test.
//
// # Files
//
// A deck source is a UTF-8 Markdown file that ends in ".md". Its lines are read
// one by one: those that are described here mean something, all others are
// prose, and so is everything inside of fenced code and of HTML comments. A
// file without facts is fine. Prose is for learners to read, in
// its place between the facts; what stands in a section above its first fact
// introduces that section. Nothing in a file can run a program, open a
// connection, or name a path outside of its folder.
//
// Lines may end in LF or CR LF; a byte order mark is skipped; text is put into
// Unicode's normal form NFC. Tabs count as far as the next multiple of four.
//
// # The header
//
// If the first line is "---", the lines up to the next "---" are "key: value".
// It is not YAML: no quotes, no lists, no nesting.
//
//	---
//	deck: geo/capitals
//	title: Capitals of the world
//	author: A. Author
//	license: CC0-1.0
//	lang: en
//	tags: geography cities
//	source atlas: A. Author, An Atlas, 3rd edition, 2024
//	order: authored
//	typed: short
//	strict: no
//	---
//
//	Q: What is the capital of Chile?
//	A: Santiago
//	Source: atlas 12
//
// deck is the deck's name: words of a-z, 0-9 and "-", joined by "/" for decks
// within decks. The letters and digits of other scripts than the Latin one may be
// in it too, in lower case where there is one: русский/глаголы, 日本語/n5. Without
// it the deck is called after the file, with "-" for what cannot be in a name,
// "ue" for "ü" and "e" for "é". Several files of one folder may name one deck; they are joined in path order. If they disagree
// about anything but the deck's id, what the first one says counts.
//
// id is the deck's permanent identity, by default its name: an author who
// renames a deck keeps the old name here. tags belong to the facts of the file
// that gives them. A source gives a citation a short name. order is authored or
// random; typed is never, short (answers of up to four words may be typed) or
// always. strict is yes or no, the default: yes forgives in a typed answer only
// capitals, spaces and typographic signs, where else letters, accents and slips
// are forgiven that lead to no other answer of the deck. quiz: never keeps a deck
// out of quizzes.
//
// # Facts
//
// A fact is a block of "Key: value" lines at the beginning of the line. Q, T and
// C begin one, with or without a blank line before them; a blank line, a
// heading, a line of dashes or a table ends it. Q has an A, T has a D:
//
//	Q: Which treaty article did NATO invoke after 11 September 2001?
//	A: Article 5
//	Accept: 5 | Art. 5
//	Not: Article 4 -- that one is for consultations
//	Hint: an attack on one is an attack on all
//	Note: The first and so far only time.
//	Source: fes 10
//	Evidence: Artikel 5
//	As-of: 2025-06
//	Tags: nato law
//	Id: article-5
//
//	T: fjord
//	D: a long narrow inlet made by a glacier
//
// A T and a D make two cards, one each way. Accept and Not speak of the
// definition if it has four words or fewer, else of the term.
//
// A value goes on over the lines that follow. Lines indented by two or more
// spaces belong to it even after a blank line, and so does fenced code that
// follows at once; inside of a fence nothing is a key. What the lines after the
// first share of their indent is taken off. Below an empty "A:", "D:" or "C:" a
// blank line may stand before the text.
//
//	Q: What does this print,
//	and why?
//	```go
//	x := []int{1, 2, 3}
//
//	fmt.Println(x[1:])
//	```
//	A: [2 3]
//	Note: A slice begins at its first index.
//
//	  Lines like this one are a second paragraph of the note.
//
// A word and a colon that look like a misspelt key are an error; other words
// with a colon at the beginning of a line are text, with a warning. Indented
// lines are never keys. Only Accept and Not may be given more than once, up to a
// hundred times. A comment that fills a line inside of a fact belongs to no value.
//
// # Lists of answers
//
// What follows the question decides how it is answered: a list with boxes is a
// choice, with one or several right; a list below an empty A is a set, which is
// ticked off item by item; a numbered one is a sequence.
//
//	Q: Which command plans for Northern Europe?
//	- [x] Norfolk
//	- [ ] Brunssum
//	- [ ] Naples -- it has the south
//
//	Q: Name the Baltic states.
//	A:
//	- Estonia
//	- Latvia
//	- Lithuania
//
//	Q: Put these summits in order.
//	A:
//	1. Wales
//	2. Vilnius
//	3. Washington
//
// The part after "--", with white space on both sides, is said when a wrong
// option, or the misconception of a Not, is chosen. Lines indented by two or
// more spaces go on with an item. In a question, a line with a box that is
// indented by four or more spaces is text.
//
// # Sentences with deletions
//
// A C hides the words in double braces, one card for each number:
//
//	C: The {{Rhine}} rises in {{Switzerland::country}}.
//
//	C: {{1::Oslo}} was called {{1::Christiania}} until {{2::1925}}.
//
// Deletions with one number are hidden together; one without a number gets the
// least that is free. A number has up to three digits, so {{1925::year}} hides
// "1925" and hints "year". Anki's {{c1::…}} reads the same, and {{c1,2::…}} is
// hidden by both cards. A deletion can not stand in another. An Accept counts for every card of the sentence.
//
// # Text
//
// Values are Markdown: emphasis, code, links, images, and mathematics between
// dollar signs (with no space inside of them and no digit behind the closing
// one, so that "between $5 and $6" is text, and so is what begins with a number
// and goes on in words, as in "$5 or 6$") or between \( and \). A value of several
// lines may have lists, quotes, headings and fenced code, too. A backslash makes the next of
// { } | \ literal. In code and mathematics a backslash is itself, and braces and
// bars mean nothing.
//
//	Q: Which set is \{2, 3\} ∪ \{3, 5\}?
//	A: \{2, 3, 5\}
//
//	C: In Jinja, `{{ name }}` writes {{the value of a variable}}; in TeX $\frac{{a}}{b}$ is a fraction.
//
//	Q: Which operator joins commands so that one reads what the other writes?
//	A: \|
//	Accept: `|` | the pipe
//
// # Values of a certain form
//
// Id is [a-z0-9][a-z0-9-]{0,63}. Tags are words parted by spaces or commas. As-of
// is a year, a month or a day: 2025, 2025-06, 2025-06-30. Type is typed, choice
// or recall, where the author insists. Tolerance is "± 5" or "± 1 %" and needs an
// answer with digits.
//
//	Q: How long is the Danube, in km?
//	A: 2850
//	Tolerance: ± 2 %
//	Type: typed
//
// # Drafts
//
// A fact with "Draft: yes" was proposed by a program, and nobody has read it yet.
// No cards are made of it, nor of a table's template that has the line. Its author
// accepts it by deleting the line.
//
//	C: The Danube rises in the {{Black Forest}}.
//	Source: atlas 41
//	Evidence: Black Forest
//	Draft: yes
//
//	C: The Rhine rises in {{Switzerland}}.
//	Source: atlas 43
//	Evidence: Switzerland
//
// # Tables
//
// A table begins each line with a bar and has a line of dashes below its head.
// The facts below it, in its section, that name its columns in braces are its
// templates: each row times each template is a card. A table without templates
// is a table to read.
//
//	## Capitals
//
//	| id | country      | capital[]            | accept country | not capital        | hint |
//	|----|--------------|----------------------|----------------|--------------------|------|
//	| ci | Ivory Coast  | Yamoussoukro         | Côte d'Ivoire  | Abidjan -- largest |      |
//	| za | South Africa | Pretoria; Cape Town  |                |                    | two  |
//
//	Q: What is the capital of {country} ({hint})?
//	A: {capital}
//
//	Q: Whose capital is {capital}?
//	A: {country}
//
// The columns id, source, evidence, hint, note, tags and as-of act as the keys of
// the same name, and go before those of the template. "accept NAME" and "not
// NAME" belong to the answers taken from column NAME, with "\|" between several.
// A head that ends in "[]" holds sets, parted by ";": a template whose answer is
// that column alone asks for the set; a set of one is an ordinary answer.
//
// A row with an empty cell that a question or an answer needs gives no card for
// that template; other keys of the template are left out where a cell is empty.
// A group in parentheses disappears if all columns that it names are empty. In a
// section with a table, braces outside of code and mathematics always name a
// column; in code and mathematics they do if there is such a column.
//
// A template's name is its Id, else the columns of its answer, joined by "+";
// with an Id, the cards of a T or C template add what tells them apart. Two
// templates of a table need different names. The same column of the other rows
// gives the wrong options for an answer.
//
// # Identity
//
// A card is named by deck, fact and card name; its text is never part of that.
// The key of a fact is its Id; of a row its id, else its first cell. Rows of two
// tables of a deck with one key are one fact that both tables ask about, as long
// as their templates have different names. Facts without a key get one that is
// made of their text when they are first compiled, and keep it through edits:
// see [Match]. The deletions of a sentence follow their hidden words: one that is
// taken out is put aside, whatever takes its number, and goes on where it was if
// the same words are hidden again, also where the sentence got an id or went to
// another deck meanwhile.
//
// What is gone from the files is retired, and goes on where it was when it comes
// back, even if that is in another deck, in another folder or years later. If
// several decks that are gone had it, it begins anew there. A deck that is divided
// keeps its histories, also those of facts with ids that are reworded at once; a file
// with its header and no fact keeps the name, the options and the limits for the decks
// below it. New cards of a deck come before those of the decks below it, which come by
// name, an appendix last: one whose name begins with "appendix" or "anhang".
//
// While a file can not be read or understood, the decks beside it, and the one
// that it belonged to when it was last compiled, stay as they are.
//
// # Problems
//
// An error stops the deck from being compiled, and its last good version stays.
// A warning never does, and is silenced where it stands by a comment on the line
// above the fact, the key or the item that it is about:
//
//	<!-- kartei: allow no-source long-answer -->
//	Q: What is said at the beginning of every voyage?
//	A: a long sentence that nobody has written down and that everyone aboard knows by heart
//
// With allow-file instead of allow it is silenced in all of the file.
//
// Limits: a file 16 MiB and 200,000 facts, a line and a text 64 KiB, a deck
// 200,000 cards.
package decks
