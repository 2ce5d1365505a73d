package session

import (
	"context"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"kartei/scheduler"
)

// A learner does anything that a session allows, in any order, and goes away
// and comes back at will.
type learner struct {
	*collection
	decks   []Deck
	set     Settings
	time    time.Time
	session *Session
	depth   int // events that this session can take back
}

func newLearner(t *rapid.T) *learner {
	options := func(name string) *scheduler.Policy {
		return policy(t, func(o *scheduler.Options) {
			o.New = rapid.IntRange(0, 6).Draw(t, name+" new")
			o.Reviews = rapid.IntRange(0, 8).Draw(t, name+" reviews")
			o.Order = rapid.SampledFrom([]scheduler.Order{scheduler.OrderUrgent, scheduler.OrderShortest, scheduler.OrderRandom}).Draw(t, name+" order")
			o.Mix = rapid.SampledFrom([]scheduler.Mix{scheduler.Mixed, scheduler.NewFirst, scheduler.NewLast}).Draw(t, name+" mix")
			o.Steps = rapid.SampledFrom([]scheduler.Steps{nil, {scheduler.Minute, 10 * scheduler.Minute}, {26 * scheduler.Hour}, {10 * scheduler.Minute, 3 * scheduler.Hour, 72 * scheduler.Hour}}).Draw(t, name+" steps")
			o.Relearning = rapid.SampledFrom([]scheduler.Steps{nil, {10 * scheduler.Minute}, {2 * scheduler.Hour}}).Draw(t, name+" relearning")
			if rapid.Bool().Draw(t, name+" bury by kind") {
				o.BuryNew, o.BuryReviews, o.BuryLearning = rapid.Bool().Draw(t, "new"), rapid.Bool().Draw(t, "reviews"), rapid.Bool().Draw(t, "learning")
			}
			o.LearnAhead = rapid.SampledFrom([]scheduler.Delay{0, 20 * scheduler.Minute, 3 * scheduler.Hour}).Draw(t, name+" learn ahead")
			if rapid.IntRange(0, 3).Draw(t, name+" has an exam") == 0 {
				o.Exam = at(start).Day + scheduler.Day(rapid.IntRange(1, 12).Draw(t, name+" exam"))
			}
			o.Leech, o.LeechSuspend = 2, rapid.Bool().Draw(t, name+" suspend")
		})
	}
	l := &learner{collection: new(collection), time: start, decks: []Deck{
		{ID: 1, Policy: options("1")},
		{ID: 2, Parent: 1, Policy: options("2")},
		{ID: 3, Parent: 1, Policy: options("3"), Random: true},
		{ID: 4, Policy: options("4")},
	}}
	for _, d := range l.decks {
		l.fill(d.ID, rapid.IntRange(0, 12).Draw(t, "cards"), rapid.IntRange(1, 3).Draw(t, "siblings"))
	}
	l.set = Settings{Seed: rapid.Uint64().Draw(t, "seed"), Limit: rapid.IntRange(0, 5).Draw(t, "limit"), Defer: rapid.IntRange(0, 5).Draw(t, "defer")}
	l.reopen(t)
	return l
}

func (l *learner) now() scheduler.Moment { return at(l.time) }

func (l *learner) reopen(t *rapid.T) {
	l.session, l.depth = open(t, l.collection, l.decks, l.set, l.now()), 0
}

func (l *learner) Answer(t *rapid.T) {
	s := l.session
	step := next(t, s, l.now())
	if step.Kind != Ask {
		t.Skip("nothing to ask")
	}
	if it := l.byID[step.Card.Card]; it.suspended || it.retired || it.buried == l.now().Day {
		t.Fatalf("asks %s, which is put off", step.Card.Card)
	}
	if diff := gocmp.Diff(l.byID[step.Card.Card].Memory, step.Card.Memory); diff != "" {
		t.Fatalf("session and store disagree about %s (-store +session):\n%s", step.Card.Card, diff)
	}
	g := scheduler.Grade(rapid.IntRange(1, 4).Draw(t, "grade"))
	preview := s.Preview(l.now())
	a := answer(t, s, l.collection, g, l.now(), time.Second)
	if diff := gocmp.Diff(preview[g-1], a.Outcome); diff != "" {
		t.Fatalf("the answer is not what was previewed:\n%s", diff)
	}
	if a.Outcome.Suspend {
		l.byID[a.Card.Card].suspended = true
	}
	if err := s.Commit(a); err != ErrStale {
		t.Fatalf("committed an answer twice: %v", err)
	}
	l.depth++
}

func (l *learner) Drop(t *rapid.T) {
	step := next(t, l.session, l.now())
	if step.Kind != Ask {
		t.Skip("nothing to put off")
	}
	kind, do := Buried, l.session.Bury
	if rapid.Bool().Draw(t, "for good") {
		kind, do = Suspended, l.session.Suspend
	}
	l.append(entry{card: l.byID[step.Card.Card], now: l.now(), kind: kind}, scheduler.Memory{})
	if err := do(step.Card.Card, l.now()); err != nil {
		t.Fatal(err)
	}
	l.depth++
}

