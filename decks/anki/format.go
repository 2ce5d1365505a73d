package anki

import (
	"bytes"
	"path"
	"strings"

	"kartei/decks/foreign"
	"kartei/decks/lazyregexp"
)

// Formats of Anki. Each is read and written with histories, by functions of its own:
// [ReadPackage] and [WritePackage], [ReadText] and [WriteCSV].
var (
	PackageFormat = foreign.Format{
		Name:       "anki-apkg",
		Extensions: []string{".apkg", ".colpkg"},
		ReadHelp: `a package or collection of Anki's (.apkg, .colpkg): deck files and
pictures in a folder, compiled; schedules and reviews go into your
log. -o DECK.md writes one file, -o FOLDER one for each deck.
The same again changes nothing, a newer one is merged; --history
takes only reviews over.`,
		WriteHelp: `for Anki, as a package with pictures and sound in it. With --history
your schedule and review log go along.`,
		ReadFlags: []foreign.Flag{
			{Name: "history", Switch: true, Help: "only schedules and reviews, for decks that were imported before"},
			{Name: "day-start", Help: "`HH:00` at which days begin in Anki, where a package does not say (default as its answers tell, else 04:00)"},
			conflicts,
		},
		WriteFlags: []foreign.Flag{
			{Name: "history", Switch: true, Help: "schedules and the review log go along"},
		},
		Sniff: func(head []byte) foreign.Likeness {
			if bytes.HasPrefix(head, []byte("PK")) && !foreign.IsOffice(head) {
				return foreign.Certain
			}
			return foreign.No
		},
	}
	TextFormat = foreign.Format{
		Name:      "anki-csv",
		ReadHelp:  "a text file of Anki's (.txt, .csv), with its headers",
		ReadFlags: []foreign.Flag{conflicts},
		WriteHelp: `for Anki's File > Import, as text. Import it again after an edit and
Anki updates the notes; schedules and history stay.`,
		WriteFlags: []foreign.Flag{
			{Name: "tags", Default: "global", Help: "global: add the decks' tags, keep the learner's own; per-fact: each fact's tags, which makes Anki replace the learner's own"},
			{Name: "own-types", Switch: true, Help: "name the note types that a package of Kartei's brought along"},
			{Name: "back", Switch: true, Help: "what came from Anki updates its own notes: only what was edited since, and what is new"},
			{Name: "basic", Help: "Anki's note `type` for questions (default Basic)"},
			{Name: "cloze", Help: "Anki's note `type` for sentences with gaps (default Cloze)"},
		},
		Sniff: func(head []byte) foreign.Likeness {
			if textHeader.Match(foreign.Trim(head)) {
				return foreign.Certain
			}
			return foreign.No
		},
	}
)

// conflicts is the flag of both that answers in the place of a person.
var conflicts = foreign.Flag{Name: "conflicts", Help: "what counts where a note changed in Anki and its fact here: `here` or anki (default: you are asked)"}

var textHeader = lazyregexp.New(`^#(?i:separator|html|tags|columns|notetype|deck|guid|if matches|match scope)[a-z ]*:`)

// IsBareCollection reports whether a file of a name that begins like this is the database
// of Anki's that a package would hold.
func IsBareCollection(name string, head []byte) bool {
	return strings.HasPrefix(path.Ext(name), ".anki2") && bytes.HasPrefix(head, []byte(databaseMagic))
}
