// Package doctor examines a collection, and says what is wrong with it, what that
// means to the learner, and what helps. It changes nothing, and words no command:
// a [Remedy] is data.
package doctor

import (
	"kartei/store/journal"
)

// A Report is what an examination found.
type Report struct {
	Full     bool
	Rows     int // of the log
	Cards    int
	Checked  []string // what was looked at, in words
	Findings []Finding
	Notes    []Finding    // what is not damage, but good to know; most of it if full
	Digest   journal.Hash // full: of all that the collection holds; equal for equal collections
}

// Damaged reports whether anything found is a loss or a wrong cache.
func (r *Report) Damaged() bool { return len(r.Findings) > 0 }

// A Finding is one thing that is wrong.
type Finding struct {
	Check  string // such as "chain" or "memory"
	Where  string
	What   string
	Means  string // for the learner
	Mend   string // what a repair will do about it; empty: nothing
	Remedy Remedy
}

// inCache reports whether what is wrong can be computed from the log again.
func (f *Finding) inCache() bool { return f.Mend == mendCaches }

// A Remedy is what helps against a finding. Who asked knows the command for it.
type Remedy struct {
	Act    Act
	Backup string // RestoreBackup: its path
	Deck   string // PutFilesBack, UnsetOption: the deck's name; "" is all decks
	Option string // UnsetOption: its name
}

// An Act is what the learner can do.
type Act int

// The acts.
const (
	Repair        Act = iota + 1 // let a repair do what the finding's Mend says
	RestoreBackup                // go back to a backup
	SaveLog                      // save what can be read of the log: there is no backup
	BeginAnew                    // keep the file for somebody who knows SQLite, and begin anew: nothing can be read
	PutFilesBack                 // put a deck's files back, or archive the deck
	CompileDeck                  // compile the deck that the collection lacks
	UndoFuture                   // take back the answers in the future
	Sync                         // exchange with the other machines
	UnsetOption                  // take an option of a deck away
)

// meanings say of each check what a finding means to the learner, and what a repair
// does about it.
var meanings = map[string]struct{ means, mend string }{
	"structure":  {"a part of the file was changed or lost", "build the indexes anew"},
	"schema":     {"another program changed the collection's tables", ""},
	"sizes":      {"another program wrote it, and it is too long to be read", ""},
	"references": {"a part of the collection is lost", ""},
	"mark": {"answers that were recorded are lost here; a backup may have them",
		"go on with the answers that are left, in a log of a new device"},
	"chain": {"an answer was changed or lost after it was recorded", ""},
	"decks": {"a question or an answer may be wrong; no history is lost",
		"let the next compile write all cards anew"},
	"options":  {"how its cards are planned cannot be told, and commands that need that fail", ""},
	"quizzes":  {"it cannot be shown or scored; no review is lost", ""},
	"memory":   {"it may be asked too early or too late; no answer is lost", mendCaches},
	"names":    {"the card may seem to have lost its history; no answer is lost", mendCaches},
	"undone":   {"it may be asked too early or too late; no answer is lost", mendCaches},
	"settings": {"cards may be asked otherwise than you set; no answer is lost", mendCaches},
	"load":     {"a forecast may be wrong; no answer is lost", mendCaches},
	"imports": {"it is asked too early or too late, and so is the other one; no answer is lost",
		"give imported answers to the cards that they are about, by new rows of the log"},
}

const mendCaches = "compute what is known of every card from the log again"

// Unreadable is the report of a collection that cannot be opened at all, given
// why not and the path of its best backup, "" if there is none.
func Unreadable(why error, backup string) Report {
	f := Finding{Check: "file", Where: "the file", What: why.Error(),
		Means:  "nothing in it can be read; the backups are not touched",
		Remedy: Remedy{Act: RestoreBackup, Backup: backup}}
	if backup == "" {
		f.Means = "nothing in it can be read, and there is no backup"
		f.Remedy = Remedy{Act: BeginAnew}
	}
	return Report{Findings: []Finding{f}}
}

// advise completes the remedies, given the path of the best backup, "" if there is
// none.
func (r *Report) advise(backup string) {
	for i := range r.Findings {
		switch f := &r.Findings[i]; {
		case f.Remedy.Act != 0:
		case f.Mend != "":
			f.Remedy.Act = Repair
		case backup != "":
			f.Remedy = Remedy{Act: RestoreBackup, Backup: backup}
		default:
			f.Remedy.Act = SaveLog
		}
	}
}