// Edit takes the card being asked out of its deck.
func (l *learner) Edit(t *rapid.T) {
	step := next(t, l.session, l.now())
	if step.Kind != Ask {
		t.Skip("nothing to take out")
	}
	gone := l.byID[step.Card.Card]
	gone.retired = true
	if err := l.session.Drop(gone.Card, l.now()); err != nil {
		t.Fatal(err)
	}
}

func (l *learner) Undo(t *rapid.T) {
	last, ok := l.session.Last()
	if !ok {
		t.Skip("nothing to undo")
	}
	if last.Outcome.Suspend {
		l.byID[last.Card.Card].suspended = false
	}
	l.undo()
	undone, _ := l.session.Undo()
	l.depth--
	if diff := gocmp.Diff(last, undone); diff != "" {
		t.Fatalf("undo took back something else:\n%s", diff)
	}
	if l.byID[last.Card.Card].retired {
		return
	}
	if step := next(t, l.session, l.now()); step.Kind != Ask || step.Card.Card != last.Card.Card {
		t.Fatalf("after undoing %s: %+v", last.Card.Card, step)
	}
	if diff := gocmp.Diff(l.byID[last.Card.Card].Memory, next(t, l.session, l.now()).Card.Memory); diff != "" {
		t.Fatalf("undo did not restore the memory:\n%s", diff)
	}
}

// Foretell compares what the days ahead are to bring with what they then ask, if
// nothing that is asked comes back: each is played on a copy, and what it asked
// is taken away.
func (l *learner) Foretell(t *rapid.T) {
	const days = 3
	set := Settings{Seed: l.set.Seed}
	forecast, err := NewCounter(l.collection, l.decks, l.now()).Ahead(context.Background(), set, days)
	if err != nil {
		t.Fatal(err)
	}
	world, clock := l.clone(), l.time
	for i := range days + 1 {
		if i > 0 {
			if came := open(t, world, l.decks, set, at(clock)).Left(); came != forecast[i-1].Left || forecast[i-1].Day != at(clock).Day {
				t.Fatalf("%+v was to come, and on %v %+v came", forecast[i-1], at(clock).Day, came)
			}
		}
		for _, card := range l.playOut(t, world.clone(), set, clock) {
			world.byID[card].suspended = true
		}
		clock = time.Date(2026, 11, 23, 5, 0, 0, 0, time.UTC).AddDate(0, 0, int(at(clock).Day-at(start).Day)+1)
	}
}

// playOut answers all of a day, and returns the cards that were asked.
func (l *learner) playOut(t *rapid.T, c *collection, set Settings, clock time.Time) (cards []string) {
	s := open(t, c, l.decks, set, at(clock))
	for {
		step := next(t, s, at(clock))
		switch step.Kind {
		case End:
			return cards
		case Wait:
			clock = time.UnixMilli(step.Due).UTC()
			continue
		}
		if !step.Repeat {
			cards = append(cards, step.Card.Card)
		}
		answer(t, s, c, scheduler.Good, at(clock), time.Second)
	}
}

// clone copies a collection.
func (c *collection) clone() *collection {
	copied := &collection{byID: make(map[string]*item)}
	for _, it := range c.cards {
		one := *it
		copied.cards, copied.byID[it.Card] = append(copied.cards, &one), &one
	}
	for _, e := range c.log {
		e.card = copied.byID[e.card.Card]
		copied.log = append(copied.log, e)
	}
	return copied
}

// Reset makes any card new again, in another window. The session hears of it
// when it is opened next.
func (l *learner) Reset(t *rapid.T) {
	if len(l.cards) == 0 {
		t.Skip("no cards")
	}
	it := rapid.SampledFrom(l.cards).Draw(t, "card")
	l.append(entry{card: it, now: l.now(), kind: reset}, scheduler.Memory{})
	l.reopen(t)
}

func (l *learner) Wait(t *rapid.T) {
	l.time = l.time.Add(time.Duration(rapid.Int64Range(0, int64(3*time.Hour)).Draw(t, "wait")))
}

func (l *learner) Sleep(t *rapid.T) {
	l.time = l.time.Add(24 * time.Hour)
	l.reopen(t)
}

// Plan is what happens while the learner looks at the first question.
func (l *learner) Plan(t *rapid.T) {
	if !l.session.Deferred() {
		t.Skip("the day is planned")
	}
	asked := next(t, l.session, l.now())
	if _, err := l.session.Fetch(context.Background()); err != nil {
		t.Fatal(err)
	}
	if after := next(t, l.session, l.now()); asked.Kind == Ask && after.Card.Card != asked.Card.Card {
		t.Fatalf("asks %s, and when the day is planned %s", asked.Card.Card, after.Card.Card)
	}
}

func (l *learner) Restart(t *rapid.T) {
	planned := !l.session.Deferred()
	before := l.session.Left()
	sameDay := l.session.day == l.now().Day && l.set.Limit == 0 && len(l.session.events) == 0
	l.reopen(t)
	if after := l.session.Left(); sameDay && planned && !l.session.Deferred() && after != before {
		t.Fatalf("left before restart %+v, after %+v", before, after)
	}
}

