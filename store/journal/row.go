package journal

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"kartei/scheduler"
	"kartei/scheduler/fsrs"
)

// Kind says what a log row is about.
type Kind string

// The kinds of log rows. A learner's acts are those that Undo takes back: all
// but Undo, Alias, Follow, Place, Origin, Keep, Edition, Shown and Branch, and what nobody
// asked for, of the collection's own devices.
const (
	KindGrade     Kind = "grade"     // an answer
	KindUndo      Kind = "undo"      // takes back the row that Detail.Undone names
	KindAlias     Kind = "alias"     // Card is called Detail.To from now on; to itself: a new card takes the name
	KindFollow    Kind = "follow"    // what became of a history when id and text did not agree: see Detail.Follow
	KindSuspend   Kind = "suspend"   // not asked until unsuspended
	KindUnsuspend Kind = "unsuspend" //
	KindBury      Kind = "bury"      // not asked through the day Detail.Until
	KindUnbury    Kind = "unbury"    //
	KindFlag      Kind = "flag"      // carries Detail.Flag from now on; 0 takes the flag off
	KindReset     Kind = "reset"     // new again
	KindPlace     Kind = "place"     // stands where Detail.Placed says, as another program says; nil changes nothing
	KindOrigin    Kind = "origin"    // is the card that another program knows as Detail.Foreign says
	KindFit       Kind = "fit"       // about no card: the parameters of Detail.Fitted hold from now on
	KindDue       Kind = "due"       // is planned anew, for the day that Detail.Planned says
	KindKeep      Kind = "keep"      // stays due on the day that Detail.Planned says, though a fit would move it

	// About no card.
	KindOption  Kind = "option"  // an option has the value that Detail.Set says, from now on
	KindArchive Kind = "archive" // a deck is put away, or asked again: see Detail.Archived
	KindEdition Kind = "edition" // a deck has the text that Detail.Edition names
	KindShown   Kind = "shown"   // the learner saw the introduction that Detail.Shown names
	KindBranch  Kind = "branch"  // the device goes on where another was, as Detail.Branch says
)

// Mode says what an answer was for.
type Mode string

// The modes of a grade. Only a review moves the card's schedule.
const (
	ModeReview Mode = "review"
	ModeCram   Mode = "cram"
)

// An Entry is what happened, before it is a row of the log.
type Entry struct {
	Moment   scheduler.Moment
	Kind     Kind
	Card     string // decks.Card.ID
	Mode     Mode   // grade
	Grade    scheduler.Grade
	Duration time.Duration   // grade: from the question to the grade, kept in whole milliseconds
	State    scheduler.State // grade: of the card before
	Days     int             // grade: the interval that was chosen, 0 within the day
	Item     string          // grade: decks.Card.Hash of what was shown
	Detail   Detail
}

// Detail is what only some rows have. Its JSON is part of the row's hash as it
// was written, so fields may be added without breaking old chains.
type Detail struct {
	Fit     string                   `json:"fit,omitempty"`     // grade: the fit whose parameters were in use (Fitted.Name); it stands first, see table.Cursors
	Format  string                   `json:"format,omitempty"`  // grade: recall, typed, choice, set, sequence
	Typed   string                   `json:"typed,omitempty"`   // grade: as typed
	Options []string                 `json:"options,omitempty"` // grade: as shown, in their order
	Chosen  []int                    `json:"chosen,omitempty"`  // grade: which Options, from 0
	Right   *bool                    `json:"right,omitempty"`   // grade: what the matcher said of Typed or Chosen
	Rule    string                   `json:"rule,omitempty"`    // grade: how Typed was met (answer.Rule)
	Hint    bool                     `json:"hint,omitempty"`    // grade: the hint was asked for
	To      string                   `json:"to,omitempty"`      // alias: the card's new name
	Follow  *Followed                `json:"follow,omitempty"`  // follow
	Undone  *Undone                  `json:"undone,omitempty"`  // undo
	Until   *scheduler.Day           `json:"until,omitempty"`   // bury: the last day
	Flag    int                      `json:"flag,omitempty"`    // flag: 0 to 7
	Cause   int64                    `json:"cause,omitempty"`   // seq, as written, of the row of the same device that this one came with
	Placed  *scheduler.ImportedState `json:"placed,omitempty"`  // place
	Foreign *Foreign                 `json:"foreign,omitempty"` // of what was imported
	Fitted  *Fitted                  `json:"fitted,omitempty"`  // fit
	Planned *Planned                 `json:"planned,omitempty"` // due, keep
	Set     *Setting                 `json:"set,omitempty"`     // option
	Archive *Archived                `json:"archive,omitempty"` // archive
	Edition *Edition                 `json:"edition,omitempty"` // edition
	Shown   *Shown                   `json:"shown,omitempty"`   // shown
	Branch  *Branch                  `json:"branch,omitempty"`  // branch
}

