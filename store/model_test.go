package store

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/store/journal"
)

// A model is a collection as a map: what the learner did to each fact, in
// order. Undone acts are just taken out.
type model struct {
	deck   *decks.Deck
	names  map[string]string // by original key: the present one; retired cards have none
	acts   []modelAct
	scopes map[string]map[string]string // what is set for all decks, and for the deck
}

type modelAct struct {
	fact   string // original key
	group  int    // acts of one group are undone together
	entry  journal.Entry
	before map[string]map[string]string // what was set before the act, which is one of options
	stays  bool                         // it is not undone: a card is kept where it was
}

// standing replays a fact's acts under the present options.
func (m *model) standing(t *rapid.T, fact string) journal.CardState {
	policy := m.policy(t)
	var st journal.CardState
	for _, a := range m.acts {
		if a.fact == fact && a.before == nil {
			st.Replay(&journal.Row{Entry: a.entry}, policy)
		}
	}
	return st
}

func (m *model) policy(t *rapid.T) *scheduler.Policy {
	o, err := scheduler.Resolve(m.scopes[""], m.scopes["maths"])
	if err != nil {
		t.Fatal(err)
	}
	p, err := scheduler.NewPolicy(o, scheduler.DefaultCalendar)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestStoreAgainstModel does at random what learners and authors do, with a
// clock that jumps, and compares the store with the model after every step.
func TestStoreAgainstModel(t *testing.T) {
	unraced(t)
	folder := t.TempDir()
	run := 0
	rapid.Check(t, func(t *rapid.T) {
		run++
		path := filepath.Join(folder, fmt.Sprint(run, ".db"))
		w := &world{path: path, clock: at(0, 0), model: &model{deck: deck("maths", 4), names: map[string]string{}, scopes: map[string]map[string]string{"": {}, "maths": {}}}}
		w.reopen(t)
		defer func() { w.store.Close() }()
		for i := range w.model.deck.Facts {
			key := w.model.deck.Facts[i].Key
			w.model.names[key] = key
		}
		w.apply(t, nil)
		t.Repeat(map[string]func(*rapid.T){
			"":        w.compare,
			"grade":   w.grade,
			"act":     w.act,
			"undo":    w.undo,
			"edit":    w.edit,
			"retire":  w.retire,
			"rename":  w.rename,
			"options": w.setOptions,
			"reopen":  w.reopen,
			"clock":   w.jump,
		})
		report, err := w.store.Doctor(t.Context(), true)
		if err != nil || len(report.Findings) > 0 {
			t.Fatalf("the doctor found %v %v", err, report.Findings)
		}
	})
}

// A world is a store and its model.
type world struct {
	path   string
	store  *Store
	model  *model
	clock  scheduler.Moment
	groups int
	gone   map[string]decks.Fact // retired, by original key
}

// fresh is a number that was not used before.
func (w *world) fresh() int { w.groups++; return w.groups }

func (w *world) reopen(t *rapid.T) {
	if w.store != nil {
		if err := w.store.Close(); err != nil {
			t.Fatal(err)
		}
	}
	var err error
	if w.store, err = Open(t.Context(), w.path, Config{Calendar: scheduler.DefaultCalendar}); err != nil {
		t.Fatal(err)
	}
	// What a power cut would leave does not matter here.
	if _, err := w.store.db.ExecContext(t.Context(), `PRAGMA synchronous = OFF`); err != nil {
		t.Fatal(err)
	}
}

// jump moves the clock, and the learner: mostly forward, sometimes not.
func (w *world) jump(t *rapid.T) {
	hours := rapid.SampledFrom([]int{1, 5, 24, 24 * 30, -24, -3, 24 * 3650}).Draw(t, "hours")
	zone := rapid.SampledFrom([]int{-8 * 3600, 0, 3600, 7200, 9 * 3600}).Draw(t, "zone")
	then := time.UnixMilli(w.clock.At).Add(time.Duration(hours) * time.Hour).In(time.FixedZone("", zone))
	w.clock = scheduler.DefaultCalendar.Moment(then)
}

func (w *world) pick(t *rapid.T) (fact, card string) {
	var live []string
	for i := range w.model.deck.Facts {
		live = append(live, w.model.deck.Facts[i].Key)
	}
	if len(live) == 0 {
		t.Skip("every fact is retired")
	}
	key := rapid.SampledFrom(live).Draw(t, "fact")
	for fact, name := range w.model.names {
		if name == key {
			return fact, decks.CardID("maths", key, "card")
		}
	}
	t.Fatalf("the model does not know %s", key)
	return "", ""
}

func (w *world) append(t *rapid.T, fact string, e journal.Entry, after scheduler.Memory, with ...journal.Entry) {
	if _, err := w.store.Append(t.Context(), e, after, with...); err != nil {
		t.Fatal(err)
	}
	w.groups++
	for _, e := range append([]journal.Entry{e}, with...) {
		w.model.acts = append(w.model.acts, modelAct{fact: fact, group: w.groups, entry: e})
	}
}

func (w *world) grade(t *rapid.T) {
	fact, card := w.pick(t)
	w.clock.At += 1000
	before := w.model.standing(t, fact).Memory
	grade := scheduler.Grade(rapid.IntRange(1, 4).Draw(t, "grade"))
	load := scheduler.Load{First: w.clock.Day, Due: []int{0, 9, 0, 3, 5, 0, 0, 7, 1, 0, 4}}
	out := w.model.policy(t).Apply(card, before, grade, w.clock, load)
	e := journal.Entry{Moment: w.clock, Kind: journal.KindGrade, Card: card, Mode: journal.ModeReview, Grade: grade, State: before.State, Days: out.Days, Item: "item"}
	var with []journal.Entry
	if rapid.IntRange(0, 5).Draw(t, "leech") == 0 {
		with = append(with, journal.Entry{Moment: w.clock, Kind: journal.KindSuspend, Card: card})
	}
	w.append(t, fact, e, out.Memory, with...)
	c, err := w.store.Card(t.Context(), card)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(out.Memory, c.Memory); diff != "" {
		t.Fatalf("the store keeps another memory than the session computed (-session +store):\n%s", diff)
	}
}

func (w *world) act(t *rapid.T) {
	fact, card := w.pick(t)
	e := journal.Entry{Moment: w.clock, Card: card, Kind: rapid.SampledFrom([]journal.Kind{journal.KindSuspend, journal.KindUnsuspend, journal.KindBury, journal.KindUnbury, journal.KindFlag, journal.KindReset}).Draw(t, "kind")}
	switch e.Kind {
	case journal.KindBury:
		e.Detail.Until = &e.Moment.Day
	case journal.KindFlag:
		e.Detail.Flag = rapid.IntRange(0, 7).Draw(t, "flag")
	}
	w.append(t, fact, e, scheduler.Memory{})
}

func (w *world) undo(t *rapid.T) {
	rows, err := w.store.Undo(t.Context(), w.clock)
	last := -1
	for i, a := range w.model.acts {
		if !a.stays {
			last = i
		}
	}
	if last < 0 {
		if !errors.Is(err, ErrNothing) {
			t.Fatalf("undoing nothing: %v", err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	act := w.model.acts[last]
	before := len(w.model.acts)
	undone := func() {
		w.model.acts = slices.DeleteFunc(w.model.acts, func(a modelAct) bool { return !a.stays && a.group == act.group })
	}
	if act.before == nil {
		undone()
	} else {
		w.keep(t, func() { undone(); w.model.scopes = act.before })
	}
	if taken := before - len(w.model.acts); act.before == nil && len(rows) != taken {
		t.Fatalf("undo took %d rows back, want %d", len(rows), taken)
	}
}

// keep changes what is set. Every card stays due when it was.
func (w *world) keep(t *rapid.T, change func()) {
	before := map[string]scheduler.Memory{}
	for _, fact := range slices.Concat(slices.Collect(maps.Keys(w.model.names)), slices.Collect(maps.Keys(w.gone))) {
		before[fact] = w.model.standing(t, fact).Memory
	}
	change()
	for fact, was := range before {
		now := w.model.standing(t, fact).Memory
		if was.State == scheduler.New || now.State == was.State && now.Due == was.Due && now.DueDay == was.DueDay {
			continue
		}
		planned := journal.Planned{Due: was.DueDay, Last: was.Last, State: was.State, Step: was.Step, At: was.Due}
		if was.State == scheduler.Review && now.State == scheduler.Review {
			planned = journal.Planned{Due: was.DueDay, Last: was.Last}
		}
		w.model.acts = append(w.model.acts, modelAct{fact: fact, stays: true, entry: journal.Entry{Moment: w.clock,
			Kind: journal.KindKeep, Detail: journal.Detail{Planned: &planned}}})
	}
}

func (w *world) apply(t *rapid.T, aliases []decks.Alias) {
	c := Compiled{Root: "/decks", Decks: []*decks.Deck{w.model.deck}, Whole: true}
	dry := c
	dry.DryRun = true
	planned, err := w.store.applyAs(t.Context(), dry, renames(aliases...), w.clock)
	if err != nil {
		t.Fatal(err)
	}
	done, err := w.store.applyAs(t.Context(), c, renames(aliases...), w.clock)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(planned, done); diff != "" {
		t.Fatalf("the dry run planned something else:\n%s", diff)
	}
}

func (w *world) edit(t *rapid.T) {
	if len(w.model.deck.Facts) == 0 {
		t.Skip("nothing to edit")
	}
	card := &w.model.deck.Facts[rapid.IntRange(0, len(w.model.deck.Facts)-1).Draw(t, "which")].Cards[0]
	card.Answer = rapid.StringN(1, 8, -1).Draw(t, "answer")
	card.Hash = card.ItemHash()
	w.apply(t, nil)
}

// retire takes a fact out of the deck, or puts one back.
func (w *world) retire(t *rapid.T) {
	facts := w.model.deck.Facts
	if w.gone == nil {
		w.gone = map[string]decks.Fact{}
	}
	for _, fact := range slices.Sorted(maps.Keys(w.gone)) {
		f := w.gone[fact]
		if rapid.Bool().Draw(t, "restore") {
			w.model.deck.Facts = append(facts, f)
			w.model.names[fact] = f.Key
			delete(w.gone, fact)
			w.apply(t, nil)
			return
		}
	}
	fact, _ := w.pick(t)
	for i := range facts {
		if facts[i].Key == w.model.names[fact] {
			w.gone[fact] = facts[i]
			w.model.deck.Facts = append(append([]decks.Fact{}, facts[:i]...), facts[i+1:]...)
			delete(w.model.names, fact)
			break
		}
	}
	w.apply(t, nil)
}

// rename gives facts new keys; sometimes two swap theirs.
func (w *world) rename(t *rapid.T) {
	facts := w.model.deck.Facts
	if len(facts) == 0 {
		t.Skip("nothing to rename")
	}
	next := map[string]string{}
	if len(facts) > 1 && rapid.Bool().Draw(t, "swap") {
		next[facts[0].Key], next[facts[1].Key] = facts[1].Key, facts[0].Key
	} else {
		next[facts[0].Key] = fmt.Sprintf("key-%d", w.fresh())
	}
	id := func(key string) string { return decks.CardID("maths", key, "card") }
	var aliases []decks.Alias
	for _, from := range slices.Sorted(maps.Keys(next)) {
		to := next[from]
		aliases = append(aliases, decks.Alias{From: id(from), To: id(to)})
	}
	for fact, key := range w.model.names {
		if to := next[key]; to != "" {
			w.model.names[fact] = to
		}
	}
	for i := range facts {
		if to := next[facts[i].Key]; to != "" {
			facts[i].Key, facts[i].Cards[0].ID = to, id(to)
		}
	}
	w.apply(t, aliases)
}

func (w *world) setOptions(t *rapid.T) {
	name := rapid.SampledFrom([]string{"retention", "steps", "max-interval", "fuzz", "new"}).Draw(t, "option")
	value := rapid.SampledFrom(map[string][]string{
		"retention": {"0.8", "0.95", ""}, "steps": {"none", "1m 1h", ""}, "max-interval": {"30", ""}, "fuzz": {"off", "on", ""}, "new": {"5", ""},
	}[name]).Draw(t, "value")
	scope := rapid.SampledFrom([]string{"", "maths"}).Draw(t, "scope")
	if err := w.store.Set(t.Context(), scope, map[string]string{name: value}, w.clock); err != nil {
		t.Fatal(err)
	}
	before := w.model.scopes
	if before[scope][name] == value {
		return
	}
	w.keep(t, func() {
		w.model.scopes = map[string]map[string]string{"": maps.Clone(before[""]), "maths": maps.Clone(before["maths"])}
		if w.model.scopes[scope][name] = value; value == "" {
			delete(w.model.scopes[scope], name)
		}
	})
	w.model.acts = append(w.model.acts, modelAct{group: w.fresh(), before: before})
	for scope, want := range w.model.scopes {
		settings, err := w.store.Settings(t.Context(), scope)
		if diff := cmp.Diff(want, settings); err != nil || diff != "" {
			t.Fatalf("set for %q (-model +store): %s (%v)", scope, diff, err)
		}
	}
}

func (w *world) compare(t *rapid.T) {
	for fact, key := range w.model.names {
		c, err := w.store.Card(t.Context(), decks.CardID("maths", key, "card"))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(w.model.standing(t, fact), c.CardState); diff != "" {
			t.Fatalf("%s (-model +store):\n%s", key, diff)
		}
	}
}
