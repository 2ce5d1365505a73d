package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/scheduler/session"
	"kartei/store/journal"
	"kartei/store/queue"
)

// The law of counts: in random collections over random days, with siblings,
// folders, limits, tags, exams, steps from a minute to three days, undo,
// suspension, postponement, resets and edits, what stands beside a deck is what
// its session says and then asks, before, during and after it; and what a day
// was to bring is what then comes if nothing else happens.
//
// KARTEI_LAWS=20000 tells so many stories; a story that fails is told again
// alone by KARTEI_LAW=N.
func TestCountsAreWhatIsAsked(t *testing.T) {
	unraced(t)
	stories, first := laws(100), 0
	if one, err := strconv.Atoi(os.Getenv("KARTEI_LAW")); err == nil {
		first, stories = one, one+1
	}
	blank := filepath.Join(t.TempDir(), "blank.db")
	openPlain(t, blank).Close()
	var told telling
	for i := first; i < stories && !t.Failed(); i++ {
		tellCounts(t, i, blank, &told)
	}
	t.Logf("%d stories: %d comparisons of list and header, %d sessions played to their end, %d cards asked, %d days forecast", stories-first, told.compared, told.played, told.asked, told.forecast)
	if first == 0 && stories >= 20 && (told.played < stories || told.forecast < stories/2) {
		t.Error("the stories tell too little")
	}
}

// telling is what the stories came to.
type telling struct{ compared, played, asked, forecast int }

// A life is one story.
type life struct {
	*testing.T
	*telling
	n     int // of the story
	dice  *rand.Rand
	store *Store
	clock time.Time
	decks []*decks.Deck
	names []string // of decks and folders; "" is all
	acts  []string
}

func tellCounts(t *testing.T, n int, blank string, told *telling) {
	t.Helper()
	l := &life{T: t, telling: told, n: n, dice: rand.New(rand.NewPCG(uint64(n), 16)), clock: time.Date(2026, 11, 23, 9, 0, 0, 0, time.FixedZone("", 3600))}
	path := memoryFile(t)
	defer os.Remove(path)
	l.copyTo(blank, path)
	l.store = openPlain(t, path)
	defer func() { l.store.Close() }()
	l.write()
	for range 2 + l.dice.IntN(5) {
		for range l.dice.IntN(4) {
			l.act()
		}
		for range 1 + l.dice.IntN(2) {
			l.sit()
			l.clock = l.clock.Add(time.Duration(l.dice.IntN(180)) * time.Minute)
		}
		if l.dice.IntN(8) == 0 {
			l.foretell()
		}
		if l.Failed() {
			return
		}
		days := []int{1, 1, 1, 2, 4, 30, 120}[l.dice.IntN(7)]
		l.clock = time.Date(l.clock.Year(), l.clock.Month(), l.clock.Day()+days, 5+l.dice.IntN(20), l.dice.IntN(60), 0, 0, l.clock.Location())
		l.did("--- %s", l.now().Day)
	}
}

// memoryFile is a file that is lost with the machine, where there are such: the
// law is about numbers, and a power cut has tests of its own.
func memoryFile(t testing.TB) string {
	folder := "/dev/shm"
	if _, err := os.Stat(folder); err != nil {
		folder = ""
	}
	f, err := os.CreateTemp(folder, "kartei-law-*.db")
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	t.Cleanup(func() {
		for _, end := range []string{"", "-wal", "-shm", ".head", ".lock"} {
			os.Remove(f.Name() + end)
		}
	})
	return f.Name()
}

func (l *life) copyTo(from, to string) {
	l.Helper()
	text, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, text, 0o600)
	}
	if err != nil {
		l.Fatal(err)
	}
}

func (l *life) now() scheduler.Moment { return scheduler.DefaultCalendar.Moment(l.clock) }

func (l *life) did(form string, args ...any) { l.acts = append(l.acts, fmt.Sprintf(form, args...)) }

func (l *life) failf(form string, args ...any) {
	l.Helper()
	l.Fatalf("story %d: %s\nafter:\n  %s", l.n, fmt.Sprintf(form, args...), strings.Join(l.acts, "\n  "))
}

func (l *life) must(err error) {
	l.Helper()
	if err != nil {
		l.failf("%v", err)
	}
}

func pick[T any](l *life, from ...T) T { return from[l.dice.IntN(len(from))] }

