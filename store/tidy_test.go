package store

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/store/place"
	"kartei/store/place/sealed"
	"kartei/store/segment"
)

// sessions lets a learner answer and exchange so many times.
func sessions(t testing.TB, s *Store, p place.Place, maths *decks.Deck, from, n int) {
	t.Helper()
	for i := from; i < from+n; i++ {
		grade(t, s, maths.Facts[i%len(maths.Facts)].Cards[0].ID, scheduler.Good, at(i, 0))
		if r := meets(t, s, p); r.Sent != 1 || r.Branch || len(r.Left) > 0 {
			t.Fatalf("session %d: %+v", i, r)
		}
	}
}

// segmentsOf are the segments that a place has of a device.
func segmentsOf(t testing.TB, p place.Place, device string) (names []string) {
	t.Helper()
	all, err := p.List(t.Context(), segment.Folder(device))
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range all {
		if _, ok := segment.ParseHeadName(o.Name); !ok {
			names = append(names, o.Name)
		}
	}
	return names
}

// mates are so many new collections that meet in a place in memory, with one deck.
func mates(t testing.TB, names ...string) (p *replica, all []*Store, maths *decks.Deck) {
	t.Helper()
	p, maths = newReplica(), deck("maths", 12)
	for _, name := range names {
		s := newStore(t)
		apply(t, s, maths)
		member(t, s, p, name)
		all = append(all, s)
	}
	return p, all, maths
}

// newcomer joins a place, has what another has, and finds nothing to say.
func newcomer(t testing.TB, p place.Place, maths *decks.Deck, as *Store) {
	t.Helper()
	s := newStore(t)
	apply(t, s, maths)
	member(t, s, p, "newcomer")
	for range 2 {
		if r := meets(t, s, p); len(r.Left) > 0 || r.Branch {
			t.Errorf("the newcomer says %+v", r)
		}
		meets(t, as, p)
	}
	alike(t, as, s)
}

// However often a machine exchanges, the place has few segments of it, encrypted or not,
// and all that is in them.
func TestOldSegmentsAreMerged(t *testing.T) {
	key, err := sealed.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	for what, seal := range map[string]func(place.Place) place.Place{
		"plain":     func(p place.Place) place.Place { return p },
		"encrypted": func(p place.Place) place.Place { return sealed.Open(p, key) },
	} {
		t.Run(what, func(t *testing.T) {
			p, maths := seal(newReplica()), deck("maths", 12)
			a, b := newStore(t), newStore(t)
			for i, s := range []*Store{a, b} {
				apply(t, s, maths)
				member(t, s, p, []string{"laptop", "desktop"}[i])
			}
			sessions(t, a, p, maths, 0, 100)
			if n := len(segmentsOf(t, p, a.Device())); n > 9 {
				t.Errorf("there are %d segments of 100 answers", n)
			}
			if n := len(segmentsOf(t, p, a.Device())); n < 2 {
				t.Errorf("there is %d segment: the newest is to be read alone", n)
			}
			newcomer(t, p, maths, a)
			meets(t, b, p)
			meets(t, a, p)
			alike(t, a, b)
		})
	}
}

// An exchange that merges segments may be broken off anywhere.
func TestABrokenMergeOfSegments(t *testing.T) {
	merged := false
	for n := 0; ; n++ {
		p, all, maths := mates(t, "laptop", "desktop")
		a, b := all[0], all[1]
		for i := 0; ; i++ { // until the next exchange merges some
			sessions(t, a, p, maths, i, 1)
			if len(segmentsOf(t, p, a.Device())) == 4 {
				break
			}
		}
		tips, err := deviceTips(t.Context(), a.db)
		if err != nil {
			t.Fatal(err)
		}
		rows := int(tips[a.Device()].Seq) // that the place has
		grade(t, a, maths.Facts[0].Cards[0].ID, scheduler.Good, at(30, 0))
		before := segmentsOf(t, p, a.Device())
		_, err = a.Sync(t.Context(), &failing{Place: p, calls: n}, at(30, 0))
		whole := err == nil
		merged = merged || len(segmentsOf(t, p, a.Device())) > len(before)
		third := newStore(t)
		member(t, third, p, "phone")
		if r := meets(t, third, p); len(r.Came) != 1 || r.Came[0].Rows < rows || len(r.Left) > 0 {
			t.Errorf("after call %d, of %d rows: %+v", n, rows, r)
		}
		newcomer(t, p, maths, b)
		for _, s := range []*Store{b, a, b, a} {
			if r := meets(t, s, p); r.Branch || len(r.Left) > 0 {
				t.Errorf("after call %d: %+v", n, r)
			}
		}
		alike(t, a, b)
		if n := len(segmentsOf(t, p, a.Device())); n > 4 {
			t.Errorf("parts are there still: %q", segmentsOf(t, p, a.Device()))
		}
		if whole {
			if n < 6 || !merged {
				t.Errorf("only %d calls; merged: %v", n, merged)
			}
			return
		}
	}
}

