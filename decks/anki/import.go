package anki

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"kartei/decks/foreigndb"
	"kartei/decks/syntax"
)

// ImportOptions say how [ReadPackage] and [ReadText] read.
type ImportOptions struct {
	// Zone is where the learner is, for old collections that do not say; nil
	// means UTC.
	Zone *time.Location

	// Deck is the name of the deck for notes that name none, as Anki would
	// write it; empty means "Imported".
	Deck string

	// Media is the folder for pictures and sound as links in the facts shall
	// name it, with a slash at the end: "media/". Empty means beside the facts.
	Media string

	// Picture, if not nil, says why a picture of a name, a size in bytes and these
	// first 64 bytes cannot be shown. Such ones, and those that the package lacks,
	// are linked to and not shown. Text files come without pictures.
	Picture func(name string, size int64, head []byte) error

	// Rename is what the deck around all notes shall be called here, such as
	// "geo/capitals"; empty leaves the decks their names.
	Rename string

	// DayStart, if not nil, is the hour at which the learner's days turn in Anki. Packages
	// of decks do not say it.
	DayStart *int

	// Progress, if not nil, is called now and then with the number of notes that
	// were read and the number that there are; 0 means unknown.
	Progress func(done, total int)
}

// An Import is what was read: fact files, and the schedules of the cards that
// they will compile to.
type Import struct {
	DeckFiles []DeckFile
	Cards     []ImportedCard
	Notes     int               // that became facts
	Skipped   int               // that did not, by the kinds in Losses
	Losses    []Loss            // what the fact files do not hold, the most frequent first
	Origins   []Origin          // of the facts, without their sums
	Kept      map[string][]byte // the notes of the origins by deck, for ReadKept
	Media     []Medium          // that the facts show and the file holds
	Begun     Beginning         // of the collection, by which its days were counted
	DayStarts []int             // the hours at which its days may turn; Begun has the likeliest
	DayNamed  bool              // the learner named that hour
	Made      int64             // Unix milliseconds: when the collection was last changed; 0 is unknown
	Presets   map[string]Preset // by deck, as in DeckFiles

	archive  *archive
	entries  map[string]string
	occluder *occluder
	left     int64 // bytes of media that may yet be unpacked
}

// An ImportedCard names a card of a fact file, and says where it stood.
type ImportedCard struct {
	Deck, Fact, Card string // as in decks.CardID, while the deck's id is its name
	Note             string // Anki's guid, by which it is known there for ever; text may lack one
	Ordinal          int    // of the card in its note, from 0
	Own              bool   // its note is of a type of Kartei's: a package took it there
	Schedule         Schedule
}

// Has reports whether the file that was read holds a picture or sound, or what it is
// made of.
func (im *Import) Has(m Medium) bool { return im.entries[m.Name] != "" || im.occluder.has(m.Name) }

// Lacking are the pictures and sounds that a text file names: they are in the
// media folder of the Anki that wrote it.
func (im *Import) Lacking() []Medium {
	return slices.DeleteFunc(slices.Clone(im.Media), im.Has)
}

// OpenMedium opens a picture or sound of the package, of at most 100 MiB. The
// package must still be open.
func (im *Import) OpenMedium(m Medium) (io.ReadCloser, error) {
	if im.occluder.has(m.Name) {
		return im.occluder.read(im.occluder.made[m.Name])
	}
	entry, ok := im.entries[m.Name]
	if !ok {
		return nil, fmt.Errorf("the package lacks %q", m.Name)
	}
	in, err := im.archive.open(entry, maxMedium)
	if err != nil {
		return nil, err
	}
	return &limitedMedium{in, &im.left}, nil
}

// A limitedMedium is one of several that together have a limit.
type limitedMedium struct {
	io.ReadCloser
	left *int64
}

func (l *limitedMedium) Read(p []byte) (int, error) {
	n, err := l.ReadCloser.Read(p)
	if *l.left -= int64(n); *l.left < 0 {
		return 0, fmt.Errorf("%w: its pictures and sounds unpack to much more than it is", ErrHostile)
	}
	return n, err
}