// Check holds after every action.
func (l *learner) Check(t *rapid.T) {
	if next(t, l.session, l.now()).Kind == Ask && l.session.Left().Total() == 0 {
		t.Fatal("a card is asked, but none is left")
	}
	l.checkCounts(t)
	load := l.session.state.load
	if due, _ := l.Load(context.Background(), load.First, len(load.Due)); !slices.Equal(due, load.Due) {
		t.Fatalf("planned in the session %v, in the store %v", load.Due, due)
	}
	done, _ := l.Done(context.Background(), l.now().Day)
	facts, perDeck := map[int64]string{}, map[int64]*[3]int{}
	for _, a := range done {
		decks := l.around(a.Deck)
		if other := facts[a.Fact]; other != "" && keepsApart(decks[len(decks)-1]) {
			t.Fatalf("siblings %s and %s on one day", other, a.Card)
		}
		facts[a.Fact] = a.Card
		for _, d := range decks {
			if perDeck[d.ID] == nil {
				perDeck[d.ID] = new([3]int)
			}
			perDeck[d.ID][kindOf(a.State)]++
			if o, n := d.Policy.Options(), perDeck[d.ID]; !l.examined() && n[newCards] > o.New || !l.examined() && n[reviews] > o.Reviews {
				t.Fatalf("deck %d: %d new cards and %d reviews on one day, its limits are %d and %d", d.ID, n[newCards], n[reviews], o.New, o.Reviews)
			}
		}
	}
	if limit := l.set.Limit; limit > 0 && l.session.Summary().Cards > limit {
		t.Fatalf("more than %d different cards", limit)
	}
}

// examined reports whether an exam may stretch limits.
func (l *learner) examined() bool {
	return slices.ContainsFunc(l.decks, func(d Deck) bool { return d.Policy.Options().Exam > 0 })
}

func keepsApart(d Deck) bool {
	o := d.Policy.Options()
	return o.BuryNew && o.BuryReviews && o.BuryLearning
}

// checkCounts compares what is left of the session with what another one that
// is opened now has, and with what is counted of it.
func (l *learner) checkCounts(t *rapid.T) {
	if l.set.Limit > 0 || l.session.day != l.now().Day {
		return
	}
	next(t, l.session, l.now())
	left := l.session.Left()
	set := l.set
	set.Defer = 0
	if fresh := open(t, l.collection, l.decks, set, l.now()).Left(); fresh != left {
		t.Fatalf("%+v are left, %+v in a session that is opened now", left, fresh)
	}
	if count, err := NewCounter(l.collection, l.decks, l.now()).Count(context.Background(), l.set); count.Left != left || err != nil {
		t.Fatalf("%+v are left, %+v are counted (%v)", left, count.Left, err)
	}
}

func (l *learner) around(deck int64) []Deck {
	for _, d := range l.decks {
		if d.ID == deck {
			if d.Parent == 0 {
				return []Deck{d}
			}
			return append(l.around(d.Parent), d)
		}
	}
	return nil
}

func TestSessionLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := newLearner(t)
		t.Repeat(map[string]func(*rapid.T){
			"answer": l.Answer, "again": l.Answer, "drop": l.Drop, "undo": l.Undo,
			"edit": l.Edit, "reset": l.Reset, "foretell": l.Foretell, "plan": l.Plan, "wait": l.Wait, "sleep": l.Sleep, "restart": l.Restart, "": l.Check,
		})
	})
}

// state that two sessions have in common if they will do the same for ever.
func diffSessions(a, b *Session) string {
	return gocmp.Diff(a.state, b.state,
		gocmp.AllowUnexported(state{}, progress{}, dueAt{}), cmpopts.IgnoreFields(state{}, "head"), cmpopts.EquateEmpty())
}

func TestUndoIsNeverHappened(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := newLearner(t)
		l.set.Limit, l.set.Defer = 0, 0
		l.reopen(t)
		twin := open(t, l.collection, l.decks, l.set, l.now())
		grades := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) scheduler.Grade {
			return scheduler.Grade(rapid.IntRange(1, 4).Draw(t, "grade"))
		}), 0, 20).Draw(t, "grades")
		stay := rapid.IntRange(0, len(grades)).Draw(t, "grades that stand")
		answerAll := func(s *Session, grades []scheduler.Grade) {
			for i, g := range grades {
				now := at(l.time.Add(time.Duration(i) * 17 * time.Second))
				if next(t, s, now).Kind != Ask {
					return
				}
				a, err := s.Grade(g, now, time.Second)
				if err != nil {
					t.Fatal(err)
				}
				if err := s.Commit(a); err != nil {
					t.Fatal(err)
				}
			}
		}
		answerAll(l.session, grades)
		for len(l.session.events) > stay {
			l.session.Undo()
		}
		answerAll(twin, grades[:stay])
		if diff := diffSessions(twin, l.session); diff != "" {
			t.Fatalf("a session with answers taken back differs from one without (-without +with):\n%s", diff)
		}
		if l.session.Left() != twin.Left() {
			t.Fatal("counts left differ")
		}
	})
}
