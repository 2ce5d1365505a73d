// Package exchange brings a collection and a place to the same union: it takes what
// others put there, and puts there what they do not have. It knows what lies in a place
// (see package segment) and what a collection can be asked, and no more of either.
package exchange

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"kartei/store/journal"
	"kartei/store/place"
	"kartei/store/progress"
	"kartei/store/segment"
)

// Why rows of a device were not taken, or not all of them.
var (
	ErrGap     = errors.New("rows before them are missing")                 // they may come
	ErrWaiting = errors.New("they speak of rows of another device to come") // likewise
)

// ErrForked is the error of an exchange during which others go on writing as this
// collection.
var ErrForked = errors.New("two collections wrote the same rows")

// ErrAnotherSet is why a head is left of a machine that meets others elsewhere: it began a
// place of its own, and the two came into one folder.
var ErrAnotherSet = errors.New("the machine that wrote it began a place of its own")

// ErrOtherSet is the error of a place that is not the one that this collection joined:
// it was emptied, another lies there, or the disk that it is on is not mounted.
var ErrOtherSet = errors.New("it is not the place that this collection joined")

// ErrBegunElsewhere says of such a place that it is one: another machine began it.
var ErrBegunElsewhere = errors.New("another machine began this one")

// A Delivery is what came of the log of one device: segments in the order of their
// rows, each unpacked when its turn comes, perhaps twice. They may overlap, and begin with
// rows that are known.
type Delivery struct {
	Device   string
	Segments []func() (*segment.Segment, error)
	Copy     bool // it lies there under a name that is not its own, perhaps beside another of its name
}

// Merged is what became of a delivery.
type Merged struct {
	Device  string
	Rows    int   // that were new
	Answers int   // of them
	Taken   int   // segments that were
	Doubled int   // answers that two imports brought, and that count once
	Apart   bool  // some of the rows are those of a branch, or of another one
	Stopped error // why no more were; nil: all were
}

// An End is how far the log of a device goes in the collection.
type End struct {
	Device string
	Seq    int64
	Hash   journal.Hash
	Own    bool // the collection wrote as it
}

// A Text is what stands of a deck, by digests: see package edition.
type Text struct {
	Deck string // permanent identity
	Text string // that stands; empty: the deck is gone
	Here string // that the collection has; empty: none

	Device string // where it was compiled first
}

// A Collection is what an exchange asks of the collection.
type Collection interface {
	// Ends tells how far every log goes, and as which device the collection writes.
	Ends(context.Context) (all []End, current string, err error)

	// Segment reads rows of a device, those after one; nil if there are none.
	Segment(ctx context.Context, device string, after int64) (*segment.Segment, error)

	// Has reports whether a row is here that has a hash, or had it when it was written.
	Has(ctx context.Context, device string, end segment.End) (bool, error)

	// Merge takes what came.
	Merge(context.Context, []Delivery) ([]Merged, error)

	// Renew makes the collection go on as a new device, since another one writes as it.
	Renew(context.Context) error

	// Texts tells which texts of decks stand, and which are here.
	Texts(context.Context) ([]Text, error)

	// Edition reads the text that is here of a deck, as lines of an export.
	Edition(ctx context.Context, deck string) ([]byte, error)

	// TakeText takes a text that stands; without one the deck is gone. It returns the
	// deck's name.
	TakeText(ctx context.Context, t Text, lines []byte) (name string, err error)

	// MediaMarks are, by deck whose files are here, another text when one of its pictures
	// and sounds is another one. Media are those of one that has a mark, and ReadMedium reads
	// one.
	MediaMarks(context.Context) (map[string]string, error)
	Media(ctx context.Context, deck string) ([]segment.Medium, error)
	ReadMedium(ctx context.Context, deck, name string) ([]byte, error)

	// LacksMedia are those of a deck whose files are elsewhere that are not here yet, and
	// TakeMedium takes one.
	LacksMedia(ctx context.Context, deck string, all []segment.Medium) ([]segment.Medium, error)
	TakeMedium(ctx context.Context, deck string, m segment.Medium, data []byte) error

	// QuizMark is another one when something was done in a quiz. QuizLines are the
	// quizzes that were handed in, as lines of an export, and TakeQuiz takes one.
	QuizMark(context.Context) (string, error)
	QuizLines(context.Context) ([][]byte, error)
	TakeQuiz(ctx context.Context, line []byte) error

	// Spool makes a file for what is too much for the memory.
	Spool() (Spool, error)

	// Progress is who is told how far the exchange is.
	Progress() progress.Func

	// Keep remembers the state of the exchange.
	Keep(context.Context, *State) error
}