// maxMedia is what all media may unpack to: pictures and sound are compressed
// already, so they come to little more than the package.
func maxMedia(packed int64) int64 { return max(256<<20, 4*packed) }

// ReadPackage reads an .apkg or .colpkg file of any layout. Nothing is written,
// and packages that look made to do harm are refused with [ErrHostile]; the
// context bounds the time that reading may take.
func ReadPackage(ctx context.Context, r io.ReaderAt, size int64, options ImportOptions) (*Import, error) {
	a, err := openArchive(r, size)
	if err != nil {
		return nil, err
	}
	data, err := a.collection()
	if err != nil {
		return nil, err
	}
	f, err := openDatabase(ctx, data)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	entries, refused, err := a.media()
	if err != nil {
		return nil, err
	}
	im := newImporter(options)
	im.occluder = newOccluder(a, entries)
	im.picture = (&pictureCheck{archive: a, entries: entries, problem: options.Picture, made: im.occluder.has,
		known: map[string]string{}}).problemOf
	for _, name := range refused {
		im.losses.add("picture or sound with an unusable name", name)
	}
	if err := im.readCollection(f); err != nil {
		return nil, err
	}
	result := im.finish()
	result.Begun, result.Made, result.Presets = im.catalogue.begun, im.catalogue.made, map[string]Preset{}
	result.DayStarts = im.catalogue.dayStarts(options.DayStart)
	result.Begun.Rollover, result.DayNamed = likeliest(result.DayStarts), options.DayStart != nil
	for name, c := range im.files {
		if p := im.catalogue.presetOf(c.anki); p != nil {
			result.Presets[name] = *p
		}
	}
	result.archive, result.entries, result.occluder, result.left = a, entries, im.occluder, maxMedia(size)
	for _, name := range slices.Sorted(maps.Keys(im.used)) {
		if entries[name] == "" && !im.occluder.has(name) {
			if !im.missed[name] {
				im.losses.add("picture or sound that is not in the package", name)
			}
			continue
		}
		result.Media = append(result.Media, Medium{Path: options.Media + name, Name: name})
	}
	result.Losses = im.losses.list()
	return result, nil
}

// An importer gathers facts deck by deck.
type importer struct {
	*converter
	placer
	options   ImportOptions
	catalogue *catalogue
	occluder  *occluder // nil: of a text
	names     deckNames
	files     map[string]*deckFileMaker // by Kartei's name of the deck
	cards     []ImportedCard
	origins   []Origin
	notes     int
	skipped   int
}

// Texts are written once for each card, around those of its template: what is
// converted may be leastText bytes and textRatio times what was read, and no more.
const (
	leastText = 64 << 20
	textRatio = 8
)

// checkSize refuses notes that become much more than they are.
func (im *importer) checkSize(read int) error {
	if limit := max(leastText, textRatio*int64(read)); im.spent > limit {
		return fmt.Errorf("%w: its notes become more than %d MiB of text", ErrHostile, limit>>20)
	}
	return nil
}

func newImporter(options ImportOptions) *importer {
	if options.Zone == nil {
		options.Zone = time.UTC
	}
	options.Deck = cmp.Or(options.Deck, "Imported")
	im := &importer{
		converter: newConverter(options.Media),
		options:   options,
		names:     deckNames{names: map[string]string{}, taken: syntax.NewNames(), rename: options.Rename},
		files:     map[string]*deckFileMaker{},
	}
	scratch := newConverter(options.Media) // what it would lose is not lost
	im.placer = placer{neutral: map[[2]string]bool{}, named: map[string]map[string]bool{}, alike: map[string][]Place{},
		convert: func(source string) string {
			im.spent += int64(len(source))
			return scratch.markdown(source, false)
		},
		tells: scratch.speaks,
	}
	return im
}

