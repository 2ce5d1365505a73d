package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// These tests ask the real Anki about files that the command line made. The
// Pythons that have it are in KARTEI_ANKI_PYTHON, as .ci/anki says there.

// anki are the folder of the scripts that ask Anki, and the Pythons.
func ankis(t *testing.T) (scripts string, pythons []string) {
	t.Helper()
	pythons = filepath.SplitList(os.Getenv("KARTEI_ANKI_PYTHON"))
	if len(pythons) == 0 {
		t.Skip("SKIPPED: the real Anki was not asked. .ci/anki installs it and runs this test; " +
			"or name a Python that has the package anki in KARTEI_ANKI_PYTHON")
	}
	scripts, err := filepath.Abs("../../decks/anki/testdata")
	if err != nil {
		t.Fatal(err)
	}
	return scripts, pythons
}

// askAnki runs a script and logs the line of figures with which it ends.
func askAnki(t *testing.T, python, script string, args ...string) {
	t.Helper()
	out, err := exec.Command(python, append([]string{script}, args...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", script, strings.Join(args, " "), err, out)
	}
	if lines := strings.Split(strings.TrimSpace(string(out)), "\n"); lines[0] != "" {
		t.Log(lines[len(lines)-1])
	}
}

// at makes it some other time for a learner, before now, which is Anki's.
func (l *learner) at(ago time.Duration) {
	l.env = append(l.env, "KARTEI_NOW="+time.Now().Add(-ago).Format(time.RFC3339))
}

func (l *learner) path(name string) string { return filepath.Join(l.home, name) }

func (l *learner) json(name string, value any) string {
	l.Helper()
	data, err := json.Marshal(value)
	if err != nil {
		l.Fatal(err)
	}
	l.write(name, string(data))
	return l.path(name)
}

// facts are a deck of every kind, with texts that formats trip over.
const facts = `---
deck: geo/europe
title: Europe
tags: geography
source atlas: World Atlas, 2026
---

Q: Capital of <France> & Co?
A: Paris\
  "la **ville**"
Source: atlas 12
Id: france

T: #delta
D: a river's mouth
Id: delta

C: {{1::Lisbon}} lies on the {{2::Tagus::a river}}.
Id: lisbon

Q: Which is the largest?
- [x] Russia
- [ ] Ukraine -- the second
Id: largest

Q: Name the Benelux.
A:
- Belgium
- Netherlands
- Luxembourg
Tags: small
Id: benelux

Q: Order these by size.
A:
1. Malta
2. Cyprus
3. Iceland
Id: order

Q: ![the river](img/seine.png) Which river?
A: Seine, $x^2$ km
Id: river
`

// newGeographer is a learner with those facts.
func newGeographer(t *testing.T) *learner {
	l := newLearner(t)
	l.write("deck/europe.md", facts)
	l.write("deck/img/seine.png", "\x89PNG\r\n\x1a\n a picture")
	l.write("deck/asia.md", "---\ndeck: geo\n---\n\nQ: Capital of Japan?\nA: Tokyo\nId: japan\n")
	return l
}

// mend edits one fact.
func (l *learner) mend() {
	l.write("deck/europe.md", strings.Replace(facts, "a river's mouth", "where a river *ends*", 1))
}

// TestAnkiTakesText sends a deck as text, mends a fact, and sends it again.
func TestAnkiTakesText(t *testing.T) {
	t.Parallel()
	scripts, pythons := ankis(t)
	l := newGeographer(t)
	l.run("compile", "deck")
	l.run("export", "geo/europe", "geo", "--format", "anki-csv", "-o", "first.txt")
	if _, err := os.Stat(l.path("first-media/" + mediumOf(t, l.path("first.txt")))); err != nil {
		t.Error(err)
	}
	l.mend()
	l.run("compile", "deck")
	l.run("export", "geo/europe", "geo", "--format", "anki-csv", "-o", "edited.txt")
	type note struct {
		GUID     string   `json:"guid"`
		Notetype string   `json:"notetype"`
		Deck     string   `json:"deck"`
		Fields   []string `json:"fields"`
		Tags     []string `json:"tags"`
		Ordinals []int    `json:"ordinals"`
	}
	rows := ankiRows(t, l.path("first.txt"))
	want := map[string]any{"rows": len(rows), "changed": 2, "global_tags": []string{}, "tags_column": 0}
	var notes []note
	for _, row := range rows {
		n := note{row[0], row[1], row[2], row[3:5], []string{}, []int{0}}
		if strings.Contains(row[3], "{{c2::") {
			n.Ordinals = []int{0, 1}
		}
		notes = append(notes, n)
	}
	want["notes"] = notes
	for _, python := range pythons {
		askAnki(t, python, filepath.Join(scripts, "verify_anki.py"), "csv", l.path("first.txt"), l.path("edited.txt"), l.json("want.json", want), "en")
	}
}

// ankiRows are the rows of an export, by another reader than ours.
func ankiRows(t *testing.T, name string) [][]string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for bytes.HasPrefix(data, []byte("#")) {
		_, data, _ = bytes.Cut(data, []byte("\n"))
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.Comma = '\t'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func mediumOf(t *testing.T, file string) string {
	t.Helper()
	for _, row := range ankiRows(t, file) {
		if _, rest, ok := strings.Cut(row[3], `<img src="`); ok {
			name, _, _ := strings.Cut(rest, `"`)
			return name
		}
	}
	t.Fatal("no picture in " + file)
	return ""
}

// TestAnkiTakesALearner studies for some days, moves to Anki with all of it, and
// sends an edit after.
func TestAnkiTakesALearner(t *testing.T) {
	t.Parallel()
	scripts, pythons := ankis(t)
	l := newGeographer(t)
	const day = 24 * time.Hour
	l.at(20 * day)
	l.run("compile", "deck")
	l.answer("3", "4", "1", "3", "3", "2")
	for _, ago := range []time.Duration{20*day - time.Hour, 17 * day, 12 * day, 5 * day} {
		l.at(ago)
		l.answer("3", "3", "1", "4", "3", "2", "3", "3")
	}
	l.at(0)
	cards := l.cards("deck:geo")
	var ids []string
	for _, c := range cards {
		if c.Kind != "cloze" { // its note is known by the fact's id
			ids = append(ids, c.ID)
		}
	}
	l.run("cards", "suspend", ids[0])
	l.run("cards", "bury", ids[1])
	l.run("cards", "flag", ids[2], "--as", "3")
	l.run("export", "geo/europe", "--format", "anki-apkg", "--history", "-o", "first.apkg")
	l.run("export", "geo/europe", "--format", "anki-apkg", "--history", "-o", "again.apkg")
	if a, b := l.read("first.apkg"), l.read("again.apkg"); !bytes.Equal(a, b) {
		t.Error("two packages of one collection differ")
	}

	want := map[string]any{"changed": 2, "cards": l.wanted("deck:geo/europe", ids[1])}
	l.mend()
	l.run("compile", "deck")
	l.run("export", "geo/europe", "--format", "anki-apkg", "-o", "edited.apkg")
	l.run("export", "geo", "--format", "anki-apkg", "-o", "other.apkg")
	for _, python := range pythons {
		askAnki(t, python, filepath.Join(scripts, "verify_anki.py"), "learner",
			l.path("first.apkg"), l.path("edited.apkg"), l.path("other.apkg"), l.json("want.json", want))
	}
}

// answer grades the cards that are due, in their order.
func (l *learner) answer(grades ...string) {
	l.Helper()
	cmd := l.command("review", "geo", "geo/europe", "--plain")
	var in strings.Builder
	for _, g := range grades {
		in.WriteString("\n" + g + "\n")
	}
	cmd.Stdin = strings.NewReader(in.String() + "q\n")
	if out, err := cmd.CombinedOutput(); err != nil {
		l.Fatalf("review: %v\n%s", err, out)
	}
}

func (l *learner) read(name string) []byte {
	l.Helper()
	data, err := os.ReadFile(l.path(name))
	if err != nil {
		l.Fatal(err)
	}
	return data
}

// A shownCard is what `cards --json` says of a card.
type shownCard struct {
	ID         string   `json:"id"`
	Kind       string   `json:"kind"`
	Prompt     string   `json:"prompt"`
	State      string   `json:"state"`
	Due        *string  `json:"due"`
	Stability  float64  `json:"stability"`
	Difficulty float64  `json:"difficulty"`
	Reps       int      `json:"reps"`
	Lapses     int      `json:"lapses"`
	Suspended  bool     `json:"suspended"`
	Flag       int      `json:"flag"`
	Tags       []string `json:"tags"`

	// What Anki shall say.
	DueDay  int       `json:"due_day"`
	Queue   string    `json:"queue"`
	Reviews [][]int64 `json:"reviews"`
}

func (l *learner) cards(query string) (cards []shownCard) {
	l.Helper()
	decode(l, l.run("cards", "--json", query), func(line []byte) error {
		var c shownCard
		err := json.Unmarshal(line, &c)
		cards = append(cards, c)
		return err
	})
	return cards
}

func decode(l *learner, lines string, take func([]byte) error) {
	l.Helper()
	for line := range strings.Lines(lines) {
		if err := take([]byte(line)); err != nil {
			l.Fatalf("%v in %q", err, line)
		}
	}
}

// wanted are the cards with their reviews, as the log tells them.
func (l *learner) wanted(query, buried string) []shownCard {
	l.Helper()
	reviews := map[string][][]int64{}
	decode(l, l.run("export", "--format", "json", "-o", "-"), func(line []byte) error {
		var row struct {
			Row *struct {
				At       int64
				Kind     string
				Card     string
				Grade    int64
				Duration int64 `json:"duration_ms"`
			}
		}
		err := json.Unmarshal(line, &row)
		if r := row.Row; r != nil && r.Kind == "grade" {
			reviews[r.Card] = append(reviews[r.Card], []int64{r.At, r.Grade, r.Duration})
		}
		return err
	})
	var wanted []shownCard
	states := map[string]int{}
	for _, c := range l.cards(query) {
		if c.Kind == "cloze" {
			continue
		}
		if c.Reviews = reviews[c.ID]; c.Reviews == nil {
			c.Reviews = [][]int64{}
		}
		switch {
		case c.Suspended:
			c.Queue = "suspended"
		case c.ID == buried:
			c.Queue = "buried"
		}
		if c.Due != nil {
			due, err := time.Parse(time.DateOnly, (*c.Due)[:len(time.DateOnly)])
			if err != nil {
				l.Fatal(err)
			}
			c.DueDay = int(due.Unix() / 86_400)
		}
		states[c.State]++
		wanted = append(wanted, c)
	}
	l.Log("cards by state:", states)
	return wanted
}

// TestAnkiThereAndBack lets Anki make a collection with all of its note types,
// sub-decks, a filtered deck and 10,000 reviews, takes it into a fresh Kartei,
// and lets Anki count what comes back.
func TestAnkiThereAndBack(t *testing.T) {
	t.Parallel()
	scripts, pythons := ankis(t)
	for _, python := range pythons {
		folder := t.TempDir()
		askAnki(t, python, filepath.Join(scripts, "make_packages.py"), folder, "10000")
		var first string
		for _, name := range []string{"latest.apkg", "legacy.apkg", "latest.colpkg", "legacy.colpkg"} {
			l := newLearner(t)
			l.at(0)
			said := l.run("import", filepath.Join(folder, name), "-o", "in")
			if text := l.tree("in"); first == "" {
				first = text
			} else if text != first {
				t.Errorf("%s becomes other decks than latest.apkg", name)
			}
			if name == "legacy.apkg" || name == "latest.colpkg" {
				continue // the same facts, and the same schedules as in the other of its kind
			}
			t.Log(name, said)
			again := l.run("import", filepath.Join(folder, name), "-o", "in")
			if !strings.Contains(again, "history: nothing new") {
				t.Errorf("the second import says\n%s", again)
			}
			l.run("doctor", "--full")
			names := []string{"export", "--format", "anki-apkg", "--history", "-o", "back.apkg"}
			l.run(append(names, l.decks("in")...)...)
			var want map[string]any
			data, err := os.ReadFile(filepath.Join(folder, "facts.json"))
			if err == nil {
				err = json.Unmarshal(data, &want)
			}
			if err != nil {
				t.Fatal(err)
			}
			want["media"] = 3 // a sound, and a picture that two decks show
			askAnki(t, python, filepath.Join(scripts, "verify_anki.py"), "roundtrip", l.path("back.apkg"), l.json("want.json", want))
		}
	}
}

// TestAnkiGetsItsNotesBack lets Anki make notes of its types, edits the deck file
// that they become, and sends the edits home.
func TestAnkiGetsItsNotesBack(t *testing.T) {
	t.Parallel()
	scripts, pythons := ankis(t)
	script := filepath.Join(scripts, "verify_anki.py")
	for _, python := range pythons {
		folder := t.TempDir()
		askAnki(t, python, script, "make", folder)
		l := newLearner(t)
		l.at(0)
		l.run("import", filepath.Join(folder, "out.apkg"), "-o", "in")
		const deck = "geo-more/africa"
		if said := l.run("export", deck, "--format", "anki-csv", "--back", "-o", "back.txt"); !strings.Contains(said, "left as they came: 13 facts") {
			t.Errorf("nothing was edited, and it says\n%s", said)
		}
		file := "in/geo-more-africa.md"
		text := string(l.read(file)) + "\nQ: Capital of Mali?\nA: Bamako\nId: mali\n"
		for _, edit := range [][2]string{
			{"A: Akra", "A: Accra\nNote: on the *coast*"}, {"a well in the desert", "where there is water"}, {"a dry river", "a river after rain"},
			{"A: Nil", "A: the Nile"}, {"Kairo", "Cairo"}, {"grass land", "grassland"}, {"Q: delta", "Q: Delta"}, {"The delta floods", "Each delta floods"},
			{"The savanna burns.", "The savanna burns in *summer*."}, {"ella **habla**", "ella **charla**"}, {"first: irregular", "first: regular"},
			{"of sand", "of *red* sand"}, {"Note: see", "Note: look at"},
		} {
			if strings.Count(text, edit[0]) == 0 {
				t.Fatalf("there is no %q in\n%s", edit[0], text)
			}
			text = strings.Replace(text, edit[0], edit[1], 1)
		}
		l.write(file, text)
		l.run("compile", "in")
		said := l.run("export", deck, "--format", "anki-csv", "--back", "-o", "back.txt")
		for _, line := range []string{"8 notes to update, 1 new note; left as they came: 4 facts", "its question is made of several fields of its note"} {
			if !strings.Contains(said, line) {
				t.Errorf("it does not say %q, but\n%s", line, said)
			}
		}
		edited := map[string]string{}
		const dunes = "{{c1::image-occlusion:rect:left=.1:top=.1:width=.2:height=.2}}|<img src=\"desert.png\">|"
		for was, is := range map[string]string{
			"Capital of <b>Ghana</b>?|Akra":                                 "Capital of <b>Ghana</b>?|Accra<div>on the <i>coast</i></div>",
			"oasis|a well in the desert":                                    "oasis|where there is water",
			"wadi|a dry river|y":                                            "wadi|a river after rain|y",
			"Longest river?|Nil":                                            "Longest river?|the Nile",
			"{{c1::Kairo}} lies on the {{c2::Nile}}.|since 969":             "{{c1::Cairo}} lies on the {{c2::Nile}}.|since 969",
			"<i>Yo</i> {{c1::hablo}}, ella {{c2::<b>habla</b>}}.|irregular": "<i>Yo</i> {{c1::hablo}}, ella {{c2::<b>charla</b>}}.|regular",
			dunes + "<b>Dunes</b> of sand|see <u>map</u>|":                  dunes + "<b>Dunes</b> of <i>red</i> sand|look at <i>map</i>|",
			"savanna|grass land|The savanna burns.":                         "savanna|grassland|The savanna burns in <i>summer</i>.",
		} {
			edited[strings.ReplaceAll(was, "|", "\x1f")] = strings.ReplaceAll(is, "|", "\x1f")
		}
		askAnki(t, python, script, "back", folder, l.path("back.txt"), l.json("want.json", map[string]any{"edited": edited}))
	}
}

// tree is the text of the deck files in a folder.
func (l *learner) tree(folder string) string {
	l.Helper()
	var all strings.Builder
	for _, name := range l.files(folder) {
		fmt.Fprintf(&all, "== %s\n%s", filepath.Base(name), l.read(name))
	}
	return all.String()
}

func (l *learner) files(folder string) []string {
	l.Helper()
	entries, err := os.ReadDir(l.path(folder))
	if err != nil {
		l.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() {
			names = append(names, filepath.Join(folder, e.Name()))
		}
	}
	return names
}

// decks are the names of the decks in a folder.
func (l *learner) decks(folder string) (names []string) {
	l.Helper()
	for _, file := range l.files(folder) {
		_, rest, _ := strings.Cut(string(l.read(file)), "deck: ")
		name, _, _ := strings.Cut(rest, "\n")
		names = append(names, name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
