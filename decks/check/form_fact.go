package check

import "kartei/decks"

// factForms are the rules of form about facts. The compiler checks them.
var factForms = []*Rule{
	{Name: "no-answer", fix: fixNoAnswer, Severity: decks.Error,
		Title: "a question without an answer makes no card",
		Text: `
Write the answer after "A:" on the next line, without a blank line between, or a list of choices. A
term needs its definition after "D:".`,
		Bad:  "\nQ: What is the capital of Austria?\n",
		Good: "\nQ: What is the capital of Austria?\nA: Vienna\n"},
	{Name: "no-question", fix: fixBlankAbove, Severity: decks.Error,
		Title: "an answer without a question belongs to no card",
		Text: `
A fact begins with "Q:", "T:" or "C:", and a blank line ends it. Most often a blank line between
question and answer has cut the fact in two.`,
		Bad:  "\nQ: What is the capital of Austria?\nA: Vienna\n\nNote: It lies on the Danube.\n",
		Good: "\nQ: What is the capital of Austria?\nA: Vienna\nNote: It lies on the Danube.\n"},
	{Name: "two-answers", Severity: decks.Error,
		Title: "a question with choices and an answer has two answers",
		Text: `
In a list of choices the answer is what is marked with [x]. Delete the "A:", or delete the list and
offer wrong answers with "Not:".`,
		Bad:  "\nQ: What is the capital of Austria?\n- [x] Vienna\n- [ ] Graz\n- [ ] Linz\nA: Vienna\n",
		Good: "\nQ: What is the capital of Austria?\n- [x] Vienna\n- [ ] Graz\n- [ ] Linz\n"},
	{Name: "no-right-option", Severity: decks.Error,
		Title: "a choice in which nothing is right cannot be answered",
		Text: `
Mark every right choice with [x] instead of [ ].`,
		Bad:  "\nQ: What is the capital of Austria?\n- [ ] Vienna\n- [ ] Graz\n- [ ] Linz\n",
		Good: "\nQ: What is the capital of Austria?\n- [x] Vienna\n- [ ] Graz\n- [ ] Linz\n"},
	{Name: "bad-option", fix: fixBox, Severity: decks.Error,
		Title: "a box that is neither [x] nor [ ] does not say whether the choice is right",
		Text: `
Right choices begin with "- [x] ", wrong ones with "- [ ] ": one character in the box, one space
behind it.`,
		Bad:  "\nQ: What is the capital of Austria?\n- [x] Vienna\n- [] Graz\n- [ ] Linz\n",
		Good: "\nQ: What is the capital of Austria?\n- [x] Vienna\n- [ ] Graz\n- [ ] Linz\n"},
	{Name: "too-many-options", Severity: decks.Error,
		Title: "a choice has at most 100 options",
		Text: `
Nobody reads more than a few before an answer, and no screen shows them all. Keep the wrong ones that
a learner could believe; what is to be told apart in a hundred ways is better asked by typing.`},
	{Name: "mixed-list", Severity: decks.Error,
		Title: "a list of two kinds is neither a choice, nor a set, nor a sequence",
		Text: `
All items of a list have one form: "- [x]" and "- [ ]" for a choice below the question, "- " for a
set and "1. " for a sequence below "A:".`,
		Bad:  "\nQ: Name the primary colours.\nA:\n- red\n- yellow\n1. blue\n",
		Good: "\nQ: Name the primary colours.\nA:\n- red\n- yellow\n- blue\n"},
	{Name: "empty-item", fix: fixDeleteLine, Severity: decks.Error,
		Title: "an empty item of a list cannot be recalled or chosen",
		Text: `
Write its text, or delete the line.`,
		Bad:  "\nQ: Name the primary colours.\nA:\n- red\n-\n- blue\n",
		Good: "\nQ: Name the primary colours.\nA:\n- red\n- yellow\n- blue\n"},
	{Name: "stray-item", fix: fixBlankAbove, Severity: decks.Error,
		Title: "an item of a list that stands apart from its fact is lost",
		Text: `
A blank line ends the fact, so that the items below it belong to nothing. Take the blank line out.
If the list is a text of its own, write a sentence before it.`,
		Bad:  "\nQ: What is the capital of Austria?\n- [x] Vienna\n- [ ] Graz\n\n- [ ] Linz\n",
		Good: "\nQ: What is the capital of Austria?\n- [x] Vienna\n- [ ] Graz\n- [ ] Linz\n"},
	{Name: "misspelt-key", fix: fixKey, Severity: decks.Error,
		Title: "a line that looks like a misspelt key would be lost in the answer",
		Text: `
The keys of a fact are Q, A, T, D, C, Accept, Not, Hint, Note, Source, Evidence, As-of, Tags, Id, Type
and Tolerance, with a colon and a space behind them. A line of text that begins like one is indented
by two spaces.`,
		Bad:  "\nQ: What is the capital of Austria?\nA: Vienna\nSorce: atlas 12\n",
		Good: "\nQ: What is the capital of Austria?\nA: Vienna\nSource: atlas 12\n"},
	{Name: "unknown-key", fix: fixKey, Severity: decks.Warning,
		Title: "a word with a colon that is not a key is read as text",
		Text: `
The line goes on the value above it. If that is meant, indent it by two spaces; then it is clear to
readers, too. If a key is meant, the keys are Q, A, T, D, C, Accept, Not, Hint, Note, Source, Evidence,
As-of, Tags, Id, Type and Tolerance.`,
		Bad:  "\nQ: What is the capital of Austria?\nA: Vienna\nPopulation: two million\n",
		Good: "\nQ: What is the capital of Austria?\nA: Vienna\nNote: Population: two million\n"},
	{Name: "wrong-key", fix: fixWrongKey, Severity: decks.Error,
		Title: "this key does not go with the kind of fact",
		Text: `
"A:" answers "Q:", "D:" explains "T:", and "C:" is complete by itself. A blank line between two facts
keeps them apart.`,
		Bad:  "\nT: Vienna\nA: the capital of Austria\n",
		Good: "\nT: Vienna\nD: the capital of Austria\n"},
	{Name: "key-twice", Severity: decks.Error,
		Title: "a key that stands twice leaves open which of the two is meant",
		Text: `
Only "Not:" may be repeated. Two answers that are both right go into one line,
"Accept: Wien | Vienne". Two facts are kept apart by a blank line.`,
		Bad:  "\nQ: What is the capital of Austria?\nA: Vienna\nHint: a waltz\nHint: a congress\n",
		Good: "\nQ: What is the capital of Austria?\nA: Vienna\nHint: a waltz, a congress\n"},
	{Name: "empty-value", fix: fixDeleteLine, Severity: decks.Error,
		Title: "a key without a value says nothing",
		Text: `
Write the value behind the colon, or delete the line.`,
		Bad:  "\nQ: What is the capital of Austria?\nA: Vienna\nHint:\n",
		Good: "\nQ: What is the capital of Austria?\nA: Vienna\nHint: a waltz\n"},
	{Name: "bad-id", fix: fixID, Severity: decks.Error,
		Title: "an id names the fact for ever, so its form is narrow",
		Text: `
An id is made of up to 64 of the letters a to z, digits and "-", and begins with a letter or digit.
It stands in files, logs and other people's copies, where capitals and umlauts are not safe.
"kartei fmt --ids -w" writes ids for you.`,
		Bad:  "\nQ: What is the capital of Austria?\nA: Vienna\nId: Österreich!\n",
		Good: "\nQ: What is the capital of Austria?\nA: Vienna\nId: austria\n"},
	{Name: "duplicate-id", Severity: decks.Error,
		Title: "two facts with one id would share one history",
		Text: `
What a learner knows is kept under the fact's id. Give one of the two another one: most often the
copy that was made last. Rows of a table without a column "id" are named by their first cell.`,
		Bad:  "\nQ: What is the capital of Austria?\nA: Vienna\nId: capital\n\nQ: What is the capital of Italy?\nA: Rome\nId: capital\n",
		Good: "\nQ: What is the capital of Austria?\nA: Vienna\nId: austria\n\nQ: What is the capital of Italy?\nA: Rome\nId: italy\n"},
	{Name: "bad-type", Severity: decks.Error,
		Title: "Type says how a card is answered, in one of three ways",
		Text: `
"typed" wants the answer typed, "choice" offers it among others, "recall" shows it for the learner to
judge. Without "Type:" the session decides.`,
		Bad:  "\nQ: What is the capital of Austria?\nA: Vienna\nType: spoken\n",
		Good: "\nQ: What is the capital of Austria?\nA: Vienna\nType: typed\n"},
	{Name: "bad-date", Severity: decks.Error,
		Title: "a date that cannot be read cannot say how old the fact is",
		Text: `
Write a year, a month or a day, the year first: 2025, 2025-06, 2025-06-30.`,
		Bad:  "\nQ: How many members has NATO?\nA: 32\nAs-of: June last year\n",
		Good: "\nQ: How many members has NATO?\nA: 32\nAs-of: 2025-06\n"},
	{Name: "bad-tolerance", Severity: decks.Error,
		Title: "a tolerance is an amount or a percentage, of an answer that is a number",
		Text: `
Write "Tolerance: ± 5" for five more or less, "± 1 %" for one per cent of the answer, and the answer
in digits.`,
		Bad:  "\nQ: How high is Mont Blanc, in metres?\nA: 4807\nTolerance: roughly\n",
		Good: "\nQ: How high is Mont Blanc, in metres?\nA: 4807\nTolerance: ± 50\n"},
	{Name: "bad-draft", Severity: decks.Error,
		Title: "a fact is a draft or it is not",
		Text: `
"Draft: yes" marks a fact that "kartei draft" proposed and nobody has read yet: no cards are made of
it. A fact that you have read and accepted has no such line.`,
		Bad:  "\nQ: What is the capital of Austria?\nA: Vienna\nDraft: no\n",
		Good: "\nQ: What is the capital of Austria?\nA: Vienna\n"},
	{Name: "bad-tag", Severity: decks.Error,
		Title: "a tag is one word, so that it can be searched for",
		Text: `
Tags are words parted by spaces. Two words are joined by "-", and "/" makes tags within tags:
"Tags: europe geo/capitals".`},
	{Name: "no-deletion", Severity: decks.Error,
		Title: "a cloze that hides nothing asks nothing",
		Text: `
Put two braces on each side of the words to be recalled: "Vienna lies on the {{Danube}}." In code and
formulas braces are only braces. A sentence that hides nothing needs no key at all.`,
		Bad:  "\nC: Vienna lies on the Danube.\n",
		Good: "\nC: Vienna lies on the {{Danube}}.\n"},
	{Name: "empty-cloze", Severity: decks.Error,
		Title: "a deletion without words asks for nothing",
		Text: `
Write the hidden words between the braces: {{Danube}}, with a hint {{Danube::a river}}, with a number
{{1::Danube}}.`,
		Bad:  "\nC: Vienna lies on the {{}}.\n",
		Good: "\nC: Vienna lies on the {{Danube}}.\n"},
	{Name: "unclosed-cloze", Severity: decks.Error,
		Title: "braces that do not match leave open what is hidden",
		Text: `
Each "{{" needs its "}}" in the same text, and one deletion cannot stand in another. Braces that are
meant as such are written "\{" and "\}".`,
		Bad:  "\nC: Vienna lies on the {{Danube.\n",
		Good: "\nC: Vienna lies on the {{Danube}}.\n"},
	{Name: "cloze-number", Severity: decks.Warning,
		Title: "a number before \"::\" is the number of the deletion, not the hidden answer",
		Text: `
"{{843::year}}" is read as deletion number 843 with the answer "year". If the number is the answer,
number the deletion: "{{1::843::year}}".`,
		Bad:  "\nC: The treaty that parted the Frankish realm dates from {{843::year}}.\n",
		Good: "\nC: The treaty that parted the Frankish realm dates from {{1::843::year}}.\n"},
	{Name: "cloze-in-question", fix: fixClozeInQuestion, Severity: decks.Warning,
		Title: "deletions work only in a sentence with the key C",
		Text: `
In "Q:" and "A:" braces with a number are shown as they are. Write "C:" and the whole sentence.`,
		Bad:  "\nQ: Vienna lies on the {{1::Danube}}.\nA: Danube\n",
		Good: "\nC: Vienna lies on the {{1::Danube}}.\n"},
	{Name: "lookalike", fix: fixLookalike, Severity: decks.Warning,
		Title: "a sign that looks like another is read as the one that is meant",
		Text: `
Keyboards and word processors write a wide colon, a space that does not break, a bullet or a dash where
a deck has ":", " " and "- ", and "-[x]" lacks its space. The deck is read as it is meant, and
"kartei fmt -w" writes it so.`,
		Bad:  "\nQ： Which sign is read?\nA: The colon\n",
		Good: "\nQ: Which sign is read?\nA: The colon\n"},
	{Name: "almost-a-fact", fix: fixAlmostFact, Severity: decks.Warning,
		Title: "a paragraph looks like a fact and is read as prose",
		Text: `
Keys stand at the beginning of their line, with a capital and without decoration: "Q:", not "**Q:**"
or "1. Q:". If it is prose, there is nothing to mend: allow it where it stands.`,
		Bad:  "\n**Q:** What is the capital of Austria?\n**A:** Vienna\n",
		Good: "\nQ: What is the capital of Austria?\nA: Vienna\n"},
}