// write makes the decks and sets their options.
func (l *life) write() {
	all := []string{"a", "a/b", "a/b/c", "d/e", "d/f", "g"}
	l.names = append(slices.Clone(all), "d", "")
	for _, name := range all {
		if l.dice.IntN(2) == 0 {
			continue
		}
		d := deck(name, 0)
		if l.dice.IntN(3) == 0 {
			d.Order = decks.Random
		}
		for i := range 1 + l.dice.IntN(6) {
			addFact(d, fmt.Sprint("f", i), fmt.Sprintf("%s %d?", name, i), "x")
			f := &d.Facts[i]
			for k := range l.dice.IntN(3) {
				more := f.Cards[0]
				more.Name, more.Prompt = fmt.Sprint("more", k), fmt.Sprintf("%s %d, %d?", name, i, k)
				more.ID, more.Hash = decks.CardID(d.ID, f.Key, more.Name), more.ItemHash()
				f.Cards = append(f.Cards, more)
			}
		}
		l.decks = append(l.decks, d)
	}
	l.compile()
	for _, name := range l.names {
		if l.dice.IntN(2) == 0 {
			l.choose(name)
		}
	}
}

func (l *life) compile() {
	l.Helper()
	_, err := l.store.Apply(l.Context(), Compiled{Root: "/law", Decks: l.decks, Whole: true}, l.now())
	l.must(err)
}

// choose sets options of a deck or a folder.
func (l *life) choose(name string) {
	onOff := func() string { return pick(l, "on", "off") }
	set := map[string]string{}
	values := map[string]func() string{
		"new": func() string { return fmt.Sprint(l.dice.IntN(7)) }, "reviews": func() string { return fmt.Sprint(l.dice.IntN(7)) },
		"steps": func() string { return pick(l, "none", "1m", "1m 10m", "10m 3h", "26h", "10m 3d", "2h 1d 2d") }, "relearning": func() string { return pick(l, "none", "10m", "3h", "1d") },
		"learn-ahead": func() string { return pick(l, "0m", "20m", "2h") }, "order": func() string { return pick(l, "urgent", "oldest", "shortest", "hardest", "random") },
		"new-order": func() string { return pick(l, "deck", "random") }, "mix": func() string { return pick(l, "mixed", "new-first", "new-last") },
		"bury-new": onOff, "bury-reviews": onOff, "bury-learning": onOff, "leech": func() string { return pick(l, "0", "1", "2") }, "leech-suspend": onOff,
		"exam-pace": func() string { return pick(l, "plan", "limit") },
		"exam":      func() string { return (l.now().Day + scheduler.Day(1+l.dice.IntN(20))).String() },
	}
	for _, option := range slices.Sorted(maps.Keys(values)) {
		if l.dice.IntN(3) == 0 && (name != "" || option != "exam") {
			set[option] = values[option]()
		}
	}
	l.did("options of %q: %v", name, set)
	l.must(l.store.Set(l.Context(), name, set, at(0, 0)))
}

// card is any live card, "" if there is none.
func (l *life) card() string {
	var ids []string
	for c, err := range l.store.Cards(l.Context(), Query{}, l.now()) {
		l.must(err)
		ids = append(ids, c.ID)
	}
	if len(ids) == 0 {
		return ""
	}
	return pick(l, ids...)
}

// act does something to the collection between sessions.
func (l *life) act() {
	l.Helper()
	if l.dice.IntN(4) == 0 {
		l.choose(pick(l, l.names...))
		return
	}
	if l.dice.IntN(6) == 0 {
		l.edit()
		return
	}
	if l.dice.IntN(8) == 0 {
		_, err := l.store.Undo(l.Context(), l.now())
		l.did("undo: %v", err)
		if !errors.Is(err, ErrNothing) {
			l.must(err)
		}
		return
	}
	if card := l.card(); card != "" {
		l.mark(card, pick(l, journal.KindSuspend, journal.KindUnsuspend, journal.KindUnsuspend, journal.KindBury, journal.KindUnbury, journal.KindReset, journal.KindReset))
	}
}

func (l *life) mark(card string, kind journal.Kind) {
	l.Helper()
	e := journal.Entry{Moment: l.now(), Kind: kind, Card: card}
	if kind == journal.KindBury {
		until := l.now().Day + scheduler.Day(l.dice.IntN(2))
		e.Detail.Until = &until
	}
	l.did("%s %s", kind, card)
	_, err := l.store.Append(l.Context(), e, scheduler.Memory{})
	l.must(err)
}