// A program that carries the files may bring the removal of the parts first, and the
// merged segment days later. The rows are late, for nobody else are they lost, and
// nothing is said of it.
func TestMergedSegmentsThatComeLate(t *testing.T) {
	maths := deck("maths", 12)
	here, there := newReplica(), newReplica()
	a, b := newStore(t), newStore(t)
	apply(t, a, maths)
	apply(t, b, maths)
	member(t, a, here, "laptop")
	there.objects[segment.SetName] = here.objects[segment.SetName]
	member(t, b, there, "desktop")
	bring := func(from, to *replica, late func(name string) bool) {
		for name, changes := range from.changes {
			if from.objects[name] == nil && changes > to.changes[name] {
				delete(to.objects, name)
				to.changes[name] = changes
			}
		}
		for name := range from.objects {
			if !late(name) {
				from.carry(name, to, 0)
			}
		}
	}
	never := func(string) bool { return false }
	merged := func(name string) bool {
		first, last, ok := segment.ParseName(name)
		return ok && last > first
	}
	for i := range 12 {
		sessions(t, a, here, maths, i, 1)
		bring(here, there, merged)
		grade(t, b, maths.Facts[i].Cards[0].ID, scheduler.Hard, at(i, time.Hour))
		if r := meets(t, b, there); len(r.Left) > 0 || r.Branch {
			t.Errorf("after session %d the desktop says %+v", i, r)
		}
		bring(there, here, merged)
		if r := meets(t, a, here); len(r.Left) > 0 || r.Branch {
			t.Errorf("after session %d the laptop says %+v", i, r)
		}
	}
	for range 4 {
		bring(here, there, never)
		if r := meets(t, b, there); len(r.Left) > 0 || r.Branch {
			t.Errorf("in the end the desktop says %+v", r)
		}
		bring(there, here, never)
		if r := meets(t, a, here); len(r.Left) > 0 || r.Branch {
			t.Errorf("in the end the laptop says %+v", r)
		}
	}
	alike(t, a, b)
	newcomer(t, there, maths, b)
	for _, s := range []*Store{a, b} {
		if n := segmentsOf(t, here, s.Device()); len(n) > 7 {
			t.Errorf("what is left: %q", n)
		}
	}
}

// A collection that is put back as it was before its segments were merged finds that out,
// and one that is copied does.
func TestAnOldCopyAndMergedSegments(t *testing.T) {
	p, all, maths := mates(t, "laptop", "desktop")
	a, b := all[0], all[1]
	sessions(t, a, p, maths, 0, 3)
	old := copyOf(t, a)
	sessions(t, a, p, maths, 3, 20)
	grade(t, old, maths.Facts[0].Cards[0].ID, scheduler.Good, at(40, 0))
	if r := meets(t, old, p); !r.Branch || len(r.Left) > 0 {
		t.Errorf("it says %+v", r)
	}
	for _, s := range []*Store{b, old, a, b, old} {
		if r := meets(t, s, p); len(r.Left) > 0 {
			t.Errorf("left: %+v", r)
		}
	}
	alike(t, a, old)
	alike(t, a, b)
	newcomer(t, p, maths, a)
}

// What a syncer took for a conflict goes with the parts, if it says what the log says, and
// is never removed if it says something else.
func TestConflictCopiesOfMergedSegments(t *testing.T) {
	p, all, maths := mates(t, "laptop")
	a := all[0]
	sessions(t, a, p, maths, 0, 2)
	names := segmentsOf(t, p, a.Device())
	newest := names[len(names)-1]
	copied := strings.TrimSuffix(newest, ".seg") + ".sync-conflict-20261130-120000-ABCDEFG.seg"
	p.objects[copied] = p.objects[newest]
	sessions(t, a, p, maths, 2, 8)
	if left := segmentsOf(t, p, a.Device()); slices.Contains(left, copied) {
		t.Errorf("the copy is there still: %q", left)
	}
	newcomer(t, p, maths, a)
}