// Fitted are parameters that were learned from the log, and where they come from.
type Fitted struct {
	Deck       string    `json:"deck,omitempty"`   // permanent identity of the deck that they are for
	Folder     string    `json:"folder,omitempty"` // or the name of a folder of decks; neither: all decks
	Model      string    `json:"model,omitempty"`  // a name of package fsrs; empty: what was fitted before is given up
	Parameters []float64 `json:"parameters,omitempty"`
	Answers    int       `json:"answers,omitempty"` // that they were learned from
	Items      int       `json:"items,omitempty"`   // of them, those of later days than the one before
	Before     float64   `json:"before,omitempty"`  // log loss of the newest fifth, with the parameters of before
	After      float64   `json:"after,omitempty"`   // and with such as were learned without that fifth
	Auto       bool      `json:"auto,omitempty"`    // nobody asked for it
}

// Name names the parameters: equal ones have equal names. Parameters that are
// given up have none.
func (f *Fitted) Name() string {
	if f.Model == "" {
		return ""
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s", f.Model)
	for _, w := range f.Parameters {
		fmt.Fprintf(h, " %x", math.Float64bits(w))
	}
	return hex.EncodeToString(h.Sum(nil)[:4])
}

// Planned is the day on which a card is due. It holds as long as the card's last
// answer is the one that it was said of.
type Planned struct {
	Due   scheduler.Day   `json:"due"`
	Last  int64           `json:"last"`            // Unix milliseconds of the answer
	State scheduler.State `json:"state,omitempty"` // New: the card is in review already, or the plan does not hold
	Step  uint8           `json:"step,omitempty"`  // of a state with steps
	At    int64           `json:"at,omitempty"`    // Unix milliseconds: when it is due, in a state with steps
}

func (p *Planned) check() error {
	switch {
	case p == nil:
		return fmt.Errorf("a plan needs its day")
	case p.State > scheduler.Relearning:
		return fmt.Errorf("a plan for state %d, which does not exist", p.State)
	case (p.State == scheduler.New || p.State == scheduler.Review) && (p.Step != 0 || p.At != 0):
		return fmt.Errorf("a plan for a day has neither a step nor a time")
	}
	return nil
}

// settle puts a card where it was planned to be, unless it was answered since.
func (p *Planned) settle(m *scheduler.Memory) {
	switch {
	case p == nil || m.State == scheduler.New || m.Last != p.Last:
	case p.State != scheduler.New:
		m.State, m.Step, m.Due, m.DueDay = p.State, p.Step, p.At, p.Due
	case m.State == scheduler.Review:
		m.DueDay = p.Due
	}
}

// An Origin is how another program knows a card, and will always know it: by the
// note and its number there, whatever either of them says. The zero value is that
// of a card which no program is known to have.
type Origin struct {
	Program string `json:"program"`           // "anki"
	Note    string `json:"note,omitempty"`    // in that program: Anki's guid
	Ordinal int    `json:"ordinal,omitempty"` // of the card in its note, from 0
}

// Foreign is what another program's log said in its own terms, for the way back.
// Origin and time together name the row that it has there: the same on every
// machine. Rows of earlier versions have the program alone.
type Foreign struct {
	Origin
	Kind     int   `json:"kind,omitempty"`     // type of its revlog
	Interval int32 `json:"interval,omitempty"` // chosen: days where positive, seconds where negative
	Before   int32 `json:"before,omitempty"`   // that had been chosen, likewise
	Factor   int   `json:"factor,omitempty"`
}

// Follow says what a history follows when an id stands over another text.
type Follow string

// A history follows the text, unless the author says otherwise: what was learned
// is a question with its answer.
const (
	FollowText Follow = "text"
	FollowIDs  Follow = "ids"
)

// Followed is the detail of a row that says what was followed. The same two texts
// under one id are never in doubt again, on any machine that has the row.
type Followed struct {
	By   Follow `json:"by"`
	Deck string `json:"deck"`         // permanent identity
	From string `json:"from"`         // the id under which another text stands now
	To   string `json:"to,omitempty"` // the id where the history is now; empty: it was retired
	In   string `json:"in,omitempty"` // the deck of To, where it is another
	Was  string `json:"was"`          // hash of the text that was learned: see decks.Fact.Text
	Now  string `json:"now"`          // hash of the text that the id stands over now
}

// A Ref names a log row everywhere.
type Ref struct {
	Device string `json:"device"`
	Seq    int64  `json:"seq"`
}

// Undone names the row that an undo takes back, as that was written: one that moved to a
// branch meanwhile, or will, is found by its hash. See [Branched].
type Undone struct {
	Ref
	Hash string `json:"hash,omitempty"` // undos of earlier versions have none
}

// A Row is an Entry as the log keeps it.
type Row struct {
	Entry
	ID     int64 // order of arrival in this collection
	Device string
	Seq    int64  // from 1, without gaps, in each device's log
	Clock  int64  // Unix ms, always after the rows before: rows are replayed by (Clock, Device, Seq)
	Undone bool   // a later row took it back
	Now    string // the name of its card now, of rows that Log and Undo give
	Prev   Hash   // of the row before in the device's log; zero for the first
	Hash   Hash

	Written string // Detail as written: the hash covers it
}

// Ref names the row.
func (r *Row) Ref() Ref { return Ref{r.Device, r.Seq} }

// Tip is the end of the log of which the row is the newest.
func (r *Row) Tip() Tip { return Tip{r.Seq, r.Hash, r.Clock} }

// Check refuses entries that no replay could read.
func (e *Entry) Check() error {
	switch e.Kind {
	case KindGrade:
		if e.Grade < scheduler.Again || e.Grade > scheduler.Easy {
			return fmt.Errorf("grade %d is none of 1 to 4", e.Grade)
		}
		if e.Mode != ModeReview && e.Mode != ModeCram {
			return fmt.Errorf("unknown mode %q", e.Mode)
		}
	case KindBury:
		if e.Detail.Until == nil {
			return fmt.Errorf("a bury needs its last day")
		}
	case KindFlag:
		if e.Detail.Flag < 0 || e.Detail.Flag > 7 {
			return fmt.Errorf("flag %d is none of 0 to 7", e.Detail.Flag)
		}
	case KindFit:
		return e.Detail.Fitted.check()
	case KindDue, KindKeep:
		return e.Detail.Planned.check()
	case KindBranch:
		return e.Detail.Branch.check()
	case KindOption, KindArchive, KindEdition, KindShown:
		return e.checkShared()
	case KindSuspend, KindUnsuspend, KindUnbury, KindReset, KindPlace:
	case KindFollow:
		if f := e.Detail.Follow; f == nil || f.By != FollowText && f.By != FollowIDs {
			return fmt.Errorf("a follow needs to say what was followed")
		}
	case KindOrigin:
		if e.Detail.Foreign == nil || e.Detail.Foreign.Note == "" {
			return fmt.Errorf("an origin needs the note that the card came from")
		}
	case KindUndo:
		if e.Detail.Undone == nil {
			return fmt.Errorf("an undo needs the row that it takes back")
		}
	case KindAlias:
		if e.Detail.To == "" {
			return fmt.Errorf("an alias needs the new name")
		}
	default:
		return fmt.Errorf("unknown kind %q", e.Kind)
	}
	return nil
}

// check refuses parameters that no model takes.
func (f *Fitted) check() error {
	if f == nil {
		return fmt.Errorf("a fit needs its parameters")
	}
	if f.Model == "" {
		return nil
	}
	if len(f.Parameters) == 0 {
		return fmt.Errorf("a fit needs its parameters")
	}
	_, err := fsrs.New(f.Model, f.Parameters)
	return err
}

// Seal turns an entry into the row of a device that comes after the tip of its log.
func Seal(e Entry, device string, tip Tip) (Row, error) {
	if err := e.Check(); err != nil {
		return Row{}, err
	}
	detail, err := json.Marshal(e.Detail)
	if err != nil {
		return Row{}, err
	}
	e.Duration = e.Duration.Truncate(time.Millisecond)
	r := Row{Entry: e, Device: device, Seq: tip.Seq + 1, Clock: max(e.Moment.At, tip.Clock+1), Prev: tip.Hash,
		Written: string(detail)}
	r.Hash = r.Sum()
	return r, nil
}
