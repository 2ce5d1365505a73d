package hashcards

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"kartei/decks"
	"kartei/decks/foreigndb"
	"kartei/decks/foreigndb/testdb"
	"kartei/decks/memfs"
	"kartei/decks/notebook"
)

const deck = `---
name = "Own"
---
Q: Which river runs through Vienna?
A: The Danube

Q: Two
lines?
A: one

two

C: [Vienna] lies on the [Danube], in ![map](@/pics/map.svg) \[sic\].

T: fjord
D: a deep arm of the sea

---
C: The root is $[x]^2$ of äö[ü].
`

// The hashes of the deck's cards as hashcards 0.5.0 exports them, and how it keeps what
// it knows.
const (
	danube     = "6348cd78715f5d305c0c33e3be9d3ed7f4bd86a3ede4cc83e0553634bd5617f9"
	twoLines   = "befbc4a10ab599eaffdab09be53551fee5c4cdbd000d832d188fd14948c8bc9d"
	vienna     = "0103203e3a864e5d8322c68ebd7739686144d5d1da3ea229d6da017fef163959"
	onDanube   = "69807c580b7ff68e615a299406ce7ba48489e474cb86b7aae3430002f94d9d71"
	definition = "63c7cf164ad9af6b9a48964a383d72389c1880e078356d305ab7f58881374aca"
	term       = "acc7ae51a49e7931b5c7406f4edf45ea0417ba5412ac0293de1c8af7211799c2"
	umlaut     = "308196a594189fecc79a62a439067ff56851804e19f7be84a7d4037030b36ca0"
	root       = "7e3f107ec6d0011b8c2be53a86fdc7eea386242be22ede544b5b9919dffc862b"

	tables = `
create table cards (card_hash text primary key, added_at text not null, last_reviewed_at text, stability real,
	difficulty real, interval_raw real, interval_days integer, due_date text, review_count integer not null) strict;
create table reviews (review_id integer primary key, session_id integer not null, card_hash text not null,
	reviewed_at text not null, grade text not null, stability real not null, difficulty real not null,
	interval_raw real not null, interval_days integer not null, due_date text not null) strict;`
)

// Every card has the hash that hashcards gives it, and stands where its fact says.
func TestHashes(t *testing.T) {
	p := &parser{page: notebook.NewPage("deck.md"), seen: map[string]bool{}, known: true, hashed: new(int64)}
	p.parse(deck)
	got := map[string]notebook.Place{}
	for _, c := range p.cards {
		got[c.hash] = c.at
	}
	want := map[string]notebook.Place{
		danube: {Fact: 0, Card: "card"}, twoLines: {Fact: 1, Card: "card"}, vienna: {Fact: 2, Card: "cloze-1"},
		onDanube: {Fact: 2, Card: "cloze-2"}, definition: {Fact: 3, Card: "forward"}, term: {Fact: 3, Card: "reverse"},
		root: {Fact: 4, Card: "card"}, umlaut: {Fact: 5, Card: "card"}, // a gap in a formula makes questions of both
	}
	for hash, at := range want {
		if got[hash] != at {
			t.Errorf("%s is at %v, want %v", hash, got[hash], at)
		}
	}
	if len(got) != len(want) || len(p.left) > 0 || p.page.Deck.Title != "Own" {
		t.Errorf("%d cards, left %v, title %q", len(got), p.left, p.page.Deck.Title)
	}
}

func take(t *testing.T, files fstest.MapFS) (*notebook.Import, error) {
	t.Helper()
	s, err := notebook.Open(files, "", Format.Extensions, "")
	if err != nil {
		t.Fatal(err)
	}
	s.Zone = time.FixedZone("", 3600)
	return Format.Take(t.Context(), s, notebook.Options{})
}