// edit takes a card or a fact out of a deck, or puts a fact into it.
func (l *life) edit() {
	if len(l.decks) == 0 {
		return
	}
	d := pick(l, l.decks...)
	switch i := l.dice.IntN(len(d.Facts) + 1); {
	case i == len(d.Facts):
		addFact(d, fmt.Sprint("more", len(l.acts)), fmt.Sprint("more? ", len(l.acts)), "x")
	case len(d.Facts[i].Cards) > 1:
		d.Facts[i].Cards = d.Facts[i].Cards[1:]
	case len(d.Facts) > 1:
		d.Facts = slices.Delete(d.Facts, i, i+1)
	}
	l.did("edit %s", d.Name)
	l.compile()
}

// tree is the decks as a session takes them, with the ids of those below a name.
func (l *life) tree(name string) (tree []session.Deck, chosen []int64) {
	l.Helper()
	tree, names, err := l.store.Tree(l.Context())
	l.must(err)
	for _, d := range tree {
		if within(names[d.ID], name) {
			chosen = append(chosen, d.ID)
		}
	}
	return tree, chosen
}

// counted is what is counted of a name now.
func (l *life) counted(name string) session.Left {
	l.Helper()
	rest, err := l.store.Rest(l.Context(), []string{name}, queue.Only{}, l.now())
	l.must(err)
	return rest.Left
}

// listed compares the lists with what is counted, and gives what stands beside
// a name.
func (l *life) listed(name string) session.Left {
	l.Helper()
	status, err := l.store.Status(l.Context(), l.now(), 0)
	l.must(err)
	if name == "" {
		return status.All.Left
	}
	for _, d := range status.Decks {
		if d.Name == name {
			l.compared++
			if counted := l.counted(name); counted != d.Left {
				l.failf("%+v stands beside %q, %+v is counted", d.Left, name, counted)
			}
			return d.Left
		}
	}
	return l.counted(name)
}

// sit lets the learner review some decks.
func (l *life) sit() {
	l.Helper()
	name := pick(l, append(l.names, "", "")...)
	tree, chosen := l.tree(name)
	if len(chosen) == 0 {
		return
	}
	list := l.listed(name)
	ses, err := session.Open(l.Context(), l.store.Source(queue.Only{}), tree, session.Settings{Decks: chosen, Defer: pick(l, 0, 1, 3)}, l.now())
	l.must(err)
	l.did("review %q at %s: %+v", name, l.clock.Format("15:04"), list)
	r := &run{life: l, name: name, session: ses, tree: tree, decks: chosen, asked: map[string]bool{}, stay: pick(l, 0, 3, 10, 1000, 1000), calm: l.dice.IntN(3) > 0}
	if left := ses.Left(); left != list {
		l.failf("%+v stands beside %q, its session has %+v", list, name, left)
	}
	if r.play(); l.Failed() || !r.ended {
		return
	}
	if after := l.listed(name); after != (session.Left{}) {
		l.failf("the session of %q is at its end, and %+v stands beside it", name, after)
	}
	if r.calm {
		l.played++
		if r.kinds != list {
			l.failf("%+v stood beside %q, and %+v were asked", list, name, r.kinds)
		}
	}
}

// A run is a session being played.
type run struct {
	*life
	name    string
	session *session.Session
	tree    []session.Deck
	decks   []int64 // chosen
	asked   map[string]bool
	kinds   session.Left // distinct cards asked, as they were counted
	stay    int          // for so many answers
	calm    bool         // nothing but answers
	ended   bool
}

func (r *run) next() session.Step {
	r.Helper()
	for {
		step := r.session.Next(r.now())
		if step.Kind != session.Fetch {
			return step
		}
		_, err := r.session.Fetch(r.Context())
		r.must(err)
	}
}

func (r *run) play() {
	r.Helper()
	for range r.stay {
		step := r.next()
		r.compared++
		count, err := session.NewCounter(r.store.Source(queue.Only{}), r.tree, r.now()).Count(r.Context(), session.Settings{Decks: r.decks})
		r.must(err)
		if left, counted := r.session.Left(), count.Left; left != counted {
			r.failf("the session of %q has %+v left, %+v is counted", r.name, left, counted)
		}
		switch {
		case step.Kind == session.Wait:
			r.clock = time.UnixMilli(step.Due).In(r.clock.Location())
			continue
		case step.Kind == session.End:
			r.ended = step.Reason == session.Finished
			return
		}
		r.count(step.Card)
		if r.calm || r.dice.IntN(5) > 0 {
			r.answer(scheduler.Grade(pick(r.life, 1, 2, 3, 3, 3, 4)))
		} else {
			r.interrupt(step.Card.Card)
		}
		r.clock = r.clock.Add(time.Duration(1+r.dice.IntN(60)) * time.Second)
	}
}