// A State is what a collection remembers of its place, between exchanges.
type State struct {
	Place       string                 `json:"place"`
	Set         string                 `json:"set"`
	Sealed      bool                   `json:"sealed,omitempty"` // what is there is encrypted
	Name        string                 `json:"name"`             // of this machine
	Device      string                 `json:"device,omitempty"`
	Count       int64                  `json:"count,omitempty"`    // of the head that was put last as Device
	Head        string                 `json:"head,omitempty"`     // a digest of that head
	Segments    map[string]int64       `json:"segments,omitempty"` // that hold what the collection has, where their names do not tell it: their sizes
	Doubts      []Doubt                `json:"doubts,omitempty"`
	Former      []string               `json:"former,omitempty"` // devices as which the collection wrote before
	Put         map[string]int64       `json:"put,omitempty"`    // by device: up to which row the place has its log
	Peers       map[string]Peer        `json:"peers,omitempty"`  // by device: who else is there
	Strays      map[string]int64       `json:"strays,omitempty"`
	Tips        map[string]segment.End `json:"tips,omitempty"`         // that the head says
	Copies      map[string][2]int64    `json:"copies,omitempty"`       // segments under other names: their first and last rows
	Texts       map[string]string      `json:"texts,omitempty"`        // by deck: the text of it that was put
	Files       map[string]string      `json:"files,omitempty"`        // by deck: the list of its pictures that was put
	Marks       map[string]string      `json:"marks,omitempty"`        // by deck: how they looked
	Made        map[string]int64       `json:"made,omitempty"`         // objects that this machine put, and since when nothing names them
	Lacks       []string               `json:"lacks,omitempty"`        // objects that the head asks for
	Told        map[string]string      `json:"told,omitempty"`         // what of Files the head says
	ToldName    string                 `json:"told_name,omitempty"`    // and of Name
	Taken       map[string]string      `json:"taken,omitempty"`        // by deck: the list of which all is here
	Quizzes     map[string]bool        `json:"quizzes,omitempty"`      // that are here, by digest
	OwnQuizzes  []string               `json:"own_quizzes,omitempty"`  // that the head names
	ToldQuizzes int                    `json:"told_quizzes,omitempty"` // how many of them it does name
	QuizMark    string                 `json:"quiz_mark,omitempty"`
	Last        int64                  `json:"last,omitempty"` // Unix milliseconds: when all went well
}

// A Peer is another collection, as its newest head tells of it.
type Peer struct {
	Name    string            `json:"name"`
	Count   int64             `json:"count"`
	At      int64             `json:"at"`                // Unix milliseconds
	Seq     int64             `json:"seq"`               // of its newest row
	Has     map[string]int64  `json:"has,omitempty"`     // by device: how far it has our rows
	Files   map[string]string `json:"files,omitempty"`   // by deck: a list of its pictures
	Quizzes []string          `json:"quizzes,omitempty"` // by digest
	Own     []string          `json:"own,omitempty"`     // devices as which it wrote
	Back    bool              `json:"back,omitempty"`    // the place has an older head of it only
}

// A Report tells what an exchange did.
type Report struct {
	Came   []Came
	Decks  []string // names of those that have another text now
	Sent   int      // answers
	Rows   int      // that were sent, answers among them
	Media  int      // pictures and sounds that were sent
	Left   []Left
	Branch bool // this collection goes on as a new device
	Back   []string

	Doubled int // answers that two imports brought, and that count once
}

