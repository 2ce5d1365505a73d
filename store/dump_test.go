package store

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/store/journal"
	"kartei/store/sqlite"
	"kartei/store/transfer"
)

// Decks that grew in turns have their facts among each other's: each is exported once, in
// the order in which it came, also where they are more than are read at a time.
func TestAnExportOfDecksThatGrewInTurns(t *testing.T) {
	s := newStore(t)
	for _, n := range []int{300, 700, 1001} {
		apply(t, s, deck("letters", n))
		apply(t, s, deck("maths", n), deck("letters", n))
	}
	var out bytes.Buffer
	if err := s.Export(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for range 2 {
		for i := range 1001 {
			want = append(want, fmt.Sprintf("fact-%d", i))
		}
	}
	for _, m := range regexp.MustCompile(`"fact":\{"key":"([^"]*)"`).FindAllStringSubmatch(out.String(), -1) {
		got = append(got, m[1])
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestExportAndImportGiveAnEqualCollection(t *testing.T) {
	path, card := used(t)
	s := openTest(t, path)
	if err := s.Set(t.Context(), "maths", map[string]string{"retention": "0.85"}, at(0, 0)); err != nil {
		t.Fatal(err)
	}
	var first bytes.Buffer
	if err := s.Export(t.Context(), &first); err != nil {
		t.Fatal(err)
	}
	copied := newStore(t)
	if err := copied.Import(t.Context(), bytes.NewReader(first.Bytes())); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(healthy(t, s).Digest, healthy(t, copied).Digest); diff != "" {
		t.Errorf("the digests differ: %s", diff)
	}
	want, err := s.Card(t.Context(), card)
	if err != nil {
		t.Fatal(err)
	}
	got, err := copied.Card(t.Context(), card)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(Card{}, "FactID", "DeckID"), cmpopts.IgnoreUnexported(Card{})); diff != "" {
		t.Errorf("a card came out changed:\n%s", diff)
	}

	// The copy goes on as a device of its own, and can undo what it got.
	if _, err := copied.Undo(t.Context(), at(20, 0)); err != nil {
		t.Error(err)
	}
	grade(t, copied, card, scheduler.Good, at(21, 0))
	if err := copied.Import(t.Context(), bytes.NewReader(first.Bytes())); !errors.Is(err, transfer.ErrNotEmpty) {
		t.Errorf("a second import: %v", err)
	}
}

// everything is a collection that holds something of each kind: decks of
// several roots, retired, shelved, options of every scope, all acts of a
// learner, cards that took other names, a restored device, quizzes.
func everything(t testing.TB) string {
	t.Helper()
	path, _ := used(t) // answers, an undone one, a renamed card, a quiz
	s := openPlain(t, path)
	defer func() { s.Close() }()
	more := deck("more/letters", 12)
	more.Passages = []decks.Passage{{Section: []string{"Numbers"}, File: "letters.md", Text: "Read *this* < & > first."},
		{Section: []string{"Numbers"}, Fact: 12, Columns: []string{"a", "b"}, Rows: []decks.Row{{Key: more.Facts[0].Key, Cells: []string{"1", "\u2028"}}}}}
	if _, err := s.Apply(t.Context(), Compiled{Root: "/more", Decks: []*decks.Deck{more, deck("gone", 2), deck("away", 2)}}, at(14, 0)); err != nil {
		t.Fatal(err)
	}
	until := at(16, 0).Day
	for i, e := range []journal.Entry{
		{Kind: journal.KindSuspend}, {Kind: journal.KindBury, Detail: journal.Detail{Until: &until}}, {Kind: journal.KindFlag, Detail: journal.Detail{Flag: 3}}, {Kind: journal.KindReset},
		{Kind: journal.KindSuspend}, {Kind: journal.KindUnsuspend}, {Kind: journal.KindBury, Detail: journal.Detail{Until: &until}}, {Kind: journal.KindUnbury},
		{Kind: journal.KindGrade, Mode: journal.ModeCram, Grade: scheduler.Hard, Duration: 1234 * time.Millisecond, Item: "cram",
			Detail: journal.Detail{Format: "typed", Typed: "<é>\u2028 & \x1b", Rule: "exact", Hint: true}},
	} {
		e.Card, e.Moment = more.Facts[i/2].Cards[0].ID, at(15, time.Duration(i)*time.Minute)
		if i%2 == 0 {
			grade(t, s, e.Card, scheduler.Easy, e.Moment)
		}
		if _, err := s.Append(t.Context(), e, scheduler.Memory{}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Apply(t.Context(), Compiled{Root: "/more", Decks: []*decks.Deck{more, deck("away", 2)}, Whole: true}, at(15, time.Hour)); err != nil {
		t.Fatal(err)
	}
	away, err := s.Deck(t.Context(), "away")
	if err == nil {
		err = s.Archive(t.Context(), away, true, at(0, 0))
	}
	for scope, options := range map[string]map[string]string{
		"": {"new": "7"}, "maths": {"retention": "0.85"}, "more": {"reviews": "30"}, "more/letters": {"steps": "5m 1h"},
	} {
		err = errors.Join(err, s.Set(t.Context(), scope, options, at(0, 0)))
	}
	err = errors.Join(err, s.SetCalendar(t.Context(), scheduler.Calendar{Rollover: 5 * time.Hour}, at(0, 0)))
	// Devices whose names are not in the order of their birth.
	for i := range byte(3) {
		if err == nil {
			err = s.write(t.Context(), func(tx *sqlite.Tx) error {
				s.config.Random = bytes.NewReader(bytes.Repeat([]byte{200 - 50*i}, 10))
				return s.newDevice(t.Context(), tx)
			})
		}
		grade(t, s, more.Facts[10].Cards[0].ID, scheduler.Good, at(17+int(i), 0))
	}
	takeQuiz(t, s)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// TestEverythingOutEverythingBack exports and imports a collection that holds
// something of each kind, and compares both in every way that there is.
func TestEverythingOutEverythingBack(t *testing.T) {
	s, copied := openTest(t, everything(t)), newStore(t)
	var text, again bytes.Buffer
	if err := s.Export(t.Context(), &text); err != nil {
		t.Fatal(err)
	}
	if err := copied.Import(t.Context(), bytes.NewReader(text.Bytes())); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(healthy(t, s).Digest, healthy(t, copied).Digest); diff != "" {
		t.Errorf("the digests differ: %s", diff)
	}
	if err := copied.Export(t.Context(), &again); err != nil {
		t.Fatal(err)
	}
	// The copy has a device of its own besides.
	own := fmt.Sprintf(`{"device":{"name":%q,"own":true}}`+"\n", copied.Device())
	sum := regexp.MustCompile(`,"sum":"[0-9a-f]*"`)
	if diff := cmp.Diff(sum.ReplaceAllString(text.String(), ""), sum.ReplaceAllString(strings.Replace(again.String(), own, "", 1), "")); diff != "" {
		t.Errorf("a second export differs:\n%s", diff)
	}
	type look = func(*Store) (any, error)
	compare := func(what string, look look) {
		want, err := look(s)
		got, failed := look(copied)
		if err := errors.Join(err, failed); err != nil {
			t.Fatal(what, err)
		}
		ids := cmpopts.IgnoreFields(Card{}, "FactID", "DeckID")
		if diff := cmp.Diff(want, got, ids, cmpopts.IgnoreUnexported(Card{}, Deck{})); diff != "" {
			t.Errorf("%s differ (-original +copy):\n%s", what, diff)
		}
	}
	for what, look := range map[string]look{
		"decks":    func(s *Store) (any, error) { return s.Decks(t.Context()) },
		"log":      func(s *Store) (any, error) { return tryLog(t.Context(), s) },
		"status":   func(s *Store) (any, error) { return s.Status(t.Context(), at(16, 0), 400) },
		"quizzes":  func(s *Store) (any, error) { return s.Quizzes(t.Context()) },
		"events":   func(s *Store) (any, error) { return s.QuizEvents(t.Context(), 2) },
		"calendar": func(s *Store) (any, error) { return s.Calendar(), nil },
		"cards": func(s *Store) (any, error) {
			var all []Card
			for c, err := range s.Cards(t.Context(), Query{}, at(16, 0)) {
				if err != nil {
					return nil, err
				}
				all = append(all, c)
			}
			return all, nil
		},
		"options": func(s *Store) (any, error) {
			all := map[string]map[string]string{}
			for _, scope := range []string{"", "maths", "more", "more/letters"} {
				options, err := s.Settings(t.Context(), scope)
				if err != nil {
					return nil, err
				}
				all[scope] = options
			}
			return all, nil
		},
	} {
		compare(what, look)
	}
	// Last, as it changes both: what undo takes back, to the very first act.
	compare("undone acts", func(s *Store) (any, error) {
		var all []string
		for {
			rows, err := s.Undo(t.Context(), at(30, 0))
			if errors.Is(err, ErrNothing) {
				return all, nil
			}
			if err != nil {
				return all, err
			}
			all = append(all, fmt.Sprint(rows[0].Kind, rows[0].Card, rows[0].Moment))
		}
	})
}

// TestExportForm holds the description of the form to what is written: its example is
// an export that can be imported.
func TestExportForm(t *testing.T) {
	example := exampleExport(t)
	begin, end, _ := strings.Cut(transfer.Form, "```json\n")
	want := begin + "```json\n" + example + "```\n"
	if *update {
		if err := os.WriteFile("transfer/EXPORT.md", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, transfer.Form); diff != "" {
		t.Errorf("the example of EXPORT.md is another (-want +is):\n%s", diff)
	}
	if err := newStore(t).Import(t.Context(), strings.NewReader(strings.TrimSuffix(end, "```\n"))); err != nil {
		t.Errorf("the example cannot be imported: %v", err)
	}
}

// exampleExport is the export of a small collection, the same at all times.
func exampleExport(t *testing.T) string {
	path := filepath.Join(t.TempDir(), "collection.db")
	s, err := Open(t.Context(), path, Config{Calendar: scheduler.DefaultCalendar, Random: bytes.NewReader(make([]byte, 10))})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	d := deck("maths", 2)
	apply(t, s, d)
	grade(t, s, d.Facts[1].Cards[0].ID, scheduler.Good, at(0, 0))
	if _, err := s.Undo(t.Context(), at(0, time.Minute)); err != nil {
		t.Fatal(err)
	}
	if err := s.Set(t.Context(), "maths", map[string]string{"new": "5"}, at(0, 0)); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := s.Export(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestImportRefusesWhatWasChanged(t *testing.T) {
	path, _ := used(t)
	s := openTest(t, path)
	if err := s.Set(t.Context(), "", map[string]string{"new": "7"}, at(0, 0)); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := s.Export(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	lines := strings.SplitAfter(text, "\n")
	for name, changed := range map[string]string{
		"cut short":          text[:len(text)/2],
		"without end":        strings.Join(lines[:len(lines)-2], ""),
		"an answer":          strings.Replace(text, `"grade":3`, `"grade":4`, 1),
		"a card":             strings.Replace(text, `times 7?`, `times 8?`, 1),
		"a missing row":      strings.Replace(text, lines[len(lines)-4], "", 1),
		"a quiz answer":      strings.Replace(text, `"sure":3`, `"sure":2`, 1),
		"a hand-in":          strings.Replace(text, `"kind":"hand-in"`, `"kind":"flag"`, 1),
		"an option":          strings.Replace(text, `{"option":{"deck":"","name":"new","value":"7"}}`+"\n", "", 1),
		"a missing card":     strings.Replace(text, lines[4], "", 1),
		"another form":       strings.Replace(text, `"version":2`, `"version":3`, 1),
		"the form of before": strings.Replace(text, `"version":2`, `"version":1`, 1),
		"an option's line":   strings.Replace(text, `"name":"new","value":"7"}}`, `"name":"new","value":"8"}}`, 1),
		"another file":       "{}\n",
		"nothing":            "",
		"a new key":          strings.Replace(text, `{"deck":{`, `{"deck":{"command":"rm",`, 1),
	} {
		if changed == text {
			t.Fatalf("%s: nothing was changed", name)
		}
		empty := newStore(t)
		if err := empty.Import(t.Context(), strings.NewReader(changed)); err == nil {
			t.Errorf("%s: imported all the same", name)
		}
		if all, err := empty.Decks(t.Context()); err != nil || len(all) > 0 {
			t.Errorf("%s: the refused import left %v %v", name, all, err)
		}
	}
}

func TestArchivedDecksAreNotAsked(t *testing.T) {
	s := openTest(t, filepath.Join(t.TempDir(), "collection.db"))
	apply(t, s, deck("maths", 3))
	d, err := s.Deck(t.Context(), "maths")
	if err != nil {
		t.Fatal(err)
	}
	for _, shelved := range []bool{true, false} {
		if err := s.Archive(t.Context(), d, shelved, at(0, 0)); err != nil {
			t.Fatal(err)
		}
		tree, _, err := s.Tree(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		status, err := s.Status(t.Context(), at(0, 0), 7)
		if err != nil {
			t.Fatal(err)
		}
		if asked := len(tree) > 0; asked == shelved || status.Decks[0].Archived != shelved || (status.Decks[0].New > 0) == shelved {
			t.Errorf("shelved %v: %v, %+v", shelved, tree, status.Decks)
		}
	}
}

// FuzzImport offers anything as an export: it is either refused as a whole, or
// gives a collection in which nothing is wrong.
func FuzzImport(f *testing.F) {
	path, _ := used(f)
	s := openPlain(f, path)
	var b bytes.Buffer
	if err := errors.Join(s.Export(f.Context(), &b), s.Close()); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte(`{"kartei":"collection","version":1}` + "\n" + `{"end":{"decks":0,"facts":0,"cards":0,"rows":0,"digest":""}}`))
	empty := filepath.Join(f.TempDir(), "empty.db")
	openPlain(f, empty).Close()
	f.Fuzz(func(t *testing.T, text []byte) {
		path := filepath.Join(t.TempDir(), "collection.db")
		snapshot(t, empty, path)
		s := openPlain(t, path)
		defer s.Close()
		if err := s.Import(t.Context(), bytes.NewReader(text)); err != nil {
			if all, err := s.Decks(t.Context()); err != nil || len(all) > 0 {
				t.Errorf("a refused import left %v %v", all, err)
			}
			return
		}
		healthy(t, s)
	})
}

// TestClocksWithoutEnd has a log say that it is as late as a number can say: no
// row could come after it, so an answer would count as older than the last one.
func TestClocksWithoutEnd(t *testing.T) {
	for name, clock := range map[string]int64{"now": at(1, 0).At, "the last": journal.LastClock, "the largest number": math.MaxInt64} {
		t.Run(name, func(t *testing.T) {
			s := openPlain(t, filepath.Join(t.TempDir(), "collection.db"))
			d := deck("maths", 3)
			apply(t, s, d)
			card := d.Facts[0].Cards[0].ID
			late := scheduler.Moment{At: clock, Day: at(1, 0).Day}
			err := s.record(t.Context(), func(tx *tx) error {
				_, err := tx.push(t.Context(), journal.Entry{Kind: journal.KindReset, Card: card, Moment: late})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			var dump bytes.Buffer
			if err := s.Export(t.Context(), &dump); err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			verified := Verify(t.Context(), s.Path(), Config{})
			other := newStore(t)
			imported := other.Import(t.Context(), &dump)
			if clock > journal.LastClock {
				if !errors.Is(verified, ErrDamaged) || !errors.Is(imported, ErrDamaged) {
					t.Errorf("verified: %v, imported: %v", verified, imported)
				}
				return
			}
			if err := errors.Join(verified, imported); err != nil {
				t.Fatal(err)
			}
			for i := range 2 {
				grade(t, other, card, scheduler.Good, at(2+i, 0))
			}
			healthy(t, other)
		})
	}
}
