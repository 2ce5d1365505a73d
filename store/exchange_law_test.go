package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/store/exchange"
	"kartei/store/journal"
	"kartei/store/place"
	"kartei/store/segment"
)

// A replica is what one machine sees of a place whose files a program carries. It counts
// how often each was written and removed, so that the program knows which came last, and
// remembers what was removed: a file of the same name that says something else stays.
type replica struct {
	objects, removed map[string][]byte
	changes          map[string]int
}

func newReplica() *replica {
	return &replica{map[string][]byte{}, map[string][]byte{}, map[string]int{}}
}

func (r *replica) copy() *replica {
	return &replica{maps.Clone(r.objects), maps.Clone(r.removed), maps.Clone(r.changes)}
}

// List implements [place.Place].
func (r *replica) List(_ context.Context, prefix string) (all []place.Object, err error) {
	for _, name := range slices.Sorted(maps.Keys(r.objects)) {
		if strings.HasPrefix(name, prefix) {
			all = append(all, place.Object{Name: name, Size: int64(len(r.objects[name]))})
		}
	}
	return all, nil
}

// Get implements [place.Place].
func (r *replica) Get(_ context.Context, name string, limit int64) ([]byte, error) {
	data, ok := r.objects[name]
	switch {
	case !ok:
		return nil, place.ErrNotFound
	case int64(len(data)) > limit:
		return nil, place.ErrTooLarge
	}
	return data, nil
}

// Put implements [place.Place].
func (r *replica) Put(_ context.Context, name string, data []byte) error {
	if _, ok := r.objects[name]; ok {
		return place.ErrExists
	}
	r.objects[name] = data
	r.changes[name]++
	return nil
}

// Delete implements [place.Place].
func (r *replica) Delete(_ context.Context, name string) error {
	if data, ok := r.objects[name]; ok {
		r.changes[name]++
		r.removed[name] = data
	}
	delete(r.objects, name)
	return nil
}

// carry brings an object to another replica: whole, or as a program does that is at it
// still. Of two of one name both keep their own, and get the other's beside it. What was
// removed there goes here, too, unless it was written again since.
func (r *replica) carry(name string, to *replica, cut int) (changed bool) {
	put := func(name string, data []byte) {
		changed = changed || !bytes.Equal(to.objects[name], data)
		to.objects[name] = data
	}
	data := r.objects[name]
	there, ok := to.objects[name]
	before := to.changes[name]
	to.changes[name] = max(before, r.changes[name])
	switch {
	case !ok && before > r.changes[name] && bytes.HasPrefix(to.removed[name], data):
		delete(r.objects, name)
		r.removed[name], r.changes[name], changed = to.removed[name], before, true
	case !ok && cut > 0:
		put(name, data[:cut%len(data)])
	case !ok || len(there) < len(data) && bytes.HasPrefix(data, there):
		put(name, data)
	case !bytes.Equal(data, there) && !bytes.HasPrefix(there, data) && !strings.Contains(name, "conflict"):
		put(strings.Replace(name, ".", ".sync-conflict-"+tailOf(data)+".", 1), data)
		if tailOf(data) < tailOf(there) { // the program lets one of them win everywhere
			put(name, data)
			put(strings.Replace(name, ".", ".sync-conflict-"+tailOf(there)+".", 1), there)
		}
	}
	return changed
}

func tailOf(data []byte) string { return fmt.Sprintf("%x", data[max(0, len(data)-4):]) }

// A machine is one of a story.
type machine struct {
	store *Store
	place *replica
	ahead time.Duration // its clock, of the right one
	saved string        // an old copy of its file
}

// A story is what happens on several machines.
type syncStory struct {
	t        testing.TB
	number   int
	dice     *rand.Rand
	folder   string
	maths    *decks.Deck
	machines []*machine
	now      int             // minutes since the beginning
	given    map[string]bool // answers that were acknowledged, by what was typed; false: and taken back
	told     []string
	names    io.Reader // of devices
}