// Answers is how many came.
func (r *Report) Answers() (n int) {
	for _, c := range r.Came {
		n += c.Answers
	}
	return n
}

// Came is what came from one machine.
type Came struct {
	Device, Name  string
	Rows, Answers int
	Decks         int // that have a text of it now
	Media         int // pictures and sounds
}

// Left is something in the place that was left for later, or for good.
type Left struct {
	Object string
	Name   string // of the machine, if it is known
	Why    error
	Asked  bool // others are asked to put it again
}

// maxRounds is how often one exchange begins again.
const maxRounds = 20

// Run exchanges with a place, at a time in Unix milliseconds.
func Run(ctx context.Context, c Collection, p place.Place, s *State, now int64) (*Report, error) {
	x := &exchanger{Collection: c, place: p, state: s, now: now, report: &Report{}, gaps: map[string]bool{}, unlike: map[string]bool{}, lacks: map[string]bool{}, asked: map[string]bool{}}
	for range maxRounds {
		again, err := x.once(ctx)
		if err != nil || !again {
			slices.SortFunc(x.report.Came, func(a, b Came) int {
				return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Device, b.Device))
			})
			return x.report, err
		}
	}
	return x.report, ErrForked
}

// An exchanger does one exchange.
type exchanger struct {
	Collection
	place   place.Place
	state   *State
	now     int64
	report  *Report
	ends    map[string]End
	current string
	there   map[string]*shelf
	more    bool            // there may be more to take
	gaps    map[string]bool // by device: segments do not follow on the rows here
	unlike  map[string]bool // by name: objects that are other ones than were to be put
	texts   []Text          // nil: rows came since they were read
	lacks   map[string]bool // objects that were looked for, and are not there, or not whole
	asked   map[string]bool // those that others say they lack

	spool       Spool // nil until it is needed
	spooled     int64 // bytes in it
	held        int   // bytes that wait in memory
	rows, begun int64 // that were read, and of which the turn came
}

// once reads, merges and writes. It returns whether all is to be done again, as the
// collection goes on as another device, or the place has other rows than it seemed.
func (x *exchanger) once(ctx context.Context) (again bool, err error) {
	for _, step := range []func(context.Context) error{
		x.look, x.lookIntoStrays, x.checkHead, x.readHeads, x.heed, x.putTexts, x.merge, x.takeTexts, x.takeMedia, x.takeQuizzes, x.putQuizzes, x.readEnds, x.put, x.tidy, x.sweep,
	} {
		err := step(ctx)
		if errors.Is(err, errAgain) {
			return true, nil
		}
		if err != nil {
			return false, err
		}
	}
	x.state.Last = x.now
	return false, x.Keep(ctx, x.state)
}

// look finds out what both sides have.
func (x *exchanger) look(ctx context.Context) error {
	if err := x.readEnds(ctx); err != nil {
		return err
	}
	if x.state.Device != x.current {
		x.state.Device, x.state.Count = x.current, 0
	}
	objects, err := x.place.List(ctx, "d/")
	if err != nil {
		return err
	}
	x.state.forget(objects)
	x.there = arrange(objects, x.state.Strays)
	if own := x.there[x.current]; own == nil || own.newest() < x.state.Count || x.state.Count == 0 {
		return CheckSet(ctx, x.place, x.state.Set)
	}
	return nil
}

// former are the devices as which the collection wrote before, in order.
func (x *exchanger) former() (all []string) {
	for _, e := range x.ends {
		if e.Own && e.Device != x.current {
			all = append(all, e.Device)
		}
	}
	slices.Sort(all)
	return all
}

func (x *exchanger) readEnds(ctx context.Context) error {
	all, current, err := x.Ends(ctx)
	x.current, x.ends = current, map[string]End{}
	for _, e := range all {
		x.ends[e.Device] = e
	}
	x.state.Former = x.former()
	return err
}