// What another collection wrote under a name that this one gave, too, is not removed as a
// part of something: it is known only now that there are two.
func TestAnothersSegmentIsNoPart(t *testing.T) {
	p, all, maths := mates(t, "laptop")
	a := all[0]
	sessions(t, a, p, maths, 0, 2)
	b, q := copyOf(t, a), p.copy()
	sessions(t, a, p, maths, 2, 1)
	names := segmentsOf(t, p, a.Device())
	newest := names[len(names)-1]
	grade(t, b, maths.Facts[7].Cards[0].ID, scheduler.Again, at(2, time.Hour))
	meets(t, b, q)
	theirs := q.objects[newest]
	if theirs == nil || bytes.Equal(theirs, p.objects[newest]) {
		t.Fatalf("the copy wrote %q", segmentsOf(t, q, b.Device()))
	}
	p.objects[newest] = theirs // a syncer let it win
	state, err := a.Place(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	state.Segments[newest] = int64(len(theirs)) // it has the same size
	if err := (exchanging{a}).Keep(t.Context(), state); err != nil {
		t.Fatal(err)
	}
	branched := false
	for i := range 8 {
		grade(t, a, maths.Facts[i].Cards[0].ID, scheduler.Good, at(3+i, 0))
		branched = meets(t, a, p).Branch || branched
	}
	if !bytes.Equal(p.objects[newest], theirs) || !branched {
		t.Errorf("it is gone, or nothing was noticed: %v", branched)
	}
	c := newStore(t)
	apply(t, c, maths)
	member(t, c, p, "newcomer")
	meets(t, c, p)
	if got := cardStates(t, c)[maths.Facts[7].Cards[0].ID].Reps; got != 2 {
		t.Errorf("of the copy's answers %d count", got)
	}
}

// Whatever befalls a segment of the own device, it is written again, and others get it.
func TestOwnSegmentsThatBreak(t *testing.T) {
	for what, spoil := range map[string]func([]byte) []byte{
		"cut":           func(data []byte) []byte { return data[:len(data)/2] },
		"empty":         func([]byte) []byte { return nil },
		"git's markers": func(data []byte) []byte { return append([]byte("<<<<<<< HEAD\n"), data...) },
		"rotten":        func(data []byte) []byte { return append([]byte{data[0] ^ 1}, data[1:]...) },
		"forgotten":     nil,
	} {
		for i := range 4 {
			p, all, maths := mates(t, "laptop", "desktop")
			a, b := all[0], all[1]
			sessions(t, a, p, maths, 0, 6)
			names := segmentsOf(t, p, a.Device())
			if len(names) < 3 {
				t.Fatalf("there are %q", names)
			}
			name := names[i%len(names)]
			data := p.objects[name]
			delete(p.objects, name)
			if spoil != nil {
				p.objects[name] = spoil(data)
				// What is of the same size its writer does not look into unless another one asks.
				if i%2 == 0 || what == "rotten" {
					if r := meets(t, b, p); len(r.Left) == 0 {
						t.Errorf("%s %s: the desktop says nothing", what, name)
					}
				}
			}
			if r := meets(t, a, p); len(r.Left) > 0 || r.Branch {
				t.Errorf("%s %s: the laptop says %+v", what, name, r)
			}
			if data, ok := p.objects[name]; ok && !segment.IsWhole(data) {
				t.Errorf("%s %s: it is there still", what, name)
			}
			if r := meets(t, b, p); len(r.Left) > 0 {
				t.Errorf("%s %s: the desktop says %+v", what, name, r)
			}
			meets(t, a, p)
			alike(t, a, b)
			newcomer(t, p, maths, a)
		}
	}
}

// What the writer of a segment can put again no more, others do that have its rows.
func TestSegmentsThatBreakBehindTheirWriter(t *testing.T) {
	p, all, maths := mates(t, "laptop", "desktop")
	a, b := all[0], all[1]
	sessions(t, a, p, maths, 0, 8)
	meets(t, b, p)
	name := segmentsOf(t, p, a.Device())[0]
	p.objects[name] = p.objects[name][1:]
	c := newStore(t)
	apply(t, c, maths)
	member(t, c, p, "phone")
	if r := meets(t, c, p); len(r.Left) != 1 || !r.Left[0].Asked {
		t.Errorf("the phone says %+v", r)
	}
	if r := meets(t, b, p); len(r.Left) > 0 || r.Sent > 0 {
		t.Errorf("the desktop says %+v", r)
	}
	if p.objects[name] == nil {
		t.Error("the desktop removed what is not its own")
	}
	for _, s := range []*Store{c, b} {
		if r := meets(t, s, p); len(r.Left) > 0 {
			t.Errorf("left: %+v", r)
		}
	}
	alike(t, b, c)
	// Should the writer come back it tidies up.
	for i := range 3 {
		sessions(t, a, p, maths, 20+i, 1)
	}
	if data, ok := p.objects[name]; ok && !segment.IsWhole(data) {
		t.Errorf("it is there still, of %q", segmentsOf(t, p, a.Device()))
	}
}

// A text that the place forgot, or that is not whole, is put again by whoever has it.
func TestTextsThatBreak(t *testing.T) {
	for what, spoil := range map[string]func(p *replica, name string){
		"forgotten": func(p *replica, name string) { delete(p.objects, name) },
		"cut":       func(p *replica, name string) { p.objects[name] = p.objects[name][:9] },
	} {
		p, all, _ := mates(t, "laptop")
		a := all[0]
		meets(t, a, p)
		for name := range p.objects {
			if strings.HasPrefix(name, segment.TextName("")) {
				spoil(p, name)
			}
		}
		b := newStore(t)
		member(t, b, p, "desktop")
		if r := meets(t, b, p); len(r.Left) != 1 || !r.Left[0].Asked {
			t.Errorf("%s: the desktop says %+v", what, r)
		}
		for _, s := range []*Store{a, b} {
			if r := meets(t, s, p); len(r.Left) > 0 {
				t.Errorf("%s: left: %+v", what, r)
			}
		}
		meets(t, a, p)
		alike(t, a, b)
	}
}

// A text that stands no more stays for a season, and as long as a machine was not there
// since; then whoever put it removes it.
func TestTextsThatNothingNames(t *testing.T) {
	p, all, maths := mates(t, "laptop", "desktop")
	a, b := all[0], all[1]
	texts := func() (names []string) {
		for name := range p.objects {
			if strings.HasPrefix(name, segment.TextName("")) {
				names = append(names, name)
			}
		}
		return names
	}
	exchange := func(s *Store, day int) {
		t.Helper()
		if r, err := s.Sync(t.Context(), p, at(day, 0)); err != nil || len(r.Left) > 0 {
			t.Fatalf("%+v, %v", r, err)
		}
	}
	exchange(a, 0)
	exchange(b, 0)
	first := texts()
	for i := range 3 {
		maths.Facts[i].Cards[0].Answer = "another answer"
		maths.Facts[i].Cards[0].Hash = maths.Facts[i].Cards[0].ItemHash()
		apply(t, a, maths)
		exchange(a, 1+i)
	}
	if len(first) != 1 || len(texts()) != 4 {
		t.Fatalf("there are %q", texts())
	}
	exchange(a, 80)
	exchange(a, 100)
	if len(texts()) != 4 {
		t.Error("texts are gone that the desktop may look for")
	}
	exchange(b, 101)
	exchange(b, 102)
	if len(texts()) != 4 {
		t.Error("the desktop removed what is not its own")
	}
	exchange(a, 103)
	if left := texts(); len(left) != 1 || slices.Contains(first, left[0]) {
		t.Errorf("there are %q still", left)
	}
	exchange(b, 104)
	exchange(a, 105)
	alike(t, a, b)
	newcomer(t, p, maths, a)
	// What stood once may stand again.
	for i := range 3 {
		maths.Facts[i] = deck("maths", 12).Facts[i]
	}
	apply(t, a, maths)
	exchange(a, 106)
	exchange(b, 106)
	exchange(a, 106)
	alike(t, a, b)
}

// A deck that was gone for long comes back with the text that it had.
func TestADeckThatComesBack(t *testing.T) {
	p, all, maths := mates(t, "laptop")
	a := all[0]
	for day, decks := range [][]*decks.Deck{{maths}, nil, nil, nil, {maths}} {
		if _, err := a.Apply(t.Context(), Compiled{Root: "/decks", Decks: decks, Whole: true}, at(100*day, 0)); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Sync(t.Context(), p, at(100*day, 0)); err != nil {
			t.Fatal(err)
		}
		texts := 0
		for name := range p.objects {
			if strings.HasPrefix(name, segment.TextName("")) {
				texts++
			}
		}
		if want := []int{1, 1, 1, 0, 1}[day]; texts != want && day != 2 {
			t.Errorf("on day %d there are %d texts, not %d", 100*day, texts, want)
		}
	}
	newcomer(t, p, maths, a)
}
