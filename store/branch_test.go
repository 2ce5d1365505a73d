package store

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/store/segment"
)

// ofOneHome are collections that wrote as one device: each is a copy of one before it, as
// of says, which gave an answer before.
func ofOneHome(t *testing.T, maths *decks.Deck, of ...int) []*Store {
	t.Helper()
	first := newStore(t)
	apply(t, first, maths)
	all := []*Store{first}
	for i, from := range of {
		grade(t, all[from], maths.Facts[i].Cards[0].ID, scheduler.Good, at(i, 0))
		all = append(all, copyOf(t, all[from]))
	}
	return all
}

// ofOnePlace are two collections that wrote as one device, each with a replica of a place
// that the first had been in.
func ofOnePlace(t *testing.T, maths *decks.Deck) (a, b *Store, p, q *replica) {
	t.Helper()
	a, p = newStore(t), newReplica()
	apply(t, a, maths)
	grade(t, a, maths.Facts[0].Cards[0].ID, scheduler.Good, at(0, 0))
	member(t, a, p, "laptop")
	meets(t, a, p)
	return a, copyOf(t, a), p, p.copy()
}

// expectOnce fails unless all collections are alike, and each of the first n cards has
// one answer.
func expectOnce(t *testing.T, all []*Store, maths *decks.Deck, n int) {
	t.Helper()
	for _, s := range all[1:] {
		alike(t, all[0], s)
	}
	states := cardStates(t, all[0])
	for i := range n {
		if got := states[maths.Facts[i].Cards[0].ID].Reps; got != 1 {
			t.Errorf("of card %d count %d answers", i, got)
		}
	}
}

// Of any number of copies that all wrote before any of them exchanged every answer counts
// once, also rows that some of them share and others do not, whoever comes first.
func TestLiveCopies(t *testing.T) {
	unraced(t)
	for _, order := range [][]int{{0, 1, 2, 3}, {3, 2, 1, 0}, {1, 3, 0, 2}, {2, 0, 3, 1}} {
		for what, of := range map[string][]int{"of one": {0, 0, 0}, "each of the one before": {0, 1, 2}, "of two": {0, 0, 1}} {
			maths := deck("maths", 12)
			all := ofOneHome(t, maths, of...)
			for i, s := range all {
				grade(t, s, maths.Facts[3+2*i].Cards[0].ID, scheduler.Good, at(5, 0))
				grade(t, s, maths.Facts[4+2*i].Cards[0].ID, scheduler.Good, at(5, time.Duration(i)*time.Minute))
			}
			p := newReplica()
			for _, i := range order {
				member(t, all[i], p, "machine")
			}
			for range 3 {
				for _, i := range order {
					meets(t, all[i], p)
				}
			}
			t.Logf("%s, in the order %v", what, order)
			expectOnce(t, all, maths, 11)
		}
	}
}

// Rows that two machines moved to a branch by different ways are at the same place.
func TestRowsThatWereMovedTwice(t *testing.T) {
	maths := deck("maths", 12)
	all := ofOneHome(t, maths, 0, 1) // the second and the third share a row that the first has not
	for i, s := range all {
		grade(t, s, maths.Facts[2+i].Cards[0].ID, scheduler.Good, at(5, 0))
	}
	a, b, c := all[0], all[1], all[2]
	p, q := newReplica(), newReplica()
	member(t, a, p, "laptop")
	meets(t, a, p)
	for name, data := range p.objects {
		q.objects[name] = data
	}
	member(t, b, p, "desktop")
	meets(t, b, p) // its rows make way all at once
	member(t, c, q, "phone")
	meets(t, c, q) // as do those here
	for name := range q.objects {
		q.carry(name, p, 0)
	}
	for range 3 {
		for _, s := range all {
			meets(t, s, p)
		}
	}
	expectOnce(t, all, maths, 5)
}

// An undo follows the row that it takes back, whoever wrote it, and whatever that is
// called later.
func TestAnUndoFollowsItsRow(t *testing.T) {
	maths := deck("maths", 12)
	all := ofOneHome(t, maths, 0)
	a, b := all[0], all[1]
	grade(t, a, maths.Facts[1].Cards[0].ID, scheduler.Good, at(2, 0))
	grade(t, b, maths.Facts[2].Cards[0].ID, scheduler.Good, at(90, 0))
	other := newStore(t)
	apply(t, other, maths)
	merge(t, b, other, 1) // it knows the rows of the copy by the name that both have
	if taken, err := other.UndoFuture(t.Context(), at(3, 0)); err != nil || len(taken) != 1 {
		t.Fatalf("%v, %v", taken, err)
	}
	p := newReplica()
	for range 3 {
		for _, s := range []*Store{a, other, b} {
			member(t, s, p, "machine")
			meets(t, s, p)
		}
	}
	all = append(all, other)
	expectOnce(t, all, maths, 2)
	if got := cardStates(t, a)[maths.Facts[2].Cards[0].ID].Reps; got != 0 {
		t.Errorf("of the answer that was taken back count %d", got)
	}
	// An export says it, too.
	var export bytes.Buffer
	if err := b.Export(t.Context(), &export); err != nil {
		t.Fatal(err)
	}
	imported := newStore(t)
	if err := imported.Import(t.Context(), &export); err != nil {
		t.Fatal(err)
	}
	alike(t, a, imported)
}