// CheckSet refuses a place that is not that of a set.
func CheckSet(ctx context.Context, p place.Place, id string) error {
	set, err := ReadSet(ctx, p)
	switch {
	case errors.Is(err, place.ErrNotFound):
		return fmt.Errorf("%w: there is no %s", ErrOtherSet, segment.SetName)
	case err != nil:
		return err
	case set.ID != id:
		return fmt.Errorf("%w: %w", ErrOtherSet, ErrBegunElsewhere)
	}
	return nil
}

// ReadSet reads what a place is for.
func ReadSet(ctx context.Context, p place.Place) (*segment.Set, error) {
	text, err := p.Get(ctx, segment.SetName, segment.MaxHead)
	if err != nil {
		return nil, err
	}
	return segment.DecodeSet(text)
}

// left notes something that was not taken, once.
func (x *exchanger) left(object, device string, why error) {
	if slices.ContainsFunc(x.report.Left, func(l Left) bool { return l.Object == object }) {
		return
	}
	x.report.Left = append(x.report.Left, Left{object, x.state.Machine(device), why, x.lack(object, why)})
}

// from is what came from a device, to add to.
func (r *Report) from(device, name string) *Came {
	at := slices.IndexFunc(r.Came, func(c Came) bool { return c.Device == device })
	if at < 0 {
		at = len(r.Came)
		r.Came = append(r.Came, Came{Device: device, Name: name})
	}
	return &r.Came[at]
}

// came adds up what came, by device.
func (x *exchanger) came(all []Merged) {
	for _, m := range all {
		x.report.Doubled += m.Doubled
		if m.Rows > 0 {
			c := x.report.from(m.Device, x.state.Machine(m.Device))
			c.Rows += m.Rows
			c.Answers += m.Answers
		}
	}
}

// forget forgets what is known of objects that are gone.
func (s *State) forget(all []place.Object) {
	there := map[string]bool{}
	for _, o := range all {
		there[o.Name] = true
	}
	maps.DeleteFunc(s.Segments, func(name string, _ int64) bool { return !there[name] })
	maps.DeleteFunc(s.Strays, func(name string, _ int64) bool { return !there[name] })
	maps.DeleteFunc(s.Copies, func(name string, _ [2]int64) bool { return !there[name] })
}

// Machine is what the machine is called that writes or wrote as a device; "" if no head
// says it. Where several have one name it tells them apart.
func (s *State) Machine(device string) string {
	if p, ok := s.Peers[device]; ok {
		return s.apart(p.Name, device)
	}
	for _, now := range slices.Sorted(maps.Keys(s.Peers)) {
		if slices.Contains(s.Peers[now].Own, device) {
			return s.apart(s.Peers[now].Name, now)
		}
	}
	return ""
}

// Self is what this machine is called, likewise.
func (s *State) Self() string { return s.apart(s.Name, s.Device) }

// apart adds to the name of a machine how its device begins, if others have that name, as
// a copy of all that is on a machine does.
func (s *State) apart(name, device string) string {
	named := 0
	for _, other := range s.Machines() {
		if other != device && s.Peers[other].Name == name {
			named++
		}
	}
	if device != s.Device && s.Name == name {
		named++
	}
	if named == 0 || len(device) < 4 {
		return name
	}
	return name + " (" + device[:4] + ")"
}

// Machines are the devices of other collections, by the names of their machines, each
// collection once: as the one as which it writes now.
func (s *State) Machines() []string {
	former := map[string]bool{}
	for _, own := range s.Former {
		former[own] = true
	}
	for _, p := range s.Peers {
		for _, own := range p.Own {
			former[own] = true
		}
	}
	all := slices.DeleteFunc(slices.Collect(maps.Keys(s.Peers)), func(device string) bool { return former[device] })
	slices.SortFunc(all, func(a, b string) int {
		return cmp.Or(cmp.Compare(s.Peers[a].Name, s.Peers[b].Name), cmp.Compare(a, b))
	})
	return all
}