func (im *importer) finish() *Import {
	result := &Import{Cards: im.cards, Origins: im.origins, Kept: map[string][]byte{}, Notes: im.notes, Skipped: im.skipped}
	for _, deck := range slices.Sorted(maps.Keys(im.files)) {
		result.DeckFiles = append(result.DeckFiles, im.files[deck].files()...)
		result.Kept[deck] = im.files[deck].kept
	}
	result.Losses = im.losses.list()
	return result
}

// deckFile is where the facts of one of Anki's decks go.
func (im *importer) deckFile(deck string) *deckFileMaker {
	name := im.names.name(deck)
	c := im.files[name]
	if c == nil {
		title := oneLine(readable(deck, im.losses))
		if title == name {
			title = ""
		}
		c = newDeckFileMaker(name, title)
		c.anki = deck
		im.files[name] = c
	}
	return c
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// A foreignNote is a note as a package or text holds it.
type foreignNote struct {
	guid   string
	id     string  // for its fact, if there is no guid
	places []Place // of its fact
	apart  bool    // each of its cards is a fact of its own
	named  string  // its note type's id, or its name where a text told no more
	kind   *foreignType
	fields []string
	tags   []string
	cards  []foreignCard // by ordinal
}

// A foreignCard is a card of a note.
type foreignCard struct {
	id       int64
	ordinal  int
	deck     string // Anki's name
	schedule Schedule
}

// readCollection reads notes with their cards and reviews.
func (im *importer) readCollection(f *foreigndb.DB) error {
	var err error
	if im.catalogue, err = readCatalogue(f, im.options.Zone); err != nil {
		return err
	}
	reviews, err := im.catalogue.readReviews(f)
	if err != nil {
		return err
	}
	cards, err := im.readCards(f, reviews)
	if err != nil {
		return err
	}
	for _, c := range cards {
		for i := range c {
			im.names.hold(c[i].deck)
		}
	}
	var total, done int
	err = f.Query(func(row *sql.Rows) error { return f.Scan(row, "notes", &total) },
		"SELECT count(*) FROM notes NOT INDEXED")
	if err != nil {
		return err
	}
	return f.Query(func(row *sql.Rows) error {
		var id, kind int64
		var guid, tags, fields string
		if err := f.Scan(row, "notes", &id, &guid, &kind, &tags, &fields); err != nil {
			return err
		}
		if done++; im.options.Progress != nil && done%progressEvery == 0 {
			im.options.Progress(done, total)
		}
		of := cards[id]
		delete(cards, id) // what follows has no need of them
		n := foreignNote{guid: guid, kind: im.catalogue.notetypes[kind], fields: strings.Split(fields, "\x1f"),
			tags: strings.Fields(tags), cards: of}
		if n.kind == nil {
			im.skip("note without a note type", guid)
			return nil
		}
		if n.kind.number == "" {
			n.kind.number = strconv.FormatInt(kind, 10)
		}
		n.named = n.kind.number
		im.note(n)
		return im.checkSize(f.Size())
	}, "SELECT id, guid, mid, tags, flds FROM notes NOT INDEXED ORDER BY id")
}

// readReviews reads the review log by card.
func (s *catalogue) readReviews(f *foreigndb.DB) (map[int64][]Review, error) {
	reviews := map[int64][]Review{}
	err := f.Query(func(row *sql.Rows) error {
		var card int64
		var factor int
		var r Review
		if err := f.Scan(row, "revlog", &r.At, &card, &r.Grade, &r.Interval, &r.Before, &factor, &r.Duration, &r.Kind); err != nil {
			return err
		}
		r.SetFactor(factor)
		if s.first {
			r.upgrade()
		}
		reviews[card] = append(reviews[card], r)
		return nil
	}, "SELECT id, cid, ease, ivl, lastIvl, factor, time, type FROM revlog NOT INDEXED ORDER BY id")
	for card, r := range reviews { // growing left half of their room empty
		reviews[card] = slices.Clone(r)
	}
	return reviews, err
}

// readCards reads the cards by note.
func (im *importer) readCards(f *foreigndb.DB, reviews map[int64][]Review) (map[int64][]foreignCard, error) {
	cards := map[int64][]foreignCard{}
	err := f.Query(func(row *sql.Rows) error {
		var c foreignCard
		var r cardRow
		var note int64
		err := f.Scan(row, "cards", &c.id, &note, &r.deck, &c.ordinal, &r.kind, &r.queue, &r.due, &r.interval, &r.factor,
			&r.reps, &r.lapses, &r.left, &r.homeDue, &r.home, &r.flags, &r.data)
		if err != nil {
			return err
		}
		if im.catalogue.first {
			r.upgrade(im.catalogue.decks[r.deck].preview)
		}
		r.goHome()
		c.deck = cmp.Or(im.catalogue.decks[r.deck].name, im.options.Deck)
		c.schedule = r.schedule(im.catalogue.begun)
		c.schedule.Buried = c.schedule.Buried && !im.catalogue.unburied
		c.schedule.Reviews = reviews[c.id]
		c.schedule.Last = c.schedule.lastReview()
		im.catalogue.votes.see(&c.schedule)
		cards[note] = append(cards[note], c)
		return nil
	}, `SELECT id, nid, did, ord, type, queue, due, ivl, factor, reps, lapses, left, odue, odid, flags, data
		FROM cards NOT INDEXED ORDER BY nid, ord`)
	return cards, err
}

// A cardRow is a row of Anki's table of cards.
type cardRow struct {
	deck, home, due, homeDue                    int64
	kind, queue, interval, factor, reps, lapses int
	left, flags                                 int
	data                                        string
}

// goHome brings a card back that is out in a filtered deck.
func (r *cardRow) goHome() {
	if r.home == 0 {
		return
	}
	r.deck = r.home
	if r.homeDue != 0 {
		r.due = r.homeDue
	}
}

// upgrade makes a card of Anki's first scheduler one of the next, as Anki does (rslib
// scheduler/upgrade.rs): there a card that was learned again was still in review, and
// one that was learned in a deck that only previews comes home as new.
func (r *cardRow) upgrade(preview bool) {
	learning := r.queue == queueLearning || r.queue == queueDayLearn
	switch {
	case State(r.kind) == Reviewing && learning:
		r.kind = int(Relearning)
	case State(r.kind) == Learning && r.home != 0 && preview:
		r.kind = int(New)
	}
}

// upgrade makes a review of Anki's first scheduler one of the next: learning had no
// Hard (rslib storage/revlog/v2_upgrade.sql).
func (r *Review) upgrade() {
	learned := r.Kind == LearnReview || r.Kind == RelearnReview
	if learned && (r.Grade == 2 || r.Grade == 3) {
		r.Grade++
	}
}

func (r cardRow) schedule(begun Beginning) Schedule {
	s := Schedule{
		State: State(r.kind), Interval: max(r.interval, 0), Reps: r.reps, Lapses: r.lapses, Steps: r.left % 1000,
		Flag: r.flags & 7, Suspended: r.queue == queueSuspended, Buried: r.queue == queueBuried || r.queue == -2,
	}
	if r.kind < int(New) || r.kind > int(Relearning) {
		s.State = New
	}
	if r.factor > 1100 {
		s.Ease = float64(r.factor) / 1000
	}
	const secondsFrom = 1_000_000_000 // what is more than this is a time and no day
	switch {
	case s.State == New:
		s.Position = int(r.due)
	case s.State == Reviewing:
		s.DueDay = begun.Day + int(r.due)
	case r.due > secondsFrom:
		s.Due = r.due * 1000
	default:
		s.DueDay = begun.Day + int(r.due)
	}
	var data struct {
		Stability  float64 `json:"s"`
		Difficulty float64 `json:"d"`
		Retention  float64 `json:"dr"`
		Decay      float64 `json:"decay"`
		Last       int64   `json:"lrt"`
		Position   *int    `json:"pos"`
	}
	if json.Unmarshal([]byte(r.data), &data) == nil {
		s.Stability, s.Difficulty = data.Stability, data.Difficulty
		s.Retention, s.Decay, s.Last = data.Retention, data.Decay, data.Last*1000
	}
	return s
}
