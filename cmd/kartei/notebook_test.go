package main

import (
	"archive/zip"
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lukechampine.com/blake3"

	"kartei/decks/foreigndb/testdb"
)

// Tables of hashcards, and what it knows of two cards: their hashes are as it makes them.
const (
	hashcardsTables = `
create table cards (card_hash text primary key, added_at text not null, last_reviewed_at text, stability real,
	difficulty real, interval_raw real, interval_days integer, due_date text, review_count integer not null) strict;
create table reviews (review_id integer primary key, session_id integer not null, card_hash text not null,
	reviewed_at text not null, grade text not null, stability real not null, difficulty real not null,
	interval_raw real not null, interval_days integer not null, due_date text not null) strict;`
	danube = "6348cd78715f5d305c0c33e3be9d3ed7f4bd86a3ede4cc83e0553634bd5617f9"
	fjord  = "acc7ae51a49e7931b5c7406f4edf45ea0417ba5412ac0293de1c8af7211799c2"
)

// newDriller has a deck of hashcards with a history.
func newDriller(t *testing.T) *learner {
	l := newLearner(t)
	l.vault("Q: Which river runs through Vienna?\nA: The Danube\n\nT: fjord\nD: a deep arm of the sea\n\nQ: 1 + 1?\nA: 2\n",
		review(danube, 1, "2026-10-01T23:30:00.250", "good", "2026-10-12"), review(danube, 2, "2026-10-12T09:00:00.000", "easy", "2026-11-30"),
		review(fjord, 3, "2026-10-12T09:01:00.000", "forgot", "2026-10-13"))
	return l
}

func review(hash string, id int, at, grade, due string) string {
	return fmt.Sprintf(`insert into reviews values (%d, 1, '%s', '%s', '%s', 3.5, 6.25, 3.5, 49, '%s');
insert into cards values ('%[2]s', '%[3]s', '%[3]s', 3.5, 6.25, 3.5, 49, '%[5]s', %[1]d)
	on conflict do update set last_reviewed_at = excluded.last_reviewed_at, due_date = excluded.due_date`, id, hash, at, grade, due)
}

// vault writes a deck and its database.
func (l *learner) vault(deck string, known ...string) {
	l.Helper()
	l.write("vault/deck.md", deck)
	data := testdb.Make(l.T, append([]string{hashcardsTables}, known...)...)
	if err := os.WriteFile(filepath.Join(l.home, "vault", "hashcards.db"), data, 0o600); err != nil {
		l.Fatal(err)
	}
}

