package check

import "kartei/decks"

// textForms are the rules of form about files and the characters in them. The
// compiler checks them; here is what they are for.
var textForms = []*Rule{
	{Name: "unreadable", Severity: decks.Error,
		Title: "a file that cannot be read may hold half of a deck",
		Text: `
The file or folder is there, but the system does not let Kartei read it, or it is a link that leads
nowhere. The decks in its folder are left as they were, since some of their facts may stand in it.`},
	{Name: "conflict-marker", Severity: decks.Error,
		Title: "a file in which git left a conflict is not finished",
		Text: `
Git could not join two versions of some lines, and put both into the file, with marks between them:
<<<<<<<, =======, >>>>>>>, and in the form diff3 also |||||||. Keep what is right of the two and
delete the marks. Until then the deck stays as it was, and nothing else is said of the file. In code
between fences such lines are text.`,
		Bad:  "Q: What is the capital of Austria?\n<<<<<<< HEAD\nA: Vienna\n=======\nA: Wien\n>>>>>>> german\n",
		Good: "Q: What is the capital of Austria?\nA: Vienna\nAccept: Wien\n"},
	{Name: "not-a-file", Severity: decks.Error,
		Title: "a pipe, socket or device with the name of a deck is not a deck",
		Text: `
Only ordinary files are read. Reading a pipe could wait for ever, and a device could give anything.
Move it out of the folder, or give it a name that does not end in ".md".`},
	{Name: "link-outside", Severity: decks.Error,
		Title: "a link out of the folder could show any file of the computer as a deck",
		Text: `
Decks are handed around. A link in a folder that you got from someone else may lead to your private
files, so links that leave the folder are not followed. Copy the file into the folder instead.`},
	{Name: "link-to-folder", Severity: decks.Warning,
		Title: "links to folders are not followed, as they may lead in a circle",
		Text: `
A link to a file in the same folder is read, a link to a folder is not. Name the folder itself on the
command line, or move it here.`},
	{Name: "file-too-long", Severity: decks.Error,
		Title: "a deck file has at most 16 MiB",
		Text: `
That is more than a learner could read in a year; a larger file is most likely no deck. If it is
one, split it into chapters: all files that name one deck in their header are joined.`},
	{Name: "line-too-long", Severity: decks.Error,
		Title: "a line has at most 64 KiB",
		Text: `
A longer line is most likely no text, and no editor shows it well. A value may go on over several
lines: it ends at the next key or at a blank line.`},
	{Name: "text-too-long", Severity: decks.Error,
		Title: "a text on a card has at most 64 KiB",
		Text: `
No card can show more, and nobody could learn it. Keep the point, and make several facts of the
rest.`},
	{Name: "too-many-cards", Severity: decks.Error,
		Title: "a deck has at most 200,000 cards",
		Text: `
At a hundred new cards a day that is work for five years. Split the deck into decks within a deck
("deck: words/a", "deck: words/b"). A table makes a card of each row with each question below it, so
it may be a question too many.`},
	{Name: "bad-utf8", Severity: decks.Error,
		Title: "text that is not UTF-8 shows other characters on each computer",
		Text: `
Save the file as UTF-8; every editor can. In older files from Windows it is most often the umlauts
and quotation marks that are wrong.`,
		Bad:  "\nQ: What is the capital of Austria?\nA: Vienna, in German W\xfcrzburg is another\n",
		Good: "\nQ: What is the capital of Austria?\nA: Vienna\n"},
	{Name: "crlf", fix: fixFormat, Severity: decks.Warning,
		Title: "lines that end as on Windows make every line of the file a change",
		Text: `
The file means the same, but version control shows changes that are none. "kartei fmt -w" makes the
line ends plain.`,
		Bad:  "\r\nQ: What is the capital of Austria?\r\nA: Vienna\r\n",
		Good: "\nQ: What is the capital of Austria?\nA: Vienna\n"},
	{Name: "byte-order-mark", fix: fixFormat, Severity: decks.Warning,
		Title: "three invisible bytes at the beginning of the file serve no purpose in UTF-8",
		Text: `
The byte order mark comes from some editors on Windows. It does no harm here but does in other
programs. "kartei fmt -w" takes it out.`,
		Bad:  "\ufeffQ: What is the capital of Austria?\nA: Vienna\n",
		Good: "\nQ: What is the capital of Austria?\nA: Vienna\n"},
	{Name: "control-character", fix: fixControl, Severity: decks.Error,
		Title: "control characters steer the terminal instead of being shown",
		Text: `
In the wrong place such a character changes colours, clears the screen or worse. None belongs into
text. They come in when text is copied from a terminal or out of a PDF file. Delete them.`,
		Bad:  "\nQ: What is the capital of \x1b[31mAustria?\nA: Vienna\n",
		Good: "\nQ: What is the capital of Austria?\nA: Vienna\n"},
	{Name: "bidi-override", fix: fixDelete, Severity: decks.Error,
		Title: "a mark that turns the order of the text round shows something else than it says",
		Text: `
With such marks a text can look right and be wrong (CVE-2021-42574). Hebrew and Arabic do not need
them: they are written from the right by themselves. Delete the mark.`,
		Bad:  "\nQ: What is the capital of Austria?\nA: \u202eanneiV\n",
		Good: "\nQ: What is the capital of Austria?\nA: Vienna\n"},
	{Name: "tag-character", fix: fixDelete, Severity: decks.Error,
		Title: "invisible tag characters hide text in text",
		Text: `
These characters (U+E0000 to U+E007F) show nothing anywhere but in a few flags. Text that is hidden
with them can be read by programs and not by you. Delete them.`,
		Bad:  "\nQ: What is the capital of Austria?\nA: Vienna\U000e0041\n",
		Good: "\nQ: What is the capital of Austria?\nA: Vienna\n"},
	{Name: "invisible-character", fix: fixDelete, Severity: decks.Warning,
		Title: "a character that shows nothing cannot be typed in an answer",
		Text: `
Zero-width spaces and their like come in when text is copied from a web page. An answer that holds
one is never equal to what a learner types.`,
		Bad:  "\nQ: What is the capital of Austria?\nA: Vien\u200bna\n",
		Good: "\nQ: What is the capital of Austria?\nA: Vienna\n"},
	{Name: "not-nfc", fix: fixFormat, Severity: decks.Warning,
		Title: "a letter and its accent can be written as one sign or as two",
		Text: `
Both look alike, and some systems, macOS among them, write two. Kartei reads them as one (Unicode's
normal form NFC), so nothing is wrong with the cards; but other programs may not find "ö" where an
o and two dots stand. "kartei fmt -w" joins them.`},
	{Name: "stacked-marks", Severity: decks.Error,
		Title: "a tower of accents covers the lines above and below it",
		Text: `
No language puts more than eight accents onto one character. Delete all but those that belong
there.`,
		Bad:  "\nQ: What is the capital of Austria?\nA: Vienna\u0301\u0302\u0303\u0304\u0301\u0302\u0303\u0304\u0301\u0302\u0303\u0304\n",
		Good: "\nQ: What is the capital of Austria?\nA: Vienna\n"},
	{Name: "unclosed-fence", Severity: decks.Error,
		Title: "code that never ends swallows every fact below it",
		Text: `
A line of three backticks opens a block of code, and a second one closes it. In between nothing is a
fact.`,
		Bad:  "\nQ: How do you print x in Go?\nA:\n```go\nfmt.Println(x)\n",
		Good: "\nQ: How do you print x in Go?\nA:\n```go\nfmt.Println(x)\n```\n"},
	{Name: "unclosed-comment", Severity: decks.Error,
		Title: "a comment that never ends swallows every fact below it",
		Text: `
A comment begins with "<!--" and ends with "-->". In between nothing is a fact.`,
		Bad:  "\n<!-- to do: the other capitals\n\nQ: What is the capital of Austria?\nA: Vienna\n",
		Good: "\n<!-- to do: the other capitals -->\n\nQ: What is the capital of Austria?\nA: Vienna\n"},
	{Name: "bad-allow", Severity: decks.Warning,
		Title: "a comment to Kartei that Kartei does not understand does nothing",
		Text: `
Kartei understands one comment, on a line of its own above what it is about, with the names of one
or more rules: <!-- kartei: allow long-answer -->`,
		Bad:  "\n<!-- kartei: ignore long-answer -->\nQ: What is the capital of Austria?\nA: Vienna\n",
		Good: "\n<!-- kartei: allow long-answer -->\nQ: What is the capital of Austria?\nA: Vienna\n"},
}