// What hashcards knows comes in its own times, grades and states.
func TestHistory(t *testing.T) {
	db := testdb.Make(t, tables, fmt.Sprintf(`
insert into cards values ('%s', '2026-01-01T10:00:00.000', '2026-01-09T23:30:00.250', 15.5, 6.25, 15.5, 16, '2026-01-25', 3);
insert into cards values ('%s', '2026-01-01T10:00:00.000', null, null, null, null, null, null, 0);
insert into cards values ('gone', '2026-01-01T10:00:00.000', '2026-01-01T10:00:00.000', 1, 1, 1, 1, '2026-01-02', 1);
insert into reviews values (1, 1, '%[1]s', '2026-01-01T10:00:00.000', 'good', 3.2, 5.3, 3.2, 3, '2026-01-04');
insert into reviews values (3, 1, '%[1]s', '2026-01-09T23:30:00.250', 'easy', 15.5, 6.25, 15.5, 16, '2026-01-25');
insert into reviews values (2, 1, '%[1]s', '2026-01-04T10:00:00.000', 'forgot', 1, 7, 1, 1, '2026-01-05');
insert into reviews values (4, 1, '%[1]s', 'yesterday', 'good', 1, 7, 1, 1, '2026-01-05');
insert into reviews values (5, 1, 'gone', '2026-01-01T10:00:00.000', 'good', 1, 1, 1, 1, '2026-01-02');`, onDanube, danube))
	im, err := take(t, fstest.MapFS{"geo/deck.md": {Data: []byte(deck)}, "hashcards.db": {Data: db},
		"README.md": {Data: []byte("# Notes\n\nQ and A.\n")}, "pics/map.svg": {Data: []byte("<svg/>")}})
	if err != nil {
		t.Fatal(err)
	}
	if len(im.Files) != 1 || len(im.Files[0].Known) != 1 {
		t.Fatalf("%d files, %+v", len(im.Files), im.Files)
	}
	k := im.Files[0].Known[0]
	zone := time.FixedZone("", 3600)
	last := time.Date(2026, 1, 9, 23, 30, 0, 250e6, zone)
	want := notebook.State{Due: notebook.Noon(2026, 1, 25, zone), Interval: 16, Stability: 15.5, Difficulty: 6.25, Reps: 3, Lapses: 1, Last: last}
	if k.Fact != "vienna-lies-on-the-danube" || k.Card != "cloze-2" || k.Note != onDanube || *k.State != want {
		t.Errorf("got %+v with %+v", k, k.State)
	}
	var grades []int
	for _, r := range k.Reviews {
		grades = append(grades, r.Grade)
	}
	if fmt.Sprint(grades) != "[3 1 4]" || !k.Reviews[2].At.Equal(last) || !im.Made.Equal(last) {
		t.Errorf("reviews %+v, made %v", k.Reviews, im.Made)
	}
	if len(im.Left) != 1 || !strings.Contains(im.Left[0].Error(), "1 row with a date") ||
		len(im.Remarks) != 2 || !strings.Contains(im.Remarks[0], "knows 1 card that no deck says any more") ||
		!strings.Contains(im.Remarks[1], "1 sentence with a gap that cannot be marked") {
		t.Errorf("left %v, remarks %v", im.Left, im.Remarks)
	}
	if len(im.Media) != 1 || im.Media[0].Name != "pics/map.svg" || !strings.Contains(string(im.Files[0].Text), "](../pics/map.svg)") {
		t.Errorf("media %v in %s", im.Media, im.Files[0].Text)
	}
}

// Macros of formulas are written out, whatever they name, and not in code.
func TestMacros(t *testing.T) {
	im, err := take(t, fstest.MapFS{
		"macros.tex": {Data: []byte("% notes\n\\R \\mathbb{R}\n\\set \\{#1 \\mid #2\\}\n\\RR \\R^2\n\\loop \\loop\\loop\n")},
		"deck.md":    {Data: []byte("Q: $\\set{x \\in \\RR}{x > 0}$, `\\R` and $\\Re$?\nA: $\\loop$\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	const want = "Q: $\\{x \\in \\mathbb{R}^2 \\mid x > 0\\}$, `\\R` and $\\Re$?\nA: $\\loop$\n"
	if got := string(im.Files[0].Text); !strings.Contains(got, want) {
		t.Errorf("got\n%s", got)
	}
}

// A database comes from a stranger.
func TestHostileDatabase(t *testing.T) {
	files := func(db []byte) fstest.MapFS {
		return fstest.MapFS{"deck.md": {Data: []byte(deck)}, "hashcards.db": {Data: db}}
	}
	endless := testdb.Make(t, tables+`drop table reviews; create view reviews as with recursive n(i) as (select 1 union all select i + 1 from n)
		select i as review_id, 'x' as card_hash, 'x' as reviewed_at, 'good' as grade, 1 as interval_days from n`)
	if _, err := take(t, files(endless)); !errors.Is(err, foreigndb.ErrHostile) {
		t.Errorf("a view without an end: %v", err)
	}
	for name, want := range map[string]string{
		"hello": "is not a database",
		string(testdb.Make(t, "create table cards (card_hash text)")): "lacks the column",
		string(testdb.Make(t, tables, "drop table reviews")):          "lacks the table reviews of hashcards's",
	} {
		_, err := take(t, files([]byte(name)))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	busy := files(testdb.Make(t, tables))
	busy["hashcards.db-wal"] = &fstest.MapFile{Data: []byte("x")}
	if _, err := take(t, busy); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("a log beside it: %v", err)
	}
	broken := files(testdb.Make(t, tables))
	broken["hashcards.db-journal"] = &fstest.MapFile{Data: []byte("\xd9\xd5\x05\xf9\x20\xa1\x63\xd7 and more")}
	if _, err := take(t, broken); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("an unfinished change beside it: %v", err)
	}
	finished := files(testdb.Make(t, tables))
	finished["hashcards.db-journal"] = &fstest.MapFile{Data: make([]byte, 512)}
	if _, err := take(t, finished); err != nil {
		t.Errorf("a finished change beside it: %v", err)
	}
}

// Whatever a file holds, what becomes of it compiles.
func FuzzDeck(f *testing.F) {
	f.Add(deck)
	f.Add("C: [a[b]c] ]d[ ![x](y) \\[ [] $[x]$ `[y]`\nQ: \nA:\nD: x\nT: y\n```\nQ: z")
	f.Add("C: {{[a]}} [b::c] [{{d]\nQ: {{x}}\nA: - [ ] a\n- b")
	f.Fuzz(func(t *testing.T, text string) {
		im, err := take(t, fstest.MapFS{"deck.md": {Data: []byte(text)}})
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range im.Files {
			c, err := decks.Compile(memfs.Files{"deck.md": file.Text})
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range c.Diagnostics {
				if d.Severity == decks.Error {
					t.Errorf("%d: %s in\n%s", d.Line, d.Message, file.Text)
				}
			}
		}
	})
}
