package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/store/exchange"
	"kartei/store/place"
	"kartei/store/place/folder"
	"kartei/store/segment"
)

// meet is a new place in a folder.
func meet(t testing.TB) (*folder.Folder, string) {
	t.Helper()
	path := t.TempDir()
	p, err := folder.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return p, path
}

// member makes a collection one of those that meet in a place, the first that begins it.
func member(t testing.TB, s *Store, p place.Place, name string) {
	t.Helper()
	err := s.InitPlace(t.Context(), p, "place", name, false)
	if errors.Is(err, place.ErrExists) {
		err = s.JoinPlace(t.Context(), p, "place", name)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func meets(t testing.TB, s *Store, p place.Place) *exchange.Report {
	t.Helper()
	r, err := s.Sync(t.Context(), p, at(50, 0))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// learners are so many new collections that meet in a place, with one deck.
func learners(t testing.TB, names ...string) (p *folder.Folder, path string, all []*Store, maths *decks.Deck) {
	t.Helper()
	p, path = meet(t)
	maths = deck("maths", 12)
	for _, name := range names {
		s := newStore(t)
		apply(t, s, maths)
		member(t, s, p, name)
		all = append(all, s)
	}
	return p, path, all, maths
}

func TestMachinesMeet(t *testing.T) {
	p, _, all, maths := learners(t, "laptop", "desktop", "phone")
	card := func(i int) string { return maths.Facts[i].Cards[0].ID }
	for day := range 3 {
		for i, s := range all {
			grade(t, s, card(day), scheduler.Good, at(day, time.Duration(i)*time.Hour))
			grade(t, s, card(3+i), scheduler.Hard, at(day, time.Duration(i)*time.Hour+time.Minute))
		}
		if r := meets(t, all[0], p); r.Sent != 2 {
			t.Errorf("sent %d answers", r.Sent)
		}
		if r := meets(t, all[2], p); len(r.Came) == 0 || r.Came[len(r.Came)-1].Name != "laptop" || r.Came[len(r.Came)-1].Answers != 2 {
			t.Errorf("came %+v", r.Came)
		}
	}
	for range 2 {
		for _, s := range all {
			meets(t, s, p)
		}
	}
	alike(t, all[0], all[1])
	alike(t, all[0], all[2])
	// Nothing new: nothing is read, written or told.
	for _, s := range all {
		if r := meets(t, s, p); len(r.Came)+r.Sent+len(r.Left) > 0 {
			t.Errorf("there was %+v", r)
		}
	}
	if n := cardStates(t, all[0])[card(0)].Reps; n != 3 {
		t.Errorf("%d answers count", n)
	}
}

// copyOf is a collection whose file was copied while it was closed.
func copyOf(t testing.TB, s *Store) *Store {
	t.Helper()
	to := filepath.Join(t.TempDir(), "collection.db")
	if err := s.BackupTo(t.Context(), to); err != nil {
		t.Fatal(err)
	}
	if mark, err := os.ReadFile(s.Path() + "-mark"); err == nil {
		if err := os.WriteFile(to+"-mark", mark, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return openTest(t, to)
}

// A collection that is copied goes on twice under one name. Whoever syncs second takes
// another, no answer is lost and none counts twice.
func TestACopiedCollection(t *testing.T) {
	for what, before := range map[string]bool{"before its first sync": false, "that has synced": true} {
		p, _, all, maths := learners(t, "laptop", "phone")
		a, other := all[0], all[1]
		card := func(i int) string { return maths.Facts[i].Cards[0].ID }
		grade(t, a, card(0), scheduler.Good, at(0, 0))
		if before {
			meets(t, a, p)
		}
		b := copyOf(t, a)
		if a.Device() != b.Device() {
			t.Fatal("the copy has another device")
		}
		grade(t, a, card(1), scheduler.Good, at(1, 0))
		grade(t, b, card(2), scheduler.Good, at(1, time.Minute))
		grade(t, b, card(2), scheduler.Good, at(4, time.Minute))
		if _, err := b.Undo(t.Context(), at(4, time.Hour)); err != nil {
			t.Fatal(err)
		}
		meets(t, a, p)
		if r := meets(t, b, p); !r.Branch {
			t.Errorf("%s: it was not noticed", what)
		}
		if a.Device() == b.Device() {
			t.Errorf("%s: both write as one still", what)
		}
		grade(t, a, card(3), scheduler.Good, at(5, 0))
		grade(t, b, card(4), scheduler.Good, at(5, 0))
		for range 2 {
			for _, s := range []*Store{b, a, other} {
				if r := meets(t, s, p); r.Branch {
					t.Errorf("%s: it was noticed again", what)
				}
			}
		}
		alike(t, a, b)
		alike(t, a, other)
		for i, want := range []uint32{1, 1, 1, 1, 1, 0} {
			if got := cardStates(t, a)[card(i)].Reps; got != want {
				t.Errorf("%s: %d answers to card %d count", what, got, i)
			}
		}
		// It can be opened: the mark beside it knows.
		if again := openTest(t, b.Path()); again.Device() != b.Device() {
			t.Errorf("%s: opened again it is %s, not %s", what, again.Device(), b.Device())
		}
	}
}

// An old copy of the file that is put back knows less than the place.
func TestAnOldCopyThatGoesOn(t *testing.T) {
	for what, more := range map[string]int{"without new answers": 0, "with some": 2} {
		p, _, all, maths := learners(t, "laptop", "phone")
		a, other := all[0], all[1]
		grade(t, a, maths.Facts[0].Cards[0].ID, scheduler.Good, at(0, 0))
		meets(t, a, p)
		old := copyOf(t, a)
		for i := range 3 {
			grade(t, a, maths.Facts[1+i].Cards[0].ID, scheduler.Good, at(1, time.Duration(i)*time.Minute))
		}
		meets(t, a, p)
		for i := range more {
			grade(t, old, maths.Facts[5+i].Cards[0].ID, scheduler.Good, at(2, time.Duration(i)*time.Minute))
		}
		if r := meets(t, old, p); !r.Branch {
			t.Errorf("%s: it was not noticed", what)
		}
		for _, s := range []*Store{other, old, a} {
			meets(t, s, p)
		}
		alike(t, old, other)
		alike(t, old, a)
		if got := cardStates(t, old)[maths.Facts[3].Cards[0].ID].Reps; got != 1 {
			t.Errorf("%s: an answer of before is lost", what)
		}
	}
}

// A third machine that took the rows of one of two copies follows when they are named
// anew.
func TestAThirdMachineBesideTwoCopies(t *testing.T) {
	p, _, all, maths := learners(t, "laptop")
	a, third := all[0], newStore(t)
	apply(t, third, maths)
	grade(t, a, maths.Facts[0].Cards[0].ID, scheduler.Good, at(0, 0))
	b := copyOf(t, a)
	grade(t, a, maths.Facts[1].Cards[0].ID, scheduler.Good, at(1, 0))
	grade(t, b, maths.Facts[2].Cards[0].ID, scheduler.Good, at(1, 0))
	merge(t, b, third, 1) // by hand, or from another place
	meets(t, a, p)
	member(t, third, p, "phone")
	if r := meets(t, third, p); len(r.Left) > 0 || r.Branch {
		t.Errorf("the third machine says %+v", r)
	}
	meets(t, b, p)
	meets(t, third, p)
	meets(t, a, p)
	alike(t, a, b)
	alike(t, a, third)
}

// A place may hold anything.
func TestWhatLiesInAPlace(t *testing.T) {
	p, path, all, maths := learners(t, "laptop", "desktop")
	a, b := all[0], all[1]
	put := func(name string, data []byte) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(path, filepath.FromSlash(name)), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	get := func(name string) []byte {
		t.Helper()
		data, err := os.ReadFile(filepath.Join(path, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	name := func(first, last int64) string { return segment.Name(a.Device(), first, last) }
	for i := range 3 {
		grade(t, a, maths.Facts[i].Cards[0].ID, scheduler.Good, at(i, 0))
		meets(t, a, p)
	}
	tips, err := deviceTips(t.Context(), a.db)
	if err != nil {
		t.Fatal(err)
	}
	last := tips[a.Device()].Seq
	whole := get(name(last, last))
	for what, stage := range map[string]func(){
		"half a segment":         func() { put(name(last, last), whole[:len(whole)/2]) },
		"an empty segment":       func() { put(name(last, last), nil) },
		"git's markers":          func() { put(name(last, last), append([]byte("<<<<<<< HEAD\n"), whole...)) },
		"another's rows":         func() { put(name(last, last), get(name(last-1, last-1))) },
		"a segment that is late": func() { os.Remove(filepath.Join(path, filepath.FromSlash(name(last, last)))) },
	} {
		stage()
		b := copyOf(t, b)
		r := meets(t, b, p)
		if strings.Contains(what, "late") != (len(r.Left) == 0) {
			t.Errorf("with %s it says %+v", what, r)
		}
		put(name(last, last), whole)
		meets(t, b, p)
		want := cardStates(t, a)
		for card, got := range cardStates(t, b) {
			if got != want[card] {
				t.Errorf("with %s card %s is %+v, want %+v", what, card, got, want[card])
			}
		}
	}
	// A copy that a syncer made of what it took for a conflict is as good as any.
	os.Remove(filepath.Join(path, filepath.FromSlash(name(last, last))))
	put(segment.Folder(a.Device())+"1-3.sync-conflict-20261130-120000-ABCDEFG.seg", whole)
	put(segment.Folder(a.Device())+"3.seg (1)", []byte("junk"))
	put(segment.Folder(a.Device())+"notes.txt", []byte("hello"))
	meets(t, b, p)
	meets(t, a, p)
	alike(t, a, b)
	// What the place lost is put there again.
	for _, s := range []*Store{b, a} {
		meets(t, s, p)
	}
	c := newStore(t)
	apply(t, c, maths)
	member(t, c, p, "phone")
	meets(t, c, p)
	meets(t, a, p)
	alike(t, a, c)
}

// An emptied place, or another that lies there, is not filled.
func TestAPlaceThatIsAnother(t *testing.T) {
	p, path, all, maths := learners(t, "laptop", "desktop")
	a, b := all[0], all[1]
	grade(t, a, maths.Facts[0].Cards[0].ID, scheduler.Good, at(0, 0))
	meets(t, a, p)
	meets(t, b, p)
	for _, name := range []string{"d", "kartei-sync.json"} {
		if err := os.RemoveAll(filepath.Join(path, name)); err != nil {
			t.Fatal(err)
		}
	}
	grade(t, a, maths.Facts[1].Cards[0].ID, scheduler.Good, at(1, 0))
	if _, err := a.Sync(t.Context(), p, at(2, 0)); !errors.Is(err, exchange.ErrOtherSet) {
		t.Errorf("an emptied place: %v", err)
	}
	if n, err := a.Unsent(t.Context(), nil); err != nil || n != 2 {
		t.Errorf("%d, %v", n, err)
	}
	// Begun anew it gets all, also what only others had.
	if err := b.InitPlace(t.Context(), p, "place", "desktop", false); err != nil {
		t.Fatal(err)
	}
	for _, s := range []*Store{b, a, b} {
		meets(t, s, p)
	}
	alike(t, a, b)
	stranger := newStore(t)
	apply(t, stranger, maths)
	q, _ := meet(t)
	member(t, stranger, q, "stranger")
	if _, err := stranger.Sync(t.Context(), p, at(2, 0)); !errors.Is(err, exchange.ErrOtherSet) {
		t.Errorf("a stranger's place: %v", err)
	}
}

// Two machines that both began a place, in a folder that was carried between them later:
// the one whose place gave way is told, and joins the other's as itself.
func TestTwoPlacesInOneFolder(t *testing.T) {
	p, path := meet(t)
	q, gone := meet(t)
	a, b := newStore(t), newStore(t)
	maths := deck("maths", 3)
	for i, s := range []*Store{a, b} {
		apply(t, s, maths)
		grade(t, s, maths.Facts[i].Cards[0].ID, scheduler.Good, at(0, time.Duration(i)*time.Minute))
	}
	member(t, a, p, "laptop")
	member(t, b, q, "desktop")
	meets(t, a, p)
	meets(t, b, q)
	if err := os.CopyFS(filepath.Join(path, "d"), os.DirFS(filepath.Join(gone, "d"))); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Sync(t.Context(), p, at(1, 0)); !errors.Is(err, exchange.ErrBegunElsewhere) {
		t.Errorf("the desktop: %v", err)
	}
	if r := meets(t, a, p); len(r.Left) != 1 || !errors.Is(r.Left[0].Why, exchange.ErrAnotherSet) {
		t.Errorf("the laptop: %+v", r)
	}
	if err := b.LeavePlace(t.Context()); err != nil {
		t.Fatal(err)
	}
	device := b.Device()
	member(t, b, p, "desktop")
	for _, s := range []*Store{b, a, b, a} {
		if r := meets(t, s, p); r.Branch || len(r.Left) > 0 {
			t.Errorf("there was %+v", r)
		}
	}
	if b.Device() != device {
		t.Error("the desktop is another device")
	}
	alike(t, a, b)
}

// Two exchanges of one collection at once, of two processes, are not taken for those of
// two copies: one waits for the other.
func TestTwoExchangesAtOnce(t *testing.T) {
	p, _, all, maths := learners(t, "laptop")
	a := all[0]
	b := openTest(t, a.Path())
	meets(t, a, p)
	grade(t, a, maths.Facts[0].Cards[0].ID, scheduler.Good, at(0, 0))
	between := &interrupted{Place: p, by: func() {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		if _, err := b.Sync(ctx, p, at(0, time.Hour)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the other did not wait: %v", err)
		}
	}}
	if r, err := a.Sync(t.Context(), between, at(0, time.Hour)); err != nil || r.Branch || r.Sent != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	if r, err := b.Sync(t.Context(), p, at(0, time.Hour)); err != nil || r.Branch || r.Sent != 0 {
		t.Errorf("%+v, %v", r, err)
	}
}

// An interrupted place is one in which something is done when it is looked into.
type interrupted struct {
	place.Place
	by func()
}

func (i *interrupted) List(ctx context.Context, prefix string) ([]place.Object, error) {
	i.by()
	return i.Place.List(ctx, prefix)
}

// An exchange that is broken off anywhere is done by the next.
func TestABrokenExchange(t *testing.T) {
	for n := range 40 {
		p, _, all, maths := learners(t, "laptop", "desktop")
		a, b := all[0], all[1]
		for i := range 3 {
			grade(t, a, maths.Facts[i].Cards[0].ID, scheduler.Good, at(i, 0))
			grade(t, b, maths.Facts[2*i].Cards[0].ID, scheduler.Good, at(i, time.Minute))
		}
		meets(t, b, p)
		limited := &failing{Place: p, calls: n}
		_, err := a.Sync(t.Context(), limited, at(4, 0))
		if err == nil {
			if n < 4 {
				t.Fatalf("only %d calls", n)
			}
			return
		}
		for _, s := range []*Store{a, b, a, b} {
			if r := meets(t, s, p); r.Branch || len(r.Left) > 0 {
				t.Errorf("after call %d: %+v", n, r)
			}
		}
		alike(t, a, b)
	}
	t.Error("it never came to an end")
}

// A failing place does only so many calls. The last of them is done, but says that it
// was not.
type failing struct {
	place.Place
	calls int
}

var errBrokenOff = errors.New("broken off")

func (f *failing) call() error {
	f.calls--
	if f.calls < 0 {
		return errBrokenOff
	}
	return nil
}

func (f *failing) List(ctx context.Context, prefix string) ([]place.Object, error) {
	if err := f.call(); err != nil {
		return nil, err
	}
	return f.Place.List(ctx, prefix)
}

func (f *failing) Get(ctx context.Context, name string, limit int64) ([]byte, error) {
	if err := f.call(); err != nil {
		return nil, err
	}
	return f.Place.Get(ctx, name, limit)
}

func (f *failing) Put(ctx context.Context, name string, data []byte) error {
	if f.calls < -1 {
		return errBrokenOff
	}
	return errors.Join(f.Place.Put(ctx, name, data), f.call())
}

func (f *failing) Delete(ctx context.Context, name string) error {
	return errors.Join(f.Place.Delete(ctx, name), f.call())
}