// Undo takes back the learner's last act after rows of before got other names, too, and
// none of the copy that has the name now.
func TestUndoAfterABranch(t *testing.T) {
	maths := deck("maths", 12)
	all := ofOneHome(t, maths, 0)
	a, b := all[0], all[1]
	grade(t, a, maths.Facts[1].Cards[0].ID, scheduler.Good, at(2, 0))
	grade(t, b, maths.Facts[2].Cards[0].ID, scheduler.Good, at(2, 0))
	if err := b.Renew(t.Context()); err != nil {
		t.Fatal(err)
	}
	last := grade(t, b, maths.Facts[3].Cards[0].ID, scheduler.Good, at(3, 0))
	merge(t, a, b, 1)
	for _, want := range []string{last.Card, maths.Facts[2].Cards[0].ID} {
		if got, err := b.Undo(t.Context(), at(4, 0)); err != nil || got[0].Card != want {
			t.Errorf("undo takes back an act on %v, %v; want %s", got, err, want)
		}
	}
	if got, err := b.Undo(t.Context(), at(4, 0)); !errors.Is(err, ErrNothing) { // the rest is the other's
		t.Errorf("undo takes back %v, %v", got, err)
	}
}

// A learner's act of several rows is taken back as one after they got other names.
func TestUndoOfAnActThatMoved(t *testing.T) {
	maths := deck("maths", 12)
	all := ofOneHome(t, maths, 0)
	a, b := all[0], all[1]
	grade(t, a, maths.Facts[1].Cards[0].ID, scheduler.Good, at(2, 0))
	if err := b.Set(t.Context(), "maths", map[string]string{"new": "3", "retention": "0.8"}, at(2, 0)); err != nil {
		t.Fatal(err)
	}
	merge(t, a, b, 1)
	if got, err := b.Undo(t.Context(), at(4, 0)); err != nil || len(got) != 2 {
		t.Errorf("undo takes back %v, %v", got, err)
	}
	healthy(t, b)
}

// Two copies wrote segments of different extents: the one that does not go furthest is
// looked into as well.
func TestSegmentsSideBySide(t *testing.T) {
	maths := deck("maths", 12)
	a, b, p, q := ofOnePlace(t, maths)
	grade(t, a, maths.Facts[1].Cards[0].ID, scheduler.Good, at(2, 0))
	meets(t, a, p)
	grade(t, b, maths.Facts[2].Cards[0].ID, scheduler.Good, at(2, 0))
	grade(t, b, maths.Facts[3].Cards[0].ID, scheduler.Good, at(3, 0))
	meets(t, b, q)
	if a.Device() != b.Device() {
		t.Fatal("they know of each other")
	}
	third, r := newStore(t), newReplica()
	apply(t, third, maths)
	bring := func(from *replica) {
		for name := range from.objects {
			if !strings.HasSuffix(name, ".head") { // which would tell that there is more
				from.carry(name, r, 0)
			}
		}
	}
	bring(q)
	member(t, third, r, "phone")
	meets(t, third, r)
	meets(t, b, p) // its rows make way
	meets(t, a, p)
	bring(p)
	meets(t, third, r)
	for i := range 4 {
		if got := cardStates(t, third)[maths.Facts[i].Cards[0].ID].Reps; got != 1 {
			t.Errorf("of card %d count %d answers", i, got)
		}
	}
}

// Rows that lie only in what a syncer took for a conflict, since whoever wrote them went
// back to an old copy, are taken from there.
func TestRowsInAConflictCopyOnly(t *testing.T) {
	maths := deck("maths", 12)
	a, b, p, q := ofOnePlace(t, maths)
	old := copyOf(t, b)
	grade(t, a, maths.Facts[1].Cards[0].ID, scheduler.Good, at(2, 0))
	meets(t, a, p)
	grade(t, b, maths.Facts[2].Cards[0].ID, scheduler.Good, at(2, 0))
	meets(t, b, q)
	conflicts := 0
	for _, name := range segmentsOf(t, q, b.Device()) {
		if data := p.objects[name]; data != nil && !bytes.Equal(data, q.objects[name]) {
			p.objects[strings.TrimSuffix(name, ".seg")+".sync-conflict-20261130-120000-ABCDEFG.seg"] = q.objects[name]
			conflicts++
		}
	}
	if conflicts != 1 {
		t.Fatalf("%d files are in conflict", conflicts)
	}
	for range 3 {
		for _, s := range []*Store{a, old} {
			meets(t, s, p)
		}
	}
	expectOnce(t, []*Store{a, old}, maths, 3)
}

// What comes under a name keeps it, also where its rows are known as those of a branch:
// rows that have the name here would not get into the place.
func TestANameThatIsTaken(t *testing.T) {
	maths := deck("maths", 12)
	all := ofOneHome(t, maths, 0)
	a, b := all[0], all[1]
	device := b.Device()
	grade(t, a, maths.Facts[1].Cards[0].ID, scheduler.Good, at(2, 0))
	grade(t, b, maths.Facts[2].Cards[0].ID, scheduler.Good, at(2, 0))
	theirs := deliveries(t, b, segment.MaxRows)
	merge(t, a, b, 1)
	third := newStore(t)
	apply(t, third, maths)
	merge(t, b, third, segment.MaxRows)
	for _, want := range []int64{3, 2} { // the row of the first collection, then none
		tips, err := deviceTips(t.Context(), third.db)
		if err != nil || tips[device].Seq != want {
			t.Errorf("under the name there are %d rows, %v; want %d", tips[device].Seq, err, want)
		}
		if _, err := third.Merge(t.Context(), theirs); err != nil {
			t.Fatal(err)
		}
	}
	expectOnce(t, []*Store{third}, maths, 3)
	healthy(t, third)
}