// A vault comes with its history, once; a second machine makes the same rows of it;
// and what is reviewed there later comes, too, whatever was edited here.
func TestHashcardsHistory(t *testing.T) {
	l, other := newDriller(t), newDriller(t)
	const command = "import vault --format hashcards -o decks"
	if said := l.run(strings.Fields(command)...); !strings.Contains(said, "history: 3 reviews, and where 2 cards stand") {
		t.Fatal(said)
	}
	other.run(strings.Fields(command)...)
	if a, b := l.run("log", "--json"), other.run("log", "--json"); a != b || strings.Count(a, `"kind":"grade"`) != 3 {
		t.Errorf("the rows differ:\n%s\n%s", a, b)
	}
	due := func(prompt, want string) {
		t.Helper()
		for line := range strings.SplitSeq(l.run("cards", "--json"), "\n") {
			if strings.Contains(line, `"prompt":"`+prompt+`"`) {
				if !strings.Contains(line, `"due":"`+want+`"`) {
					t.Errorf("want %s due %s, got %s", prompt, want, line)
				}
				return
			}
		}
		t.Errorf("no card asks %s", prompt)
	}
	due("Which river runs through Vienna?", "2026-11-30")
	due("a deep arm of the sea", "2026-10-13") // hashcards hides the term
	if said := l.run(strings.Fields(command)...); !strings.Contains(said, "history: nothing new") {
		t.Error(said)
	}

	// Edited here, and reviewed there.
	edited := strings.Replace(string(l.read("decks/deck.md")), "A: The Danube", "A: The Danube, or Donau", 1)
	l.write("decks/deck.md", edited)
	l.vault("Q: 1 + 1?\nA: 2\n\nT: fjord\nD: a deep arm of the sea\n\nQ: Which river runs through Vienna?\nA: The Danube\n",
		review(danube, 1, "2026-10-01T23:30:00.250", "good", "2026-10-12"), review(danube, 2, "2026-10-12T09:00:00.000", "easy", "2026-11-30"),
		review(danube, 4, "2026-11-08T09:00:00.000", "hard", "2026-12-24"), review(fjord, 3, "2026-10-12T09:01:00.000", "forgot", "2026-10-13"))
	if said := l.run(strings.Fields(command)...); !strings.Contains(said, "history: 1 review, and where 1 card stands") {
		t.Error(said)
	}
	due("Which river runs through Vienna?", "2026-12-24")
	if got := string(l.read("decks/deck.md")); got != edited {
		t.Errorf("the deck is now\n%s", got)
	}

	// A card that was moved to another deck here keeps getting what comes.
	l.write("decks/deck.md", strings.Replace(edited, "T: fjord\nD: a deep arm of the sea\nId: fjord\n", "", 1))
	l.write("decks/mine.md", "T: fjord\nD: a deep arm of the sea\nId: fjord\n")
	l.run("compile", "decks")
	l.vault("Q: 1 + 1?\nA: 2\n\nT: fjord\nD: a deep arm of the sea\n",
		review(fjord, 3, "2026-10-12T09:01:00.000", "forgot", "2026-10-13"), review(fjord, 5, "2026-11-08T09:03:00.000", "good", "2026-11-20"))
	if said := l.run(strings.Fields(command)...); !strings.Contains(said, "history: 1 review, and where 1 card stands") {
		t.Error(said)
	}
	due("a deep arm of the sea", "2026-11-20")
	l.healthy(5)
}