// count counts a card as it was when it was listed. A missed one that the day
// does not let go is in review, and listed as learning.
func (r *run) count(c session.Candidate) {
	if r.asked[c.Card] {
		return
	}
	r.asked[c.Card] = true
	r.telling.asked++
	switch today := r.now().Day; {
	case c.Memory.State == scheduler.New:
		r.kinds.New++
	case c.Memory.State == scheduler.Review && c.Memory.LastDay < today:
		r.kinds.Due++
	default:
		r.kinds.Learning++
	}
}

func (r *run) answer(g scheduler.Grade) {
	r.Helper()
	a, err := r.session.Grade(g, r.now(), time.Second)
	r.must(err)
	e := journal.Entry{Moment: a.Now, Kind: journal.KindGrade, Card: a.Card.Card, Mode: journal.ModeReview, Grade: g, State: a.Card.Memory.State, Days: a.Outcome.Days}
	var with []journal.Entry
	if a.Outcome.Suspend {
		with = append(with, journal.Entry{Moment: a.Now, Kind: journal.KindSuspend, Card: a.Card.Card})
	}
	r.did("%s of %s, %d days", g, a.Card.Card, a.Outcome.Days)
	_, err = r.store.Append(r.Context(), e, a.Outcome.Memory, with...)
	r.must(err)
	r.must(r.session.Commit(a))
}

// interrupt does what a learner does to a card beside answering it.
func (r *run) interrupt(card string) {
	r.Helper()
	switch r.dice.IntN(3) {
	case 0:
		today := r.now().Day
		r.did("bury %s", card)
		_, err := r.store.Append(r.Context(), journal.Entry{Moment: r.now(), Kind: journal.KindBury, Card: card, Detail: journal.Detail{Until: &today}}, scheduler.Memory{})
		r.must(err)
		r.must(r.session.Bury(card, r.now()))
	case 1:
		r.mark(card, journal.KindSuspend)
		r.must(r.session.Suspend(card, r.now()))
	case 2:
		last, ok := r.session.Last()
		if !ok {
			return
		}
		rows, err := r.store.Undo(r.Context(), r.now())
		r.must(err)
		r.did("undo %s of %s", rows[0].Kind, rows[0].Card)
		if last.Card.Card != rows[0].Card {
			r.failf("the log took back %s, the session %s", rows[0].Card, last.Card.Card)
		}
		r.session.Undo()
	}
}

// foretell compares what the days ahead are to bring with what they then ask, if
// nothing that is asked comes back: each day is played in a copy, and what it
// asked is taken away.
func (l *life) foretell() {
	l.Helper()
	const days = 3
	status, err := l.store.Status(l.Context(), l.now(), days)
	l.must(err)
	world := l.copied()
	defer world.store.Close()
	for i := range days + 1 {
		if i > 0 {
			l.forecast++
			forecast := status.Forecast[i-1]
			if forecast.Day != world.now().Day {
				l.failf("the forecast of day %s stands for %s", forecast.Day, world.now().Day)
			}
			if came := world.listed(""); came != forecast.Left {
				l.failf("%s was to bring %+v, and %+v came", forecast.Day, forecast.Left, came)
			}
		}
		play := world.copied()
		tree, chosen := play.tree("")
		ses, err := session.Open(l.Context(), play.store.Source(queue.Only{}), tree, session.Settings{Decks: chosen}, play.now())
		l.must(err)
		r := &run{life: play, session: ses, tree: tree, decks: chosen, asked: map[string]bool{}, stay: 1000, calm: true}
		if len(chosen) > 0 {
			r.play()
		}
		play.store.Close()
		for _, card := range slices.Sorted(maps.Keys(r.asked)) {
			world.mark(card, journal.KindSuspend)
		}
		next := world.clock.AddDate(0, 0, 1)
		if l.clock.Hour() < 4 && i == 0 { // the study day is still that of yesterday
			next = world.clock
		}
		world.clock = time.Date(next.Year(), next.Month(), next.Day(), 5, 0, 0, 0, next.Location())
	}
}

// copied is another life that goes on from here.
func (l *life) copied() *life {
	l.Helper()
	path := memoryFile(l)
	os.Remove(path)
	_, err := l.store.db.ExecContext(context.Background(), `VACUUM INTO ?`, path)
	l.must(err)
	other := *l
	other.telling = &telling{}
	other.store = openPlain(l, path)
	other.acts = slices.Clone(l.acts)
	return &other
}
