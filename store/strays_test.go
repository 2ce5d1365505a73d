package store

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"kartei/decks"
	"kartei/scheduler"
	"kartei/store/exchange"
	"kartei/store/journal"
	"kartei/store/segment"
	"kartei/store/table"
)

// ofNote makes a history that names its note, and unnamed one as earlier versions
// wrote it.
func ofNote(card, note string, past Entries, place *scheduler.ImportedState) CardHistory {
	return CardHistory{Card: card, Origin: journal.Origin{Program: "anki", Note: note}, Past: past, Place: place}
}

func unnamed(card string, past Entries, place *scheduler.ImportedState) CardHistory {
	return CardHistory{Card: card, Past: past, Place: place}
}

func placedOn(day int, stability float64) *scheduler.ImportedState {
	m := at(day, 0)
	return &scheduler.ImportedState{State: scheduler.Review, DueDay: m.Day + 9, Interval: 9, Last: m.At, LastDay: m.Day, Reps: 2, Stability: stability, Difficulty: 5}
}

// TestImportIsTheSameEverywhere holds that rows are named by where they came from:
// another machine makes the very same of the same import, whenever it does.
func TestImportIsTheSameEverywhere(t *testing.T) {
	var first []journal.Row
	for day := range 3 {
		s := newStore(t)
		ids := someCards(t, s)
		cards := []CardHistory{ofNote(ids[0], "guid a", graded(1, 3, 3), placedOn(2, 9)), ofNote(ids[1], "guid b", nil, nil)}
		if _, err := s.ImportHistory(t.Context(), cards, at(5, 0), at(10+day, 0)); err != nil {
			t.Fatal(err)
		}
		var rows []journal.Row
		for r, err := range s.Log(t.Context(), LogQuery{}, at(20, 0)) {
			if err != nil {
				t.Fatal(err)
			}
			if r.ID = 0; r.Kind != journal.KindEdition {
				rows = append(rows, r)
			}
		}
		if first == nil {
			first = rows
		}
		if diff := cmp.Diff(first, rows, cmp.AllowUnexported(journal.Row{})); diff != "" || len(rows) != 5 {
			t.Errorf("%d rows on day %d: %s", len(rows), day, diff)
		}
		origins, err := s.Origins(t.Context(), "anki")
		if err != nil {
			t.Fatal(err)
		}
		want := map[journal.Origin][]OriginCard{
			{Program: "anki", Note: "guid a"}: {{ID: ids[0], Deck: "numbers", Fact: "fact-0"}},
			{Program: "anki", Note: "guid b"}: {{ID: ids[1], Deck: "numbers", Fact: "fact-1"}},
		}
		if diff := cmp.Diff(want, origins); diff != "" {
			t.Errorf("origins: %s", diff)
		}
		if r := importHistory(t, s, 30, cards...); r.Rows != 0 {
			t.Errorf("again: %+v", r)
		}
		healthy(t, s)
	}
}

// TestOriginsFollow holds that a card keeps its origin under another name.
func TestOriginsFollow(t *testing.T) {
	s := newStore(t)
	d := deck("numbers", 4)
	apply(t, s, d)
	importHistory(t, s, 5, ofNote(d.Facts[0].Cards[0].ID, "guid", graded(1, 3), nil))
	from := d.Facts[0].Cards[0].ID
	d = deck("numbers", 4)
	d.Facts[0].Cards[0].ID = "qqqqqqqqqqqqqqqqqqqq"
	compiled := Compiled{Root: "/decks", Decks: []*decks.Deck{d}}
	if _, err := s.applyAs(t.Context(), compiled, renames(decks.Alias{From: from, To: "qqqqqqqqqqqqqqqqqqqq"}), at(7, 0)); err != nil {
		t.Fatal(err)
	}
	origins, err := s.Origins(t.Context(), "anki")
	if err != nil {
		t.Fatal(err)
	}
	if got := origins[journal.Origin{Program: "anki", Note: "guid"}]; len(got) != 1 || got[0].ID != "qqqqqqqqqqqqqqqqqqqq" {
		t.Errorf("the card came from %v", origins)
	}
}

// shifted makes a collection as earlier versions left it: the reviews of three
// notes on their cards, then a newer package whose cards were each taken for the
// next one.
func shifted(t *testing.T, s *Store, ids []string) (pasts []Entries) {
	t.Helper()
	for i := range 3 {
		past := graded(1, 4)
		past[0].Moment.At += int64(i) * 1000
		pasts = append(pasts, past)
	}
	importHistory(t, s, 3, unnamed(ids[0], pasts[0], placedOn(1, 10)), unnamed(ids[1], pasts[1], placedOn(1, 11)), unnamed(ids[2], pasts[2], placedOn(1, 12)))
	for i := range pasts {
		more := graded(8, 3)
		more[0].Moment.At += int64(i) * 1000
		pasts[i] = append(pasts[i], more...)
	}
	importHistory(t, s, 9, unnamed(ids[1], pasts[0], placedOn(8, 20)), unnamed(ids[2], pasts[1], placedOn(8, 21)))
	return pasts
}