// fresh are collections of five devices with a deck and nothing else.
func freshCollections(t testing.TB, maths *decks.Deck) (paths []string) {
	t.Helper()
	y := &syncStory{t: t, names: namesOf(0)}
	for range 5 {
		path := filepath.Join(t.TempDir(), "collection.db")
		s := y.open(path)
		apply(t, s, maths)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	return paths
}

// namesOf are what devices of a story are called: every time the same.
func namesOf(story int) io.Reader {
	var seed [32]byte
	binary.BigEndian.PutUint64(seed[:], uint64(story))
	return rand.NewChaCha8(seed)
}

// TestSyncLaw lets up to five machines learn, take back, copy their collections, go back to
// old ones, and exchange through folders that a program carries late, cut, twice and in
// any order. In the end all are alike, nothing is damaged, and every answer that was
// said to be recorded counts once.
func TestSyncLaw(t *testing.T) {
	tellSyncStories(t, lawsFrom(), laws(syncStories), func(y *syncStory, fresh []string) {
		for i := range 1 + y.dice.IntN(3) {
			y.add(fresh[i], newReplica())
		}
		for range 10 + y.dice.IntN(40) {
			y.now += y.dice.IntN(600)
			y.step()
		}
	})
}

// syncStories is how many are told in CI, a fifth of them where it is short of time;
// KARTEI_LAWS says another number. smallStory is how many acts each of all small ones has:
// there are twice eight to the power of that.
const (
	syncStories = 200
	smallStory  = 3
)

// TestSmallSyncStories tells every story of a few acts on two machines, which began apart,
// or one as a copy of the other.
func TestSmallSyncStories(t *testing.T) {
	unraced(t)
	acts := []func(*syncStory, int, *machine){(*syncStory).answer, (*syncStory).undo, (*syncStory).compile,
		func(y *syncStory, n int, m *machine) { y.exchange(n, m) }}
	length, all := smallStory, pow(2*len(acts), smallStory)
	switch {
	case testing.Short():
		length, all = length-1, all/(2*len(acts))
	case laws(all) > 2*all:
		length, all = length+1, all*2*len(acts)
	}
	tellSyncStories(t, 0, 2*all, func(y *syncStory, fresh []string) {
		p := newReplica()
		y.add(fresh[0], p)
		y.add(fresh[1-y.number%2], p)
		for rest, i := y.number/2, 0; i < length; rest, i = rest/(2*len(acts)), i+1 {
			act, n := acts[rest%len(acts)], rest/len(acts)%2
			y.now += 10
			act(y, n, y.machines[n])
		}
	})
}

func pow(base, exponent int) int {
	n := 1
	for range exponent {
		n *= base
	}
	return n
}

// tellSyncStories tells so many stories, on as many processors as there are.
func tellSyncStories(t *testing.T, from uint64, n int, happens func(y *syncStory, fresh []string)) {
	maths := deck("maths", 5)
	fresh := freshCollections(t, maths)
	workers := runtime.GOMAXPROCS(0)
	for worker := range workers {
		t.Run(fmt.Sprint(worker), func(t *testing.T) {
			t.Parallel()
			for i := worker; i < n && !t.Failed(); i += workers {
				number := int(from) + i
				y := &syncStory{t: t, number: number, dice: rand.New(rand.NewPCG(uint64(number), 26)), folder: t.TempDir(), maths: maths,
					given: map[string]bool{}, names: namesOf(number + 1)}
				y.begin(func() { happens(y, fresh) })
			}
		})
	}
}

// begin tells a story to its end.
func (y *syncStory) begin(happens func()) {
	defer func() {
		for _, m := range y.machines {
			m.store.Close()
		}
		if y.t.Failed() {
			y.t.Logf("story %d:\n%s", y.number, strings.Join(y.told, "\n"))
		}
		os.RemoveAll(y.folder)
	}()
	happens()
	y.settle()
	y.check()
}

func (y *syncStory) tell(format string, args ...any) {
	y.told = append(y.told, fmt.Sprintf(format, args...))
}

func (y *syncStory) must(err error) {
	y.t.Helper()
	if err != nil {
		y.t.Fatalf("%v\n%s", err, strings.Join(y.told, "\n"))
	}
}

// add adds a machine that has a copy of a collection.
func (y *syncStory) add(path string, p *replica) *machine {
	folder := filepath.Join(y.folder, fmt.Sprint(len(y.machines)))
	y.must(os.Mkdir(folder, 0o700))
	to := filepath.Join(folder, "collection.db")
	copyCollection(y.t, path, to)
	m := &machine{place: p}
	m.store = y.open(to)
	name := fmt.Sprint("machine ", len(y.machines))
	y.machines = append(y.machines, m)
	if _, err := m.store.Place(y.t.Context()); errors.Is(err, ErrNoPlace) {
		if len(y.machines) == 1 {
			y.must(m.store.InitPlace(y.t.Context(), p, "place", name, false))
		} else {
			p.objects[segment.SetName] = y.machines[0].place.objects[segment.SetName]
			y.must(m.store.JoinPlace(y.t.Context(), p, "place", name))
		}
	}
	return m
}

// copyCollection copies a file that nobody uses, with its mark.
func copyCollection(t testing.TB, from, to string) {
	t.Helper()
	for _, part := range []string{"", "-mark", "-wal"} {
		data, err := os.ReadFile(from + part)
		if errors.Is(err, os.ErrNotExist) {
			os.Remove(to + part)
			continue
		}
		if err == nil {
			err = os.WriteFile(to+part, data, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func (y *syncStory) open(path string) *Store {
	s, err := Open(y.t.Context(), path, Config{Calendar: scheduler.DefaultCalendar, Random: y.names, Now: func() time.Time { return at(0, 0).Time() }})
	y.must(err)
	_, err = s.db.ExecContext(y.t.Context(), `PRAGMA synchronous = OFF`) // what a power cut would leave does not matter here
	y.must(err)
	return s
}

func (y *syncStory) moment(m *machine) scheduler.Moment {
	return at(0, time.Duration(y.now)*time.Minute+m.ahead)
}

func (y *syncStory) step() {
	n := y.dice.IntN(len(y.machines))
	m := y.machines[n]
	switch y.dice.IntN(19) {
	case 0, 1, 2, 3, 4:
		y.answer(n, m)
	case 5:
		y.undo(n, m)
	case 6:
		y.mark(n, m)
	case 7, 8, 9:
		y.exchange(n, m)
	case 10, 11, 12:
		y.carry(n, m)
	case 13:
		y.jump(n, m)
	case 14:
		y.copyMachine(n, m)
	case 15:
		y.goBack(n, m)
	case 16, 17:
		y.compile(n, m)
	case 18:
		y.set(n, m)
	}
}

// compile brings the deck's folder on a machine to one of a few texts, whatever its own is,
// as a checkout does.
func (y *syncStory) compile(n int, m *machine) {
	version := y.dice.IntN(4)
	c := Compiled{Root: "/decks", Decks: []*decks.Deck{versionOf(version)}, Whole: true, TakeOver: y.dice.IntN(4) == 0}
	_, err := m.store.Apply(y.t.Context(), c, y.moment(m))
	y.must(err)
	y.tell("%d: compiles text %d, taking over: %v", n, version, c.TakeOver)
}

// versionOf is one of the texts of the deck: some answers are others, a fact has another
// id, one is gone or new.
func versionOf(version int) *decks.Deck {
	d := deck("maths", 5)
	if version > 0 {
		d.Facts[version].Cards[0].Answer = "another answer"
		d.Facts[version].Cards[0].Hash = d.Facts[version].Cards[0].ItemHash()
	}
	switch version {
	case 1:
		f := &d.Facts[0]
		f.Key = "another"
		f.Cards[0].ID = decks.CardID(d.ID, f.Key, f.Cards[0].Name)
	case 2:
		d.Facts = d.Facts[:4]
	case 3:
		addFact(d, "more", "What is more?", "more")
	}
	return d
}

func (y *syncStory) set(n int, m *machine) {
	value := []string{"0.8", "0.9", "0.95"}[y.dice.IntN(3)]
	y.must(m.store.Set(y.t.Context(), "maths", map[string]string{"retention": value}, y.moment(m)))
	y.tell("%d: retention is %s", n, value)
}

func (y *syncStory) answer(n int, m *machine) {
	card := y.maths.Facts[y.dice.IntN(len(y.maths.Facts))].Cards[0].ID
	c, err := m.store.Card(y.t.Context(), card)
	if errors.Is(err, ErrNotFound) || err == nil && c.Retired {
		return
	}
	y.must(err)
	o, err := m.store.Options(y.t.Context(), "maths")
	y.must(err)
	now := y.moment(m)
	e, after, err := answerTo(&c, o, scheduler.Grade(1+y.dice.IntN(4)), now)
	y.must(err)
	e.Detail.Typed = fmt.Sprint("answer ", len(y.given))
	_, err = m.store.Append(y.t.Context(), e, after)
	y.must(err)
	y.given[e.Detail.Typed] = true
	y.tell("%d: %s of %s at %d", n, e.Detail.Typed, card, now.At)
}

func (y *syncStory) undo(n int, m *machine) {
	rows, err := m.store.Undo(y.t.Context(), y.moment(m))
	if errors.Is(err, ErrNothing) {
		return
	}
	y.must(err)
	for _, r := range rows {
		if r.Detail.Typed != "" {
			y.given[r.Detail.Typed] = false
		}
	}
	y.tell("%d: takes back %s %s", n, rows[0].Kind, rows[0].Detail.Typed)
}

func (y *syncStory) mark(n int, m *machine) {
	e := journal.Entry{Moment: y.moment(m), Card: y.maths.Facts[y.dice.IntN(len(y.maths.Facts))].Cards[0].ID,
		Kind: []journal.Kind{journal.KindSuspend, journal.KindUnsuspend, journal.KindFlag, journal.KindReset}[y.dice.IntN(4)]}
	if e.Kind == journal.KindFlag {
		e.Detail.Flag = y.dice.IntN(8)
	}
	_, err := m.store.Append(y.t.Context(), e, scheduler.Memory{})
	if errors.Is(err, ErrNotFound) {
		return
	}
	y.must(err)
	y.tell("%d: %s %s", n, e.Kind, e.Card)
}

func (y *syncStory) exchange(n int, m *machine) *exchange.Report {
	r, err := m.store.Sync(y.t.Context(), m.place, y.moment(m))
	y.must(err)
	y.tell("%d: exchanges as %s: %+v", n, m.store.Device(), *r)
	return r
}

// carry brings some objects of a machine to another.
func (y *syncStory) carry(n int, m *machine) {
	to := y.dice.IntN(len(y.machines))
	if to == n {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(m.place.objects)) {
		if y.dice.IntN(3) > 0 {
			cut := 0
			if y.dice.IntN(6) == 0 {
				cut = 1 + y.dice.IntN(1000)
			}
			m.place.carry(name, y.machines[to].place, cut)
		}
	}
	y.tell("%d: some files come to %d", n, to)
}

func (y *syncStory) jump(n int, m *machine) {
	m.ahead = time.Duration(y.dice.IntN(5*24*60)-2*24*60) * time.Minute
	y.tell("%d: its clock is %v ahead", n, m.ahead)
}

// copyMachine makes another machine of a copy of all that one has.
func (y *syncStory) copyMachine(n int, m *machine) {
	if len(y.machines) == 5 {
		return
	}
	path := m.store.Path()
	y.must(m.store.Close())
	p := m.place
	if y.dice.IntN(2) == 0 {
		p = p.copy()
	}
	y.add(path, p)
	m.store = y.open(path)
	y.tell("%d: is copied", n)
}

// goBack puts an old copy of a collection in its place, or makes one. Answers that were
// given since are lost with the file unless they were sent.
func (y *syncStory) goBack(n int, m *machine) {
	path := m.store.Path()
	if m.saved == "" {
		y.must(m.store.Close())
		m.saved = path + "-old"
		copyCollection(y.t, path, m.saved)
		m.store = y.open(path)
		y.tell("%d: its file is kept", n)
		return
	}
	y.exchange(n, m)
	y.must(m.store.Close())
	copyCollection(y.t, m.saved, path)
	m.saved = ""
	m.store = y.open(path)
	y.tell("%d: the file that was kept comes back", n)
}

// settle lets everything arrive and everybody exchange until nothing is new.
func (y *syncStory) settle() {
	for range 20 {
		quiet := true
		for i, m := range y.machines {
			r := y.exchange(i, m)
			quiet = quiet && len(r.Came) == 0 && r.Rows == 0 && !r.Branch && len(r.Decks) == 0
		}
		if !y.carryAll() && quiet {
			return
		}
	}
	y.t.Fatalf("it does not come to rest:\n%s", strings.Join(y.told, "\n"))
}

// carryAll brings everything everywhere. It reports whether there was anything to bring.
func (y *syncStory) carryAll() (any bool) {
	for _, from := range y.machines {
		for _, name := range slices.Sorted(maps.Keys(from.place.objects)) {
			for _, to := range y.machines {
				if from.place != to.place && from.place.objects[name] != nil {
					any = from.place.carry(name, to.place, 0) || any
				}
			}
		}
	}
	return any
}

func (y *syncStory) check() {
	t := y.t
	first := y.machines[0].store
	want, digest := cardStates(t, first), healthy(t, first).Digest
	for i, m := range y.machines {
		if report := healthy(t, m.store); report.Digest != digest {
			t.Errorf("machine %d has another digest: %s", i, cmp.Diff(agreed(t, first), agreed(t, m.store)))
		}
		if !maps.Equal(cardStates(t, m.store), want) {
			t.Errorf("machine %d knows something else of the cards", i)
		}
		seen := map[string]int{}
		for r, err := range m.store.Log(t.Context(), LogQuery{}, at(0, 0)) {
			y.must(err)
			if r.Detail.Typed == "" {
				continue
			}
			seen[r.Detail.Typed]++
			if r.Undone == y.given[r.Detail.Typed] {
				t.Errorf("machine %d: %s is taken back: %v", i, r.Detail.Typed, r.Undone)
			}
		}
		for answer := range y.given {
			if seen[answer] != 1 {
				t.Errorf("machine %d has %s %d times", i, answer, seen[answer])
			}
		}
	}
}

// agreed is that on which machines must agree, as an export says it.
func agreed(t testing.TB, s *Store) (lines []string) {
	t.Helper()
	var all bytes.Buffer
	if err := s.Export(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(all.String()) {
		if !strings.HasPrefix(line, `{"device"`) {
			lines = append(lines, line)
		}
	}
	slices.Sort(lines)
	return lines
}