// otherPrograms are a few files of other programs, by their names.
func otherPrograms(t *testing.T) map[string][]byte {
	t.Helper()
	blake := func(block string) string { sum := blake3.Sum256([]byte(block)); return hex.EncodeToString(sum[:]) }
	var mochi bytes.Buffer
	z := zip.NewWriter(&mochi)
	w, err := z.Create("data.json")
	if err == nil {
		_, err = w.Write([]byte(`{"~:decks":[{"~:id":"~:eu","~:name":"Europe","~:cards":{"~#list":[
			{"~:id":"~:one","~:content":"Capital of France?\n---\nParis","~:reviews":[
			{"~:date":"~t1794996000000","~:due":"~t1796205600000","~:interval":14,"~:remembered?":true}]}]}}]}`))
	}
	if err = errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{
		"vault/rivers.md": []byte("Q: Which river runs through Vienna?\nA: The Danube\n\nC: [Vienna] lies on the [Danube].\n\nT: fjord\nD: a deep arm of the sea\n"),
		"vault/hashcards.db": testdb.Make(t, hashcardsTables, review(danube, 1, "2026-10-12T09:00:00.000", "easy", "2026-11-30"),
			review(fjord, 2, "2026-10-12T09:01:00.000", "forgot", "2026-10-13")),
		"notes/physics.md": []byte("# Notes\n\nc is its sign.\n\nspeed of light::299,792,458 m/s\n\nQ: What is force?\nA: Mass times acceleration\n"),
		"cards.db": testdb.Make(t, `CREATE TABLE cards (card_hash TEXT PRIMARY KEY, added_at TEXT NOT NULL, last_reviewed_at TEXT,
			stability REAL, difficulty REAL, interval_raw REAL, interval_days INTEGER, due_date TEXT, review_count INTEGER NOT NULL) STRICT`,
			`INSERT INTO cards VALUES ('`+blake("speed of light::299,792,458 m/s")+`', '2026-11-01T10:00:00+00:00', '2026-11-10T10:00:00+00:00',
			16.5, 5.5, 16.5, 16, '2026-11-27T10:00:00+00:00', 5)`),
		"geo.mochi": mochi.Bytes(),
		"default.db": testdb.Make(t, `create table facts(_id integer primary key, id text)`, `create table data_for_fact(_fact_id integer, key text, value text)`,
			`create table cards(_id integer primary key, id text, card_type_id text, _fact_id integer, fact_view_id text, grade integer, next_rep integer,
			last_rep integer, easiness real, acq_reps integer, ret_reps integer, lapses integer, extra_data text, active boolean)`,
			`create table tags(_id integer primary key, name text)`, `create table tags_for_card(_card_id integer, _tag_id integer)`,
			`create table fact_views(id text, q_fact_keys text, a_fact_keys text)`,
			`create table log(_id integer primary key, event_type integer, timestamp integer, object_id text, grade integer, ret_reps integer, lapses integer,
			acq_reps_since_lapse integer, ret_reps_since_lapse integer, thinking_time integer, next_rep integer)`,
			`insert into facts values (1, 'f')`, `insert into data_for_fact values (1, 'f', 'der Fluss'), (1, 'b', 'the river')`,
			`insert into cards values (1, 'c', '2', 1, '2.1', 4, 1795737600, 1794390000, 2.5, 1, 1, 0, '', 1), (2, 'd', '2', 1, '2.2', -1, -1, -1, 2.5, 0, 0, 0, '', 1)`,
			`insert into log values (1, 9, 1794217200, 'c', 4, 0, 0, 1, 0, 5, 1794355200), (2, 9, 1794390000, 'c', 4, 1, 0, 1, 1, 4, 1795737600)`),
		"garden/roses.md":    []byte("#flashcards\n\nWhich flower is a Rosa?::the rose\n<!--SR:!2026-12-20,34,290-->\n\nThe ==tulip== came from ==Turkey==.\n"),
		"garden/trees.md":    []byte("START\nBasic\nWhich tree bears acorns?\nBack: the oak\nEND\n"),
		"lakes.org":          []byte("* Which lake is the deepest? :drill:\nSCHEDULED: <2026-12-20 Sun>\n:PROPERTIES:\n:DRILL_LAST_INTERVAL: 34\n:DRILL_EASE: 2.4\n:DRILL_TOTAL_REPEATS: 5\n:DRILL_LAST_REVIEWED: [2026-11-16 Mon 09:00]\n:END:\n** Answer\n/Baikal/\n"),
		"trench.org":         []byte("* Trench :fc:\n:PROPERTIES:\n:FC_TYPE: double\n:ID: t1\n:END:\n:REVIEW_DATA:\n| position | ease | box | interval | due |\n|---+---+---+---+---|\n| front | 2.5 | 3 | 12.4 | 2026-12-10T10:00:00Z |\n| back | 2.5 | 0 | 0 | 2026-11-20T10:00:00Z |\n:END:\nA long narrow ditch\n"),
		"org-fc-reviews.tsv": []byte("2026-11-10T10:00:00Z\ttrench.org\tt1\tfront\t2.5\t0\t0\tgood\t4.2\tsm2-v1\n2026-11-12T10:00:00Z\ttrench.org\tt1\tfront\t2.5\t1\t1.2\tgood\t3\tsm2-v1\n"),
		"questions.md":       []byte("# Rivers\n\n## Which river is the longest?\n\nThe Nile\n\n## Which river runs through Rome?\n\nThe Tiber\n"),
		"seas.txt":           []byte("Q: Which sea is the saltiest?\nA: The Dead Sea\nI: REP=4 LAP=0 EF=2.700 UF=2.370 INT=30 LAST=01.11.26\nO: 36\n"),
	}
}