// stabilities are those of the first cards.
func stabilities(t *testing.T, s *Store, ids []string) (all []float64) {
	t.Helper()
	for _, id := range ids[:3] {
		all = append(all, cardOf(t, s, id).Stability)
	}
	return all
}

// TestDoctorFindsStrays holds that answers which an import put on wrong cards come
// home, by new rows, with the schedule that came with them.
func TestDoctorFindsStrays(t *testing.T) {
	s := newStore(t)
	ids := someCards(t, s)
	shifted(t, s, ids)
	if diff := cmp.Diff([]float64{10, 20, 21}, stabilities(t, s, ids)); diff != "" {
		t.Fatalf("nothing is wrong to begin with: %s", diff)
	}
	before := logRows(t, s)
	report, err := s.Doctor(t.Context(), false)
	if err != nil || len(report.Findings) != 2 || report.Findings[0].Check != "imports" {
		t.Fatalf("found %+v, %v", report.Findings, err)
	}
	changes, err := s.Repair(t.Context(), report, at(12, 0))
	if err != nil {
		t.Fatal(err)
	}
	t.Log(changes)
	if diff := cmp.Diff([]float64{20, 21, 12}, stabilities(t, s, ids)); diff != "" {
		t.Errorf("after the repair: %s", diff)
	}
	healthy(t, s)
	after := logRows(t, s)
	for ref, hash := range before {
		if after[ref] != hash {
			t.Errorf("row %v was changed", ref)
		}
	}
}

func logRows(t *testing.T, s *Store) map[journal.Ref]journal.Hash {
	t.Helper()
	rows := map[journal.Ref]journal.Hash{}
	for r, err := range s.Log(t.Context(), LogQuery{}, at(20, 0)) {
		if err != nil {
			t.Fatal(err)
		}
		rows[r.Ref()] = r.Hash
	}
	return rows
}

// TestImportMendsStrays holds that the next import of the same notes, which knows
// them by name now, sees to the same, also where the log alone does not tell.
func TestImportMendsStrays(t *testing.T) {
	s := newStore(t)
	ids := someCards(t, s)
	pasts := shifted(t, s, ids)
	for i := range pasts {
		more := graded(15, 4)
		more[0].Moment.At += int64(i) * 1000
		pasts[i] = append(pasts[i], more...)
	}
	importHistory(t, s, 16, unnamed(ids[1], pasts[0][2:], placedOn(15, 30)), unnamed(ids[2], pasts[1][2:], placedOn(15, 31)), unnamed(ids[0], pasts[2][2:], placedOn(15, 32)))
	r := importHistory(t, s, 20, ofNote(ids[0], "a", pasts[0], placedOn(15, 30)), ofNote(ids[1], "b", pasts[1], placedOn(15, 31)), ofNote(ids[2], "c", pasts[2], placedOn(15, 32)))
	if r.Moved != 7 {
		t.Errorf("%d answers came home, not 7", r.Moved)
	}
	if diff := cmp.Diff([]float64{30, 31, 32}, stabilities(t, s, ids)); diff != "" {
		t.Errorf("after the import: %s", diff)
	}
	for i, id := range ids[:3] {
		rows, err := history(t.Context(), s.db, id)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, r := range rows {
			if r.Kind == journal.KindGrade && !r.Undone {
				if r.Moment.At != pasts[i][n].Moment.At {
					t.Errorf("answer %d of card %d is that of %v", n, i, r.Moment.At)
				}
				n++
			}
		}
		if n != 3 {
			t.Errorf("card %d has %d answers", i, n)
		}
	}
	healthy(t, s)
	if r := importHistory(t, s, 21, ofNote(ids[0], "a", pasts[0], placedOn(15, 30))); r.Rows != 0 || r.Moved != 0 {
		t.Errorf("again: %+v", r)
	}
}

// TestCopiesAreNoStrays holds that a deck which was imported twice, under two
// names, has its answers twice.
func TestCopiesAreNoStrays(t *testing.T) {
	s := newStore(t)
	one, other := deck("one", 3), deck("other", 3)
	other.Facts[1].Cards[0].Answer, other.Facts[1].Cards[0].Hash = "edited", "edited"
	apply(t, s, one, other)
	for _, d := range []int{3, 4} {
		var cards []CardHistory
		for i := range 3 {
			past := graded(1, 4)
			past[0].Moment.At += int64(i) * 1000
			id := one.Facts[i].Cards[0].ID
			if d == 4 {
				id = other.Facts[i].Cards[0].ID
			}
			cards = append(cards, unnamed(id, past, placedOn(1, 10)))
		}
		importHistory(t, s, d, cards...)
	}
	healthy(t, s)
}

