package store

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/store/exchange"
	"kartei/store/journal"
	"kartei/store/segment"
)

// deliveries are all rows that a store has, in segments of so many.
func deliveries(t testing.TB, s *Store, size int) (all []exchange.Delivery) {
	t.Helper()
	tips, err := deviceTips(t.Context(), s.db)
	if err != nil {
		t.Fatal(err)
	}
	for device := range tips {
		d := exchange.Delivery{Device: device}
		for after := int64(0); ; {
			seg, err := s.Segment(t.Context(), device, after)
			if err != nil {
				t.Fatal(err)
			}
			if seg == nil {
				break
			}
			seg.Rows = seg.Rows[:min(size, len(seg.Rows))]
			data, err := seg.Encode()
			if err != nil {
				t.Fatal(err)
			}
			d.Segments = append(d.Segments, func() (*segment.Segment, error) { return segment.Decode(data) })
			after = seg.Last()
		}
		all = append(all, d)
	}
	slices.SortFunc(all, func(a, b exchange.Delivery) int { return strings.Compare(b.Device, a.Device) })
	return all
}

// merge brings all rows of one store into another.
func merge(t testing.TB, from, to *Store, size int) []exchange.Merged {
	t.Helper()
	out, err := to.Merge(t.Context(), deliveries(t, from, size))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// cardStates are what the log says of all cards, by name.
func cardStates(t testing.TB, s *Store) map[string]journal.CardState {
	t.Helper()
	all := map[string]journal.CardState{}
	for c, err := range s.Cards(t.Context(), Query{}, at(0, 0)) {
		if err != nil {
			t.Fatal(err)
		}
		if !c.Retired { // which text a card had last that is gone is a machine's own
			all[c.ID] = c.CardState
		}
	}
	return all
}

// alike fails unless two stores know the same of all cards, and have one digest.
func alike(t testing.TB, a, b *Store) {
	t.Helper()
	if diff := cmp.Diff(cardStates(t, a), cardStates(t, b)); diff != "" {
		t.Errorf("the states of cards differ:\n%s", diff)
	}
	if x, y := healthy(t, a).Digest, healthy(t, b).Digest; x != y {
		t.Errorf("the digests differ: %s, %s", x, y)
	}
}

func TestMergedLogsAreOne(t *testing.T) {
	for _, size := range []int{1, 3, segment.MaxRows} {
		a, b := newStore(t), newStore(t)
		maths := deck("maths", 6)
		apply(t, a, maths)
		apply(t, b, maths)
		card := func(i int) string { return maths.Facts[i].Cards[0].ID }
		for day := range 4 {
			grade(t, a, card(day), scheduler.Good, at(day, 0))
			grade(t, b, card(day), scheduler.Again, at(day, time.Minute))
			grade(t, b, card(5-day), scheduler.Easy, at(day, time.Hour))
			if day == 2 {
				merge(t, a, b, size)
			}
		}
		if _, err := b.Undo(t.Context(), at(5, 0)); err != nil {
			t.Fatal(err)
		}
		merge(t, a, b, size)
		if out := merge(t, b, a, size); len(out) != 2 || out[0].Rows+out[1].Rows != 10 || out[0].Answers+out[1].Answers != 8 {
			t.Errorf("what came is told as %+v", out)
		}
		alike(t, a, b)
		for _, m := range append(merge(t, b, a, size), merge(t, a, b, size)...) {
			if m.Rows != 0 || m.Stopped != nil {
				t.Errorf("a second time there comes %+v", m)
			}
		}
		alike(t, a, b)
		// Each takes back its own acts only, and goes on after all rows.
		if undone, err := a.Undo(t.Context(), at(6, 0)); err != nil || undone[0].Device != a.Device() {
			t.Errorf("undone is %+v, %v", undone, err)
		}
		merge(t, a, b, size)
		alike(t, a, b)
	}
}

// An alias that comes from elsewhere takes the history along, whether the card is
// called so here already or not.
func TestMergedAliases(t *testing.T) {
	a, b, c := newStore(t), newStore(t), newStore(t)
	maths := deck("maths", 3)
	for _, s := range []*Store{a, b, c} {
		apply(t, s, maths)
	}
	old := maths.Facts[0].Cards[0].ID
	grade(t, a, old, scheduler.Good, at(0, 0))
	grade(t, b, old, scheduler.Hard, at(0, time.Minute))
	renamed := deck("maths", 3)
	f := &renamed.Facts[0]
	f.Key = "another"
	f.Cards[0].ID = decks.CardID("maths", f.Key, "card")
	if _, err := a.applyAs(t.Context(), Compiled{Root: "/decks", Decks: []*decks.Deck{renamed}, Whole: true},
		renames(decks.Alias{From: old, To: f.Cards[0].ID}), at(1, 0)); err != nil {
		t.Fatal(err)
	}
	grade(t, a, f.Cards[0].ID, scheduler.Good, at(2, 0))
	merge(t, a, b, 1)
	merge(t, a, c, 1)
	merge(t, b, c, 1)
	merge(t, b, a, 1)
	want := cardStates(t, a)[f.Cards[0].ID]
	if want.Reps != 3 {
		t.Errorf("%d answers count", want.Reps)
	}
	for _, s := range []*Store{b, c} {
		if got := cardStates(t, s)[f.Cards[0].ID]; got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
}

// What does not follow is not taken, and the rest is.
func TestRowsThatDoNotFollow(t *testing.T) {
	a, b := newStore(t), newStore(t)
	maths := deck("maths", 6)
	apply(t, a, maths)
	apply(t, b, maths)
	for i := range 4 {
		grade(t, a, maths.Facts[i].Cards[0].ID, scheduler.Good, at(i, 0))
	}
	all := deliveries(t, a, 1)
	d := all[slices.IndexFunc(all, func(d exchange.Delivery) bool { return d.Device == a.Device() })]
	n := len(d.Segments)
	broken := func() (*segment.Segment, error) { return nil, segment.ErrNotWhole }
	for _, step := range []struct {
		segments []func() (*segment.Segment, error)
		rows     int
		stopped  error
	}{
		{d.Segments[n-2:], 0, exchange.ErrGap},
		{append(slices.Clone(d.Segments[:n-2]), broken, d.Segments[n-1]), n - 2, segment.ErrNotWhole},
		{slices.Concat(d.Segments[:1], d.Segments[1:2], d.Segments[1:2], d.Segments), 2, nil},
	} {
		out, err := b.Merge(t.Context(), []exchange.Delivery{{Device: d.Device, Segments: step.segments}})
		if err != nil || out[0].Rows != step.rows || !errors.Is(out[0].Stopped, step.stopped) {
			t.Errorf("%+v, %v; want %d rows, %v", out, err, step.rows, step.stopped)
		}
	}
	merge(t, b, a, 1)
	alike(t, a, b)
}

// Rows that take back what is not there yet wait for it.
func TestRowsThatWaitForOthers(t *testing.T) {
	a, b, c := newStore(t), newStore(t), newStore(t)
	maths := deck("maths", 2)
	for _, s := range []*Store{a, b, c} {
		apply(t, s, maths)
	}
	grade(t, a, maths.Facts[0].Cards[0].ID, scheduler.Good, at(90, 0))
	merge(t, a, b, 1)
	if _, err := b.UndoFuture(t.Context(), at(1, 0)); err != nil {
		t.Fatal(err)
	}
	grade(t, b, maths.Facts[1].Cards[0].ID, scheduler.Good, at(2, 0))
	all := deliveries(t, b, 1)
	if all[0].Device == a.Device() {
		slices.Reverse(all)
	}
	out, err := c.Merge(t.Context(), all[:1])
	if err != nil || !errors.Is(out[0].Stopped, exchange.ErrWaiting) {
		t.Errorf("%+v, %v", out, err)
	}
	healthy(t, c)
	if out, err = c.Merge(context.Background(), all); err != nil || out[0].Stopped != nil || out[1].Stopped != nil {
		t.Errorf("%+v, %v", out, err)
	}
	merge(t, c, b, 1)
	alike(t, b, c)
}

// A machine whose clock is ahead keeps its answers, and puts nobody else's clock ahead.
func TestAClockThatIsAhead(t *testing.T) {
	a, b := newStore(t), newStore(t)
	maths := deck("maths", 2)
	apply(t, a, maths)
	apply(t, b, maths)
	card := maths.Facts[0].Cards[0].ID
	now := scheduler.DefaultCalendar.Moment(time.Now())
	grade(t, a, card, scheduler.Good, scheduler.DefaultCalendar.Moment(time.Now().AddDate(1, 0, 0)))
	grade(t, b, card, scheduler.Good, now)
	merge(t, a, b, 1)
	for range 2 {
		if r := grade(t, b, card, scheduler.Hard, now); r.Clock > now.At+1000 {
			t.Errorf("the clock is %v ahead", time.Duration(r.Clock-now.At)*time.Millisecond)
		}
	}
	grade(t, b, maths.Facts[1].Cards[0].ID, scheduler.Good, now)
	merge(t, b, a, 1)
	alike(t, a, b)
	if got := cardStates(t, b)[card].Reps; got != 4 {
		t.Errorf("%d answers count", got)
	}
}

// What a machine set whose clock is ahead counts for more than what is set now, in the
// tables as in the log.
func TestOptionsOfAClockThatIsAhead(t *testing.T) {
	a, b := newStore(t), newStore(t)
	maths := deck("maths", 2)
	apply(t, a, maths)
	apply(t, b, maths)
	set := func(s *Store, retention string, now scheduler.Moment) {
		t.Helper()
		if err := s.Set(t.Context(), "maths", map[string]string{"retention": retention}, now); err != nil {
			t.Fatal(err)
		}
	}
	now := scheduler.DefaultCalendar.Moment(time.Now())
	set(a, "0.95", scheduler.DefaultCalendar.Moment(time.Now().AddDate(1, 0, 0)))
	merge(t, a, b, 1)
	set(b, "0.8", now)
	merge(t, b, a, 1)
	alike(t, a, b)
	if got, err := b.Settings(t.Context(), "maths"); err != nil || got["retention"] != "0.95" {
		t.Errorf("retention is %q, %v", got["retention"], err)
	}
}

// Of a machine whose clock went ahead, what it wrote before that comes before what is
// written next here.
func TestWhatCameBeforeAClockWentAhead(t *testing.T) {
	a, b := newStore(t), newStore(t)
	maths := deck("maths", 8)
	apply(t, a, maths)
	apply(t, b, maths)
	later := func(d time.Duration) scheduler.Moment { return scheduler.DefaultCalendar.Moment(time.Now().Add(d)) }
	var last journal.Row
	for i := range 8 {
		d := time.Duration(i+1) * time.Hour
		if i >= 3 {
			d += 1000 * time.Hour
		}
		r := grade(t, a, maths.Facts[i].Cards[0].ID, scheduler.Good, later(d))
		if i < 3 {
			last = r
		}
	}
	merge(t, a, b, 1)
	if r := grade(t, b, maths.Facts[0].Cards[0].ID, scheduler.Hard, later(0)); r.Clock != last.Clock+1 {
		t.Errorf("the next row has clock %d, after %d", r.Clock, last.Clock)
	}
}