// TestDoublesAreFound holds that an answer which two machines imported counts once.
func TestDoublesAreFound(t *testing.T) {
	s := newStore(t)
	ids := someCards(t, s)
	history := unnamed(ids[0], graded(1, 4), placedOn(1, 10))
	importHistory(t, s, 3, history)
	err := s.record(t.Context(), func(tx *tx) error {
		_, err := tx.exec(t.Context(), `INSERT INTO devices (id, name, own) VALUES (-9, 'other', 0)`)
		if err != nil {
			return err
		}
		e := graded(1, 4)[0]
		e.Card = ids[0]
		r, err := journal.Seal(e, "other", journal.Tip{})
		if err != nil {
			return err
		}
		_, err = tx.exec(t.Context(), table.InsertRow, table.Log.Values(&r, -9)...)
		if err != nil {
			return err
		}
		return tx.recall(t.Context(), ids[0])
	})
	if err != nil {
		t.Fatal(err)
	}
	report, err := s.Doctor(t.Context(), true)
	if err != nil || len(report.Findings) != 1 || report.Findings[0].Check != "imports" {
		t.Fatalf("found %+v, %v", report.Findings, err)
	}
	if _, err := s.Repair(t.Context(), report, at(12, 0)); err != nil {
		t.Fatal(err)
	}
	healthy(t, s)
}

// TestDoublesAreTakenBackOnce holds that of the same answers, which two machines imported,
// one a newer export, each counts once as soon as the two met, on both the same one.
func TestDoublesAreTakenBackOnce(t *testing.T) {
	p, _ := meet(t)
	a, b, c := newStore(t), newStore(t), newStore(t)
	ids := someCards(t, a)
	someCards(t, b)
	importHistory(t, a, 5, ofNote(ids[0], "guid a", graded(1, 3, 3), placedOn(2, 9)))
	importHistory(t, b, 6, ofNote(ids[0], "guid a", graded(1, 3, 3, 3), placedOn(3, 9)))
	member(t, a, p, "laptop")
	member(t, b, p, "desktop")
	member(t, c, p, "phone")
	counts := func(s *Store) (n int) {
		for r, err := range s.Log(t.Context(), LogQuery{}, at(20, 0)) {
			if err != nil {
				t.Fatal(err)
			}
			if r.Kind == journal.KindGrade && !r.Undone {
				n++
			}
		}
		return n
	}
	meets(t, a, p)
	if r := meets(t, b, p); r.Doubled != 2 || counts(b) != 3 {
		t.Errorf("%d answers are said to be doubled, of 2, and %d count, of 3", r.Doubled, counts(b))
	}
	for range 2 {
		for _, s := range []*Store{a, b, c} {
			if r := meets(t, s, p); r.Doubled != 0 || counts(s) != 3 {
				t.Errorf("%d answers are said to be doubled, and %d count, of 3", r.Doubled, counts(s))
			}
			healthy(t, s)
		}
	}
	alike(t, a, b)
	alike(t, b, c)
}

// Of two machines that met before each could take the doubles back, both take back the
// same ones.
func TestDoublesThatBothTakeBack(t *testing.T) {
	a, b := newStore(t), newStore(t)
	ids := someCards(t, a)
	someCards(t, b)
	importHistory(t, a, 5, ofNote(ids[0], "guid a", graded(1, 3, 3), placedOn(2, 9)))
	importHistory(t, b, 6, ofNote(ids[0], "guid a", graded(1, 3, 3, 3), placedOn(3, 9)))
	asOf := func(s *Store) []exchange.Delivery {
		all := deliveriesOf(t.Context(), s)
		for _, d := range all {
			for i := range d.Segments {
				at, err := d.Segments[i]()
				d.Segments[i] = func() (*segment.Segment, error) { return at, err }
			}
		}
		return all
	}
	toA, toB := asOf(b), asOf(a)
	for s, in := range map[*Store][]exchange.Delivery{a: toA, b: toB} {
		if out, err := s.Merge(t.Context(), in); err != nil || out[0].Doubled != 2 {
			t.Fatalf("%+v, %v", out, err)
		}
		healthy(t, s)
	}
	merge(t, a, b, 1)
	merge(t, b, a, 1)
	alike(t, a, b)
	healthy(t, a)
	one := newStore(t)
	someCards(t, one)
	importHistory(t, one, 6, ofNote(ids[0], "guid a", graded(1, 3, 3, 3), placedOn(3, 9)))
	if diff := cmp.Diff(cardStates(t, one)[ids[0]], cardStates(t, a)[ids[0]]); diff != "" {
		t.Errorf("the card is not as one import leaves it: %s", diff)
	}
}
